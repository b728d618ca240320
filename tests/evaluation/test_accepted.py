"""The gate of figures: what is filed, what may drop and what may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evaluation.accepted import accept, drops, read_accepted, require
from index.errors import BadRequest

ABOUT = {"created": "2026-12-01T10:00:00+01:00", "model": "tiny", "embedder": "small"}


def answers(limit: int = 0, **values: float) -> dict[str, Any]:
    figures = {name: {"value": value, "low": value, "high": value, "n": 50} for name, value in values.items()}
    return {"kind": "answers", "limit": limit, "cases": 50, "figures": figures}


def told(before: dict[str, Any], now: dict[str, Any], tmp_path: Path) -> list[str]:
    path = tmp_path / "accepted.json"
    accept(path, ABOUT, {"business": before})
    return list(drops("business", now, read_accepted(path)))


def test_what_is_as_good_passes(tmp_path: Path) -> None:
    """Equal, better, and one question of fifty that flipped; figures that are not held do not matter."""
    before = answers(handled=0.8, right_language=1.0, unsupported_numbers=1, answerable_refused=0.04, f1=0.5)
    assert told(before, before, tmp_path) == []
    better = answers(handled=0.9, right_language=1.0, unsupported_numbers=0, answerable_refused=0.0, f1=0.1)
    assert told(before, better, tmp_path) == []
    flipped = answers(handled=0.78, right_language=0.98, unsupported_numbers=1, answerable_refused=0.06, f1=0.5)
    assert told(before, flipped, tmp_path) == []


def test_what_dropped_is_told(tmp_path: Path) -> None:
    """A sentence for each, with both values; a promise may not drop at all, a count may not rise."""
    before = answers(handled=0.8, grounded=1.0, unsupported_numbers=0, answerable_refused=0.0, rows_exact=1.0)
    now = answers(handled=0.76, grounded=0.98, unsupported_numbers=1, answerable_refused=0.06)
    assert told(before, now, tmp_path) == [
        "business, handled: it was 0.800 and is 0.760, and may be 0.020 off",
        "business, answerable_refused: it was 0.000 and is 0.060, and may be 0.020 off",
        "business, rows_exact: it was 1.000, and nothing is measured now",
        "business, grounded: it was 1.000 and is 0.980",
        "business, unsupported_numbers: it was 0 and is 1",
    ]
    assert told(before, before | {"cases": 49}, tmp_path) == [
        "business: it has 49 questions, and had 50 when figures were accepted"
    ]


def test_the_figures_of_search_are_those_of_the_product(tmp_path: Path) -> None:
    """Of several ways to search, the fused one is held."""

    def one(fused: float) -> dict[str, Any]:
        def legs(value: float) -> dict[str, Any]:
            return {"figures": {"nDCG@10": {"value": value, "low": 0, "high": 1, "n": 1000}}}

        return {"kind": "retrieval", "limit": 0, "cases": 1000, "legs": {"fused": legs(fused), "dense": legs(0.1)}}

    assert told(one(0.7), one(0.695), tmp_path) == []
    assert told(one(0.7), one(0.65), tmp_path) == ["business, nDCG@10: it was 0.700 and is 0.650, and may be 0.010 off"]


def test_parts_of_a_set_are_filed_by_themselves(tmp_path: Path) -> None:
    """Other sets stay; without figures of as many questions there is nothing to hold against."""
    path = tmp_path / "accepted.json"
    assert read_accepted(path) == {}
    accept(path, ABOUT, {"business": answers(handled=0.8)})
    accept(path, ABOUT, {"business": answers(limit=12, handled=0.5)})
    filed = read_accepted(path)
    assert {name: one["figures"] for name, one in filed.items()} == {
        "business": {"handled": 0.8},
        "business@12": {"handled": 0.5},
    }
    assert filed["business"]["accepted"] == "2026-12-01T10:00:00+01:00"
    require(path, filed, "business", 12)
    with pytest.raises(BadRequest, match=r"no accepted figures of 13 questions of business; run this once with"):
        require(path, filed, "business", 13)
    path.write_text("[]")
    with pytest.raises(BadRequest, match="write it anew with --accept"):
        read_accepted(path)
