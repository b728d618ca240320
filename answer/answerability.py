"""Answerability: the probability (0 to 1) that the best evidence answers the question at all.

A passage may be about the very product and not state what is asked of it; then the nearest sentence answers another
question. A logistic curve over what the evidence has of the question tells the two apart. Its weights were learned by
`benchmarks/learn_answerability.py` on public questions in three states: with their answer in the collection, without
the passage that holds it, and with that passage less the sentences that hold the answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from answer.evidence import Evidence
from answer.kinds import asked_kinds, counted
from answer.signs import is_chinese, shares
from index.embedder import Floats

SIGNS = (
    "constant",
    "relevance",
    "its passage's relevance",
    "own words",
    "words with neighbours",
    "passage's words",
    "nearer than its passage",
    "chance",
    "kind asked and held",
    "kind asked and not held",
    "counted",
    "counted and not held",
    "another language",
    "own words, another language",
)
WEIGHTS = (0.0,) * len(SIGNS)


def answerability(query: str, evidence: Sequence[Evidence], weights: Sequence[float] = WEIGHTS) -> float:
    """For evidence as it was selected, best first; 0.0 for none.

    A cell that was asked for by its field's name answers by its place, and has 1.0.
    """
    if not evidence:
        return 0.0
    if evidence[0].answers_field:
        return 1.0
    logit = float(answerability_signs(query, evidence) @ np.array(weights, np.float32))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def answerability_signs(query: str, evidence: Sequence[Evidence]) -> Floats:
    """(len(SIGNS),) of the best piece of evidence."""
    best = evidence[0]
    text, passage = best.unit.text, best.unit.passage
    own, near, whole = shares(query, [item.unit for item in evidence], best.unit)
    kinds, pattern = asked_kinds(query), counted(query)
    held = any(kind.held.search(text) for kind in kinds)
    across = not best.unit.header and is_chinese(text) != is_chinese(query)
    return np.array(
        [
            1.0,
            _logit(max(item.unit.passage.relevance for item in evidence)),
            _logit(passage.relevance),
            own,
            near,
            whole,
            20 * (best.cosine - passage.score),
            best.score,
            bool(kinds) and held,
            bool(kinds) and not held,
            pattern is not None and bool(pattern.search(text)),
            pattern is not None and not pattern.search(text),
            across,
            own * across,
        ],
        np.float32,
    )


def _logit(chance: float) -> float:
    chance = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(chance / (1 - chance))
