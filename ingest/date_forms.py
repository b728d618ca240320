"""The ways in which a date is written in a cell, as expressions made from the lexicon's words, compiled once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from index.lexicon import either, words
from index.text.months import pattern as month_names
from index.text.numerals import HAN


@dataclass(frozen=True, slots=True)
class Forms:
    """Each for a folded text that went through `numbers.plain`; groups are named for what they hold."""

    dates: tuple[tuple[str, re.Pattern[str]], ...]
    """What one date is written as, each with its kind: day, numeric, month, quarter, week, year."""
    numeric: re.Pattern[str]
    day: re.Pattern[str]
    """A day whose month stands elsewhere."""
    spelled: re.Pattern[str]
    """A Chinese number of a year, a month or a day."""
    time: re.Pattern[str]
    before: re.Pattern[str]
    behind: re.Pattern[str]
    to: re.Pattern[str]
    """What stands between the first and the last day of a period."""


@cache
def forms() -> Forms:
    """Made at the first date that is not written in ISO 8601."""
    said = {name: words("dates", name) for name in _NAMES}
    one_of = {name: either(names) for name, names in said.items()}
    numeric = _compiled(_NUMERIC)
    sources = [(kind, re.sub("[A-Z]{3,}", lambda found: _PARTS.get(found[0]) or one_of[found[0].lower()], source))
               for kind, source in _DATES]  # fmt: skip
    return Forms(
        dates=(*((kind, _compiled(source)) for kind, source in sources), ("numeric", numeric)),
        numeric=numeric,
        day=_compiled(rf"(\d\d?) ?{one_of['ordinal']}?"),
        spelled=_compiled(rf"[{''.join(sorted(HAN))}]+(?= ?{either(said['year'] + said['month'] + said['ordinal'])})"),
        time=_compiled(_TIME),
        before=_compiled(rf"^{one_of['around']}[ :.,]*"),
        behind=_compiled(rf"[ ,]*{one_of['around']}$"),
        to=_compiled(rf" ?(?:[-/~]|{one_of['to']}) ?"),
    )


_NAMES = ("around", "year", "month", "ordinal", "of", "end", "quarter", "week", "nth", "to")
_PARTS = {
    "YEARS": r"(?P<y>\d{4})",
    "SHORT": r"(?P<y>\d{4}|'?\d\d)",
    "NUMBER": r"(?P<m>\d\d?)",
    "NAME": f"(?P<name>{month_names()})",
    "DAY": r"(?P<d>\d\d?)",
}
_NUMERIC = r"(?<!\d)(?P<a>\d\d?) ?(?P<mark>[-/.]) ?(?P<b>\d\d?) ?(?P=mark) ?(?P<y>\d{4}|'?\d\d)"
_TIME = (
    r"(?:(?<=\d)t|[ ,]+|(?<=[^\d\s]))(?:\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?|\d\d?[点时](?:\d\d?分)?|(?<=t)\d{4}(?:\d\d)?)"
    r"(?: ?[ap]\.?m\.?)?(?: ?(?:z|utc|gmt|[+-]\d\d:?\d\d))*$"
)
_DATES = (
    ("day", r"YEARS(?:-| ?[/.] ?)NUMBER(?:-| ?[/.] ?)DAY"),
    ("day", r"SHORT ?YEAR ?NUMBER ?MONTH ?DAY ?ORDINAL?"),
    ("day", r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)"),
    ("day", r"(?P<y>\d\d)[-./]NUMBER[-./](?P<d>\d)"),
    ("day", r"DAY(?: ?ORDINAL)?(?: OF)?[ ./,-]*NAME[ ./,-]*SHORT"),
    ("day", r"NAME[ ./-]*DAY(?: ?ORDINAL)?[ ,./-]+SHORT"),
    ("day", r"YEARS[ ./,-]*NAME[ ./-]*DAY(?: ?ORDINAL)?"),
    ("month", r"YEARS ?[-/.] ?NUMBER"),
    ("month", r"SHORT ?YEAR ?NUMBER ?MONTH ?(?P<end>END)?"),
    ("month", r"(?P<end>END )?NUMBER ?[-/.] ?YEARS"),
    ("month", r"(?P<end>END )?NAME[ ,./'-]*SHORT"),
    ("month", r"(?P<end>END )?YEARS[ ,./-]*NAME"),
    ("month", r"(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])"),
    ("quarter", r"QUARTER ?(?P<n>[1-4])[ ,./-]*SHORT"),
    ("quarter", r"YEARS ?[-/]? ?QUARTER ?(?P<n>[1-4])"),
    ("quarter", r"(?P<n>[1-4])ORDINAL? ?QUARTER[ ,./-]*SHORT"),
    ("quarter", r"YEARS ?YEAR? ?NTH? ?(?P<n>[1-4一二三四]) ?QUARTER"),
    ("week", r"YEARS ?[-/]? ?WEEK ?(?P<n>\d\d?)"),
    ("week", r"WEEK ?(?P<n>\d\d?)[ ,./-]*YEARS"),
    ("week", r"YEARS ?YEAR ?NTH? ?(?P<n>\d\d?) ?WEEK"),
    ("year", r"(?P<end>END )?(?P<y>20\d\d)"),
    ("year", r"(?P<y>20\d\d) ?YEAR(?P<end>END)?"),
)
"""Kind and source; a word in capitals is one of `_PARTS` or a list of the lexicon's table of dates."""


def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)
