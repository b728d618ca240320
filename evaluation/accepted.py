"""`Accepted`: the figures of each set that were accepted last, and the gate that finds what has dropped since.

A run of N questions of a set is held against figures of the same N.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evaluation.run import FUSED
from evaluation.summary import COUNTS, better
from index.disk import reason, write_durably
from index.errors import BadRequest

NAME = "accepted.json"
HELD = {
    "handled": 0.02,
    "correct": 0.02,
    "unanswerable_refused": 0.02,
    "answerable_refused": 0.02,
    "source_in_top_5": 0.01,
    "citation_precision": 0.03,
    "citation_recall": 0.03,
    "right_language": 0.01,
    "contains_gold": 0.02,
    "nDCG@10": 0.01,
    "RR": 0.015,
    "hit@5": 0.01,
    "R@10": 0.01,
    "rows_exact": 0.0,
    "grounded": 0.0,
    "quotes_verbatim": 0.0,
    "unsupported_numbers": 0.0,
    "free_of_markup": 0.0,
    "nothing_forbidden": 0.0,
}
"""The figures that the gate holds, and how much each may drop. Where that is above 0 one question at least may flip, as
the numeric forms of the models round differently on different machines. Promises may not drop at all."""


def key(name: str, limit: int) -> str:
    """What a set's figures are filed under."""
    return f"{name}@{limit}" if limit else name


def read_accepted(path: Path) -> dict[str, Any]:
    """The accepted figures by key; none where there is no such file. Raises BadRequest for one that is no such file."""
    try:
        sets = json.loads(path.read_bytes())["sets"]
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadRequest(f"the accepted figures {path} cannot be read: {reason(error)}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadRequest(f"{path} does not hold accepted figures ({error}); write it anew with --accept") from error
    if not isinstance(sets, dict):
        raise BadRequest(f"{path} does not hold accepted figures; write it anew with --accept")
    return sets


def accept(path: Path, about: Mapping[str, Any], sets: Mapping[str, Mapping[str, Any]]) -> None:
    """File the held figures of these sets of a summary, beside those of other sets that are there."""
    kept = read_accepted(path)
    for name, one in sets.items():
        kept[key(name, one["limit"])] = {
            "accepted": about["created"],
            "cases": one["cases"],
            "model": about["model"],
            "embedder": about["embedder"],
            "figures": {figure: parts["value"] for figure, parts in held(one).items()},
        }
    text = json.dumps({"sets": dict(sorted(kept.items()))}, ensure_ascii=False, indent=2)
    write_durably(path, f"{text}\n".encode())


def require(path: Path, accepted: Mapping[str, Any], name: str, limit: int) -> None:
    """Raise BadRequest where no figures of a set are accepted."""
    if key(name, limit) not in accepted:
        which = f"{limit} questions of {name}" if limit else name
        raise BadRequest(f"{path} has no accepted figures of {which}; run this once with --accept instead of --gate")


def held(one: Mapping[str, Any]) -> dict[str, Any]:
    """Of a set's summary the figures that the gate holds."""
    figures = one["legs"].get(FUSED, {}).get("figures", {}) if one["kind"] == "retrieval" else one["figures"]
    return {name: figures[name] for name in HELD if name in figures}


def drops(name: str, one: Mapping[str, Any], accepted: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each figure of a set that is worse than accepted (KeyError where nothing is, see `require`)."""
    filed = accepted[key(name, one["limit"])]
    now = held(one)
    if one["cases"] != filed["cases"]:
        yield f"{name}: it has {one['cases']:,} questions, and had {filed['cases']:,} when figures were accepted"
    for figure, before in filed["figures"].items():
        if figure not in now:
            yield f"{name}, {figure}: it was {_shown(figure, before)}, and nothing is measured now"
            continue
        value, slack = now[figure]["value"], HELD.get(figure, 0.0)
        if slack:
            slack = max(slack, 1 / max(now[figure]["n"], 1))
        worse = value - before if better(figure) == "lower" else before - value
        if worse > slack + 1e-6:
            allowed = f", and may be {_shown(figure, slack)} off" if slack else ""
            yield f"{name}, {figure}: it was {_shown(figure, before)} and is {_shown(figure, value)}{allowed}"


def _shown(figure: str, value: float) -> str:
    return f"{value:.0f}" if figure in COUNTS else f"{value:.3f}"
