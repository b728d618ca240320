"""Relevance: the probability (0 to 1) that a passage can answer the question, whatever the embedder's scale.

A logistic curve over the fused score, less what the nearest of as many random passages would have by chance, and over
what is known of the question. It rises with the fused score, so that passages come in the order of their relevance.
The weights were learned after the fusion's, on public questions with and without an answer in the collection.
"""

from __future__ import annotations

import numpy as np

from index.arrays import Floats
from retriever.fusion import Mask, Signals, Weights, softplus
from retriever.learned import FUSION, RELEVANCE


def relevance(scores: Floats, foreign: Mask, signals: Signals, chance: float) -> Floats:
    """(n,) for passages with these fused scores, `foreign` where their script is not the question's.

    `chance` in standard deviations (`background.expected_maximum`).
    """
    return probability(relevance_features(scores, foreign, signals, chance, FUSION), RELEVANCE)


def probability(features: Floats, weights: tuple[float, ...]) -> Floats:
    """(n,) the logistic curve."""
    logits = np.clip(features @ np.array(weights, np.float32), -30, 30)
    return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


def relevance_features(scores: Floats, foreign: Mask, signals: Signals, chance: float, fusion: Weights) -> Floats:
    """(n, 7): the score less what chance would bring, the same where the scripts differ, whether they do; then, of the
    question, a constant, its coverage, what of it is known, and whether it is Chinese.

    The weights of the score, of coverage and of what is known are not negative: less of any is never more relevant,
    however far a question lies from those that were learned from.
    """
    by_chance = float(softplus(signals.vector() @ np.array(fusion.dense, np.float32))) * chance
    excess = (scores - fusion.foreign * foreign - by_chance) / SCALE
    question = [1.0, signals.coverage, signals.known, float(signals.chinese)]
    rows = np.tile(np.array(question, np.float32), (len(scores), 1))
    return np.column_stack([excess, excess * foreign, foreign, rows]).astype(np.float32)


SCALE = 10.0
"""Fused scores span some tens; so scaled, their weight is of the size of the others."""
NOT_NEGATIVE = (0, 4, 5)
"""The columns whose weights are held at 0 or above in learning."""
