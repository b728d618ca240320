"""The verdicts on replies over shops that nobody had seen: on real replies of a small shop, and the sets themselves."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evaluation.questions import Question
from index.chunk import Chunk, Locator
from tests.asked import Asked

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))

from blind_set import Blind, holds, judged, read_blind, said
from blind_shops import row

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
PRICES = "name,category,price,currency\nArbor,kettle,29.00,EUR\nBirke,kettle,45.00,EUR\nCedro,kettle,32.50,EUR\n"
WISH = "Which kettles cost less than 40 EUR?"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Three kettles."""
    with Asked(tmp_path_factory.mktemp("blind"), {"kettles.csv": PRICES}) as asked:
        yield asked


def blind(query: str, *, rows: tuple[str, ...] = (), count: int | None = None, **expected: Any) -> Blind:
    question = Question(id="1", query=query, language="en", **{"kind": "wish"} | expected)
    return Blind(question, ("kettles.csv",), tuple(f"{name},kettle" for name in rows), rows, count)


def test_a_wish_needs_its_rows_and_no_others(shop: Asked) -> None:
    """One row too few or too many in what is expected, and the reply's rows are not exact."""
    reply = shop.answer(WISH)
    right = judged(blind(WISH, rows=("Arbor", "Cedro"), must=(("29",), ("32.5",))), reply)
    assert (right.handled, right.rows, right.must, right.gold_first, right.gold_shown) == (True,) * 5
    assert (right.outcome, right.right_language, right.unsupported) == ("answered", True, ())
    for rows in (("Arbor",), ("Arbor", "Cedro", "Birke")):
        wrong = judged(blind(WISH, rows=rows), reply)
        assert (wrong.handled, wrong.rows) == (False, False)


def test_a_count_needs_its_number(shop: Asked) -> None:
    """The number alone is looked at."""
    query = "How many kettles cost less than 40 EUR?"
    reply = shop.answer(query)
    assert judged(blind(query, count=2), reply).handled
    assert not judged(blind(query, count=3), reply).handled


def test_what_is_right_depends_on_the_kind(shop: Asked) -> None:
    """An answer with a citation is no small talk and no refusal; something forbidden makes it wrong."""
    reply = shop.answer(WISH)
    assert not judged(blind(WISH, kind="smalltalk", answerable=False), reply).handled
    assert not judged(blind(WISH, kind="unanswerable", answerable=False), reply).handled
    assert judged(blind(WISH, kind="attribute"), reply).handled
    assert not judged(blind(WISH, kind="attribute", must_not=("Arbor",)), reply).handled


@pytest.mark.parametrize(
    ("text", "expected", "is_said"),
    [
        ("It costs 1 299 EUR.", "1299", True),
        ("It costs 1,299.00 EUR.", "1299", True),
        ("需要 24 個月", "24个月", True),
        ("depth: 25mm", "25 mm", True),
        ("rated 12 HP", "12HP", True),
        ("124 months", "24 months", False),
        ("turn it on", "O", False),
        ("press O twice", "o", True),
    ],
)
def test_said(text: str, expected: str, is_said: bool) -> None:
    """Numbers whole and whatever their blanks, characters of either script, short words by themselves."""
    assert said(text, expected) is is_said


def test_a_chunk_holds_a_line_of_its_file() -> None:
    """A row cell by cell, a sentence with its links and stars; a number in another one is not held."""
    kettle = Chunk("a", "k.csv", 0, "name: Arbor\nprice: 129\nvolume: 1.7", "Arbor", locator=Locator(row=2))
    assert holds(kettle, "Arbor,129,,1.7")
    assert not holds(kettle, "Arbor,29")
    prose = Chunk("b", "k.md", 0, "Hold the button for 5 seconds (see reset).", "Arbor")
    assert holds(prose, "**Hold** the button for 5 seconds (see [reset](#reset))")


def test_the_table_counts_by_verdict() -> None:
    """Refused needlessly is of questions with an answer, answered of those without; both say of how many."""
    line = {"answerable": True, "kind": "attribute", "handled": True, "outcome": "answered", "rows": None}
    line |= {"gold_first": True, "gold_shown": True, "right_language": True}
    refused = line | {"handled": False, "outcome": "refused", "gold_first": False}
    invented = line | {"answerable": False, "kind": "unanswerable", "handled": False, "gold_first": None}
    cells = row("all", [line, refused, invented]).strip("| ").split(" | ")
    assert cells[:5] == ["all", "3", "0.50 (1 of 2)", "0.33 (1 of 3)", "0.50 (1 of 2)"]
    assert cells[5:8] == ["0.00 (0 of 2)", "1.00 (1 of 1)", "0.50 (1 of 2)"]


@pytest.mark.parametrize("name", ["sheets", "manuals", "zh_home"])
def test_the_sets(name: str) -> None:
    """Sixty questions, half of them Chinese; who answers them has a text to find and something to say."""
    blinds = read_blind(BENCHMARKS / f"blind_shop_{name}.jsonl")
    assert len({one.question.id for one in blinds}) == 60
    assert sum(one.question.language == "zh" for one in blinds) in (29, 30, 31)
    for one in blinds:
        assert bool(one.gold and one.question.must and one.documents) == one.question.answerable
    assert sum(one.question.kind == "smalltalk" for one in blinds) == 2
