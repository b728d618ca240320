"""`whole_question`: what a follow-up leaves to the conversation, as a row of the catalogue.

The row that was spoken of is the one whose name was said and whose cell the reply told. What asks something by itself
("and whats it weigh?") is asked of that row by its name; what only names another row of its table ("and the Ultra
version?", 「那30的呢」) is the question before, asked of that one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from answer.fields import asked_fields
from answer.numbers import numbers
from engine.engine import Message
from index.chunk import Chunk
from index.lexicon import pattern
from index.text.analysis import STOP, is_chinese, simplified
from index.text.letters import fold
from index.text.quantities import quantities
from retriever.passage import Passage
from retriever.planner.clauses import is_short, lead_cut
from retriever.planner.plan import Intent
from retriever.planner.prompts import unanswered

SAID = 0.6
"""Share of the parts of a row's name that were said where the row was spoken of."""
TOLD = 0.3
"""What the cell that a reply told counts for beside that share."""
MOST = 3
"""Exchanges back to which a row is sought that was spoken of."""
SIGN = 0.25
"""What a Chinese sign counts for beside a word in Latin letters or a figure."""
TABLE, ENOUGH = 0.5, 0.5
"""What a row of the same table counts for beside these shares, and what another row must have more than together."""
_PART = re.compile(r"[a-z]+|\d+(?:\.\d+)?|[\u3400-\u9fff]")
_TOPIC = re.compile(r"^(?P<topic>[^呢，,？?]{1,24}?)(?:那[个款把边]|的话|的)?呢[，,？?\s]*(?P<asks>.*)$", re.DOTALL)
_ALSO = re.compile(r"^(?P<topic>[^，,？?]{1,16}?)的?也(?:是|行|一样|这么)?[^，,？?]{0,4}[吗么嘛]?[？?\s]*$")

Search = Callable[[str], Sequence[Passage]]
"""Many passages for a text, rows that it names in full among them."""


@dataclass(frozen=True, slots=True)
class _Follow:
    """A follow-up as what it names (`topic`) and what it asks; one of them may be ""."""

    topic: str
    asks: str


def whole_question(question: str, history: Sequence[Message], search: Search, intent: Callable[[str], Intent]) -> str:
    """A follow-up as a question that names its row; "" where no row was spoken of, or it is not asked of one."""
    exchanges = _exchanges(history)
    row, asked = None, ""
    for place in range(len(exchanges) - 1, max(-1, len(exchanges) - 1 - MOST), -1):
        said, told = exchanges[place]
        asked = asked or said
        if row := _spoken_of(said, told, search(f"{said}\n{told}")):
            break
    if row is None:
        return ""
    follow = _taken_apart(question)
    if follow.topic:
        if len(exchanges) > 1:  # that one may have been a follow-up itself
            asked = whole_question(asked, history[: _last_turn(history)], search, intent) or asked
        other = _other_row(follow.topic, row, search)
        if other is None:
            return ""
        return f"{other.label}: {follow.asks}" if follow.asks else _asked_of(asked, row, other)
    refers = pattern("questions", "refers").search(question) or pattern("followups", "it").search(question)
    if not refers and not _told(history) and not is_short(question):  # two questions of one message
        return lead_cut(question)
    is_rule = intent(question) == "rule" and not refers
    if is_rule or _names_itself(question, row, search):
        return lead_cut(question)
    return _of_row(lead_cut(question), row.label)


def _exchanges(history: Sequence[Message]) -> list[tuple[str, str]]:
    """What the customer asked, each with what he was told."""
    found: list[tuple[str, str]] = []
    for turn in history:
        if turn.role == "user":
            found.append((turn.content, ""))
        elif found:
            found[-1] = found[-1][0], f"{found[-1][1]} {turn.content}".strip()
    return found


def _told(history: Sequence[Message]) -> bool:
    """Whether the shop has replied to what was asked before."""
    return history[-1].content not in (unanswered("en"), unanswered("zh"))


def _last_turn(history: Sequence[Message]) -> int:
    """The place of the customer's last turn."""
    return max(at for at, turn in enumerate(history) if turn.role == "user")


def _of_row(question: str, name: str) -> str:
    """The question with a name in the place of the first word that points at it, else before it."""
    for key, instead in (("its", f"{name}'s"), ("it", name)):
        text, count = pattern("followups", key).subn(lambda _, instead=instead: instead, question, count=1)  # type: ignore[misc]
        if count:
            return text
    return f"{name}: {question}"


def _taken_apart(question: str) -> _Follow:
    rest = lead_cut(question).strip()
    if is_chinese(rest):
        found = _TOPIC.match(rest) or _ALSO.match(rest)
        if found is None or asked_fields(found["topic"]):
            return _Follow("", rest)
        return _Follow(found["topic"], found.groupdict().get("asks") or "")
    asks = pattern("questions", "asks").search(rest) or asked_fields(rest)
    return _Follow("", rest) if asks else _Follow(rest.strip(" ?.!"), "")


def _spoken_of(asked: str, told: str, passages: Sequence[Passage]) -> Chunk | None:
    """The row whose name has most of its parts in what was said, a cell of which was told; None where there is none, or
    no cell."""
    said, figures = set(_parts(f"{asked} {told}")), numbers(told)
    scores: dict[str, tuple[float, Chunk]] = {}
    for passage in passages:
        chunk = passage.chunk
        own = set(_parts(chunk.label))
        if not chunk.cells or not own or chunk.label in scores:
            continue
        share = _weight(own & said) / _weight(own)
        is_told = any(
            cell.role not in ("name", "sku") and (numbers(cell.text) & figures or (told and cell.text in told))
            for cell in chunk.cells
            if cell.text
        )
        if share >= SAID:
            scores[chunk.label] = share + TOLD * is_told + TOLD * (_plain(chunk.label) in _plain(told)), chunk
    best = max(scores.values(), key=lambda one: (one[0], len(set(_parts(one[1].label)))), default=None)
    return None if best is None else best[1]


def _other_row(topic: str, row: Chunk, search: Search) -> Chunk | None:
    """The row whose name has most of what is named now, all figures of it among that, and of the name before, one of
    the same table rather; None where none has enough."""
    named = set(_parts(topic)) | numbers(topic)
    before = set(_parts(row.label))
    figures = {part for part in named if part[0].isdigit()}
    best = ENOUGH
    found: Chunk | None = None
    for passage in search(f"{topic} {row.label}"):
        chunk = passage.chunk
        own = set(_parts(chunk.label))
        if not chunk.cells or chunk.label == row.label or not figures <= own:
            continue
        new = named & own - before
        score = _weight(named & own) / _weight(named) + _weight(own & before) / _weight(own | before)
        score += TABLE * (chunk.table == row.table)
        if new and score > best:
            best, found = score, chunk
    return found


def _names_itself(question: str, row: Chunk, search: Search) -> bool:
    """Whether a question names another row by all of its name."""
    said = set(_parts(question))
    names = (set(_parts(one.chunk.label)) for one in search(question) if one.chunk.cells)
    return any(own <= said and not own <= set(_parts(row.label)) for own in names if own)


def _asked_of(asked: str, row: Chunk, other: Chunk) -> str:
    """The question before, with another row's name in the place of the words that named the first."""
    own = set(_parts(row.label))
    places = [match.span() for match in _PART.finditer(_plain(asked)) if match[0] in own]
    amounts = ((one.start, one.end) for one in quantities(asked))
    places += [(start, end) for start, end in amounts if any(start <= at < end for at, _ in places)]  # with its unit
    runs: list[list[int]] = []
    for start, end in sorted(places):
        if runs and start - runs[-1][1] <= 3:
            runs[-1][1] = max(end, runs[-1][1])
        else:
            runs.append([start, end])
    if not runs or len(_plain(asked)) != len(asked):
        return f"{other.label}: {asked}"
    start, end = max(runs, key=lambda run: run[1] - run[0])
    return f"{asked[:start]}{other.label}{asked[end:]}"


def _parts(text: str) -> list[str]:
    """Words in Latin letters, figures and Chinese signs: "22KW" is "22" and "kw"."""
    return [part for part in _PART.findall(_plain(text)) if part not in STOP]


def _weight(parts: Iterable[str]) -> float:
    """What parts count for together: a Chinese sign as a part of a word."""
    return sum(SIGN if "\u3400" <= part <= "\u9fff" else 1.0 for part in parts)


def _plain(text: str) -> str:
    return fold(simplified(text))
