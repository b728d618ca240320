"""Computing: questions of three shops, understood and computed, down to the rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.chunk import Chunk
from index.database.filters import Condition
from index.database.store import Store
from index.database.view import View
from index.database.vocabulary import Vocabulary, read_vocabulary
from retriever.computing import Computed, compute, conditions
from retriever.understanding import understand
from retriever.understood import Understood
from tests.retriever.published import Shop
from tests.retriever.shops import VIEW, open_shops

Shops = tuple[Store, dict[str, int], dict[str, Vocabulary]]


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shops]:
    """The store with the shops, their collections and vocabularies."""
    store, ids = open_shops(tmp_path_factory.mktemp("shops"))
    yield store, ids, {name: read_vocabulary(store.engine, id, 1) for name, id in ids.items()}
    store.close()


def ask(shops: Shops, shop: str, query: str, view: View = VIEW) -> Computed | None:
    """What a question gives."""
    store, ids, vocabularies = shops
    return compute(understand(query, vocabularies[shop]), store.engine, ids[shop], view)


def skus(chunks: tuple[Chunk, ...]) -> list[str]:
    return [str(chunk.attributes["sku"]) for chunk in chunks]


@pytest.mark.parametrize(
    ("shop", "query", "count", "groups"),
    [
        ("home", "How many kettles do you have?", 4, {"EUR": ["T-10", "T-17", "Z-5"], "CNY": ["W-1"]}),
        ("home", "kettles up to 45 EUR", 2, {"EUR": ["T-10", "T-17"]}),
        ("home", "kettles under 45 EUR", 1, {"EUR": ["T-10"]}),
        ("home", "cheapest kettle", 4, {"EUR": ["T-10"], "CNY": ["W-1"]}),
        ("home", "最贵的两款产品", 10, {"EUR": ["V-3", "V-8"], "CNY": ["P-6", "D-1"]}),
        ("home", "Which kettle is the quietest?", 4, {"": ["Z-5"]}),
        ("home", "哪款产品保修期最长", 10, {"": ["Z-5", "P-6"]}),
        ("home", "average price of vacuum cleaners", 2, {"EUR": ["V-8", "V-3"]}),
        ("home", "Which products have at least 5 Ah?", 1, {"EUR": ["V-8"]}),
        ("home", "噪音低于50分贝的产品", 1, {"CNY": ["D-2"]}),
        ("computers", "laptops with 16 GB, not Acme", 1, {"USD": ["BK-15"]}),
        ("computers", "laptops lighter than 1 kg", 1, {"USD": ["BK-13"]}),
        ("outdoor", "red jackets", 1, {"": ["J1"]}),
        ("outdoor", "what is the heaviest bike", 2, {"": ["B2"]}),
    ],
)
def test_the_rows_of_an_answer(shops: Shops, shop: str, query: str, count: int, groups: dict[str, list[str]]) -> None:
    """By price within each currency, or by what was asked for; translated wares are found in either language."""
    found = ask(shops, shop, query)
    assert found is not None
    assert found.count == count
    assert {group.currency: skus(group.rows) for group in found.groups} == groups


def test_an_average_is_over_all_that_meet_the_question(shops: Shops) -> None:
    """In base units."""
    found = ask(shops, "home", "average weight of the vacuum cleaners")
    assert found is not None
    (group,) = found.groups
    assert group.average == pytest.approx((3200 + 2600) / 2)
    assert group.total == 2


def test_an_empty_result_names_what_to_give_up(shops: Shops) -> None:
    """The constraint without which most is found, a price with its currency, and what comes nearest."""
    found = ask(shops, "home", "kettles under 20 EUR that are in stock")
    assert found is not None
    assert found.relaxed is not None
    assert (found.count, found.relaxed.constraint.en, found.relaxed.count) == (0, "price under 20 EUR", 3)
    assert skus(found.relaxed.rows) == ["T-17", "Z-5", "W-1"]


def test_what_is_asked_for_is_not_given_up(shops: Shops) -> None:
    """Other products are no answer to a question for kettles, as long as another constraint can go."""
    found = ask(shops, "home", "kettles louder than 90 dB")
    assert found is not None
    assert found.relaxed is not None
    assert (found.relaxed.constraint.en, found.relaxed.count) == ("noise level over 90 dB", 4)
    assert skus(found.relaxed.rows)[0] == "T-17"


def test_brands_are_counted(shops: Shops) -> None:
    """Each with how many products it has."""
    found = ask(shops, "home", "Which brands do you have?")
    assert found is not None
    assert [(value.row.attributes["brand"], value.count) for value in found.values] == [
        ("Nordhem", 3),
        ("Zelva", 3),
        ("云禾", 2),
        ("青原", 2),
    ]


def test_products_are_compared_by_name(shops: Shops) -> None:
    """The product itself, not the part that is for it; None where one is not to be found."""
    found = ask(shops, "home", "compare the T17 and the Z5")
    assert found is not None
    assert skus(found.groups[0].rows) == ["T-17", "Z-5"]
    assert ask(shops, "home", "compare the T17 and the X99") is None


def test_filters_hold_besides(shops: Shops) -> None:
    """A caller's filters restrict what is counted; a view decides what may be seen."""
    store, ids, vocabularies = shops
    understood = understand("How many kettles do you have?", vocabularies["home"])
    zelva = (Condition("brand", ("Zelva",)),)
    found = compute(understood, store.engine, ids["home"], VIEW, zelva)
    assert found is not None
    assert found.count == 1
    nothing = compute(understood, store.engine, ids["home"], View(0, "2026-11-26", 0))
    assert nothing is not None
    assert nothing.count == 0


def test_constraints_alone_are_for_retrieval(shops: Shops) -> None:
    """Nothing is computed where words are left, but the store finds just what the constraints allow."""
    store, ids, vocabularies = shops
    understood = understand("Which kettles under 50 EUR are easy to clean?", vocabularies["home"])
    assert compute(understood, store.engine, ids["home"], VIEW) is None
    texts = store.matching(ids["home"], VIEW, conditions(understood))
    chunks = store.chunks(texts.tolist(), ids["home"], VIEW, conditions(understood))
    assert sorted(str(chunk.attributes["sku"]) for chunk in chunks.values()) == ["T-10", "T-17"]
    assert compute(Understood(), store.engine, ids["home"], VIEW) is None


def test_a_question_of_another_shop_finds_nothing_here(shops: Shops, tmp_path: Path) -> None:
    """A collection sees its own rows alone."""
    store, ids, vocabularies = shops
    understood = understand("How many laptops do you have?", vocabularies["computers"])
    assert understood.operation == "count"
    found = compute(understood, store.engine, ids["outdoor"], VIEW)
    assert found is not None
    assert found.count == 0


def test_prices_that_cannot_be_compared_are_left_out_and_counted(tmp_path: Path) -> None:
    """ "from 49" and "on request" are no figures: they are in no order, count or average, and the reply can say so."""
    rows = [
        {"sku": "L-1", "name": "Rilla lamp", "Price EUR": "19.90"},
        {"sku": "L-2", "name": "Sorva lamp", "Price EUR": "from 49"},
        {"sku": "L-3", "name": "Tessin lamp", "Price EUR": "on request"},
        {"sku": "L-4", "name": "Ulvik lamp", "Price EUR": "2 for 30.00"},
        {"sku": "L-5", "name": "Varde lamp", "Price EUR": "39.90"},
    ]
    shop = Shop(tmp_path)
    shop.publish_table(rows)
    retriever = shop.retriever()
    found = [
        retriever.search(query).computed
        for query in ("cheapest lamp", "lamps under 30 euros", "average price of a lamp")
    ]
    assert [(one.count if one else None, one.left_out if one else None) for one in found] == [(5, 3), (1, 3), (5, 3)]
    retriever.close()
    shop.store.close()
