"""The report of a run: one HTML page that holds its plots and tables and fetches nothing.

Whatever came from documents, questions or models is escaped by the template engine; nothing of it is markup here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evaluation.errors import best_rank, expected, missed_queries, place, weak_spots, wrong_answers
from evaluation.retrieval import CUTS, DEPTH
from evaluation.run import FUSED, Run
from evaluation.summary import ABOUT, AIMS, COUNTS, better

TEMPLATE = "report.html"
MOST = 40
"""Errors of a set that are shown; `errors.txt` has all."""
SEARCH_FIGURES = ("nDCG@10", "RR", "hit@1", "hit@5", "R@10", "R@100")


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure to draw: `aim` is where it should be (None: nowhere in particular), `good` whether it is there."""

    label: str
    value: float
    low: float
    high: float
    n: int
    aim: float | None = None
    about: str = ""

    @property
    def good(self) -> bool | None:
        """Whether the aim is met; None without one."""
        if self.aim is None:
            return None
        return self.value <= self.aim if better(self.label) == "lower" else self.value >= self.aim


def render(run: Run, summary: Mapping[str, Any]) -> str:
    """The page."""
    templates = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.lstrip_blocks = True
    environment.filters["place"] = place
    return environment.get_template(TEMPLATE).render(
        about=run.about,
        summary=summary,
        spots=weak_spots(summary),
        sets=[_set(run, name, one) for name, one in summary["sets"].items()],
        gate=summary.get("gate"),
        compared_with=summary.get("compared_with"),
        depth=DEPTH,
        columns=SEARCH_FIGURES,
    )


def _set(run: Run, name: str, one: Mapping[str, Any]) -> dict[str, Any]:
    searches, answers = run.of_set(name)
    shared = {"name": name, "one": one, "calibration": one["calibration"], "compared": _compared(one)}
    if one["kind"] == "answers":
        wrong = wrong_answers(answers)
        return shared | {
            "bars": [_bar(figure, parts) for figure, parts in one["figures"].items() if figure not in COUNTS],
            "counts": {figure: one["figures"][figure] for figure in COUNTS if figure in one["figures"]},
            "about": ABOUT,
            "parts": {part: _part_bars(one[part]) for part in ("kinds", "languages", "cells")},
            "wrong": [(line, expected(line)) for line in wrong[:MOST]],
            "wrong_count": len(wrong),
            "lines": answers,
        }
    fused = [line for line in searches if line.legs == FUSED]
    missed = missed_queries(fused)
    return shared | {
        "curves": {legs: _curve(found["figures"]) for legs, found in one["legs"].items() if found["figures"]},
        "cuts": CUTS,
        "bars": [
            Bar(legs, **_interval(found["figures"]["nDCG@10"]))
            for legs, found in one["legs"].items()
            if found["figures"]
        ],
        "missed": [(line, best_rank(line)) for line in missed[:MOST]],
        "missed_count": len(missed),
    }


def _bar(name: str, parts: Mapping[str, Any]) -> Bar:
    return Bar(name, **_interval(parts), aim=AIMS.get(name), about=ABOUT[name])


def _part_bars(parts: Mapping[str, Mapping[str, Any]]) -> list[Bar]:
    return [Bar(part, **_interval(figures["handled"])) for part, figures in parts.items()]


def _interval(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: parts[name] for name in ("value", "low", "high", "n")}


def _curve(figures: Mapping[str, Any]) -> list[float]:
    return [figures[f"R@{cut}"]["value"] for cut in CUTS]


def _compared(one: Mapping[str, Any]) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """What is compared in words, with its difference: to the other legs, and to the earlier run."""
    found: list[tuple[str, Mapping[str, Any] | None]] = []
    for legs, measures in one.get("against_legs", {}).items():
        found += [(f"{measure}: {FUSED} after {legs}", difference) for measure, difference in measures.items()]
    earlier = one.get("compared", {})
    if one["kind"] == "answers":
        found += [(f"{name}: now after the earlier run", difference) for name, difference in earlier.items()]
    else:
        for legs, measures in earlier.items():
            found += [
                (f"{measure}, {legs}: now after the earlier run", difference)
                for measure, difference in measures.items()
            ]
    return [(words, difference) for words, difference in found if difference]
