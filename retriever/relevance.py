"""Relevance: the probability (0 to 1) that a passage can answer the question, whatever the embedder's scale.

A logistic curve over the fused score, less what the nearest of as many random passages would have by chance, and over
what is known of the question. It rises with the fused score, so that passages come in the order of their relevance.
The weights were learned after the fusion's, on public questions with and without an answer in the collection.
"""

from __future__ import annotations

import numpy as np

from index.embedder import Floats
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
    """(n, 10): the score less what chance would bring, the same where the scripts differ, whether they do, and the
    question's signals, the constant first."""
    vector = signals.vector()
    by_chance = float(softplus(vector @ np.array(fusion.dense, np.float32))) * chance
    excess = (scores - fusion.foreign * foreign - by_chance) / SCALE
    rows = np.tile(vector, (len(scores), 1))
    return np.column_stack([excess, excess * foreign, foreign, rows]).astype(np.float32)


SCALE = 10.0
"""Fused scores span some tens; so scaled, their weight is of the size of the others."""
