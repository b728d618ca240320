"""Cells that hold no value although something stands in them: the errors of spreadsheet programs, struck-through text.

An error (`#N/A`, `#BEZUG!`, `Err:502`, `####`) is a value to nobody, whatever file it stands in. It becomes a blank
cell here, and a `Void` remembers it so that the lint can name it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from index.lexicon import word_set
from ingest.findings import Finding, quoted
from ingest.line import Line

NUMBERED = re.compile(r"(?:err|fehler):\d{3}|#{3,}", re.IGNORECASE)
"""Errors told by their form: LibreOffice's numbers, and the fence shown for a number that is wider than its column."""
SAID = {
    "error_value": "{text} is an error of the spreadsheet program and no value; mend the formula or empty the cell",
    "struck_out": "what is struck through in this cell is no value; remove it, or the line through it",
}


@dataclass(frozen=True, slots=True)
class Void:
    """A cell without a value: its row, its place among the line's cells and its column in the sheet (both from 0), what
    stands in it, and the finding's kind."""

    row: int
    place: int
    column: int
    text: str
    kind: str

    def finding(self, where: str, column: str) -> Finding:
        """What the lint tells of it."""
        return Finding(self.kind, where, column, SAID[self.kind].format(text=quoted(self.text)))


def is_error(cell: str) -> bool:
    """Whether a cell holds an error of a spreadsheet program and nothing else."""
    cell = cell.strip()
    return cell.casefold() in word_set("errors", "cells") or NUMBERED.fullmatch(cell) is not None


def valued(lines: Iterable[Line], voids: list[Void]) -> Iterator[Line]:
    """The lines with errors blank, each put into `voids`."""
    for line in lines:
        joined = "".join(line.cells)
        if "#" not in joined and ":" not in joined:
            yield line
            continue
        wrong = [place for place, cell in enumerate(line.cells) if ("#" in cell or ":" in cell) and is_error(cell)]
        if wrong:
            cells = list(line.cells)
            for place in wrong:
                column = line.places[place] if line.places else place
                voids.append(Void(line.number, place, column, cells[place].strip(), "error_value"))
                cells[place] = ""
            line = replace(line, cells=cells)
        yield line
