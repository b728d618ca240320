"""Numbers in words before a unit, in figures."""

from __future__ import annotations

import pytest

from index.text.spoken import in_figures


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("at least one and a half litres, under sixty euros", "at least 1.5 litres, under 60 euros"),
        ("a litre and a half", "1.5 litre"),
        ("half a litre of milk", "0.5 litre of milk"),
        ("twenty-five euros or two hundred watts", "25 euros or 200 watts"),
        ("A hundred EUR", "100 EUR"),
        ("一升半以上的水壶", "1.5升以上的水壶"),
        ("半升", "0.5升"),
        ("两公斤半", "2.5公斤"),
        ("a 4k monitor under 2k", "a 4k monitor under 2000"),
        ("less than ¥1.5k or 10 grand", "less than ¥1500 or 10000"),
        ("over a grand? not a grand piano", "over 1000? not a grand piano"),
    ],
)
def test_a_number_before_a_unit_is_written_in_figures(said: str, written: str) -> None:
    assert in_figures(said) == written


@pytest.mark.parametrize("text", ["one of the two kettles", "a metre", "半价", "两款水壶", "three kettles", "a half"])
def test_other_numbers_are_left(text: str) -> None:
    """A number of things is no measure, and "a metre" is an article."""
    assert in_figures(text) == text
