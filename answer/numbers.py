"""The numbers guard: which numbers a text states, in one form, so that two texts can be compared.

Prices, sizes, dates and model numbers; thousands separators, full-width digits, simple Chinese numerals and English
number words. A number counts as stated elsewhere only where its value is the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

_CITATION = re.compile(r"\[\d{1,3}\]")
_LIST_MARK = re.compile(r"(?m)^[ \t]*\d{1,2}[.)、](?=\s)")
# a model number: letters first, digits in it (K200, BX-12/3); hyphens do not tell two of them apart
_MODEL = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]+(?:[-_]?[A-Za-z0-9]+|(?<=[0-9])\.[0-9]+)*", re.ASCII)
_VERSION = re.compile(r"(?<![\d.])\d+(?:\.\d+){2,}(?![\d])")
_NUMBER = re.compile(r"(?:(?<![\w.)\]])[-\u2212])?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN_GROUPS = {"万": 10**4, "亿": 10**8}
_MEASURE = (
    "元块角分年个天月日周时小钟秒瓦伏安升毫公斤克吨米厘寸英尺折件台次级度楼号套盒包瓶只"
    "条双张把颗片支份人位档种款倍期层孔键页点成"
)
_HAN_NUMBER = re.compile(
    rf"(?P<number>[零〇一二两三四五六七八九十百千万亿]+)(?P<half>半)?(?=[{_MEASURE}%％])"
    r"|百分之(?P<percent>[零〇一二两三四五六七八九十百]+)"
)
_TIME = re.compile(r"年|天|周|小时|分钟|个(?:月|星期|小时)")
_ONE = re.compile(r"\bone[- ](?:year|month|week|day|hour|minute)", re.IGNORECASE)
_WORDS = {
    word: number
    for number, word in enumerate(
        [
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        start=2,
    )
} | {
    word: 10 * n
    for n, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)
}
_WORD = re.compile(
    r"\b(" + "|".join(_WORDS) + r")(?:[- ](one|two|three|four|five|six|seven|eight|nine))?\b", re.IGNORECASE
)
_SCALES = re.compile(r"\b(a|one|two|three|four|five|six|seven|eight|nine)\s+(hundred|thousand)\b", re.IGNORECASE)
_GROUPED = re.compile(r"(?<=\d)[\u00a0\u202f\u2009'](?=\d{3}(?!\d))")


def numbers(text: str) -> frozenset[str]:
    """The numbers a text states, normalized: "1,299.00" and "１２９９" are "1299", "K-200" is "k200", 三百 is "300".

    Citation marks like [1] and list marks at a line's start are not numbers; neither is a lone 一 or "one", unless
    of a time: 一年 and "one year" state a 1.
    """
    text = _GROUPED.sub("", _LIST_MARK.sub(" ", _CITATION.sub(" ", text)))
    text = unicodedata.normalize("NFKC", text)
    found: set[str] = set()

    def take_model(match: re.Match[str]) -> str:
        token = match[0]
        if not any(char.isdigit() for char in token):
            return token
        found.add(re.sub(r"[-_]", "", token).lower())
        return " "

    text = _MODEL.sub(take_model, text)
    for match in _VERSION.finditer(text):
        found.add(match[0])
    text = _VERSION.sub(" ", text)
    found.update(_plain(match[0].replace("\u2212", "-")) for match in _NUMBER.finditer(text))
    found.update(_chinese(text))
    found.update(_english(text))
    return frozenset(found)


def unsupported(text: str, sources: Iterable[str]) -> frozenset[str]:
    """The numbers in `text` that none of `sources` states."""
    stated = numbers(text)
    return stated.difference(*(numbers(source) for source in sources)) if stated else stated


def _plain(digits: str) -> str:
    value = Decimal(digits.replace(",", ""))
    return format(value.normalize(), "f") if value else "0"


def _chinese(text: str) -> Iterable[str]:
    for match in _HAN_NUMBER.finditer(text):
        spelled = match["number"] or match["percent"]
        if spelled == "一" and not match["half"] and not match["percent"] and not _TIME.match(text, match.end()):
            continue  # 一个, 一款: an article more often than a count
        if not any(char in _HAN_DIGITS or char == "十" for char in spelled):
            continue  # 万一, 千万: words
        yield _plain(str(_han_value(spelled)) + (".5" if match["half"] else ""))


def _han_value(spelled: str) -> int:
    if not any(char in _HAN_UNITS or char in _HAN_GROUPS for char in spelled):
        return int("".join(str(_HAN_DIGITS[char]) for char in spelled))  # 二〇二六
    total = section = digit = 0
    for char in spelled:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        elif char in _HAN_UNITS:
            section += (digit or 1) * _HAN_UNITS[char]
            digit = 0
        else:
            total = (total + section + digit) * _HAN_GROUPS[char]
            section = digit = 0
    return total + section + digit


def _english(text: str) -> Iterable[str]:
    units = {"a": 1, "one": 1} | {word: value for word, value in _WORDS.items() if value < 10}
    for match in _SCALES.finditer(text):
        yield str(units[match[1].lower()] * (100 if match[2].lower() == "hundred" else 1000))
    if _ONE.search(text):
        yield "1"
    for match in _WORD.finditer(_SCALES.sub(" ", text)):
        first, second = _WORDS[match[1].lower()], units.get((match[2] or "").lower(), 0)
        if second and first >= 20:
            yield str(first + second)
        else:
            yield str(first)
            if second:
                yield str(second)
