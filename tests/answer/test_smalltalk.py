"""Small talk: what is no more than a greeting, thanks or the wish for a person, and what a shop says to it."""

from __future__ import annotations

import pytest

from answer.answer import Answer, Answered, PassagesFound
from answer.answerer import Answerer
from answer.parts import Text
from answer.smalltalk import small_talk
from tests.answer.test_answerer import KETTLE, BagEmbedder, Shelf


def reply(query: str, shelf: Shelf, contact: str = "", language: str = "auto") -> Answer:
    """The whole way, whose first event is that there are no passages."""
    first, *_, last = Answerer(shelf, None, BagEmbedder(), refuse_below=0.2, contact=contact).ask(
        query, language=language
    )
    assert isinstance(first, PassagesFound)
    assert isinstance(last, Answered)
    return last.answer


@pytest.mark.parametrize(
    ("query", "start"),
    [
        ("hello", "Hello!"),
        ("Hi there! 👋", "Hello!"),
        ("Good morning, how are you?", "Hello!"),
        ("Thank you so much!!", "You are welcome."),
        ("OK, thanks. Bye!", "Goodbye"),
        ("are you a robot?", "I am a program"),
        ("what’s up", "Hello!"),
        ("Guten Tag!", "Hello!"),
        ("Merci beaucoup.", "You are welcome."),
        ("你好", "您好！"),
        ("亲，在吗？", "您好！"),
        ("您好，謝謝！", "不客气。"),
        ("你是机器人吗", "我是一个程序"),
    ],
)
def test_small_talk_is_replied_to_and_nothing_is_searched(query: str, start: str) -> None:
    """Answered, without a passage or a citation; the text is the only part."""
    shelf = Shelf(KETTLE)
    made = reply(query, shelf)
    assert made.text.startswith(start)
    assert (made.outcome, made.reason, made.citations, made.passages) == ("answered", None, (), ())
    assert made.parts == (Text(made.text),)
    assert shelf.queries == []


@pytest.mark.parametrize(
    "query",
    ["can I talk to a human?", "Hello, I'd like to speak with a real person please", "human please", "agent"]
    + ["Kann ich bitte mit einem Menschen sprechen?", "Puis-je parler à un conseiller ?"]
    + ["转人工", "請轉人工", "你好，我要找人工客服", "可以转人工吗？"],
)
def test_who_wants_a_person_is_told_how_to_reach_one(query: str) -> None:
    """By the shop's setting; where there is none, that nobody sits behind the service."""
    contact = "+44 20 7946 0000"
    made = reply(query, Shelf(KETTLE), contact)
    assert made.text.endswith(contact)
    assert made.computed == (contact,)
    alone = reply(query, Shelf(KETTLE))
    assert alone.text.startswith(("There is no person behind this service.", "这项服务背后没有真人。"))


@pytest.mark.parametrize(
    "query",
    ["hi, how much is the K200?", "你好，K200多少钱", "thanks, and the warranty?", "human hair brush", "personal scale"]
    + ["人工草坪多少钱", "客服电话是多少", "help me choose a kettle", "ok which one is cheaper", "transfer paper"]
    + ["can I speak to a human about my K200?", "bye bye baby bottle", "早餐机", "?", "K200", "hello " * 30],
)
def test_a_message_that_says_more_is_a_question(query: str) -> None:
    """However it begins."""
    assert small_talk(query, "en", "us") is None


def test_a_refusal_tells_how_a_person_is_reached() -> None:
    """In a line of its own, where the shop said so."""
    made = reply("Do you repair cars?", Shelf(), "help@shop.example")
    assert made.text.splitlines()[1:] == ["You can reach a person here: help@shop.example"]
    assert (made.outcome, made.reason) == ("refused", "nothing_found")
    assert reply("你们修车吗？", Shelf(), "QQ 1234").text.splitlines()[1:] == ["您可以在这里找到真人：QQ 1234"]
