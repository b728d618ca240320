"""`Document` and `Element`: what a file becomes before it is split. `Refused`: what could not be read, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from index.cell import Cell
from index.chunk import Locator, Value
from index.errors import XuanjiError
from ingest.columns import Columns, Row
from ingest.findings import Finding

Kind = Literal["heading", "text", "list_item", "table", "row"]


@dataclass(frozen=True, slots=True)
class Element:
    """One thing in a document, in reading order.

    `heading`: `text` at depth `level` (1 is outermost); without text it ends the section of that depth. `text`: a
    paragraph (or a code block). `list_item`: one item, its marker removed. `table`: `cells`, row by row, the first row
    being the header. `row`: a product row, `text` being one `header: value` line for each non-blank cell, `attributes`
    its typed values (names below) and every other column under its own header; `row` has its typed cells, `also` the
    same row as it is on other days (before and after a sale); `columns` and `raw` are the table's columns and the row's
    cells as they were read, for whoever judges them, where the table has a header.

    Typed names: `sku`, `name`, `brand`, `category`, `currency` (str), `price`, `stock` (number),
    `valid_from`, `valid_to` (ISO 8601 date, str).
    """

    kind: Kind
    text: str = ""
    level: int = 0
    locator: Locator = Locator()
    cells: tuple[tuple[str, ...], ...] = ()
    attributes: Mapping[str, Value] = field(default_factory=dict)
    row: tuple[Cell, ...] = ()
    also: tuple[Row, ...] = ()
    columns: Columns | None = field(default=None, compare=False, repr=False)
    raw: Sequence[str] = field(default=(), compare=False, repr=False)


def row_of(columns: Columns, cells: Sequence[str], locator: Locator) -> Element:
    """The element of a product row; its text is "" where nothing stands in it."""
    cells = columns.public(cells)
    first, *others = columns.rows(cells)
    return Element(
        "row", first.text, 0, locator, (), first.attributes, first.cells, tuple(others), columns=columns, raw=cells
    )


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row of a sheet or a record of a feed that was seen but cannot be indexed. Yielded beside the elements.

    `kind` is "12 rows" where so many stand together, and "page", "sheet" or "column" where such a part of a file is
    left out, its file being read otherwise; it counts as no row.
    """

    where: str
    reason: str
    kind: str = "row"


Item = Element | RowRefused | Finding
"""What a reader yields; a finding is what it saw and the owner should look at."""


def rows_refused(kind: str) -> int:
    """How many rows a refusal of this kind stands for."""
    if kind.endswith(" rows"):
        return int(kind.removesuffix(" rows"))
    return int(kind == "row")


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was recognised: its path relative to the folder, its format, and its own title ("": none)."""

    path: str
    format: str
    title: str


class Refused(XuanjiError):
    """A file cannot be read; the text is a reason that a person understands, without the file's name.

    `transient` is true where another try may succeed although the file stays the same (a timeout, a lock).
    """

    def __init__(self, reason: str, *, transient: bool = False) -> None:
        super().__init__(reason)
        self.transient = transient
