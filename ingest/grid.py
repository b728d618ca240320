"""A grid of cells becomes product rows: header kept with every row, titles and notes kept as text.

It does not know where the cells come from (a CSV file, a workbook, an HTML table). A table is a header and the lines
under it up to the next header; tables side by side are read one after another, one with its products in columns is
turned. Every filled cell comes out exactly once: in a row, as text (titles above the header, notes, sums), as a heading
(a band across the table, such as a category), or refused with its line; only headers and their repetition are passed
over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from index.chunk import Locator
from index.lexicon import word_set
from ingest.bands import Bands
from ingest.blocks import Ahead, side_by_side
from ingest.column import clean, letter
from ingest.columns import Columns
from ingest.declared import TableOptions
from ingest.document import Element, Item, RowRefused, row_of
from ingest.findings import Finding
from ingest.guessed import guessed_labels
from ingest.headers import LOOKAHEAD, Header, Path, find_header, width_of
from ingest.inherit import inherited
from ingest.line import Line
from ingest.line_words import AROUND, bare, currency_told, is_note, is_number, is_sum, tells_prices
from ingest.own_business import are_goods
from ingest.private import held_back, is_private
from ingest.turned import labelled, turned

BAND_LEVEL = 2
"""Depth of a band's heading; the sheet's own name, where there are several sheets, is 1."""
SAMPLE = 10_000
"""Lines of a table that are held, so that its columns are judged by their cells."""
SHIFTED = (
    "it has more cells than columns and one column is private, so which cell is which cannot be told; look for a "
    "delimiter inside a value without quotes"
)
LONGEST_TITLE = 40
"""Characters of a line that heads the table right under it."""


def read_grid(
    lines: Iterable[Line], sheet: str | None = None, options: TableOptions = TableOptions()
) -> Iterator[Item]:
    """The elements of one sheet, read as `options` says. Holds up to `SAMPLE` lines, then one at a time."""
    return _Reader(sheet, options).read(inherited(lines))


class _Reader:
    """Reads tables one under another; where they stand side by side, a reader for each goes on with its columns."""

    def __init__(self, sheet: str | None, options: TableOptions) -> None:
        self._sheet = sheet
        self._options = options
        self._table: _Table | None = None
        """The table in force, under whose header lines that are read later stand."""

    def read(self, lines: Iterable[Line]) -> Iterator[Item]:
        """The elements of some lines, the first or those that follow."""
        ahead = Ahead(lines)
        if self._table is not None:
            yield from self._table.read(ahead.table())
        while look := ahead.look(LOOKAHEAD):
            first = list(Ahead(look).table())
            if parts := side_by_side(first):
                yield from self._close()
                yield from self._apart(ahead.table(len(first)), parts)
            elif turned(labelled(first)) is not None:
                yield from self._close()
                yield from self._turned(ahead, len(first))
            else:
                yield from self._upright(ahead, look, len(first))

    @property
    def banded(self) -> bool:
        """Whether what comes next would stand under a band of the table in force."""
        return self._table is not None and self._table.banded

    def _close(self) -> Iterator[Element]:
        if self.banded:
            yield self._end()
        self._table = None

    def _end(self) -> Element:
        """The end of what stands under a band."""
        return Element("heading", "", level=BAND_LEVEL, locator=Locator(sheet=self._sheet))

    def _upright(self, ahead: Ahead, look: Sequence[Line], end: int) -> Iterator[Item]:
        header = find_header(look)
        if header is not None and header.place >= end and _are_rows(look[:end]):
            header = find_header(look[:end])
        first = header.place if header else 0
        titles, heads = look[:first], look[first : first + header.height] if header else []
        ahead.skip(len(titles) + len(heads))
        lines = ahead.table()
        sample = list(islice(lines, SAMPLE))
        table = self._table
        if header is not None and table is not None and table.labels and table.repeated_by(header.labels):
            header = replace(header, labels=table.labels)
        if table is None or titles or header is None or header.labels != table.labels:
            yield from self._close()
            said = [word for line in titles for word in line.words]
            if named := currency_told(said):  # it holds for what stands below, too
                self._options = replace(self._options, currency=named)
            told = (line.words[0] for line in [*titles, *sample[:3]] if line.words)
            self._table = table = _Table(self._sheet, self._options, header, heads, sample, " ".join(told))
            yield from table.held_back()
        for line in titles:
            yield table.title(line, next_to_header=line is titles[-1] and line.number + 1 == heads[0].number)
        yield from table.read(lines, sample)

    def _apart(self, lines: Iterator[Line], parts: Sequence[tuple[int, int]]) -> Iterator[Item]:
        readers = [_Reader(self._sheet, self._options) for _ in parts]
        while chunk := list(islice(lines, SAMPLE)):
            for number, (reader, part) in enumerate(zip(readers, parts, strict=True)):
                yield from reader.read(
                    line if line.problem is not None else line.cut(*part)
                    for line in chunk
                    if line.problem is None or number == 0
                )
                if reader.banded:
                    yield self._end()

    def _turned(self, ahead: Ahead, certain: int) -> Iterator[Item]:
        lines = list(islice(ahead.table(certain), SAMPLE))
        part = labelled(lines)
        ahead.give_back(lines[len(part) :])
        header, products, others = turned(part) or (None, [], part)
        table = _Table(self._sheet, self._options, header, [], products)
        yield from table.held_back()
        for line in others:
            yield table.title(line)
        yield from table.read((), products)


class _Table:
    """Turns the lines under one header, or of a table without one, into elements."""

    def __init__(
        self,
        sheet: str | None,
        options: TableOptions,
        header: Header | None,
        heads: Sequence[Line],
        sample: Sequence[Line],
        told: str = "",
    ) -> None:
        self._sheet = sheet
        self.labels = header.labels if header else None
        rows = [line.cells for line in sample if line.problem is None and len(line.words) > 1]
        self._has_header = header is not None
        self._width = len(header.labels) if header else width_of(sample)
        labels = header.texts if header else guessed_labels(rows, tells_prices(f"{sheet} {told}"))
        self._columns = columns = Columns(labels, options, rows)
        self._options = options
        wide = sum(any(map(str.strip, row[self._width :])) for row in rows)
        self._most = width_of(sample) if 2 * wide > len(rows) else self._width
        """Cells beyond these stand under nothing."""
        self._heads = [_plain(self._public(line)) for line in heads]
        self._signs = {"", *word_set("lines", "sums"), *(bare(head[0]) for head in self._heads if head)}
        """First words of the lines that may be no row, however many cells they have."""
        self._labelled = not columns.columns or columns.columns[0].role not in ("sku", "name")
        """Whether its lines may be named on the left by what they say of products."""
        self._goods = are_goods([*labels, *(row[0] for row in rows)]) if self._labelled else True
        self._few = min(3, max(self._width, 2))
        """Cells of a line, fewer of which may be no row."""
        self._bands = Bands(self._columns, self._width, sample)
        self.banded = False
        """Whether a heading came out of it."""

    def repeated_by(self, labels: tuple[Path, ...]) -> bool:
        """Whether a header is this table's once more, without its line of units."""
        return self.labels is not None and labels == tuple(map(_unitless, self.labels))

    def held_back(self) -> Iterator[Finding]:
        """The columns that are private."""
        where = str(Locator(sheet=self._sheet)) if self._sheet else ""
        return (held_back(header, self._options, where) for header in self._columns.private)

    def title(self, line: Line, next_to_header: bool = False) -> Item:
        """What stands above the header."""
        if line.problem is not None:
            return self._refused(line)
        words = line.words
        if len(words) > 1 and is_private(words[0], self._options, goods=False):
            return held_back(words[0], self._options, str(self._at(line)))
        if next_to_header and len(words) == 1 and self._bands.is_label(words[0], LONGEST_TITLE):
            return self._heading(line)
        return self._text(line)

    def read(self, lines: Iterable[Line], sample: Sequence[Line] = ()) -> Iterator[Item]:
        """The lines of the table: those that were held, then the others."""
        for place, line in enumerate(chain(sample, lines), start=1):
            line = self._public(line)
            cells = line.cells
            if line.problem is not None:
                yield self._refused(line)
                continue
            label = next(iter(line.words), "") if self._labelled else ""
            if label and is_private(label, self._options, goods=self._goods):
                yield held_back(label, self._options, str(self._at(line)))
                continue
            filled = len(cells) - cells.count("")
            signed = cells[0].strip(AROUND).casefold() in self._signs
            if signed or filled < self._few or cells[0] == cells[-1]:
                if signed and _plain(line) in self._heads:
                    continue
                element = self._aside(line, _has_rows_below(sample, place)) or self._row(line)
            else:
                element = self._row(line)
            if isinstance(element, Finding) or element.text:  # a line of markup without words is a blank one
                yield element

    def _public(self, line: Line) -> Line:
        """A line without what is private. One with more cells than any column is headed for cannot be told apart."""
        if not self._columns.private or line.problem is not None:
            return line
        if self._sheet is None and line.column is None and any(map(str.strip, line.cells[self._most :])):
            return replace(line, cells=(), problem=SHIFTED)
        return replace(line, cells=self._columns.public(line.cells))

    def _row(self, line: Line) -> Element | Finding:
        if not self._has_header:
            return self._headless(line)
        row = row_of(self._columns, line.cells, Locator(None, self._sheet, line.number))
        if line.column is not None:
            row = replace(row, text=f"{row.text}\nColumn {letter(line.column)}")
        return row

    def _aside(self, line: Line, followed: bool) -> Element | Finding | None:
        """The element of a line that is a band, a note or a sum and no product."""
        words = line.words
        if self._width > 2 and words and is_sum(words):
            return self._text(line)
        if not self._has_header and not self._columns.roles:
            return None
        if len(set(words)) == 1 and (len(words) == 1 or (len(words) > 2 and self._has_header)):
            if (kind := self._bands.kind(line, followed)) is not None:
                return self._heading(line) if kind == "heading" else self._text(line)
        elif len(words) < min(3, self._width) and words and is_note(words):
            return self._text(line)
        return None

    def _headless(self, line: Line) -> Element | Finding:
        words = line.words
        if self._width <= 1 or len(words) <= 1:
            return self._text(line)
        if self._width == 2 and len(words) == 2 and not is_number(words[0]) and not self._columns.roles:
            name, value = map(clean, words)
            return Element("text", f"{name.rstrip(':：')}: {value}", locator=self._at(line))
        if self._columns.roles:
            return row_of(self._columns, line.cells, self._at(line))
        attributes = self._columns.row(line.cells).attributes
        return Element("row", " | ".join(map(clean, words)), locator=self._at(line), attributes=attributes)

    def _heading(self, line: Line) -> Element:
        self.banded = True
        return Element("heading", clean(line.words[0]), level=BAND_LEVEL, locator=self._at(line))

    def _text(self, line: Line) -> Element | Finding:
        label = re.split("[:：]", line.words[0])[0].strip() if line.words else ""
        if line.words[:1] != [label] and is_private(label, self._options, goods=False):
            return held_back(label, self._options, str(self._at(line)))  # "Supplier: ..."
        return Element("text", " ".join(dict.fromkeys(map(clean, line.words))), locator=self._at(line))

    def _refused(self, line: Line) -> RowRefused:
        return RowRefused(str(self._at(line)) if self._sheet else f"row {line.number}", line.problem or "")

    def _at(self, line: Line) -> Locator:
        return Locator(sheet=self._sheet, row=line.number)


def _unitless(path: Path) -> Path:
    return (*path[:-1], re.sub(r" \([^()]*\)$", "", path[-1])) if path else path


def _are_rows(lines: Sequence[Line]) -> bool:
    """Whether lines above a header are a table of their own, and no titles."""
    full = [line for line in lines if len(line.words) > 2]
    return len(full) > 1 and all(any(map(is_number, line.words)) for line in full)


def _has_rows_below(sample: Sequence[Line], place: int) -> bool:
    """Whether a row of several cells stands at this place; beyond the sample it is taken for granted."""
    if place < len(sample):
        return sample[place].problem is None and len(sample[place].words) > 1
    return len(sample) >= SAMPLE


def _plain(line: Line) -> list[str]:
    """A line's words for comparison with another."""
    cells = [" ".join(cell.split()).casefold() for cell in line.cells]
    while cells and not cells[-1]:
        cells.pop()
    return cells
