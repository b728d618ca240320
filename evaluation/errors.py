"""What went wrong in a run, the worst first, in a form that a person can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from evaluation.asking import AnswerLine
from evaluation.retrieval import DEPTH, SearchLine
from evaluation.run import FUSED, Run

EXCERPT = 160


def wrong_answers(lines: Iterable[AnswerLine]) -> list[AnswerLine]:
    """The answers with any fault: broken promises first, then wrong answers, then lesser faults."""
    return sorted((line for line in lines if line.scores["problems"]), key=_severity)


def _severity(line: AnswerLine) -> tuple[int, int, str]:
    scores = line.scores
    promises = (
        bool(scores["unsupported"]),
        scores["quotes_verbatim"] is False,
        scores["free_of_markup"] is False,
        scores["says_nothing_wrong"] is False,
    )
    if any(promises):
        rank = 0
    elif scores["correct"]:
        rank = 4
    elif line.error or not line.answerable:
        rank = 1
    else:
        rank = 3 if scores["refused"] or scores["offered"] else 2
    return rank, -len(scores["problems"]), line.id


def missed_queries(lines: Iterable[SearchLine]) -> list[SearchLine]:
    """The queries for which something else came first than should have, those found latest first."""
    missed = [line for line in lines if line.measures and line.measures["hit@1"] == 0]
    return sorted(missed, key=lambda line: (-best_rank(line), line.id))


def best_rank(line: SearchLine) -> int:
    """The first rank at which anything came that answers; beyond `DEPTH` where nothing did."""
    return min((gold["rank"] or DEPTH + 1 for gold in line.gold), default=DEPTH + 1)


def expected(line: AnswerLine) -> str:
    """What the reply should have been, in a line."""
    question = line.question
    if not line.answerable:
        return "a refusal"
    parts = [question["gold"]] if question.get("gold") else []
    parts += [" / ".join(group) for group in question.get("must", ())] if not parts else []
    if question.get("skus"):
        parts.append(f"rows {', '.join(question['skus'])}")
    return "; ".join(parts) or "an answer"


def place(parts: Mapping[str, Any]) -> str:
    """Where a passage, a citation or a source stands: the document and the parts of its locator."""
    return ", ".join([parts["document"], *(f"{name} {value}" for name, value in parts.get("locator", {}).items())])


def in_words(run: Run) -> Iterator[str]:
    """The lines of `errors.txt`: of each set what is wrong, the worst first."""
    for name in run.about["sets"]:
        searches, answers = run.of_set(name)
        if answers:
            wrong = wrong_answers(answers)
            yield f"{name}: {len(wrong):,} of {len(answers):,} answers with a fault, the worst first"
            for answer in wrong:
                yield from _answer_in_words(answer)
        fused = [line for line in searches if line.legs == FUSED]
        if fused:
            missed = missed_queries(fused)
            told = f"{len(missed):,} of {len(fused):,} queries bring another document first"
            yield f"{name}: {told}, the latest found first"
            for line in missed:
                yield from _search_in_words(line)


def _answer_in_words(line: AnswerLine) -> Iterator[str]:
    yield ""
    yield f"{line.id} ({line.kind}, {line.language})  {_short(line.query)}"
    yield f"  wrong:    {'; '.join(line.scores['problems'])}"
    yield f"  expected: {_short(expected(line))}"
    yield f"  reply:    {_short(line.reply) or '-'}"
    if line.passages:
        first = line.passages[0]
        yield f"  first:    {place(first)} (relevance {first['relevance']:.2f})"


def _search_in_words(line: SearchLine) -> Iterator[str]:
    yield ""
    yield f"{line.id} ({line.direction})  {_short(line.query)}"
    for gold in line.gold[:3]:
        yield f"  should come: {_document(gold)}; it came {_rank(gold['rank'])}"
    if line.found:
        yield f"  came first:  {_document(line.found[0])}"


def _rank(rank: int | None) -> str:
    return f"at rank {rank}" if rank else f"not among the first {DEPTH}"


def _document(parts: Mapping[str, Any]) -> str:
    return _short(": ".join(filter(None, (parts["document"], parts["title"], parts["text"]))))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"


def weak_spots(summary: Mapping[str, Any], most: int = 8) -> list[dict[str, Any]]:
    """The parts of a run that lose most: of answers each kind and language, of queries each direction.

    Ordered by how many questions are lost (of queries: by how much of the gain), so that few losses in a small part do
    not hide many in a large one. Each has `set`, `part`, `value`, `n` and `lost`.
    """
    found: list[dict[str, Any]] = []
    for name, one in summary["sets"].items():
        if one["kind"] == "answers":
            parts: Sequence[tuple[str, Any]] = [(part, cell["handled"]) for part, cell in one["cells"].items()]
        else:
            directions = one["legs"].get(FUSED, {}).get("directions", {})
            parts = [(part, figures["nDCG@10"]) for part, figures in directions.items() if figures]
        for part, figure in parts:
            lost = (1 - figure["value"]) * figure["n"]
            if lost >= 0.5:
                found.append(
                    {"set": name, "part": part, "kind": one["kind"], "lost": lost, "value": figure["value"]}
                    | {"n": figure["n"]}
                )
    return sorted(found, key=lambda spot: -spot["lost"])[:most]
