"""Relevance: how likely it is that a passage is about the question at all, whatever the embedder's scale.

Cosines of different embedders live in different places (those of e5 between 0.70 and 0.95), so a score is first put in
proportion: by how many standard deviations it exceeds what the best of as many random passages would score. That and
the share of the question's words which the passage has enter a logistic curve, fitted once on public questions with
and without an answer (`docs/log.md` has the sets and how well they are told apart).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from index.chunk import Chunk
from index.embedder import Floats
from index.segments import Segments
from retriever.words import content_words

_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")

SAMPLE = 256
ENOUGH = 32
"""Vectors that make a group a background of its own."""

EXCESS, OVERLAP, BASE = 1.0, 8.4, -3.1
"""The curve where question and passage can share words."""
EXCESS_ALONE, BASE_ALONE = 2.1, -1.35
"""The curve where they cannot: the languages differ, or the question has no word of its own."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and standard deviation of one question's cosines with random passages, and the deviations by which the
    best of all the collection's passages exceeds the median by chance."""

    median: float
    deviation: float
    chance: float

    def excess(self, score: float) -> float:
        """Standard deviations by which a cosine exceeds chance."""
        return (score - self.median) / self.deviation - self.chance


@dataclass(frozen=True, slots=True)
class Background:
    """Vectors picked at random from a collection, by the script of their texts: an embedder of several languages puts
    each in a place of its own, so that a question lies nearer to everything in its own language."""

    groups: Mapping[bool, Floats]
    count: int

    @classmethod
    def of(cls, index: Segments, chunks: Mapping[int, Chunk]) -> Background:
        """The vectors of these chunks, which are a sample of the index, by text id."""
        groups = {}
        for chinese in (False, True):
            ids = [id for id, chunk in chunks.items() if is_chinese(chunk.text) == chinese]
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
            spreads[chinese] = Spread(float(np.median(scores)), float(np.std(scores)) or 1.0, chance)
        return spreads


def expected_maximum(count: int) -> float:
    """About the expected largest of `count` standard normal draws (Cramér 1946, section 28.6, first terms)."""
    if count < 3:
        return 0.0
    root = math.sqrt(2 * math.log(count))
    return root - (math.log(math.log(count)) + math.log(4 * math.pi)) / (2 * root)


def relevance(score: float, spreads: Mapping[bool, Spread], words: frozenset[str], chunk: Chunk) -> float:
    """0 to 1, for a passage with this cosine to a question with these content words."""
    spread = spreads[is_chinese(chunk.text)]
    there = content_words(f"{chunk.label}\n{chunk.embedded_text}")
    shared = len(words & there) / len(words) if words else 0.0
    if words and _mostly_chinese(words) == is_chinese(chunk.text):
        logit = EXCESS * spread.excess(score) + OVERLAP * shared + BASE
    else:  # across languages only names and model numbers can be shared
        logit = EXCESS_ALONE * spread.excess(score) + OVERLAP * shared + BASE_ALONE
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


def is_chinese(text: str) -> bool:
    """Whether a text is written in Chinese (it may hold model numbers and units)."""
    start = text[:400]
    return 4 * len(_HAN.findall(start)) > len(_LETTER.findall(start))


def _mostly_chinese(words: frozenset[str]) -> bool:
    return 2 * sum("\u3400" <= word[0] <= "\u9fff" for word in words) > len(words)
