"""A table as lines of text, each readable without the others, for an embedder, a small model and a person alike."""

from __future__ import annotations

import re
from collections.abc import Sequence

Cells = Sequence[Sequence[str]]
NUMBER = re.compile(r"^[\s\d.,+\-−±%¥$€£/x×]+$")


def shape(cell: str) -> str:
    """How a cell is written: `GL-039` and `GL-04` are `a-9`, `39.25 EUR` and `9 EUR` are `9 a`."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d[\d.,]*", "9", cell.strip()))


def heads(cells: Cells) -> bool | None:
    """Whether the first row names the columns; None where words stand over words, which tells nothing.

    Under a name stand values: where most cells of a column hold digits, a first cell without any names them, and one
    that is written as they are is one of them.
    """
    names = alike = 0
    for place, cell in enumerate(cells[0]):
        below = [row[place] for row in cells[1:] if place < len(row) and row[place].strip()]
        valued = [other for other in below if re.search(r"\d", other)]
        if cell.strip() and 2 * len(valued) >= len(below) > 0:
            names += not re.search(r"\d", cell)
            alike += bool(re.search(r"\d", cell)) and shape(cell) in map(shape, valued)
    if alike == names == 0:
        return None
    return names >= alike


def render(cells: Cells) -> tuple[str, list[str]]:
    """(header to repeat when the table is cut, one line for each row).

    A table of two columns reads `left: right`, its first row being the header, if it has one. A wider one with a
    header reads `column: value; column: value`, so that each line says what its values mean and no header needs
    repeating. Without a header (the first row is like the others, or a number stands in it) the cells of a row are
    joined by bars. Blank cells are left out; a row whose cells are all equal (one merged cell) is that cell.
    """
    rows = [[re.sub(r"\s+", " ", cell).strip() for cell in row] for row in cells]
    rows = [row for row in rows if any(row)]
    if not rows:
        return "", []
    width = max(len(row) for row in rows)
    if width <= 2:
        lines = [": ".join(dict.fromkeys(cell for cell in _pair(row) if cell)) for row in rows]
        if width == 2 and len(lines) > 1 and _may_head(rows):
            return lines[0], lines[1:]
        return "", lines
    header = rows[0] + [""] * (width - len(rows[0]))
    if len(rows) == 1 or sum(bool(cell) for cell in header) < 2 or not _may_head(rows):
        return "", [" | ".join(cell for cell in row if cell) for row in rows]
    lines = [_labelled(header, row) for row in rows[1:]]
    unsaid = [label for column, label in enumerate(header) if label and not _says(rows[1:], column, label, lines)]
    return "; ".join(unsaid), lines


def _may_head(rows: list[list[str]]) -> bool:
    return heads(rows) is not False and not any(NUMBER.match(cell) for cell in rows[0] if cell)


def _says(rows: list[list[str]], column: int, label: str, lines: list[str]) -> bool:
    """Whether a column's label stands in some line; a column without values would lose it."""
    return any(column < len(row) and row[column] and label in line for row, line in zip(rows, lines, strict=True))


def _pair(row: list[str]) -> list[str]:
    """A form's `Name:` beside its value needs no second colon."""
    return [row[0].rstrip(":： "), *row[1:]] if len(row) == 2 and row[1] else row


def _labelled(header: list[str], row: list[str]) -> str:
    filled = {cell for cell in row if cell}
    if len(filled) == 1 and len(row) > 1 and all(row):
        return filled.pop()
    return "; ".join(
        f"{label}: {cell}" if label and label != cell else cell
        for label, cell in zip(header, row, strict=False)
        if cell
    )
