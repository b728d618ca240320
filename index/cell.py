"""`Cell`: one cell of a product row, as it stood and as what it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Typed = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Cell:
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

    def packed(self) -> list[Any]:
        """Its fields as a list, without what is as by default at the end."""
        fields = [self.header, self.text, self.role, self.kind, self.value, self.unit, self.chosen, self.tax]
        while len(fields) > 2 and (fields[-1] is _DEFAULTS[len(fields) - 1] or fields[-1] == ""):
            fields.pop()
        return fields


_DEFAULTS = (None, None, "", "", None, "", False, "")


def unpacked(cells: Iterable[Sequence[Any]]) -> tuple[Cell, ...]:
    """The inverse of `Cell.packed`."""
    return tuple(Cell(*fields) for fields in cells)


def packed(cells: Iterable[Cell]) -> list[list[Any]]:
    """Cells as plain lists, for a database or another process."""
    return [cell.packed() for cell in cells]
