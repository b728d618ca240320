"""A model's query, slot by slot: the customer's conditions hold or are said to be open, and no others are made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.database.filters import Condition, Within
from index.database.sheets import Column, Sheet
from index.hashing import HashingEmbedder
from retriever.planner.checked import checked
from retriever.planner.heard import Heard
from retriever.planner.query import Comparison, parsed
from retriever.understood import NOTHING, Understood

NAME = Column("Name", "name", "text", "name")
PRICE = Column("Price", "price", "number", "price", unit="EUR")
STOCK = Column("Stock", "stock", "number", "stock")
CAPACITY = Column("Capacity", "Capacity", "number", dimension="volume", choices={"1.7 l": ()}, low=500, high=1700)
POWER = Column("Power (W)", "Power (W)", "number", dimension="power", low=1000, high=2400)
COLOUR = Column("Colour", "Colour", "choice", choices={"Red": ("Red", "Red / Blue"), "Blue": ("Red / Blue",)})
SHEET = Sheet("Kettles", ((7, "A"),), 12, (NAME, PRICE, STOCK, CAPACITY, POWER, COLOUR))


Ask = Callable[..., Understood]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """A query that a model wrote for a question -> what of it holds."""
    embedder = HashingEmbedder(tmp_path)

    def understood(query: str, question: str, *, whole: bool = True) -> Understood:
        return checked(parsed(query, SHEET), question, SHEET, embedder, whole=whole)

    return understood


def test_a_bound_is_the_customers_amount_in_base_units(ask: Ask) -> None:
    found = ask('SELECT "Name" WHERE "Capacity" >= 1.5 AND "Price" < 60', "1.5 litres or more, under 60 euro")
    capacity, price = (constraint.test for constraint in found.constraints)
    assert capacity == Condition("Capacity", minimum=1500.0, dimension="volume")
    assert price == Condition("price", maximum=60.0, strict=True)
    assert (found.operation, found.left) == ("list", "")


def test_a_bare_number_is_in_the_columns_own_unit(ask: Ask) -> None:
    found = ask('SELECT "Name" WHERE "Capacity" > 1.5 AND "Power (W)" <= 2000', "over 1.5, at most 2000")
    assert [constraint.test for constraint in found.constraints] == [
        Condition("Capacity", minimum=1500.0, dimension="volume", strict=True),
        Condition("Power (W)", maximum=2000.0, dimension="power"),
    ]


def test_a_number_that_nobody_said_is_no_condition(ask: Ask) -> None:
    assert ask('SELECT "Name" WHERE "Price" <= 100', "the kettles that are not dear") is NOTHING
    found = ask('SELECT "Name" WHERE "Colour" = \'Red\' AND "Price" <= 100', "red kettles")
    assert [constraint.field for constraint in found.constraints] == ["Colour"]


def test_an_amount_that_no_condition_has_is_said_to_be_open(ask: Ask) -> None:
    assert ask('SELECT "Name" WHERE "Colour" = \'Red\'', "red kettles under 60 euro").left == "60 euro"


def test_a_column_that_is_spoken_of_without_a_condition_is_said_to_be_open(ask: Ask) -> None:
    assert ask('SELECT "Name" WHERE "Colour" = \'Red\'', "red kettles of a good capacity").left == "Capacity"
    assert ask('SELECT "Capacity" WHERE "Colour" = \'Red\'', "the capacity of red kettles").left == ""


def test_litres_are_no_price(ask: Ask) -> None:
    assert ask('SELECT "Name" WHERE "Price" <= 2', "kettles of 2 litres at most") is NOTHING


def test_a_value_is_every_cell_that_has_it(ask: Ask) -> None:
    found = ask("SELECT COUNT(*) WHERE \"Colour\" != 'Red'", "how many are not red")
    assert found.operation == "count"
    assert found.constraints[0].test == Condition("Colour", ("Red", "Red / Blue"), negated=True)
    assert found.constraints[0].en == "Colour not ‘Red’"


def test_a_product_that_was_only_shown_is_not_meant(ask: Ask) -> None:
    """A model that copies one of the names beside a question has heard nothing of it."""
    wish = "which kettle has a socket of the newer kind, under 60 euro"
    found = ask('SELECT "Name" WHERE "Name" = \'Kesti One Kettle Steel\' AND "Price" <= 60', wish)
    assert [one.field for one in found.constraints] == ["price"]
    named = "the Kesti One, under 60 euro"
    found = ask('SELECT "Name" WHERE "Name" = \'Kesti One Kettle Steel\' AND "Price" <= 60', named)
    assert sorted(one.field for one in found.constraints) == ["kind", "price"]


def test_orders(ask: Ask) -> None:
    cheapest = ask('SELECT "Name" ORDER BY "Price" ASC LIMIT 1', "the cheapest one")
    assert (cheapest.operation, cheapest.limit) == ("cheapest", None)
    most = ask('SELECT "Name", "Colour" ORDER BY "Power (W)" DESC LIMIT 3', "the 3 strongest and their colour")
    assert (most.operation, most.limit, most.left) == ("most", 3, "")
    assert most.field is not None
    assert (most.field.names, most.field.dimension) == (("Power (W)",), "power")
    assert [field.names for field in most.asked] == [("Colour",)]


def test_an_order_that_nobody_asked_for_is_none(ask: Ask) -> None:
    query = 'SELECT "Name" WHERE "Colour" = \'Red\' ORDER BY "Power (W)" ASC'
    assert ask(query, "red kettles, what is there?").operation == "list"
    assert ask(query, "red kettles, the weakest first").operation == "least"


def test_stock_needs_no_number(ask: Ask) -> None:
    found = ask('SELECT "Name" WHERE "Stock" > 0 AND "Colour" = \'Red\'', "red ones you have now")
    assert found.constraints[0].test == Condition("stock", minimum=0.0, strict=True)


def test_one_sheet_of_several_is_named(ask: Ask) -> None:
    found = ask('SELECT "Name" ORDER BY "Price" ASC LIMIT 1', "the cheapest kettle", whole=False)
    assert found.constraints[-1].test == Within(((7, "A"),))


def test_everything_is_no_wish(ask: Ask) -> None:
    assert ask('SELECT "Name"', "kettles?") is NOTHING


def test_a_value_that_nobody_spoke_of_is_no_condition(ask: Ask) -> None:
    """But one in other words is, where it is the nearest of its column."""
    assert ask('SELECT "Name" WHERE "Name" LIKE \'%travel%\'', "kettles for two") is NOTHING
    found = ask('SELECT "Name" WHERE "Name" LIKE \'%kettle%\' AND "Colour" = \'Red\'', "red kettles for two")
    assert [constraint.field for constraint in found.constraints] == ["kind", "Colour"]


def test_a_sign_in_common_is_no_word_in_common(tmp_path: Path) -> None:
    kinds = Column("分类", "category", "choice", "category", choices={"电热水器": ("电热水器",), "冰箱": ("冰箱",)})
    assert not Heard("你家有卖电饭煲吗？", HashingEmbedder(tmp_path)).holds(Comparison(kinds, "=", "电热水器"))
    assert Heard("有 60 升的热水器吗", HashingEmbedder(tmp_path)).holds(Comparison(kinds, "=", "电热水器"))


PLUG = Column("Plug", "Plug", "choice", choices={one: (one,) for one in ("USB Type-C", "USB Type-A 3.2", "Barrel")})
DIAGONAL = Column("Size", "Size", "number", low=10, high=60)
ROOM = Column("Room", "Room", "number", low=100, high=9000)


def test_a_word_of_several_values_means_them_all(tmp_path: Path) -> None:
    heard = Heard("a lamp with a usb plug", HashingEmbedder(tmp_path))
    assert heard.meant(PLUG, "USB Type-C") == ["USB Type-C", "USB Type-A 3.2"]
    heard = Heard("a lamp with a usb type-c plug", HashingEmbedder(tmp_path))
    assert heard.meant(PLUG, "USB Type-C") == ["USB Type-C"]
    heard = Heard("一盏灯", HashingEmbedder(tmp_path))
    assert heard.meant(PLUG, "Barrel") == ["Barrel"]


@pytest.mark.parametrize(
    ("query", "question", "low"),
    [
        ('SELECT "Name" WHERE "Size" = 27', "a 27 inch one", 27.0),
        ('SELECT "Name" WHERE "Room" = 2000', "a drive of 2 TB", 2000.0),
    ],
)
def test_a_column_without_a_unit_is_compared_by_the_figures(
    tmp_path: Path, query: str, question: str, low: float
) -> None:
    sheet = Sheet("Screens", ((7, "A"),), 12, (NAME, DIAGONAL, ROOM))
    found = checked(parsed(query, sheet), question, sheet, HashingEmbedder(tmp_path), whole=True)
    (constraint,) = found.constraints
    assert isinstance(constraint.test, Condition)
    assert (constraint.test.minimum, constraint.test.maximum) == (low, low)
    assert found.left == ""


def test_a_budget_is_no_least_price(ask: Ask) -> None:
    found = ask('SELECT "Name" WHERE "Price" BETWEEN 50 AND 50', "my budget is 50 euro")
    assert [constraint.test for constraint in found.constraints] == [Condition("price", maximum=50.0)]


RADIO = Column("Bluetooth", "Bluetooth", "choice", choices={one: (one,) for one in ("Nina W102", "NINA B306", "No")})
FILLED = Column("Memory", "Memory", "choice", choices={one: (one,) for one in ("8 kB", "16 kB")})


def test_a_column_that_is_named_without_a_value_is_any_but_none(tmp_path: Path) -> None:
    """A model writes one of the values, where the customer said "with bluetooth"; a value of his own is that value."""
    sheet = Sheet("Boards", ((7, "A"),), 12, (NAME, RADIO, FILLED))
    embedder = HashingEmbedder(tmp_path)
    query = parsed('SELECT "Name" WHERE "Bluetooth" = \'NINA B306\'', sheet)
    (any_of,) = checked(query, "which boards have bluetooth?", sheet, embedder, whole=True).constraints
    assert getattr(any_of.test, "tests", ()) == (
        Condition("Bluetooth", ("Nina W102",)),
        Condition("Bluetooth", ("NINA B306",)),
    )
    (one,) = checked(query, "which boards have bluetooth, the nina b306?", sheet, embedder, whole=True).constraints
    assert one.test == Condition("Bluetooth", ("NINA B306",))
    every = parsed('SELECT "Name" WHERE "Memory" = \'8 kB\'', sheet)
    found = checked(every, "boards with the most memory", sheet, embedder, whole=True)
    assert all(one.test == Condition("Memory", ("8 kB",)) for one in found.constraints), "all have some"
