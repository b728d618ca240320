"""`Lane`: a bounded set of threads in which blocking work of one kind runs, so that no kind waits for another.

The event loop itself never runs anything that blocks: it hands work to a lane and awaits what comes back.
"""

from __future__ import annotations

import asyncio
import math
import os
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from functools import partial
from typing import Any, Generic, TypeVar

from engine.pace import Pace
from server.problems import TooBusy, TooSlow

T = TypeVar("T")

AHEAD = 64
"""Items that a generator may be ahead of its reader."""


class Lane:
    """At most `threads` pieces of work at once and `waiting` more; the next is refused with TooBusy, and so is one that
    would not end within `seconds`, as things go. `niceness` is how far its threads step back behind the event loop,
    where the system has that (Linux)."""

    def __init__(self, name: str, threads: int, waiting: int = 0, seconds: float = math.inf, niceness: int = 0) -> None:
        self.name = name
        self._threads = threads
        self._room = threads + waiting
        self._seconds = seconds
        self._inside = 0
        self._pace = Pace()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(threads, name, partial(_step_back, niceness))

    @property
    def running(self) -> int:
        """How many pieces of work have a thread."""
        return min(self._inside, self._threads)

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return max(0, self._inside - self._threads)

    async def run(self, work: Callable[[], T]) -> T:
        """The result of a blocking call."""
        return await asyncio.wrap_future(self._submit(work, self._room))

    def start(self, make: Callable[[], Iterator[T]], seconds: float, *, batch: bool = False) -> Stream[T]:
        """Begin to run a blocking generator, which is made and closed in one thread. `batch` work is refused where half
        of the room is taken, so that it never fills it."""
        stream: Stream[T] = Stream(seconds)
        try:
            self._submit(lambda: stream.work(make), self._room // 2 if batch else self._room)
        except TooBusy:
            stream.close()  # or its deadline would hold it for as long as an answer may take
            raise
        return stream

    def _submit(self, work: Callable[[], Any], room: int) -> Future[Any]:
        with self._lock:
            late = self._inside and self._pace.interval * (self._inside + 1) > self._seconds
            if late or self._inside >= max(1, room):
                raise TooBusy(self.name, self._retry_after())
            if not self._inside:
                self._pace.begin()
            self._inside += 1
        future = self._pool.submit(copy_context().run, work)  # the thread works for the same request
        future.add_done_callback(self._leave)
        return future

    def _leave(self, _: Future[Any]) -> None:
        with self._lock:
            self._inside -= 1
            self._pace.end()

    def _retry_after(self) -> int:
        # a place is free when the next piece of work ends; all that wait will try for it, so half of them are let pass
        return max(1, math.ceil(self._pace.interval * self._inside / 2))

    def close(self) -> None:
        """Refuse what waits and wait for what runs."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _step_back(niceness: int) -> None:
    if niceness and sys.platform == "linux":  # there each thread has a niceness of its own
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + niceness)


class Stream(Generic[T]):
    """The items of a blocking generator, as an async iterator. It is made by a Lane and belongs to one event loop.

    `close` lets the generator be closed after the item it is working on, and interrupts what that waits for. After
    `seconds` the iteration raises TooSlow; an error of the generator is raised where its next item would have come.
    """

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._stop = threading.Event()
        self._room = threading.Semaphore(AHEAD)
        self._when_closed: list[Callable[[], None]] = []
        late = TooSlow(f"the answer was not finished within {seconds:g} s (setting ask_seconds)")
        self._deadline = self._loop.call_later(seconds, self._end, late)

    def work(self, make: Callable[[], Iterator[T]]) -> None:
        """Run the generator to its end, or until `close`; called in a thread of the lane."""
        _current.set(self)
        try:
            items = make()
            try:
                while not self._stop.is_set():
                    self._put("item", next(items))
            finally:
                if isinstance(items, Generator):
                    items.close()
        except StopIteration:
            self._put("end", None)
        except BaseException as error:  # noqa: BLE001 - the border of a worker: the reader of the stream raises it
            self._put("error", error)

    def _put(self, kind: str, value: Any) -> None:
        # a generator must not run far ahead of a client that reads slowly or not at all
        while kind == "item" and not self._room.acquire(timeout=0.2):
            if self._stop.is_set():
                return
        try:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, (kind, value))
        except RuntimeError:  # the loop has ended, and with it everyone who could read this
            self._stop.set()

    def _end(self, error: Exception) -> None:
        self.close()
        self._queue.put_nowait(("error", error))

    def close(self) -> None:
        """Stop; may be called more than once, and after the end."""
        self._deadline.cancel()
        self._stop.set()
        self._room.release()  # the generator may be waiting for room; it looks up now
        while self._when_closed:
            self._when_closed.pop()()

    def when_closed(self, interrupt: Callable[[], None]) -> None:
        """Have `interrupt` called at `close`, so that work which is waiting for something gives up; thread-safe."""
        self._when_closed.append(interrupt)
        if self._stop.is_set():  # it may have been closed a moment ago
            interrupt()

    def __aiter__(self) -> Stream[T]:
        return self

    async def __anext__(self) -> T:
        kind, value = await self._queue.get()
        if kind == "item":
            self._room.release()
            item: T = value
            return item
        self.close()
        if kind == "error":
            raise value
        raise StopAsyncIteration


_current: ContextVar[Stream[Any] | None] = ContextVar("stream", default=None)


def current_stream() -> Stream[Any] | None:
    """The stream whose generator is running in this thread, if one is."""
    return _current.get()
