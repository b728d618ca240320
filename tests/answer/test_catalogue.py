"""Telling computed results: rows with verbatim cells and citations, in both languages, and no number from nowhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from answer.answer import Answer, Answered
from answer.answerer import Answerer
from answer.catalogue import Told, tell_catalogue
from answer.language import Form
from answer.numbers import unsupported
from index.chunk import Chunk
from index.database.store import Store
from index.database.vocabulary import Vocabulary, read_vocabulary
from retriever.computing import compute
from retriever.passage import Passage
from retriever.retriever import Found
from retriever.understanding import understand
from tests.answer.test_answerer import BagEmbedder, Shelf
from tests.retriever.shops import VIEW, open_shops

Shops = tuple[Store, dict[str, int], dict[str, Vocabulary]]


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shops]:
    """The store with the shops, their collections and vocabularies."""
    store, ids = open_shops(tmp_path_factory.mktemp("shops"))
    yield store, ids, {name: read_vocabulary(store.engine, id, 1) for name, id in ids.items()}
    store.close()


def tell(shops: Shops, query: str, form: Form, shop: str = "home") -> Told:
    """The reply to a question."""
    store, ids, vocabularies = shops
    computed = compute(understand(query, vocabularies[shop]), store.engine, ids[shop], VIEW)
    assert computed is not None
    return tell_catalogue(computed, form)


TOLD: list[tuple[str, Form, list[str]]] = [
    (
        "How many kettles do you have?",
        "en",
        [
            "In total there are 4 products (‘kettles’ in name or category):",
            "- Nordhem T10 travel kettle: 29.90 EUR [1]",
            "- Nordhem T17 kettle: 45.00 EUR [2]",
            "- Zelva Z5 glass kettle: 79.00 EUR [3]",
            "- 青原 W1 不锈钢电热水壶: 129.00 CNY [4]",
        ],
    ),
    (
        "300元以下的电饭煲有哪些",
        "zh",
        ["符合条件（品名或类别为“电饭煲”；价格不超过 300 元）的商品共 1 款：", "- 云禾 D2 迷你电饭煲：259.00 CNY [1]"],
    ),
    (
        "cheapest kettle",
        "en",
        [
            "The cheapest (‘kettle’ in name or category), of those priced in EUR:",
            "- Nordhem T10 travel kettle: 29.90 EUR [1]",
            "The cheapest (‘kettle’ in name or category), of those priced in CNY:",
            "- 青原 W1 不锈钢电热水壶: 129.00 CNY [2]",
            "Prices in different currencies are not compared with each other.",
        ],
    ),
    (
        "哪款产品最安静",
        "zh",
        ["噪音最低的：", "- 云禾 D2 迷你电饭煲：噪音 48 dB，259.00 CNY [1]"],
    ),
    (
        "Which vacuum cleaner has the largest capacity?",
        "en",
        [
            "The highest capacity (‘vacuum cleaner’ in name or category):",
            "- Nordhem V8 stick vacuum: dust bin 0.7 L, 189.00 EUR [1]",
        ],
    ),
    (
        "average price of the vacuum cleaners",
        "en",
        [
            "The average price of 2 products in total (‘vacuum cleaners’ in name or category) is 244.00 EUR:",
            "- Nordhem V8 stick vacuum: 189.00 EUR [1]",
            "- Zelva V3 robot vacuum: 299.00 EUR [2]",
        ],
    ),
    (
        "电饭煲的平均重量",
        "zh",
        [
            "共 2 款商品（品名或类别为“电饭煲”）的平均重量为 2.95 kg：",
            "- 云禾 D2 迷你电饭煲：净重 2.1 kg，259.00 CNY [1]",
            "- 云禾 D1 电饭煲：净重 3.8 kg，399.00 CNY [2]",
        ],
    ),
    (
        "kettles under 20 EUR that are in stock",
        "en",
        [
            "We do not have a product that meets all of this: ‘kettles’ in name or category; price under 20 EUR;"
            " in stock.",
            "Without the condition “price under 20 EUR” there are 3 products in total, for example:",
            "- Nordhem T17 kettle: stock 12, 45.00 EUR [1]",
            "- Zelva Z5 glass kettle: stock 3, 79.00 EUR [2]",
            "- 青原 W1 不锈钢电热水壶: stock 60, 129.00 CNY [3]",
        ],
    ),
    (
        "D1和P6的噪音和保修有什么区别",
        "zh",
        [
            "对比如下：",
            "- 云禾 D1 电饭煲：噪音 50 dB；质保 24 个月 [1]",
            "- 青原 P6 加热破壁机：噪音 78 dB；质保 36 个月 [2]",
        ],
    ),
    (
        "compare the V3 and the V8",
        "en",
        [
            "Side by side:",
            "- Zelva V3 robot vacuum: 299.00 EUR; stock 7; dust bin 400 ml; power 45 W; noise 60 dB; weight 3.2 kg;"
            " warranty 24 months; brand Zelva [1]",
            "- Nordhem V8 stick vacuum: 189.00 EUR; stock 5; dust bin 0.7 L; power 420 W; noise 75 dB; weight 2.6 kg;"
            " warranty 24 months; brand Nordhem [2]",
        ],
    ),
    (
        "你们都有哪些品牌",
        "zh",
        [
            "共有 4 个品牌：",
            "- Nordhem：共 3 款 [1]",
            "- Zelva：共 3 款 [2]",
            "- 云禾：共 2 款 [3]",
            "- 青原：共 2 款 [4]",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("query", "form", "lines"), TOLD, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_told(shops: Shops, query: str, form: Form, lines: list[str]) -> None:
    """Counts and figures first, then each row by its name, what was asked, its price and its number."""
    assert list(tell(shops, query, form).lines) == lines


@pytest.mark.parametrize(("query", "form", "lines"), TOLD, ids=lambda value: value if isinstance(value, str) else "")
def test_no_number_comes_from_nowhere(shops: Shops, query: str, form: Form, lines: list[str]) -> None:
    """Every quote is verbatim; a number stands in a cited row, in a computed statement, or in the question."""
    told = tell(shops, query, form)
    for citation in told.citations:
        assert citation.quote in citation.passage.chunk.text
        assert told.passages[citation.n - 1] == citation.passage
        assert f"[{citation.n}]" in told.text
    sources = [f"{passage.chunk.label}\n{passage.chunk.text}" for passage in told.passages]
    assert unsupported(told.text, [*sources, *told.computed]) == frozenset()


def test_a_row_is_cited_by_its_place_and_the_cells_that_were_told(shops: Shops) -> None:
    """Sheet, row, and the lines of the price and of what was asked for."""
    told = tell(shops, "Which kettle is the lightest?", "en")
    (passage,) = told.passages
    assert (passage.chunk.document, passage.chunk.locator.sheet, passage.chunk.locator.row) == ("list.xlsx", "List", 3)
    assert [citation.quote for citation in told.citations] == ["Weight (kg): 0.5", "Price: 29.90"]


def test_more_than_ten_rows_are_counted(shops: Shops) -> None:
    """Ten are listed, of each currency some; the rest is a number."""
    told = tell(shops, "Which products have a power of at most 3000 W?", "en")
    assert told.lines[0] == "9 products in total (power at most 3000 W):"
    assert len(told.lines) == 10
    told = tell(shops, "list all products", "en")
    assert told.lines[0] == "10 products in total:"


def test_what_no_column_of_a_comparison_holds_is_quoted(shops: Shops) -> None:
    """Prices from the rows; what a manual says of the rest, with its citation; and that it says nothing, where so."""
    text = "Suction; V3: 2700 Pa; V8: 9000 Pa\nCharge it at night."
    manual = Passage(Chunk("m", "v.pdf", 0, text, "V3 and V8 guide"), 0.9, 0.9)
    store, ids, vocabularies = shops

    def asked(query: str) -> Answer:
        understood = understand(query, vocabularies["home"])
        computed = compute(understood, store.engine, ids["home"], VIEW)
        shelf = Shelf(manual, found=Found((manual,), "s1", 1.0, understood, computed))
        *_, last = Answerer(shelf, None, BagEmbedder(), refuse_below=0.2).ask(query)
        assert isinstance(last, Answered)
        return last.answer

    made = asked("V3 vs V8, suction and price")
    verdict, _, first, second, quote = made.text.split("\n")
    assert verdict.endswith("is cheaper by 110.00 EUR.")
    assert ("299.00 EUR [1]" in first, "189.00 EUR [2]" in second) == (True, True)
    assert quote == "According to V3 and V8 guide: “Suction; V3: 2700 Pa; V8: 9000 Pa” [3]"
    assert [one.quote for one in made.citations if one.n == 3] == ["Suction; V3: 2700 Pa; V8: 9000 Pa"]
    *_, last = asked("V3 vs V8, dancing and price").text.split("\n")
    assert last == "On “dancing” I could not find anything in the shop's documents."
