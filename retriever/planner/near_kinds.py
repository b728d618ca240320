"""`NearKinds`: the kind of product that a wish is about where it calls it by another word: 点心 is 糕点.

Kinds are the values of a sheet's column of categories. The one that lies nearest to a question by its vector is meant
where the next one is clearly further (docs/evaluation.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.arrays import Floats
from index.database.filters import Condition
from index.database.sheets import Column, Sheet
from index.embedding.embedder import Embedder
from retriever.concepts import plain_name
from retriever.constraints import Constraint

CLEARLY = 0.009
"""Difference of cosines between the nearest kind and the next one from which on it is meant."""


@dataclass(frozen=True, slots=True)
class _Kind:
    at: int
    column: Column
    value: str
    cells: tuple[str, ...]


class NearKinds:
    """Of some sheets. Safe for many threads."""

    def __init__(self, sheets: Sequence[Sheet], embedder: Embedder) -> None:
        self._kinds = [
            _Kind(at, column, value, cells)
            for at, sheet in enumerate(sheets)
            for column in sheet.columns
            if column.name == "category" and column.sort == "choice" and len(column.choices) > 1
            for value, cells in column.choices.items()
        ]
        self._vectors = embedder.embed_passages([shown_kind(one.value) for one in self._kinds]) if self._kinds else None

    def nearest(self, question: Floats, at: int | None = None) -> tuple[int, Constraint] | None:
        """The kind that is clearly nearest to a question's vector (dimension,), and the place of its sheet; of all
        sheets, or of the one at a place. None where no one is."""
        if self._vectors is None:
            return None
        own = [place for place, one in enumerate(self._kinds) if at is None or one.at == at]
        if not own:
            return None
        cosines = self._vectors[own] @ question
        best = int(np.argmax(cosines))
        kind = self._kinds[own[best]]
        others = [
            cosine
            for place, cosine in zip(own, cosines.tolist(), strict=True)
            if shown_kind(self._kinds[place].value) != shown_kind(kind.value)
        ]
        if not others or float(cosines[best]) - max(others) < CLEARLY:
            return None
        return kind.at, of_kind(kind.column, shown_kind(kind.value), kind.cells)


def of_kind(column: Column, shown: str, cells: tuple[str, ...], words: str = "") -> Constraint:
    """That a row is of a kind which these cells of a column say; `words` are those of the question."""
    label = plain_name(column.header)
    return Constraint("kind", Condition("category", cells), words, f"{label}为“{shown}”", f"{label} ‘{shown}’")


def shown_kind(value: str) -> str:
    """A kind without those that it is one of: "Home > Lamps" are lamps."""
    return value.rpartition(" > ")[2]
