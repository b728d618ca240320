"""`Candidates`: what both legs say of some passages, and the one score in which it is fused.

    score = a(question) * z + b(question, passage) * k + the bonus of its language + the bonuses of identifiers

z is the cosine in standard deviations over the median of its language's background (`retriever.background`), k the
BM25 score as a share of all that the question's terms could give. a and b are softplus of a linear form of what is
known before the answer: how much of the question its best passage has, how far the dense leg's first stands out,
whether the legs agree, the question's length, and whether question and passage share a language. The weights were
learned once, on public questions that no figure of docs/evaluation.md is about (`tuning/fusion.py`); fusing
ranks evenly loses wherever one leg is blind, as the keywords are across languages.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.arrays import Floats, Ids

Mask = npt.NDArray[np.bool_]

FIRST = 10
"""How many of each leg's first are compared for their agreement and for how far the first stands out."""


@dataclass(frozen=True, slots=True)
class Weights:
    """`dense` and `keyword` go with `Signals`, in its order; `keyword_foreign` is added to `keyword` for passages in
    another language, which have the keywords of the translated question."""

    dense: tuple[float, ...]
    keyword: tuple[float, ...]
    keyword_foreign: tuple[float, ...]
    foreign: float
    named: float
    titled: float
    own: float


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of a question before it is answered. `coverage`: k of the best passage; `lead`: z of the first less
    that of the tenth; `agreement`: the share of the legs' first ten that they have in common; `terms`: how many it has;
    `known`: the share of their idf that any passage has at all; `chinese`: whether it is asked in Chinese, whose terms
    are many and short."""

    coverage: float
    lead: float
    agreement: float
    terms: int
    known: float
    chinese: bool

    def vector(self) -> Floats:
        """(7,) the features of the linear forms, the constant first."""
        length = math.log(1 + self.terms) / 3
        features = [1.0, self.coverage, self.lead, self.agreement, length, self.known, float(self.chinese)]
        return np.array(features, np.float32)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that either leg brought, each an (n,) array.

    `cosine` and `z` of the dense leg, `k` of the keywords (0 to 1); `foreign`: written in another script than the
    question; `named`: the share (0 to 1) of the question's identifiers that it has, `titled`: that its title has,
    `own`: that are its SKU.
    """

    ids: Ids
    cosine: Floats
    z: Floats
    k: Floats
    foreign: Mask
    named: Floats
    titled: Floats
    own: Floats

    def signals(self, terms: int, known: float, chinese: bool) -> Signals:
        """The question's signals, from the candidates that it brought."""
        if not len(self.ids):
            return Signals(0.0, 0.0, 0.0, terms, known, chinese)
        dense, words = np.argsort(-self.z, kind="stable")[:FIRST], np.argsort(-self.k, kind="stable")[:FIRST]
        words = words[self.k[words] > 0]
        agreement = len(np.intersect1d(dense, words)) / FIRST
        lead = float(self.z[dense[0]] - self.z[dense[-1]])
        return Signals(float(self.k.max()), lead, agreement, terms, known, chinese)


def fused(candidates: Candidates, signals: Signals, weights: Weights) -> Floats:
    """(n,) the score of each candidate; they are comparable within one question."""
    vector = signals.vector()
    a = softplus(vector @ np.array(weights.dense, np.float32))
    foreign = vector @ np.array(weights.keyword_foreign, np.float32) * candidates.foreign
    b = softplus(vector @ np.array(weights.keyword, np.float32) + foreign)
    score: Floats = a * candidates.z + b * candidates.k * K_SCALE + weights.foreign * candidates.foreign
    score += weights.named * candidates.named + weights.titled * candidates.titled
    return score + weights.own * candidates.own


K_SCALE = 10.0
"""k lies between 0 and 1; so scaled, its weights are of the size of the others, as learning wants them."""


def softplus(x: npt.ArrayLike) -> Floats:
    """log(1 + e^x), which is never negative: no leg counts against what it found."""
    result: Floats = np.logaddexp(0.0, np.asarray(x)).astype(np.float32)
    return result
