"""The words of a column's values: which value has a word, in which forms, and how a phrase is met by a value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

from index.database.sheets import Column
from index.lexicon import alike
from index.text.analysis import is_chinese, simplified, terms
from index.text.letters import fold

PROSE, PROSE_HAN = 60, 20
"""Characters, and Chinese signs, of a typical cell from which on a column holds prose, in which any word may stand."""
FEW = 20
"""Cells by which a column's script is told."""
COLUMNS = 128
"""Columns whose words are kept: a few hundred kB each, some MB of long texts."""
_LATIN = re.compile(r"[a-zà-ÿ0-9]+")


def values_of(column: Column) -> Sequence[str]:
    """The values of a column of choices, the cells of one of texts."""
    return tuple(column.choices) if column.sort == "choice" else column.texts


def cells_of(column: Column, values: Sequence[str]) -> tuple[str, ...]:
    """The cells that have one of some values of a column, each once."""
    cells = (cell for value in values for cell in (column.choices[value] if column.sort == "choice" else (value,)))
    return tuple(dict.fromkeys(cells))


@dataclass(frozen=True, slots=True)
class Word:
    """Where a word stands among the values of a column, and the forms in which it does."""

    places: frozenset[int]
    forms: tuple[str, ...]


@lru_cache(COLUMNS)
def words_of(column: Column) -> dict[str, Word]:
    """Each word in Latin letters of a column's values, by its stem."""
    places: dict[str, set[int]] = {}
    for at, value in enumerate(values_of(column)):
        for token in set(_LATIN.findall(fold(value))):
            places.setdefault(token, set()).add(at)
    tokens: dict[str, list[str]] = {}
    for token in sorted(places):
        for stem in stems_of(token):
            tokens.setdefault(stem, []).append(token)
    return {stem: Word(frozenset().union(*(places[one] for one in some)), tuple(some)) for stem, some in tokens.items()}


def with_all(column: Column, stems: frozenset[str]) -> list[str]:
    """The values of a column that have all of some words."""
    known = words_of(column)
    if not stems or not all(stem in known for stem in stems):
        return []
    values = values_of(column)
    return [values[at] for at in sorted(frozenset.intersection(*(known[stem].places for stem in stems)))]


@lru_cache(8192)
def stems_of(text: str) -> frozenset[str]:
    """The words of a text, each by its stem, one for all that mean the same."""
    return frozenset(terms(alike(fold(simplified(text)))))


@lru_cache(COLUMNS)
def is_prose(column: Column) -> bool:
    """Whether the cells of a column are sentences, in which any word may stand."""
    if column.sort == "choice" or column.role in ("name", "sku") or not column.texts:
        return False
    length = median(map(len, column.texts))
    return length > (PROSE_HAN if is_chinese("\n".join(column.texts[:FEW])) else PROSE)


def barest(values: Sequence[str]) -> list[str]:
    """Those of values that say the same with the fewest words: "stiff" is not "very stiff"."""
    fewest = min((len(value.split()) for value in values), default=0)
    return [value for value in values if len(value.split()) == fewest]
