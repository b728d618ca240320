"""`Question`: one line of a file of questions that are put to the whole product, with what is expected of the reply.

Only "query" must be there. How a reply is judged is not known here (see `evaluation.scoring`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from answer.language import detect, resolve
from engine.engine import Message
from index.disk import reason
from index.errors import BadRequest

Item = TypeVar("Item")

PLACES = ("page", "sheet", "row", "heading")


@dataclass(frozen=True, slots=True)
class Source:
    """A place that answers: a document, and the parts of its locator that matter."""

    document: str
    locator: Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`must`: of each group one text at least is said, `must_not`: none. `sources`: any one of them answers.

    `skus`, where there are any, are the rows that the reply must cite: these and no others. `gold` is the reply in a
    few words. An unanswerable question must be refused. `language` is that of the reply; `history` comes before it.
    """

    id: str
    query: str
    language: str
    kind: str = "lookup"
    collection: str = "default"
    history: tuple[Message, ...] = ()
    as_of: date | None = None
    answerable: bool = True
    must: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    skus: tuple[str, ...] = ()
    gold: str = ""
    note: str = ""

    @property
    def nothing_meets(self) -> bool:
        """Whether nothing meets its constraints: the reply says so, and may well be marked as a refusal."""
        return self.kind == "constraint" and self.answerable and not self.skus


KEYS = tuple(field.name for field in fields(Question))


def read_questions(path: Path, limit: int = 0) -> list[Question]:
    """The questions of a file, or `limit` of them (0: all), see `spread`. BadRequest names file, line and reason."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadRequest(f"the questions {path} cannot be read: {reason(error)}") from error
    except UnicodeDecodeError as error:
        raise BadRequest(f"the questions {path} are not UTF-8; save the file as UTF-8") from error
    found: dict[str, Question] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                question = _question(line, str(number))
            except BadRequest as error:
                raise BadRequest(f"{path}, line {number}: {error}") from error
            if question.id in found:
                raise BadRequest(f"{path}, line {number}: the id {question.id!r} stands there twice")
            found[question.id] = question
    if not found:
        raise BadRequest(f"{path} holds no question")
    return spread(list(found.values()), limit)


def spread(items: list[Item], limit: int) -> list[Item]:
    """At most `limit` items (0: all), the same ones every time, spread evenly: a file is often ordered by kind."""
    if not limit or limit >= len(items):
        return items
    return [items[at * len(items) // limit] for at in range(limit)]


def _question(line: str, number: str) -> Question:
    try:
        parts = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"this is not JSON ({error})") from error
    if not isinstance(parts, dict):
        raise BadRequest('this is not a JSON object; write {"query": "...", "must": [["..."]]}')
    if unknown := [key for key in parts if key not in KEYS]:
        raise BadRequest(f"the key {unknown[0]!r} is unknown; the keys are {', '.join(KEYS)}")
    query = _text(parts, "query")
    if not query.strip():
        raise BadRequest("there is no query")
    language = _text(parts, "language", "auto")
    resolve(language, query)
    answerable = parts.get("answerable", True)
    if not isinstance(answerable, bool):
        raise BadRequest("answerable must be true or false")
    return Question(
        id=_text(parts, "id", number),
        query=query,
        language=detect(query) if language == "auto" else language,
        kind=_text(parts, "kind", "lookup"),
        collection=_text(parts, "collection", "default"),
        history=tuple(map(_message, _list(parts, "history"))),
        as_of=_day(parts.get("as_of")),
        answerable=answerable,
        must=tuple(_texts([group] if isinstance(group, str) else group, "must") for group in _list(parts, "must")),
        must_not=_texts(_list(parts, "must_not"), "must_not"),
        sources=tuple(map(_source, _list(parts, "sources"))),
        skus=_texts(_list(parts, "skus"), "skus"),
        gold=_text(parts, "gold", ""),
        note=_text(parts, "note", ""),
    )


def _text(parts: Mapping[str, Any], key: str, default: str = "") -> str:
    value = parts.get(key, default)
    if not isinstance(value, str):
        raise BadRequest(f"{key} is {json.dumps(value, ensure_ascii=False)}; write text in quotation marks")
    return value


def _list(parts: Mapping[str, Any], key: str) -> list[Any]:
    value = parts.get(key) or []
    if not isinstance(value, list):
        raise BadRequest(f"{key} must be a list")
    return value


def _texts(values: Any, key: str) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        example = '[["79.90", "79,90"], ["EUR"]]' if key == "must" else '["...", "..."]'
        raise BadRequest(f"{key} must hold texts, none of them empty: {example}")
    return tuple(values)


def _message(turn: Any) -> Message:
    role = turn.get("role") if isinstance(turn, dict) else None
    if role not in ("user", "assistant") or not isinstance(turn.get("content"), str):
        raise BadRequest('a turn of history is {"role": "user" or "assistant", "content": "..."}')
    return Message(role, turn["content"])


def _source(parts: Any) -> Source:
    if not isinstance(parts, dict) or not isinstance(parts.get("document"), str):
        raise BadRequest('a source is {"document": "...", "locator": {"page": 3}}')
    locator = parts.get("locator") or {}
    if not isinstance(locator, dict) or (wrong := [part for part in locator if part not in PLACES]):
        named = f"{wrong[0]!r} is none" if isinstance(locator, dict) else "this is no object"
        raise BadRequest(f"the parts of a locator are {', '.join(PLACES)}; {named}")
    return Source(parts["document"], locator)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if value is not None else None
    except (TypeError, ValueError) as error:
        raise BadRequest(f"as_of is {value!r}; write a day like 2026-12-24") from error
