"""Texts that a model writes are remembered by their prompt, for each tenant, and a failure is none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.engine import NOBODY, Caller, EngineFailed, Generation, Message, Sampling
from engine.llama.engine import LlamaEngine
from engine.writer import Writer

SHORT = Sampling(max_tokens=1, grammar='root ::= "Yes" | "No"')


def ask(text: str) -> list[Message]:
    return [Message("user", text)]


class Counting:
    """A real engine that counts what it is asked; told to fail, it fails."""

    def __init__(self, engine: LlamaEngine) -> None:
        self.engine, self.asked, self.fails = engine, 0, False
        self.model, self.context = engine.model, engine.context

    def generate(self, messages: Sequence[Message], sampling: Sampling, caller: Caller = NOBODY) -> Generation:
        self.asked += 1
        if self.fails:
            raise EngineFailed("it has ended")
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


def test_a_failure_is_no_text_and_is_not_remembered(gguf: Path) -> None:
    engine = LlamaEngine(gguf, context=256, threads=1)
    try:
        counting = Counting(engine)
        counting.fails = True
        writer = Writer(counting)
        assert writer.written(ask("Is tea a drink?"), SHORT) == ""
        counting.fails = False
        assert writer.written(ask("Is tea a drink?"), SHORT) in ("Yes", "No")
        assert writer.written(ask("tea " * 400), SHORT) == ""  # longer than its context
    finally:
        engine.close()
