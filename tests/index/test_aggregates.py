"""Aggregates: counts, ranks and averages of the products that a view may see, each product once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.database.aggregates import PRICE, Among, By
from index.database.filters import All, Condition, Either, Restriction, Worded
from index.database.store import Store
from index.database.view import View
from index.database.withdrawals import withdraw
from index.database.writing import Writing
from tests.retriever.shops import HOME, VIEW, open_shops, rows

KETTLES = Either((Condition("category", ("Kettles",)), Worded("name", ("kettle", "kettles"), head=True)))
POWER = By(("Power (W)", "额定功率(W)"), "power")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Among]:
    """All products of the first shop, in each kind of database."""
    if request.param == "sqlite":
        store, ids = open_shops(tmp_path_factory.mktemp("shops"))
        collection = ids["home"]
    else:
        store = Store.open(request.getfixturevalue("postgresql_databases")())
        writing = Writing(store, 0)
        collection = writing.collection("home", "/home")
        writing.add(collection, writing.document(collection, "list.xlsx"), rows("home", HOME))
    yield Among(store.engine, collection, VIEW)
    store.close()


def skus(among: Among, by: By | None = None, *, descending: bool = False) -> list[str]:
    """The SKUs, in order."""
    found = among.found(by)
    ranked = found.first(None, descending=descending)
    chunks = among.chunks([id for id, _ in ranked])
    return [str(chunks[id].attributes["sku"]) for id, _ in ranked]


@pytest.mark.parametrize(
    ("tests", "found"),
    [
        ((KETTLES,), ["T-17", "T-10", "Z-5"]),
        ((KETTLES, Condition("price", maximum=45.0)), ["T-17", "T-10"]),
        ((KETTLES, Condition("price", maximum=45.0, strict=True)), ["T-10"]),
        ((Condition("Capacity", minimum=1500.0, dimension="volume", also=("Dust bin", "容量")),),
         ["T-17", "Z-5", "D-1", "D-2", "P-6", "W-1"]),
        ((Condition("Capacity", minimum=1500.0, dimension="volume"),), ["T-17", "Z-5"]),
        ((Condition("Capacity", maximum=1500.0, dimension="mass"),), []),
        ((Condition("Batteries", minimum=5000.0, dimension="charge"),), ["V-8"]),
        ((Condition("Colour", ("matt black",)),), ["T-17"]),
        ((Condition("Power (W)", minimum=100.0, dimension="power", negated=True), Condition("currency", ("EUR",))),
         ["Z-90", "V-3"]),
        ((Worded("name", ("电饭煲",), head=True),), ["D-1", "D-2"]),
        ((Worded("name", ("水壶",), head=True),), ["W-1"]),
        ((Worded("name", ("kettle",)),), ["T-17", "T-10", "Z-5", "Z-90"]),
        ((Worded("name", ("kettle",), head=True, negated=True), Condition("brand", ("zelva",))), ["Z-90", "V-3"]),
        ((Either((KETTLES,), negated=True), Condition("brand", ("nordhem",))), ["V-8"]),
        ((All((KETTLES, Worded("name", ("travel",)))),), ["T-10"]),
    ],
)  # fmt: skip
def test_tests_are_exact(shop: Among, tests: tuple[Restriction, ...], found: list[str]) -> None:
    """Ranges in base units, closed or not; several columns as one; words, whole and as what a thing is."""
    among = shop.where(*tests)
    assert skus(among) == found
    # the form for rows that were found by something else gives the same
    assert skus(shop.where(*(AsClause(test) for test in tests))) == found


class AsClause:
    """A test that is always asked in its general form."""

    def __init__(self, test: Restriction) -> None:
        self.clause = self.lookup = test.clause


def test_figures_of_a_measure(shop: Among) -> None:
    """Most first, equals in the sheet's order, rows without the measure left out; the mean in base units."""
    assert skus(shop.where(KETTLES), POWER, descending=True) == ["Z-5", "T-17", "T-10"]
    found = shop.found(POWER)
    assert (found.count, found.having_values().count) == (10, 9)
    assert shop.where(KETTLES).found(POWER).average() == pytest.approx((2200 + 900 + 3000) / 3)


def test_prices_are_kept_apart_by_currency(shop: Among) -> None:
    """Each currency has its own count, order and mean."""
    found = shop.found(PRICE)
    assert found.priced() == {"EUR": 6, "CNY": 4}
    assert found.of_currency("CNY").average() == pytest.approx((399 + 259 + 699 + 129) / 4)
    (first, *_) = found.of_currency("EUR").first(1)
    assert first[1] == 8.5
    assert (found.of_currency("USD").count, found.unpriced().count) == (0, 0)


def test_values_of_a_column(shop: Among) -> None:
    """With how many products have each, and a row of one."""
    values = shop.values("brand")
    assert [(value, n) for value, n, _ in values] == [("nordhem", 3), ("zelva", 3), ("云禾", 2), ("青原", 2)]
    (chunk,) = shop.chunks([values[0][2]]).values()
    assert chunk.attributes["brand"] == "Nordhem"


def test_nothing_is_found_of_nothing(shop: Among) -> None:
    """No row, no product, no value."""
    found = shop.where(Condition("brand", ("nobody",))).found(PRICE)
    assert (found.count, found.priced(), found.first(5)) == (0, {}, [])


def test_a_product_in_two_sheets_or_parts_counts_once(tmp_path: Path) -> None:
    """By its SKU; one without a SKU by its row."""
    store = Store.open(f"sqlite:///{tmp_path / 'a.db'}")
    writing = Writing(store, 0)
    collection = writing.collection("default", "/shop")
    document = writing.document(collection, "list.xlsx")
    again = {**HOME[0], "price": 40.0}
    unnumbered = {"name": "Gift card", "price": 20.0, "currency": "EUR"}
    part = rows("c", [unnumbered], "Cards")[0]
    writing.add(collection, document, rows("a", HOME[:2], "Spring") + rows("b", [again], "Autumn") + [part])
    writing.add(collection, document, rows("d", [unnumbered], "Cards"))
    found = Among(store.engine, collection, VIEW).found(PRICE)
    assert found.count == 3
    assert [value for _, value in found.first(None)] == [20.0, 29.9, 40.0]
    assert [value for _, value in found.first(None, descending=True)] == [45.0, 29.9, 20.0]
    assert found.average() == pytest.approx((20 + 29.9 + 40) / 3)
    store.close()


def test_what_a_view_may_not_see_never_counts(tmp_path: Path) -> None:
    """Rows that are withdrawn, not valid on the day, or of another generation."""
    store = Store.open(f"sqlite:///{tmp_path / 'a.db'}")
    writing = Writing(store, 0)
    collection = writing.collection("default", "/shop")
    dated = [{**HOME[0], "valid_to": "2026-11-25"}, {**HOME[1], "valid_from": "2026-11-27"}, HOME[2], HOME[4]]
    writing.add(collection, writing.document(collection, "list.xlsx"), rows("default", dated))
    withdraw(store.engine, "sku", "V-3", by="test")
    assert skus(Among(store.engine, collection, VIEW)) == ["Z-5"]
    assert skus(Among(store.engine, collection, View(1, "2026-11-25", 1))) == ["T-17", "Z-5"]
    assert skus(Among(store.engine, collection, View(0, "2026-11-26", 1))) == []
    store.close()
