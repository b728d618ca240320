"""The questions to the board guides: every span stands in the guide that a question names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
GUIDES = ROOT.parent / "shared/data/esp_boards"
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (ROOT / "benchmarks/esp_boards_questions.jsonl").read_text(encoding="utf-8").splitlines()
]


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.skipif(not GUIDES.is_dir(), reason="the board guides (../shared/data/esp_boards) are not here")
def test_every_answer_stands_in_its_guide() -> None:
    """Runs of blanks aside, word for word; also in the English guide of the same name, where one is named."""
    texts = {path: one_line(path.read_text(encoding="utf-8")) for path in GUIDES.rglob("*.rst")}
    named = []
    for question in QUESTIONS:
        for document in (question["document"], *question.get("also", ())):
            named.append((question["id"], document, question["answer_span"]))
            if "answer_span_en" in question:
                named.append((question["id"], document.replace("zh_CN/", "en/"), question["answer_span_en"]))
    missing = [(id, document) for id, document, span in named if one_line(span) not in texts[GUIDES / document]]
    assert missing == []


def test_the_questions_are_many_and_no_two_are_alike() -> None:
    """At least 60 in each language, each with an id and words of its own."""
    counts = {language: sum(q["language"] == language for q in QUESTIONS) for language in ("en", "zh")}
    assert counts == {"en": 88, "zh": 78}
    assert len({q["id"] for q in QUESTIONS}) == len({q["question"] for q in QUESTIONS}) == 166
