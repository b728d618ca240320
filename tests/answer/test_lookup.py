"""Looking up a cell: how a question names a row, and which price it asks for."""

from __future__ import annotations

import pytest

from answer.lookup import is_of_another, named
from answer.prices import asked_prices
from index.chunk import Chunk
from tests.rows import cells_from


def row(name: str) -> Chunk:
    """A row of that name."""
    return Chunk("1", "list.csv", 0, f"Name: {name}", cells=cells_from({"Name": name, "Price": "5"}))


@pytest.mark.parametrize(
    ("query", "name", "is_named"),
    [
        ("How much is the trekking pack?", "Trekking pack 45 L", True),
        ("How much is the 45 L trekking pack?", "Trekking pack 45 L", True),
        ("How much is the 60 L trekking pack?", "Trekking pack 45 L", False),
        ("What does the tasting set cost?", "Tasting set 4x100 g", True),
        ("Was kostet das Probierpaket Kaffee?", "Probierpaket Kaffee 4 x 100 g", True),
        ("会员买登山包多少钱", "登山包 45L", True),
        ("60升的登山包多少钱", "登山包 45L", False),
        ("How much is a lamp?", "Lamp 40 W", False),
        ("How much is the trekking pole?", "Trekking pack 45 L", False),
        ("escape1跟escape2，哪个轻", "Escape 1", True),
        ("escape10 in stock?", "Escape 1", False),
        ("what does the Slate AX weigh?", "Slate", False),
        ("price of the slate pro", "Slate", False),
        ("how heavy is the Slate in kg?", "Slate", True),
        ("THE SLATE AX?", "Slate", True),
    ],
)
def test_sizes_may_be_left_out_of_a_name(query: str, name: str, is_named: bool) -> None:
    """Of two words at least; a question that states another size names another row."""
    assert (named(query, row(name)) > 0) == is_named


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("会员买登山包多少钱", {"member"}),
        ("How much is the pack for a club member?", {"member"}),
        ("What do members pay for the pack?", {"member"}),
        ("What is the day rate of the plate compactor?", {"rental"}),
        ("夯土机日租多少？", {"rental"}),
        ("How much is the pack?", set()),
    ],
)
def test_who_asks_for_a_kind_of_price(query: str, kinds: set[str]) -> None:
    """By what they are, or for how long they want it."""
    assert asked_prices(query) == kinds


@pytest.mark.parametrize(
    ("query", "is_another"),
    [
        ("how heavy is the moto edge 40", False),
        ("how heavy is the sony edge 40", True),
        ("how heavy is the motorla edge 40", False),
    ],
)
def test_a_shortened_or_misspelt_name_is_the_rows(query: str, is_another: bool) -> None:
    assert is_of_another(query, row("Motorola Edge 40 Neo")) is is_another
