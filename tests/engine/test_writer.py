"""Texts that a model writes are remembered by their prompt, for each tenant, and a failure is none."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.engine import NOBODY, Caller, EngineFailed, EngineTooSlow, Generation, Message, Sampling
from engine.llama.engine import LlamaEngine
from engine.writer import Writer

SHORT = Sampling(max_tokens=1, grammar='root ::= "Yes" | "No"')


def ask(text: str) -> list[Message]:
    return [Message("user", text)]


class Counting:
    """A real engine that counts what it is asked; told to fail, it fails in that way."""

    def __init__(self, engine: LlamaEngine) -> None:
        self.engine, self.asked = engine, 0
        self.fails: Exception | None = None
        self.model, self.context = engine.model, engine.context

    def generate(self, messages: Sequence[Message], sampling: Sampling, caller: Caller = NOBODY) -> Generation:
        self.asked += 1
        if self.fails is not None:
            raise self.fails
        return self.engine.generate(messages, sampling, caller)

    def count(self, text: str) -> int:
        return self.engine.count(text)


def test_a_text_is_written_once_for_each_tenant(gguf: Path) -> None:
    engine = LlamaEngine(gguf, context=256, threads=1)
    try:
        counting = Counting(engine)
        writer = Writer(counting)
        said = writer.written(ask("Is tea a drink?"), SHORT)
        assert said in ("Yes", "No")
        assert writer.written(ask("Is tea a drink?"), SHORT) == said
        assert counting.asked == 1
        assert writer.written(ask("Is tea a drink?"), SHORT, Caller(tenant="another")) == said
        assert counting.asked == 2
    finally:
        engine.close()


def test_no_time_is_no_text_and_is_not_remembered(gguf: Path) -> None:
    """Whoever has ended says so: nothing more is worth asking of it."""
    engine = LlamaEngine(gguf, context=256, threads=1)
    try:
        counting = Counting(engine)
        counting.fails = EngineTooSlow("it takes too long")
        writer = Writer(counting)
        assert writer.written(ask("Is tea a drink?"), SHORT) == ""
        counting.fails = EngineFailed("it has ended")
        with pytest.raises(EngineFailed):
            writer.written(ask("Is tea a drink?"), SHORT)
        counting.fails = None
        assert writer.written(ask("Is tea a drink?"), SHORT) in ("Yes", "No")
        assert writer.written(ask("tea " * 400), SHORT) == ""  # longer than its context
    finally:
        engine.close()


def test_nothing_is_written_for_whom_the_time_is_over(gguf: Path) -> None:
    engine = LlamaEngine(gguf, context=256, threads=1)
    try:
        counting = Counting(engine)
        writer = Writer(counting)
        over, enough = Caller(until=time.monotonic() - 1.0), Caller(until=time.monotonic() + 600.0)
        assert writer.written(ask("Is it?"), SHORT, over) == ""
        assert counting.asked == 0
        assert writer.written(ask("Is it?"), SHORT, enough) in ("Yes", "No")
        assert writer.written(ask("Is it?"), SHORT, over) in ("Yes", "No")  # it is remembered
    finally:
        engine.close()
