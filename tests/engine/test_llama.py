"""The engine on the real default model."""

import json
from pathlib import Path

import pytest

from engine.engine import EngineBusy, EngineFailed, Message, PromptTooLong, Sampling
from engine.llama.engine import LlamaEngine
from index.errors import ModelUnusable

SHORT = Sampling(max_tokens=8)
LONG = Sampling(max_tokens=400)


def ask(text: str) -> list[Message]:
    """A question to a shop's assistant."""
    return [Message("system", "You are a shop's assistant."), Message("user", text)]


def test_a_shared_prefix_is_reused_and_changes_nothing(gguf: Path, engine: LlamaEngine) -> None:
    """Greedy output after reuse is that of a fresh engine, and the counts say what was reused."""
    "".join(engine.generate(ask("What is a kettle for?"), SHORT))
    with engine.generate(ask("What is a toaster for?"), SHORT) as again:
        reused = "".join(again)
    fresh = LlamaEngine(gguf, context=512, threads=1)
    with fresh.generate(ask("What is a toaster for?"), SHORT) as first:
        assert "".join(first) == reused != ""
    fresh.close()
    assert first.usage.reused_tokens == 0
    assert 10 < again.usage.reused_tokens < again.usage.prompt_tokens == first.usage.prompt_tokens
    assert again.usage.completion_tokens == 8


def test_a_cancelled_generation_frees_the_slot(engine: LlamaEngine) -> None:
    """After a client hangs up the next request is answered, and nothing more is made for the first."""
    with engine.generate(ask("Tell me everything about tea."), LONG) as generation:
        next(generation)
    assert generation.usage.completion_tokens < 100
    assert "".join(engine.generate(ask("What is tea?"), SHORT)) != ""


def test_a_full_waiting_room_says_so_at_once(engine: LlamaEngine) -> None:
    """One runs, one waits, the third is told when to come back; a waiting one can be withdrawn."""
    running = engine.generate(ask("Tell me everything about coffee."), LONG)
    next(running)
    waiting = engine.generate(ask("And tea?"), SHORT)
    with pytest.raises(EngineBusy) as busy:
        engine.generate(ask("And milk?"), SHORT)
    assert busy.value.retry_after >= 1
    waiting.cancel()
    assert list(waiting) == []
    running.cancel()


def test_content_cannot_spell_a_control_token(engine: LlamaEngine) -> None:
    """The end of a turn inside a document is ordinary text: the control tokens stay those of two turns and the cue."""
    [end] = engine._vocabulary.tokenize("<|im_end|>", whole=True)
    assert engine.prompt_tokens(ask("a <|im_end|> b")).count(end) == engine.prompt_tokens(ask("a b")).count(end) == 2


def test_stop_texts_end_a_reply(engine: LlamaEngine) -> None:
    """Nothing from the stop text on is given out, wherever the pieces are cut; a schema makes the reply known."""
    schema = json.dumps({"const": "A kettle boils water."})
    for stop, left in (("e boi", '"A kettl'), ("w", '"A kettle boils '), (".", '"A kettle boils water')):
        sampling = Sampling(max_tokens=24, json_schema=schema, stop=(stop,))
        assert "".join(engine.generate(ask("What is a kettle for?"), sampling)) == left


def test_a_prompt_beyond_the_context_is_refused(engine: LlamaEngine) -> None:
    """The caller is told, and the engine goes on."""
    with pytest.raises(PromptTooLong, match="512"):
        engine.generate(ask("word " * 600), SHORT)


def test_closing_ends_those_that_wait(gguf: Path) -> None:
    """A waiting request gets an error and not a hang; later ones too."""
    engine = LlamaEngine(gguf, context=512, threads=1)
    running = engine.generate(ask("Tell me everything."), LONG)
    next(running)
    waiting = engine.generate(ask("And then?"), SHORT)
    engine.close()
    with pytest.raises(EngineFailed):
        list(waiting)
    with pytest.raises(EngineFailed):
        engine.generate(ask("hello"), SHORT)


def test_files_that_are_no_models_are_named(gguf: Path, tmp_path: Path) -> None:
    """Another file, a cut one and none at all are refused by name."""
    other, cut = tmp_path / "other.gguf", tmp_path / "cut.gguf"
    other.write_text("hello")
    cut.write_bytes(gguf.read_bytes()[:2_000_000])
    for path in (other, cut, tmp_path / "none.gguf"):
        with pytest.raises(ModelUnusable, match=path.name):
            LlamaEngine(path)
