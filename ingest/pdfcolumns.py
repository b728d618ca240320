"""The lines of a PDF page in reading order: down the page, columns of prose one after the other.

Columns are told from tables by their lines: prose fills its column, is set evenly, and goes on from line to line. It
knows nothing of paragraphs or headings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.pdfline import Cell, Line

FEWEST = 4
"""Lines that each of two columns must have."""
SHORTEST = 12
"""Characters of a line of prose, half of them (a Chinese one counts twice)."""
SAME_EDGE = 2.0
"""Points by which the lines of a column may begin apart."""


def reading_order(lines: Sequence[Line]) -> list[Line]:
    """The lines, given in the order of the file. A line that stands in two columns is cut between them.

    Programs that fill forms draw a page's title last, others draw two columns line by line.
    """
    ordered = sorted(lines, key=lambda line: -line.bottom)
    for edge in _edges(lines):
        if region := _region(ordered, edge):
            high, low = region
            above = [line for line in lines if line.bottom > high]
            inside = [line for line in lines if low <= line.bottom <= high]
            below = [line for line in lines if line.bottom < low]
            left = [part for line in inside if (part := _part(line, edge, right=False))]
            right = [part for line in inside if (part := _part(line, edge, right=True))]
            return [line for part in (above, left, right, below) for line in reading_order(part)]
    beside = any(above.bottom - below.bottom < 0.5 * below.height for above, below in pairwise(ordered))
    return list(lines) if beside else ordered


def _edges(lines: Sequence[Line]) -> list[float]:
    """Where the lines of a further column may begin, from left to right."""
    lefts = Counter(round(left / SAME_EDGE) for line in lines for left, _, _ in line.cells)
    found = sorted(place for place, count in lefts.items() if count + lefts[place - 1] + lefts[place + 1] >= FEWEST)
    return [place * SAME_EDGE for place in found[1:] if place - 1 not in found]


def _part(line: Line, edge: float, *, right: bool) -> Line | None:
    """The cells of a line on one side of an edge."""
    cells = tuple(cell for cell in line.cells if (cell[0] >= edge - SAME_EDGE) == right)
    if not cells or len(cells) == len(line.cells):
        return line if cells else None
    return _of(line, cells)


def _of(line: Line, cells: tuple[Cell, ...]) -> Line:
    """Some cells of a line that stand side by side."""
    text, last = " ".join(words for _, _, words in cells), cells[-1] == line.cells[-1]
    hyphenated = line.hyphenated and last
    return replace(line, text=text, left=cells[0][0], right=cells[-1][1], cells=cells, hyphenated=hyphenated)


def _region(ordered: Sequence[Line], edge: float) -> tuple[float, float] | None:
    """(highest, lowest) base line between which two columns of prose stand, the right one beginning at `edge`."""
    start = None
    for place, line in enumerate([*ordered, None]):
        crossing = line is None or any(left < edge - SAME_EDGE < right for left, right, _ in line.cells)
        if start is None:
            begins = line is not None and any(abs(left - edge) <= SAME_EDGE for left, _, _ in line.cells)
            start = place if begins and not crossing else None
        elif crossing:
            inside = _ended(ordered[start:place], edge)
            if _are_columns(inside, edge):
                return inside[0].bottom, inside[-1].bottom
            start = None
    return None


def _ended(lines: Sequence[Line], edge: float) -> Sequence[Line]:
    """The lines to the end of the longer column: what stands far below the right one, to the left, is another text."""
    end = 1 + max(place for place, line in enumerate(lines) if line.right > edge)
    while end < len(lines) and lines[end - 1].bottom - lines[end].bottom < 1.8 * lines[end].height:
        end += 1
    return lines[:end]


def _are_columns(lines: Sequence[Line], edge: float) -> bool:
    cells = [_of(line, (cell,)) for line in lines for cell in line.cells]
    right = [cell for cell in cells if abs(cell.left - edge) <= SAME_EDGE]
    lefts = [cell for cell in cells if cell.left < edge - SAME_EDGE]
    if len(lefts) < FEWEST or len(right) < FEWEST:
        return False
    counts = Counter(round(cell.left) for cell in lefts)
    margin = max(counts, key=lambda place: (counts[place], place))
    left = [cell for cell in lefts if abs(cell.left - margin) <= SAME_EDGE]
    if not (_is_prose(left) and _is_prose(right)):
        return False
    level = sum(any(abs(cell.bottom - other.bottom) < 0.3 * cell.height for other in left) for cell in right)
    return level < 0.5 * len(right) or (_runs_on(left) and _runs_on(right))


def _is_prose(cells: Sequence[Line]) -> bool:
    """Whether lines fill their column and are set evenly."""
    if len(cells) < FEWEST:
        return False
    wide = sum(cell.right - cell.left >= 0.5 * _width(cells) for cell in cells)
    long = sum(len(cell.text) + len(re.findall("[\u2e80-\u9fff]", cell.text)) >= SHORTEST for cell in cells)
    gaps = sorted(above.bottom - below.bottom for above, below in pairwise(cells))
    usual = gaps[len(gaps) // 2]
    even = sum(abs(gap - usual) <= 0.35 * usual for gap in gaps)
    return min(wide, long) >= 0.7 * len(cells) and even >= 0.65 * len(gaps) and usual < 2.2 * cells[0].height


def _runs_on(cells: Sequence[Line]) -> bool:
    """Whether most lines are full, and go on in the middle of a sentence."""
    full = sum(cell.right - cell.left >= 0.75 * _width(cells) for cell in cells)
    inner = sum(
        after.text[:1].islower() or (after.text[:1] > "\u2e80" and before.text[-1:] not in "。！？；")
        for before, after in pairwise(cells)
    )
    return full >= 0.65 * len(cells) and inner >= 0.4 * (len(cells) - 1)


def _width(cells: Sequence[Line]) -> float:
    return max(cell.right for cell in cells) - min(cell.left for cell in cells)
