"""Reading question sets in SQuAD's layout (SQuAD, XQuAD, CMRC 2018 and others).

Answers are spans of their paragraph; what is learned of them, and which part is held out, is not known here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Answer:
    """A gold answer and the character of the paragraph at which it begins, as the file says (-1: it does not)."""

    text: str
    start: int = -1


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a paragraph; `impossible` where the file says that the paragraph has no answer."""

    id: str
    question: str
    answers: tuple[Answer, ...]
    impossible: bool = False

    @property
    def golds(self) -> tuple[str, ...]:
        """The texts of the answers, each once."""
        return tuple(sorted({answer.text for answer in self.answers}))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text with its questions: `number` is its place among the paragraphs, `title` that of its article ("": none)."""

    number: int
    title: str
    text: str
    asked: tuple[Asked, ...]


def paragraphs(file: Path) -> list[Paragraph]:
    """The paragraphs of a file in their order. Raises KeyError where the file is of another layout."""
    articles = json.loads(file.read_text(encoding="utf-8"))["data"]
    items = [(article.get("title", ""), item) for article in articles for item in article["paragraphs"]]
    return [
        Paragraph(
            number,
            item.get("title", title).replace("_", " "),
            item["context"],
            tuple(
                Asked(
                    str(qa["id"]),
                    qa["question"],
                    tuple(Answer(answer["text"], answer.get("answer_start", -1)) for answer in qa["answers"]),
                    qa.get("is_impossible", False),
                )
                for qa in item["qas"]
            ),
        )
        for number, (title, item) in enumerate(items)
    ]


def merged(found: Iterable[Paragraph]) -> list[Paragraph]:
    """Equal texts once, with the questions of all of them, numbered anew."""
    made: dict[str, Paragraph] = {}
    for one in found:
        kept = made.setdefault(one.text, replace(one, number=len(made), asked=()))
        made[one.text] = replace(kept, asked=kept.asked + one.asked)
    return list(made.values())
