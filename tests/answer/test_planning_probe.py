"""The planning probe: a model that understands passes all of it, one that copies what it saw does not."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from importlib.resources import files

import pytest

from answer.planning_probe import UNDERSTANDS, planning_probe
from answer.verifier import Verifier
from engine.engine import NOBODY, Caller, EngineFailed, Generation, Message, Sampling
from engine.writer import Writer
from retriever.planner.intents import Intents
from retriever.planner.planner import Planner
from tests.answer.test_planned import _Written

ASKED = tomllib.loads(files("answer").joinpath("planning_probe.toml").read_text("utf-8"))


class Speaker:
    """An engine that writes what a function makes of a prompt's end."""

    model, context = "speaker", 4096

    def __init__(self, write: Callable[[str, Sampling], str]) -> None:
        self.write = write

    def generate(self, messages: Sequence[Message], sampling: Sampling, caller: Caller = NOBODY) -> Generation:
        return _Written(self.write(messages[-1].content, sampling))

    def count(self, text: str) -> int:
        return len(text)


def understands(asked: str, sampling: Sampling) -> str:
    """The right reply to each item."""
    for item in ASKED["query"]:
        if asked.endswith(f"Message: {item['message']}"):
            return str(item["sql"])
    for item in ASKED["alone"]:
        if item["before"][0] in asked:
            return {"fjell": "Alone: What does the Fjell tent cost?", "峡湾": "改写：峡湾帐篷防水吗？"}.get(
                item["has"][0] if "stock" not in item["has"] else "", ""
            ) or {"stock": "Alone: Is the Fjell tent in stock?", "颜色": "改写：木屋那款帐篷有几个颜色？"}[
                item["has"][1]
            ]
    for item in ASKED["check"]:
        if item["question"] in asked:
            return "Yes" if item["answers"] else "No"
    return '["tent", "list"]'


def copies(asked: str, sampling: Sampling) -> str:
    """The same to everything, as far as the grammar goes."""
    return 'SELECT "Name" ORDER BY "Price" ASC LIMIT 1' if "SELECT" in sampling.grammar else "Yes"


def share(write: Callable[[str, Sampling], str]) -> float:
    writer = Writer(Speaker(write))
    return planning_probe(Planner(writer, Intents(None)), Verifier(writer))


def test_who_understands_passes_and_who_copies_does_not() -> None:
    assert share(understands) == 1.0
    assert share(copies) < UNDERSTANDS


def test_a_query_with_a_condition_too_many_does_not_pass() -> None:
    def adds(asked: str, sampling: Sampling) -> str:
        written = understands(asked, sampling)
        return f'{written} AND "Persons" > 1' if " WHERE " in written and "COUNT" not in written else written

    assert share(adds) == pytest.approx(share(understands) - 3 / 14, abs=0.001)


def test_a_model_that_ends_is_no_failure_of_the_probe() -> None:
    def ends(asked: str, sampling: Sampling) -> str:
        raise EngineFailed("the language model has ended")

    with pytest.raises(EngineFailed):
        share(ends)
