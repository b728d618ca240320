"""`AnswerLine`: one question as it was put to the product, with its passages, its answer and its scores."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from answer.answer import Answer
from evaluation.questions import Question
from evaluation.retrieval import Tell
from evaluation.scoring import failed, is_source, score
from index.errors import XuanjiError
from retriever.passage import Passage

Ask = Callable[[Question], Answer]
"""The product's answer to a question."""
Judge = Callable[[Question, Answer], bool | None]
"""Whether a model finds that an answer agrees with the question's gold; None where it cannot tell."""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A line of `answers.jsonl`. `question` is the whole question, `scores` are those of `evaluation.scoring.Scores`.

    `passages` have document, locator, title, text, score, relevance, reason and whether they are a `source`. `error`
    says why the question could not be asked, "" where it could; then there is no `outcome`.
    """

    set: str
    id: str
    kind: str
    language: str
    answerable: bool
    query: str
    question: dict[str, Any]
    reply: str
    refused_because: str | None
    citations: list[dict[str, Any]]
    passages: list[dict[str, Any]]
    scores: dict[str, Any]
    milliseconds: dict[str, float]
    model: str
    snapshot: str
    error: str = ""
    outcome: str = ""


def ask_all(
    name: str, questions: Sequence[Question], ask: Ask, tell: Tell, judge: Judge | None = None
) -> Iterator[AnswerLine]:
    """Every question of a set, put and scored. One that cannot be put fails, and the others go on."""
    for number, question in enumerate(questions):
        tell(f"{name}, answers", number, len(questions))
        began = time.perf_counter()
        try:
            answer = ask(question)
        except XuanjiError as error:
            yield _line(name, question, None, asdict(failed(question, str(error))), {}, str(error))
            continue
        times = {**answer.timings_ms, "asked": round((time.perf_counter() - began) * 1000, 3)}
        judged = judge(question, answer) if judge is not None and question.gold and question.answerable else None
        yield _line(name, question, answer, asdict(score(question, answer, judged)), times)


def _line(
    name: str,
    question: Question,
    answer: Answer | None,
    scores: dict[str, Any],
    times: dict[str, float],
    error: str = "",
) -> AnswerLine:
    return AnswerLine(
        set=name,
        id=question.id,
        kind=question.kind,
        language=question.language,
        answerable=question.answerable,
        query=question.query,
        question={key: value for key, value in asdict(question).items() if value not in (None, "", ())}
        | ({"as_of": question.as_of.isoformat()} if question.as_of else {}),
        reply=answer.text if answer else "",
        refused_because=answer.reason if answer else None,
        citations=[
            {
                "n": citation.n,
                "document": citation.passage.chunk.document,
                "locator": citation.passage.chunk.locator.as_dict(),
                "sku": citation.passage.chunk.attributes.get("sku"),
                "quote": citation.quote,
            }
            for citation in (answer.citations if answer else ())
        ],
        passages=[_passage(passage, question) for passage in (answer.passages if answer else ())],
        scores=scores,
        milliseconds=times,
        model=answer.model if answer else "",
        snapshot=answer.snapshot if answer else "",
        error=error,
        outcome=answer.outcome if answer else "",
    )


def _passage(passage: Passage, question: Question) -> dict[str, Any]:
    chunk = passage.chunk
    return {
        "id": chunk.id,
        "document": chunk.document,
        "locator": chunk.locator.as_dict(),
        "title": chunk.label,
        "score": round(passage.score, 6),
        "relevance": round(passage.relevance, 6),
        "reason": passage.reason,
        "source": any(is_source(passage, source) for source in question.sources),
        "text": chunk.text,
    }
