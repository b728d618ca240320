"""`Shape`: what the lint needs to know of rows that have the same columns."""

from __future__ import annotations

from collections.abc import Sequence

from index.lexicon import pattern, word_set
from ingest.column_type import ENOUGH, ColumnType
from ingest.columns import Columns
from ingest.document import Element
from ingest.roles import PERIOD, plain_header

UNEVEN = 0.05
"""Share of rows with more cells than there are columns up to which each of them is a mistake."""


class Shape:
    """One shape: where its typed columns stand, what its columns hold, and how many cells its rows have."""

    def __init__(self, columns: Columns, stats: dict[str, ColumnType]) -> None:
        self.columns = columns
        self.stats = [stats.setdefault(column.key, ColumnType(column)) for column in columns.columns[: columns.width]]
        found = {column.role: place for place, column in enumerate(columns.columns) if column.role}
        self.price, self.currency = found.get("price"), found.get("currency")
        self.dates = [place for role, place in found.items() if role in ("valid_from", "valid_to")]
        self.sales = [place for place, column in enumerate(columns.columns) if column.tag in PERIOD]
        apart = word_set("lint", "apart")  # what beside currency and validity tells rows of one SKU apart on purpose
        parts = [place for role, place in found.items() if role in ("valid_from", "valid_to", "currency")]
        others = (place for place, column in enumerate(columns.columns) if column.role is None)
        self.key_parts = parts + [place for place in others if plain_header(columns.columns[place].header) in apart]
        self.sku = next((column.header for column in columns.columns if column.role == "sku"), "")
        self.is_list = "price" in found or "stock" in found
        self.is_about = any(pattern("lint", "about").search(column.header) for column in columns.columns)
        self._rows = self._long = 0

    @property
    def is_even(self) -> bool:
        """Whether nearly all rows have no more cells than there are columns, blank ones counted."""
        return self._rows >= ENOUGH and self._long <= UNEVEN * self._rows

    def uneven(self, rows: Sequence[Element]) -> tuple[list[int], list[int]]:
        """The rows (by their place) that have more cells than there are columns, and those that have fewer, if they
        are the smaller part."""
        width = len(self.stats)
        widths = [len(row.raw) for row in rows]
        self._rows += len(rows)
        if max(widths) == min(widths) == width:
            return [], []
        wider = [number for number, cells in enumerate(widths) if cells > width]
        self._long += len(wider)
        long = [number for number in wider if self.is_even or any(map(str.strip, rows[number].raw[width:]))]
        short = [number for number, cells in enumerate(widths) if cells < width]
        return long, short if len(short) < len(rows) / 2 else []
