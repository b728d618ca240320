"""`Run`: everything that one evaluation asked, found and answered, kept in a folder, and the summary of it.

`retrieval.jsonl` and `answers.jsonl` hold a line for each question; `summary.json` what is computed from them. From
the lines alone summary and report can be made again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from evaluation import calibration
from evaluation.asking import AnswerLine
from evaluation.figures import Difference
from evaluation.retrieval import SearchLine
from evaluation.summary import Figures, beside, of_answers, of_searches, parted, per_query, per_question
from index.disk import reason, write_durably
from index.errors import BadRequest, StorageUnavailable

ANSWERS, RETRIEVAL, SUMMARY = "answers.jsonl", "retrieval.jsonl", "summary.json"
REPORT, ERRORS = "report.html", "errors.txt"
FUSED = "fused"
"""The way of searching that the product uses."""

Line = TypeVar("Line", AnswerLine, SearchLine)


@dataclass(frozen=True, slots=True)
class Run:
    """`about`: when and by what it was made, and of each set where it lies and how many of its questions were put."""

    about: dict[str, Any]
    searches: tuple[SearchLine, ...]
    answers: tuple[AnswerLine, ...]

    def of_set(self, name: str) -> tuple[list[SearchLine], list[AnswerLine]]:
        """The lines of one set."""
        searches = [line for line in self.searches if line.set == name]
        return searches, [line for line in self.answers if line.set == name]


def read_run(folder: Path) -> Run:
    """The run that a folder holds. Raises BadRequest where it is none."""
    try:
        about = json.loads((folder / SUMMARY).read_bytes())["about"]
        return Run(about, _read(folder / RETRIEVAL, SearchLine), _read(folder / ANSWERS, AnswerLine))
    except OSError as error:
        raise BadRequest(f"{folder} holds no run that can be read: {reason(error)}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadRequest(f"{folder} holds no run of this version of Xuanji: {error}") from error


def write_run(folder: Path, run: Run, summary: Mapping[str, Any], more: Mapping[str, str]) -> None:
    """Write the lines, the summary and `more` (name to text) into a folder; another run's files there are replaced.

    Raises StorageUnavailable where it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnavailable(f"the run cannot be written to {folder}: {reason(error)}") from error
    _write(folder / RETRIEVAL, run.searches)
    _write(folder / ANSWERS, run.answers)
    for name, text in more.items():
        write_durably(folder / name, text.encode())
    write_durably(folder / SUMMARY, json.dumps(summary, ensure_ascii=False, indent=2).encode())


def summarize(run: Run, before: Run | None = None) -> dict[str, Any]:
    """The summary of a run, beside an earlier one where it is given."""
    sets = {}
    for name, about in run.about["sets"].items():
        searches, answers = run.of_set(name)
        earlier = before.of_set(name) if before is not None else ([], [])
        sets[name] = about | (_searched(searches, earlier[0]) if searches else _answered(answers, earlier[1]))
    summary = {"about": run.about, "sets": sets}
    if before is not None:
        summary["compared_with"] = before.about["created"]
    return summary


def _searched(lines: Sequence[SearchLine], earlier: Sequence[SearchLine]) -> dict[str, Any]:
    legs = dict.fromkeys(line.legs for line in lines)
    by_legs = {name: [line for line in lines if line.legs == name] for name in legs}
    before = {name: [line for line in earlier if line.legs == name] for name in legs}
    calibrated = calibration.calibration(calibration.of_searches(by_legs.get(FUSED, ())))
    found: dict[str, Any] = {
        "kind": "retrieval",
        "cases": len(next(iter(by_legs.values()))),
        "legs": {
            name: {
                "figures": _as_dict(of_searches(these)),
                "directions": _nested(parted(these, lambda line: line.direction, of_searches)),
                "milliseconds": _middle([line.milliseconds for line in these]),
            }
            for name, these in by_legs.items()
        },
        "against_legs": {
            name: {measure: _difference(these, by_legs[FUSED], measure) for measure in ("nDCG@10", "R@10", "hit@5")}
            for name, these in by_legs.items()
            if name != FUSED and FUSED in by_legs
        },
        "calibration": calibrated.as_dict() if calibrated else None,
    }
    if any(before.values()):
        found["compared"] = {
            name: {measure: _difference(before[name], by_legs[name], measure) for measure in ("nDCG@10", "R@10", "RR")}
            for name in legs
            if before[name]
        }
    return found


def _answered(lines: Sequence[AnswerLine], earlier: Sequence[AnswerLine]) -> dict[str, Any]:
    calibrated = calibration.calibration(calibration.of_answers(lines))
    found: dict[str, Any] = {
        "kind": "answers",
        "cases": len(lines),
        "failed": sum(bool(line.error) for line in lines),
        "figures": _as_dict(of_answers(lines)),
        "kinds": _nested(parted(lines, lambda line: line.kind, of_answers)),
        "languages": _nested(parted(lines, lambda line: line.language, of_answers)),
        "cells": _nested(parted(lines, lambda line: f"{line.kind} {line.language}", of_answers)),
        "milliseconds": _middle([line.milliseconds["asked"] for line in lines if not line.error]),
        "calibration": calibrated.as_dict() if calibrated else None,
    }
    if earlier:
        difference = beside(per_question(earlier), per_question(lines))
        found["compared"] = {"handled": difference.as_dict() if difference else None}
    return found


def _difference(before: Iterable[SearchLine], now: Iterable[SearchLine], measure: str) -> dict[str, Any] | None:
    found: Difference | None = beside(per_query(before, measure), per_query(now, measure))
    return found.as_dict() if found else None


def _as_dict(figures: Figures) -> dict[str, Any]:
    return {name: figure.as_dict() for name, figure in figures.items()}


def _nested(parts: Mapping[str, Figures]) -> dict[str, Any]:
    return {name: _as_dict(figures) for name, figures in parts.items()}


def _middle(values: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    if not values:
        return {}
    return {"p50": round(float(np.percentile(values, 50)), 3), "p95": round(float(np.percentile(values, 95)), 3)}


def _read(path: Path, kind: type[Line]) -> tuple[Line, ...]:
    return tuple(kind(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines())


def _write(path: Path, lines: Iterable[SearchLine] | Iterable[AnswerLine]) -> None:
    written = [json.dumps(asdict(line), ensure_ascii=False) + "\n" for line in lines]
    write_durably(path, "".join(written).encode())
