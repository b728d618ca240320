"""Shops that exist nowhere: the questions that are made of them."""

from __future__ import annotations

import pytest

from index.text.analysis import is_chinese
from tuning.made_shops import Made, examples

MADE = list(examples(1000, 3))


def test_the_same_seed_makes_the_same_shops() -> None:
    """However many are made of it; another seed makes others."""
    assert list(examples(200, 3)) == MADE[:200]
    assert list(examples(200, 4)) != MADE[:200]


def test_an_answer_stands_in_its_passage() -> None:
    """Sign by sign, at its place; about four in nine have none."""
    answered = [one for one in MADE if one.answer is not None]
    assert all(one.answer and one.context[one.start :].startswith(one.answer) for one in answered)
    assert 500 < len(answered) < 600
    assert {one.start for one in MADE if one.answer is None} == {-1}
    with pytest.raises(ValueError, match="span off"):
        Made("How much?", "Price: 3 EUR", "3 EUR", 0, "row:price")


def test_questions_and_passages_are_in_both_languages() -> None:
    """Half of either; three in ten pairs differ."""
    asked = [is_chinese(one.question) for one in MADE]
    differing = [is_chinese(one.context) != chinese for one, chinese in zip(MADE, asked, strict=True)]
    assert 450 < sum(asked) < 550
    assert 200 < sum(differing) < 400


def test_nothing_of_the_words_is_left_unfilled() -> None:
    """No place for a name, no range, no mark of an answer; all kinds are there."""
    assert not [one for one in MADE if set("{}[]") & set(one.question + one.context)]
    kinds = {one.kind.split(":")[0] for one in MADE}
    assert kinds == {"row", "rule", "care", "table", "limit", "imply", "vague"}
