"""What a cell is to the eye: a number, a date, a word, or no value. The words for no value are the lexicon's."""

from __future__ import annotations

import re
from functools import cache

from index.lexicon import pattern

NUMBERED = re.compile(
    r"[<>≤≥≈~约+−–-]{0,2}\s*(?:[^\W\d_]{0,3}|[¥$€£￥₩₹]|[A-Z]{1,3}\$)\s*[\d.]*\d[\d.,'’ ]*"
    r"(?:\D{0,14}|\s*[-–—~至到x×/*].{0,20})"
)
"""A number, with a sign or unit or as a range: enough to say that a cell is not a word."""
DATED = re.compile(
    r"\d{1,4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,4}.{0,20}|\d{8}|(\d{1,2}\.? )?[A-Z][a-z]{2,8}\.? (\d{1,2},? )?\d{4}"
)


@cache
def _nothing() -> re.Pattern[str]:
    return re.compile(rf"[\W_]*|{pattern('blanks', 'nothing').pattern}", re.IGNORECASE)


def is_nothing(cell: str) -> bool:
    """Whether a cell says that there is no value: "n/a", 暂无, a dash."""
    return _nothing().fullmatch(cell) is not None


def is_empty(cell: str) -> bool:
    """Whether a cell says that there is no value, or on purpose something instead of one ("on request", 面议)."""
    return is_nothing(cell) or pattern("blanks", "instead").fullmatch(cell) is not None


def kind_of(cell: str) -> str:
    """ "number", "date", "word", or "" where the cell is blank or says that there is no value."""
    cell = cell.strip()
    if not cell:
        return ""
    if cell.isascii() and cell.isdigit():
        return "number"
    if DATED.fullmatch(cell):
        return "date"
    if NUMBERED.fullmatch(cell):
        return "number"
    return "" if is_empty(cell) else "word"
