"""`Line`: one line of a sheet, whichever program wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet: its number as a spreadsheet program shows it, its cells, and what is merged or wrong in it.

    `spans`: (first, last) columns, counted from 0, of cells merged sideways. `problem`: why the line cannot be used.
    `places`: the column of each cell in the sheet, where hidden ones are left out; empty where none are.
    `column`: where the line is a column of the sheet, its place counted from 0 (hidden ones counted).
    """

    number: int
    cells: Sequence[str]
    spans: tuple[tuple[int, int], ...] = ()
    problem: str | None = None
    places: tuple[int, ...] = ()
    column: int | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(map(str.strip, self.cells))

    @property
    def filled(self) -> list[int]:
        """The columns that hold something."""
        return [place for place, cell in enumerate(self.cells) if cell.strip()]

    @property
    def words(self) -> list[str]:
        """What stands in it, from left to right."""
        return [cell.strip() for cell in self.cells if cell.strip()]

    def at(self, place: int) -> str:
        """The cell of a column on one line of text, "" beyond the last."""
        return " ".join(self.cells[place].split()) if place < len(self.cells) else ""

    def cut(self, first: int, last: int) -> Line:
        """The columns from `first` up to `last`, not included."""
        spans = tuple(
            (max(left, first) - first, min(right, last - 1) - first)
            for left, right in self.spans
            if first <= left < last and min(right, last - 1) > left
        )
        return Line(self.number, self.cells[first:last], spans, places=self.places[first:last])
