"""Lanes: bounded threads, and blocking generators read by the event loop."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Generator, Iterator

import pytest

from engine.engine import Sampling
from server.interruptible import Interruptible
from server.lanes import AHEAD, Lane
from server.problems import TooBusy, TooSlow
from tests.waiting import LONGEST, within


def count(to: int, closed: threading.Event) -> Generator[int, None, None]:
    """0, 1, ... and then ZeroDivisionError; `closed` is set in the end."""
    try:
        yield from range(to)
        raise ZeroDivisionError
    finally:
        closed.set()


def test_a_stream_hands_over_items_and_then_the_error() -> None:
    """In the order in which the generator made them, and the generator is closed."""
    closed = threading.Event()

    async def read() -> list[int]:
        stream = lane.start(lambda: count(3, closed), 10)
        items = [await anext(stream), await anext(stream), await anext(stream)]
        with pytest.raises(ZeroDivisionError):
            await anext(stream)
        return items

    lane = Lane("test", 1)
    assert asyncio.run(read()) == [0, 1, 2]
    lane.close()
    assert closed.is_set()


def test_closing_a_stream_closes_the_generator() -> None:
    """A reader that leaves after the first item stops what would go on for a billion."""
    closed = threading.Event()

    async def read() -> int:
        stream = lane.start(lambda: count(10**9, closed), 10)
        first = await anext(stream)
        stream.close()
        return first

    lane = Lane("test", 1)
    assert asyncio.run(read()) == 0
    lane.close()
    assert closed.is_set()


def test_a_full_lane_refuses() -> None:
    """One thread and one waiting place: the third is refused, and after that there is room again."""
    gate = threading.Event()

    async def crowd() -> list[bool]:
        first, second = asyncio.ensure_future(lane.run(gate.wait)), asyncio.ensure_future(lane.run(gate.wait))
        await asyncio.sleep(0)
        with pytest.raises(TooBusy, match="too many tests at the same time"):
            await lane.run(gate.wait)
        gate.set()
        return [await first, await second, await lane.run(gate.wait)]

    lane = Lane("tests", 1, 1)
    assert asyncio.run(crowd()) == [True, True, True]
    lane.close()


def test_batch_work_takes_half_of_the_room() -> None:
    """Of four places it gets two; people get the others."""
    gate = threading.Event()

    def one() -> Generator[bool, None, None]:
        yield gate.wait(LONGEST)

    async def crowd() -> list[bool]:
        streams = [lane.start(one, 30, batch=True) for _ in range(2)]
        with pytest.raises(TooBusy):
            lane.start(one, 30, batch=True)
        streams += [lane.start(one, 30) for _ in range(2)]
        with pytest.raises(TooBusy):
            lane.start(one, 30)
        gate.set()
        return [await anext(stream) for stream in streams]

    lane = Lane("tests", 4)
    assert asyncio.run(crowd()) == [True] * 4
    lane.close()


def test_threads_of_a_lane_step_back() -> None:
    """By so much behind the thread that made the lane, where threads have a niceness of their own."""

    async def asked() -> int:
        return await lane.run(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    lane = Lane("tests", 1, niceness=2)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert asyncio.run(asked()) == (min(19, own + 2) if sys.platform == "linux" else own)
    assert os.getpriority(os.PRIO_PROCESS, 0) == own
    lane.close()


def test_what_would_not_end_in_time_is_refused() -> None:
    """A piece of work took 0.2 s, so a second one beside another is not to be expected within 0.01 s; alone it is
    tried, as things may have changed."""

    async def crowd() -> list[bool]:
        gate = threading.Event()
        begun = [await lane.run(lambda: threading.Event().wait(0.2))]
        first = asyncio.ensure_future(lane.run(gate.wait))
        await asyncio.sleep(0)
        with pytest.raises(TooBusy) as refused:
            await lane.run(gate.wait)
        gate.set()
        assert refused.value.retry_after >= 1
        return [*begun, await first]

    lane = Lane("tests", 4, seconds=0.01)
    assert asyncio.run(crowd()) == [False, True]
    lane.close()


def test_a_stream_that_takes_too_long_ends() -> None:
    """Although the generator itself hangs."""
    gate = threading.Event()

    def hanging() -> Generator[int, None, None]:
        gate.wait(LONGEST)
        yield 1

    async def read() -> None:
        with pytest.raises(TooSlow, match=r"within 0\.01 s"):
            await anext(lane.start(hanging, 0.01))

    lane = Lane("test", 1)
    asyncio.run(read())
    gate.set()
    lane.close()


def test_closing_a_stream_interrupts_what_its_generator_waits_for() -> None:
    """A generation that has not come to its first token is cancelled from the event loop's thread."""
    waiting, closed = threading.Event(), threading.Event()

    class Waiting:
        """A generation that ends when it is cancelled, and not before."""

        cancel = closed.set

    class Engine:
        """Says that it was asked."""

        model, context = "fake", 1

        def generate(self, messages: object, sampling: object, caller: object) -> Waiting:
            return Waiting()

    def answer() -> Generator[str, None, None]:
        Interruptible(Engine()).generate([], Sampling())  # type: ignore[arg-type]
        waiting.set()
        closed.wait(LONGEST)
        yield "never read"

    async def leave() -> None:
        stream = lane.start(answer, 60)
        await asyncio.to_thread(waiting.wait, LONGEST)
        stream.close()

    lane = Lane("test", 1)
    asyncio.run(leave())
    lane.close()
    assert closed.is_set()


def test_a_generator_does_not_run_far_ahead_of_its_reader() -> None:
    """Where nobody reads, a generator that would go on for ever waits, and `close` ends it."""
    made: list[int] = []
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                made.append(len(made))
                yield made[-1]
        finally:
            closed.set()

    async def read_little() -> list[int]:
        stream = lane.start(endless, 60)
        first = [await anext(stream) for _ in range(3)]
        assert await asyncio.to_thread(within, LONGEST, lambda: len(made) >= AHEAD + 3)
        stream.close()
        return first

    lane = Lane("questions", 1)
    assert asyncio.run(read_little()) == [0, 1, 2]
    assert closed.wait(LONGEST)
    assert len(made) <= AHEAD + 5
    lane.close()
