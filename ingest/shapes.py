"""Rows of a feed: the records become product rows under the columns of their keys, in text and types.

It knows neither JSON nor XML; a record is what either reader makes: objects, lists and plain values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from index.chunk import Locator, Value
from index.text.currencies import currency_of
from ingest.columns import Columns
from ingest.declared import TableOptions
from ingest.document import Element, Item, RowRefused, row_of
from ingest.feed_words import role
from ingest.flatten import flatten
from ingest.private import held_back
from ingest.variants import rows
from ingest.withheld import public_record

NUMBERS = frozenset((bool, int, Decimal))
"""Types of values that stay what they are where the column has no role."""


def with_currency(fields: Mapping[str, Any], currency: str) -> Mapping[str, Any]:
    """A row under the currency that its feed names, where it names none itself."""
    if not currency:
        return fields
    prices = [str(value) for key, value in fields.items() if role(key) == "price"]
    if not prices or any(role(key) == "currency" for key in fields) or any(map(currency_of, prices)):
        return fields
    return {**fields, "currency": currency}


class Shapes:
    """The columns of the records met so far, by their keys; feeds have few shapes."""

    MOST = 256

    def __init__(self, options: TableOptions) -> None:
        self._options = options
        self._held: set[str] = set()
        self._known: dict[tuple[str, ...], Columns] = {}

    def rows(self, record: Mapping[str, Any], locator: Locator, where: str, currency: str = "") -> Iterator[Item]:
        """The record as product rows, one for each thing it sells; refused where nothing stands in it.

        `currency` is the one that stands in the feed beside its records. What is private is told once.
        """
        try:
            held: set[str] = set()
            record = public_record(record, self._options, held)
            yield from (held_back(name, self._options) for name in sorted(held - self._held))
            self._held |= held
            for fields in rows(record):
                yield self._row(with_currency(fields, currency), locator, where)
        except RecursionError:
            yield RowRefused(where, "the record is nested too deeply")

    def _row(self, fields: Mapping[str, Any], locator: Locator, where: str) -> Element | RowRefused:
        cells = [value if type(value) is str else flat_text(value) for value in fields.values()]
        names = tuple(fields)
        columns = self._known.get(names)
        if columns is None:
            if len(self._known) >= self.MOST:
                self._known.clear()
            columns = self._known[names] = Columns(names, self._options)
        row = row_of(columns, cells, locator)
        if not row.text:
            return RowRefused(where, "the object has no field with a value")
        typed = {
            column.key: _typed(value)
            for column, value in zip(columns.columns, fields.values(), strict=False)
            if type(value) in NUMBERS and column.role is None and column.key in row.attributes
        }
        return replace(row, attributes={**row.attributes, **typed}) if typed else row


def _typed(value: bool | int | Decimal) -> Value:
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() and abs(value.adjusted()) < 300 else str(value)
    return value


def flat_text(value: Any) -> str:
    """A value in words: a list joined by commas, its objects as `key: value` parts."""
    if isinstance(value, str):
        return value
    if value is None or value in ({}, []):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        glue = "; " if any(isinstance(item, dict) for item in value) else ", "
        return glue.join(text for item in value if (text := flat_text(item)))
    if isinstance(value, dict):
        fields = flatten(value).fields
        return ", ".join(f"{key}: {text}" for key, item in fields.items() if (text := flat_text(item)))
    return (
        format(value, "f")
        if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 30
        else str(value)
    )
