"""Yes and no in cells: which words, ticks and crosses say so, and which columns hold nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from index.lexicon import word_set, words
from ingest.numbers import plain

LONGEST = 40
"""Characters of a cell that may say yes or no, with a remark in brackets."""
_REMARK = re.compile(r"\s*\([^()]*\)$")
_EMPTY = re.compile(r"[\W_]*|n/?a|null", re.IGNORECASE)


def truth_of(text: str) -> bool | None:
    """True for yes, False for no, None for neither; for the cells of a column that is one of truths."""
    known = _truths()
    found = known.get(text)
    if found is None and text and len(text) <= LONGEST:
        found = known.get(_REMARK.sub("", plain(text)).casefold().rstrip(".!\ufe0f"))
    return found


def is_truth_column(cells: Iterable[str]) -> bool:
    """Whether a column's cells all say yes or no, or nothing.

    A word that may be something else (0 and 1, x, 无) counts where yes and no both stand in the column, or, for a mark,
    where the other cells are blank.
    """
    seen: set[str] = set()
    blank = False
    for cell in cells:
        if cell in seen:
            continue
        if truth_of(cell) is not None:
            seen.add(cell)
        elif _EMPTY.fullmatch(cell):
            blank = True
        else:
            return False
    said = {truth_of(cell) for cell in seen}
    folded = {cell.strip().casefold() for cell in seen}
    return len(said) == 2 or not folded <= word_set("truth", "weak") or (blank and folded in ({"x"}, {"●"}))


@cache
def _truths() -> Mapping[str, bool]:
    said = {plain(word).casefold(): True for word in words("truth", "yes")}
    return said | {plain(word).casefold(): False for word in words("truth", "no")}
