"""Whether the evidence answers at all, as it is learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from answer.answerability import SIGNS
from answer.evidence import EvidenceSelector
from index.hashing import HashingEmbedder
from tuning.answerability import STATES, Corpus, Put, Row, learn, rows, shares

TEXTS = [
    "The red kettle holds two litres. The red kettle boils in four minutes.",
    "The blue kettle shines at night. The blue kettle holds one litre.",
    "Parcels to Norway take seven days. Parcels to Norway cost twelve euros.",
]


def made(state: str, *, words: float) -> Row:
    """A row with a constant and its share of the question's own words, and otherwise nothing."""
    signs = {"constant": 1.0, "own words": words}
    return Row(state, np.array([signs.get(name, 0.0) for name in SIGNS], np.float32), state == STATES[0])


def test_a_question_is_put_in_every_state(tmp_path: Path) -> None:
    """What answers it is there, or gone with its paragraph or its sentence; a stranger is never answered."""
    asked = [
        Put("the kettle holds two litres", 0, ("two litres",)),
        Put("how many days take parcels to Norway", 2, ("seven days",)),
    ]
    corpus = Corpus("shop", True, TEXTS, asked, ["parcels take seven days"])
    embedder = HashingEmbedder(tmp_path / "model")
    found = list(rows(corpus, tmp_path, embedder, EvidenceSelector(embedder), None))
    assert {(row.state, row.answers) for row in found} == {(state, state == STATES[0]) for state in STATES}
    assert [row.state for row in found].count(STATES[0]) == 2
    assert {row.signs.shape for row in found} == {(len(SIGNS),)}


def test_what_answers_is_told_from_what_does_not() -> None:
    """By the words that it has of the question, whose weight is not negative; half a set of another size counts the
    same."""
    small = [made(STATES[0], words=0.9), made(STATES[1], words=0.2), made(STATES[3], words=0.1)]
    large = [made(STATES[0], words=0.8)] * 5 + [made(STATES[2], words=0.3)] * 9 + [made(STATES[3], words=0.0)]
    weights = dict(zip(SIGNS, learn([small, large], 1e-3), strict=True))
    assert weights["own words"] > 5
    assert weights["relevance"] >= 0
    assert weights["constant"] < 0
    told = shares([*small, *large], list(weights.values()))
    assert told.startswith("  as it is: 0.2: 1.00 0.3: 1.00 0.4: 1.00 0.5: 1.00  without the paragraph: 0.2: 0.00")
    assert told.endswith("elsewhere: 0.2: 0.00 0.3: 0.00 0.4: 0.00 0.5: 0.00")
