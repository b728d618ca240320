"""Figures and their intervals, and the paired test: values that can be worked out by hand."""

from __future__ import annotations

import pytest

from evaluation.figures import Figure, compared, count, mean, share


def test_a_share_has_wilsons_interval() -> None:
    """8 of 10 lies between 0.490 and 0.943 (Wilson 1927); all of 10 reaches 1, none has no figure."""
    found = share([True] * 8 + [False] * 2)
    assert found is not None
    assert (found.value, found.n) == (0.8, 10)
    assert (found.low, found.high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    everything = share([True] * 10)
    assert everything is not None
    assert (everything.value, everything.high) == (1.0, 1.0)
    assert everything.low == pytest.approx(0.7225, abs=1e-4)
    assert share([]) is None


def test_a_mean_has_the_bootstraps_interval() -> None:
    """Equal values leave no doubt; the same values give the same interval again."""
    assert mean([0.5] * 7) == Figure(0.5, 0.5, 0.5, 7)
    values = [0.0, 1.0] * 50
    found = mean(values)
    assert found == mean(values)
    assert found is not None
    assert (found.value, found.n) == (0.5, 100)
    assert (found.low, found.high) == (pytest.approx(0.40, abs=0.02), pytest.approx(0.60, abs=0.02))
    assert mean([]) is None
    assert count(3, 40) == Figure(3.0, 3.0, 3.0, 40)


def test_a_difference_is_told_from_chance() -> None:
    """Of ten questions that all got better 2 of 1,024 sign patterns are as extreme; of one that did, every one is."""
    sure = compared([0.0] * 10, [1.0] * 10)
    assert sure is not None
    assert (sure.before, sure.now, sure.better, sure.worse, sure.n) == (0.0, 1.0, 10, 0, 10)
    assert sure.p == pytest.approx(2 / 1024, abs=0.0015)
    one = compared([0.0] * 10, [1.0] + [0.0] * 9)
    assert one is not None
    assert (one.better, one.worse, one.p) == (1, 0, 1.0)
    same = compared([0.3, 0.4], [0.3, 0.4])
    assert same is not None
    assert same.p == 1.0
    both_ways = compared([0.0, 1.0] * 20, [1.0, 0.0] * 20)
    assert both_ways is not None
    assert (both_ways.better, both_ways.worse, both_ways.p) == (20, 20, 1.0)
    assert compared([], []) is None
