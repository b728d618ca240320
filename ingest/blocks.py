"""How tables lie on a sheet: one under another, or side by side.

It knows lines and headers, and nothing of rows' values or elements. Blank lines are dropped here; a gap in the line
numbers tells of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ingest.headers import is_header_again
from ingest.line import Line
from ingest.line_words import is_number
from ingest.roles import plain_header, ranks

IDENTITY = frozenset(("sku", "name"))
TITLED = 3
"""Lines of titles that may stand between a gap and the header of the next table."""


class Ahead:
    """Lines with content, which can be looked at before they are taken."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self._held: deque[Line] = deque()

    def look(self, count: int) -> list[Line]:
        """The next lines, at most `count`."""
        while len(self._held) < count and (line := next(self._lines, None)) is not None:
            if line.problem is not None or not line.blank:
                self._held.append(line)
        return list(self._held)[:count]

    def skip(self, count: int) -> None:
        """Take lines that were looked at."""
        for _ in range(count):
            self._held.popleft()

    def give_back(self, lines: Sequence[Line]) -> None:
        """Lines that were taken and will be taken again."""
        self._held.extendleft(reversed(lines))

    def table(self, certain: int = 0) -> Iterator[Line]:
        """The lines up to the header of another table, or to its titles; the first `certain` lines belong to it."""
        before: Line | None = None
        titles, was_lone = True, False
        while (line := self._held.popleft() if self._held else next(self._lines, None)) is not None:
            cells = line.cells
            lone = cells.count("") >= (len(cells) - 2 if len(cells) > 3 else len(cells) - 1)
            if lone and line.problem is None and line.blank:
                continue
            if certain > 0:
                certain -= 1
            elif before is not None and not titles and (lone or was_lone or line.number > before.number + 1):
                self._held.appendleft(line)
                if begins_table(before, self.look(TITLED + 1)):
                    return
                self._held.popleft()
            yield line
            titles = titles and lone
            before, was_lone = line, lone


def is_lone(line: Line) -> bool:
    """Whether one cell of the line is filled, or two of many."""
    cells = line.cells
    blank = cells.count("")
    return blank >= len(cells) - 1 or (len(cells) > 3 and blank >= len(cells) - 2)


def begins_table(before: Line | None, lines: Sequence[Line]) -> bool:
    """Whether these lines begin with a header, or with titles and then a header."""
    gap = before is None or lines[0].number > before.number + 1
    for line in lines[: TITLED + 1 if gap else 2]:  # right under rows, only the line above a header is its title
        if line.problem is not None:
            return False
        if is_header_again(line):
            return True
        if not is_lone(line):
            return False
    return False


def side_by_side(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """The columns of each of several tables that stand side by side: first, and first of the next; [] for one table."""
    full = [line for line in lines if line.problem is None and len(line.words) > 2]
    head = next((line for line in full if is_header_again(line)), None)
    if head is None or len(full) < 2:
        return []
    used = sorted({column for line in full for column in line.filled})
    starts = [used[0]] + [column for left, column in pairwise(used) if column > left + 1]
    parts = _parts(starts, used[-1] + 1)
    heads = [next((cut for line in full if is_header_again(cut := line.cut(*part))), None) for part in parts]
    alone = [place for place, cut in enumerate(heads) if cut is not None and _stands_alone(cut, heads[0])]
    if len(alone) > 1 and alone[0] == 0:
        return _parts([0, *(parts[place][0] for place in alone[1:])], None)
    return _periodic(head, [line for line in full if line.number > head.number])


def _parts(starts: Sequence[int], end: int | None) -> list[tuple[int, int]]:
    ends = [*starts[1:], end if end is not None else 1 << 20]
    return list(zip(starts, ends, strict=True))


def role_of(word: str) -> str:
    """The typed column that a word heads, "" where it heads none."""
    return ranks().get(plain_header(word), ("", 0))[0]


def _roles(line: Line) -> set[str]:
    return set(map(role_of, line.words))


def _stands_alone(head: Line, first: Line | None) -> bool:
    """Whether the columns under a header can be rows of their own: they name their products, or repeat a header."""
    if _roles(head) & IDENTITY:
        return True
    return first is not None and head is not first and len(set(head.words) & set(first.words)) >= 2


def _periodic(head: Line, below: Sequence[Line]) -> list[tuple[int, int]]:
    """Tables without a blank column between them, told by a header whose words repeat."""
    words = [word.casefold() for word in head.words]
    start, count = head.filled[0], len(words)
    if head.filled[-1] - start + 1 != count:
        return []
    for period in range(2, count // 2 + 1):
        unit = words[:period]
        if count % period or words != unit * (count // period) or len(set(unit)) < period:
            continue
        first = [text for line in below if (text := line.at(start))]
        if _roles(head) & IDENTITY or sum(map(is_number, first)) < len(first) / 2:
            return _parts([0, *range(start + period, start + count, period)], None)
    return []
