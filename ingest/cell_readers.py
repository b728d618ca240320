"""`Readers`: what reads the cells of each column of a table as values, judged over the table's cells.

A column's decimal sign, the order of its dates and whether it says yes and no are seen over all its cells, and where it
shows nothing, over the table's other columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

from index.text.measures import measure
from ingest import stock
from ingest.cell_type import kind_of
from ingest.dates import Order, days_of, first_day, is_open, last_day, order_of, surest_day
from ingest.lists import list_mark_of, values_of
from ingest.money import money_of
from ingest.numbers import ASSUMED, Convention, Marks, file_convention, number_of
from ingest.truth import is_truth_column, truth_of

Read = Callable[[str], Any]
NUMBERS = 0.8
"""Share of a column's cells that must be numbers for it to be one of numbers."""
UNSPACED = "/|"
"""Marks between values that only their column tells from a part of one."""
FIRST = 20
"""Cells by which a column is told to be one of dates."""
JUDGED = 500
"""Cells of a column over which its share of numbers is judged."""
REPEATED = 4096
"""Texts of a column whose values are kept: prices, counts, days and yes come again and again."""


def as_words(text: str) -> None:
    """Nothing: the text is the value."""
    return


class Readers:
    """The readers of one table's columns; `cells` are the filled cells of each in its sample."""

    def __init__(self, cells: Sequence[Sequence[str]]) -> None:
        self._cells = cells
        self._marks = [Marks().take(column) for column in cells]
        self._shown = [marks.convention() for marks in self._marks]
        self._hint = file_convention(self._shown)
        self._clear: dict[int, Callable[[str], bool]] = {}
        self._truths = [bool(column) and is_truth_column(column) for column in cells]

    def is_truth(self, place: int) -> bool:
        """Whether a column says yes and no."""
        return self._truths[place]

    def of(self, place: int, role: str, header: str) -> Read:
        """What reads the cells of a column of a role, each text that comes again once: see `_reader`."""
        read = self._reader(place, role, header)
        return read if read is as_words else lru_cache(REPEATED)(read)

    def _reader(self, place: int, role: str, header: str) -> Read:
        """What reads a column of a role: a price as `Money`, a stock as its count or whether there is any, a day as an
        ISO date, days as "first/last", yes and no as truth, numbers as numbers, several numbers in a cell as a tuple of
        their texts; anything else is words."""
        if role == "price":
            money = self._marks[place].convention(self._hint, "money")
            return lambda text: money_of(text, money)
        if role == "stock":
            count = self._marks[place].convention(self._hint, "count")
            return lambda text: _stock(text, count)
        if role in ("valid_from", "sale_from", "valid_to", "sale_to", "sale_days"):
            return self._days(place, role)
        if role in ("sku", "name", "brand", "category", "currency"):
            return as_words
        if self._truths[place]:
            return truth_of
        measure = self._marks[place].convention(self._hint)
        some = self._cells[place][:JUDGED]
        beside = self._hint or file_convention([*self._shown[:place], *self._shown[place + 1 :]])
        mark = list_mark_of(some, header, beside)
        values = [value for cell in some for value in values_of(cell, mark)] if mark else []
        if mark and _are_numbers(values, ASSUMED):
            return lambda text: _numbers(values_of(text, mark))
        if mark and (mark in UNSPACED or _are_measures(header, values)):
            return lambda text: _texts(values_of(text, mark))
        if _are_numbers(some, measure):
            return lambda text: _number(text, measure)
        return as_words

    def _days(self, place: int, role: str) -> Read:
        order = order_of(self._cells[place], self._order)
        if role == "sale_days":

            def period(text: str) -> str | None:
                days = days_of(text, order, numeric=True)
                return "/".join(day.isoformat() for day in days) if days else None

            self._clear[place] = lambda text: is_open(text) or period(text) is not None
            return period
        day, is_last = (first_day, False) if role.endswith("from") else (last_day, True)
        self._clear[place] = lambda text: is_open(text) or day(text, order) is not None
        if role.startswith("sale"):
            return lambda text: day(text, order)
        return lambda text: surest_day(text, order, last=is_last)

    def is_clear(self, place: int, text: str) -> bool:
        """Whether a cell is no day that cannot be read, or in two ways only."""
        return place not in self._clear or self._clear[place](text)

    @cached_property
    def _order(self) -> Order:
        """The order of days that the table's columns of dates show together."""
        dated = (column[:JUDGED] for column in self._cells if any(kind_of(cell) == "date" for cell in column[:FIRST]))
        return order_of(chain.from_iterable(dated))


def _are_numbers(cells: Sequence[str], convention: Convention) -> bool:
    return bool(cells) and sum(number_of(cell, convention) is not None for cell in cells) >= NUMBERS * len(cells)


def _are_measures(header: str, values: Sequence[str]) -> bool:
    return sum(measure(header, value) is not None for value in values) >= NUMBERS * len(values)


def _texts(values: tuple[str, ...]) -> tuple[str, ...] | None:
    return values if len(values) > 1 else None


def _numbers(values: tuple[str, ...]) -> tuple[str, ...] | float | None:
    return values if len(values) > 1 else _number(values[0], ASSUMED) if values else None


def _number(text: str, convention: Convention) -> float | None:
    value = number_of(text, convention)
    return None if value is None else float(value)


def _stock(text: str, convention: Convention) -> float | int | bool | None:
    found = stock.stock_of(text, convention)
    if found is None:
        return None
    if found.count is None or found is stock.NONE:
        return found.available
    return int(found.count) if found.count == int(found.count) else float(found.count)
