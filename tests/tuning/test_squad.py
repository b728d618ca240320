"""Question sets in SQuAD's layout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tuning.squad import Answer, Asked, merged, paragraphs

KETTLE = "The kettle holds two litres. It boils in four minutes."
DATA = {
    "data": [
        {
            "title": "Electric_kettles",
            "paragraphs": [
                {
                    "context": KETTLE,
                    "qas": [
                        {
                            "id": "a",
                            "question": "How much does it hold?",
                            "answers": [
                                {"text": "two litres", "answer_start": 17},
                                {"text": "two", "answer_start": 17},
                                {"text": "two litres", "answer_start": 17},
                            ],
                        },
                        {"id": 7, "question": "Is it red?", "answers": [], "is_impossible": True},
                    ],
                }
            ],
        },
        {
            "paragraphs": [
                {"context": "水壶。", "qas": []},
                {
                    "context": KETTLE,
                    "qas": [{"id": "c", "question": "How fast is it?", "answers": [{"text": "four minutes"}]}],
                },
            ]
        },
    ]
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of three paragraphs, the first and the last alike."""
    path = tmp_path / "set.json"
    path.write_text(json.dumps(DATA), encoding="utf-8")
    return path


def test_paragraphs_are_read_in_their_order(file: Path) -> None:
    """With what their file leaves out: a title, a place, whether there is an answer."""
    first, second, third = paragraphs(file)
    assert [one.number for one in (first, second, third)] == [0, 1, 2]
    assert (first.title, first.text, third.title) == ("Electric kettles", KETTLE, "")
    held, red = first.asked
    assert (held.id, held.question, held.golds) == ("a", "How much does it hold?", ("two", "two litres"))
    assert held.answers[0] == Answer("two litres", 17)
    assert red == Asked("7", "Is it red?", (), impossible=True)
    assert third.asked[0].answers == (Answer("four minutes", -1),)
    assert not third.asked[0].impossible


def test_equal_texts_are_merged(file: Path) -> None:
    """All questions are kept, and the paragraphs are numbered anew."""
    kettle, pot = merged(paragraphs(file))
    assert [one.id for one in kettle.asked] == ["a", "7", "c"]
    assert [(one.number, one.text) for one in (kettle, pot)] == [(0, KETTLE), (1, "水壶。")]
