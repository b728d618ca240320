"""`joined`: the replies to the questions of one message as one reply, its passages numbered through."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace

from answer.answer import Answer, Answered, Event, Outcome, PassagesFound, Queued, Token
from answer.citations import Citation
from answer.course import Course
from answer.parts import Offer, Part, Products, Steps, Text
from retriever.passage import Passage
from retriever.planner.plan import Plan

_BEST: tuple[Outcome, ...] = ("answered", "offered", "refused")
_MARK = re.compile(r"\[(\d{1,3})\]")


def joined(told: Sequence[tuple[Course, Sequence[Event]]]) -> Iterator[Event]:
    """The events of one reply; `told` are those of each. A question that was refused is named before it is refused."""
    answers = [answer for _, events in told if (answer := _answer(events)) is not None]
    passages: dict[str, Passage] = {}
    for answer in answers:
        cited = [citation.passage for citation in answer.citations]
        for passage in (*cited, *answer.passages):
            passages.setdefault(passage.chunk.id, passage)
    numbers = {id: n for n, id in enumerate(passages, 1)}
    yield PassagesFound(tuple(passages.values()), answers[0].snapshot)
    yield from (event for _, events in told for event in events if isinstance(event, Queued))
    texts = []
    for (course, _), answer in zip(told, answers, strict=True):
        text = _MARK.sub(lambda mark, answer=answer: _renumbered(mark, answer, numbers), answer.text)  # type: ignore[misc]
        texts.append(f"“{course.asked.text}”\n{text}" if answer.refused else text)
        yield Token(f"\n\n{texts[-1]}" if len(texts) > 1 else texts[-1])
    yield Answered(_whole(answers, "\n\n".join(texts), tuple(passages.values()), numbers, told[-1][0]))


def _answer(events: Sequence[Event]) -> Answer | None:
    return next((event.answer for event in events if isinstance(event, Answered)), None)


def _renumbered(mark: re.Match[str], answer: Answer, numbers: dict[str, int]) -> str:
    n = int(mark[1])
    return f"[{numbers[answer.passages[n - 1].chunk.id]}]" if 1 <= n <= len(answer.passages) else mark[0]


def _renumbered_part(part: Part, answer: Answer, numbers: dict[str, int]) -> Part:
    """A part with the numbers of the whole reply."""

    def number(n: int) -> int:
        return numbers[answer.passages[n - 1].chunk.id] if 1 <= n <= len(answer.passages) else n

    match part:
        case Text():
            return Text(_MARK.sub(lambda mark: _renumbered(mark, answer, numbers), part.text))
        case Steps():
            return replace(part, n=number(part.n))
        case Products():
            return Products(tuple(replace(one, n=number(one.n)) for one in part.products))
        case Offer():
            return replace(part, passages=tuple(replace(one, n=number(one.n)) for one in part.passages))
    return part


def _whole(
    answers: Sequence[Answer],
    text: str,
    passages: tuple[Passage, ...],
    numbers: dict[str, int],
    last: Course,
) -> Answer:
    outcomes = [answer.outcome for answer in answers]
    outcome = next(one for one in _BEST if one in outcomes)
    citations = {
        (n := numbers[citation.passage.chunk.id], citation.quote): Citation(n, citation.passage, citation.quote)
        for answer in answers
        for citation in answer.citations
    }
    return replace(
        answers[0],
        id=uuid.uuid4().hex,
        text=text,
        citations=tuple(sorted(citations.values(), key=lambda citation: citation.n)),
        passages=passages,
        outcome=outcome,
        reason=answers[0].reason if outcome == "refused" else None,
        timings_ms=last.timings(),
        standalone=None,
        constraints=tuple(one for answer in answers for one in answer.constraints),
        computed=tuple(one for answer in answers for one in answer.computed),
        answerability=min(answer.answerability for answer in answers),
        parts=tuple(_renumbered_part(part, answer, numbers) for answer in answers for part in answer.parts),
        plan=Plan(tuple(part for answer in answers for part in answer.plan.parts), answers[0].plan.model),
    )
