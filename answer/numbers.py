"""The numbers guard: which numbers a text states, and whether its sources state the same.

Quantities are compared with their units (1.7 L is 1700 ml, 24 months are 2 years, 79.90 EUR are no 79.90 CNY), dates
and times of day in any form, model numbers whole. It knows texts, not passages.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from answer.dates import Date
from answer.stated import (
    NUMBER,
    VERSION,
    Stated,
    add_cells,
    number_in,
    prepared,
    read_plain,
    stated,
    told_cells,
    unit_of,
    without_models,
)
from index.text.quantities import Quantity

_FIXED = ("money", "months", "days", "working days", "duration", "share", "")
"""Dimensions in which a conversion is exact or is none: there a rounded number is another number."""
ROUNDED = Decimal("0.005")
"""How far a conversion into another unit (12 in as 30.5 cm) may be off by its rounding, as a share."""
_DAY = 86_400


def numbers(text: str) -> frozenset[str]:
    """The numbers a text states without their units: "1,299.00" and "１２９９" are "1299", "K-200" is "k200", 三百 is
    "300".

    Citation marks like [1] and list marks at a line's start are not numbers; neither is a lone 一 or "one", unless
    of a time: 一年 and "one year" state a 1.
    """
    rest, models = without_models(prepared(text))
    found = {match[0] for match in VERSION.finditer(rest)}
    rest = VERSION.sub(" ", rest)
    found.update(_plain(match[0].replace("\u2212", "-")) for match in NUMBER.finditer(rest))
    return frozenset(found | models)


def unsupported(text: str, sources: Iterable[str | Stated]) -> frozenset[str]:
    """What `text` states in numbers and none of `sources` does, as told ("2200 W", "k210", "2026-11-30").

    Each number is looked for in all sources. A number with a unit needs one of the same value and dimension, a number
    of things one without a unit, a bare number any. A conversion into another unit counts as stated.
    """
    told = read_plain(prepared(text))
    add_cells(told, told_cells(text.split("\n")))
    grounds = [source if isinstance(source, Stated) else stated(source) for source in sources]
    missing = {model for model in told.models if not any(model in ground.models for ground in grounds)}
    for reading in told.dates:
        if not any(_has_date(ground, date) for ground in grounds for date in reading):
            missing.add(str(reading[0]))
    for clock in told.times:
        if not any(clock.agrees(other) for ground in grounds for other in ground.times):
            missing.add(str(clock))
    for quantity, _ in told.quantities:
        if not any(_has_quantity(ground, quantity) for ground in grounds):
            missing.add(" ".join(quantity.written.split()))
    for value in told.counts:
        if not any(ground.bare[value] > 0 or value in ground.counts for ground in grounds):
            missing.add(_shown(value))
    for value in +told.bare:
        if not any(value in ground.written for ground in grounds):
            missing.add(_shown(value))
    return frozenset(missing)


def _has_date(ground: Stated, date: Date) -> bool:
    if date.month is None and date.year is not None and Decimal(date.year) in ground.written:
        return True
    for reading in ground.dates:
        for other in reading:
            if date.agrees(other) and (
                date.year is None or other.year is not None or Decimal(date.year) in ground.written
            ):
                return True
    return False


def _has_quantity(ground: Stated, quantity: Quantity) -> bool:
    dimension, value = quantity.dimension, quantity.value
    if dimension in ("days", "duration"):  # 48 hours are 2 days
        seconds = value * (_DAY if dimension == "days" else 1)
        return any(
            other.value * (_DAY if other.dimension == "days" else 1) == seconds
            for other, _ in ground.quantities
            if other.dimension in ("days", "duration")
        )
    alike = [other for other, _ in ground.quantities if other.dimension == dimension]
    if any(other.value == value for other in alike):
        return True
    if dimension.partition(":")[0] in _FIXED:
        return False
    shown = number_in(quantity.written)
    last = Decimal(1).scaleb(int(shown.as_tuple().exponent)) if shown else Decimal(0)
    rounding = last / 2 * (value / shown if shown else 0)
    mine = unit_of(quantity)
    return any(
        abs(other.value - value) <= min(abs(rounding), ROUNDED * abs(other.value))
        for other in alike
        if unit_of(other) != mine
    )


def _plain(digits: str) -> str:
    value = Decimal(digits.replace(",", ""))
    return _shown(value)


def _shown(value: Decimal) -> str:
    return format(value.normalize(), "f") if value else "0"
