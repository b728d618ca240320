"""Whether an answer says what was expected, however it spells it."""

from __future__ import annotations

import pytest

from evaluation.wording import contains


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("The warranty is 24 Months [1].", "24 months"),
        ("The warranty is 24 [1] months.", "24 months"),
        ("保修 ２４ 个月。", "24个月"),
        ("It costs ¥1,299.00 [2].", "¥1299"),
        ("It costs ¥1299.", "¥1,299.00"),
        ("It costs 1\u00a0299.50.", "1299.5"),
        ("质保三百天", "300"),
        ("twenty-four months", "24"),
        ("The K-200\n  kettle", "k-200 KETTLE"),
        ("Size 3.5 mm.", "3.5 mm"),
        ("Order within 24.", "within 24"),
    ],
)
def test_the_same_in_another_spelling_is_found(answer: str, expected: str) -> None:
    """Width, case, blanks, citation marks and the form of a number do not matter."""
    assert contains(answer, expected)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("The warranty is 124 months.", "24 months"),
        ("It weighs 2.24 kg.", "24 kg"),
        ("Within 24 hours; free for 6 months.", "24 months"),
        ("It costs ¥1299.", "¥129"),
        ("It costs ¥12.5.", "¥12"),
        ("It costs ¥1,299.", "¥1"),
        ("The K-200 kettle.", "200"),
        ("Article 7", "article 007"),
        ("It costs $1299.", "€1299"),
        ("", "24"),
    ],
)
def test_something_else_is_not(answer: str, expected: str) -> None:
    """A number inside a longer one, a model's number and another currency are not what was expected."""
    assert not contains(answer, expected)


@pytest.mark.parametrize("expected", ["RC30", "269", "269 元"])
def test_a_chinese_comma_separates(expected: str) -> None:
    """It ends a model number or a sum; it is no thousands separator."""
    assert contains("糯屿 RC30，269 元", expected)
