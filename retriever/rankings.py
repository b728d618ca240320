"""`ranked_together`: several rankings of passages, of one question in several wordings, as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from retriever.passage import Passage

RANKED = 20
"""What is added to a rank before lists of passages are fused by the sum of its reciprocals (Cormack et al. 2009)."""


def ranked_together(lists: Sequence[Sequence[Passage]]) -> list[Passage]:
    """The passages of several rankings by the sum of their reciprocal ranks, each as the best of them has it."""
    if len(lists) == 1:
        return list(lists[0])
    score: dict[str, float] = defaultdict(float)
    best: dict[str, Passage] = {}
    for passages in lists:
        for rank, passage in enumerate(passages, 1):
            score[passage.chunk.id] += 1 / (RANKED + rank)
            known = best.get(passage.chunk.id)
            if known is None or passage.relevance > known.relevance:
                best[passage.chunk.id] = passage
    return sorted(best.values(), key=lambda passage: -score[passage.chunk.id])
