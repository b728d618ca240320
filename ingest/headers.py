"""The header of a sheet: which of its first lines names the columns, told by evidence; also what a `Line` is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.columns import has_role, is_known, plain_header
from ingest.values import date_of, number_of, price_of

LOOKAHEAD = 60
"""Lines with content that are looked at; a header stands among the first `TITLES`."""
TITLES = 25
LONGEST = 80
"""Characters of the longest cell that may still head a column."""
SPEC_KEYS = frozenset(
    (
        "参数",
        "参数名",
        "参数名称",
        "项目",
        "规格",
        "spec",
        "specification",
        "feature",
        "parameter",
        "key",
        "attribute",
        "property",
    )
)
SPEC_VALUES = frozenset(("值", "参数值", "内容", "数据", "说明", "value", "values", "details", "description"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet: its number as a spreadsheet program shows it, its cells, and what is merged or wrong in it.

    `spans`: (first, last) columns, counted from 0, of cells merged sideways. `problem`: why the line cannot be used.
    `places`: the column of each cell in the sheet, where hidden ones are left out; empty where none are.
    """

    number: int
    cells: Sequence[str]
    spans: tuple[tuple[int, int], ...] = ()
    problem: str | None = None
    places: tuple[int, ...] = ()

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


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands among the lines looked at, how many lines it takes, and its labels."""

    place: int
    height: int
    labels: tuple[str, ...]


def find_header(lines: Sequence[Line]) -> Header | None:
    """The header among the first lines (none of them blank), or None where no line is like one."""
    width = _width(lines)
    if width == 2 and _is_specification(lines):
        return None
    candidates = [place for place in range(min(TITLES, len(lines))) if lines[place].problem is None]
    for test in (_has_known_words, _names_one_column, _differs_below, _opens_a_table):
        for place in candidates:
            if _could_head(lines[place]) and test(lines, place, width):
                return _with_second_line(lines, place)
    return None


def is_header_again(line: Line) -> bool:
    """Whether a line further down heads a new table: most of it words that head common columns."""
    words = line.words
    if len(words) < 2 or not _could_head(line):
        return False
    return sum(map(has_role, words)) >= 2 and sum(map(is_known, words)) * 2 >= len(words)


def width_of(lines: Sequence[Line]) -> int:
    """The number of columns that most lines reach."""
    return _width(lines)


def is_number(cell: str) -> bool:
    """Whether a cell holds a number, a price, a percentage or a date."""
    cell = cell.strip().removesuffix("%")
    return number_of(cell) is not None or price_of(cell) is not None or date_of(cell) is not None


def _width(lines: Sequence[Line]) -> int:
    counts = Counter(filled[-1] + 1 for line in lines if (filled := line.filled))
    return max(counts, key=lambda width: (counts[width], width)) if counts else 0


def _is_specification(lines: Sequence[Line]) -> bool:
    """Two columns, names of properties on the left and their values on the right."""
    pairs = [line.words for line in lines if len(line.words) == 2]
    if not pairs:
        return False
    first, second = map(plain_header, pairs[0])
    if first in SPEC_KEYS and second in SPEC_VALUES:
        return True
    if is_known(pairs[0][0]) and is_known(pairs[0][1]):
        return False
    return sum(is_known(left) for left, _ in pairs) >= 2


def _could_head(line: Line) -> bool:
    words = line.words
    return bool(words) and all(len(word) <= LONGEST and not is_number(word) for word in words)


def _has_known_words(lines: Sequence[Line], place: int, width: int) -> bool:
    words = lines[place].words
    known = sum(map(is_known, words))
    roles = sum(map(has_role, words))
    return (known >= 2 and known >= 0.3 * len(words)) or (roles >= 3 and len(set(words)) == len(words))


def _names_one_column(lines: Sequence[Line], place: int, width: int) -> bool:
    return place == 0 and width == 1 and len(lines) > 1 and has_role(lines[0].words[0])


def _differs_below(lines: Sequence[Line], place: int, width: int) -> bool:
    """Wide enough, and below some word of it stand numbers."""
    line, below = lines[place], lines[place + 1 :]
    filled = line.filled
    if len(filled) < max(2, 0.6 * width) or not below:
        return False
    if any(is_known(word) for word in line.words) and width > 2:
        return True
    for column in filled:
        values = [other.cells[column] for other in below if column < len(other.cells) and other.cells[column].strip()]
        if values and sum(map(is_number, values)) >= 0.7 * len(values):
            return True
    return False


def _opens_a_table(lines: Sequence[Line], place: int, width: int) -> bool:
    """The first line, complete and without repetition, over text alone: a convention of three columns and more."""
    words = lines[place].words
    return place == 0 and width >= 3 and len(lines) > 1 and len(words) >= width and len(set(words)) == len(words)


def _with_second_line(lines: Sequence[Line], place: int) -> Header:
    line = lines[place]
    labels = [" ".join(cell.split()) for cell in line.cells]
    while labels and not labels[-1] and not any(first <= len(labels) - 1 <= last for first, last in line.spans):
        labels.pop()
    second = lines[place + 1] if place + 1 < len(lines) else None
    if second is not None and second.problem is None and (joined := _joined(line, second)):
        return Header(place, 2, joined)
    for first, last in line.spans:
        labels += [""] * (last + 1 - len(labels))
        labels[first : last + 1] = [labels[first]] * (last + 1 - first)
    return Header(place, 1, tuple(labels))


def _joined(line: Line, second: Line) -> tuple[str, ...] | None:
    """The labels of a header of two lines, `Price / CNY`, where the second stands only under what spans columns."""
    top = [" ".join(cell.split()) for cell in line.cells]
    top += [""] * (len(second.cells) - len(top))
    below = [" ".join(cell.split()) for cell in second.cells]
    below += [""] * (len(top) - len(below))
    own = [place for place, cell in enumerate(below) if cell and cell != top[place]]
    parents = _parents(top, line.spans)
    if len(own) < 2 or any(is_number(below[place]) or place not in parents for place in own):
        return None
    if all(top[place] for place in own) and not line.spans:
        return None
    labels = list(top)
    for place in own:
        parent = top[parents[place]]
        labels[place] = f"{parent} / {below[place]}" if parent and not re.fullmatch(r"\W*", parent) else below[place]
    while labels and not labels[-1]:
        labels.pop()
    return tuple(labels)


def _parents(top: Sequence[str], spans: tuple[tuple[int, int], ...]) -> dict[int, int]:
    """Column -> the column whose word spans it: by merged cells, else by blank cells to the right of a word."""
    parents = {place: first for first, last in spans for place in range(first, last + 1)}
    if parents:
        return parents
    word = None
    for place, cell in enumerate(top):
        if cell:
            word = place
        elif word is not None:
            parents[place] = parents[word] = word
    return parents
