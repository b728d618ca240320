"""Whether a model may plan: asked once, kept beside the models, and no plan where it may not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from engine.engine import EngineFailed
from index.snapshot.home import Home
from server.parts import _planner_engine
from server.planning import RECORD, PlanningTrust
from server.settings import BadSetting, Settings


def counted(shares: list[float]) -> tuple[Callable[[], float], list[float]]:
    """A probe with these results, and what is left of them."""
    return (lambda: shares.pop(0)), shares


def test_it_is_asked_once_and_kept(tmp_path: Path) -> None:
    probe, left = counted([0.9, 0.1])
    assert PlanningTrust(tmp_path, "a.gguf 1 2", probe)()
    assert PlanningTrust(tmp_path, "a.gguf 1 2", probe)(), "known from the record"
    assert left == [0.1]
    assert not PlanningTrust(tmp_path, "b.gguf 1 2", probe)(), "another file is another model"
    assert orjson.loads((tmp_path / RECORD).read_bytes()) == {"a.gguf 1 2": 0.9, "b.gguf 1 2": 0.1}


def test_a_broken_record_is_found_out_anew(tmp_path: Path) -> None:
    (tmp_path / RECORD).write_text("{")
    probe, _ = counted([0.7])
    assert PlanningTrust(tmp_path, "a", probe)()


def test_a_model_that_has_ended_plans_nothing_and_is_asked_again(tmp_path: Path) -> None:
    calls: list[int] = []

    def probe() -> float:
        calls.append(1)
        if len(calls) == 1:
            raise EngineFailed("it has ended")
        return 1.0

    trust = PlanningTrust(tmp_path, "a", probe)
    assert not trust()
    assert trust()
    assert not (tmp_path / "other" / RECORD).exists()


def test_remote_needs_a_server(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="model_url names no server"):
        _planner_engine(Settings(home=tmp_path, planner_model="remote"), Home(tmp_path))
    engine = _planner_engine(
        Settings(home=tmp_path, planner_model="remote", model_url="http://127.0.0.1:9/v1", model_name="m"),
        Home(tmp_path),
    )
    assert engine is not None
    assert engine.model == "m"
    engine.close()
