"""Headers that name what is the shop's own business, as the lexicon has them: costs, suppliers, dealers' prices.

It sees one header at a time; what a shop's settings say of it is `ingest.private`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from index.lexicon import either, pattern
from index.text.measures import column_unit
from index.text.months import months
from index.text.price_kinds import kind_of
from ingest.roles import (
    STANDING,
    is_known,
    plain_header,
    price_of_header,
    ranks,
    spoken,
    untaxed,
    without_currency,
)

OTHER_COSTS = frozenset(("shipping", "deposit", "rental", "energy"))
"""Kinds of what a customer pays, which their headers may call a cost."""
PHYSICAL = frozenset(
    ("length", "area", "volume", "mass", "power", "voltage", "current", "charge", "storage", "pressure")
)
"""What goods are measured in, and nothing that is private is."""
PARTS = re.compile(r" / |[.>→\n]|(?<=\w): ")
"""What stands between the words of a header's path: `Prices / Cost`, `attributes.cost`."""
KEYS = re.compile(r"(?<=\w)\.(?=\w)")
"""What stands between the keys of a field in a record."""
WORDS = 6
"""Words of a header that names a price; what has more is a sentence."""
LONGEST = 80
"""Characters of a header that is looked at; what is longer names nothing."""


def parts(header: str) -> list[str]:
    """The whole header and the words of its path, each as it is spoken."""
    found = [header, *PARTS.split(header)] if PARTS.search(header) else [header]
    return [text for part in found if (text := spoken(part))]


@lru_cache(8192)
def is_own_business(header: str, *, goods: bool = True, outside: bool = False) -> bool:
    """Whether a header, or a part of its path, is one that the lexicon names private.

    `goods`: whether the table has goods or prices beside it, without which a bare "Cost" may be anybody's. `outside`:
    whether it tells what is external, beside which "Internal" is a place and no secret.
    """
    if len(header) > LONGEST or is_public_role(header):
        return False
    bare = [_bare(part) for part in parts(header)]
    if _says("among_goods", bare):
        return goods
    if _says("patterns", bare) or (_says("inside", bare) and not outside):
        return True
    said = " ".join(KEYS.split(header)[-2:])  # of a field in a record what it is and what it lies in
    priced = price_of_header(said) if len(said.split()) <= WORDS else None
    return priced is not None and priced.kind in ("cost", "dealer")


def _says(key: str, parts: list[str]) -> bool:
    """Whether one of these parts is, as a whole, what the lexicon has under a key."""
    return any(map(pattern("private", key).fullmatch, parts))


def tell_outside(headers: Iterable[str]) -> bool:
    """Whether some header, or a part of its path, begins with what lies outside."""
    return any(pattern("private", "outside").match(part) for header in headers for part in parts(header))


@lru_cache(8192)
def may_be_own_business(header: str) -> bool:
    """Whether a header that is read is one whose owner is to be asked."""
    if len(header) > LONGEST or is_public_role(header):
        return False
    text = spoken(header)
    return kind_of(text) not in OTHER_COSTS and pattern("private", "suspects").search(_bare(text)) is not None


def is_public_role(header: str) -> bool:
    """Whether a header heads what every catalogue shows: a typed column, a measure, what is paid beside the price."""
    if ranks().get(plain_header(header), ("price", 0))[0] != "price":
        return True
    priced, unit = price_of_header(header), column_unit(header)
    if priced is None:
        return unit is not None and unit.dimension in PHYSICAL
    return priced.kind in OTHER_COSTS


def are_goods(headers: Iterable[str]) -> bool:
    """Whether some header names an article or its price."""
    return any(
        priced.kind in STANDING
        if (priced := price_of_header(header))
        else ranks().get(plain_header(header), ("", 0))[0] in ("sku", "name")
        for header in headers
    )


@lru_cache(8192)
def _bare(part: str) -> str:
    """A part without what does not matter: currency, tax, numbers and signs."""
    text = without_currency(part)
    text = _months().sub(" ", untaxed(text) or text)
    return " ".join(re.sub(r"[^\w\s]|[\d_]+", " ", text).split())


@cache
def _months() -> re.Pattern[str]:
    """Months and quarters, by which a shop may part what is one column: "Cost Jan", "Cost Q1"."""
    return re.compile(rf"{either(months())}|\bq[1-4]\b")


def is_header_word(text: str) -> bool:
    """Whether the text is a word that heads a column, a common one or a private one."""
    return is_known(text) or is_own_business(text)
