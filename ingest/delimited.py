"""A delimited text file (CSV, TSV, ...) as lines of cells: the dialect told by evidence, broken quoting contained.

It does not know what the cells mean. A quotation mark that is opened and never closed would swallow every row up to
the end; here it costs the row it stands in, and reading goes on with the next line.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from ingest.encodings import damage, open_text
from ingest.line import Line
from ingest.own_business import is_header_word

DELIMITERS = ",;\t|"
SAMPLE_LINES = 300
SAMPLE_CHARACTERS = 1 << 18
LONGEST_RECORD = 4 << 20
"""Characters. A record that goes on beyond this, or `MOST_LINES`, has an unclosed quotation mark."""
MOST_LINES = 2000
TITLES = 25
"""Lines among which a header is looked for."""
RULE = re.compile(r"[\s|+:=-]*--[\s|+:=-]*")
"""A line drawn below a header or round a table."""
UNCLOSED = "a quotation mark is opened in this row and never closed; close it or remove it"
UNEVEN = "the quotation marks in this row do not pair up; it would swallow the rows below it"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written. `width` is the number of cells that most of its records have."""

    delimiter: str
    width: int
    quote: str = '"'
    escape: str | None = None
    spaced: bool = False

    def parse(self, lines: Iterator[str], strict: bool) -> Iterator[list[str]]:
        """The records of some lines."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape,
            skipinitialspace=self.spaced,
            strict=strict,
        )


class _Runaway(Exception):
    """A record has become longer than any record is."""


class _Feed:
    """The physical lines of a file, those of the current record kept, so that they can be given back."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._returned: deque[str] = deque()
        self.taken: list[str] = []
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._file)
        if self.taken:
            self._size += len(line)
            if self._size > LONGEST_RECORD or len(self.taken) >= MOST_LINES:
                self._returned.appendleft(line)
                raise _Runaway
        else:
            self._size = len(line)
        self.taken.append(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        """Lines that will be read again."""
        self._returned.extendleft(reversed(lines))


def read_delimited(path: Path) -> Iterator[Line]:
    """Every record as a `Line`, numbered as a spreadsheet program numbers it; a broken one carries its problem.

    Raises `Refused` where the file is no text, `OSError` as usual.
    """
    sample = sample_of(path)
    dialect = find_dialect(sample, path.suffix.lower() in (".tsv", ".tab"))
    with open_text(path) as file:
        if sample and names_separator(sample[0]):
            next(file)  # Excel's own hint, which it does not show as a row
        yield from _lines(_Feed(file), dialect)


def sample_of(path: Path) -> list[str]:
    """The first lines of a text. Raises `Refused`, `OSError`."""
    csv.field_size_limit(LONGEST_RECORD)  # of the whole process, and only ever this value
    with open_text(path) as file:
        return list(islice(_limited(file), SAMPLE_LINES))


def _limited(file: TextIO) -> Iterator[str]:
    """Lines up to the sample's size; a file without line ends must not be read whole."""
    size = 0
    while size < SAMPLE_CHARACTERS and (line := file.readline(SAMPLE_CHARACTERS)):
        size += len(line)
        yield line


def _lines(feed: _Feed, dialect: Dialect) -> Iterator[Line]:
    reader = dialect.parse(feed, strict=True)
    number = 0
    while True:
        feed.taken.clear()
        number += 1
        problem = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _Runaway) as error:
            cells, problem = _repaired(feed.taken, dialect, error)
        else:
            if len(feed.taken) > 1 and _swallows(feed.taken, cells, dialect):
                problem = UNEVEN
        if problem is not None:
            feed.give_back(feed.taken[1:])
            yield Line(number, (), problem=problem)
            continue
        text = feed.taken[0] if len(feed.taken) == 1 else "".join(feed.taken)
        if "--" in text and RULE.fullmatch(text):
            continue
        yield Line(number, cells, problem=None if text.isascii() else damage(text))


def _repaired(lines: list[str], dialect: Dialect, error: Exception) -> tuple[list[str], str | None]:
    """(cells, None) where the record can be read leniently without swallowing another, else ([], problem)."""
    if isinstance(error, _Runaway) or "unexpected end" in str(error):
        return [], UNCLOSED
    if "field larger" in str(error):
        return [], f"a cell of this row is longer than {LONGEST_RECORD} characters"
    try:
        cells = next(dialect.parse(iter(lines), strict=False))
    except (csv.Error, StopIteration):
        return [], UNEVEN
    if len(lines) == 1:
        closed = len(cells) >= dialect.width or not cells[-1].endswith("\n")
        return (cells, None) if closed else ([], UNCLOSED)
    if len(cells) == dialect.width and not _swallows(lines, [], dialect):
        return cells, None
    return [], UNEVEN


def _swallows(lines: list[str], cells: list[str], dialect: Dialect) -> bool:
    """Whether a record over several lines is really several records: it has the wrong width, a line in it the right."""
    if dialect.width < 2 or len(cells) == dialect.width:
        return False
    return any(_width(line, dialect) == dialect.width for line in lines[1:])


def _width(line: str, dialect: Dialect) -> int:
    return len(next(dialect.parse(iter([line]), strict=False), []))


def names_separator(line: str) -> re.Match[str] | None:
    """Excel's own hint in a first line: `sep=;`."""
    return re.fullmatch(r"\ufeff?\"?sep=(.)\"?\s*", line, re.IGNORECASE)


def from_header(sample: list[str]) -> list[str]:
    """The lines from the first one on that is made of words that head common columns; titles above say nothing of the
    dialect. All of them where there is no such line."""
    for number, line in enumerate(sample[:TITLES]):
        if any(_heads(line.split(delimiter)) for delimiter in DELIMITERS if delimiter in line):
            return sample[number:]
    return sample


def _heads(cells: list[str]) -> bool:
    words = [word for cell in cells if (word := cell.strip(" \t\r\n\ufeff\"'"))]
    known = sum(map(is_header_word, words))
    return known >= 2 and known >= 0.3 * len(words)


def find_dialect(sample: list[str], tabs: bool = False) -> Dialect:
    """The dialect in which the sample's records are most even. `tabs`: the file's name says it is tab-separated."""
    if sample and (named := names_separator(sample[0])):
        delimiters, sample = named[1], sample[1:]
    else:
        sample = from_header(sample)
        delimiters = "\t" if tabs and any("\t" in line for line in sample) else DELIMITERS
    text = "".join(sample)
    best, best_score = Dialect(delimiters if len(delimiters) == 1 else "\x1f", 1), 0.0
    for delimiter in delimiters:
        dialect = _quoting(text, delimiter)
        widths = _widths(sample, dialect)
        wide = [width for width in widths if width > 1]
        if not wide:
            continue
        width, often = Counter(widths).most_common(1)[0]
        if width < 2 and len(delimiters) > 1:
            continue
        score = (often / len(widths)) * (1 - 1 / width) * (1 if wide[0] == width == max(widths[:1] + wide[:1]) else 0.6)
        if widths[0] == 1 and often > 1:
            score *= 0.7  # a first line without the delimiter: a title, or decimal commas under another delimiter
        if score > best_score:
            best, best_score = Dialect(delimiter, width, dialect.quote, dialect.escape, dialect.spaced), score
    return best


def _widths(sample: list[str], dialect: Dialect) -> list[int]:
    """The widths of the sample's records that are not blank, the last left out where it may be cut."""
    widths: list[int] = []
    try:
        widths.extend(len(cells) for cells in dialect.parse(iter(sample), strict=False) if any(cells))
    except csv.Error:
        return widths
    return widths[:-1] if len(widths) > 20 else widths


def _quoting(text: str, delimiter: str) -> Dialect:
    mark = re.escape(delimiter)
    quote = '"'
    if '"' not in text and len(re.findall(rf"(?m)(?:^|{mark})'[^'\n]*'(?={mark}|\r?$)", text)) > text.count("\n"):
        quote = "'"
    escaped = rf"[^{mark}\n\\]\\{quote}(?!\s*(?:{mark}|\r?$))"
    escape = "\\" if quote * 2 not in text and re.search(escaped, text, re.MULTILINE) else None
    spaced = re.search(rf"{mark} +{quote}", text) is not None
    return Dialect(delimiter, 1, quote, escape, spaced)
