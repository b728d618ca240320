"""Penalised logistic regression, from which the weights of three parts were learned."""

from __future__ import annotations

import numpy as np
import pytest

from tuning.regression import Doubles, logistic_regression, minimized

KNOWN = np.array([-0.5, 2.0, -1.0])
FEATURES = np.column_stack([np.ones(4000), np.random.default_rng(4).normal(size=(4000, 2))])
CHANCES = 1 / (1 + np.exp(-FEATURES @ KNOWN))
DRAWN = (np.random.default_rng(5).random(4000) < CHANCES).astype(float)
ALIKE = np.ones(4000)


def slope(found: Doubles, penalty: float) -> Doubles:
    """Of the mean cross-entropy and the penalty, by each weight."""
    chances = 1 / (1 + np.exp(-FEATURES @ found))
    made: Doubles = FEATURES.T @ (chances - DRAWN) / len(DRAWN) + 2 * penalty * found
    return made


def test_it_finds_the_weights_that_labels_were_drawn_by() -> None:
    """Exactly from the chances themselves, and nearly from labels that were drawn with them."""
    assert logistic_regression(FEATURES, CHANCES, weights=ALIKE, penalty=0.0) == pytest.approx(KNOWN, abs=1e-3)
    assert logistic_regression(FEATURES, DRAWN, weights=ALIKE, penalty=0.0) == pytest.approx(KNOWN, abs=0.15)


def test_a_penalty_draws_them_to_nothing() -> None:
    """To where the slope of both together is none."""
    found = logistic_regression(FEATURES, DRAWN, weights=ALIKE, penalty=0.1, tolerance=1e-16)
    assert np.linalg.norm(found) < 0.7 * np.linalg.norm(KNOWN)
    assert slope(found, 0.1) == pytest.approx(np.zeros(3), abs=1e-7)


def test_a_column_that_may_not_be_negative_is_not() -> None:
    """The others are as they were; one that would be positive anyhow stays."""
    found = logistic_regression(FEATURES, DRAWN, weights=ALIKE, penalty=1e-6, not_negative=(1, 2))
    assert found[2] == pytest.approx(0.0, abs=0.01)
    assert found[2] >= 0
    assert found[1] == pytest.approx(1.6, abs=0.2)
    assert found[0] < 0


def test_rows_count_as_their_weights_say() -> None:
    """A row that counts twice is as two rows, and one that counts for nothing as none; their sum means nothing."""
    rows, labels = [[1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [1.0, 3.0]], [0, 1, 0, 1]
    doubled = logistic_regression([*rows, rows[1]], [*labels, 1], weights=[1, 1, 1, 0, 1], penalty=0.01)
    assert logistic_regression(rows, labels, weights=[5, 10, 5, 0], penalty=0.01) == pytest.approx(doubled, abs=1e-4)


def test_as_many_of_either_kind_without_a_feature_are_an_even_chance() -> None:
    """Three to one are log 3; where the one counts thrice, nothing speaks for either."""
    ones, labels = np.ones((4, 1)), [1, 1, 1, 0]
    assert logistic_regression(ones, labels, weights=[1, 1, 1, 1], penalty=0.0) == pytest.approx(np.log(3), abs=1e-4)
    assert logistic_regression(ones, labels, weights=[1, 1, 1, 3], penalty=0.0) == pytest.approx(0.0, abs=1e-4)


def test_the_least_of_a_loss_is_found() -> None:
    """(w - 3)² and w² are least together at 1.5."""
    found = minimized(lambda w: ((w - 3.0) ** 2).sum(), 2, 1.0)
    assert found.numpy() == pytest.approx(np.array([1.5, 1.5]), abs=1e-6)
