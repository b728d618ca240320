"""`Shift`: a row whose cells stand beside the columns they belong to, told by what those columns otherwise hold.

It is shown one row and what is known of the columns; it knows no table and tells nobody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.text.currencies import pattern
from ingest.cell_type import kind_of
from ingest.column_type import ColumnType

FURTHEST = 20
"""Columns that a row is looked for to the right of its own."""
BARE = re.compile(rf"(?:{pattern()})?\s*\d[\d.,]*\s*(?:{pattern()}|[A-Z]{{3}})?")
"""A number and nothing else: what a word's column does not hold, whereas a brand may be 3M."""
TYPED = ("number", "date")


@dataclass(frozen=True, slots=True)
class Shift:
    """`place`: the column, counted from 0, whose cell shows it best; `by`: how many columns further right its own value
    stands, negative where it stands further left; 0 where the row only has more cells than the table has columns."""

    place: int
    by: int


def overflowing(cells: Sequence[str], stats: Sequence[ColumnType], *, alone: bool, is_list: bool) -> Shift | None:
    """The shift of a row that has more cells than its table has columns, as by a delimiter inside a value.

    It is shifted where its cells fit their columns better some columns on. `alone`: hardly any other row of the table
    has so many cells, so that one more is no column without a header; then it is told without better proof where the
    row could be shifted and a number stands beyond a last column of numbers, or, in a list of products (`is_list`),
    where the last column holds none.
    """
    width = len(stats)
    filled = len(cells)
    while not alone and filled and not cells[filled - 1].strip():
        filled -= 1
    most = filled - width
    if not 0 < most <= FURTHEST:
        return None
    expected = [stat.expected for stat in stats]
    misfits = [_misfit(kind, cell) for kind, cell in zip(expected, cells, strict=False)]
    best, best_gain = None, 0
    for by in range(1, most + 1):
        gain = after = 0
        proof = None
        for place in range(width - 1, 0, -1):
            cell = cells[place + by]
            misfit = _misfit(expected[place], cell)
            gain += misfits[place] - misfit
            after += misfit
            if misfits[place] and expected[place] in TYPED and kind_of(cell) == expected[place]:
                proof = place
            # with several cells too many, several values may be cut, and not all cells have moved as far
            fits = (by == most and not after) or (most > 1 and gain > 1)
            if proof is not None and fits and gain > best_gain and _is_cut(cells, expected, place):
                best, best_gain = Shift(proof, by), gain
    if best is None and alone and not any(misfits):
        last, beyond = expected[-1], kind_of(cells[width - 1 + most])
        numeric = last in TYPED and beyond == last
        if (numeric or (is_list and beyond and last not in TYPED)) and _could_spill(cells, expected, most):
            return Shift(width - 1, 0)
    return best


def _misfit(expected: str, cell: str) -> bool:
    """Whether a cell is not what its column holds; a blank one fits everywhere."""
    if expected == "word":
        return BARE.fullmatch(cell.strip()) is not None
    return bool(expected) and kind_of(cell) not in ("", expected)


def _could_spill(cells: Sequence[str], expected: Sequence[str], by: int) -> bool:
    """Whether some value can have been cut in two so that the cells after it stand `by` columns too far right."""
    width = len(expected)
    for place in range(width, 0, -1):
        if place < width and _misfit(expected[place], cells[place + by]):
            return False
        if _is_cut(cells, expected, place):
            return True
    return False


def _is_cut(cells: Sequence[str], expected: Sequence[str], place: int) -> bool:
    """Whether a cell can be the rest of the value before it; a number has no delimiter in it but between thousands."""
    return expected[place - 1] not in TYPED or re.match(r"\d{3}(?!\d)", cells[place]) is not None


def misplaced(cells: Sequence[str], stats: Sequence[ColumnType], wrong: Sequence[int]) -> Shift | None:
    """The shift of a row of no more cells than columns: all typed cells from the first wrong one on stand one column
    too far right or left. `wrong`: the columns of another type than their cells."""
    if not wrong:
        return None
    width = len(stats)
    types = [stat.type for stat in stats]
    filled = len(cells)
    while filled and not cells[filled - 1].strip():
        filled -= 1
    for by in (1, -1):
        typed = [place for place in range(wrong[0], width) if types[place]]
        proofs = 0
        fits = True
        for place in typed:
            there = place + by
            cell = cells[there] if 0 <= there < len(cells) else ""
            kind = kind_of(cell)
            if kind and kind != types[place]:
                fits = False
                break
            # a word's column that holds a number is a proof; a number beside numbers is none
            if kind and place in wrong and (there >= width or stats[there].is_words):
                proofs += 1
        beside = cells[wrong[0] + by] if 0 <= wrong[0] + by < len(cells) else ""
        enough = proofs > 1 or (proofs == 1 and (len(typed) == 1 or (by < 0 and filled < width)))
        if fits and enough and kind_of(beside) == types[wrong[0]]:
            return Shift(wrong[0], by)
    return None
