"""`DescribedSheets`: the sheets of a collection, and which of them a wish is most likely about."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.arrays import Floats
from index.database.sheets import MOST_KEPT, Sheet
from index.embedding.embedder import Embedder
from index.text.analysis import is_chinese, simplified, terms
from index.text.letters import fold
from retriever.passage import Passage
from retriever.planner.near_kinds import NearKinds
from retriever.translation import Group

KINDS, IN_SHORT = 8, 100
"""Kinds of a sheet that stand beside its name where sheets are told apart, and characters of each thing said of it."""
NEARNESS, MEANT, SHARED = 10.0, 5.0, 0.5
"""What a difference of cosines counts beside the share of passages (0.03 between sheets is a lot), that a sheet's
document is named, and the most words shared with any sheet. Of 82 wishes over sheets of seven shops the first choice is
right for 63, one of the first two for 74."""
PRICED, SIZE = 10.0, 0.5
"""What it counts where prices are spoken of that a sheet has some, without which it answers nothing, and its share of
all rows that have."""
ABOVE = 0.01
"""What a sheet of all products is likelier than one of a part of them, where prices are spoken of."""
ONCE, LISTED, MORE = 0.2, 0.8, 1.2
"""The share of rows that name a product once more, below which a sheet lists products; that of the names of one sheet
that another has, from which on it is a part of it; and how many times as many, or as many columns, the other has."""


class Sought(Protocol):
    """What a search found: passages, best first, and the documents (their paths) that the question names."""

    @property
    def passages(self) -> tuple[Passage, ...]: ...

    @property
    def meant(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True, eq=False)
class DescribedSheets:
    """Sheets, what is said of each (`_in_short`) as a vector (n sheets, dimensions), whether it is Chinese, and the
    words of its headers and values; the `kinds` of all; the places of sheets that are a part of another one, and of
    that."""

    sheets: tuple[Sheet, ...]
    vectors: Floats
    chinese: npt.NDArray[np.bool_]
    words: tuple[frozenset[str], ...]
    kinds: NearKinds
    wholes: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, sheets: tuple[Sheet, ...], embedder: Embedder) -> DescribedSheets:
        """As an embedder places them."""
        said = [_in_short(sheet) for sheet in sheets]
        chinese = np.array([is_chinese(one) for one in said])
        vectors = embedder.embed_passages(said)
        kinds = NearKinds(sheets, embedder)
        return cls(sheets, vectors, chinese, tuple(map(_words, sheets)), kinds, tuple(_wholes(sheets)))

    def likelihoods(
        self,
        question: str,
        vector: Floats,
        found: Sought,
        counts: Floats,
        groups: Sequence[Group],
        *,
        by_price: bool,
    ) -> Floats:
        """(n sheets,) how likely each is meant by a question of this `vector` (dimensions,): the first passages that
        stand in it, its nearness by what is said of it and by its kinds, rare words that it shares with the question
        in either language (`groups`), the products of the kind that is named (`counts`), prices where the question is
        after them (`by_price`), and whether its document is named. Nearness counts beside that of other sheets in its
        script: a question is nearer to all that is in its own."""
        cosines = self.vectors @ vector
        for script in (self.chinese, ~self.chinese):
            cosines[script] -= cosines[script].mean() if script.any() else 0.0
        shared = self._shared(set(terms(fold(simplified(question)))), groups)
        own = np.array([any(path in found.meant for path, _ in sheet.sources) for sheet in self.sheets], np.float32)
        likelihoods = _votes(self.sheets, found.passages) + NEARNESS * cosines + MEANT * own
        if by_price:
            priced = [sheet.rows * any(column.name == "price" for column in sheet.columns) for sheet in self.sheets]
            rows = np.array(priced, np.float32)
            likelihoods += PRICED * (rows > 0) + SIZE * rows / max(float(rows.sum()), 1.0)
        likelihoods -= np.array([_repeats(sheet) for sheet in self.sheets], np.float32)
        if near_kind := self.kinds.nearest(vector):
            likelihoods[near_kind[0]] += 1.0
        likelihoods += SHARED * shared / max(float(shared.max()), 1e-9) + counts / max(float(counts.sum()), 1.0)
        for part_of, whole in self.wholes if by_price else ():
            likelihoods[whole] = max(likelihoods[whole], likelihoods[part_of] + ABOVE)
        return np.asarray(likelihoods, np.float32)

    def _shared(self, said: Set[str], groups: Sequence[Group]) -> Floats:
        """(n sheets,) what each has of some words, and of what they are called in the other language: rare ones count
        more (inverse document frequency)."""
        common = Counter(word for words in self.words for word in words)

        def worth(words: Iterable[str]) -> float:
            return sum(math.log(len(self.words) / common[word]) for word in words)

        found = np.zeros(len(self.words), np.float32)
        for at, words in enumerate(self.words):
            found[at] = worth(said & words)
            for group in groups:
                had = (one for one in group if words.issuperset(one))
                found[at] += max((worth(one) / len(one) for one in had if one), default=0.0)
        return found


def _votes(sheets: Sequence[Sheet], passages: Sequence[Passage]) -> Floats:
    """(n sheets,) which share of the first passages of any sheet stands in each, better ones counting more."""
    votes = np.zeros(len(sheets), np.float32)
    for rank, passage in enumerate(passages, 1):
        votes += np.array([passage.chunk.table in sheet.sources for sheet in sheets], np.float32) / (2 + rank)
    return votes / max(float(votes.sum()), 1e-9)


def _in_short(sheet: Sheet) -> str:
    """What a sheet is called, its kinds, its columns, and what its first products are called."""
    kinds = next((list(one.choices)[:KINDS] for one in sheet.columns if one.name == "category"), [])
    own = next((one for one in sheet.columns if one.name in ("name", "sku")), sheet.columns[0])
    said = [", ".join(kinds), ", ".join(one.header for one in sheet.columns), *list(own.choices)[:2]]
    return " | ".join(" ".join(one.split())[:IN_SHORT] for one in (sheet.title, *said) if one)


def _repeats(sheet: Sheet) -> float:
    """The share of a sheet's rows that name a product once more, as reviews do and sizes in stock."""
    own = next((column for column in sheet.columns if column.name == "name"), None)
    return max(0.0, 1.0 - len(own.texts) / sheet.rows) if own is not None and sheet.rows <= MOST_KEPT else 0.0


def _wholes(sheets: Sequence[Sheet]) -> Iterator[tuple[int, int]]:
    """The places of each sheet and of the fullest one that lists nearly all of its products as well, and more of them
    or more of each: sizes in stock are a part of the price list, though they name all products."""
    names = [{fold(text) for one in sheet.columns if one.name == "name" for text in one.texts} for sheet in sheets]
    for at, own in enumerate(names):
        wholes = [
            other
            for other, sheet in enumerate(sheets)
            if other != at
            and _repeats(sheet) < ONCE
            and (len(names[other]) > MORE * len(own) or len(sheet.columns) > MORE * len(sheets[at].columns))
            and len(own & names[other]) >= LISTED * len(own) > 0
        ]
        if wholes:
            yield at, max(wholes, key=lambda other: len(sheets[other].columns))


def _words(sheet: Sheet) -> frozenset[str]:
    said = (text for column in sheet.columns for text in (column.header, *column.choices))
    return frozenset(terms(fold(simplified("\n".join((sheet.title, *said))))))
