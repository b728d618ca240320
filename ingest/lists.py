"""Cells with several values: which mark parts them in a column, and the values of a cell.

"450,2000" is two numbers and "1,450" is one: the header or the column's other cells tell. Not for columns of names and
prose, where a comma is a comma.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from index.lexicon import either, words
from ingest.numbers import Convention, plain

PART = 40
"""Characters of one value of a list; a longer part is prose."""
WORDS = 3
"""Words of one value between commas."""
_CLEAR = (";", "|", "、", " / ")
"""Marks that stand between values and hardly inside one, the first that a column has is its mark."""
_FIGURES = re.compile(r"\d+(?:,\d+)+")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})*,\d{3}")


def list_mark_of(cells: Iterable[str], header: str = "", file: Convention | None = None) -> str:
    """The mark that parts the values in a column's cells, "" where its cells are single values.

    `file` is the convention that the file's other columns show: where commas are decimal, "5,6000" is one number.
    """
    filled = [cell for cell in map(_plain, cells) if cell]
    told = _headers().search(plain(header).casefold()) is not None
    for mark in _CLEAR:
        if any(mark in cell for cell in filled) and all(map(_is_short, _parts(filled, mark))):
            return mark
    if _is_parted_by_a_slash(filled, told):
        return "/"
    figures = [cell for cell in filled if _FIGURES.fullmatch(cell)]
    if figures and len(figures) == len([cell for cell in filled if "," in cell]):
        decimal = file.decimal if file is not None and file.shown else None
        certain = any(map(_is_several, figures)) and not any(cell[0] == "0" for cell in figures)
        rising = decimal == "." and all(map(_is_rising, figures))
        return "," if told or rising or (certain and decimal != ",") else ""
    for mark in (", ", ","):
        if _is_parted_by_commas(filled, mark, told):
            return mark
    return ""


def values_of(text: str, mark: str) -> tuple[str, ...]:
    """The values of a cell, in order, each once; the cell itself where its column has no mark."""
    if not mark:
        return (text,) if text else ()
    return tuple(dict.fromkeys(part for piece in _plain(text).split(mark) if (part := piece.strip())))


def _plain(cell: str) -> str:
    return plain(cell) if cell.isascii() else plain(cell.replace("，", ", ").replace("；", ";"))


def _parts(cells: Sequence[str], mark: str) -> Iterable[str]:
    return (part.strip() for cell in cells for part in cell.split(mark))


def _is_short(part: str) -> bool:
    return len(part) <= PART


def _is_several(cell: str) -> bool:
    """Whether figures with commas are no number that is grouped, nor one with a short decimal part."""
    head, *rest = cell.split(",")
    return _GROUPED.fullmatch(cell) is None and (len(rest) > 1 or len(rest[0]) > 3 or len(head) > 3)


def _is_rising(cell: str) -> bool:
    """Whether figures are whole numbers of two digits at least, each larger, where commas are known not to be decimal:
    "12,24" volts."""
    parts = cell.split(",")
    grouped = _GROUPED.fullmatch(cell) is not None
    return not grouped and min(map(len, parts)) > 1 and all(int(a) < int(b) for a, b in pairwise(parts))


def _is_parted_by_a_slash(cells: Sequence[str], told: bool) -> bool:
    """ "S/M/L", "110/230"; not "1/2", "km/h" or "n/a"."""
    parted = [cell.split("/") for cell in cells if "/" in cell]
    if not parted or not all(_is_short(part) and part.strip() for parts in parted for part in parts):
        return False
    if all(max(map(len, parts)) < 2 and len(parts) < 3 for parts in parted):
        return False  # 1/2, n/a
    seen = Counter(part.strip() for cell in cells for part in set(cell.split("/")))
    return (
        told
        or any(len(parts) > 2 for parts in parted)
        or any(seen[part.strip()] > 1 for parts in parted for part in parts)
    )


def _is_parted_by_commas(cells: Sequence[str], mark: str, told: bool) -> bool:
    """ "red, blue" beside "blue, white": short parts, one of which stands in several cells."""
    parted = [cell.split(mark) for cell in cells if mark in cell]
    parts = [part.strip() for part in _parts(cells, mark)]
    if not parted or not all(0 < len(part) <= PART and len(part.split()) <= WORDS for part in parts):
        return False
    if mark == "," and any(re.search(r"\d,\d", cell) for cell in cells):
        return False
    seen = Counter(parts)
    return told or (len(parted) > 1 and any(seen[part.strip()] > 1 for pieces in parted for part in pieces))


@cache
def _headers() -> re.Pattern[str]:
    """What in a header says that its cells hold several values."""
    return re.compile(either(word.casefold() for word in words("lists", "headers")))
