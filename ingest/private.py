"""What is the shop's own business: by the name of a column, a label or a field; by the settings, then by the lexicon.

What is held back is told by name, never by value. It sees names alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ingest.declared import TableOptions
from ingest.findings import Finding, quoted
from ingest.own_business import are_goods, is_own_business, may_be_own_business, parts, tell_outside
from ingest.roles import spoken


@lru_cache(8192)
def is_private(
    header: str, options: TableOptions = TableOptions(), *, goods: bool = True, outside: bool = False
) -> bool:
    """Whether what stands under a header is held back; `goods` and `outside` as in `is_own_business`."""
    if options.public and is_named(header, options.public):
        return False
    return is_named(header, options.private) or is_own_business(header, goods=goods, outside=outside)


@lru_cache(8192)
def is_suspect(header: str, options: TableOptions = TableOptions()) -> bool:
    """Whether a header that is read may be private: its owner is asked, who may name it in either setting."""
    return may_be_own_business(header) and not is_named(header, options.public)


@lru_cache(1024)
def private_places(headers: tuple[str, ...], options: TableOptions) -> frozenset[int]:
    """Which of the headers of a table, or of the labels of its lines, are private."""
    goods, outside = are_goods(headers), tell_outside(headers)
    return frozenset(
        place for place, header in enumerate(headers) if is_private(header, options, goods=goods, outside=outside)
    )


def spread(private: frozenset[int], headers: Sequence[str]) -> frozenset[int]:
    """Private columns, and those right of one that have no header: it may stand over them, too."""
    found = set(private)
    for place in range(1, len(headers)):
        if not headers[place].strip() and place - 1 in found:
            found.add(place)
    return frozenset(found)


def held_back(header: str, options: TableOptions, where: str = "") -> Finding:
    """What is told of a column that is held back."""
    why = "private_columns names it" if is_named(header, options.private) else "so named, it is the shop's own"
    message = f"{quoted(header)} is not read, as {why}; public_columns = {header!r} lets it through"
    return Finding("held_back", where, header, message)


def suspected(header: str, where: str = "") -> Finding:
    """What is asked of a column that may be private."""
    message = f"is {quoted(header)} for customers? It is read; private_columns = {header!r} holds it back"
    return Finding("suspect_column", where, header, f"{message}, public_columns = {header!r} ends this question")


def is_named(header: str, said: Iterable[str]) -> bool:
    """Whether a header, or a part of its path, is one that a setting says, in which * stands for anything."""
    patterns = tuple(said)
    return bool(patterns) and any(_expression(one).fullmatch(part) for part in parts(header) for one in patterns)


@lru_cache(1024)
def _expression(said: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(spoken(part)) if part.strip() else "" for part in said.split("*")))
