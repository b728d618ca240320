"""The words of lines that are no product: sums, notes, units in a line of their own. They are the lexicon's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from index.lexicon import either, folded, pattern, word_set
from index.text.currencies import currency, currency_of
from ingest.dates import date_of
from ingest.money import is_price
from ingest.numbers import number_of

SENTENCE = re.compile(r".{12,}[.。!！?？;；]|.{60,}", re.DOTALL)
LABELLED = re.compile(r"[^:：]{1,16}[:：](?!//).*", re.DOTALL)
"""`Tel: 0123`, `制表人：张三`."""
BRACKETED = re.compile(r"[(（\[［【/].{1,12}[)）\]］】]|/ ?\S{1,8}")
AROUND = " :：\t\r\n"
"""What may stand around a word."""


@cache
def _note() -> re.Pattern[str]:
    return re.compile(rf"{either(word_set('lines', 'notes'))}\s*[:：.\d]|[※*]", re.IGNORECASE)


def is_number(cell: str) -> bool:
    """Whether a cell holds a number, a price, a percentage or a date."""
    cell = cell.strip().removesuffix("%")
    return number_of(cell) is not None or is_price(cell) or date_of(cell) is not None


def is_sum(words: Sequence[str]) -> bool:
    """Whether a line is a sum: a word for one, and numbers."""
    return bare(words[0]) in word_set("lines", "sums") and all(map(is_number, words[1:]))


def bare(word: str) -> str:
    """A word as the lexicon has it."""
    return word.strip(AROUND).casefold()


def is_note(words: Sequence[str]) -> bool:
    """Whether the few words of a line are a note, in one cell or with its own word in a cell before it."""
    if _note().match(words[0]):
        return True
    if len(words) == 1:
        return SENTENCE.fullmatch(words[0]) is not None
    if bare(words[0]) in word_set("lines", "notes"):
        return True
    return all(LABELLED.fullmatch(word) for word in words)


@lru_cache(1024)
def is_unit(word: str) -> bool:
    """Whether a cell under a header is the unit of its column: `(kg)`, `EUR`, `元/台`."""
    plain = word.strip().casefold()
    if BRACKETED.fullmatch(plain) or plain in word_set("lines", "units"):
        return True
    parts = [part.strip() for part in re.split(r"[/ ]", plain) if part.strip()]
    if not parts or len(plain) > 12:
        return False
    return all(part in word_set("lines", "units") or _is_currency(part) for part in parts)


def bare_unit(unit: str) -> str:
    """A unit without the brackets or the stroke around it."""
    return unit.strip("()（）[]［］【】/ ")


def _is_currency(word: str) -> bool:
    return len(word) <= 4 and not any(char.isdigit() for char in word) and currency_of(word) is not None


def tells_prices(text: str) -> bool:
    """Whether a title says that what stands under it are prices."""
    text = text.casefold()
    return any(word in text for word in word_set("lines", "price_lists"))


def currency_told(titles: Iterable[str]) -> str:
    """The currency in which titles say that all prices are ("Prices in EUR", 单位：元); "" where none says so."""
    found = (match for title in titles for match in pattern("prices", "told_in").finditer(folded(title)))
    codes = (currency(name) for match in found for name in match.groups() if name)
    return next((code for code in codes if code), "")
