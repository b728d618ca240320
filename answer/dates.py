"""`Date` and times of day: what a text names of the calendar and the clock, in whatever form it is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from index.text.months import capitalized_pattern, month_of

# months begin with a capital letter, so that "you may 5 times" and "march 20 km" are none
_MONTH = capitalized_pattern()
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_BY_YEAR = re.compile(r"(?<![\d.])(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?![\d])")
_BY_DAY = re.compile(r"(?<![\d.])(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4})(?!\d)")
_DAY_MONTH = re.compile(
    rf"(?<![\d.,])(?:(?P<first>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:to|and|until|[-–~])\s*)?"
    rf"{_DAY}(?:\s+of)?[\s-]+(?P<month>{_MONTH})(?![A-Za-z])(?:,?[\s-]+(?P<y>\d{{4}})(?!\d))?"
)
_MONTH_DAY = re.compile(
    rf"\b(?P<month>{_MONTH})\s+{_DAY}(?![\d%]|[.:]\d)(?:\s*[-–]\s*(?P<last>\d{{1,2}})(?!\d))?(?:,?\s+(?P<y>\d{{4}})(?!\d))?"
)
_MONTH_YEAR = re.compile(rf"\b(?P<month>{_MONTH})\s+(?P<y>\d{{4}})(?!\d)")
_CHINESE = re.compile(
    r"(?:(?<!\d)(?P<y>(?:19|20)\d\d)\s?年\s?)?(?<!\d)(?P<m>1[0-2]|0?[1-9])\s?月(?!数)"
    r"(?:\s?(?P<d>\d{1,2})\s?[日号]?(?:\s*(?:至|到|[-–~])\s*(?P<last>\d{1,2})\s?[日号])?)?"
)
_YEAR = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)\s?年")
_CLOCK = re.compile(
    r"(?P<half>上午|早上|凌晨|中午|下午|晚上|晚)?\s?(?<![\d:.])(?P<h>2[0-4]|[01]?\d)"
    r"(?::(?P<min>[0-5]\d)(?::[0-5]\d)?(?!\d)(?:\s?(?P<ap>[AaPp])\.?[Mm]\b\.?)?"
    r"|\s?(?P<only>[AaPp])\.?[Mm]\b\.?"
    r"|\s?[点时](?:整|(?P<zh>[0-5]?\d)分?|(?P<past>半))?)"
)


@dataclass(frozen=True, slots=True)
class Date:
    """A day, a month or a year; what is not named is None."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        parts = (f"{self.year}" if self.year else "", f"{self.month:02}" if self.month else "")
        return "-".join(part for part in (*parts, f"{self.day:02}" if self.day else "") if part)

    def agrees(self, named: Date) -> bool:
        """Whether all that this date names is named by `named` too; a year that `named` leaves open is not compared."""
        return (
            (self.year is None or named.year in (None, self.year))
            and (self.month is None or named.month == self.month)
            and (self.day is None or named.day == self.day)
        )


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in minutes; `open` where it may be before or after noon (10点)."""

    minutes: int
    open: bool = False

    def __str__(self) -> str:
        return f"{self.minutes // 60:02}:{self.minutes % 60:02}"

    def agrees(self, other: Clock) -> bool:
        """Whether both may be the same time."""
        apart = abs(self.minutes - other.minutes)
        return apart == 0 or (apart == 12 * 60 and (self.open or other.open))


Reading = tuple[Date, ...]
"""What one written date may mean: 03/04/2026 is a day in March or in April."""


def take_dates(text: str) -> tuple[list[Reading], str]:
    """The dates of a text, and the text with a blank in their places."""
    found: list[Reading] = []
    for pattern, read in _READERS:
        text = pattern.sub(_taking(read, found), text)
    return found, text


def take_times(text: str) -> tuple[list[Clock], str]:
    """The times of day of a text, and the text with a blank in their places."""
    found: list[Clock] = []

    def take(match: re.Match[str]) -> str:
        hour, half = int(match["h"]), match["half"] or ""
        minutes = int(match["min"] or match["zh"] or (30 if match["past"] else 0))
        sign = (match["ap"] or match["only"] or "").lower()
        after_noon = sign == "p" or half in ("下午", "晚上", "晚")
        if hour < 12 and after_noon:
            hour += 12
        elif hour == 12 and sign == "a":
            hour = 0
        said = bool(sign or half or match["min"])
        found.append(Clock(hour * 60 + minutes, open=not said and hour <= 12))
        return " ; "

    return found, _CLOCK.sub(take, text)


def _taking(read: Callable[[re.Match[str]], list[Reading]], found: list[Reading]) -> Callable[[re.Match[str]], str]:
    def take(match: re.Match[str]) -> str:
        readings = [tuple(filter(_possible, reading)) for reading in read(match)]
        if not all(readings):
            return match[0]
        found.extend(readings)
        return " ; "

    return take


def _possible(date: Date) -> bool:
    return (date.month is None or 1 <= date.month <= 12) and (date.day is None or 1 <= date.day <= 31)


def _int(text: str | None) -> int | None:
    return int(text) if text else None


def _by_year(match: re.Match[str]) -> list[Reading]:
    return [(Date(int(match["y"]), int(match["m"]), int(match["d"])),)]


def _by_day(match: re.Match[str]) -> list[Reading]:
    year, a, b = int(match["y"]), int(match["a"]), int(match["b"])
    american = (Date(year, a, b),) if match["sep"] == "/" else ()
    return [(Date(year, b, a), *american)]


def _month(match: re.Match[str]) -> int:
    return month_of(match["month"])


def _day_month(match: re.Match[str]) -> list[Reading]:
    year, month = _int(match["y"]), _month(match)
    return [(Date(year, month, int(day)),) for day in (match["first"], match["d"]) if day]


def _month_day(match: re.Match[str]) -> list[Reading]:
    year, month = _int(match["y"]), _month(match)
    return [(Date(year, month, int(day)),) for day in (match["d"], match["last"]) if day]


def _month_year(match: re.Match[str]) -> list[Reading]:
    return [(Date(int(match["y"]), _month(match)),)]


def _chinese(match: re.Match[str]) -> list[Reading]:
    year, month = _int(match["y"]), int(match["m"])
    return [(Date(year, month, _int(day)),) for day in (match["d"], match["last"]) if day] or [(Date(year, month),)]


def _year(match: re.Match[str]) -> list[Reading]:
    return [(Date(int(match["y"])),)]


_READERS = (
    (_BY_YEAR, _by_year),
    (_BY_DAY, _by_day),
    (_DAY_MONTH, _day_month),
    (_MONTH_DAY, _month_day),
    (_MONTH_YEAR, _month_year),
    (_CHINESE, _chinese),
    (_YEAR, _year),
)
