"""Filters as callers write them, `{"brand": "Acme", "price": {"max": 100}}`, checked and made into conditions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from index.chunk import Value
from index.database.filters import Condition
from index.database.tables import DATES, FOLDED, NUMBERS, RANGED
from index.errors import BadRequest
from index.text.measures import column_unit, measure

MOST_VALUES = 1_000


def parse_filters(filters: Mapping[str, Any] | None) -> tuple[Condition, ...]:
    """Conditions that must all be met.

    A scalar means equal, a list any of, `{"min", "max"}` a closed range, and `{"not": ...}` the negation of any of
    these. Texts are compared without regard to case or width for sku, name, brand, category and currency, exactly
    otherwise. Raises BadRequest naming the filter that cannot be understood.

    A range may be asked of price, stock and the dates, and of any attribute that is a number. There a bound is a number
    in the unit that the column's name gives ("Power (W)"), or written with its own unit ("1.5 L"), which is compared
    with every value of that dimension; without either it is compared with the values that have no unit.
    """
    return tuple(_condition(name, value) for name, value in (filters or {}).items())


def _condition(name: str, value: Any, negated: bool = False) -> Condition:
    if not isinstance(value, Mapping):
        return Condition(name, values=_values(name, value), negated=negated)
    if set(value) == {"not"} and not negated:
        return _condition(name, value["not"], negated=True)
    if not value or not set(value) <= {"min", "max"}:
        raise BadRequest(
            f'filter {name!r}: an object may hold "min", "max" or "not", but this one holds {sorted(value)}'
        )
    if name in FOLDED:
        raise BadRequest(
            f"filter {name!r}: a range can be asked of {', '.join(RANGED)} and of measured attributes only"
        )
    given = {end: value[end] for end in ("min", "max") if value.get(end) is not None}
    if not given:
        raise BadRequest(f"filter {name!r}: the range has neither a min nor a max")
    if name not in RANGED:
        return _measured(name, given, negated)
    bounds = {end: _bound(name, bound) for end, bound in given.items()}
    return Condition(name, minimum=bounds.get("min"), maximum=bounds.get("max"), negated=negated)


def _measured(name: str, given: Mapping[str, Any], negated: bool) -> Condition:
    """A range of an attribute without a column of its own, in base units."""
    bounds: dict[str, float] = {}
    dimensions: set[str] = set()
    for end, bound in given.items():
        measured = measure(name, bound) if isinstance(bound, str | int | float) else None
        if measured is None or not math.isfinite(measured[0]):
            raise BadRequest(f"filter {name!r}: {bound!r} is neither a number nor a number with its unit")
        bounds[end] = float(measured[0])
        dimensions.add(measured[1])
    unit = column_unit(name)
    if len(dimensions | ({unit.dimension} if unit else set())) > 1:
        written = " and ".join(repr(bound) for bound in given.values())
        raise BadRequest(f"filter {name!r}: {written} cannot be compared with each other or with what it measures")
    low, high = bounds.get("min"), bounds.get("max")
    return Condition(name, minimum=low, maximum=high, negated=negated, dimension=dimensions.pop())


def _values(name: str, value: Any) -> tuple[Value, ...]:
    values = value if isinstance(value, list | tuple) else [value]
    if not values or len(values) > MOST_VALUES:
        raise BadRequest(f"filter {name!r}: give 1 to {MOST_VALUES} values, not {len(values)}")
    for item in values:
        if not isinstance(item, str | int | float | bool):
            raise BadRequest(f"filter {name!r}: {item!r} is neither text, a number nor true or false")
        if isinstance(item, str) and not _is_text(item):
            raise BadRequest(f"filter {name!r}: {item!r} is not valid text")
    return tuple(_bound(name, item) if name in RANGED else item for item in values)


def _is_text(value: str) -> bool:
    """Whether a text can be written as UTF-8 (a lone surrogate cannot)."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bound(name: str, value: Any) -> float | str:
    """A number, or an ISO date, as the column needs it."""
    if name in NUMBERS:
        try:
            number = float(value) if not isinstance(value, bool) else math.nan
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            raise BadRequest(f"filter {name!r}: {value!r} is not a number")
        return number
    assert name in DATES
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise BadRequest(f"filter {name!r}: {value!r} is not a date like 2026-01-31") from error
