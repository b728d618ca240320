"""Sheets: what a shop's tables can be asked, as `ingest` has read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.database.aggregates import Among
from index.database.filters import Condition
from index.database.sheets import Column, Sheet, read_sheets
from index.database.view import View
from tests.asked import Asked

KETTLES = """SKU,Name,Price (EUR),Stock,Capacity,Colour,Waterproof,Photo
K-1,Gooseneck kettle,49.90,3,1.7 l,Black / White,yes,https://shop.example/1.jpg
K-2,Glass kettle,39.90,0,1.2 l,White,no,https://shop.example/2.jpg
K-3,Travel kettle,29.90,12,0.5 l,Black,no,https://shop.example/3.jpg
"""
TEAS = "Name,Price (EUR),Origin\nSencha,9.90,Japan\nAssam,7.90,India\n"


@pytest.fixture
def sheets(tmp_path: Path) -> tuple[Sheet, ...]:
    with Asked(tmp_path, {"kettles.csv": KETTLES, "north/teas.csv": TEAS, "south/teas.csv": TEAS}) as shop:
        return read_sheets(shop.store.engine, 1, 1)


def _columns(sheet: Sheet) -> dict[str, Column]:
    return {column.header: column for column in sheet.columns}


def test_tables_of_the_same_columns_are_one_sheet(sheets: tuple[Sheet, ...]) -> None:
    assert [(sheet.rows, len(sheet.places)) for sheet in sheets] == [(4, 2), (3, 1)]
    assert sheets[0].sources == {("north/teas.csv", None), ("south/teas.csv", None)}
    assert sheets[1].title == "kettles"


def test_columns_are_what_their_cells_are(sheets: tuple[Sheet, ...]) -> None:
    columns = _columns(sheets[1])
    assert {header: (column.sort, column.name) for header, column in columns.items()} == {
        "SKU": ("text", "sku"),
        "Name": ("text", "name"),
        "Price (EUR)": ("number", "price"),
        "Stock": ("number", "stock"),
        "Capacity": ("number", "Capacity"),
        "Colour": ("choice", "Colour"),
        "Waterproof": ("truth", "Waterproof"),
    }
    assert (columns["Price (EUR)"].low, columns["Price (EUR)"].high) == (29.9, 49.9)
    assert (columns["Capacity"].dimension, columns["Capacity"].high) == ("volume", 1700.0)
    assert "Photo" not in columns


def test_a_cell_of_several_values_has_each(sheets: tuple[Sheet, ...]) -> None:
    colour = _columns(sheets[1])["Colour"]
    assert {value: set(cells) for value, cells in colour.choices.items()} == {
        "Black": {"Black / White", "Black"},
        "White": {"Black / White", "White"},
    }


def test_a_column_of_many_values_is_text(tmp_path: Path) -> None:
    """However many there are, only a few examples of them are kept."""
    rows = "".join(f"Part {number},Maker {number},{number}.50\n" for number in range(300))
    with Asked(tmp_path, {"parts.csv": f"Name,Maker,Price\n{rows}"}) as shop:
        (sheet,) = read_sheets(shop.store.engine, 1, 1)
    maker = _columns(sheet)["Maker"]
    assert maker.sort == "text"
    assert len(maker.choices) == 3


def test_the_cells_of_a_value_are_those_that_conditions_find(tmp_path: Path) -> None:
    """However a list separates them: they are kept in one form."""
    cells = ('"LTE, GSM, NR"', '"GSM, LTE"', "NR", '"VoLTE, NR"', '"LTE, GSM, NR"')
    rows = "".join(f"Phone {name},{cell},9.90\n" for name, cell in zip("ABCDE", cells, strict=True))
    phones = f"Name,Network,Price\n{rows}"
    with Asked(tmp_path, {"phones.csv": phones}) as shop:
        (sheet,) = read_sheets(shop.store.engine, 1, 1)
        network = _columns(sheet)["Network"]
        assert network.sort == "choice"
        found = Among(
            shop.store.engine, 1, View(1, "2026-11-29", 1), (Condition("Network", network.choices["NR"]),)
        ).found()
        assert found.count == 4
