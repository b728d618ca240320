"""`LlamaEngine`: an `Engine` on a GGUF file, which runs in a process of its own and serves many at once.

This is the callers' side: the waiting room's bounds, the pipe, and what happens where the process ends or stands still.
"""

from __future__ import annotations

import contextlib
import logging
import math
import multiprocessing
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any

from engine.chat_template import ChatTemplate
from engine.engine import NOBODY, Caller, EngineBusy, EngineFailed, Message, PromptTooLong, Sampling, Usage
from engine.engine_stats import EngineStats
from engine.gguf_model import GgufModel
from engine.llama.loop import Told
from engine.llama.worker import Request, Withdrawn, work
from engine.pace import Pace
from index.errors import ModelUnusable, XuanjiError

_log = logging.getLogger("xuanji.engine")

WEDGED = 120.0
"""Seconds without a step while somebody is served, after which the process is ended and begun anew."""
BEGIN = 600.0
"""Seconds that opening a model may take: a big one is read from the disk."""


class _News:
    """What the engine tells of one request. The engine holds this and not the generation, so that one which its caller
    has dropped ends by itself."""

    def __init__(self, number: int, prompt: int) -> None:
        self.number = number
        self.usage = Usage(prompt_tokens=prompt)
        self.told: queue.SimpleQueue[Told] = queue.SimpleQueue()

    def put(self, told: Told) -> None:
        """Hand it to the caller's side."""
        self.usage = told.usage
        self.told.put(told)

    def end(self, error: XuanjiError | None = None) -> None:
        """Nothing follows."""
        self.put(Told(self.number, self.usage, ended=True, error=error))


class LlamaGeneration:
    """One request on its way through a `LlamaEngine`, for its caller's thread."""

    def __init__(self, engine: LlamaEngine, news: _News) -> None:
        self._engine, self._news = engine, news
        self._first: Told | None = None
        self._ended = False

    def __iter__(self) -> LlamaGeneration:
        return self

    def __next__(self) -> str:
        while not self._ended:
            told, self._first = self._first or self._news.told.get(), None
            self._ended = told.ended
            if told.text:
                return told.text
            if told.error is not None:
                raise told.error
        raise StopIteration

    @property
    def usage(self) -> Usage:
        """Counts so far; final once the iteration has ended."""
        return self._news.usage

    def waiting(self) -> Iterator[int]:
        """How many are served before this one, at once and at every change, until its own turn has come."""
        while not self._ended and self._first is None:
            told = self._news.told.get()
            if told.place >= 0:
                yield told.place
            else:
                self._first = told

    def cancel(self) -> None:
        """Stop within one step; the iteration ends."""
        self._engine.withdraw(self._news)

    close = cancel

    def __enter__(self) -> LlamaGeneration:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cancel()

    def __del__(self) -> None:  # a caller that hung up without closing must not hold a slot
        self.cancel()


class LlamaEngine:
    """Serves `slots` requests at once, each with `context` tokens; `waiting` more, of `waiting_tokens` prompt tokens
    together, may wait. `cache_mib`: memory for what was read before. `speculative_tokens` are guessed ahead where one
    or two are served: faster, and on a CPU near ties may fall otherwise. The other options are those of `GgufModel`.

    The process is begun at once, and anew where it ends or has made no step for `wedged` seconds; the requests that it
    served then fail, and only they. Raises `ModelUnusable` for a file that is no GGUF, damaged, or of an unknown kind,
    and `MissingPackage`.
    """

    def __init__(
        self,
        path: Path,
        *,
        context: int = 4096,
        threads: int = 0,
        gpu_layers: int | None = None,
        flash: bool = False,
        slots: int = 1,
        chunk: int = 512,
        kv: str = "F16",
        waiting: int = 8,
        waiting_tokens: int = 1_000_000,
        cache_mib: int = 512,
        speculative_tokens: int = 0,
        wedged: float = WEDGED,
    ) -> None:
        self._path = path
        self._options: dict[str, Any] = {
            "context": context,
            "threads": threads,
            "gpu_layers": gpu_layers,
            "flash": flash,
            "slots": slots,
            "chunk": chunk,
            "kv": kv,
        }
        self._cache, self._guesses, self._wedged = cache_mib << 20, speculative_tokens, wedged
        self._vocabulary = GgufModel(path, context=context, vocabulary_only=True)
        self._file = _identity(path)
        self.model = path.stem
        self._template = ChatTemplate(
            self._vocabulary.chat_template,
            bos=self._vocabulary.token_text("bos"),
            eos=self._vocabulary.token_text("eos"),
        )
        self._room, self._room_tokens = slots + waiting, waiting_tokens
        self._slots = slots
        self._lock = threading.RLock()  # a generation that is dropped withdraws itself, in whatever thread that happens
        self._beginning = threading.Lock()
        self._live: dict[int, _News] = {}
        self._number = 0
        self._closed = self._over = self._told_lost = False
        self._pace, self._step = Pace(), 0.0
        self._refused = self._restarts = 0
        self._stats = EngineStats(slots=slots)
        self._begin()

    def _begin(self) -> None:
        """Start the process and wait until it has opened the model."""
        spawn = _context()
        self._connection, theirs = spawn.Pipe()
        arguments = (theirs, self._path, self._options, self._cache, self._guesses)
        self._process = spawn.Process(target=work, args=arguments, daemon=True, name=f"llm {self.model}")
        self._process.start()
        theirs.close()
        try:
            said = self._connection.recv() if self._connection.poll(BEGIN) else None
        except (EOFError, OSError):
            said = None
        if not isinstance(said, int):
            self._process.kill()
            self._connection.close()
            raise said or ModelUnusable(f"{self._path}: its process ended while it was opened {_how(self._process)}")
        self.context = said
        self._step, self._told_lost = time.monotonic(), False
        listening = (self._connection, self._process)
        self._listener = threading.Thread(target=self._listen, args=listening, daemon=True, name="llm news")
        self._listener.start()

    def count(self, text: str) -> int:
        """How many tokens `text` is."""
        return len(self._vocabulary.tokenize(text))

    def prompt_tokens(self, messages: Sequence[Message]) -> list[int]:
        """The messages in the model's chat form, as tokens. No content can spell a control token."""
        safe = [Message(message.role, self._vocabulary.defuse(message.content)) for message in messages]
        return self._vocabulary.tokenize(self._template.render(safe), whole=True)

    def generate(self, messages: Sequence[Message], sampling: Sampling, caller: Caller = NOBODY) -> LlamaGeneration:
        """Queue a request. Raises `EngineBusy`, `PromptTooLong`, or `EngineFailed` when closed."""
        tokens = self.prompt_tokens(messages)
        if len(tokens) >= self.context:
            raise PromptTooLong(
                f"the prompt has {len(tokens)} tokens and the model's context holds {self.context}; "
                "shorten the question or the history"
            )
        self._restart_if_ended()
        with self._lock:
            if self._closed:
                raise EngineFailed("the language model has been closed")
            queued = sum(one.usage.prompt_tokens for one in list(self._live.values()))
            if len(self._live) >= self._room or (self._live and queued + len(tokens) > self._room_tokens):
                self._refused += 1
                raise EngineBusy(self._retry_after())
            self._number += 1
            if not self._live:
                self._step = time.monotonic()
                self._pace.begin()
            news = self._live[self._number] = _News(self._number, len(tokens))
            try:
                self._connection.send(Request(self._number, tokens, sampling, caller, self._template.stop))
            except OSError as error:
                del self._live[self._number]
                raise EngineFailed("the language model's process has just ended; ask again") from error
        return LlamaGeneration(self, news)

    def _retry_after(self) -> int:
        # a place is free when the next reply ends, but whoever waits already will try for it too: half the room's time
        # is when about half of them are through
        interval = self._pace.interval
        rest = max(0.0, interval - self._pace.since)
        return max(1, math.ceil(rest + interval * max(0, len(self._live) - self._slots) / 2))

    def withdraw(self, news: _News) -> None:
        """Take a request out: its slot is free for the next step."""
        with self._lock:
            if self._live.pop(news.number, None) is None:
                return
            with contextlib.suppress(OSError):  # the process has ended, and with it the request
                self._connection.send(Withdrawn(news.number))
        news.end()

    def stats(self) -> EngineStats:
        """What the engine does and has done since it was opened; counts begin anew where the process had to."""
        return replace(self._stats, restarts=self._restarts, refused=self._refused)

    def close(self, drain: float = 0.0) -> None:
        """Take no more requests, let those under way end within `drain` seconds, fail the rest, free the model."""
        with self._lock:
            self._closed = True
        end = time.monotonic() + drain
        while self._live and time.monotonic() < end:
            time.sleep(0.02)
        self._over = True
        self._fail("the language model has been closed")
        with self._lock, contextlib.suppress(OSError):  # the process has ended already
            self._connection.send(None)
        self._process.join(5)
        self._process.kill()
        self._process.join()
        self._listener.join(5)
        self._vocabulary.close()

    # the process

    def _listen(self, connection: Connection, process: BaseProcess) -> None:
        """A thread for each process: hands its news on, and sees that it ends or stands still. It alone closes the
        connection: closed by another, its descriptor could be the next process's while this one still reads."""
        try:
            while not self._over:
                if connection.poll(min(1.0, self._wedged / 4)):
                    news, self._stats = connection.recv()
                    self._step = time.monotonic()
                    for told in news:
                        self._hand(told)
                elif self._live and time.monotonic() - self._step > self._wedged:
                    process.kill()
        except (EOFError, OSError):
            if not self._over:
                self._lost(process)
        finally:
            with self._lock:  # nobody is sending
                connection.close()

    def _lost(self, process: BaseProcess) -> None:
        """A process has ended: once for each, by whoever sees it first."""
        process.join(5)
        with self._lock:
            if process is self._process and not self._told_lost:
                self._told_lost = True
                how = _how(process)
                _log.warning("the language model's process has ended %s; the next question begins a new one", how)
                self._fail(f"the language model's process ended {how} while it replied; ask again")

    def _hand(self, told: Told) -> None:
        with self._lock:
            news = self._live.pop(told.number, None) if told.ended else self._live.get(told.number)
            if told.ended and news is not None:
                self._pace.end()
        if news is not None:
            news.put(told)

    def _fail(self, why: str) -> None:
        with self._lock:
            live, self._live = self._live, {}
        for news in live.values():
            news.end(EngineFailed(why))

    def _restart_if_ended(self) -> None:
        with self._beginning:  # not the other lock: whoever leaves meanwhile must not wait until a model is open
            if self._closed or self._process.is_alive():
                return
            self._lost(self._process)
            if _identity(self._path) != self._file:
                raise EngineFailed(f"{self._path} is no longer the file that was opened; start the service anew")
            self._restarts += 1
            try:
                self._begin()
            except XuanjiError as error:
                raise EngineFailed(f"the language model cannot be opened again: {error}") from error


def _how(process: BaseProcess) -> str:
    code = process.exitcode or 0
    return f"({signal.Signals(-code).name})" if code < 0 else f"(exit code {code})"


def _context() -> SpawnContext | ForkServerContext:
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    return multiprocessing.get_context("forkserver")  # never forked from this process, which has threads


def _identity(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
