"""Numbers in words before a unit, as customers say them, written in figures: "one and a half litres" is 1.5 litres."""

from __future__ import annotations

import re

from index.text.units import unit

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = {
    **{word: value for value, word in enumerate(_ONES)},
    **{word: value for value, word in zip(range(20, 100, 10), _TENS, strict=True)},
    **{
        f"{ten}{mark}{one}": value + digit
        for value, ten in zip(range(20, 100, 10), _TENS, strict=True)
        for mark in "- "
        for digit, one in enumerate(_ONES[1:10], 1)
    },
    "a": 1,
    "an": 1,
}
_NUMBER = "|".join(sorted(_VALUES, key=len, reverse=True))
_HALF = r"(?P<half> and a half)?"
_BEFORE = re.compile(
    rf"\b(?P<number>{_NUMBER})(?P<hundred> hundred)?{_HALF}[ -](?P<unit>[a-z]+)(?P<late> and a half)?\b", re.IGNORECASE
)
_HALF_A = re.compile(r"\bhalf an? (?P<unit>[a-z]+)\b", re.IGNORECASE)
_HAN_HALF = re.compile(
    r"(?P<number>[\d一二两三四五六七八九十]+)\s?个?(?P<unit>[升斤米元块年]|公斤|千克|小时|钟头)半(?![\u4e00-\u9fff]?价)"
)
_HAN_HALF_A = re.compile(r"(?<![\u4e00-\u9fff\d])半(?P<unit>升|斤|公斤|千克|米)")
_HAN = {sign: value for value, sign in enumerate("零一二三四五六七八九十")} | {"两": 2}


def in_figures(text: str) -> str:
    """The text with such numbers in figures; a number before anything but a unit is left as it is."""
    text = _BEFORE.sub(_english, text)
    text = _HALF_A.sub(lambda match: f"0.5 {match['unit']}" if unit(match["unit"].lower()) else match[0], text)
    text = _HAN_HALF.sub(_chinese, text)
    return _HAN_HALF_A.sub(lambda match: f"0.5{match['unit']}", text)


def _english(match: re.Match[str]) -> str:
    number = match["number"].lower()
    half = match["half"] or match["late"]
    if unit(match["unit"].lower()) is None or (number in ("a", "an") and not (match["hundred"] or half)):
        return match[0]
    value = _VALUES[number] * (100 if match["hundred"] else 1)
    return f"{value}{'.5' if half else ''} {match['unit']}"


def _chinese(match: re.Match[str]) -> str:
    number = match["number"]
    value = int(number) if number.isdecimal() and number.isascii() else _HAN.get(number)
    return match[0] if value is None else f"{value}.5{match['unit']}"
