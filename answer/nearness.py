"""Nearness: which passages have to do with a question that they may not answer, and so are worth offering.

An unrelated question has its nearest passages, too: with a low cosine, or a low relevance for so many passages, or a
"no" of the reader. Each by itself is often wrong, so a logistic curve weighs the three of each passage
(docs/evaluation.md, "Offers").
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from answer.reader import NO, PassageReader, read_passages
from retriever.passage import Passage

CONSTANT, RELEVANCE, READ, COSINE = -67.5, 1.46, 0.23, 83.5
"""Logits: for one, and for one of each: the logit of the relevance, the logit of what was read, the cosine, which is of
the default embedder's scale: no other has a reader."""
NEAR = 0.05
"""The probability from which a passage is near."""


def near(question: str, passages: Sequence[Passage], reader: PassageReader | None) -> list[Passage]:
    """Those that are near, the nearest first; none without a reader, as relevance alone takes too much for near.

    A product's row says at a glance what it says: one that was read as a clear "no" is not near.
    """
    if reader is None or not passages:
        return []
    logits = [
        (nearness(passage, read), passage)
        for passage, read in zip(passages, read_passages(reader, question, passages), strict=True)
        if passage.chunk.locator.row is None or read > NO
    ]
    best_first = sorted(logits, key=lambda pair: -pair[0])
    return [passage for chance, passage in best_first if chance >= NEAR]


def nearness(passage: Passage, read: float) -> float:
    """The probability (0 to 1) for a passage whose reading gave the logit `read`."""
    relevance = min(max(passage.relevance, 1e-4), 1 - 1e-4)
    logit = CONSTANT + RELEVANCE * math.log(relevance / (1 - relevance)) + READ * read + COSINE * passage.score
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
