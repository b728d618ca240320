"""Numbers: one form for every spelling, compared with their units, and no number without a source."""

from __future__ import annotations

import random

import pytest

from answer.numbers import numbers, unsupported
from answer.stated import stated
from tests.rows import cells_of


def test_spellings_of_one_value_are_one_number() -> None:
    """Thousands separators, full-width digits, trailing zeros, Chinese and English words come to the same value."""
    for text in ("1,299.00 EUR", "１２９９元", "1299", "一千二百九十九元", "one thousand two hundred and ninety-nine"):
        assert numbers(text) == {"1299"}
    assert numbers("twenty-five") == numbers("二十五天") == numbers("25") == {"25"}


def test_model_numbers_are_whole() -> None:
    """K200 is neither 200 nor K210, and a hyphen does not matter."""
    assert numbers("K-200") == {"k200"}
    assert unsupported("The K210", ["The K200 has 210 W"]) == {"k210"}
    assert unsupported("K200EU", ["the K-200/EU"]) == frozenset()


def test_marks_and_articles_are_no_numbers() -> None:
    """Citation marks, list marks and 一个 state nothing."""
    assert numbers("1. 有一个壶盖[12]") == frozenset()


def test_one_of_a_time_is_a_number() -> None:
    """One year states a 1, as a claim about a warranty would; one lid does not."""
    assert numbers("one year") == numbers("保修一年") == numbers("一个月") == numbers("1 year") == {"1"}
    assert numbers("one lid, 一台") == frozenset()


def test_units_do_not_hide_numbers() -> None:
    """1500W, 3.5mm and -20°C give their values, the sign included."""
    assert numbers("1500W, 3.5mm, -20°C") == {"1500", "3.5", "-20"}


SUPPORTED = [
    # quantities in another unit or spelling
    ("It holds 1.7 L", "1700 ml"),
    ("1.7升", "Capacity: 1,7 litre"),
    ("24 months", "保修两年"),
    ("two years of guarantee", "质保 24 个月"),
    ("一年半", "18 months"),
    ("an hour and a half", "90 minutes"),
    ("半年", "six months"),
    ("within two days", "48 hours"),
    ("2.2 kW", "2200W"),
    ("2900 g", "重2.9kg"),
    ("30.5 cm", "12 inches"),
    ("50 Hz", "220-240 V, 50/60 Hz"),
    ("850 to 1000 W", "850–1000 W"),
    ("-20至250°C", "测温范围-20至250°C，3秒出数"),
    ("2分钟", "使用2节7号电池，2分钟不用自动关机"),
    ("20%", "up to 20 per cent"),
    ("百分之二十", "20%"),
    ("two hundred and fifty EUR", "250 EUR"),
    # a cell's number has its header's unit
    ("2200 W", "Power (W): 2200"),
    ("保修24个月", "Warranty (months): 24"),
    ("3 kg", "weight_kg: 3"),
    ("16 minutes", "Food: chips; Minutes: 16; Temperature: 200 °C"),
    ("36 months", "| Group | Guarantee (months) |\n|---|---|\n| B650 | 36 |"),
    ("79.90 EUR", "Price: 79.90\nCurrency: EUR"),
    ("79,90 €", "售价: 79.90\n币种: EUR"),
    ("There are 48 left", "Stock: 48"),
    ("还有48台", "库存: 48"),
    # dates and times of day
    ("until 30 November 2026", "Valid to: 2026-11-30"),
    ("2026年11月30日", "30.11.2026"),
    ("11月30日", "November 30, 2026"),
    ("on 30th of November", "2026/11/30"),
    ("in November 2026", "2026年11月30日"),
    ("12月31日", "2026年12月31日16:00后"),
    ("before 1 pm", "ordered before 13:00"),
    ("下午4点", "16:00"),
    # a number alone is as its source writes it
    ("The price is 199", "199.00 EUR"),
    ("the K200", "model K-200"),
    ("Article 004512", "SKU: 004512"),
]


@pytest.mark.parametrize(("said", "source"), SUPPORTED)
def test_what_a_source_states_in_another_form_is_supported(said: str, source: str) -> None:
    """Another unit, script, order or header tells the same; and so does the source itself."""
    assert unsupported(said, [source]) == frozenset()
    assert unsupported(source, [source]) == frozenset()


@pytest.mark.parametrize(
    ("said", "source", "missing"),
    [
        ("It draws 2200 W", "1200 W", "2200 W"),
        ("24 months", "24 cups", "24 months"),
        ("24 months", "It has 24", "24 months"),
        ("2200 W", "2200 mAh", "2200 W"),
        ("2200 W", "2200 kW", "2200 W"),
        ("79.90 EUR", "79.90 CNY", "79.90 EUR"),
        ("79.90 EUR", "Price: 79.90", "79.90 EUR"),
        ("79.90 EUR", "Price: 79.90\nCurrency: CNY", "79.90 EUR"),
        ("79.90 元", "79.90 EUR", "79.90 元"),
        ("5 days", "5 working days", "5 days"),
        ("30 cm", "12 inches", "30 cm"),
        ("two years", "23 months", "2 years"),
        ("24 in stock", "Warranty: 24 months", "24"),
        ("还有24台", "Warranty (months): 24", "24"),
        ("30 November 2026", "30 November 2027", "2026-11-30"),
        ("30 November 2026", "2026-11-29", "2026-11-30"),
        ("30 November 2026", "30 November", "2026-11-30"),
        ("at 16:00", "at 14:00, 16 EUR", "16:00"),
        ("Article 4512", "SKU: 004512", "4512"),
        ("Article 004511", "SKU: 004512", "004511"),
        ("The K210 has 1.7 l", "The K200 has 1.7 l", "k210"),
        ("1.75 l", "1.7 l", "1.75 l"),
    ],
)
def test_what_no_source_states_is_named(said: str, source: str, missing: str) -> None:
    """Another value, unit, currency, day or model is named as it was told."""
    assert unsupported(said, [source]) == {missing}


def test_each_number_may_have_its_own_source() -> None:
    """A sentence may stand on two passages."""
    assert unsupported("保修三年，价格 699 元", ["质保: 3 年", "单价: 699.00\n币种: CNY"]) == frozenset()


def test_a_rows_currency_is_that_of_its_prices_alone() -> None:
    """What the row is priced in holds for the price and not for the other numbers."""
    row = stated("Price: 79.90\nStock: 12", cells_of("Price: 79.90\nStock: 12\nCurrency: EUR")[:2])
    assert unsupported("79.90 EUR", [row]) == frozenset()
    assert unsupported("12 EUR", [row]) == {"12 EUR"}


def test_any_change_of_a_value_is_seen() -> None:
    """Of a thousand quantities, told in another unit, each is supported by its own source and by no other value."""
    chance = random.Random(3)
    units = [("ml", "l", 1000), ("g", "kg", 1000), ("W", "kW", 1000), ("mm", "cm", 10), ("毫升", "升", 1000)]
    units += [("个月", "年", 12), ("months", "years", 12), ("days", "weeks", 7), ("分钟", "小时", 60)]
    for _ in range(1000):
        small, large, factor = chance.choice(units)
        count = chance.randint(1, 40)
        source = f"x {count * factor} {small} y"
        assert unsupported(f"x {count} {large}", [source]) == frozenset()
        other = count + chance.choice([-1, 1, 10])
        assert (unsupported(f"x {other} {large}", [source]) == frozenset()) is (other == count or other == 0 == count)


@pytest.mark.parametrize(
    ("told", "source"),
    [
        ("- 112升 拉杆箱: 319.00\n- 104升 拉杆箱: 299.00", "112升 拉杆箱 价格: 319.00\n104升 拉杆箱 价格: 299.00"),
        ("The list says of 拉杆箱 20英寸: 积分 500.", "积分: 500\n拉杆箱 20英寸"),
    ],
)
def test_a_size_in_a_name_is_no_unit_of_the_next_number(told: str, source: str) -> None:
    """Neither over the end of a line, nor as the header of what follows."""
    assert unsupported(told, [source]) == frozenset()
