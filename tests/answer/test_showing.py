"""What a reply shows a page beside its text: rows, tables, steps, and a question back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from answer.parts import Choices, OfferedPassage, Products, Steps, Table, Text
from answer.showing import choices_among, steps_shown
from index.cell import Cell
from index.chunk import Chunk, Locator
from retriever.passage import Passage
from tests.asked import Asked

LIST = """SKU,Name,Price (EUR),Stock,Weight (g),Image,Page
T-1,Aldo lantern S,19.90,3,300,https://shop.example/a.jpg,https://shop.example/aldo
T-2,Aldo lantern M,29.90,0,450,,
T-3,Kesti tarp,49.90,7,450,,
T-4,Mira lamp,49.90,2,90,,
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with Asked(tmp_path_factory.mktemp("showing"), {"list.csv": LIST}) as opened:
        yield opened


def test_rows_as_products_with_price_stock_picture_and_link(shop: Asked) -> None:
    answer = shop.answer("which lanterns do you have under 25 euros?")
    lead, products = answer.parts
    assert isinstance(lead, Text)
    assert isinstance(products, Products)
    (one,) = products.products
    assert (one.name, one.price, one.stock) == ("Aldo lantern S", "19.90 EUR", "3")
    assert (one.picture, one.link) == ("https://shop.example/a.jpg", "https://shop.example/aldo")
    assert answer.passages[one.n - 1].chunk.attributes["sku"] == "T-1"
    assert "Aldo lantern M" not in answer.text


def test_a_comparison_is_a_verdict_and_a_table(shop: Asked) -> None:
    answer = shop.answer("compare the prices of T-1 and T-3")
    lead, table = answer.parts
    assert isinstance(lead, Text)
    assert isinstance(table, Table)
    assert "The Aldo lantern S is cheaper by 30.00 EUR." in lead.text
    assert table.rows == (("Aldo lantern S", "19.90"), ("Kesti tarp", "49.90"))
    assert "The Aldo lantern S is cheaper by 30.00 EUR." in answer.computed, "no row states the difference"


def test_equal_values_are_said_to_be(shop: Asked) -> None:
    assert "Both have the same price." in shop.ask("compare the prices of T-3 and T-4")


def test_numbered_lines_are_steps() -> None:
    text = "1. Open the lid.\n2) Fill it.\n③ Close it."
    assert steps_shown([OfferedPassage(4, "guide", "Filling", text)]) == Steps(
        "Filling", ("Open the lid.", "Fill it.", "Close it."), 4
    )
    assert steps_shown([OfferedPassage(1, "guide", "", "It is good.\nIt is fine.")]) is None
    assert steps_shown([OfferedPassage(1, "guide", "", text, whole=False)]) is None, "some are missing"


def _row(name: str, colour: str, sheet: str = "Lamps") -> Passage:
    cells = (Cell("Name", name, "name"), Cell("Colour", colour, "color"))
    text = "\n".join(cell.line for cell in cells)
    place = Locator(sheet=sheet, row=2)
    return Passage(Chunk(f"{name} {colour}", "list.xlsx", 1, text, name, locator=place, cells=cells), 0.9, 0.5)


def test_rows_of_one_table_are_asked_back_by_name_or_by_what_splits_them() -> None:
    mira, kesti = _row("Mira", "red"), _row("Kesti", "red")
    assert choices_among([[mira], [kesti]], "en") == Choices("Which of these do you mean?", ("Mira", "Kesti"))
    assert choices_among([[mira], [_row("Mira", "blue")]], "zh") == Choices("您指的是哪一个？", ("red", "blue"))
    assert choices_among([[mira]], "en") is None
    assert choices_among([[mira], [_row("Kesti", "red", "Tents")]], "en") is None, "of two tables"
