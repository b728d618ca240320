"""What goes wrong around a model costs the requests that it served, and never the next one."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.engine import Caller, EngineBusy, EngineFailed, EngineTooSlow, Message, Sampling
from engine.llama.engine import LlamaEngine
from index.errors import XuanjiError
from tests.engine.small_gguf import Gguf
from tests.waiting import LONGEST

SHORT, LONG = Sampling(max_tokens=3), Sampling(max_tokens=400)


def ask(text: str) -> list[Message]:
    """A question without a system message."""
    return [Message("user", text)]


@pytest.fixture
def engine(gguf: Path) -> Iterator[LlamaEngine]:
    """An engine of its own, with two slots."""
    opened = LlamaEngine(gguf, context=512, slots=2, waiting=3, threads=1, wedged=3)
    yield opened
    opened.close()


def test_a_killed_process_fails_its_requests_and_is_begun_anew(engine: LlamaEngine) -> None:
    """Those that ran are told why, the next one is answered, and the restart is counted."""
    running = engine.generate(ask("Tell me everything about tea."), LONG)
    next(running)
    os.kill(engine._process.pid or 0, signal.SIGKILL)
    with pytest.raises(EngineFailed, match="SIGKILL"):
        list(running)
    assert "".join(engine.generate(ask("What is tea?"), SHORT)) != ""
    assert engine.stats().restarts == 1


def test_a_process_that_stands_still_is_ended_and_begun_anew(engine: LlamaEngine) -> None:
    """After `wedged` seconds without a step; nobody waits for ever."""
    running = engine.generate(ask("Tell me everything about tea."), LONG)
    next(running)
    os.kill(engine._process.pid or 0, signal.SIGSTOP)
    with pytest.raises(EngineFailed, match="SIGKILL"):
        list(running)
    assert "".join(engine.generate(ask("What is tea?"), SHORT)) != ""


def test_a_file_replaced_while_it_runs_changes_nothing_until_the_next_start(gguf: Path, tmp_path: Path) -> None:
    """Replies go on from the file that was opened; a process in its place is not begun on another file."""
    path = Path(shutil.copyfile(gguf, tmp_path / "model.gguf"))
    engine = LlamaEngine(path, context=256, threads=1)
    before = "".join(engine.generate(ask("What is tea?"), SHORT))
    shutil.copyfile(gguf, tmp_path / "new.gguf")
    (tmp_path / "new.gguf").replace(path)
    assert "".join(engine.generate(ask("What is tea?"), SHORT)) == before
    os.kill(engine._process.pid or 0, signal.SIGKILL)
    engine._process.join(LONGEST)
    with pytest.raises(EngineFailed, match=r"model\.gguf is no longer the file"):
        engine.generate(ask("What is tea?"), SHORT)
    engine.close()


@pytest.mark.parametrize(
    "schema", ['{"enum": []}', '{"not": {}}', '{"type": "string", "minLength": 5, "maxLength": 2}', "{", '"x"']
)
def test_a_schema_that_nothing_satisfies_costs_its_own_request(engine: LlamaEngine, schema: str) -> None:
    """It ends, with an error or without a word; one beside it and the next are answered by the same process."""
    beside = engine.generate(ask("What is tea?"), SHORT)
    with engine.generate(ask("What is tea?"), Sampling(max_tokens=8, json_schema=schema)) as generation:
        try:
            told = "".join(generation)
        except XuanjiError as error:
            told = str(error)
    assert "schema" in told or len(told) < 80
    assert "".join(beside) == "".join(engine.generate(ask("What is tea?"), SHORT)) != ""
    assert engine.stats().restarts == 0


def test_scores_that_are_no_numbers_are_told(gguf: Path, tmp_path: Path) -> None:
    """A file with infinite weights, whose products are NaN: every request ends with an error that says so."""
    path = Path(shutil.copyfile(gguf, tmp_path / "model.gguf"))
    with path.open("r+b") as file:
        file.seek(next(one.start for one in Gguf(gguf).tensors if one.name == "output_norm.weight"))
        file.write(np.full(576, np.inf, np.float32).tobytes())
    engine = LlamaEngine(path, context=256, slots=2, threads=1)
    for sampling in (SHORT, Sampling(max_tokens=3, temperature=1.0)):
        with pytest.raises(EngineFailed, match="no numbers"):
            list(engine.generate(ask("What is tea?"), sampling))
    assert engine.stats().restarts == 0
    engine.close()


def test_ten_thousand_tiny_requests_are_answered_or_refused_at_once(engine: LlamaEngine) -> None:
    """Five find a place, the others are told when to come back; then all places are free again."""
    taken, refusals = [], []
    for _ in range(10_000):
        try:
            taken.append(engine.generate(ask("tea?"), Sampling(max_tokens=1)))
        except EngineBusy as busy:
            refusals.append(busy.retry_after)
    assert all(len(list(one)) <= 1 for one in taken)
    assert len(taken) + len(refusals) == 10_000
    assert len(refusals) > 9000
    assert min(refusals) >= 1
    "".join(engine.generate(ask("tea?"), SHORT))
    stats = engine.stats()
    assert (stats.running, stats.waiting, stats.refused) == (0, 0, len(refusals))


def test_prompts_that_wait_are_bounded_by_their_tokens_too(gguf: Path) -> None:
    """A place is free, and still a prompt is refused that is too much for the room."""
    engine = LlamaEngine(gguf, context=512, slots=1, waiting=9, waiting_tokens=300, threads=1)
    first = engine.generate(ask("word " * 200), LONG)
    with pytest.raises(EngineBusy):
        engine.generate(ask("word " * 200), SHORT)
    small = engine.generate(ask("tea?"), SHORT)
    first.cancel()
    assert "".join(small) != ""
    engine.close()


def test_who_never_reads_holds_nobody_up(engine: LlamaEngine) -> None:
    """Its reply is made and kept; others are answered meanwhile."""
    silent = engine.generate(ask("Tell me about tea."), Sampling(max_tokens=40))
    assert "".join(engine.generate(ask("What is tea?"), SHORT)) != ""
    assert len("".join(silent)) > 40


def test_who_drops_a_reply_without_a_word_holds_no_slot(engine: LlamaEngine) -> None:
    """Neither closed nor read to its end: it is withdrawn when nobody has it any more."""
    dropped = engine.generate(ask("Tell me everything about tea."), LONG)
    next(dropped)
    del dropped
    assert "".join(engine.generate(ask("What is tea?"), SHORT)) != ""
    assert engine.stats().running == 0


def test_a_process_killed_while_nobody_asks_is_begun_anew_at_once(engine: LlamaEngine) -> None:
    """However soon the next question comes, it is answered and not taken for a lost one."""
    for restarts in (1, 2, 3):
        os.kill(engine._process.pid or 0, signal.SIGKILL)
        engine._process.join(LONGEST)
        assert "".join(engine.generate(ask("What is tea?"), SHORT)) != ""
        assert engine.stats().restarts == restarts


def test_who_waits_is_told_his_place(gguf: Path) -> None:
    """At once and at every change, until his turn has come."""
    engine = LlamaEngine(gguf, context=512, slots=1, waiting=3, threads=1)
    running = engine.generate(ask("Tell me everything about tea."), LONG)
    next(running)
    second, third = (engine.generate(ask("And then?"), SHORT) for _ in range(2))
    places = third.waiting()
    assert next(places) == 1
    running.cancel()
    assert "".join(second) != ""
    assert list(places) == [0]
    assert "".join(third) != ""
    engine.close()


def test_a_reply_ends_at_its_callers_time(engine: LlamaEngine) -> None:
    """What was made until then is told, and then the error."""
    with pytest.raises(EngineTooSlow, match=r"0\.2 s"):
        list(engine.generate(ask("Tell me everything about tea."), LONG, Caller(seconds=0.2)))
    assert "".join(engine.generate(ask("What is tea?"), SHORT)) != ""


def test_closing_lets_replies_end_within_its_time(gguf: Path) -> None:
    """With time to drain, who runs is served to the end."""
    engine = LlamaEngine(gguf, context=256, slots=2, threads=1)
    running = engine.generate(ask("What is tea?"), Sampling(max_tokens=5))
    engine.close(drain=30)
    assert "".join(running) != ""
    assert running.usage.completion_tokens == 5
