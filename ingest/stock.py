"""`Stock`: how many pieces there are, as a cell says it: "1.250", "12 boxes", ">10", "in stock", 缺货."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from index.lexicon import either, words
from ingest.numbers import Convention, number_of, plain
from ingest.truth import truth_of

WHOLE = Convention("")
"""Pieces are whole: 1.250 and 1,250 are thousands."""
LONGEST = 60
"""Characters of a cell that may be a stock."""
_BETWEEN = re.compile(r"\s*[/|()（）]\s*")
_MEASURED = re.compile(r"(.*?) ?([^\d\s]*)")


@dataclass(frozen=True, slots=True)
class Stock:
    """`count` pieces, or at least so many (`more`); None where the cell says only whether there are any (`any`)."""

    count: Decimal | None
    more: bool = False
    any: bool = True

    @property
    def available(self) -> bool:
        """Whether there is something to be bought."""
        return self.any if self.count is None else self.count > 0


SOME = Stock(None)
NONE = Stock(Decimal(0), any=False)


@lru_cache(16_384)
def stock_of(text: str, convention: Convention = WHOLE) -> Stock | None:
    """The stock that a cell tells; None for other words (a date, "on request")."""
    if text.isascii() and text.isdigit() and len(text) < 16:
        return Stock(Decimal(text))
    if not text or len(text) > LONGEST:
        return None
    said = plain(text).casefold()
    parts = [_forms().known.get(part.strip(" .!")) for part in _BETWEEN.split(said) if part]
    if parts and parts[0] and len(set(parts)) == 1:  # "sold out", "sold out / 缺货"
        return parts[0]
    number, counted = _MEASURED.fullmatch(said).groups()  # type: ignore[union-attr]
    value = number_of(number if counted in _forms().units else said, convention)
    if value is not None:
        return Stock(value)
    if (truth := truth_of(said)) is not None:
        return SOME if truth else NONE
    return _counted(said, convention)


def _counted(said: str, convention: Convention) -> Stock | None:
    """A number with words around it: "12 in stock", "in stock (12)", ">10", "10+", "noch 5 Stück"."""
    forms = _forms()
    more = forms.over.search(said) is not None
    under = forms.under.search(said)
    left = forms.around.sub(" ", said).strip(" ():,;.-")
    if found := re.fullmatch(r"(\d+) ?[-~] ?(\d+)", left):
        return Stock(Decimal(found[1]), more=True)
    value = number_of(left, convention)
    if value is None or value < 0:
        return None
    if forms.out.search(said):
        return None
    return SOME if under is not None and under[0] in "<≤" and value else Stock(value, more)


@dataclass(frozen=True, slots=True)
class _Forms:
    known: dict[str, Stock]
    units: frozenset[str]
    over: re.Pattern[str]
    under: re.Pattern[str]
    out: re.Pattern[str]
    around: re.Pattern[str]


@cache
def _forms() -> _Forms:
    said = {
        name: [plain(word).casefold() for word in words("stock", name)]
        for name in ("in", "out", "units", "over", "under")
    }
    said["units"] += [word.casefold() for word in words("amounts", "each")]
    over, under = rf"(?:[>≥+]|{either(said['over'])})", rf"(?:[<≤]|{either(said['under'])})"
    return _Forms(
        known={**dict.fromkeys(said["in"], SOME), **dict.fromkeys(said["out"], NONE)},
        units=frozenset(said["units"]),
        over=re.compile(over),
        under=re.compile(under),
        out=re.compile(either(said["out"])),
        around=re.compile(rf"{over}|{under}|{either(said['in'] + said['units'] + words('amounts', 'about'))}"),
    )
