"""`Background`: how a question's cosines with random passages are spread, by language, and what chance would bring.

Cosines of different embedders live in different places (those of e5 between 0.70 and 0.95), and an embedder of several
languages puts each in a place of its own, so that a question lies nearer to everything in its own language. A cosine is
therefore put in proportion to those of random passages in the passage's language.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from index.arrays import Floats
from index.chunk import Chunk
from index.segments.segments import Segments
from index.text.analysis import is_bilingual, is_chinese
from retriever.fusion import Mask

SAMPLE = 256
ENOUGH = 32
"""Vectors that make a group a background of its own."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and standard deviation of one question's cosines with random passages, and the deviations by which the
    best of all the collection's passages exceeds the median by chance."""

    median: float
    deviation: float
    chance: float


Spreads = Mapping[bool, Spread]
"""One question's spread for each script, True for Chinese."""


def in_deviations(cosine: Floats, chinese: Mask, spreads: Spreads) -> Floats:
    """(n,) cosines in standard deviations over the median of the background in the passage's own script."""
    medians = np.where(chinese, spreads[True].median, spreads[False].median)
    deviations = np.where(chinese, spreads[True].deviation, spreads[False].deviation)
    z: Floats = ((cosine - medians) / deviations).astype(np.float32)
    return z


@dataclass(frozen=True, slots=True)
class Background:
    """Vectors picked at random from a collection, by the script of their texts, True for Chinese."""

    groups: Mapping[bool, Floats]
    count: int

    @classmethod
    def of(cls, index: Segments, chunks: Mapping[int, Chunk]) -> Background:
        """The vectors of these chunks, which are a sample of the index, by text id."""
        groups = {}
        own = {id: chunk for id, chunk in chunks.items() if not is_bilingual(chunk.text)}
        for chinese in (False, True):
            ids = [id for id, chunk in own.items() if is_chinese(chunk.text) == chinese]
            groups[chinese] = index.vectors(np.array(ids, dtype=np.int64))
        return cls(groups, index.count)

    def against(self, query: Floats) -> dict[bool, Spread]:
        """How a (dimension,) query vector scores against each group; a small group is judged with the other."""
        total = sum(len(vectors) for vectors in self.groups.values())
        spreads = {}
        for chinese, vectors in self.groups.items():
            enough = vectors if len(vectors) >= ENOUGH else np.concatenate(list(self.groups.values()))
            if len(enough) < 2:
                spreads[chinese] = Spread(0.0, 1.0, 0.0)
                continue
            scores = enough @ query
            chance = expected_maximum(self.count * len(enough) // total)
            spreads[chinese] = Spread(_median(scores), float(np.std(scores)) or 1.0, chance)
        return spreads

    def towards_the_other(self, query: Floats, spreads: Spreads) -> Floats | None:
        """The (dimension,) query moved along the line between the languages until both lie equally near.

        What is nearest to it has the smallest disadvantage of language: a plain search for the nearest would be filled
        with the question's own language. None where the collection has one language only.
        """
        if min(len(vectors) for vectors in self.groups.values()) < ENOUGH:
            return None
        means = {chinese: vectors.mean(0) for chinese, vectors in self.groups.items()}
        line = means[True] - means[False]
        gap = spreads[True].median - spreads[False].median
        moved: Floats = (query - gap / float(line @ line) * line).astype(np.float32)
        return moved


def expected_maximum(count: int) -> float:
    """About the expected largest of `count` standard normal draws (Cramér 1946, section 28.6, first terms)."""
    if count < 3:
        return 0.0
    root = math.sqrt(2 * math.log(count))
    return root - (math.log(math.log(count)) + math.log(4 * math.pi)) / (2 * root)


def _median(scores: Floats) -> float:
    """As numpy's, whose first use loads its masked arrays."""
    ordered = np.sort(scores)
    return float(ordered[[(len(ordered) - 1) // 2, len(ordered) // 2]].mean())
