"""`Cell`: one cell of a product row, as it stood and as what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import orjson

Typed = str | int | float | bool | None


class Cell(NamedTuple):
    """One cell of a product row.

    `header` is its column's header, the path from the outermost one joined by " / "; `text` the cell as it stood.
    `role` is what the lexicon calls the column ("price", "name", "power", ...; "" where it knows none). A `kind` tells
    columns of one role apart: of a price which one it is ("sale", "member", ...), of words their language ("zh", "en").
    `value` is the typed value (a price's amount, a count, an ISO date, a truth value), None where the text is the
    value or none can be read; `unit` the price's currency or the header's unit. `chosen`: whether it is the row's
    value of its role; of several prices the one that everybody pays today. `tax`: of a price, whether it is
    "included" or "excluded"; "" where nothing says it.
    """

    header: str
    text: str
    role: str = ""
    kind: str = ""
    value: Typed = None
    unit: str = ""
    chosen: bool = False
    tax: str = ""

    @property
    def line(self) -> str:
        """How it stands in its row's text, and so how it is quoted."""
        return f"{self.header}: {self.text}"

    def packed(self) -> tuple[Any, ...]:
        """Its fields, without those at the end that are as by default."""
        if self.chosen or self.tax:
            return self[:8] if self.tax else self[:7]
        if self.unit:
            return self[:6]
        if self.value is not None:
            return self[:5]
        return self[:4] if self.kind else self[:3] if self.role else self[:2]


UNIT = Cell._fields.index("unit")
"""The unit's place in a packed cell."""


def unpacked(cells: Iterable[Sequence[Any]]) -> tuple[Cell, ...]:
    """The inverse of `Cell.packed`."""
    return tuple([Cell(*fields) for fields in cells])


class PackedCells(Sequence[Cell]):
    """The cells of a row as JSON, unpacked where somebody looks at one: most are only handed on."""

    __slots__ = ("_cells", "json")

    def __init__(self, json: bytes) -> None:
        self.json = json
        self._cells: tuple[Cell, ...] | None = None

    def _all(self) -> tuple[Cell, ...]:
        if self._cells is None:
            self._cells = unpacked(orjson.loads(self.json))
        return self._cells

    def __getitem__(self, at: Any) -> Any:
        return self._all()[at]

    def __iter__(self) -> Iterator[Cell]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == (other._all() if isinstance(other, PackedCells) else other)

    def __hash__(self) -> int:
        return hash(self._all())


def packed(cells: Sequence[Cell]) -> bytes:
    """Cells as JSON, for a database or another process."""
    return cells.json if isinstance(cells, PackedCells) else orjson.dumps([cell.packed() for cell in cells])
