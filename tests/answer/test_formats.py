"""Styles: how a model is asked, and how its reply is read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from answer.formats import PLAIN, STYLES, Style, examples, read, reading
from answer.language import resolve
from answer.probe import best_style, trusted_in
from answer.prompt import Excerpt, build
from engine.engine import Message, Sampling
from engine.probe import TRUSTED
from index.chunk import Chunk
from retriever.passage import Passage


def prompt(style: Style, language: str) -> list[Message]:
    """A prompt of one result."""
    shown = [Excerpt(Passage(Chunk("a", "d.md", 0, "It draws 5 W."), 1.0, 1.0), "It draws 5 W.")]
    made = build("How much?", shown, resolve(language, ""), date(2026, 1, 1), budget=2000, count=len, style=style)
    return list(made.messages)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_examples_come_between_rules_and_question(language: str) -> None:
    """Two worked questions, the second of which the result does not answer; none in the plain style."""
    made = prompt(STYLES["examples"], language)
    assert [message.role for message in made] == ["system", "user", "assistant", "user", "assistant", "user"]
    assert "[1]" in made[2].content
    assert "[1]" not in made[4].content
    assert [message.role for message in prompt(PLAIN, language)] == ["system", "user"]


def test_an_example_is_in_the_form_that_is_asked_for() -> None:
    """JSON where JSON is wanted, the evidence before the answer where steps are."""
    answered, unknown = (turn.content for turn in examples(Style(format="json", examples=True), "en")[1::2])
    assert (json.loads(answered)["sources"], json.loads(unknown)["sources"]) == ([1], [])
    turn = examples(Style(steps=True, examples=True), "zh")[1].content
    assert turn == "原文： 星河台灯功率 9 瓦，售价 128 元。\n回答： 星河台灯的功率是 9 瓦。[1]"
    assert examples(Style(format="bullets", examples=True), "en")[1].content == "- The Vela desk lamp draws 9 W. [1]"


@pytest.mark.parametrize(
    ("style", "reply", "text"),
    [
        (PLAIN, "It draws 5 W. [1]", "It draws 5 W. [1]"),
        (Style(format="bullets"), "- 5 W [1]\n- red [2]", "- 5 W [1]\n- red [2]"),
        (Style(steps=True), "Evidence: It draws 5 W.\nAnswer: 5 W. [1]", "5 W. [1]"),
        (Style(steps=True), "原文：功率 5 瓦。\n回答：5 瓦。[1]", "5 瓦。[1]"),
        (Style(steps=True), "5 W. [1]", "5 W. [1]"),
        (Style(format="json"), '{"sources": [1, 2, 1], "answer": "5 W."}', "5 W. [1][2]"),
        (Style(format="json"), '{"sources": [2], "answer": "It is \\"red\\" and dra', 'It is "red" and dra [2]'),
        (Style(format="json"), '{"sources": [], "answer": ""}', ""),
        (Style(format="json"), "It draws 5 W.", ""),
    ],
)
def test_a_reply_is_read_as_text_with_marks(style: Style, reply: str, text: str) -> None:
    """Whole or cut short; what is no reply of the style is none."""
    assert read(style, reply) == text


def test_free_text_is_read_as_it_comes() -> None:
    """JSON and steps are read whole, as their beginning is not the answer."""
    assert list(reading(PLAIN, iter(["a", "b"]))) == ["a", "b"]
    assert list(reading(Style(format="json"), iter(['{"sources": [1], ', '"answer": "a"}']))) == ["a [1]"]


PROBED = [json.loads(line) for line in files("answer").joinpath("probe.jsonl").read_text("utf-8").splitlines()]


class Bold:
    """An engine that gives the probe's right answers in JSON alone, or `bluffs` where there is none; counts its
    questions."""

    model, context = "bold", 4096

    def __init__(self, *, bluffs: bool = False) -> None:
        self.asked, self.bluffs = 0, bluffs

    def generate(self, messages: Sequence[Message], sampling: Sampling, caller: object = None) -> Any:
        """The evidence of the first result, where JSON is asked for."""
        self.asked += 1
        user = messages[-1].content
        item = next(item for item in PROBED if f": {item['question']}\n" in user or f"：{item['question']}\n" in user)
        known = item["gold"].split("|")[0] or (item["wrong"][0] if self.bluffs else "")
        told = {"en": f"It is {known}.", "zh": f"是{known}。"}[item["language"]]
        unknown = {"en": "The documents do not state this.", "zh": "资料没有说明。"}[item["language"]]
        answer = told if known else unknown
        self.text = json.dumps({"sources": [1], "answer": answer}) if sampling.json_schema else "..."
        return self

    def count(self, text: str) -> int:
        """Signs."""
        return len(text) // 4

    def __iter__(self) -> Iterator[str]:
        return iter([self.text])

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def test_the_style_in_which_a_model_can_be_trusted_is_found() -> None:
    """The plain style is left as soon as it is lost, and another taken only where it is better."""
    engine = Bold()
    assert best_style(engine) == ({"en": 1.0, "zh": 1.0}, {"en": "json", "zh": "json"})
    assert engine.asked == 3 * 2 * 3 + len(PROBED)  # three lost questions in each language and style, then all in JSON


def test_who_answers_where_nothing_does_is_not_trusted() -> None:
    """Everything else right, and a neighbour's or another field's value for what no evidence holds."""
    shares, _ = best_style(Bold(bluffs=True))
    assert max(shares.values()) < TRUSTED


def test_trust_follows_the_probe() -> None:
    """A language counts from nine tenths on; a model that was not probed is trusted in none."""
    assert (trusted_in({"en": 0.9, "zh": 0.89}), trusted_in({})) == ({"en"}, frozenset())
