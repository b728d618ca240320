"""How customers ask for products, and how they ask for everything else: the lexicon's words, all languages together."""

from __future__ import annotations

import re
from functools import partial
from typing import Literal

from index.lexicon import either, pattern, word_set, words
from index.text.currencies import codes, name_in
from index.text.currencies import words as currency_words
from index.text.numerals import DIGITS, TENS, WORDS

_said = partial(pattern, "phrases")

POLICY = _said("policy")
"""Words of what a shop does, not of what it sells."""
NOT_ASKING = _said("not_asking")
ASKING_A_FACT = _said("asking_a_fact")
"""Questions about one thing, unless it is the cheapest, the lightest, ..."""
ASKING = _said("asking")
LISTING = _said("listing")
GENERIC = _said("generic")
"""Words for products of any kind."""
STATEMENT = _said("statement")
INCLUDED = _said("included")
"""What is to count too: it restricts nothing."""

COUNT = _said("count")
CHEAPEST = _said("cheapest")
DEAREST = _said("dearest")
MOST_STOCK = _said("most_stock")
LEAST_STOCK = _said("least_stock")
AVERAGE = _said("average")
MOST_OF = _said("most_of")
LEAST_OF = _said("least_of")
MOST_BEHIND = _said("most_behind")
LEAST_BEHIND = _said("least_behind")

RANKS: tuple[tuple[Literal["cheapest", "dearest"], re.Pattern[str]], ...] = (
    ("cheapest", CHEAPEST),
    ("dearest", DEAREST),
)

COMPARE = _said("compare")
COMPARED = _said("compared")
DIFFERENCE = _said("difference")
BESIDE = tuple(map(re.compile, words("phrases", "beside")))
"""Two products that a question sets beside each other, `one` and `other`."""

IN_STOCK = _said("in_stock")
OUT_OF_STOCK = _said("out_of_stock")
FIELDS_OF_TEXT = {name: _said(name) for name in ("brand", "category")}
CURRENCIES = {
    code: re.compile(
        rf"\b(?:that (?:is|are) )?(?:(?:sold|priced|listed) )?in {either(currency_words(code))}"
        rf"|(?:以|用)?{name_in(code, 'zh', 2)}(?:标价|计价|结算|报价)?(?:的)?"
    )
    for code in sorted(codes())
}
"""A currency that is named by itself, without an amount."""

COUNTS = {word: n for word, n in {**WORDS, **DIGITS, **TENS}.items() if 2 <= n <= 10}
NUMBER = rf"(?P<n>\d{{1,2}}|{'|'.join(sorted(COUNTS, key=len, reverse=True))})"
FEW = re.compile(rf"\b(?:top |the )?{NUMBER}\s*$|前\s*{NUMBER.replace('<n>', '<m>')}\s*$")
FEW_BEHIND = re.compile(rf"\s*(?:的)?\s*(?:前)?{NUMBER}\s*(?:款|个|种|台|件|样|把|口)?(?![a-z0-9])")

STOP = word_set("phrases", "stop")
"""Words that ask for nothing by themselves."""
STOP_HAN = sorted((word for word in words("phrases", "stop") if not word.isascii()), key=len, reverse=True)


def ranked(text: str) -> Literal["cheapest", "dearest"] | None:
    """Whether a text asks for the first of many by the price, and from which end."""
    found = _rank(text.casefold())
    return found[0] if found else None


def _rank(said: str) -> tuple[Literal["cheapest", "dearest"], re.Match[str]] | None:
    return next(((operation, match) for operation, pattern in RANKS if (match := pattern.search(said))), None)


def few(text: str, start: int, end: int) -> tuple[int | None, int, int]:
    """How many are asked for beside a superlative at a span of a text ("the three cheapest"), and the span of both."""
    said = None
    if before := FEW.search(text[:start]):
        said, start = before["n"] or before["m"], before.start()
    elif behind := FEW_BEHIND.match(text, end):
        said, end = behind["n"], behind.end()
    return None if said is None else COUNTS.get(said) or int(said), start, end


def first_ranked(text: str) -> int | None:
    """How many of the cheapest or dearest are asked for; None where no number is said."""
    said = text.casefold()
    found = _rank(said)
    return few(said, *found[1].span())[0] if found else None
