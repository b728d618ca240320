"""Fusion and relevance: what both legs say becomes one score, and the score a probability."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from retriever.background import Spread, expected_maximum, in_deviations
from retriever.fusion import Candidates, Signals, Weights, fused, softplus
from retriever.learned import FUSION
from retriever.relevance import relevance

PLAIN = Weights((0.0,) * 7, (0.0,) * 7, keyword_foreign=(0.0,) * 7, foreign=0.0, named=0.0, titled=0.0, own=0.0)
LN2 = 0.693147


def candidates(z: list[float], k: list[float], foreign: list[bool] | None = None) -> Candidates:
    n = len(z)
    zeros = np.zeros(n, np.float32)
    return Candidates(
        ids=np.arange(n),
        cosine=np.array(z, np.float32) / 10,
        z=np.array(z, np.float32),
        k=np.array(k, np.float32),
        foreign=np.array(foreign or [False] * n),
        named=zeros,
        titled=zeros,
        own=zeros,
    )


def signals(found: Candidates) -> Signals:
    return found.signals(terms=4, known=1.0, chinese=False)


def test_the_score_is_the_weighted_sum_of_the_legs() -> None:
    """With plain weights both legs count ln 2: of z, and of ten times k."""
    found = candidates([1.0, 2.0], [0.5, 0.0])
    assert fused(found, signals(found), PLAIN) == pytest.approx([LN2 * (1 + 5), LN2 * 2], abs=1e-4)


def test_a_passage_in_the_other_script_has_its_bonus_and_its_own_weight_of_words() -> None:
    """Both are weights of the passage, not of the question."""
    found = candidates([1.0, 1.0], [0.1, 0.1], [False, True])
    weights = replace(PLAIN, foreign=3.0, keyword_foreign=(1.0, *(0.0,) * 6))
    own, other = fused(found, signals(found), weights)
    assert other - own == pytest.approx(3.0 + float(softplus(1.0)) - LN2, abs=1e-4)


def test_identifiers_are_worth_what_is_set() -> None:
    """The row whose SKU was asked for is before those that only name it."""
    found = replace(candidates([0.0, 0.0], [0.0, 0.0]), named=np.array([1.0, 1.0]), own=np.array([0.0, 1.0]))
    scores = fused(found, signals(found), replace(PLAIN, named=4.0, own=8.0))
    assert scores == pytest.approx([4.0, 12.0], abs=1e-4)


def test_no_leg_counts_against_what_it_found() -> None:
    """Whatever is known of a question, more of either leg is never less."""
    for vector in np.random.default_rng(0).normal(size=(50, 5)):
        known = Signals(*map(float, vector[:3]), terms=int(abs(vector[3]) * 20), known=float(vector[4]), chinese=True)
        low, high = candidates([1.0], [0.2]), candidates([1.5], [0.4])
        assert fused(high, known, FUSION) >= fused(low, known, FUSION)


def test_signals_are_those_of_the_candidates() -> None:
    """Coverage is the best k, the lead that of the first over the tenth, agreement that of the first ten."""
    found = candidates([float(10 - n) for n in range(12)], [0.0] * 10 + [0.3, 0.6])
    told = found.signals(terms=3, known=0.5, chinese=True)
    assert told.coverage == pytest.approx(0.6)
    assert told.lead == pytest.approx(9.0)
    assert told.agreement == 0.0
    assert found.signals(3, 0.5, True).vector().shape == (7,)
    assert candidates([], []).signals(3, 0.5, True) == Signals(0.0, 0.0, 0.0, 3, 0.5, True)


def test_a_cosine_is_measured_against_its_own_script() -> None:
    """0.9 is nothing among Chinese passages that lie near a Chinese question, and much among English ones."""
    spreads = {True: Spread(0.88, 0.02, 2.5), False: Spread(0.80, 0.02, 2.5)}
    z = in_deviations(np.array([0.9, 0.9], np.float32), np.array([True, False]), spreads)
    assert z == pytest.approx([1.0, 5.0], abs=1e-3)


def test_chance_grows_with_the_collection() -> None:
    """The best of a hundred thousand random passages lies four deviations out."""
    assert expected_maximum(2) == 0.0
    assert expected_maximum(100_000) == pytest.approx(4.27, abs=0.1)


def test_relevance_rises_with_the_score_and_is_a_probability() -> None:
    """Within one question the order of relevance is that of the score."""
    known = Signals(0.4, 2.0, 0.3, 5, 0.9, False)
    scores = np.linspace(-20, 40, 30).astype(np.float32)
    for foreign in (False, True):
        chances = relevance(scores, np.full(30, foreign), known, expected_maximum(1_000))
        assert np.all(np.diff(chances) >= 0)
        assert chances[0] < 0.05
        assert chances[-1] > 0.9
