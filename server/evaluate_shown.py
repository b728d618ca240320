"""What a terminal shows of an evaluation: a table for each set, and what differs from an earlier run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evaluation.summary import ABOUT, AIMS, COUNTS
from server.talk import plain

COLUMNS = ("nDCG@10", "RR", "hit@1", "hit@5", "R@10", "R@100")
SURE = 0.05
"""Chance below which a difference is called one."""


def show_run(summary: Mapping[str, Any]) -> None:
    """Every set of a run, its figures with their intervals."""
    for name, one in summary["sets"].items():
        print(plain(f"{name}: {one['cases']:,} questions in {one['seconds']:.0f} s"))
        if one["kind"] == "retrieval":
            _show_searches(one)
        else:
            _show_answers(one)
        print()


def _show_searches(one: Mapping[str, Any]) -> None:
    print("  " + " " * 22 + "".join(f"{column:>10}" for column in COLUMNS))
    for legs, found in one["legs"].items():
        rows = {legs: found["figures"]} | {f"  {way}": figures for way, figures in found["directions"].items()}
        for title, figures in rows.items() if len(found["directions"]) > 1 else [(legs, found["figures"])]:
            cells = "".join(f"{figures[column]['value']:>10.3f}" if figures else f"{'-':>10}" for column in COLUMNS)
            print(plain(f"  {title:22}{cells}"))
    for legs, measures in one["against_legs"].items():
        if measures["nDCG@10"]:
            print(f"  fused against {legs}: {_difference(measures['nDCG@10'])}")
    for legs, measures in one.get("compared", {}).items():
        if measures["nDCG@10"]:
            print(f"  {legs} against the earlier run: {_difference(measures['nDCG@10'])}")


def _show_answers(one: Mapping[str, Any]) -> None:
    for name, figure in one["figures"].items():
        aim = f"   aim {AIMS[name]:g}" if name in AIMS else ""
        if name in COUNTS:
            print(f"  {name:22} {figure['value']:>6.0f}{'':18}{aim:12} {ABOUT[name]}")
        else:
            interval = f"{figure['low']:.3f} to {figure['high']:.3f}"
            print(f"  {name:22} {figure['value']:>6.3f}  {interval:16}{aim:12} {ABOUT[name]} ({figure['n']:,})")
    for part in ("kinds", "languages"):
        shares = [
            f"{name} {figures['handled']['value']:.2f} of {figures['handled']['n']}"
            for name, figures in one[part].items()
        ]
        print(plain(f"  handled by {part[:-1]}: {', '.join(shares)}"))
    if difference := (one.get("compared") or {}).get("handled"):
        print(f"  handled, against the earlier run: {_difference(difference)}")


def _difference(found: Mapping[str, Any]) -> str:
    sure = "" if found["p"] < SURE else ", which chance may do"
    changed = f"{found['better']:,} better, {found['worse']:,} worse of {found['n']:,}"
    return f"{found['before']:.3f} -> {found['now']:.3f} ({changed}; p = {found['p']:.4f}{sure})"
