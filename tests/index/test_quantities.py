"""Quantities: what a text states with a unit, in one form."""

from __future__ import annotations

from decimal import Decimal

import pytest

from index.text.quantities import number, quantities
from index.text.units import header_unit, unit


def read(text: str) -> list[tuple[float, str]]:
    return [(float(found.value), found.dimension) for found in quantities(text)]


@pytest.mark.parametrize("text", ["1,7 L", "1.7 litre", "1700 ml", "1.7升", "１．７Ｌ", "1.7-litre", "1,700 ml"])
def test_spellings_of_one_volume_are_one_value(text: str) -> None:
    """A decimal comma, another unit and another script change nothing."""
    assert read(text) == [(1700.0, "volume")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("24 months", (24.0, "months")),
        ("2 years", (24.0, "months")),
        ("保修三年", (36.0, "months")),
        ("二十五个月", (25.0, "months")),
        ("within 5 working days", (5.0, "working days")),
        ("€ 79.90", (79.9, "money:EUR")),
        ("1.299,00 EUR", (1299.0, "money:EUR")),
        ("¥1,299.00", (1299.0, "money:CNY")),
        ("三百元左右", (300.0, "money:CNY")),
        ("1.5万元", (15000.0, "money:CNY")),
        ("3千克", (3000.0, "mass")),
        ("3千元", (3000.0, "money:CNY")),
        ("28 cm", (280.0, "length")),
        ("2.5A", (2500.0, "current")),
        ("60 dB(A)", (60.0, "noise")),
        ("30㎡", (30.0, "area")),
        ("-5 °C", (-5.0, "temperature")),
        ("under 40 bucks", (40.0, "money:USD")),
        ("200块以下", (200.0, "money:CNY")),
        ("三千五元", (3500.0, "money:CNY")),
        ("一万二千元", (12000.0, "money:CNY")),
        ("NT$ 2,490", (2490.0, "money:TWD")),
        ("₹500", (500.0, "money:INR")),
        ("80 Franken", (80.0, "money:CHF")),
        ("1,5 Liter", (1500.0, "volume")),
        ("24 Monate", (24.0, "months")),
        ("3 Werktage", (3.0, "working days")),
        ("5 ft", (1524.0, "length")),
    ],
)
def test_a_measure_is_given_in_base_units(text: str, found: tuple[float, str]) -> None:
    """Each dimension has one base unit."""
    assert read(text) == [found]


@pytest.mark.parametrize(
    "text", ["K-200/EU", "2026年11月30日", "5 in stock", "一款", "B650", "buy 5 a day", "打8折", "5 try it"]
)
def test_what_is_no_measure_is_not_read(text: str) -> None:
    """Model numbers, dates and counts have no unit."""
    assert read(text) == []


def test_a_range_has_the_unit_of_its_end() -> None:
    """Both ends of 50-100 W are watts, and so are those of "between"."""
    assert read("50-100 W") == [(50.0, "power"), (100.0, "power")]
    assert read("between 50 and 100 EUR") == [(50.0, "money:EUR"), (100.0, "money:EUR")]


def test_places_are_those_of_the_text_as_written() -> None:
    """Compatibility forms may be longer than what was written (㎡ is m2)."""
    text = "房间10–30㎡，1.7升"
    assert [text[found.start : found.end] for found in quantities(text)] == ["10", "30㎡", "1.7升"]
    assert [found.written for found in quantities(text)] == ["10", "30㎡", "1.7升"]


def test_bare_numbers_come_where_they_are_asked_for() -> None:
    """A number without a unit has no dimension."""
    assert [(found.value, found.dimension) for found in quantities("stock 12, 5 kg", bare=True)] == [
        (Decimal(12), ""),
        (Decimal(5000), "mass"),
    ]


def test_units_of_a_header() -> None:
    """The last brackets of a header may hold a unit; a month is one there."""
    power, months = header_unit("Power (W)"), header_unit("质保(月)")
    assert power is not None
    assert (power.dimension, power.factor) == ("power", 1)
    assert months is not None
    assert (months.dimension, months.factor) == ("months", 1)
    assert header_unit("Remarks (see page)") is None
    assert unit("A") is not None
    assert unit("a") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,299.00", "1299.00"), ("1.299,00", "1299.00"), ("1,7", "1.7"), ("三百", "300"), ("1.5万", "15000.0")],
)
def test_a_number_by_itself(text: str, value: str) -> None:
    """Separators of thousands and decimals are told apart by their places."""
    assert number(text) == Decimal(value)


def test_what_is_more_than_a_number_has_no_value() -> None:
    """A text with anything besides is none."""
    assert number("12 kg") is None
    assert number("abc") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("箱子,350以内的", "350"), ("一万三以内", "13000"), ("1万3以内的", "13000"), ("1万以内", "10000")],
)
def test_chinese_amounts_as_they_are_written(text: str, value: str) -> None:
    """Behind a comma, and with the thousands that 万 leaves unsaid."""
    assert [one.value for one in quantities(text, bare=True)] == [Decimal(value)]


def test_generations_of_networks_are_no_grams() -> None:
    assert quantities("2G / 3G / 4G / 5G") == []
    assert [one.value for one in quantities("5 G, 5g, 7G, 250G")] == [5, 5, 7, 250]
