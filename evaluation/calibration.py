"""`Calibration`: whether relevance is the probability that it says it is.

Of each query it takes the passage found most relevant, and whether that one answers: in a set with judgements, whether
the first passage is judged right; of questions, whether the question is answerable at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.asking import AnswerLine
from evaluation.figures import share
from evaluation.retrieval import SearchLine

BINS = 10

Pair = tuple[float, bool]
"""What was predicted, 0 to 1, and whether it came true."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """`bins`: of each tenth that any prediction lies in, the mean prediction, the share that came true with its
    interval, and how many. `brier`: the mean squared error (Brier 1950); `error`: the expected calibration error, the
    mean distance of prediction and share (Naeini et al. 2015).
    """

    bins: tuple[dict[str, float], ...]
    brier: float
    error: float
    n: int

    def as_dict(self) -> dict[str, Any]:
        """For `summary.json`."""
        return {"bins": list(self.bins), "brier": round(self.brier, 6), "error": round(self.error, 6), "n": self.n}


def calibration(pairs: Sequence[Pair]) -> Calibration | None:
    """How well predictions hold; None where there are none."""
    if not pairs:
        return None
    bins, error = [], 0.0
    for number in range(BINS):
        here = [pair for pair in pairs if min(int(pair[0] * BINS), BINS - 1) == number]
        true = share([came for _, came in here])
        if true is None:
            continue
        predicted = sum(value for value, _ in here) / len(here)
        error += abs(predicted - true.value) * len(here) / len(pairs)
        bins.append({"predicted": round(predicted, 6), **true.as_dict()})
    brier = sum((value - came) ** 2 for value, came in pairs) / len(pairs)
    return Calibration(tuple(bins), brier, error, len(pairs))


def of_searches(lines: Iterable[SearchLine]) -> list[Pair]:
    """The first passage of each query: its relevance, and whether it is judged right."""
    return [(line.found[0]["relevance"], line.found[0]["grade"] > 0) for line in lines if line.found]


def of_answers(lines: Iterable[AnswerLine]) -> list[Pair]:
    """The highest relevance among the passages of each question, and whether it is answerable."""
    return [
        (max(passage["relevance"] for passage in line.passages), line.answerable) for line in lines if line.passages
    ]
