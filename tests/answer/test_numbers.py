"""Numbers: one form for every spelling, and no number without a source."""

from answer.numbers import numbers, unsupported


def test_spellings_of_one_value_are_one_number() -> None:
    """Thousands separators, full-width digits, trailing zeros, Chinese and English words come to the same value."""
    for text in ("1,299.00 EUR", "１２９９元", "1299", "一千二百九十九元"):
        assert numbers(text) == {"1299"}
    assert numbers("twenty-five") == numbers("二十五天") == numbers("25") == {"25"}


def test_model_numbers_are_whole() -> None:
    """K200 is neither 200 nor K210, and a hyphen does not matter."""
    assert numbers("K-200") == {"k200"}
    assert unsupported("The K210", ["The K200 has 210 W"]) == {"k210"}


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


def test_a_number_without_source_is_named() -> None:
    """What no source states comes back; a source in another spelling counts."""
    assert unsupported("保修三年，价格 699 元", ["质保: 3 年", "699.00"]) == frozenset()
    assert unsupported("It draws 2200 W", ["1200 W", "2,20 W"]) == {"2200"}
