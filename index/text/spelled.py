"""Numbers in words as digits: "twenty-five minutes" is "25 minutes", 三百元 is 300元, half an hour is 0.5 hour.

For texts that are compared. A lone 一 or "one" is an article more often than a number, and stays a word, unless it is
of a time (一年, one year).
"""

from __future__ import annotations

import re

from index.text.numerals import DIGITS, HAN, RUN, han_value, number_words, values_of_words

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

_ENGLISH = re.compile(
    rf"\b(?:an?\s+(?=dozen|hundred|thousand))?{RUN}\b",
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
    words = number_words(match[0])
    if words == ["one"] and not _OF_TIME.match(match.string, match.end()):
        return match[0]
    return " ".join(map(str, values_of_words(words)))
