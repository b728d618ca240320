"""`Quantity`: a number with its unit as a text states it, in its dimension's base unit, so that 1,7 L is 1700 ml.

It knows units and spellings, not what is measured: whether 24 months are a warranty is its readers' business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Unit:
    """A dimension ("volume", "money:EUR") and how many of its base units one of this unit is."""

    dimension: str
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` in base units; `text[start:end]` is what was read (`written`). A bare number has the dimension ""."""

    value: Decimal
    dimension: str
    start: int
    end: int
    written: str


BASES = {
    "volume": "ml",
    "mass": "g",
    "length": "mm",
    "area": "m2",
    "power": "W",
    "voltage": "V",
    "current": "mA",
    "charge": "mAh",
    "energy": "Wh",
    "pressure": "bar",
    "noise": "dB",
    "frequency": "Hz",
    "storage": "MB",
    "temperature": "degC",
    "duration": "s",
    "days": "day",
    "working days": "working day",
    "months": "month",
    "share": "%",
}
"""The base unit of each dimension; that of "money:CNY" is one yuan."""

_SPELLINGS: dict[str, dict[str, str]] = {
    # dimension: factor to the base unit: spellings, folded. A factor is exact by definition of the units.
    "volume": {
        "1": "ml milliliter milliliters millilitre millilitres 毫升 cc",
        "10": "cl",
        "1000": "l liter liters litre litres 升 公升",
        "29.5735295625": "fl.oz floz",
        "3785.411784": "gallon gallons gal",
    },
    "mass": {
        "0.001": "mg 毫克",
        "1": "g gram grams gramme grammes 克",
        "500": "斤",
        "1000": "kg kgs kilo kilos kilogram kilograms 千克 公斤",
        "28.349523125": "oz ounce ounces",
        "453.59237": "lb lbs pound pounds 磅",
        "1000000": "tonne tonnes 吨",
    },
    "length": {
        "1": "mm millimeter millimeters millimetre millimetres 毫米",
        "10": "cm centimeter centimeters centimetre centimetres 厘米 公分",
        "1000": "m meter meters metre metres 米",
        "25.4": 'inch inches 英寸 寸 吋 "',
        "304.8": "ft foot feet 英尺",
        "1000000": "km kilometer kilometers kilometre kilometres 公里 千米",
    },
    "area": {"1": "m2 sqm qm 平方米 平米 平方 平"},
    "power": {"0.001": "mw 毫瓦", "1": "w watt watts 瓦 瓦特", "1000": "kw 千瓦"},
    "voltage": {"0.001": "mv 毫伏", "1": "v vdc vac volt volts 伏 伏特", "1000": "kv 千伏"},
    "current": {"1": "ma 毫安 milliamp milliamps", "1000": "A amp amps ampere amperes 安 安培"},
    "charge": {"1": "mah 毫安时", "1000": "ah 安时"},
    "energy": {"1": "wh 瓦时", "1000": "kwh 千瓦时 度电"},
    "pressure": {"1": "bar bars 巴", "0.00001": "pa 帕", "0.01": "kpa 千帕", "10": "mpa 兆帕", "0.0689475729": "psi"},
    "noise": {"1": "db db(a) dba decibel decibels 分贝"},
    "frequency": {"1": "hz 赫兹", "1000": "khz 千赫", "1000000": "mhz 兆赫", "1000000000": "ghz 吉赫"},
    "storage": {"0.0009765625": "kb", "1": "mb", "1024": "gb", "1048576": "tb"},
    "temperature": {"1": "°c degc 摄氏度 度"},
    "duration": {
        "1": "s sec secs second seconds 秒 秒钟",
        "60": "min mins minute minutes 分钟",
        "3600": "h hr hrs hour hours 小时 个小时 钟头 个钟头",
    },
    "days": {"1": "day days 天", "7": "week weeks 周 星期 个星期"},
    "working days": {"1": "workday workdays 个工作日 工作日"},
    "months": {"1": "month months 个月", "12": "year years yr yrs 年"},
    "share": {"1": "% percent 个百分点"},
    "money:EUR": {"1": "eur euro euros € 欧元 欧"},
    "money:CNY": {"1": "cny rmb yuan 元 块 块钱 元人民币 人民币 ¥"},
    "money:USD": {"1": "usd $ dollar dollars 美元 美金"},
    "money:GBP": {"1": "gbp £ 英镑"},
    "money:JPY": {"1": "jpy 日元"},
    "money:HKD": {"1": "hkd 港元 港币"},
    "money:CHF": {"1": "chf"},
}
_TWO_WORDS = {
    "working day": "workday",
    "working days": "workdays",
    "business day": "workday",
    "business days": "workdays",
    "square metres": "sqm",
    "square meters": "sqm",
    "fl oz": "floz",
}
_UNITS = {
    spelling: Unit(dimension, Decimal(factor))
    for dimension, factors in _SPELLINGS.items()
    for factor, spellings in factors.items()
    for spelling in spellings.split()
}
_HEADER_ONLY = {"月": _UNITS["个月"], "日": _UNITS["天"], "€": _UNITS["eur"]}
"""Units at the head of a column; after a number in a text they are part of a date."""
_CASED = {"A"}
"""Spellings that are words in lower case."""
_NOT_BEFORE = {"年": 100}
"""A number this large before such a unit is no measure (2026年)."""

_PREFIXES = {
    "€": "money:EUR",
    "eur": "money:EUR",
    "$": "money:USD",
    "us$": "money:USD",
    "usd": "money:USD",
    "£": "money:GBP",
    "gbp": "money:GBP",
    "¥": "money:CNY",
    "cny": "money:CNY",
    "rmb": "money:CNY",
    "hk$": "money:HKD",
    "chf": "money:CHF",
}
HEADER_UNIT = re.compile(r"[(（\[【]([^()（）\[\]【】]{1,16})[)）\]】]\s*$")
"""Brackets at the end of a column's header, as those of "Power (W)", and what is in them."""
_DIGITS = r"\d{1,3}(?:[,\u00a0\u202f\u2009'’]\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d+|\d+(?:[.,]\d+)?"
_HAN_NUMBER = r"[零〇一二两三四五六七八九十百千]+"
_NUMBER = re.compile(rf"(?<![\w.,])(?:{_DIGITS})|(?<=[\u4e00-\u9fff])(?:{_DIGITS})|{_HAN_NUMBER}")
_SCALE = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_LATIN_UNIT = re.compile(
    r"[ \-\u00a0]?(?P<unit>" + "|".join(map(re.escape, sorted(_TWO_WORDS, key=len, reverse=True))) + r")(?![a-z0-9])"
    r"|[ \-\u00a0]?(?P<word>db\(a\)|°c|[a-z]+(?:\.[a-z]+)?2?|[%\"€$£¥])(?![a-z0-9])",
    re.IGNORECASE,
)
_HAN_UNIT = re.compile(
    " ?(" + "|".join(sorted((unit for unit in _UNITS if "\u4e00" <= unit[0] <= "\u9fff"), key=len, reverse=True)) + ")"
)
_RANGE = re.compile(r"\s*(?:[-–—~～至到x×*]|to|and)\s*", re.IGNORECASE)
HAN_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


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


@lru_cache(4096)
def unit(text: str) -> Unit | None:
    """The unit that a spelling stands for, as at the head of a column: "W", "升", "EUR", "月"; None for no unit."""
    folded = unicodedata.normalize("NFKC", text).strip()
    if folded in _CASED:
        return _UNITS[folded]
    folded = folded.casefold()
    return _HEADER_ONLY.get(folded) or _UNITS.get(_TWO_WORDS.get(folded, folded))


@lru_cache(4096)
def header_unit(header: str) -> Unit | None:
    """The unit that a column's header gives in its last brackets: "Power (W)", 「质保(月)」."""
    match = HEADER_UNIT.search(header)
    return unit(match[1]) if match else None


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
        before = re.search(
            r"(?i)(?<![a-z])([€$£¥]|us\$|hk\$|eur|usd|gbp|cny|rmb|chf)\s?$", plain[max(0, start - 5) : start]
        )
        after, after_end = _unit_at(plain, end, value)
        if after is None and match[0][0] in HAN_DIGITS.keys() | {"十"} and len(match[0]) == 1 and before is None:
            continue  # 一 and 二 alone are words
        if after is None and re.fullmatch(_HAN_NUMBER, match[0]) and not set(match[0]) & {"百", "千", "十"}:
            continue
        if before is not None and (after is None or not after.dimension.startswith("money")):
            yield value, _PREFIXES[before[1].casefold()], start - len(before[0]), end, Decimal(1)
        elif after is not None:
            yield value * after.factor, after.dimension, start, after_end, after.factor
            at = after_end
        else:
            yield value, "", start, end, Decimal(1)


def _unit_at(plain: str, end: int, value: Decimal) -> tuple[Unit | None, int]:
    if match := _HAN_UNIT.match(plain, end):
        if value >= _NOT_BEFORE.get(match[1], 10**12):
            return None, end
        if match[1] == "度" and plain[match.end() : match.end() + 1] in ("", "的") and value > 1000:
            return None, end
        return _UNITS[match[1]], match.end()
    match = _LATIN_UNIT.match(plain, end)
    if match is None:
        return None, end
    spelled = match["unit"] or match["word"]
    if spelled in _CASED:
        return _UNITS[spelled], match.end()
    found = _UNITS.get(_TWO_WORDS.get(spelled.casefold(), spelled.casefold()))
    return (found, match.end()) if found else (None, end)


def _value(plain: str, match: re.Match[str]) -> tuple[Decimal | None, int]:
    """A number's value and where it ends, with the Chinese scale behind it (3千, 1.5万)."""
    written, end = match[0], match.end()
    if "\u3007" <= written[0] <= "\u9fff":
        value: Decimal | None = Decimal(han_value(written))
    else:
        value = _decimal(written)
    scale = plain[end : end + 1]
    # 千 and 百 are also the beginning of 千克, 千瓦
    if (value is not None and scale in ("万", "亿")) or (scale in _SCALE and not _HAN_UNIT.match(plain, end)):
        return (value * _SCALE[scale] if value is not None else None), end + 1
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


def han_value(written: str) -> int:
    """The value of a number in Chinese: 三百 is 300, 二〇二六 is 2026, 一万二千 is 12000."""
    if not any(char in _SCALE or char == "十" for char in written):
        return int("".join(str(HAN_DIGITS[char]) for char in written))
    total = section = digit = 0
    for char in written:
        if char in HAN_DIGITS:
            digit = HAN_DIGITS[char]
        elif char in "万亿":
            total, section, digit = (total + section + digit) * _SCALE[char], 0, 0
        else:
            section, digit = section + (digit or 1) * (10 if char == "十" else _SCALE[char]), 0
    return total + section + digit


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
