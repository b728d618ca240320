"""`Unit`: how units of measure and money are spelled in the lexicon, and how many base units one of each is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from index.lexicon import sections
from index.text.currencies import AS_WRITTEN, currencies, currency


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
    "light": "lm",
    "rotation": "rpm",
    "colour temperature": "K",
    "storage": "MB",
    "temperature": "degC",
    "duration": "s",
    "days": "day",
    "working days": "working day",
    "months": "month",
    "share": "%",
}
"""The base unit of each dimension; that of "money:CNY" is one yuan."""

CASED = frozenset(("A", "K", *AS_WRITTEN))
"""Spellings that are words in small letters."""
NOT_BEFORE = {"年": 100}
"""A number this large before such a unit is no measure (2026年)."""
NOT_UNDER = {"K": 1000}
"""A number less than this before such a unit is no measure (a 4K screen)."""


def _spelled() -> dict[str, Unit]:
    """Every spelling of a unit, folded, and of a currency; where one is both ("ft"), it is the measure."""
    found = {
        spelling if spelling in CASED else spelling.casefold(): Unit(dimension, Decimal(factor))
        for dimensions in sections("units").values()
        for dimension, factors in dimensions.items()
        for factor, spellings in factors.items()
        for spelling in spellings
    }
    for name, code in currencies().items():
        found.setdefault(name.upper() if name.upper() in CASED else name, Unit(f"money:{code}"))
    return found


UNITS = _spelled()
_HEADER_ONLY = {head: UNITS[name] for heads in sections("header_units").values() for head, name in heads.items()}
_SIGN = frozenset(unit for unit in UNITS if len(unit) == 1 and not unit.isalnum())
SIGNS = re.escape("".join(sorted(_SIGN)))
_MONEY_BEFORE = re.compile(rf"(?<![a-z])([a-z]{{0,3}}-?[{SIGNS}]|[a-z]{{3}})\s?$", re.IGNORECASE)
HEADER_UNIT = re.compile(r"[(（\[【]([^()（）\[\]【】]{1,16})[)）\]】]\s*$")
"""Brackets at the end of a column's header, as those of "Power (W)", and what is in them."""


@lru_cache(4096)
def unit(text: str) -> Unit | None:
    """The unit that a spelling stands for, as at the head of a column: "W", "升", "EUR", "月"; None for no unit."""
    folded = unicodedata.normalize("NFKC", text).strip()
    if folded in CASED:
        return UNITS[folded]
    folded = folded.casefold()
    return _HEADER_ONLY.get(folded) or UNITS.get(folded)


def is_header_unit(text: str) -> bool:
    """Whether a header that is nothing but this spelling names a unit for certain."""
    return text.casefold() in _HEADER_ONLY


@lru_cache(4096)
def header_unit(header: str) -> Unit | None:
    """The unit that a column's header gives in its last brackets: "Power (W)", 「质保(月)」."""
    match = HEADER_UNIT.search(header)
    return unit(match[1]) if match else None


def currency_before(text: str) -> tuple[str, str | None]:
    """(as written, code) of the currency that a text ends with, in front of a number; ("", None) for none."""
    end = text.rstrip()[-1:]
    found = _MONEY_BEFORE.search(text) if end.isalpha() or end in _SIGN else None
    code = currency(found[1]) if found is not None else None
    return ("", None) if found is None or code is None else (found[0], code)
