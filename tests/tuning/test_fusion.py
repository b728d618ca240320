"""The weights of fusion and relevance, as they are learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evaluation.beir import CorpusDocument, Query, QuestionSet
from index.hashing import HashingEmbedder
from retriever.fusion import Candidates, fused
from retriever.relevance import probability, relevance_features
from tuning.fusion import Case, cases, learn_fusion, learn_relevance, measure, ndcg, without_answers


def case(*passages: tuple[float, float, bool], foreign: bool = False) -> Case:
    """A question with passages by z, k and whether they are right."""
    z, k, right = (np.array(column) for column in zip(*passages, strict=True))
    zeros = np.zeros(len(z), np.float32)
    found = Candidates(
        ids=np.arange(len(z)),
        cosine=(z / 10).astype(np.float32),
        z=z.astype(np.float32),
        k=k.astype(np.float32),
        foreign=np.full(len(z), foreign),
        named=zeros,
        titled=zeros,
        own=zeros,
    )
    return Case(found, found.signals(terms=4, known=1.0, chinese=False), right, int(right.sum()), chance=2.0)


WORDS = [
    case((3.0, 0.1, False), (2.0 - shift, 0.9, True), (1.0, 0.3 + shift / 4, False), (2.5, 0.0, False))
    for shift in (0.0, 0.2, 0.4, 0.6)
]
"""Questions that the keywords answer, and the vectors do not."""
MEANING = [
    case((4.0 + shift, 0.1, True), (1.0, 0.3, False), (0.5, 0.2 + shift / 10, False), foreign=True)
    for shift in (0.0, 0.2, 0.4, 0.6)
]
"""Questions that the vectors answer, in another language."""


def test_right_passages_come_first() -> None:
    """Those that the keywords alone find, and those that the vectors alone find."""
    weights = learn_fusion([WORDS, MEANING], 1e-4)
    for one in (*WORDS, *MEANING):
        assert one.right[np.argmax(fused(one.candidates, one.signals, weights))]
    assert [ndcg(one.candidates.cosine, one) for one in WORDS] == pytest.approx([0.5] * 4)


def test_relevance_is_more_where_something_answers() -> None:
    """The first passage's, beside what is left where the right ones are taken out; three of its weights are not
    negative."""
    fusion = learn_fusion([WORDS, MEANING], 1e-4)
    weights = learn_relevance([WORDS, MEANING], fusion, 1e-4)
    assert min(weights[at] for at in (0, 4, 5)) >= 0

    def best(one: Case) -> float:
        scores = fused(one.candidates, one.signals, fusion)
        features = relevance_features(scores, one.candidates.foreign, one.signals, one.chance, fusion)
        return float(probability(features, weights).max())

    for one in (*WORDS, *MEANING):
        assert best(one) > 0.5 > best(without_answers(one))


def test_a_question_without_its_answers_has_signals_of_its_own() -> None:
    """They are of the passages that are left."""
    left = without_answers(WORDS[0])
    assert left.right.tolist() == [False, False, False]
    assert left.candidates.z.tolist() == [3.0, 1.0, 2.5]
    assert left.signals.coverage == pytest.approx(0.3)


def test_a_set_is_searched_in_a_home_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of its questions with an answer about as many as are wanted; the line of its figures says which leg does what."""
    texts = {"kettle": "boils water quickly", "lamp": "lights the desk", "mat": "lies on the floor"}
    found = QuestionSet(
        "shop",
        {id: CorpusDocument(id, "", text) for id, text in texts.items()},
        (
            Query("q1", "boils water", "en", {"kettle": 1}),
            Query("q2", "nobody judged", "en", {}),
            Query("q3", "lights desk", "en", {"lamp": 1}),
        ),
    )
    kettle, lamp = cases(found, tmp_path / "home", HashingEmbedder(tmp_path / "model"), None, 5)
    for one in (kettle, lamp):
        assert (len(one.right), one.right.sum(), one.answers) == (3, 1, 1)
        assert one.right[np.argmax(one.candidates.k)]
    assert len(list(cases(found, tmp_path / "home", HashingEmbedder(tmp_path / "model"), None, 1))) == 1
    fusion = learn_fusion([[kettle, lamp]], 1e-2)
    assert measure("shop", [kettle, lamp], fusion, (0.0,) * 7, "learn") == pytest.approx(1.0)
    assert "hit@5 1.000 -> 1.000  relevance >= 0.2: 1.000 answerable" in capsys.readouterr().out
