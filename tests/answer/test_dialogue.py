"""Dialogue: a follow-up behind the question that it goes on from, and new topics left alone."""

from __future__ import annotations

import pytest

from answer.dialogue import Standalone, standalone
from engine.engine import Message


def said(*turns: str) -> list[Message]:
    """Turns, the customer's and the assistant's by turns; "> " begins the assistant's."""
    return [
        Message("assistant", turn.removeprefix("> ")) if turn.startswith("> ") else Message("user", turn)
        for turn in turns
    ]


@pytest.mark.parametrize(
    ("before", "query", "text"),
    [
        ("My robot shows E11", "So what do I do?", "My robot shows E11 what do I do?"),
        ("Do you ship to Norway?", "And to Switzerland?", "Do you ship to Norway? to Switzerland?"),
        ("Do you ship to Norway?", "How much does it cost?", "Do you ship to Norway? How much does it cost?"),
        ("What is covered?", "does that hold for batteries?", "What is covered? does that hold for batteries?"),
        ("寄到香港要多少钱？", "那澳门呢？", "寄到香港要多少钱？ 澳门呢？"),
        ("P6有现货吗？", "什么时候到？", "P6有现货吗？ 什么时候到？"),
        ("微波炉保修多久？", "要是人为损坏的呢", "微波炉保修多久？ 要是人为损坏的呢"),
    ],
)  # fmt: skip
def test_a_follow_up_is_searched_with_the_question_before(before: str, query: str, text: str) -> None:
    assert standalone(query, said(before, "> Yes.")) == Standalone(text, resolved=True)


ALONE = [
    "Do you ship to Norway?",
    "What is your return policy?",
    "How do vouchers work?",
    "How much is express delivery?",
    "How much does gift wrapping cost?",
    "Is it possible to pay by invoice?",
    "Does it cost extra to send a parcel to an island?",
    "How long is the guarantee on knives?",
    "Which toasters do you have?",
    "Is the Brellin Hush 17 in stock?",
    "I bought a Swift 17 and its lid is broken, what can I do about that when I am far away?",
    "Opening hours?",
    "Are you open this Saturday?",
    "And how much is the Leaf 15?",
    "Thanks!",
    "Where is your showroom?",
    "运费多少？",
    "你们几点开门？",
    "退货运费谁出？",
    "可以开发票吗？",
    "这个月有什么优惠？",
    "B650破壁机多少钱？",
    "有没有适合四口之家的电饭煲？",
    "会员怎么升级？",
    "谢谢！",
    "退货政策是什么？",
    "电磁炉能用哪些锅？",
]


@pytest.mark.parametrize("query", ALONE)
@pytest.mark.parametrize("before", ["How heavy is the K200 kettle?", "K200电热水壶多重？"])
def test_a_new_topic_is_left_alone(before: str, query: str) -> None:
    """After a product's question it is searched as it was asked."""
    assert standalone(query, said(before)) == Standalone(query, resolved=False)


@pytest.mark.parametrize("query", ["And its warranty?", "那保修呢？", "Is it in stock?", "多少钱？", ""])
def test_without_a_conversation_nothing_is_resolved(query: str) -> None:
    """There is nothing to resolve it from."""
    assert standalone(query, []) == Standalone(query, resolved=False)
