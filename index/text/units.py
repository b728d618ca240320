"""`Unit`: how units of measure and money are spelled, and how many base units one of each is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Unit:
    """A dimension ("volume", "money:EUR") and how many of its base units one of this unit is."""

    dimension: str
    factor: Decimal = Decimal(1)


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
TWO_WORDS = {
    "working day": "workday",
    "working days": "workdays",
    "business day": "workday",
    "business days": "workdays",
    "square metres": "sqm",
    "square meters": "sqm",
    "fl oz": "floz",
}
UNITS = {
    spelling: Unit(dimension, Decimal(factor))
    for dimension, factors in _SPELLINGS.items()
    for factor, spellings in factors.items()
    for spelling in spellings.split()
}
_HEADER_ONLY = {"月": UNITS["个月"], "日": UNITS["天"], "€": UNITS["eur"]}
"""Units at the head of a column; after a number in a text they are part of a date."""
CASED = {"A"}
"""Spellings that are words in lower case."""
NOT_BEFORE = {"年": 100}
"""A number this large before such a unit is no measure (2026年)."""

PREFIXES = {
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


@lru_cache(4096)
def unit(text: str) -> Unit | None:
    """The unit that a spelling stands for, as at the head of a column: "W", "升", "EUR", "月"; None for no unit."""
    folded = unicodedata.normalize("NFKC", text).strip()
    if folded in CASED:
        return UNITS[folded]
    folded = folded.casefold()
    return _HEADER_ONLY.get(folded) or UNITS.get(TWO_WORDS.get(folded, folded))


@lru_cache(4096)
def header_unit(header: str) -> Unit | None:
    """The unit that a column's header gives in its last brackets: "Power (W)", 「质保(月)」."""
    match = HEADER_UNIT.search(header)
    return unit(match[1]) if match else None
