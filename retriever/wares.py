"""Words for common wares, colours and materials in every language of the lexicon: 「电饭煲」 finds a "rice cooker".

A dictionary of retail in general: what it does not hold is found in its own language only.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from index.lexicon import sections


@cache
def translations() -> Mapping[str, frozenset[str]]:
    """A word for a ware (English in the singular), folded -> its words in the other languages."""
    return _read("wares")


@cache
def looks() -> Mapping[str, frozenset[str]]:
    """As `translations`, of colours and materials; other words of the same language too, as 黑 is 黑色."""
    return _read("looks", beside=True)


def _read(name: str, *, beside: bool = False) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    tables = sections(name)
    for language, table in tables.items():
        for ware, words in table.items():
            others = [word for other in tables if beside or other != language for word in tables[other].get(ware, ())]
            for word in words:  # one in brackets is looser: it is translated, but no translation
                strict = (other.casefold() for other in others if not other.startswith("("))
                found.setdefault(word.strip("()").casefold(), set()).update(strict)
    return {word: frozenset(others) for word, others in found.items()}
