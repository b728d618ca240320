"""`of_amount`: the rows of a sheet that have an amount, in a column of numbers, in a cell, or in their name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from index.database.filters import Condition, Either, Restriction
from index.database.sheets import Column, Sheet
from index.text.analysis import simplified
from index.text.quantities import Quantity, quantities
from index.text.spoken import in_figures
from retriever.bounds import compared_amounts
from retriever.constraints import Constraint
from retriever.planner.column_words import cells_of, values_of

MOST_CELLS = 200
"""Cells that one test names; where more say a term, its words are looked for."""
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
_BOUNDS = {"min": ("不低于", "at least "), "max": ("不超过", "at most ")}


def left_over(question: str, used: str) -> bool:
    """Whether a question has an amount that a text does not have, by its value or by its figures."""
    values, figures = {one.value for one in _quantities(used)}, set(_FIGURES.findall(used))
    return any(
        one.value not in values and not figures.issuperset(_FIGURES.findall(one.written) or [""])
        for one in _quantities(question)
    )


def has_amount(text: str) -> bool:
    """Whether a text has an amount, in figures or in words."""
    return bool(_quantities(text))


def of_amount(words: Sequence[str], question: str, sheet: Sheet) -> Constraint | None:
    """That a number of a row, or one in a cell, is the amount of these words, or at least or at most it where the
    question says so; a number alone as one of its name."""
    wanted = {(one.value, one.dimension): one for word in words for one in _quantities(word) if one.dimension}
    ranges = [_range(one, question) for one in wanted.values()]
    tests: list[Restriction] = []
    for column in sheet.columns:
        if column.sort == "number" and column.dimension:
            tests += [one.test(column) for one in ranges if one.dimension == column.dimension]
        elif column.sort in ("choice", "text"):
            values = [value for value in values_of(column) if any(one.holds(_measured(value)) for one in ranges)]
            cells = cells_of(column, values)
            if 0 < len(cells) <= MOST_CELLS:
                tests.append(Condition(column.name, cells))
    written = next((one.written for word in words for one in _quantities(word)), "")
    if not tests and (number := re.match(r"\d+(?:\.\d+)?", written)):
        own = next((column for column in sheet.columns if column.name == "name"), None)
        names = tuple(one for one in (own.texts if own else ()) if _has_number(one, number[0]))
        if 0 < len(names) <= MOST_CELLS:
            tests.append(Condition("name", names))
    if not tests:
        return None
    test = tests[0] if len(tests) == 1 else Either(tuple(tests))
    shown = next((word for word in words if any(map(str.isdigit, word))), written)
    compared = next((one for one in ranges if one.sign), None)
    zh, en = _BOUNDS[compared.sign] if compared else ("", "")
    return Constraint("feature", test, f"{shown} {written}", f"有“{zh}{written or shown}”", f"{en}‘{written or shown}’")


@dataclass(frozen=True, slots=True)
class _Range:
    """Amounts of a dimension from `low` to `high`; `sign` is "min", "max" or "" for one amount."""

    dimension: str
    low: Decimal | None
    high: Decimal | None
    strict: bool
    sign: str

    def holds(self, measured: Iterable[tuple[Decimal, str]]) -> bool:
        """Whether one of some amounts is in it."""
        return any(dimension == self.dimension and self._is_in(value) for value, dimension in measured)

    def _is_in(self, value: Decimal) -> bool:
        if self.strict and value in (self.low, self.high):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def test(self, column: Column) -> Condition:
        """That a column of numbers is in it."""
        low, high = (None if end is None else float(end) for end in (self.low, self.high))
        return Condition(column.name, minimum=low, maximum=high, dimension=self.dimension, strict=self.strict)


def _range(amount: Quantity, question: str) -> _Range:
    for low, high, strict in compared_amounts(question):
        if amount.value in [end.value for end in (low, high) if end is not None and end.dimension == amount.dimension]:
            ends = [None if end is None else end.value for end in (low, high)]
            sign = "min" if high is None else "max" if low is None else ""
            return _Range(amount.dimension, ends[0], ends[1], strict, sign)
    return _Range(amount.dimension, amount.value, amount.value, False, "")


@lru_cache(4096)
def _quantities(text: str) -> tuple[Quantity, ...]:
    return tuple(quantities(in_figures(simplified(text)), bare=True))


@lru_cache(16384)
def _measured(cell: str) -> frozenset[tuple[Decimal, str]]:
    return frozenset((one.value, one.dimension) for one in quantities(cell))


def _has_number(name: str, number: str) -> bool:
    return re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.])", name) is not None
