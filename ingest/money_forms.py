"""The ways in which a price is written in a cell, as expressions made from the lexicon's words, compiled once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from index.lexicon import either, words
from index.text.numerals import HAN, SCALES
from ingest.numbers import WRITTEN

Kind = Literal["exact", "from", "up to", "about", "range"]
Tax = Literal["", "included", "excluded"]


@dataclass(frozen=True, slots=True)
class Forms:
    """Each for a text that went through `numbers.plain`; groups are named for what they hold."""

    simple: re.Pattern[str]
    """A number, and what stands on each side of it: nothing or a currency."""
    tenths: re.Pattern[str]
    """3块5, 12元5角."""
    cents: re.Pattern[str]
    aside: re.Pattern[str]
    """A price, and another in brackets behind it."""
    only: re.Pattern[str]
    """Words before or behind a price that say nothing of it; as the next two."""
    taxes: dict[Tax, re.Pattern[str]]
    kinds: dict[Kind, re.Pattern[str]]
    per: tuple[re.Pattern[str], ...]
    several: tuple[re.Pattern[str], ...]
    to: re.Pattern[str]
    amount: re.Pattern[str]
    each: frozenset[str]


@cache
def forms() -> Forms:
    """Made at the first price that is more than a number."""
    said = {name: words("amounts", name) for name in _NAMES}
    han = "".join(sorted(HAN))
    number = rf"(?:{WRITTEN}|[{han}]+)(?: ?[{''.join(SCALES)}])?"
    piece, per = either(said["each"]), either(said["per"])
    price = rf"(?P<price>(?:[A-Z]{{3}} ?|[^\w\s] ?)?{number}.*)"
    return Forms(
        simple=_compiled(
            rf"(?P<before>[^\d{han}]*?) ?(?P<number>{number})(?:(?P<thousands>k)(?![a-z])|[.,] ?--?)? ?(?P<after>\D*)"
        ),
        tenths=_compiled(r"(?P<whole>\d+) ?(?:元|块)(?:(?P<tenths>\d)(?:角|毛)?|(?P<cents>\d\d)分?)"),
        cents=_compiled(rf"(?P<number>{WRITTEN}) ?{either(said['cents'])}"),
        aside=_compiled(r"(?P<price>[^()]+?) ?\((?P<aside>[^()]+)\)"),
        only=_apart(either(said["only"])),
        taxes={
            "excluded": _apart(_tax(said, "without", "net")),
            "included": _apart(_tax(said, "with", "gross")),
        },
        kinds={
            "from": _apart(rf"(?:{either(said['from'])}|\+)"),
            "up to": _apart(either(said["up_to"])),
            "about": _apart(rf"(?:{either(said['about'])}|[~≈])"),
        },
        per=(
            _compiled(rf"(?P<price>.*\S) ?(?P<sign>/|{per}) ?(?P<amount>[^/]+)"),
            _compiled(rf"{per} ?(?P<amount>(?:{WRITTEN})? ?[^\W\d_]+?)(?P<sign>) ?[:=]? ?{price}"),
        ),
        several=(
            _compiled(rf"(?P<count>{number}) ?(?:{piece})? ?{either(said['for'])} ?(?P<price>.+)"),
            _compiled(rf"(?P<count>{number}) ?{piece} ?[:=]? ?{price}"),
            _compiled(rf"(?P<price>.*[^\d\s.,'-]) ?(?P<count>{number}) ?{piece}"),
        ),
        to=_compiled(rf" ?(?:-|~|{either(said['to'])}) ?"),
        amount=_compiled(rf"(?P<number>{WRITTEN}|[{han}]+)? ?(?P<name>\D*2?)"),
        each=frozenset(word.casefold() for word in said["each"]),
    )


_NAMES = (
    *("from", "up_to", "about", "only", "per", "each", "for", "to", "cents"),
    *("tax", "with", "without", "gross", "net"),
)


def _tax(said: dict[str, list[str]], how: str, alone: str) -> str:
    """ "incl. 19% VAT", "VAT included", "net"."""
    tax, said_how = either(said["tax"]), either(said[how])
    return rf"(?:{said_how} ?(?:\d+(?:[.,]\d+)? ?% ?)?{tax}|{tax} ?{said_how}|{either(said[alone])})"


def _apart(source: str) -> re.Pattern[str]:
    return _compiled(rf"(?<!/)(?<!/ )[,;]? ?[(\[]?{source}[)\]]?[:,;]? ?")


def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)
