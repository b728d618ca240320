"""What a line of one word in a table is: the heading of the lines below it, a note, or a product without values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from ingest.columns import Columns
from ingest.evidence import HAN, is_code
from ingest.line import Line
from ingest.line_words import is_note, is_number

LONGEST = 60
"""Characters of the longest band."""
COMMON = 1 / 3
"""Share of lines of one cell above which they are no bands: the table is written over several lines."""
ENUMERATED = re.compile(r"^\W*(?:[\divxIVX]{1,4}|[一二三四五六七八九十]{1,3})\s*[.、)）:：]\s*(?=\D)")


class Bands:
    """Judges the lines of one cell of a table by its columns and its first lines."""

    def __init__(self, columns: Columns, width: int, sample: Sequence[Line]) -> None:
        self._width = width
        roles = [column.role for column in columns.columns]
        self._sku = roles.index("sku") if "sku" in roles else None
        self._name = roles.index("name") if "name" in roles else None
        lines = [line for line in sample if line.problem is None]
        lone = [len(line.words) == 1 for line in lines]
        first = lone.index(False) if False in lone else len(lone)
        self._plausible = lone[:first].count(True) > 0 or sum(lone) <= COMMON * len(lone)
        place = self._name if self._name is not None else 0
        self._names = [line.at(place).casefold() for line, alone in zip(lines, lone, strict=True) if not alone]
        self._starts = {_start(name) for name in self._names}

    def kind(self, line: Line, followed: bool) -> Literal["heading", "text"] | None:
        """None where it is a product like the others. `followed`: a row stands under it."""
        place = line.filled[0]
        word = line.cells[place].strip()
        merged = any(first == place and last - first + 1 >= self._width / 2 for first, last in line.spans)
        if is_note([word]):
            return "text"
        if is_number(word):
            return None
        if merged or len(line.words) > 1:
            return "heading"
        if self._width < 2 or place not in (0, self._sku, self._name):
            return None
        if followed and self._plausible and self._is_band(word, place):
            return "heading"
        if self._width < 3:
            return None
        if place == self._sku == 0 and not any(char.isdigit() for char in word):
            return "heading"
        spaced = place == self._sku and (" " in word or re.search(f"[{HAN}]", word))
        return "text" if spaced else None

    def is_label(self, word: str, longest: int = LONGEST) -> bool:
        """Whether a text is short enough to head a table, and no sentence, number or code."""
        if (
            len(word) > longest
            or is_note([word])
            or is_number(word)
            or is_code(word)
            or not any(map(str.isalpha, word))
        ):
            return False
        return not any(char.isdigit() for char in ENUMERATED.sub("", word)) and not re.search(r"[:：].", word)

    def _is_band(self, word: str, place: int) -> bool:
        """A short word that no other product's name begins with, unless it is the whole of what they share."""
        if not self.is_label(word):
            return False
        if place == self._sku:
            return True
        plain = word.casefold()
        return _start(plain) not in self._starts or any(plain in name and plain != name for name in self._names)


def _start(name: str) -> str:
    """The word a name begins with: its brand or model; of a script without spaces the first two characters."""
    name = name.strip().casefold()
    if re.match(f"[{HAN}]", name):
        return name[:2]
    return name.split(" ")[0] if name else ""
