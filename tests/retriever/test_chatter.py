"""What customers say beside what they ask is left out; what they demand is not."""

from __future__ import annotations

import pytest

from retriever.chatter import plainly, without_chatter


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("How many kettles do you have? which ones", "How many kettles do you have?"),
        ("a stick vacuum, no more than 200 EUR. what've you got?", "a stick vacuum, no more than 200 EUR."),
        ("need a kettle under 50 euros, it's for my mum", "need a kettle under 50 euros"),
        ("破壁机里面最轻的是哪台？我妈手没力气", "破壁机里面最轻的是哪台？"),
        ("想学烘焙，烤箱要30升以上", "烤箱要30升以上"),
        ("你好，最便宜的水壶", "最便宜的水壶"),
    ],
)
def test_clauses_that_ask_for_nothing_are_left_out(query: str, asked: str) -> None:
    assert without_chatter(query) == asked


@pytest.mark.parametrize(
    "query",
    [
        "我要红色的水壶，不要塑料的",
        "a kettle under 50 euros, not Acme",
        "我想找一个300元以内的水壶",
        "which ones?",
        "my kettle leaks",
        "a kettle, 1.7 litres, in black",
    ],
)
def test_demands_and_whole_questions_stay(query: str) -> None:
    """A clause with an amount, a refusal or a search for something, and whatever would leave nothing."""
    assert without_chatter(query) == query


def test_spoken_forms_are_written_as_others_write_them() -> None:
    assert plainly("有木有水壶，有啥区别") == "有没有水壶，有什么区别"
