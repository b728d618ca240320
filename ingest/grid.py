"""A grid of cells becomes product rows: header kept with every row, titles and notes kept as text.

It does not know where the cells come from (a CSV file, a workbook, an HTML table). Every line with content comes out
exactly once: as a row, as text (titles above the header, notes, sums), as a heading (a band across the table, such as
a category), or refused; only a header that is repeated further down and blank lines are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from index.chunk import Locator
from ingest.columns import Columns, Keys, clean
from ingest.document import Element, RowRefused
from ingest.headers import LOOKAHEAD, Header, Line, find_header, is_header_again, is_number, width_of

NOTE = re.compile(r"(注|备注|附注|说明|提示|note|notes|remarks?|disclaimer|nb|ps)\s*[:：.\d]|[※*]", re.IGNORECASE)
SENTENCE = re.compile(r".{12,}[.。!！?？;；]|.{60,}", re.DOTALL)
SUM = re.compile(r"(grand |sub)?totals?|sum|合\s*计|总\s*计|小\s*计|共计", re.IGNORECASE)
BAND_LEVEL = 2
"""Depth of a band's heading; the sheet's own name, where there are several sheets, is 1."""


def read_grid(lines: Iterable[Line], sheet: str | None = None, keys: Keys = ()) -> Iterator[Element | RowRefused]:
    """The elements of one sheet; `keys` are declared ones. Holds the first `LOOKAHEAD` lines, then one at a time."""
    source = iter(lines)
    ahead: list[Line] = []
    for line in source:
        if ahead or line.problem is not None or not line.blank:
            ahead.append(line)
        if len(ahead) >= LOOKAHEAD:
            break
    full = [line for line in ahead if not line.blank]
    header = find_header(full)
    grid = _Grid(sheet, full, header, keys)
    if header is None:
        yield from grid.read(chain(ahead, source))
        return
    first, last = full[header.place], full[header.place + header.height - 1]
    above = (line for line in ahead if line.number < first.number and not line.blank)
    broken = (line for line in ahead if line.number <= last.number and line.blank and line.problem is not None)
    yield from grid.titles(sorted(chain(above, broken), key=lambda line: line.number))
    yield from grid.read(chain((line for line in ahead if line.number > last.number), source))


class _Grid:
    """Reads the lines of one sheet under the header that is in force."""

    def __init__(self, sheet: str | None, lines: Sequence[Line], header: Header | None, keys: Keys) -> None:
        self._sheet = sheet
        self._keys = keys
        self._columns: Columns | None = None
        self._labels: list[str] = []
        self._width = width_of(lines)
        if header is not None:
            self._head(header.labels)

    def _head(self, labels: Sequence[str]) -> None:
        self._labels = [label.casefold() for label in labels]
        self._columns = Columns(labels, self._keys)
        self._width = len(labels)
        skus = [place for place, column in enumerate(self._columns.columns) if column.role == "sku"]
        self._sku = skus[0] if skus else None

    def titles(self, lines: Iterable[Line]) -> Iterator[Element | RowRefused]:
        """What stands above the header."""
        for line in lines:
            yield self._refused(line) if line.problem is not None else self._text(line)

    def read(self, lines: Iterable[Line]) -> Iterator[Element | RowRefused]:
        """Everything below the header, or everything where there is none."""
        fresh = False
        for line in lines:
            if line.problem is not None:
                yield self._refused(line)
                continue
            count = len(line.cells) - line.cells.count("")
            if count < 4 and line.blank:
                fresh = True
                continue
            if self._repeats(line):
                continue
            if fresh and is_header_again(line):
                self._head([" ".join(cell.split()) for cell in line.cells])
                continue
            element = self._headless(line) if self._columns is None else self._under_header(line, self._columns)
            fresh = element.kind != "row"
            if element.text:  # a line of spaces, or of markup without words, is a blank one
                yield element

    def _repeats(self, line: Line) -> bool:
        if not self._labels or line.cells[0].strip().casefold() != self._labels[0]:
            return False
        cells = [" ".join(cell.split()).casefold() for cell in line.cells]
        while cells and not cells[-1]:
            cells.pop()
        return cells == self._labels

    def _under_header(self, line: Line, columns: Columns) -> Element:
        if self._width >= 3 and line.cells.count("") >= len(line.cells) - 2:
            words = line.words
            if len(words) == 1:
                if (aside := self._aside(line)) is not None:
                    return aside
            elif SUM.fullmatch(words[0].rstrip(":：")) and all(is_number(word) for word in words[1:]):
                return self._text(line)
        text, attributes = columns.row(line.cells)
        return Element("row", text, 0, self._at(line), (), attributes, columns, line.cells)

    def _aside(self, line: Line) -> Element | None:
        """The element of a line of one cell that is a band or a note and no product."""
        place = line.filled[0]
        word = line.cells[place].strip()
        merged = any(first == place and last - first + 1 >= self._width / 2 for first, last in line.spans)
        if NOTE.match(word) or SENTENCE.fullmatch(word):
            return self._text(line) if merged or place == 0 else None
        band = place == self._sku == 0 and not any(char.isdigit() for char in word)
        if merged or band:
            return Element("heading", clean(word), level=BAND_LEVEL, locator=self._at(line))
        spaced = place == self._sku and (" " in word or re.search("[\u4e00-\u9fff]", word))
        return self._text(line) if spaced else None

    def _headless(self, line: Line) -> Element:
        if self._width <= 1 or len(line.words) <= 1:
            return self._text(line)
        if self._width == 2 and len(line.words) == 2 and not is_number(line.words[0]):
            name, value = map(clean, line.words)
            return Element("text", f"{name.rstrip(':：')}: {value}", locator=self._at(line))
        _, attributes = Columns([""] * len(line.cells)).row(line.cells)
        return Element("row", " | ".join(map(clean, line.words)), locator=self._at(line), attributes=attributes)

    def _text(self, line: Line) -> Element:
        return Element("text", " ".join(map(clean, line.words)), locator=self._at(line))

    def _refused(self, line: Line) -> RowRefused:
        return RowRefused(str(self._at(line)) if self._sheet else f"row {line.number}", line.problem or "")

    def _at(self, line: Line) -> Locator:
        return Locator(sheet=self._sheet, row=line.number)
