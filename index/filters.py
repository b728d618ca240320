"""`Condition`: one exact restriction on a chunk's attributes, and its form in SQL."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, not_, or_

from index.chunk import Value
from index.tables import ChunkRow

FOLDED = ("sku", "name", "brand", "category", "currency")
NUMBERS = ("price", "stock")
DATES = ("valid_from", "valid_to")
RANGED = NUMBERS + DATES


@dataclass(frozen=True, slots=True)
class Condition:
    """`name` is any of `values`, or (without values) lies in the closed range; `negated` turns it round.

    A chunk without the attribute does not meet a condition, and so meets its negation.
    """

    name: str
    values: tuple[Value, ...] | None = None
    minimum: float | str | None = None
    maximum: float | str | None = None
    negated: bool = False

    def clause(self) -> ColumnElement[bool]:
        """The condition on `ChunkRow`, for rows that are found by something else: it suits no index."""
        met = func.coalesce(self._met(), false())
        return not_(met) if self.negated else met

    def lookup(self) -> ColumnElement[bool]:
        """The same condition, for finding rows by it: a plain one by the index of its column."""
        return self.clause() if self.negated else self._met()

    def _met(self) -> ColumnElement[bool]:
        if self.values is not None:
            return _is_one_of(self.name, self.values)
        column = _column(self.name)
        bounds = []
        if self.minimum is not None:
            bounds.append(column >= self.minimum)
        if self.maximum is not None:
            bounds.append(column <= self.maximum)
        return and_(*bounds)


def _is_one_of(name: str, values: Sequence[Value]) -> ColumnElement[bool]:
    if name in FOLDED:
        return _column(name).in_([fold(str(value)) for value in values])
    if name in RANGED:
        return _column(name).in_(values)
    attribute = ChunkRow.attributes[name]
    texts = {form for value in values if not isinstance(value, bool) for form in (str(value), _plain(value))}
    truths = [value for value in values if isinstance(value, bool)]
    return or_(attribute.as_string().in_(texts), *(attribute.as_boolean() == value for value in set(truths)))


def _column(name: str) -> ColumnElement[Any]:
    column: ColumnElement[Any] = ChunkRow.__table__.c[name]
    return column


def _plain(value: Value) -> str:
    """A number as a sheet would show it: 16.0 is "16"."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def fold(text: str) -> str:
    """Text as filters compare it: width, case and outer blanks do not matter."""
    return unicodedata.normalize("NFKC", text).casefold().strip()
