"""Currencies: which ISO 4217 code a sign, a code or a word stands for, in every language of the lexicon.

The one table of them: cells, headers, questions and replies read it. A sign that several countries share means the one
that the lexicon has it under: a bare ¥ is the yuan, a bare $ the US dollar.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

from index.lexicon import either, sections

LONGEST = 64
"""Characters of a text that is a header or a cell; in longer ones a code is often a word."""
AS_WRITTEN = frozenset(("TRY", "PHP", "SEK", "CAD", "RON", "RS", "FT", "FR."))
"""What names a currency only as it is written there: in small letters it is a word or a name more often."""


@cache
def currencies() -> Mapping[str, str]:
    """Sign, code or word, folded -> code. What stands in the first language's file wins."""
    found: dict[str, str] = {}
    for codes in sections("currencies").values():
        for code, names in codes.items():
            for name in (code, *names):
                found.setdefault(folded(name), code)
    return found


@cache
def codes() -> frozenset[str]:
    """Every code that is known."""
    return frozenset(currencies().values())


def folded(name: str) -> str:
    """As a currency's name is looked up: case and width do not matter."""
    return unicodedata.normalize("NFKC", name).casefold()


@cache
def pattern() -> str:
    """The source of an expression for any name of a currency, to be compiled with IGNORECASE, for text in NFKC form."""
    return either(currencies())


@cache
def marks() -> str:
    """The source of an expression for what stands beside a header's words: codes, signs, Chinese words at its end."""
    names = {name_in(code, language) for language in sections("currencies") for code in codes()}
    signs = [name for name in currencies() if len(name) == 1 and not name.isalnum()]
    plain = [code.casefold() for code in (*codes(), "RMB") if code not in AS_WRITTEN]
    ends = "|".join(sorted((name for name in names if not name.isascii() and name.isalpha()), key=len, reverse=True))
    return rf"{either((*plain, *signs))}|(?:{ends})$"


@cache
def _named() -> re.Pattern[str]:
    return re.compile(pattern(), re.IGNORECASE)


@lru_cache(4096)
def currency_of(text: str) -> str | None:
    """The code of the currency that a header or a cell names: `Price (CNY)` -> CNY, `12 Euro` -> EUR; None for none."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST])
    for found in _named().finditer(plain):
        if (written := found[0]).upper() not in AS_WRITTEN or not written.islower():
            return currencies()[folded(written)]
    return None


def currency(name: str) -> str | None:
    """The code of the currency whose name a text is, and nothing else: "€" -> EUR, 元 -> CNY."""
    return None if name.upper() in AS_WRITTEN and name.islower() else currencies().get(folded(name))


@cache
def words(code: str) -> frozenset[str]:
    """Every name of a currency, folded, with those that mean it in a question alone (pounds are a weight elsewhere)."""
    said = {folded(name) for table in sections("asked_currencies").values() for name in table.get(code, ())}
    return frozenset(name for name, named in currencies().items() if named == code) | said


def sharing(written: str) -> frozenset[str]:
    """The currencies that an amount may be in by its sign or word, where several share it: of "$5" the dollars."""
    shared = (item for table in sections("shared_signs").values() for item in table.items())
    return frozenset(code for sign, among in shared if sign in written for code in among)


def name_in(code: str, language: str, shortest: int = 1) -> str:
    """What a language calls a currency in a reply, in so many letters at least; the code where it has no word."""
    names = sections("currencies").get(language, {}).get(code, ())
    return next((name for name in names if name.isalpha() and len(name) >= shortest), code)
