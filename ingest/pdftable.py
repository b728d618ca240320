"""Tables of a PDF: lines of cells under common columns, and the header that goes on over a page.

It knows lines and where they stand; it does not know paragraphs or headings.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.pdfline import Line
from ingest.roles import has_role
from ingest.tables import heads, shape

ROW_LEADING = 1.45
"""Heights of a line within which two lines belong to one wrapped cell; padded rows stand further apart."""
WRAPPED_LINES = 6
"""Lines that a cell or the cells of a row may run to; columns of prose run on for longer."""

Span = tuple[float, float]
"""(left edge, right edge) of a column."""
Cells = tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class _Headed:
    """A table whose header is known: the page it was last seen on, its columns, and how the cells below look."""

    page: int
    columns: Sequence[Span]
    header: tuple[str, ...]
    bold: bool
    shapes: Sequence[set[str]]
    sure: bool = False


class Headers:
    """The headers seen so far, for the rows that go on under them on the next page or below a label."""

    def __init__(self) -> None:
        self._known: deque[_Headed] = deque(maxlen=3)

    def headed(self, page: int, lines: Sequence[Line], *, follows: bool) -> Cells:
        """The cells of a table, under the header that holds for it; `follows`: it opens a page, one ended the last.

        A first row like the rows below it is no header: then the last header over the same columns is.
        """
        columns = columns_of(lines)
        cells = cells_of(lines, columns)
        own = heads(cells)
        if own is not True:
            for known in reversed(self._known):
                places = _places(columns, known) if page - known.page <= 1 else None
                if (
                    places
                    and not _repeats(cells[0], places, known)
                    and (
                        own is False
                        or known.sure
                        or _alike(cells[0], places, known)
                        or (follows and not _sets_anew(lines[0], columns, known))
                    )
                ):
                    known.page = page
                    return (known.header, *(_spread(row, places, len(known.header)) for row in cells))
        if own is not False:
            shapes = [{shape(row[place]) for row in cells[1:] if row[place]} for place in range(len(columns))]
            self._known.append(_Headed(page, columns, cells[0], lines[0].bold, shapes))
        return cells

    def announced(self, page: int, line: Line) -> None:
        """Learn a line of words that head common columns, which stands apart from its table, above a label."""
        cells = tuple(text for _, _, text in line.cells)
        if len(cells) > 2 and sum(map(has_role, cells)) > 1:
            shapes: list[set[str]] = [set() for _ in cells]
            self._known.append(_Headed(page, columns_of([line]), cells, line.bold, shapes, sure=True))

    def goes_on(self, page: int, line: Line) -> bool:
        """Whether a single line of cells is a row of a table that is known."""
        columns = columns_of([line])
        row = tuple(text for _, _, text in line.cells)
        return len(row) > 1 and any(
            (places := _places(columns, known)) is not None and _alike(row, places, known) > 1
            for known in self._known
            if page - known.page <= 1
        )


def _places(columns: Sequence[Span], known: _Headed) -> list[int] | None:
    """The known column that each column stands in; None where they are others."""
    places = [
        max(range(len(known.columns)), key=lambda place: _shared(known.columns[place], *column)) for column in columns
    ]
    inside = all(_shared(known.columns[place], *column) > 0 for place, column in zip(places, columns, strict=True))
    fits = inside and places == sorted(set(places)) and 2 * len(places) >= len(known.columns)
    return places if fits else None


def _alike(row: Sequence[str], places: Sequence[int], known: _Headed) -> int:
    """How many cells of a row hold numbers as the rows of a known table do."""
    return sum(
        any(char.isdigit() for char in cell) and shape(cell) in known.shapes[place]
        for cell, place in zip(row, places, strict=False)
    )


def _repeats(row: Sequence[str], places: Sequence[int], known: _Headed) -> bool:
    """Whether a row says again what the header says, as the next page of a form does."""
    return any(cell and cell == known.header[place] for cell, place in zip(row, places, strict=True))


def _sets_anew(line: Line, columns: Sequence[Span], known: _Headed) -> bool:
    """Whether a first line of words looks like a header of its own."""
    same = len(columns) == len(known.columns) and all(
        abs(left - other) < 2 for (left, _), (other, _) in zip(columns, known.columns, strict=True)
    )
    return not same or (known.bold and line.bold)


def _spread(row: Sequence[str], places: Sequence[int], width: int) -> tuple[str, ...]:
    cells = [""] * width
    for place, cell in zip(places, row, strict=True):
        cells[place] = cell
    return tuple(cells)


def table_at(lines: Sequence[Line], start: int) -> int:
    """How many lines from `start` on form a table: two or more with two or more cells, edges shared."""
    end = start
    edges: list[float] = []
    rows = 0
    while end < len(lines):
        line = lines[end]
        wrapped = lines[max(start, end - WRAPPED_LINES) : end]
        if rows > 1 and any(len(other.cells) > 1 for other in wrapped) and _within_row(line, wrapped, lines[start:end]):
            end += 1
            continue
        far = end > start and abs(lines[end - 1].bottom - line.bottom) > 4 * max(line.height, lines[end - 1].height)
        if far or (end > start and line.bottom > lines[end - 1].bottom + line.height):
            break
        if len(line.cells) > 1:
            near = sum(any(abs(left - edge) < 2 * line.height for edge in edges) for left, _, _ in line.cells)
            if edges and near == 0:
                break
            edges += [left for left, _, _ in line.cells]
            rows += 1
        elif not (
            rows
            and end + 1 < len(lines)
            and min(edges) + line.height < line.left
            and any(abs(line.left - edge) < line.height / 2 for edge in edges)
        ):
            break  # neither a row nor a cell that goes on below one
        end += 1
    return end - start if rows > 1 else 0


def cells_of(lines: Sequence[Line], columns: Sequence[Span]) -> Cells:
    """The lines of a table put under common columns."""
    padded = _is_padded(lines)
    table: list[list[str]] = []
    row_lines: list[Line] = []
    for line in lines:
        goes_on = (
            bool(table)
            and len(columns) > 1
            and (_within_row(line, row_lines, lines) if padded else len(line.cells) == 1)
            and not _is_row_like(line, row_lines[0])
        )
        row_lines = [*row_lines, line] if goes_on else [line]
        row = table[-1] if goes_on else [""] * len(columns)
        for left, right, text in line.cells:
            column = max(range(len(columns)), key=lambda place: _shared(columns[place], left, right))
            row[column] = f"{row[column]} {text}".strip()
        if not goes_on:
            table.append(row)
    return tuple(tuple(row) for row in table)


def _is_row_like(line: Line, first: Line) -> bool:
    """Whether a line has all the cells that a row begins with, and a number or code as one of them: a row of its own,
    however close."""
    both = list(zip(line.cells, first.cells, strict=False))
    coded = any(any(map(str.isdigit, one)) and shape(one) == shape(other) for (_, _, one), (_, _, other) in both)
    return len(line.cells) == len(first.cells) > 2 and coded


def _within_row(line: Line, row: Sequence[Line], table: Sequence[Line]) -> bool:
    """Whether a line is a further line of a wrapped cell: close to the row, and inside a column of the table."""
    close = any(abs(other.bottom - line.bottom) < ROW_LEADING * line.height for other in row[-WRAPPED_LINES:])
    lefts = [left for other in table for left, _, _ in other.cells]
    return close and all(
        any(abs(left - edge) < line.height for edge in lefts)
        and right <= min((edge for edge in lefts if edge > left + line.height), default=right)
        for left, right, _ in line.cells
    )


def _is_padded(lines: Sequence[Line]) -> bool:
    """Whether the rows stand further apart than the lines of one cell do."""
    full = [line for line in lines if len(line.cells) > 1]
    gaps = sorted(abs(above.bottom - below.bottom) for above, below in pairwise(full))
    return bool(gaps) and gaps[len(gaps) // 2] > ROW_LEADING * lines[0].height


def columns_of(lines: Sequence[Line]) -> list[Span]:
    """(left, right) of each column: what the cells of all rows cover together, be they set left, right or centred.

    Where a cell spans columns, so that they would run into one, the row with the most cells decides alone.
    """
    widest = max(lines, key=lambda line: len(line.cells))
    columns: list[Span] = []
    for left, right, _ in sorted(cell for line in lines for cell in line.cells):
        if columns and left < columns[-1][1]:
            columns[-1] = columns[-1][0], max(columns[-1][1], right)
        else:
            columns.append((left, right))
    if len(columns) < len(widest.cells):
        return [(left, right) for left, right, _ in widest.cells]
    return columns


def _shared(column: Span, left: float, right: float) -> float:
    """How far a cell and a column overlap; negative, their distance."""
    return min(column[1], right) - max(column[0], left)
