"""The names of the months, in every language of the lexicon."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from index.lexicon import either, sections


@cache
def months() -> Mapping[str, int]:
    """Name, folded -> number: "march", "märz" and "mar" are 3. What stands in the first language's file wins."""
    found: dict[str, int] = {}
    for names in sections("months").values():
        for number, spellings in names.items():
            for spelling in spellings:
                found.setdefault(spelling.casefold(), int(number))
    return found


@cache
def pattern() -> str:
    """The source of an expression for any month's name in a folded text, a full stop behind it included."""
    return either(months()) + r"\.?"


@cache
def capitalized_pattern() -> str:
    """The same for a text as it was written: a month begins with a capital, so that "you may 5 times" names none."""
    written = {name for table in sections("months").values() for names in table.values() for name in names}
    return either(form for name in written if name[0].isupper() for form in (name, name.upper())) + r"\.?"


def month_of(name: str) -> int:
    """The number of a month's name, with or without a full stop. Raises `KeyError` for other words."""
    return months()[re.sub(r"\.$", "", name.casefold())]
