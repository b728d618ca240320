"""Relevance: how likely it is that a passage is about the question at all, whatever the embedder's scale.

Cosines of different embedders live in different places (those of e5 between 0.70 and 0.95), so a score is first put
in proportion to how the same question scores against passages picked at random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.chunk import Chunk
from index.embedder import Floats
from index.vectors import VectorIndex

SAMPLE = 512


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and standard deviation of one question's cosines with random passages."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Background:
    """(n, dimension) vectors picked at random from a collection."""

    vectors: Floats

    @classmethod
    def of(cls, index: VectorIndex) -> Background:
        """At most `SAMPLE` vectors of an index."""
        return cls(index.sample(SAMPLE))

    def against(self, query: Floats) -> Spread:
        """How a (dimension,) query vector scores against them."""
        if not len(self.vectors):
            return Spread(0.0, 1.0)
        scores = self.vectors @ query
        return Spread(float(np.median(scores)), float(np.std(scores)) or 1.0)


def relevance(score: float, spread: Spread, query: str, chunk: Chunk) -> float:
    """0 to 1; see the module's text. To be calibrated."""
    z = (score - spread.mean) / spread.deviation
    return float(1 / (1 + np.exp(-(z - 2.0))))
