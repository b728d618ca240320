"""Kinds: what sort of answer is asked for, and where there is one."""

import pytest

from answer.kinds import KINDS, asked_kinds, counted


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("When was it built?", ["date"]),
        ("保修多久？", ["duration"]),
        ("How many months is the warranty?", ["duration"]),
        ("功率是多少瓦？", ["number"]),
        ("Who painted it?", ["person"]),
        ("展厅在哪里？", ["place"]),
        ("Why does it beep?", ["reason"]),
        ("怎么清洗？", ["manner"]),
        ("What is a portafilter?", ["definition"]),
        ("可以放进洗碗机吗？", ["yes or no"]),
        ("red kettle", []),
    ],
)
def test_a_question_asks_for_its_kinds(query: str, names: list[str]) -> None:
    """In either language; a length of time is no mere number, and "what is" counts where nothing else is asked."""
    assert [kind.name for kind in asked_kinds(query)] == names


@pytest.mark.parametrize(
    ("name", "held", "other"),
    [
        ("date", "It opened on 3 May.", "It is open."),
        ("date", "建于1998年。", "建得很高。"),
        ("duration", "Twelve months from delivery.", "From delivery."),
        ("duration", "每 18 个月更换一次。", "经常更换。"),
        ("number", "Three floors.", "Many floors."),
        ("reason", "由于潮湿而停机。", "停机。"),
    ],
)
def test_a_sentence_holds_a_kind_or_does_not(name: str, held: str, other: str) -> None:
    """The same matter with and without it."""
    (kind,) = [kind for kind in KINDS if kind.name == name]
    assert (bool(kind.held.search(held)), bool(kind.held.search(other))) == (True, False)


@pytest.mark.parametrize(
    ("query", "held", "other"),
    [
        ("How many floors does it have?", "It has 12 floors.", "It has floors in 12 colours."),
        ("这栋楼有多少层？", "共十二层。", "十二个人住在这一带。"),
    ],
)
def test_the_counted_things_follow_their_number(query: str, held: str, other: str) -> None:
    """A number of something else is not the one asked for."""
    pattern = counted(query)
    assert pattern is not None
    assert (bool(pattern.search(held)), bool(pattern.search(other))) == (True, False)


def test_nothing_is_counted_where_no_number_is_asked() -> None:
    """No pattern at all."""
    assert counted("Is it red?") is None
