"""A sheet as its source gives it (`Sheet`, `Row`) and as a person sees it (`Shown`).

Merged cells are filled in, hidden rows and columns left out; text that is struck through is no value.
What is left out is kept to be told. It does not know which program wrote the sheet, nor what its cells mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from index.chunk import Locator
from ingest.column import letter
from ingest.document import RowRefused
from ingest.line import Line
from ingest.valued import Void

HIDDEN = "the sheet is hidden, so it was not read; unhide it to have it read"
HIDDEN_COLUMN = "the column is hidden, so it was not read; unhide it to have it read"
HIDDEN_ROWS = "hidden by hand, by a filter or in a closed group, so not read; show the rows to have them read"
STRUCK = "everything in this row is struck through, so it was not read; remove the row, or the line through it"
UNCALCULATED = "a formula in this row was never calculated; open the workbook in a spreadsheet program and save it"
MOST_RUNS = 50
"""Runs of hidden rows that are told one by one; a filter may leave thousands, and the rest is told as one."""


@dataclass(slots=True)
class Row:
    """One row: its number, its cells as text, and what is the matter with them.

    `struck`: column (from 0) -> the text struck through, which is no longer in `cells`. `uncalculated`: the columns
    whose formula has no value.
    """

    number: int
    cells: list[str] = field(default_factory=list)
    hidden: bool = False
    struck: dict[int, str] = field(default_factory=dict)
    uncalculated: list[int] = field(default_factory=list)

    def put(self, column: int, text: str) -> None:
        """Text in its column; the cells that its source leaves out before it are blank."""
        self.cells += [""] * (column + 1 - len(self.cells))
        self.cells[column] = text


@dataclass(slots=True)
class Merges:
    """What is merged in a sheet."""

    sideways: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Row -> (first, last) columns, counted from 0."""
    down: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """First row -> (column, last row)."""

    def add(self, top: int, left: int, bottom: int, right: int) -> None:
        """A merged range; rows count from 1, columns from 0, both ends included."""
        if right > left:
            for row in range(top, min(bottom, top + 1000) + 1):
                self.sideways.setdefault(row, []).append((left, right))
        if bottom > top:
            self.down.setdefault(top, []).append((left, bottom))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name (None where the file has but one), whether a person sees it, and its rows in order.

    `hidden_columns`: (first, last), counted from 0. A row that is blank may be left out.
    """

    name: str | None
    hidden: bool
    rows: Iterator[Row]
    merges: Merges = field(default_factory=Merges)
    hidden_columns: tuple[tuple[int, int], ...] = ()


class Shown:
    """The lines of a sheet that a person sees. `refused` and `voids` are complete once `lines` are taken."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._filled: dict[int, tuple[str, int]] = {}
        """Column -> (value merged over rows, last row)."""
        self._runs: list[tuple[int, int, int]] = []
        """(first row, last row, rows with content) of hidden rows."""
        self._open = False
        self._hidden = {place for first, last in sheet.hidden_columns for place in range(first, last + 1)}
        self._unread: set[int] = set()
        """Hidden columns that hold something."""
        self.voids: list[Void] = []
        """Cells whose text is struck through; whoever tells of them takes them out."""

    def lines(self) -> Iterator[Line]:
        """Every row that holds something, and one blank line where others lie between."""
        last = 0
        for row in self._sheet.rows:
            self._fill(row)
            if row.hidden:
                if any(row.cells):
                    self._hide(row.number)
                last = row.number
                continue
            line = self._line(row)
            if line.blank and line.problem is None:
                continue
            self._open = False
            if row.number > last + 1:
                yield Line(row.number - 1, ())
            last = row.number
            yield line

    @property
    def refused(self) -> list[RowRefused]:
        """The hidden rows and columns that hold something."""
        runs = self._runs[:MOST_RUNS]
        if rest := self._runs[MOST_RUNS:]:
            runs.append((rest[0][0], rest[-1][1], sum(count for _, _, count in rest)))
        told = []
        for first, last, count in runs:
            where = f"row {first}" if first == last else f"rows {first} to {last}"
            reason = HIDDEN_ROWS if count == 1 else f"{count} rows are {HIDDEN_ROWS}"
            told.append(RowRefused(self._at(where), reason, "row" if count == 1 else f"{count} rows"))
        columns = (self._at(f"column {letter(column)}") for column in sorted(self._unread))
        return told + [RowRefused(where, HIDDEN_COLUMN, "column") for where in columns]

    def _at(self, where: str) -> str:
        return f"{Locator(sheet=self._sheet.name)}, {where}" if self._sheet.name is not None else where

    def _hide(self, number: int) -> None:
        if self._open:
            first, _, count = self._runs.pop()
            self._runs.append((first, number, count + 1))
        else:
            self._runs.append((number, number, 1))
        self._open = True

    def _fill(self, row: Row) -> None:
        """Give a row the values merged over rows, and keep those that begin in it."""
        cells, own = row.cells, any(row.cells)
        for column, (value, last) in list(self._filled.items()):
            if row.number > last:
                del self._filled[column]
            elif own and not "".join(cells[column : column + 1]):
                row.put(column, value)
        for column, last in self._sheet.merges.down.get(row.number, ()):
            if column < len(cells) and cells[column]:
                self._filled[column] = (cells[column], last)

    def _line(self, row: Row) -> Line:
        spans = tuple(self._sheet.merges.sideways.get(row.number, ()))
        hidden = self._hidden
        struck = {column: text for column, text in row.struck.items() if column not in hidden}
        line = self._without(row, spans) if hidden else Line(row.number, row.cells, spans)
        if not hidden.issuperset(row.uncalculated):
            return Line(row.number, line.cells, line.spans, UNCALCULATED)
        if struck and line.blank:
            return Line(row.number, (), problem=STRUCK)
        for column, text in struck.items():
            place = column - sum(gone < column for gone in hidden)
            self.voids.append(Void(row.number, place, column, text, "struck_out"))
        return line

    def _without(self, row: Row, spans: tuple[tuple[int, int], ...]) -> Line:
        """The line without its hidden cells; one merged sideways keeps its value in its first cell that is shown."""
        cells, hidden, kept = list(row.cells), self._hidden, []
        for first, last in spans:
            within = [place for place in range(first, last + 1) if place not in hidden]
            if within and within[0] != first and first < len(cells):
                cells += [""] * (within[0] + 1 - len(cells))
                cells[within[0]], cells[first] = cells[first], ""
            if len(within) > 1:
                before = sum(place not in hidden for place in range(within[0]))
                kept.append((before, before + len(within) - 1))
        shown = [place for place in range(len(cells)) if place not in hidden]
        self._unread.update(place for place, cell in enumerate(cells) if place in hidden and cell.strip())
        return Line(row.number, [cells[place] for place in shown], tuple(kept), places=tuple(shown))
