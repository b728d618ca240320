"""Question files: what is read, what is filled in, and what is refused with file and line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.engine import Message
from evaluation.questions import Question, Source, read_questions, spread
from index.errors import BadRequest


def written(tmp_path: Path, *lines: Any) -> Path:
    path = tmp_path / "mine.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def test_a_question_with_everything(tmp_path: Path) -> None:
    """Every key is read; blank lines and those that begin with # are passed over."""
    full = {
        "id": "en-001",
        "query": "And its warranty?",
        "language": "en",
        "kind": "followup",
        "collection": "b2b",
        "history": [{"role": "user", "content": "K200?"}, {"role": "assistant", "content": "A kettle."}],
        "as_of": "2026-12-24",
        "answerable": True,
        "must": [["24 months", "2 years"], ["K200"]],
        "must_not": ["36"],
        "sources": [{"document": "prices.xlsx", "locator": {"sheet": "A", "row": 7}}],
        "skus": ["K-200"],
        "gold": "24 months",
        "note": "of the row, not the policy",
    }
    (found,) = read_questions(written(tmp_path, "# mine", "", full))
    assert found == Question(
        id="en-001",
        query="And its warranty?",
        language="en",
        kind="followup",
        collection="b2b",
        history=(Message("user", "K200?"), Message("assistant", "A kettle.")),
        as_of=date(2026, 12, 24),
        must=(("24 months", "2 years"), ("K200",)),
        must_not=("36",),
        sources=(Source("prices.xlsx", {"sheet": "A", "row": 7}),),
        skus=("K-200",),
        gold="24 months",
        note="of the row, not the policy",
    )


def test_a_query_is_enough(tmp_path: Path) -> None:
    """The id is the line's number, the language the query's."""
    found = read_questions(written(tmp_path, {"query": "保修多久？"}, {"query": "How long?", "must": ["2"]}))
    assert [(one.id, one.language, one.answerable, one.must) for one in found] == [
        ("1", "zh", True, ()),
        ("2", "en", True, (("2",),)),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ({"query": "  "}, "there is no query"),
        ({"query": "x", "musts": []}, "the key 'musts' is unknown"),
        ({"query": "x", "must": [[1]]}, "must must hold texts"),
        ({"query": "x", "answerable": "yes"}, "answerable must be true or false"),
        ({"query": "x", "as_of": "24.12."}, "write a day like 2026-12-24"),
        ({"query": "x", "language": "!"}, "is not a BCP 47 tag"),
        ({"query": "x", "history": [{"role": "system", "content": "y"}]}, "a turn of history is"),
        ({"query": "x", "sources": [{"document": "a", "locator": {"line": 3}}]}, "'line' is none"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, line: Any, words: str) -> None:
    """File, line and what to write instead."""
    path = written(tmp_path, {"query": "fine"}, line)
    with pytest.raises(BadRequest, match=r"mine.jsonl, line 2") as error:
        read_questions(path)
    assert words in str(error.value)


def test_ids_are_not_shared(tmp_path: Path) -> None:
    """Two questions of one id could not be told apart in a later run."""
    with pytest.raises(BadRequest, match="line 2: the id 'a' stands there twice"):
        read_questions(written(tmp_path, {"id": "a", "query": "x"}, {"id": "a", "query": "y"}))
    with pytest.raises(BadRequest, match="holds no question"):
        read_questions(written(tmp_path, ""))


def test_a_part_is_spread_over_the_file() -> None:
    """Always the same ones, from the beginning to the end; none is asked twice."""
    assert spread(list(range(10)), 3) == [0, 3, 6]
    assert spread(list(range(10)), 0) == list(range(10))
    assert spread([1, 2], 5) == [1, 2]
