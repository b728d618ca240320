"""`LateEngine`: a `LlamaEngine` that is opened when something is first asked of it, or ahead, when told to warm up.

A model that few questions need then costs neither time at the start nor memory before. One that cannot be opened
fails each request and nothing else.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.engine import NOBODY, Caller, EngineFailed, EngineTooSlow, Message, Sampling
from engine.engine_stats import EngineStats
from engine.llama.engine import LlamaEngine, LlamaGeneration
from index.errors import XuanjiError

_log = logging.getLogger("xuanji.engine")


class LateEngine:
    """The engine that `opening` returns. `model` and `context` are what is expected of it until then.

    Safe for any number of threads: the first who asks has it opened in a thread of its own, once, and everybody waits
    for it, at most his caller's `seconds`. Where that fails, it is logged once and every request raises `EngineFailed`.
    """

    def __init__(self, model: str, context: int, opening: Callable[[], LlamaEngine]) -> None:
        self.model, self.context = model, context
        self._opening = opening
        self._lock = threading.Lock()
        self._begun = False
        self._settled = threading.Event()  # it is open, or never will be
        self._engine: LlamaEngine | None = None
        self._why = ""

    def warm(self) -> None:
        """Begin to open it now, and return at once."""
        with self._lock:
            if self._begun or self._settled.is_set():
                return
            self._begun = True
        threading.Thread(target=self._open, daemon=True, name=f"opening {self.model}").start()

    def generate(self, messages: Sequence[Message], sampling: Sampling, caller: Caller = NOBODY) -> LlamaGeneration:
        """As of the engine itself, once it is open. Raises `EngineFailed` where it cannot be opened or was closed, and
        `EngineTooSlow`."""
        began = time.monotonic()
        engine = self._opened(caller.seconds)
        left = caller.seconds - (time.monotonic() - began)
        return engine.generate(messages, sampling, replace(caller, seconds=left))

    def count(self, text: str) -> int:
        """How many tokens `text` is for this model. Raises `EngineFailed` as `generate` does."""
        return self._opened().count(text)

    def stats(self) -> EngineStats:
        """What the engine has done; nothing before it was opened."""
        engine = self._engine
        return engine.stats() if engine else EngineStats()

    def close(self, drain: float = 0.0) -> None:
        """As of the engine itself. One that is just being opened is closed as soon as it is open; nobody waits."""
        with self._lock:
            engine, self._engine = self._engine, None
            self._why = "the language model has been closed"
            self._settled.set()
        if engine:
            engine.close(drain)

    def _opened(self, seconds: float = math.inf) -> LlamaEngine:
        self.warm()
        if not self._settled.wait(min(seconds, threading.TIMEOUT_MAX)):
            raise EngineTooSlow(f"the language model was not open within {seconds:g} s")
        engine = self._engine
        if engine is None:
            raise EngineFailed(self._why)
        return engine

    def _open(self) -> None:
        engine, why = None, ""
        try:
            engine = self._opening()
        except XuanjiError as error:
            why = f"the language model {self.model} cannot be opened: {error}"
            _log.warning("%s", why)
        except Exception as error:  # noqa: BLE001 - the border of a thread: those who wait must be told
            why = f"the language model {self.model} cannot be opened: {error!r}"
            _log.exception("%s", why)
        with self._lock:
            closed = self._settled.is_set()
            if not closed:
                self._engine, self._why = engine, why
                self.context = engine.context if engine else self.context
                self._settled.set()
        if closed and engine:
            engine.close()
