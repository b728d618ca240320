"""A message is cut into the questions that it puts, and into no more."""

from __future__ import annotations

import pytest

from retriever.planner.clauses import asking, is_short, lead_cut, leaves_out, questions_in


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("How much is the Lyra, and do you deliver to Norway?", ["How much is the Lyra", "do you deliver to Norway?"]),
        ("which one's cheaper, A or B? and on Sundays?", ["which one's cheaper, A or B?", "and on Sundays?"]),
        ("莱拉竖琴多少钱？我家孩子十岁能用吗", ["莱拉竖琴多少钱？", "我家孩子十岁能用吗"]),
        ("一根弦最长能有多长，莱拉是多少，奥菲欧又是多少", ["一根弦最长能有多长", "莱拉是多少", "奥菲欧又是多少"]),
        ("莱拉多重？那奥菲欧呢", ["莱拉多重？", "那奥菲欧呢"]),
        ("莱拉啥价；要是刷卡买了又退，几天到账", ["莱拉啥价；", "要是刷卡买了又退，几天到账"]),
        ("莱拉卖多少？另外弦该留多松才对", ["莱拉卖多少？", "另外弦该留多松才对"]),
        ("weight of the big harp pls, plus can I pay later?", ["weight of the big harp pls", "can I pay later?"]),
        (
            "what is the Lyra? and if i order now when is it here",
            ["what is the Lyra?", "and if i order now when is it here"],
        ),
        (
            "price of the Lyra pls, and once ive paid how fast do you ship",
            ["price of the Lyra pls", "once ive paid how fast do you ship"],
        ),
        (
            "how many Lyras are left, and whats the price of a bag",
            ["how many Lyras are left", "whats the price of a bag"],
        ),
        (
            "price of the Lyra? also in your guide how long do strings last",
            ["price of the Lyra?", "also in your guide how long do strings last"],
        ),
        ("莱拉单买多少钱；还有琴包试了不合适给退不", ["莱拉单买多少钱；", "还有琴包试了不合适给退不"]),
        ("Two things: how tall is it, and is it in stock?", ["Two things: how tall is it", "is it in stock?"]),
    ],
)
def test_each_question_is_one(message: str, questions: list[str]) -> None:
    assert questions_in(message) == questions


@pytest.mark.parametrize(
    "message",
    [
        "a harp with 34 strings, red or blue, under 2000",
        "Looking for a harp, budget is strictly under 250. What are my options?",
        "The strings snap every time I tune it. Is that why? Tips?",
        "do you carry any banjos? second hand is fine",
        "竖琴总是走音，昨天刚调过，怎么办？",
        "你家最大的竖琴是哪个？多少钱",
        "",
    ],
)
def test_what_goes_on_is_no_other_question(message: str) -> None:
    assert questions_in(message) == [message]


@pytest.mark.parametrize(
    ("question", "cut"),
    [
        ("and for the Lyra?", "for the Lyra?"),
        ("what about the white one", "the white one"),
        ("那奥菲欧呢", "奥菲欧呢"),
        ("and", "and"),
    ],
)
def test_words_that_only_lead_in_are_cut(question: str, cut: str) -> None:
    assert lead_cut(question) == cut


@pytest.mark.parametrize(
    ("question", "does"),
    [
        ("do you deliver to the islands at night", False),
        ("how many days do I get to send them back?", True),
        ("and for the Lyra?", True),
        ("我家孩子十岁能用吗", True),
    ],
)
def test_a_second_question_may_leave_something_to_the_first(question: str, does: bool) -> None:
    assert leaves_out(question) is does


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("hows the weight on that green one, my wrists are bad", "hows the weight on that green one"),
        ("粉彩色那款仓库里还剩多少个？公司想一次要80个", "粉彩色那款仓库里还剩多少个？"),
        ("only a 19v one is around here. too much for the Nano?", "too much for the Nano?"),
        ("a lead for the dog", "a lead for the dog"),
        ("嗯，多重", "嗯，多重"),
    ],
)
def test_what_is_said_beside_a_question(question: str, asks: str) -> None:
    assert asking(question) == asks


def test_short_questions() -> None:
    assert is_short("撑开来尺寸是多少")
    assert is_short("and how heavy then?")
    assert not is_short("峡湾帐篷撑开来尺寸是多少")
    assert not is_short("what does the Fjell tent weigh?")


def test_a_lone_question_word_goes_on() -> None:
    message = "how many of your boards are over a grand?? and which"
    assert questions_in(message) == [message]
