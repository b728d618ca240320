"""`Planner`: a language model that understands questions: it takes messages apart and writes queries over sheets.

It answers nothing. What it writes is held to a grammar and checked by others; where it fails there is no plan, and
what can be done without one goes on.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from engine.engine import NOBODY, Caller, Message, Sampling
from engine.writer import Writer
from index.database.sheets import Column, Sheet
from index.text.analysis import is_chinese, terms
from index.text.letters import fold
from retriever.planner.plan import INTENTS, PlannedPart
from retriever.planner.prompts import MOST_COLUMNS, message_grammar, message_prompt, table_prompt
from retriever.planner.query import NoQuery, Query, grammar, parsed

log = logging.getLogger(__name__)

SAID = 0.6
"""Share of the words of a question that somebody must have said for it to be the customer's."""
HEARD = 0.5
"""Share of the words of a customer's question that the parts must have, or it was left out."""
AGAIN = 0.9
"""Share of a question's words that earlier questions have, and this message has not, for it to be an old one."""
FEW = 3
"""Words of a question at least, for it to be one by itself."""
MOST = 3
"""Parts of one message."""
_ASKED = re.compile(r"[^.!?。！？\n]+[?？]")
_CLAUSE = re.compile(
    r"[。？！；]|[.?!;](?=\s|[^\x00-\x7f]|$)|\b(?:and|also|plus)\b|[,，](?=.{12})|另外|还有|以及|顺便|和"
)
_WORD = re.compile(r"[^\W_]+")
_ESSENTIAL = ("name", "price", "category", "brand", "stock")


class Planner:
    """Plans with `writer`'s model. Safe for many threads."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    @property
    def model(self) -> str:
        """The model's name."""
        return self._writer.model

    def parts(
        self, message: str, history: Sequence[Message], language: str, *, caller: Caller = NOBODY
    ) -> tuple[PlannedPart, ...]:
        """The questions of a message, each standing by itself; () where the model fails. `language` is that of the
        documents ("en", "zh")."""
        apart = bool(history) or not is_one_question(message)
        sampling = Sampling(max_tokens=260 if apart else 60, grammar=message_grammar(apart=apart))
        return _parts(
            self._writer.written(message_prompt(message, history, language), sampling, caller), message, history
        )

    def query(self, question: str, sheet: Sheet, near: Sequence[str] = (), *, caller: Caller = NOBODY) -> Query | None:
        """The question as a query over a sheet; None where the model fails. `near` are the names of the products that
        are nearest to it."""
        columns = shown(sheet, question)
        sampling = Sampling(max_tokens=140, grammar=grammar(columns, near))
        text = self._writer.written(table_prompt(question, sheet, columns, near), sampling, caller)
        try:
            return parsed(text, sheet, columns)
        except NoQuery as error:
            log.info("no query over %s: %s", sheet.title, error)
            return None


def is_one_question(message: str) -> bool:
    """Whether a message is one short clause, so that nothing needs to be taken apart."""
    return not _CLAUSE.search(message.strip(" .?!。？！"))


def shown(sheet: Sheet, question: str) -> tuple[Column, ...]:
    """The columns that a prompt names: all, or of a wide sheet those that say what a row is, those that the question
    speaks of, and the first others."""
    if len(sheet.columns) <= MOST_COLUMNS:
        return sheet.columns
    asked = set(_WORD.findall(fold(question)))

    def rank(column: Column) -> int:
        if column.role in _ESSENTIAL:
            return 0
        return 1 if asked.intersection(_WORD.findall(fold(column.header))) else 2

    kept = sorted(range(len(sheet.columns)), key=lambda at: (rank(sheet.columns[at]), at))[:MOST_COLUMNS]
    return tuple(sheet.columns[at] for at in sorted(kept))


def _parts(text: str, message: str, history: Sequence[Message]) -> tuple[PlannedPart, ...]:
    """What a model wrote of a message, as far as it holds: a question in words that nobody said is not the customer's,
    and one of the customer's that no part has is added as it stands."""
    written = _written_parts(text)
    said = set(terms("\n".join((message, *(turn.content for turn in history)))))
    found: dict[str, PlannedPart] = {}
    for one in written:
        asked = " ".join(str(one.get("ask", message)).split())
        if _share(asked, said) < SAID or is_chinese(asked) != is_chinese(message):
            continue
        found.setdefault(asked, PlannedPart(asked, one["kind"], tuple(dict.fromkeys(map(str, one["find"])))))
    made = _new(list(found.values()), message, history)
    if not made:
        return ()
    heard = {word for part in made for word in terms(part.text)}
    unheard = (one for one in _ASKED.findall(message) if _share(one, heard) < HEARD and len(terms(one)) >= FEW)
    made += [PlannedPart(clause.strip(), written[-1]["kind"]) for clause in unheard]
    if len(made) == 1 and not history:  # what is one question is best in the customer's own words
        return (replace(made[0], text=message),)
    return tuple(made[:MOST])


def _new(parts: list[PlannedPart], message: str, history: Sequence[Message]) -> list[PlannedPart]:
    """The parts less those that only ask once more what was asked before, where there are others."""
    own = set(terms(message))
    before = set(terms("\n".join(turn.content for turn in history if turn.role == "user"))) - own
    said = [part for part in parts if not before or own & set(terms(part.text)) or _share(part.text, before) < AGAIN]
    return said or parts


def _written_parts(text: str) -> list[dict[str, Any]]:
    """The entries of what a model wrote; none where it is no such JSON, as it was cut short."""
    try:
        parts = orjson.loads(text)["parts"]
        return [one for one in parts if one["kind"] in INTENTS and isinstance(one["find"], list)]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return []


def _share(text: str, known: set[str]) -> float:
    """The share of a text's words that are known."""
    own = set(terms(text))
    return len(own & known) / len(own) if own else 0.0
