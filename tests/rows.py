"""Product rows for tests: their cells as `ingest` would read them from a table with these headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from index.cell import Cell
from ingest.columns import Columns, Row


def cells_of(text: str) -> tuple[Cell, ...]:
    """The cells of a row whose text has a line `header: value` for each; other lines are parts of a longer cell."""
    lines = [line.partition(": ") for line in text.split("\n") if ": " in line]
    return Columns([header for header, _, _ in lines]).row([value for _, _, value in lines]).cells


def cells_from(product: Mapping[str, Any]) -> tuple[Cell, ...]:
    """The cells of a row with these headers and values."""
    return Columns(list(product)).row([str(value) for value in product.values()]).cells


def read_table(rows: Sequence[Mapping[str, str]]) -> list[Row]:
    """Rows of one table as they are read, all with the headers of the first."""
    headers = list(rows[0])
    lines = [[row[header] for header in headers] for row in rows]
    columns = Columns(headers, sample=lines)
    return [columns.row(line) for line in lines]
