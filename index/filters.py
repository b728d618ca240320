"""`Condition`: one exact restriction on a chunk's attributes, and its form in SQL."""

from __future__ import annotations

import unicodedata
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
        """The condition on `ChunkRow`."""
        met = func.coalesce(self._met(), false())
        return not_(met) if self.negated else met

    def _met(self) -> ColumnElement[bool]:
        if self.values is not None:
            return or_(*(_equals(self.name, value) for value in self.values)) if self.values else false()
        column = _column(self.name)
        bounds = []
        if self.minimum is not None:
            bounds.append(column >= self.minimum)
        if self.maximum is not None:
            bounds.append(column <= self.maximum)
        return and_(*bounds)


def _equals(name: str, value: Value) -> ColumnElement[bool]:
    if name in FOLDED:
        return _column(name) == fold(str(value))
    if name in RANGED:
        return _column(name) == value
    attribute = ChunkRow.attributes[name]
    if isinstance(value, bool):
        met: ColumnElement[bool] = attribute.as_boolean() == value
        return met
    return or_(attribute.as_string() == str(value), attribute.as_string() == _plain(value))


def _column(name: str) -> ColumnElement[Any]:
    column: ColumnElement[Any] = ChunkRow.__table__.c[name]
    return column


def _plain(value: Value) -> str:
    """A number as a sheet would show it: 16.0 is "16"."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def fold(text: str) -> str:
    """Text as filters compare it: width, case and outer blanks do not matter."""
    return unicodedata.normalize("NFKC", text).casefold().strip()
