"""`Figure`: a measured number with its confidence interval, and the test of whether two runs really differ.

Every draw is seeded: the same lines give the same figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

Z = 1.959964
"""Of the normal distribution, for 95 %."""
DRAWS = 2_000
SHUFFLES = 10_000
SEED = 0
_PAGE = 500  # draws and shuffles in memory at a time


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` of `n` cases, and the interval of 95 % that it lies in; a count has no interval (`low` = `high`)."""

    value: float
    low: float
    high: float
    n: int

    def as_dict(self) -> dict[str, Any]:
        """For `summary.json`."""
        return {name: round(value, 6) for name, value in asdict(self).items()}

    @classmethod
    def of_dict(cls, parts: dict[str, Any]) -> Figure:
        """The inverse of `as_dict`."""
        return cls(parts["value"], parts["low"], parts["high"], parts["n"])


def share(hits: Sequence[bool]) -> Figure | None:
    """The share of cases that hit, with Wilson's interval (1927); None where there is no case."""
    n = len(hits)
    if not n:
        return None
    p = sum(hits) / n
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return Figure(p, max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half)), n)


def mean(values: Sequence[float]) -> Figure | None:
    """The mean with the percentile bootstrap's interval (Efron 1979); None where there is no value."""
    n = len(values)
    if not n:
        return None
    numbers = np.asarray(values, dtype=np.float64)
    if (numbers == numbers[0]).all():
        return Figure(float(numbers[0]), float(numbers[0]), float(numbers[0]), n)
    random = np.random.default_rng(SEED)
    means = [numbers[random.integers(0, n, (_PAGE, n))].mean(axis=1) for _ in range(0, DRAWS, _PAGE)]
    low, high = np.percentile(np.concatenate(means), [2.5, 97.5])
    return Figure(float(numbers.mean()), float(low), float(high), n)


def count(number: int, cases: int) -> Figure:
    """How many there were in so many cases."""
    return Figure(float(number), float(number), float(number), cases)


@dataclass(frozen=True, slots=True)
class Difference:
    """The same questions in two runs: both means, how many got better and worse, and how likely chance does as much."""

    before: float
    now: float
    better: int
    worse: int
    p: float
    n: int

    def as_dict(self) -> dict[str, Any]:
        """For `summary.json`."""
        return {name: round(value, 6) for name, value in asdict(self).items()}


def compared(before: Sequence[float], now: Sequence[float]) -> Difference | None:
    """The paired comparison of two runs over the same questions; None where there is none.

    `p` is two-sided, of the paired permutation test: under no difference each pair may as well be swapped (Fisher 1935;
    recommended for retrieval by Smucker, Allan and Carterette 2007), estimated with `SHUFFLES` random swaps.
    """
    if not before:
        return None
    old, new = np.asarray(before, np.float64), np.asarray(now, np.float64)
    differences = new - old
    changed = differences[differences != 0]
    better, worse = int((changed > 0).sum()), int((changed < 0).sum())
    return Difference(float(old.mean()), float(new.mean()), better, worse, _chance(changed), len(old))


def _chance(differences: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    if not len(differences):
        return 1.0
    observed = abs(differences.sum()) - 1e-12  # sums of the same terms in another order count as equal
    random = np.random.default_rng(SEED)
    as_large = 0
    for _ in range(0, SHUFFLES, _PAGE):
        swaps = random.integers(0, 2, (_PAGE, len(differences)), dtype=np.int8) * 2.0 - 1.0
        as_large += int((np.abs(swaps @ differences) >= observed).sum())
    return (as_large + 1) / (SHUFFLES + 1)
