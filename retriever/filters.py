"""Filters as callers write them, `{"brand": "Acme", "price": {"max": 100}}`, checked and made into conditions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from index.chunk import Value
from index.errors import BadRequest
from index.filters import DATES, NUMBERS, RANGED, Condition

MOST_VALUES = 1_000


def parse_filters(filters: Mapping[str, Any] | None) -> tuple[Condition, ...]:
    """Conditions that must all be met.

    A scalar means equal, a list any of, `{"min", "max"}` a closed range (price, stock, valid_from, valid_to), and
    `{"not": ...}` the negation of any of these. Texts are compared without regard to case or width for sku, name,
    brand, category and currency, exactly otherwise. Raises BadRequest naming the filter that cannot be understood.
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
    if name not in RANGED:
        raise BadRequest(f"filter {name!r}: a range can be asked of {', '.join(RANGED)} only")
    low, high = (_bound(name, value[end]) if value.get(end) is not None else None for end in ("min", "max"))
    if low is None and high is None:
        raise BadRequest(f"filter {name!r}: the range has neither a min nor a max")
    return Condition(name, minimum=low, maximum=high, negated=negated)


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
