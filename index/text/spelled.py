"""Numbers in words as digits: "twenty-five minutes" is "25 minutes", 三百元 is 300元, half an hour is 0.5 hour.

`in_digits` is for texts that are compared, `in_figures` for what a customer says, where only a measure is sure.
A lone 一 or "one" is an article more often than a number, and stays a word, unless it is of a time (一年, one year).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.text.numerals import DIGITS, HAN, WORDS, han_value
from index.text.units import unit

_MEASURE = (
    "元块角分年个天月日周时小钟秒瓦伏安升毫公斤克吨米厘寸英尺折件台次级度楼号套盒包瓶只"
    "条双张把颗片支份人位档种款倍期层孔键页点成"
)
_HAN = "".join(sorted(HAN))
_HAN_NUMBER = re.compile(
    rf"百分之(?:(?P<percent>[{_HAN}]+)|(?P<digits>\d+(?:\.\d+)?))"
    rf"|(?P<number>[{_HAN}]+)(?P<half>半)?(?=[{_MEASURE}%])"
)
_HAN_TIME = r"年|天|周|小时|分钟|个(?:月|星期|小时)"
_TIME = re.compile(_HAN_TIME)
_AND_HALF = re.compile(
    r"(?P<number>\d+)(?:(?P<unit>年|天|周|小时|分钟|米|升|公斤|斤)半|(?P<count>个)半(?=小时|月|钟头))"
)
_HALF = re.compile(r"(?<!\d)(?<!多)(?<!大)半(?=年|天|小时|个(?:小时|月)|升|公斤|斤|米)")

_LARGE = (12, 100, 1000)
_WORD = "|".join(WORDS)
_RUN = rf"(?:{_WORD})(?:(?:[ -]|(?<=hundred) and |(?<=thousand) and )(?:{_WORD}))*"
_ENGLISH = re.compile(
    rf"\b(?:an?\s+(?=dozen|hundred|thousand))?{_RUN}\b",
    re.IGNORECASE,
)
_EN_TIME = r"years?|months?|weeks?|days?|hours?|minutes?"
_OF_TIME = re.compile(rf"[- ](?:{_EN_TIME})\b", re.IGNORECASE)
_A_TIME = re.compile(
    rf"\b(for|within|after|of|is|lasts?|least|than|be)\s+an?\s+(?=(?:full\s+|whole\s+)?(?:{_EN_TIME})\b)", re.IGNORECASE
)
_EN_UNIT = rf"{_EN_TIME}|lit(?:re|er)s?|metres?|meters?|kilos?|pounds?"
_HALF_A = re.compile(rf"\bhalf\s+(?:an?\s+|of\s+an?\s+)?(?=(?:{_EN_UNIT})\b)", re.IGNORECASE)
_NUMBER_AND_HALF = re.compile(r"\b(\d+)\s+and\s+a\s+half\b", re.IGNORECASE)
_UNIT_AND_HALF = re.compile(rf"\b(?:an?|(\d+))\s+({_EN_UNIT})\s+and\s+a\s+half\b", re.IGNORECASE)
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
_FRACTION = re.compile(r"(\d+)?\s?([½¼¾])")

_BEFORE_UNIT = re.compile(
    rf"\b(?P<number>(?:an? )?{_RUN}|an?)(?P<half> and a half)?[ -](?P<unit>[a-z]+)(?P<late> and a half)?\b",
    re.IGNORECASE,
)
_HALF_UNIT = re.compile(r"\bhalf an? (?P<unit>[a-z]+)\b", re.IGNORECASE)
_HAN_AND_HALF = re.compile(
    rf"(?P<number>\d+|[{_HAN}]+)\s?个?(?P<unit>[升斤米元块年]|公斤|千克|小时|钟头)半(?![\u4e00-\u9fff]?价)"
)
_HAN_HALF = re.compile(r"(?<![\u4e00-\u9fff\d])半(?P<unit>升|斤|公斤|千克|米)")


def in_digits(text: str) -> str:
    """`text` with its numbers in words written in digits; all else stays as it is."""
    if not text.isascii():
        text = _FRACTION.sub(lambda match: (match[1] or "0") + _FRACTIONS[match[2]], text)
        text = _HALF.sub("0.5", _AND_HALF.sub(_and_half, _HAN_NUMBER.sub(_chinese, text)))
    text = _ENGLISH.sub(_english, _A_TIME.sub(r"\1 1 ", text))
    text = _NUMBER_AND_HALF.sub(r"\1.5", _HALF_A.sub("0.5 ", text))
    return _UNIT_AND_HALF.sub(lambda match: f"{match[1] or 1}.5 {match[2]}", text)


def _chinese(match: re.Match[str]) -> str:
    if match["digits"]:
        return f"{match['digits']}%"
    spelled = match["number"] or match["percent"]
    if spelled == "一" and not match["half"] and not match["percent"]:
        text, end = match.string, match.end()
        if not _TIME.match(text, end) and not text.startswith("个半", end):
            return match[0]  # 一个, 一款: an article more often than a count
    value = han_value(spelled) if any(char in DIGITS or char == "十" for char in spelled) else None
    if value is None:
        return match[0]  # 万一, 千万: words
    return f"{value}{'.5' if match['half'] else ''}{'%' if match['percent'] else ''}"


def _and_half(match: re.Match[str]) -> str:
    return f"{match['number']}.5{match['unit'] or match['count']}"


def _english(match: re.Match[str]) -> str:
    words = _words(match[0])
    if words == ["one"] and not _OF_TIME.match(match.string, match.end()):
        return match[0]
    return " ".join(map(str, _values(words)))


def _words(spelled: str) -> list[str]:
    return [word for word in re.split(r"[ -]", spelled.lower()) if word in WORDS]


def _values(words: Sequence[str]) -> list[int]:
    """What number words in a row say: "two hundred five" is one number, "five six" are two."""
    told: list[int] = []
    total = current = before = 0
    for word in words:
        value = WORDS[word]
        if value in _LARGE:
            current = (current or 1) * value
            if value == 1000:
                total, current = total + current, 0
        elif before and not (before in range(20, 100, 10) and value < 10) and before < 100:
            told.append(total + current)
            total, current = 0, value
        else:
            current += value
        before = value
    return [*told, total + current]


def in_figures(text: str) -> str:
    """`text` with its numbers in words before a unit in digits; a number before anything else is left as it is."""
    text = _BEFORE_UNIT.sub(_english_measure, text)
    text = _HALF_UNIT.sub(lambda match: f"0.5 {match['unit']}" if unit(match["unit"]) else match[0], text)
    text = _HAN_AND_HALF.sub(_chinese_measure, text)
    return _HAN_HALF.sub(lambda match: f"0.5{match['unit']}", text)


def _english_measure(match: re.Match[str]) -> str:
    half = match["half"] or match["late"]
    if unit(match["unit"]) is None:
        return match[0]
    words = _words(match["number"])
    if not words and not half:
        return match[0]  # a metre
    values = _values(words) if words else [1]
    return f"{values[0]}{'.5' if half else ''} {match['unit']}" if len(values) == 1 else match[0]


def _chinese_measure(match: re.Match[str]) -> str:
    number = match["number"]
    value = number if number.isascii() else han_value(number)
    return match[0] if value is None else f"{value}.5{match['unit']}"
