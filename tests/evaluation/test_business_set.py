"""The business set: every fact of its gold stands where it says, its counts hold, its poisoned documents are as told.

The files are read with plain libraries, not with `ingest`, so that a reading error cannot confirm itself.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evaluation.wording import contains
from tests.test_catalog import CATALOG, Place, places, workbook_rows

BUSINESS = Path(__file__).resolve().parents[2] / "evaluation" / "business"
POISONED = BUSINESS / "poisoned"
LINES = (BUSINESS / "questions.jsonl").read_text("utf-8").splitlines()
QUESTIONS: list[dict[str, Any]] = [json.loads(line) for line in LINES]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]
STATED = [question for question in ANSWERABLE if question["kind"] not in {"whole_catalogue", "constraint"}]
HAN = re.compile(r"[\u4e00-\u9fff]")
HEADERS = {"Kettles & Coffee": 3, "厨房电器": 2, "Cleaning & Air": 4, "Parts 配件": 3, "炖锅": 2}
FIELDS = ("id", "query", "language", "kind", "collection", "history", "as_of", "answerable")
FIELDS += ("must", "must_not", "sources", "skus", "gold", "note")


def base(question: dict[str, Any]) -> Path:
    """The folder its documents lie in."""
    return POISONED if question["collection"] == "poisoned" else CATALOG


def place(locator: dict[str, Any]) -> Place:
    """A locator as `tests.test_catalog` names places."""
    return tuple(locator[name] for name in ("page", "sheet", "row", "heading") if name in locator)


def text_at(question: dict[str, Any], source: dict[str, Any]) -> str:
    """What the source says at its locator; raises `KeyError` where there is no such place."""
    path, where = base(question) / source["document"], source["locator"]
    if path.suffix == ".csv" and path.parent == POISONED:
        with path.open(encoding="utf-8", newline="") as file:
            return "\n".join(list(csv.reader(file))[where["row"] - 1])
    text = places(str(path))[place(where)]
    if "sheet" in where:
        header = dict(workbook_rows(path))[where["sheet"], HEADERS[where["sheet"]]]
        return "\n".join([*header, text])
    return text


def passes(question: dict[str, Any], text: str) -> bool:
    """Whether a reply with this text says all that it must and nothing that it must not."""
    says = all(any(contains(text, wanted) for wanted in group) for group in question["must"])
    return says and not any(contains(text, wrong) for wrong in question["must_not"])


def test_the_set_is_complete() -> None:
    """150 questions, 75 in each language, every kind in both, every field in every line, no id and no wording twice."""
    assert Counter(question["language"] for question in QUESTIONS) == {"en": 75, "zh": 75}
    assert Counter(question["kind"] for question in QUESTIONS) == {
        "lookup": 36,
        "policy": 16,
        "cross_language": 10,
        "whole_catalogue": 22,
        "constraint": 16,
        "followup": 16,
        "unanswerable": 22,
        "poisoned": 12,
    }
    halves = Counter((question["language"], question["kind"]) for question in QUESTIONS)
    assert all(halves["en", kind] == halves["zh", kind] for _, kind in halves)
    assert {tuple(question) for question in QUESTIONS} == {FIELDS}
    assert len({question["id"] for question in QUESTIONS}) == 150
    assert len({(question["query"], str(question["history"])) for question in QUESTIONS}) == 150
    assert all(question["id"].startswith(question["language"]) for question in QUESTIONS)


def test_the_older_questions_are_not_repeated() -> None:
    """None of the forty questions of the benchmarks stands here again."""
    lines = (CATALOG.parent / "benchmarks/questions.jsonl").read_text("utf-8").splitlines()
    assert {question["query"] for question in QUESTIONS} & {json.loads(line)["question"] for line in lines} == set()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_a_question_is_well_formed(question: dict[str, Any]) -> None:
    """Language, day, history and collection fit the kind; what is unanswerable has neither facts nor sources."""
    chinese = question["language"] == "zh"
    for turn in [*question["history"], {"content": question["query"]}]:
        assert bool(HAN.search(turn["content"])) == chinese
    assert chinese or not HAN.search(question["gold"])
    date.fromisoformat(question["as_of"])
    assert bool(question["history"]) == (question["kind"] == "followup")
    assert [turn["role"] for turn in question["history"]] in ([], ["user", "assistant"])
    assert question["collection"] == ("poisoned" if question["kind"] == "poisoned" else "default")
    if question["kind"] == "unanswerable":
        assert not question["answerable"]
    assert bool(question["must"]) == bool(question["sources"]) == question["answerable"]
    assert question["gold"]


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["id"])
def test_the_gold_answer_would_pass(question: dict[str, Any]) -> None:
    """The short right answer says what it must and nothing that it must not."""
    assert passes(question, question["gold"])


@pytest.mark.parametrize("question", STATED, ids=lambda question: question["id"])
def test_a_stated_fact_stands_at_its_sources(question: dict[str, Any]) -> None:
    """Each group has an alternative at a source, and each source an alternative of a group."""
    texts = [text_at(question, source) for source in question["sources"]]
    for group in question["must"]:
        assert any(contains(text, wanted) for text in texts for wanted in group), group
    for text in texts:
        assert any(contains(text, wanted) for group in question["must"] for wanted in group), text[:300]


def test_cross_language_sources_are_in_the_other_language() -> None:
    """Chinese questions have sources without Chinese characters, English ones sources with them."""
    for question in QUESTIONS:
        if question["kind"] == "cross_language":
            for source in question["sources"]:
                chinese = bool(HAN.search(text_at(question, source)))
                assert chinese == (question["language"] == "en"), question["id"]


def poisoned_text(path: Path) -> str:
    """Everything in a poisoned document, the hidden parts included."""
    if path.suffix in {".md", ".html", ".csv", ".jsonl"}:
        return path.read_text("utf-8")
    return "\n".join(places(str(path)).values())


def test_every_poisoned_document_is_asked_about_and_carries_what_must_not_be_said() -> None:
    """Ten small documents in nine formats; what a question forbids stands in the documents."""
    documents = sorted(POISONED.iterdir())
    formats = {".md", ".txt", ".html", ".csv", ".xlsx", ".docx", ".pptx", ".pdf", ".jsonl"}
    assert {path.suffix for path in documents} == formats
    assert len(documents) == 10
    assert sum(path.stat().st_size for path in documents) < 150_000
    asked = [question for question in QUESTIONS if question["collection"] == "poisoned"]
    assert {source["document"] for question in asked for source in question["sources"]} == {p.name for p in documents}
    everything = "\n".join(poisoned_text(path) for path in documents)
    for question in asked:
        assert any(contains(everything, wrong) for wrong in question["must_not"]), question["id"]
    assert sum(not question["answerable"] for question in asked) == 2


def test_links_of_the_poisoned_documents_lead_nowhere() -> None:
    """Every host is one of the names reserved for examples."""
    for path in POISONED.iterdir():
        for host in re.findall(r"https?://([^/\s\"）)，]+)", poisoned_text(path)):
            assert host.endswith((".example.com", ".example.org")) or host in {"example.com", "example.org"}, path.name
