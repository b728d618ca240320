"""Amounts in the records of feeds: an object of money or of a quantity as one text, `12.50 EUR`, `1.2 kg`.

Minor units are divided only where a sign says that they are such: a key (`centAmount`, `price_in_cents`,
`unit_amount`, `amountMicros`) or the number of digits beside it. It does not know where in a record the object lies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from index.lexicon import words
from ingest.feed_words import means, plain, role

MINOR = re.compile(r"\b(in )?cents?\b|\b(in )?minor( units?)?\b|^unit amount( decimal)?$|\bmicros\b")
DIGITS = frozenset(("fraction digits", "fractiondigits", "currency minor unit", "exponent", "minor unit digits"))
NO_DIGITS = frozenset("JPY KRW VND CLP ISK UGX XAF XOF XPF PYG RWF KMF GNF DJF BIF VUV".split())
THREE_DIGITS = frozenset("KWD BHD OMR TND JOD IQD LYD".split())
"""ISO 4217 codes whose minor unit is not a hundredth."""
UNITS = {
    "KGM": "kg", "GRM": "g", "MGM": "mg", "TNE": "t", "LBR": "lb", "ONZ": "oz", "MMT": "mm", "CMT": "cm", "MTR": "m",
    "KMT": "km", "INH": "in", "FOT": "ft", "LTR": "l", "MLT": "ml", "CLT": "cl", "MTK": "m²", "MTQ": "m³", "WTT": "W",
    "KWT": "kW", "VLT": "V", "AMP": "A", "HTZ": "Hz", "CEL": "°C", "HUR": "h", "MIN": "min", "DAY": "d", "C62": "pcs",
    "H87": "pcs", "PCE": "pcs", "EA": "pcs", "PR": "pair", "SET": "set",
}  # fmt: skip
"""Codes of UN/CEFACT recommendation 20 that shops use."""


def money(record: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """(text, the other fields) of an object that is an amount of money; None where it is none.

    Without a currency it is one only where its key says that it is a price.
    """
    key = next((key for word in words("feeds", "amounts") for key in record if amount_word(key) == word), None)
    if key is None:
        return None
    value = record[key]
    if isinstance(value, dict):
        inner = money(value)
        return inner and (inner[0], inner[1] | {name: item for name, item in record.items() if name != key})
    number = decimal_of(value)
    currency_key = next((name for name in record if role(name) == "currency" and name != key), None)
    currency = str(record[currency_key]).strip().upper() if currency_key and record[currency_key] else ""
    written = isinstance(value, str) and any(map(str.isdigit, value))
    if (number is None and not written) or (not currency and role(key) != "price"):
        return None
    digits_key = next((name for name in record if plain(name) in DIGITS), None)
    text = str(value).strip() if number is None else scaled(key, number, currency, record.get(digits_key or ""))
    rest = {name: item for name, item in record.items() if name not in (key, currency_key, digits_key)}
    return (f"{text} {currency}" if currency and currency not in text.upper() else text), rest


@lru_cache(8192)
def amount_word(key: str) -> str:
    """The word for the amount that a key is, without what says that it is in minor units."""
    return plain(key) if means(key, "amounts") else MINOR.sub("", plain(key)).strip()


def scaled(key: str, number: Decimal, currency: str, digits: Any = None) -> str:
    """A number in major units, by the signs for minor ones."""
    sign = MINOR.search(plain(key))
    if sign is None and digits is None:
        return format(number, "f")
    if sign is not None and "micros" in sign[0]:
        number = number.scaleb(-6)
        return format(number.quantize(Decimal(1).scaleb(-exponent(currency))), "f")
    said = decimal_of(digits)
    places = int(said) if said is not None and 0 <= said <= 6 else exponent(currency)
    if sign is None and int(number.as_tuple().exponent) < 0:
        return format(number, "f")
    return format(number.scaleb(-places), "f")


def exponent(currency: str) -> int:
    """How many digits the minor unit of a currency has."""
    return 0 if currency in NO_DIGITS else 3 if currency in THREE_DIGITS else 2


@lru_cache(4096)
def in_minor_units(key: str) -> str | None:
    """The key of an amount without what says that it is in minor units (`price_in_cents` -> `price`), else None."""
    said = plain(key)
    if not MINOR.search(said) or not (role(key) == "price" or "amount" in said or said == "cents"):
        return None
    rest = MINOR.sub(" ", said).replace("unit amount", " ").split()
    return "_".join(rest) if rest and rest != ["amount"] else "price"


def quantity(record: Mapping[str, Any]) -> str | None:
    """The text of an object that is a value with a unit and nothing else."""
    value_key = next((key for key in record if plain(key) in ("value", "amount", "")), None)
    unit_key = next((key for key in record if means(key, "units")), None)
    others = [key for key in record if key not in (value_key, unit_key) and not key.startswith("@")]
    if value_key is None or unit_key is None or others or isinstance(record[value_key], dict | list):
        return None
    return with_unit(record[value_key], record[unit_key])


def with_unit(value: Any, unit: Any) -> str:
    """`16` and `A` as `16 A`, a code of a unit as the unit."""
    unit = UNITS.get(str(unit or "").strip().upper(), str(unit or "").strip())
    text = str(value).strip() if not isinstance(value, Decimal) else format(value, "f")
    return f"{text} {unit}" if unit and text and not text.endswith(unit) else text


def decimal_of(value: Any) -> Decimal | None:
    """A number that is written plainly."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    if isinstance(value, str) and not re.fullmatch(r"\s*-?\d{1,15}(\.\d{1,8})?\s*", value):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 20 else None


def in_major_units(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record with its amounts in minor units divided, where a key of it says that they are such, and one range."""
    if not any(map(tells_of_amounts, record)):
        return record
    digits = next((key for key in record if plain(key) in ("currency minor unit", "currency exponent")), None)
    low, high = (next((key for key in record if plain(key) == word), "") for word in ("low price", "high price"))
    currency = next((str(value).upper() for key, value in record.items() if role(key) == "currency"), "")
    changed: dict[str, Any] = {}
    for key, value in record.items():
        number = decimal_of(value)
        renamed = in_minor_units(key)
        if key == digits or (key == high and low):
            continue
        if key == low and high:
            changed["price"] = value if value == record[high] else f"{value} - {record[high]}"
            continue
        if number is not None and (renamed or (digits and role(key) == "price")):
            value = scaled(key, number, currency, record.get(digits) if digits else None)
            changed.setdefault(renamed or key, f"{value} {currency}" if currency else value)
        else:
            changed.setdefault(key, value)
    return changed


@lru_cache(8192)
def tells_of_amounts(key: str) -> bool:
    """Whether a key says how the amounts beside it are written."""
    said = plain(key)
    return in_minor_units(key) is not None or said in ("currency minor unit", "currency exponent", "low price")
