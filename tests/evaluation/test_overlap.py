"""Whether a reply says what is expected: numbers by value, quantities by amount, words as words; and the overlaps."""

from __future__ import annotations

import pytest

from evaluation.overlap import exact, f1, says


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("The price is €79.90.", "79.90"),
        ("79,90 €", "79.90"),
        ("It costs 1,299.00 EUR", "1299"),
        ("We have three hundred.", "300"),
        ("共十二款", "12"),
        ("It holds 1700 ml", "1.7 L"),
        ("容量１.７升。", "1.7 L"),
        ("24 months", "2 years"),
        ("within two years", "2 years"),
        ("18 mm at most", "1.8 cm"),
        ("79.90 EUR", "€79.90"),
        ("within months", "month"),
        ("Returned GOODS", "returned goods"),
        ("They haven't any", "n't"),
        ("They haven’t any", "n't"),
        ("退货 需要 发票", "退货需要发票"),
        ("K-200 only", "k-200"),
        ("it already had one", "already ha"),
    ],
)
def test_what_is_said(reply: str, expected: str) -> None:
    """In another spelling, unit, width or case."""
    assert says(reply, expected)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("The price is 139.90", "39.90"),
        ("24 months", "2"),
        ("2 years", "24"),
        ("RV9 is", "9"),
        ("E13 shows", "E1"),
        ("K-2000", "K-200"),
        ("page 12", "12 kettles"),
        ("一点也不", "1"),
        ("anything [12]", "12"),
        ("", "x"),
    ],
)
def test_what_is_not_said(reply: str, expected: str) -> None:
    """Part of another number or model; a citation's mark."""
    assert not says(reply, expected)


def test_overlap_with_a_gold_answer() -> None:
    """SQuAD's words in English (2 of 4 and 2 of 3), the longest common run in Chinese (2 of 6 and 2 of 2)."""
    assert exact("The Kettle.", "kettle")
    assert not exact("a red kettle", "kettle")
    assert f1("the red kettle boils fast", "red kettle now") == pytest.approx(2 * 2 / (4 + 3))
    assert f1("保修期为两年。", "两年") == pytest.approx(2 * 2 / (6 + 2))
    assert f1("nothing", "kettle") == 0.0
