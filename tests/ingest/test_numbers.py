"""Numbers in cells, under the convention that their column and file show."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ingest.numbers import Convention, Kind, Marks, file_convention, number_of

COMMA, POINT = Convention(",", True), Convention(".", True)


def convention_of(cells: list[str], hint: Convention | None = None, kind: Kind = "measure") -> Convention:
    """The convention that a column's cells show."""
    return Marks().take(cells).convention(hint, kind)


@pytest.mark.parametrize(
    ("cells", "values", "kind"),
    [
        (["1.299,00", "24,90", "2.450", "1 099,00"], ["1299", "24.9", "2450", "1099"], "money"),
        (["12,5", "1,800", "48,0", "0,5"], ["12.5", "1.8", "48", "0.5"], "measure"),
        (["12,5", "1.800", ""], ["12.5", "1800", None], "measure"),
        (["1,299.00", "24.90", "2,450"], ["1299", "24.9", "2450"], "money"),
        (["0.75", "1.299"], ["0.75", "1.299"], "measure"),
        (["1.250", "85", "3"], ["1250", "85", "3"], "count"),
        (["1,250", "85", "3"], ["1250", "85", "3"], "count"),
        (["1.299", "899", "2.450"], ["1299", "899", "2450"], "money"),
        (["1,299", "899"], ["1299", "899"], "money"),
        (["1'299.00", "89.50", "1'050"], ["1299", "89.5", "1050"], "money"),
        (["1’299,50", "2.100"], ["1299.5", "2100"], "money"),
        (["1,29,900", "12,500", "899.00"], ["129900", "12500", "899"], "money"),
        (["1.299.000", "2.450"], ["1299000", "2450"], "money"),
        (["1 299", "2 450,5"], ["1299", "2450.5"], "money"),
        (["19.90", "24,90", "1.299", "1,299"], ["19.9", "24.9", None, None], "money"),
        (["1.250", "2,500"], [None, None], "money"),
        (["１２９９", "３２．５"], ["1299", "32.5"], "money"),
        (["3.2万", "一千二百", "12亿"], ["32000", "1200", "1200000000"], "money"),
        (["1.7 l", "12,5 l", "2.000 l"], [None, None, None], "measure"),
    ],
)
def test_a_column_tells_which_sign_is_decimal(cells: list[str], values: list[str | None], kind: Kind) -> None:
    convention = convention_of(cells, kind=kind)
    assert [number_of(cell, convention) for cell in cells] == [value and Decimal(value) for value in values]


def test_a_column_that_shows_nothing_goes_by_its_file() -> None:
    """Weights of "1.800" beside prices of "24,90" are thousands; a stock of "1.250" is whole by itself."""
    prices = convention_of(["24,90", "1.299,00"], kind="money")
    file = file_convention([prices, convention_of(["85", "3"])])
    assert file == COMMA
    assert number_of("1.800", convention_of(["1.800"], file)) == 1800
    assert number_of("1.800", convention_of(["1.800"], file_convention([POINT]))) == Decimal("1.8")
    assert number_of("1,250", convention_of(["1,250"], file, "count")) == 1250


def test_a_file_whose_columns_differ_tells_nothing() -> None:
    assert file_convention([COMMA, POINT]) is None
    assert file_convention([Convention(), Convention("")]) is None


def test_a_slip_is_no_convention() -> None:
    """One "24,90" among forty prices with a point is read for what it is, and the others keep their point."""
    cells = [f"{n}.50" for n in range(40)] + ["24,90", "1.299"]
    convention = convention_of(cells, kind="money")
    assert (number_of("24,90", convention), number_of("1.299", convention)) == (Decimal("24.90"), Decimal("1.299"))


def test_a_list_of_numbers_shows_no_decimal_comma() -> None:
    assert convention_of(["450,2000", "5,6000", "12"]) == Convention()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("-5", -5), ("(12.50)", "-12.5"), ("12-", -12), ("−3,5", "-3.5"), ("+4", 4), (".5", "0.5"), ("1e3", 1000)),
        *(("1,23,4", None), ("1.2.3", None), ("12 34", None), ("abc", None), ("", None), ("-", None), ("1,", None)),
        *(("15.03.2026", None), ("12%", None), ("10²", None), ("3 x 4", None), ("万一", None)),
    ],
)
def test_single_numbers(text: str, value: str | int | None) -> None:
    assert number_of(text) == (None if value is None else Decimal(value))
