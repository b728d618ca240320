"""`ColumnType`: what the cells of one column nearly all are, learned while they pass: numbers, dates or words."""

from __future__ import annotations

from collections.abc import Sequence

from index.lexicon import pattern
from ingest.cell_type import kind_of
from ingest.column import Column
from ingest.roles import plain_header

ENOUGH = 20
"""Cells after which a column's type is known."""
A_FEW = 3
"""Cells after which it can be guessed."""
MOSTLY = 0.95
"""Share of a column's cells of one type that makes it a column of that type."""
SELDOM = 0.05
"""Share of numbers below which a column is one of words."""

WORDY = frozenset(("sku", "name", "brand", "category", "currency"))
BY_ROLE = {"price": "number", "stock": "number", "valid_from": "date", "valid_to": "date"}
"""What a column is taken for of which too little was seen."""


class ColumnType:
    """What the cells of one column have been: filled ones, numbers and dates among them."""

    __slots__ = ("column", "dates", "done", "filled", "loose", "numbers")

    def __init__(self, column: Column) -> None:
        self.column = column
        self.filled = self.numbers = self.dates = 0
        self.done = column.role in WORDY
        """Whether it is a column of words, and needs no more counting."""
        self.loose = column.role is None and bool(pattern("heads", "loose").search(plain_header(column.header)))
        """Whether its header is of those whose columns may mix numbers and words by nature."""

    @property
    def type(self) -> str:
        """ "number", "date" or "": what nearly all its cells are."""
        if self.done or self.filled < ENOUGH:
            return ""
        return self._mostly()

    def _mostly(self) -> str:
        for name, count in (("number", self.numbers), ("date", self.dates)):
            if count >= MOSTLY * self.filled:
                return name
        return ""

    @property
    def expected(self) -> str:
        """ "number", "date", "word" or "": the best guess at what a cell of it is, for a row that shows other signs."""
        role = self.column.role or ""
        if self.loose or role == "sku":
            return ""
        if role in WORDY:
            return "word"
        if self.filled < A_FEW:
            return BY_ROLE.get(role, "")
        if self.numbers + self.dates <= SELDOM * self.filled:
            return "word"
        return self._mostly()

    @property
    def is_words(self) -> bool:
        """Whether hardly any of its cells is a number."""
        return self.column.role in WORDY or (self.filled >= ENOUGH and self.numbers <= SELDOM * self.filled)

    def count(self, cells: Sequence[str]) -> list[int]:
        """Take cells in; the places of those that are neither blank, nor numbers, nor dates."""
        joined = "".join(cells)
        if not joined:
            return []
        if joined.isascii() and joined.replace(".", "").isdecimal():
            filled = len(cells) - cells.count("")
            self.filled += filled
            self.numbers += filled
            return []
        odd = []
        for place, cell in enumerate(cells):
            kind = kind_of(cell)
            if kind == "":
                continue
            self.filled += 1
            if kind == "number":
                self.numbers += 1
            elif kind == "date":
                self.dates += 1
            else:
                odd.append(place)
        if self.filled >= ENOUGH and max(self.numbers, self.dates) < 0.5 * self.filled:
            self.done = True
        return odd
