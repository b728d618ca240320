"""`Shape`: what the lint needs to know of rows that have the same columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.column_type import ENOUGH, ColumnType
from ingest.columns import Columns
from ingest.document import Element
from ingest.roles import PERIOD, plain_header

UNEVEN = 0.05
"""Share of rows with more cells than there are columns up to which each of them is a mistake."""

KEY_PARTS = frozenset(
    ("language", "lang", "locale", "store view code", "store view", "语言", "market", "region", "地区")
)
"""Columns that, beside currency and validity, tell rows of one SKU apart on purpose."""
SHARED = re.compile(r"review|rating|comment|question|answer|评价|评论|问题|回答|问|答", re.IGNORECASE)
"""Headers of tables about products, in which a SKU may well stand often."""


class Shape:
    """One shape: where its typed columns stand, what its columns hold, and how many cells its rows have."""

    def __init__(self, columns: Columns, stats: dict[str, ColumnType]) -> None:
        self.columns = columns
        self.stats = [stats.setdefault(column.key, ColumnType(column)) for column in columns.columns[: columns.width]]
        found = {column.role: place for place, column in enumerate(columns.columns) if column.role}
        self.price, self.currency = found.get("price"), found.get("currency")
        self.dates = [place for role, place in found.items() if role in ("valid_from", "valid_to")]
        self.sales = [place for place, column in enumerate(columns.columns) if column.tag in PERIOD]
        parts = [place for role, place in found.items() if role in ("valid_from", "valid_to", "currency")]
        parts += [
            place
            for place, column in enumerate(columns.columns)
            if column.role is None and plain_header(column.header) in KEY_PARTS
        ]
        self.key_parts = parts
        self.sku = next((column.header for column in columns.columns if column.role == "sku"), "")
        self.is_list = "price" in found or "stock" in found
        self.is_about = any(SHARED.search(column.header) for column in columns.columns)
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
