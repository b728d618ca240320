"""Follow-ups as questions of the row that was spoken of, over a real shop's rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from answer.antecedent import whole_question
from engine.engine import Message
from retriever.passage import Passage
from retriever.planner.plan import Intent, Plan, PlannedPart
from retriever.planner.prompts import unanswered
from tests.asked import Asked

LAMPS = """SKU,Name,Price (EUR),Stock,Weight
T-1,Aldo lantern S,19.90,3,310 g
T-2,Aldo lantern M,29.90,0,420 g
T-3,Kesti tarp 3 person,49.90,7,1.2 kg
T-4,Kesti tarp 4 person,59.90,7,1.5 kg
T-5,Mira lamp,24.50,2,90 g
"""
MOTORS = """型号,名称,售价(元),重量(kg)
S-22,森和S8变频器 22KW,1700,11
S-30,森和S8变频器 30KW,2100,14
T-30,泰合T6变频器 30KW,1900,13
"""
RETURNS = "# Returns\n\nWithin 30 days you can send anything back at our cost.\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    files = {"lamps.csv": LAMPS, "motors.csv": MOTORS, "returns.md": RETURNS}
    with Asked(tmp_path_factory.mktemp("shop"), files) as opened:
        yield opened


def _whole(shop: Asked, asked: str, told: str, question: str, intent: Intent = "fact") -> str:
    def search(text: str) -> Sequence[Passage]:
        return shop.retriever.search(text, top_k=40, plan=Plan((PlannedPart(text, "fact"),))).passages

    return whole_question(question, [Message("user", asked), Message("assistant", told)], search, lambda _: intent)


PRICE = "how much is the aldo lantern s?", "The Aldo lantern S is 19.90 EUR."


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("and how heavy is it?", "how heavy is Aldo lantern S?"),
        ("what about its weight", "Aldo lantern S's weight"),
        ("还有货吗", "Aldo lantern S: 还有货吗"),
        ("how many do you have left", "Aldo lantern S: how many do you have left"),
    ],
)
def test_what_asks_by_itself_is_asked_of_the_row_that_was_spoken_of(shop: Asked, question: str, whole: str) -> None:
    assert _whole(shop, *PRICE, question) == whole


@pytest.mark.parametrize(
    ("asked", "told", "question", "whole"),
    [
        (*PRICE, "and the mira?", "how much is the Mira lamp?"),
        (*PRICE, "what about the M one", "how much is the Aldo lantern M?"),
        ("weight of the 3 person tarp", "It is 1.2 kg.", "the 4 person one?", "weight of the Kesti tarp 4 person"),
        ("S8变频器22KW多少钱", "森和S8变频器 22KW售价1700元。", "那30的呢", "森和S8变频器 30KW多少钱"),
        ("S8变频器22千瓦的多少钱", "森和S8变频器 22KW售价1700元。", "那30的呢", "森和S8变频器 30KW的多少钱"),
        ("S8变频器22KW多少钱", "森和S8变频器 22KW售价1700元。", "泰合T6呢，多重", "泰合T6变频器 30KW: 多重"),
    ],
)  # fmt: skip
def test_what_names_another_row_asks_the_same_of_it(
    shop: Asked, asked: str, told: str, question: str, whole: str
) -> None:
    assert _whole(shop, asked, told, question) == whole


def test_a_rule_of_the_shop_is_not_asked_of_a_row(shop: Asked) -> None:
    assert _whole(shop, *PRICE, "and can i send things back?", "rule") == "can i send things back?"


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("is it in stock", "is Aldo lantern S in stock"),
        ("what weight?", "Aldo lantern S: what weight?"),
        ("and what do you take for a repair of an old tent", "what do you take for a repair of an old tent"),
    ],
)
def test_a_second_question_of_one_message_leans_on_the_first_where_it_says_so_or_little(
    shop: Asked, question: str, whole: str
) -> None:
    assert _whole(shop, PRICE[0], unanswered("en"), question) == whole


def test_a_row_that_is_named_in_full_is_meant_itself(shop: Asked) -> None:
    assert _whole(shop, *PRICE, "and is the mira lamp heavy?") == "is the mira lamp heavy?"


def test_nothing_is_put_in_where_no_row_was_spoken_of_or_none_is_like_what_is_named(shop: Asked) -> None:
    assert _whole(shop, "can i return things?", "Within 30 days.", "and after a month?") == ""
    assert _whole(shop, *PRICE, "and the Vega 900?") == ""


def test_a_follow_up_is_answered_without_a_model(shop: Asked) -> None:
    history = [Message("user", PRICE[0]), Message("assistant", PRICE[1])]
    answer = shop.answer("and how heavy is it?", history)
    assert "310 g" in answer.text
    assert answer.standalone == "how heavy is Aldo lantern S?"
