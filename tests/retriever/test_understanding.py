"""Understanding: what questions ask of three shops, and the many that ask nothing of a whole catalogue."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.database.filters import Condition
from index.database.vocabulary import Vocabulary, read_vocabulary
from retriever.bounds import bare_prices
from retriever.understanding import understand
from retriever.understood import NOTHING
from tests.retriever.shops import open_shops

TABLE = Path(__file__).with_name("questions.jsonl").read_text(encoding="utf-8")
QUESTIONS = [json.loads(line) for line in TABLE.splitlines()]
PRODUCTS = [question for question in QUESTIONS if "constraints" in question]
OTHERS = [question for question in QUESTIONS if "constraints" not in question]


def called(question: dict[str, Any]) -> str:
    return str(question["question"])


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Vocabulary]]:
    """The vocabularies of the shops."""
    store, ids = open_shops(tmp_path_factory.mktemp("shops"))
    yield {name: read_vocabulary(store.engine, id, 1) for name, id in ids.items()}
    store.close()


@pytest.mark.parametrize("question", PRODUCTS, ids=called)
def test_a_question_for_products_becomes_slots(shops: dict[str, Vocabulary], question: dict[str, Any]) -> None:
    """Each constraint (a price's currency stands in the price), what is computed, of what and how many."""
    understood = understand(question["question"], shops[question["shop"]])
    priced = {one.words for one in understood.constraints if one.field == "price"}
    told = [one.en for one in understood.constraints if one.field != "currency" or one.words not in priced]
    about = understood.field.en if understood.field else understood.values_of or ""
    found = {"operation": understood.operation, "about": about, "limit": understood.limit, "constraints": told}
    assert found == {name: question[name] for name in found}


@pytest.mark.parametrize("question", OTHERS, ids=called)
def test_any_other_question_restricts_nothing(shops: dict[str, Vocabulary], question: dict[str, Any]) -> None:
    """A policy, a fault, one product, a how-to: the question is searched for as it stands, whatever its numbers."""
    assert understand(question["question"], shops[question["shop"]]) == NOTHING


def test_there_are_many_of_both_sorts_in_both_languages() -> None:
    """Forty questions for products and forty others in each language, or nearly."""
    chinese = [any("\u3400" <= sign <= "\u9fff" for sign in called(question)) for question in QUESTIONS]
    counts = Counter(("constraints" in question, han) for question, han in zip(QUESTIONS, chinese, strict=True))
    assert min(counts.values()) >= 40


@pytest.mark.parametrize(
    ("shop", "query", "names", "asked"),
    [
        ("home", "Compare the T17 and the Z5", ("t17", "z5"), []),
        ("home", "Is the T17 or the Z5 quieter?", ("t17", "z5"), ["noise level"]),
        ("home", "D1和D2哪个更安静", ("d1", "d2"), ["noise level"]),
        ("home", "D1和P6有什么区别", ("d1", "p6"), []),
        ("home", "D1、D2、P6的价格和噪音分别是多少", ("d1", "d2", "p6"), ["price", "noise level"]),
        ("computers", "compare LX14 with Bolt Air 13", ("lx14", "bolt air 13"), []),
        ("outdoor", "Trail jacket vs Summit jacket", ("trail jacket", "summit jacket"), []),
        ("outdoor", "Which is lighter, the Trail rain jacket or the Everyday jacket?",
         ("trail rain jacket", "everyday jacket"), ["weight"]),
    ],
)  # fmt: skip
def test_products_are_set_beside_each_other(
    shops: dict[str, Vocabulary], shop: str, query: str, names: tuple[str, ...], asked: list[str]
) -> None:
    """By model or by name, with the measures that are asked about."""
    understood = understand(query, shops[shop])
    assert (understood.operation, understood.names) == ("compare", names)
    assert [field.en for field in understood.asked] == asked


@pytest.mark.parametrize(
    ("shop", "query"),
    [
        ("home", "Compare the boiling time of T17 and Z5"),
        ("outdoor", "What is the difference between a bicycle and a jacket?"),
        ("computers", "Compare delivery and pickup"),
        ("computers", "What is the difference between 16 GB and 32 GB of memory?"),
    ],
)
def test_what_no_column_holds_is_not_compared(shops: dict[str, Vocabulary], shop: str, query: str) -> None:
    """A comparison of what rows cannot say is left to the documents."""
    assert understand(query, shops[shop]) == NOTHING


def test_what_a_comparison_also_asks_is_left_to_the_documents(shops: dict[str, Vocabulary]) -> None:
    """The columns that it names are compared; the other words are told apart."""
    understood = understand("T17 vs Z5, boiling time and price", shops["home"])
    assert (understood.operation, understood.names, understood.left) == ("compare", ("t17", "z5"), "boiling time")
    assert [field.en for field in understood.asked] == ["price"]


def test_bounds_are_exact(shops: dict[str, Vocabulary]) -> None:
    """Units are converted, "under" leaves out the bound, 以下 does not, and columns of one thing count together."""

    def tests(query: str) -> list[object]:
        return [one.test for one in understand(query, shops["home"]).constraints if one.field != "kind"]

    assert tests("kettles that hold at least 1.5 litres") == [
        Condition("容量", minimum=1500.0, dimension="volume", also=("Capacity", "Dust bin"))
    ]
    assert tests("kettles under 50 EUR") == [
        Condition("price", maximum=50.0, strict=True),
        Condition("currency", ("EUR",)),
    ]
    assert tests("50元以下的热水壶")[0] == Condition("price", maximum=50.0)
    assert tests("保修三年的热水壶") == [
        Condition("Warranty (months)", minimum=36.0, maximum=36.0, dimension="months", also=("质保(月)",))
    ]


def test_an_unknown_brand_can_be_excluded(shops: dict[str, Vocabulary]) -> None:
    """The filter is exact though nothing has that brand."""
    understood = understand("under 3000, 16 GB, not brand X, in stock", shops["computers"])
    assert [one.test for one in understood.constraints] == [
        Condition("brand", ("x",), negated=True),
        Condition("price", maximum=3000.0, strict=True),
        Condition("RAM", minimum=16_384.0, maximum=16_384.0, dimension="storage"),
        Condition("stock", minimum=0.0, strict=True),
    ]


def test_bounds_filter_where_the_rest_is_left_to_retrieval(shops: dict[str, Vocabulary]) -> None:
    """Nothing is computed of a question that is not understood whole; a price still holds, a mere word does not."""
    half = understand("a kettle under 50 EUR that my grandmother would love", shops["home"])
    assert half == NOTHING  # "my": what is meant may be a certain one
    half = understand("Which kettles under 50 EUR are easy to clean?", shops["home"])
    assert (half.operation, [one.field for one in half.constraints]) == (None, ["kind", "price", "currency"])
    assert understand("Which kettles are easy to clean?", shops["home"]) == NOTHING


def test_a_shop_without_rows_is_asked_nothing() -> None:
    """Where there are no products no question is one for them."""
    assert understand("kettles under 50 EUR", Vocabulary()) == NOTHING


def test_what_is_said_beside_the_question_does_not_hide_it(shops: dict[str, Vocabulary]) -> None:
    """Understood as it would be without; an amount behind a part is the part's, and of the other kind."""
    plain = understand("how many kettles do you have?", shops["home"])
    assert understand("how many kettles do you have? which ones, it's for my mum", shops["home"]) == plain
    assert plain.operation == "count"
    vacuum = understand("a stick vacuum, dust bin 0.5 l or bigger, at most 200 EUR", shops["home"])
    assert [one.words for one in vacuum.constraints if one.field in ("kind", "described")] == ["vacuum", "stick"]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("下午茶想凑点零嘴，40以内的小点心", ["price at most 40"]),
        ("a quilt below 250 if possible", ["price under 250"]),
        ("at least 3 pieces", []),
        ("below 6 grams", []),
        ("the 480 one", []),
        ("a lute, I can't spend more than 100", ["price at most 100"]),
        ("a lute, dont want to pay 30 or more", ["price under 30"]),
        ("琴弦，不想花三百以上", ["price under 300"]),
        ("一百块不到的琴弦", ["price at most 100 CNY"]),
        ("a harp under 10 grand (rmb)", ["price under 10000"]),
    ],
)
def test_bare_bounds_that_may_be_prices(question: str, told: list[str]) -> None:
    assert [one.en for one in bare_prices(question)] == told
