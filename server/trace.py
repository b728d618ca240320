"""`Trace`: what belongs to one request wherever it is worked on: its id, and the stages it went through.

It stands in a context variable, which lanes carry into their threads. It knows nothing of who reads it.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field

_TRACEPARENT = re.compile(r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
SAMPLED = 1
"""The bit of the flags that asks for the trace to be recorded."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a request's time, in nanoseconds since 1970."""

    name: str
    began: int
    ended: int


@dataclass(frozen=True, slots=True)
class Trace:
    """`id` is 32 hexadecimal digits, `parent` the caller's own span (16 digits), "" where the request begins here.

    `sampled` is whether the caller wants it recorded.
    """

    id: str
    parent: str = ""
    sampled: bool = True
    began: int = field(default_factory=time.time_ns)
    stages: list[Stage] = field(default_factory=list)

    @classmethod
    def of(cls, traceparent: str) -> Trace:
        """The trace that a W3C `traceparent` header names, or a new one where there is no valid header."""
        found = _TRACEPARENT.fullmatch(traceparent)
        if found is None or (found[1] == "00" and found[5]):  # only later versions may say more
            return cls(secrets.token_hex(16))
        return cls(found[2], found[3], bool(int(found[4], 16) & SAMPLED))

    def answered(self, timings_ms: Mapping[str, float]) -> None:
        """Note the stages of an answer that has just been finished, from its `timings_ms`."""
        began = time.time_ns() - _ns(timings_ms.get("total", 0.0))
        found = began + _ns(timings_ms.get("retrieve", 0.0))
        self.stages.append(Stage("retrieve", began, found))
        self.stages.append(Stage("generate", found, began + _ns(timings_ms.get("total", 0.0))))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Note the time that the block takes."""
        began = time.time_ns()
        try:
            yield
        finally:
            self.stages.append(Stage(name, began, time.time_ns()))


def _ns(milliseconds: float) -> int:
    return int(milliseconds * 1_000_000)


NONE = Trace("", began=0)
_current: ContextVar[Trace] = ContextVar("trace", default=NONE)


def current_trace() -> Trace:
    """The trace of the request that is being worked on here; outside of any one without an id."""
    return _current.get()


def trace_id() -> str:
    """Its id, "" outside of any request."""
    return _current.get().id


def begin(trace: Trace) -> Token[Trace]:
    """Make it the current one, until `end`."""
    return _current.set(trace)


def end(token: Token[Trace]) -> None:
    """What was current before is so again."""
    _current.reset(token)
