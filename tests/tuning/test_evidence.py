"""Which sentence is told, as it is learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from answer.signs import WEIGHTS
from index.embedding.tokens import TokenCounter
from index.hashing import HashingEmbedder
from tuning.evidence import PRIOR, Case, Vectors, cases, chunks, hits, learn, of_length
from tuning.squad import Answer, Asked, Paragraph

NAMES = list(WEIGHTS)
KETTLE = "The kettle holds two litres. It boils water in four minutes. It is red."
LAMP = "The lamp shines nine hours. It stands on a desk."


def paragraph(number: int, text: str, *asked: tuple[str, str]) -> Paragraph:
    """With questions and their answers."""
    made = tuple(Asked(f"{number}{question}", question, (Answer(gold),)) for question, gold in asked)
    return Paragraph(number, "Manual", text, made)


SHOP = [
    paragraph(0, KETTLE, ("how many minutes until it boils water", "four minutes")),
    paragraph(2, LAMP, ("how many hours shines the lamp", "nine hours"), ("what does it stand on", "a desk")),
]


def test_a_case_is_the_sentences_of_the_nearest_chunks(tmp_path: Path) -> None:
    """Right are those of the question's paragraph that hold its answer."""
    embedder = HashingEmbedder(tmp_path)
    searched = chunks(SHOP, TokenCounter(embedder.tokenizer_file), "default")
    assert [(number, chunk.title) for number, chunk in searched] == [(0, "Manual"), (2, "")]
    vectors = Vectors(embedder, tmp_path / "vectors")
    made = {one.golds: one for one in cases(vectors, SHOP, SHOP, searched, 10)}
    boils = made["four minutes",]
    assert [text for text, right in zip(boils.texts, boils.right, strict=True) if right] == [
        "It boils water in four minutes."
    ]
    assert (len(boils.texts), boils.signs.shape, boils.fold) == (5, (5, len(WEIGHTS)), 0)
    assert made["nine hours",].fold == 1
    assert len(cases(vectors, SHOP, SHOP, searched, 2)) == 2
    vectors.keep()
    kept = Vectors(HashingEmbedder(tmp_path / "other", dimension=8), tmp_path / "vectors")
    query = "how many hours shines the lamp"
    assert np.array_equal(kept.of([query], "q"), vectors.of([query], "q"))


def test_questions_are_parted_by_the_length_of_their_answers() -> None:
    """By that of the shortest; every paragraph stays."""
    short = of_length(SHOP, 0, 10)
    assert [[one.golds for one in part.asked] for part in short] == [[], [("a desk",)]]
    assert [[one.golds for one in part.asked] for part in of_length(SHOP, 10, 99)] == [
        [("four minutes",)],
        [("nine hours",)],
    ]


def case(right: int, *values: float) -> Case:
    """Units that differ in their own words alone."""
    signs = np.zeros((len(values), len(WEIGHTS)), np.float32)
    signs[:, NAMES.index("own words")] = values
    texts = [f"{value}" for value in values]
    return Case(0, signs, np.arange(len(values)) == right, texts, (texts[right],))


def test_weights_are_learned_that_put_the_right_sentence_first() -> None:
    """What no question tells of stays as it was supposed; where all are right nothing is learned."""
    known = [case(1, 0.2, 0.9, 0.4), case(0, 0.8, 0.1), case(2, 0.3, 0.4, 0.6)] * 20
    weights = learn([*known, Case(0, known[0].signs, np.ones(3, np.bool_), known[0].texts, ())])
    assert weights[NAMES.index("own words")] > 1
    assert weights[NAMES.index("reason")] == pytest.approx(PRIOR["reason"], abs=1e-3)
    assert weights[NAMES.index("near")] == pytest.approx(0.0, abs=1e-3)
    assert hits(known[:2], weights) == [[True, True], [True, True]]
    assert hits(known[:2], -weights) == [[False, False], [False, True]]
