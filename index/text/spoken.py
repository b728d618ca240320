"""Numbers in words before a unit, as customers say them, in digits: "one and a half litres" is 1.5 litres.

Only a measure is sure to be a number there: "one of the two kettles" stays as it is.
"""

from __future__ import annotations

import re
from decimal import Decimal

from index.text.numerals import HAN, RUN, han_value, number_words, values_of_words
from index.text.units import unit

_BEFORE_UNIT = re.compile(
    rf"\b(?P<number>(?:an? )?{RUN}|an?)(?P<half> and a half)?[ -](?P<unit>[a-z]+)(?P<late> and a half)?\b",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(
    r"(?P<lead>[$€£¥￥]\s?|\b(?:under|below|over|above|than|to|max|about|around|budget(?: of| is)?)\s)?"
    r"(?<![\d.,])(?:(?P<number>\d{1,3}(?:\.\d+)?)(?:\s?grand\b|(?(lead)k\b|(?!)))"
    r"|\b(?P<one>a) grand(?=\s*(?:[?!.,;]|$)))",
    re.IGNORECASE,
)
"""Amounts of money in thousands: "10 grand", "a grand", "under 10k", "$1.5k"; 4k alone is a resolution."""
_HALF_UNIT = re.compile(r"\bhalf an? (?P<unit>[a-z]+)\b", re.IGNORECASE)
_HAN_AND_HALF = re.compile(
    rf"(?P<number>\d+|[{''.join(sorted(HAN))}]+)\s?个?(?P<unit>[升斤米元块年]|公斤|千克|小时|钟头)半(?![\u4e00-\u9fff]?价)"
)
_HAN_HALF = re.compile(r"(?<![\u4e00-\u9fff\d])半(?P<unit>升|斤|公斤|千克|米)")


def in_figures(text: str) -> str:
    """`text` with its numbers in words before a unit in digits; a number before anything else is left as it is."""
    text = _THOUSANDS.sub(_thousands, text)
    text = _BEFORE_UNIT.sub(_english_measure, text)
    text = _HALF_UNIT.sub(lambda match: f"0.5 {match['unit']}" if unit(match["unit"]) else match[0], text)
    text = _HAN_AND_HALF.sub(_chinese_measure, text)
    return _HAN_HALF.sub(lambda match: f"0.5{match['unit']}", text)


def _thousands(match: re.Match[str]) -> str:
    return f"{match['lead'] or ''}{(Decimal(match['number'] or 1) * 1000).normalize():f}"


def _english_measure(match: re.Match[str]) -> str:
    half = match["half"] or match["late"]
    if unit(match["unit"]) is None:
        return match[0]
    words = number_words(match["number"])
    if not words and not half:
        return match[0]  # a metre
    values = values_of_words(words) if words else [1]
    return f"{values[0]}{'.5' if half else ''} {match['unit']}" if len(values) == 1 else match[0]


def _chinese_measure(match: re.Match[str]) -> str:
    number = match["number"]
    value = number if number.isascii() else han_value(number)
    return match[0] if value is None else f"{value}.5{match['unit']}"
