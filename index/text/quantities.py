"""`Quantity`: a number with its unit as a text states it, in its dimension's base unit, so that 1,7 L is 1700 ml.

It knows units and spellings, not what is measured: whether 24 months are a warranty is its readers' business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from index.text.numerals import DIGITS, HAN, SCALES, TENS, han_value
from index.text.units import CASED, NOT_BEFORE, NOT_UNDER, SIGNS, UNITS, Unit, currency_before


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` in base units; `text[start:end]` is what was read (`written`). A bare number has the dimension ""."""

    value: Decimal
    dimension: str
    start: int
    end: int
    written: str


_DIGITS = (
    r"\d{1,3}(?:[,\u00a0\u202f\u2009'’]\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d+|0,\d+|\d+(?:\.\d+|,\d{1,3}(?!\d))?"
)
_HAN_NUMBER = "[{0}]+(?:[{1}][{0}]+)*".format("".join((*DIGITS, *TENS)), "".join(SCALES))
_NUMBER = re.compile(
    rf"(?<![\w.,])(?:{_DIGITS})|(?:(?<=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff],))(?:{_DIGITS})|{_HAN_NUMBER}"
)
GENERATIONS = range(2, 7)
"""5G and its like are networks; five grams have a small g, or a blank."""
_AND_THOUSANDS = re.compile(r"万([1-9])(?![\d.])")
"""1万3 is 13,000, as people say it."""
_SCALE = {sign: value for sign, value in (TENS | SCALES).items() if value > 10}
_LATIN_UNIT = re.compile(
    r"[ \-\u00a0]?(?P<unit>"
    + "|".join(map(re.escape, sorted((unit for unit in UNITS if " " in unit), key=len, reverse=True)))
    + r")(?![a-z0-9])"
    rf"|[ \-\u00a0]?(?P<word>db\(a\)|°c|[a-z]+(?:\.[a-z]+)?2?|[{SIGNS}])(?![a-z0-9])",
    re.IGNORECASE,
)
_HAN_UNIT = re.compile(
    " ?(" + "|".join(sorted((unit for unit in UNITS if "\u4e00" <= unit[0] <= "\u9fff"), key=len, reverse=True)) + ")"
)
_RANGE = re.compile(r"[^\S\n]*(?:[-–—~～至到x×*]|to|and)[^\S\n]*", re.IGNORECASE)


def quantities(text: str, *, bare: bool = False) -> list[Quantity]:
    """What `text` states with a unit, in order; with `bare`, the numbers without one too.

    In a range ("50-100 W", "28x20 cm") every number has the unit of the last. A number of months is not one of days.
    """
    plain, places = _plain(text)
    found = list(_read(plain))
    for earlier, later in reversed(list(zip(range(len(found)), range(1, len(found)), strict=False))):
        (value, dimension, start, end, factor), after = found[earlier], found[later]
        if not dimension and after[1] and _RANGE.fullmatch(plain[end : after[2]]):
            found[earlier] = (value * after[4] / factor, after[1], start, end, after[4])
    return [
        Quantity(value, dimension, places[start], places[end], text[places[start] : places[end]])
        for value, dimension, start, end, _ in found
        if dimension or bare
    ]


def number(text: str) -> Decimal | None:
    """The value of a text that is one number and nothing else: "1,299.00", "1.299,00", "1,7", "三百", "1.5万"."""
    plain, _ = _plain(text.strip())
    match = _NUMBER.match(plain)
    if match is None:
        return None
    value, end = _value(plain, match)
    return value if end == len(plain) else None


def _read(plain: str) -> Iterator[tuple[Decimal, str, int, int, Decimal]]:
    """Value in base units, dimension, start, end and the unit's factor of every number."""
    at = 0
    while match := _NUMBER.search(plain, at):
        value, end = _value(plain, match)
        at = max(end, match.end())
        if value is None:
            continue
        start = match.start()
        if re.search(r"(?<![\w.)\]])[-\u2212]\Z", plain[max(0, start - 2) : start]):
            value, start = -value, start - 1
        before, money = currency_before(plain[max(0, start - 6) : start])
        after, after_end = _unit_at(plain, end, value)
        if after is None and match[0] in HAN and money is None:
            continue  # 一 and 二 alone are words
        if after is None and re.fullmatch(_HAN_NUMBER, match[0]) and not set(match[0]) & (TENS | SCALES).keys():
            continue
        if money is not None and (after is None or not after.dimension.startswith("money")):
            yield value, f"money:{money}", start - len(before), end, Decimal(1)
        elif after is not None:
            yield value * after.factor, after.dimension, start, after_end, after.factor
            at = after_end
        else:
            yield value, "", start, end, Decimal(1)


def _unit_at(plain: str, end: int, value: Decimal) -> tuple[Unit | None, int]:
    if match := _HAN_UNIT.match(plain, end):
        if value >= NOT_BEFORE.get(match[1], 10**12):
            return None, end
        if match[1] == "度" and plain[match.end() : match.end() + 1] in ("", "的") and value > 1000:
            return None, end
        return UNITS[match[1]], match.end()
    match = _LATIN_UNIT.match(plain, end)
    if match is None:
        return None, end
    spelled = match["unit"] or match["word"]
    if spelled == "G" and value in GENERATIONS and match.start() == match.start("word"):
        return None, end
    if spelled in CASED:
        if value < NOT_UNDER.get(spelled, 0):
            return None, end
        return UNITS[spelled], match.end()
    found = UNITS.get(spelled.casefold())
    return (found, match.end()) if found else (None, end)


def _value(plain: str, match: re.Match[str]) -> tuple[Decimal | None, int]:
    """A number's value and where it ends, with the Chinese scale behind it (3千, 1.5万)."""
    written, end = match[0], match.end()
    if "\u3007" <= written[0] <= "\u9fff":
        said = han_value(written)
        value = None if said is None else Decimal(said)
    else:
        value = _decimal(written)
    scale = plain[end : end + 1]
    # 千 and 百 are also the beginning of 千克, 千瓦
    if (value is not None and scale in ("万", "亿")) or (scale in _SCALE and not _HAN_UNIT.match(plain, end)):
        if value is None:
            return None, end + 1
        if (rest := _AND_THOUSANDS.match(plain, end)) is not None:
            return value * 10_000 + Decimal(rest[1]) * 1_000, rest.end()
        return value * _SCALE[scale], end + 1
    return value, end


def _decimal(written: str) -> Decimal | None:
    digits = re.sub(r"[\u00a0\u202f\u2009'’]", "", written)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        digits = digits.replace(",", "")
    try:
        return Decimal(digits.replace(",", "."))
    except InvalidOperation:
        return None


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in compatibility form, sign by sign, and for each sign (and the end) its place in `text`."""
    if unicodedata.is_normalized("NFKC", text):
        return text, list(range(len(text) + 1))
    signs: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for sign in char if char in "，：；" else unicodedata.normalize("NFKC", char):  # "，1" is no decimal
            signs.append(sign)
            places.append(place)
    return "".join(signs), [*places, len(text)]
