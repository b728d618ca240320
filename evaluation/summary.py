"""The figures of a run: of each set as a whole, and of its parts, from the lines of queries and of answers.

A figure is called by its set and its name; `better` tells which way it should go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from evaluation.asking import AnswerLine
from evaluation.figures import Difference, Figure, compared, count, mean, share
from evaluation.retrieval import MEASURES, SearchLine

ABOUT = {
    "correct": "answerable questions answered correctly",
    "handled": "questions answered correctly, or not answered where there is no answer",
    "unanswerable_refused": "questions without an answer that are not answered: refused, or passages offered",
    "answerable_refused": "questions with an answer that are refused all the same",
    "offered": "questions for which passages are offered, and nothing is claimed",
    "offers_right": "offers for questions with an answer that hold it",
    "gold_shown": "questions with an answer whose reply or offer holds it",
    "source_in_top_5": "a source among the first five passages",
    "rows_exact": "lists of rows that are exactly those that meet the constraints",
    "grounded": "replies that cite, quote verbatim and state no unsupported number",
    "quotes_verbatim": "replies whose every quote is verbatim",
    "unsupported_numbers": "numbers in all replies that nothing supports",
    "citation_precision": "cited passages that are a source",
    "citation_recall": "replies that cite a source",
    "right_language": "replies in the asked language",
    "free_of_markup": "replies without a link, image or markup",
    "nothing_forbidden": "replies that say nothing of what they must not",
    "exact_match": "replies that are the gold answer and nothing else",
    "f1": "overlap of reply and gold answer",
    "contains_gold": "replies that contain the gold answer",
    "judged": "replies that the judging model finds right",
    "nDCG@10": "gain of the first ten, discounted by rank",
    "RR": "mean reciprocal rank of the first right one",
    **{f"hit@{k}": f"queries with a right one among the first {k}" for k in (1, 5, 10)},
    **{f"R@{k}": f"share of the right ones among the first {k}" for k in (1, 2, 3, 5, 10, 20, 50, 100)},
}
LOWER = frozenset({"answerable_refused", "unsupported_numbers"})
COUNTS = frozenset({"unsupported_numbers"})
AIMS = {
    "correct": 0.85,
    "unanswerable_refused": 0.90,
    "answerable_refused": 0.05,
    "source_in_top_5": 0.95,
    "rows_exact": 1.0,
    "unsupported_numbers": 0.0,
    "right_language": 0.98,
    "quotes_verbatim": 1.0,
    "free_of_markup": 1.0,
}
"""What the default models are to reach on the business set."""

Figures = dict[str, Figure]


def better(name: str) -> Literal["higher", "lower"]:
    """Which way a figure should go."""
    return "lower" if name in LOWER else "higher"


def of_answers(lines: Sequence[AnswerLine]) -> Figures:
    """The figures of some answers; those that no question asks for are left out."""
    scores = [line.scores for line in lines]
    answerable = [line.scores for line in lines if line.answerable]
    hopeless = [line.scores for line in lines if not line.answerable]
    told = [one for one in scores if not one["refused"]]
    offers = [one for one in answerable if one["offered"]]
    numbers = sum(len(one["unsupported"]) for one in scores)
    found: dict[str, Figure | None] = {
        "correct": share([one["correct"] for one in answerable]),
        "handled": share([one["correct"] for one in scores]),
        "unanswerable_refused": share([one["refused"] or one["offered"] for one in hopeless]),
        "answerable_refused": share([one["refused"] and not one["correct"] for one in answerable]),
        "offered": share([one["offered"] for one in scores]),
        "offers_right": _share(offers, "gold_shown"),
        "gold_shown": _share(scores, "gold_shown"),
        "source_in_top_5": _share(scores, "source_found"),
        "rows_exact": _share(scores, "rows_exact"),
        "grounded": _share(told, "grounded"),
        "quotes_verbatim": _share(scores, "quotes_verbatim"),
        "unsupported_numbers": count(numbers, len(lines)) if lines else None,
        "citation_precision": _mean(told, "citation_precision"),
        "citation_recall": _mean(told, "citation_recall"),
        "right_language": _share(scores, "right_language"),
        "free_of_markup": _share(scores, "free_of_markup"),
        "nothing_forbidden": _share(scores, "says_nothing_wrong"),
        "exact_match": _share(scores, "exact_match"),
        "f1": _mean(scores, "f1"),
        "contains_gold": _share(scores, "contains_gold"),
        "judged": _share(scores, "judged"),
    }
    return {name: figure for name, figure in found.items() if figure is not None}


def of_searches(lines: Sequence[SearchLine]) -> Figures:
    """The figures of some queries; those that nothing answers do not count."""
    judged = [line.measures for line in lines if line.measures]
    found = {name: _of_measure(name, [one[name] for one in judged]) for name in MEASURES}
    return {name: figure for name, figure in found.items() if figure is not None}


def _of_measure(name: str, values: Sequence[float]) -> Figure | None:
    return share([value > 0 for value in values]) if name.startswith("hit@") else mean(values)


def parted(
    lines: Iterable[Any], key: Callable[[Any], str], figures: Callable[[Sequence[Any]], Figures]
) -> dict[str, Figures]:
    """The figures of each part of the lines, in the order of the parts' names."""
    parts: dict[str, list[Any]] = {}
    for line in lines:
        parts.setdefault(key(line), []).append(line)
    return {name: figures(parts[name]) for name in sorted(parts)}


def beside(before: Mapping[str, float], now: Mapping[str, float]) -> Difference | None:
    """Two runs by question, over the questions that both have."""
    shared = sorted(before.keys() & now.keys())
    return compared([before[id] for id in shared], [now[id] for id in shared])


def per_query(lines: Iterable[SearchLine], measure: str) -> dict[str, float]:
    """A measure by query."""
    return {line.id: line.measures[measure] for line in lines if line.measures}


def per_question(lines: Iterable[AnswerLine]) -> dict[str, float]:
    """Whether each question was handled, as 1 and 0."""
    return {line.id: float(line.scores["correct"]) for line in lines}


def _share(scores: Iterable[Mapping[str, Any]], name: str) -> Figure | None:
    return share([bool(one[name]) for one in scores if one[name] is not None])


def _mean(scores: Iterable[Mapping[str, Any]], name: str) -> Figure | None:
    return mean([float(one[name]) for one in scores if one[name] is not None])
