"""An engine that is opened when it is first asked: once, whoever asks, and closed whenever that is."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.engine import Caller, EngineFailed, EngineTooSlow, Message, Sampling
from engine.late_engine import LateEngine
from engine.llama.engine import LlamaEngine
from tests.engine.small_gguf import Gguf
from tests.waiting import LONGEST, within

ASKED = [Message("user", "What is tea?")]
SHORT, LONG = Sampling(max_tokens=3), Sampling(max_tokens=400)


@pytest.fixture(scope="module")
def small(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first three layers of the default model."""
    return Gguf(gguf).cut(tmp_path_factory.mktemp("small") / "small.gguf", layers=3)


class Opening:
    """Opens the file, once it may, and keeps what it opened."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.may = threading.Event()
        self.may.set()
        self.opened: list[LlamaEngine] = []

    def __call__(self) -> LlamaEngine:
        assert self.may.wait(LONGEST)
        self.opened.append(LlamaEngine(self._path, context=256, slots=2, threads=1))
        return self.opened[-1]

    def ended(self) -> bool:
        """Whether the model was opened and its process has ended since."""
        return bool(self.opened) and not self.opened[0]._process.is_alive()


@pytest.fixture
def opening(small: Path) -> Opening:
    """Of a small real model."""
    return Opening(small)


@pytest.fixture
def late(opening: Opening) -> Iterator[LateEngine]:
    """Not yet open."""
    engine = LateEngine("small", 9999, opening)
    yield engine
    opening.may.set()
    engine.close()


def test_it_is_opened_once_by_whoever_asks_first(late: LateEngine, opening: Opening) -> None:
    """Nothing is opened before; eight who ask at once get what the engine itself replies, from one process."""
    assert (late.model, late.context, late.stats().steps, opening.opened) == ("small", 9999, 0, [])
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: "".join(late.generate(ASKED, SHORT)), range(8)))
    assert replies == ["".join(opening.opened[0].generate(ASKED, SHORT))] * 8
    assert len(opening.opened) == 1
    assert late.context == 256
    assert late.count("one two three") == opening.opened[0].count("one two three")
    assert late.stats().steps > 0


def test_warming_it_up_opens_it_before_anybody_asks(late: LateEngine, opening: Opening) -> None:
    """At once and in the background; a second time does nothing."""
    opening.may.clear()
    late.warm()
    late.warm()
    assert opening.opened == []
    opening.may.set()
    assert within(LONGEST, lambda: late.context == 256)
    assert len(opening.opened) == 1


def test_nobody_waits_for_it_longer_than_his_time(late: LateEngine, opening: Opening) -> None:
    """The first is told that it was too slow; the next one, who has time, is answered."""
    opening.may.clear()
    with pytest.raises(EngineTooSlow, match=r"not open within 0\.05 s"):
        late.generate(ASKED, SHORT, Caller(seconds=0.05))
    opening.may.set()
    assert "".join(late.generate(ASKED, SHORT)) != ""


def test_a_file_that_is_no_model_fails_every_request_and_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever asks is told why; it is not tried again."""
    path = tmp_path / "menu.gguf"
    path.write_text("Tea, 3.50 EUR")
    opening = Opening(path)
    late = LateEngine("menu", 256, opening)
    with caplog.at_level(logging.WARNING, "xuanji.engine"):
        for _ in range(3):
            with pytest.raises(EngineFailed, match=r"menu\.gguf: not a GGUF file"):
                late.generate(ASKED, SHORT)
        with pytest.raises(EngineFailed, match="not a GGUF file"):
            late.count("tea")
    assert len(caplog.records) == 1
    assert late.stats().steps == 0
    late.close()


def test_one_killed_while_it_replies_fails_that_reply_alone(late: LateEngine, opening: Opening) -> None:
    """The next is answered by a new process."""
    running = late.generate(ASKED, LONG)
    next(running)
    os.kill(opening.opened[0]._process.pid or 0, signal.SIGKILL)
    with pytest.raises(EngineFailed, match="SIGKILL"):
        list(running)
    assert "".join(late.generate(ASKED, SHORT)) != ""
    assert late.stats().restarts == 1


def test_closed_it_answers_nobody_and_leaves_no_process(late: LateEngine, opening: Opening) -> None:
    """Whether it was open or never asked for; closing it twice is no error."""
    "".join(late.generate(ASKED, SHORT))
    late.close()
    late.close()
    assert opening.ended()
    with pytest.raises(EngineFailed, match="has been closed"):
        late.generate(ASKED, SHORT)
    never = LateEngine("small", 256, opening)
    never.close()
    never.warm()
    with pytest.raises(EngineFailed, match="has been closed"):
        never.count("tea")
    assert len(opening.opened) == 1


def test_closed_while_it_opens_it_is_ended_as_soon_as_it_is_open(late: LateEngine, opening: Opening) -> None:
    """Who waits for it is told at once; closing does not wait."""
    opening.may.clear()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(late.generate, ASKED, SHORT)
        assert within(LONGEST, lambda: late._begun)
        late.close()
        with pytest.raises(EngineFailed, match="has been closed"):
            asked.result(LONGEST)
    assert opening.opened == []
    opening.may.set()
    assert within(LONGEST, opening.ended)
