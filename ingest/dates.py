"""Days in cells: a date, a month, a quarter or a period as a first and a last day, in whatever form people write it.

03/04/2026 is read in the order that its column shows. It knows no rows: whether a row holds today is its readers'
business, and so is what to do with a cell that cannot be read (None).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from index.lexicon import word_set
from index.text.months import month_of
from index.text.numerals import han_value
from ingest.date_forms import forms
from ingest.numbers import plain

Days = tuple[date, date]
"""The first and the last day of what a cell names."""
MARKS = "/-"
"""Marks whose numbers stand in either order; with dots the day comes first everywhere."""
LONGEST = 60
"""Characters of a cell that may be a date."""
MOSTLY = 0.9
"""Share of a column's cells that must agree in their order: a slip is no order."""
NEAR = range(2018, 2041)
"""Years that 26 and 15 mean where a number of two digits may be the year or the day."""


_COUNT = re.compile(r"(\d{5}|\d{10}|\d{13})(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Order:
    """The marks between whose numbers the cells of a column showed the day first, and the month."""

    day_first: frozenset[str] = frozenset(".")
    month_first: frozenset[str] = frozenset()

    def is_day_first(self, mark: str) -> bool | None:
        """Whether the day comes first between these marks; by the column's other marks where they agree; else None."""
        if mark in self.day_first | self.month_first:
            return mark in self.day_first
        others = {mark in self.day_first for mark in (self.day_first | self.month_first) - {"."}}
        return others.pop() if len(others) == 1 else None


UNKNOWN = Order()
_EITHER = (Order(frozenset("./-")), Order(frozenset("."), frozenset(MARKS)))
"""Both orders."""


def order_of(cells: Iterable[str], hint: Order = UNKNOWN) -> Order:
    """The order that a column's cells show, by 15/03 and 03/15; for marks that show none, `hint`'s (of its file)."""
    seen = {(mark, first): 0 for mark in MARKS for first in (True, False)}
    for cell in cells:
        if len(cell) <= LONGEST:
            for found in forms().numeric.finditer(plain(cell)):
                first, second = int(found["a"]), int(found["b"])
                if found["mark"] in MARKS and (first > 12) != (second > 12):
                    seen[found["mark"], first > 12] += 1
    day_first, month_first = set(hint.day_first), set(hint.month_first)
    for mark in MARKS:
        shown = seen[mark, True], seen[mark, False]
        if sum(shown):
            day_first -= {mark}
            month_first -= {mark}
            if max(shown) >= MOSTLY * sum(shown):
                (day_first if shown[0] > shown[1] else month_first).add(mark)
    return Order(frozenset(day_first), frozenset(month_first))


def date_of(text: str, order: Order = UNKNOWN, *, numeric: bool = False) -> str | None:
    """The one day that a cell names, as ISO 8601; None for a month, a period or what cannot be read."""
    days = days_of(text, order, numeric=numeric)
    return days[0].isoformat() if days and days[0] == days[1] else None


def first_day(text: str, order: Order = UNKNOWN) -> str | None:
    """The day on which something begins that a cell of a column of dates names: of "2026-03" the first."""
    days = days_of(text, order, numeric=True)
    return days[0].isoformat() if days else None


def last_day(text: str, order: Order = UNKNOWN) -> str | None:
    """The day with which something ends that a cell of a column of dates names: of "2026-03" the thirty-first."""
    days = days_of(text, order, numeric=True)
    return days[1].isoformat() if days else None


def surest_day(text: str, order: Order = UNKNOWN, *, last: bool) -> str | None:
    """As `last_day` or `first_day`; where a day may be either of two, the one with which less is promised."""
    read = last_day if last else first_day
    if day := read(text, order):
        return day
    both = [day for one in _EITHER if (day := read(text, one))]
    return None if not both else min(both) if last else max(both)


def days_of(text: str, order: Order = UNKNOWN, *, numeric: bool = False) -> Days | None:
    """The first and the last day that a cell names: "2026-03" -> 1 and 31 March. None for what cannot be read.

    With `numeric`, for a column of dates, a bare number may be a workbook's count of days (46096) or Unix time.
    """
    if len(text) > LONGEST:
        return None
    try:
        if len(text) == 10 and text[4] == text[7] == "-":
            day = date.fromisoformat(text)
            return day, day
        return _days(text, order, numeric)
    except ValueError:
        return None


def is_open(text: str) -> bool:
    """Whether a cell says that there is no end: "until further notice", 长期有效, a dash, nothing."""
    said = plain(text).casefold().strip(" .")
    return not re.search(r"\w", said) or said in word_set("dates", "open")


@lru_cache(4096)
def _days(text: str, order: Order, numeric: bool) -> Days | None:
    text = plain(text).casefold()
    if numeric and (counted := _counted(text)):
        return counted, counted
    text = forms().spelled.sub(lambda found: str(han_value(found[0]) or found[0]), _bared(text))
    if days := _named(text, order):
        return days
    for found in forms().to.finditer(text):
        if days := _period(
            text[: found.start()], text[found.end() :], order, strict=not re.search(r"[ ~\w]", found[0])
        ):
            return days
    return None


def _bared(text: str) -> str:
    """The text without a time of day and the words around a date."""
    while True:
        left = text.strip(" ,;()[]")
        for pattern in (forms().time, forms().before, forms().behind):
            left = pattern.sub("", left, count=1).strip(" ,;()[]")
        if left == text or not left:
            return text
        text = left


def _named(text: str, order: Order) -> Days | None:
    for kind, pattern in forms().dates:
        if found := pattern.fullmatch(text):
            with suppress(ValueError):  # no such day
                return _by_mark(found, order) if kind == "numeric" else _by_name(kind, found.groupdict())
    return None


def _period(left: str, right: str, order: Order, strict: bool) -> Days | None:
    """The days from one date to another; what one of them leaves open, its year or month, is the other's.

    `strict`: both must be days, as the mark between them may stand within one date.
    """
    left, right = _bared(left), _bared(right)
    first, last = _named(left, order), _named(right, order)
    if first is not None and last is None:
        last = _completed(right, first, order)
    elif last is not None and first is None:
        first = _completed(left, last, order)
    if first is None or last is None or first[0] > last[1]:
        return None
    return None if strict and (first[0] != first[1] or last[0] != last[1]) else (first[0], last[1])


def _completed(text: str, other: Days, order: Order) -> Days | None:
    """A date without its year, or its month, which are those of the other."""
    year = other[0].year
    if other[0] == other[1] and (found := forms().day.fullmatch(text)):
        with suppress(ValueError):
            return _day(year, other[0].month, int(found[1]))
    for whole in (
        f"{text} {year}",
        f"{text}{year}",
        f"{text}.{year}",
        f"{year}年{text}",
        f"{text}/{year}",
        f"{year}-{text}",
    ):
        if days := _named(whole, order):
            return days
    return None


def _counted(text: str) -> date | None:
    found = _COUNT.fullmatch(text)
    if found is None:
        return None
    number = int(found[1])
    if len(found[1]) == 5:
        return date(1899, 12, 30) + timedelta(number)
    return datetime.fromtimestamp(number / (1 if len(found[1]) == 10 else 1000), UTC).date()


def _day(year: int, month: int, day: int) -> Days:
    one = date(year, month, day)
    return one, one


def _year(written: str) -> int:
    digits = written.strip("'")
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _by_mark(found: re.Match[str], order: Order) -> Days | None:
    first, second, mark, written = int(found["a"]), int(found["b"]), found["mark"], found["y"]
    year = _year(written)
    if len(written) == 2 and year not in NEAR and 2000 + first in NEAR:  # 26-3-15
        return _day(2000 + first, second, year - 2000)
    day_first = mark == "." or first > 12 or first == second or (second <= 12 and order.is_day_first(mark))
    if day_first is None:
        return None
    return _day(year, second, first) if day_first else _day(year, first, second)


def _by_name(kind: str, said: dict[str, str | None]) -> Days:
    """The days that the parts of a date name, of which each form has some; with an "end", the last of them alone."""
    year, number = _year(said["y"] or ""), said.get("n") or "0"
    first = last = month_of(said["name"] or "") if said.get("name") else int(said.get("m") or 0)
    if kind == "day":
        return _day(year, first, int(said["d"] or 0))
    if kind == "week":
        monday = date.fromisocalendar(year, int(number), 1)
        return monday, monday + timedelta(6)
    if kind == "quarter":
        last = 3 * (int(number) if number.isdecimal() else han_value(number) or 0)
        first = last - 2
    elif kind == "year":
        first, last = 1, 12
    end = date(year, last, monthrange(year, last)[1])
    return end if said.get("end") else date(year, first, 1), end
