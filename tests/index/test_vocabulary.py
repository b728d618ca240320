"""The vocabulary of a collection: brands, kinds, columns and their values, of one generation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.chunk import Chunk, Locator
from index.database.store import Store
from index.database.vocabulary import NumericColumn, Vocabulary, read_vocabulary
from index.database.writing import Writing
from tests.retriever.shops import open_shops


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, dict[str, int]]]:
    """The store with the three shops."""
    store, ids = open_shops(tmp_path_factory.mktemp("shops"))
    yield store, ids
    store.close()


@pytest.fixture(scope="module")
def home(shops: tuple[Store, dict[str, int]]) -> Vocabulary:
    """What the first shop has."""
    return read_vocabulary(shops[0].engine, shops[1]["home"], 1)


def test_brands_categories_and_currencies_are_those_of_the_rows(home: Vocabulary) -> None:
    """Folded, categories in the singular too, each with the values it stands for."""
    assert (home.products, home.priced, home.stocked) == (10, 10, 10)
    assert home.brands == {name: frozenset({name}) for name in ("nordhem", "zelva", "云禾", "青原")}
    assert home.categories["vacuum cleaner"] == frozenset({"vacuum cleaners"})
    assert home.currencies == {"EUR": 6, "CNY": 4}
    assert home.spelled["nordhem"] == "Nordhem"


def test_columns_of_measures_know_their_dimension(home: Vocabulary) -> None:
    """The unit is the header's or the value's; the commonest come first."""
    assert home.columns("volume") == (
        NumericColumn("容量", "volume", 4),
        NumericColumn("Capacity", "volume", 3),
        NumericColumn("Dust bin", "volume", 2),
    )
    assert home.columns("charge") == (NumericColumn("Batteries", "charge", 1),)
    assert home.numeric[0].count == 6


def test_columns_of_words_have_values_and_their_cells(shops: tuple[Store, dict[str, int]], home: Vocabulary) -> None:
    """Numbers and sentences are not among them."""
    colours = next(column for column in home.texts if column.name == "Colour")
    assert colours.values["matt black"] == ("matt black",)
    assert {column.name for column in home.texts} == {"Colour", "颜色", "材质"}


def test_the_words_for_what_products_are(home: Vocabulary) -> None:
    """The heads of names, not what a thing is for."""
    assert {word: home.heads[word] for word in ("kettle", "vacuum", "lid", "电饭煲")} == {
        "kettle": 3, "vacuum": 2, "lid": 1, "电饭煲": 2
    }  # fmt: skip
    assert "nordhem" not in home.heads


def test_paths_and_bilingual_values_are_known_by_their_parts(tmp_path: Path) -> None:
    """A level of a category's path, and each half of "Orva 欧瓦", lead to the whole value."""
    store = Store.open(f"sqlite:///{tmp_path / 'a.db'}")
    writing = Writing(store, 0)
    collection = writing.collection("default", "/shop")
    attributes = {"name": "Tote", "brand": "Orva 欧瓦", "category": "Gear / Bags"}
    chunk = Chunk("1", "a.csv", 0, "Name: Tote", "Tote", locator=Locator(row=2), attributes=attributes)
    writing.add(collection, writing.document(collection, "a.csv"), [chunk])
    found = read_vocabulary(store.engine, collection, 1)
    store.close()
    assert found.brands == dict.fromkeys(("orva 欧瓦", "orva", "欧瓦"), frozenset({"orva 欧瓦"}))
    assert found.categories["bag"] == frozenset({"gear / bags"})


def test_it_is_that_of_one_generation(shops: tuple[Store, dict[str, int]]) -> None:
    """Before anything was published there is nothing."""
    assert read_vocabulary(shops[0].engine, shops[1]["home"], 0).products == 0
