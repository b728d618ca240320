"""How near is told from far, as it is learned."""

from __future__ import annotations

import numpy as np

from answer.nearness import logits
from index.chunk import Chunk
from retriever.passage import Passage
from tuning.nearness import Read, learn, learned, nearest

NEAR = [[1.0, 2.0, 3.0, 0.86], [1.0, 1.0, 2.5, 0.87], [1.0, 2.5, -1.0, 0.88], [1.0, -1.0, 4.0, 0.85]]
FAR = [[1.0, -2.0, -3.0, 0.80], [1.0, 1.5, -4.0, 0.81], [1.0, -3.0, 1.0, 0.79]]


def read(*sides: tuple[float, float, float]) -> Read:
    """Passages of a question by cosine, relevance and what was read."""
    return [
        (Passage(Chunk(f"c{at}", "rules.md", at, "Unused goods can be sent back.", "Rules"), cosine, relevance), logit)
        for at, (cosine, relevance, logit) in enumerate(sides)
    ]


def test_near_rows_are_told_from_far_ones() -> None:
    """Each on its side, by weights of the cosine's own scale."""
    weights = learned(NEAR, FAR)
    assert (np.array(NEAR) @ weights > 0).all()
    assert (np.array(FAR) @ weights < 0).all()
    assert (weights[1:] > 0).all()
    assert weights[3] > 20


def test_of_a_question_the_nearest_passage_counts() -> None:
    """By the weights so far; a question that found nothing teaches nothing."""
    far, close = (0.80, 0.1, -3.0), (0.88, 0.9, 4.0)
    found = read(far, close)
    assert nearest(found, np.array([0.0, 1.0, 1.0, 1.0])) == [1.0, *logits(*found[1])]
    assert nearest([], np.ones(4)) is None
    near = [read(far, (0.88 - step / 100, 0.9, 3.0 + step)) for step in range(4)]
    weights = learn(near, [read(far, (0.79, 0.2, -4.0)), read((0.81, 0.05, -2.0)), []])
    assert weights @ np.array([1.0, *logits(*found[1])]) > 0 > weights @ np.array([1.0, *logits(*found[0])])
