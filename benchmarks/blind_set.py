"""`Blind`: a question of `blind_shop_*.jsonl`, and the verdict on the reply to it.

What numbers a reply may state, its quotes and its language are judged by `evaluation.scoring`; here is what these sets
ask beyond that: offers, small talk, the rows of a wish by their names, and whether what was shown holds the gold text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answer.answer import Answer
from engine.engine import Message
from evaluation.overlap import says
from evaluation.questions import Question
from evaluation.scoring import LONG_LIST, score
from evaluation.wording import comparable, contains
from index.chunk import Chunk
from index.text.analysis import simplified

FIRST = 3
"""Passages that count as the first."""
OFFERED = frozenset({"howto", "policy"})
"""Kinds of question that an offer of passages may answer."""
_APART = re.compile(r"(?<![\w-])\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)")
_BEFORE_UNIT = re.compile(r"(?<=\d)\s+(?=[^\W\d_])")
_SHORT_WORD = re.compile(r"[A-Za-z]{1,3}")
_FIELDS = re.compile(r"[\t\n|;；,]")
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Blind:
    """`documents`: any of them answers; `gold`: texts that stand in them; `rows`: the names of the rows that a wish
    asks for; `count`: how many they are, where that is what is asked, else None.
    """

    question: Question
    documents: tuple[str, ...]
    gold: tuple[str, ...]
    rows: tuple[str, ...]
    count: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`handled`: right for its kind, also where right is a refusal. Points that do not apply are None."""

    outcome: str
    handled: bool
    must: bool
    must_not: bool
    rows: bool | None
    gold_first: bool | None
    gold_shown: bool | None
    right_language: bool
    unsupported: tuple[str, ...]


def read_blind(path: Path) -> list[Blind]:
    """The questions of a file."""
    return [_blind(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _blind(parts: dict[str, Any]) -> Blind:
    question = Question(
        id=parts["id"],
        query=parts["query"],
        language=parts["language"],
        kind=parts["kind"],
        history=tuple(Message(turn["role"], turn["content"]) for turn in parts["history"]),
        answerable=parts["answerable"],
        must=tuple(map(tuple, parts["must"])),
        must_not=tuple(parts["must_not"]),
    )
    rows, gold = tuple(parts["rows"]), tuple(parts["gold"])
    return Blind(question, tuple(parts["documents"]), gold, rows, parts.get("count"))


def judged(blind: Blind, answer: Answer) -> Verdict:
    """The verdict on one reply."""
    question, text = blind.question, answer.text
    scores = score(question, answer)
    outcome = str(getattr(answer, "outcome", "refused" if answer.refused else "answered"))
    must = all(any(said(text, one) for one in group) for group in question.must)
    must_not = not any(said(text, one) for one in question.must_not)
    rows = _rows(blind, answer)
    chunks = [passage.chunk for passage in answer.passages if passage.chunk.document in blind.documents]
    first = [passage.chunk for passage in answer.passages[:FIRST] if passage.chunk.document in blind.documents]
    told = outcome == "answered" or (outcome == "offered" and question.kind in OFFERED)
    if question.kind == "smalltalk":
        handled = outcome != "refused" and not answer.citations
    elif not question.answerable:
        handled = outcome != "answered"
    else:
        handled = told and must and must_not and rows is not False
    return Verdict(
        outcome=outcome,
        handled=handled,
        must=must,
        must_not=must_not,
        rows=rows,
        gold_first=all(_holds(first, gold) for gold in blind.gold) if blind.gold else None,
        gold_shown=all(_holds(chunks, gold) for gold in blind.gold) if blind.gold else None,
        right_language=bool(scores.right_language),
        unsupported=scores.unsupported,
    )


def said(text: str, expected: str) -> bool:
    """Whether a text says what is expected, in simplified characters, with or without blanks inside numbers and before
    units; a short word is none inside another."""
    text, expected = (_APART.sub(_together, simplified(one)) for one in (text, expected))
    if _SHORT_WORD.fullmatch(expected):
        return re.search(rf"(?<![^\W\d_]){expected}(?![^\W\d_])", text, re.IGNORECASE | re.ASCII) is not None
    return says(text, expected) or contains(_BEFORE_UNIT.sub("", text), _BEFORE_UNIT.sub("", expected))


def _together(number: re.Match[str]) -> str:
    return "".join(number[0].split())


def _rows(blind: Blind, answer: Answer) -> bool | None:
    """Whether the rows that a reply cites are those of the wish and no others; of a long list `LONG_LIST` are enough.

    Where the answer is a number, that it is said; where no row is cited, since texts answer, that all names are said.
    """
    if blind.count is not None:
        return said(answer.text, str(blind.count))
    if not blind.rows:
        return None
    cited = {c.passage.chunk.id: c.passage.chunk for c in answer.citations if c.passage.chunk.locator.row is not None}
    if not cited:
        return all(said(answer.text, name) for name in blind.rows)
    found = [names_of(chunk, blind.rows) for chunk in cited.values()]
    named = frozenset().union(*found)
    return all(found) and len(named) >= min(LONG_LIST, len(set(blind.rows)))


def names_of(chunk: Chunk, names: Sequence[str]) -> frozenset[str]:
    """Which of these names a row bears, in a cell or as its label."""
    own = {_even(chunk.label), *(_even(cell.text) for cell in chunk.cells)}
    return frozenset(name for name in names if _even(name) in own)


def _holds(chunks: Iterable[Chunk], gold: str) -> bool:
    return any(holds(chunk, gold) for chunk in chunks)


def holds(chunk: Chunk, gold: str) -> bool:
    """Whether a chunk holds a text of its file: its letters and digits in one run, or each of its fields, as a row of a
    table is told cell by cell.
    """
    text, gold = "\n".join((chunk.label, *chunk.section, chunk.text)), _LINK.sub(r"\1", gold)
    if _letters(gold) in _letters(text):
        return True
    fields = [field.strip(' "') for field in _FIELDS.split(gold)]
    return len(fields) > 1 and all(contains(text, field) for field in fields if comparable(field))


def _even(text: str) -> str:
    return comparable(simplified(text))


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", comparable(text))


def within_reach(blinds: Iterable[Blind], chunks: Sequence[Chunk]) -> Iterator[tuple[bool, bool]]:
    """Of each answerable question whether the index holds its gold texts, and its rows by name, at all."""
    for blind in blinds:
        if blind.question.answerable:
            own = [chunk for chunk in chunks if chunk.document in blind.documents]
            rows = [chunk for chunk in own if chunk.locator.row is not None]
            named = frozenset[str]().union(*(names_of(chunk, blind.rows) for chunk in rows))
            yield all(_holds(own, gold) for gold in blind.gold), not rows or named == frozenset(blind.rows)
