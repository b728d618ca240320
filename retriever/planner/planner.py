"""`Planner`: a language model that understands questions: it takes messages apart and writes queries over sheets.

It answers nothing. What it writes is held to a grammar and checked by others; where it fails there is no plan, and
what can be done without one goes on.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any

import orjson

from engine.engine import (
    NOBODY,
    Caller,
    Engine,
    EngineBusy,
    EngineFailed,
    EngineTooSlow,
    Message,
    PromptTooLong,
    Sampling,
)
from index.database.sheets import Column, Sheet
from index.text.analysis import is_chinese, terms
from index.text.letters import fold
from retriever.planner.plan import INTENTS, PlannedPart
from retriever.planner.prompts import MOST_COLUMNS, message_grammar, message_prompt, table_prompt
from retriever.planner.query import NoQuery, Query, grammar, parsed

log = logging.getLogger(__name__)

REMEMBERED = 2_000
"""Plans kept, least recently used forgotten first."""
_FAILURES = (EngineBusy, EngineFailed, EngineTooSlow, PromptTooLong)
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
    """Plans with `engine`. Safe for many threads; a plan that was made is remembered by the caller's `key`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._plans: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def model(self) -> str:
        """The model's name."""
        return self._engine.model

    def parts(
        self, message: str, history: Sequence[Message], language: str, *, key: Hashable = None, caller: Caller = NOBODY
    ) -> tuple[PlannedPart, ...]:
        """The questions of a message, each standing by itself; () where the model fails. `language` is that of the
        documents ("en", "zh")."""
        known = ("parts", key, message, tuple(history), language)
        if (found := self._known(known)) is not None:
            return found  # type: ignore[no-any-return]
        apart = bool(history) or not is_one_question(message)
        sampling = Sampling(max_tokens=260 if apart else 60, grammar=message_grammar(apart=apart))
        text = self._written(message_prompt(message, history, language), sampling, caller)
        made = _parts(text, message, history)
        return self._remember(known, made) if made else ()

    def query(
        self,
        question: str,
        sheet: Sheet,
        near: Sequence[str] = (),
        *,
        key: Hashable = None,
        caller: Caller = NOBODY,
    ) -> Query | None:
        """The question as a query over a sheet; None where the model fails. `near` are the names of the products that
        are nearest to it."""
        known = ("query", key, question, sheet.places, tuple(near))
        if (found := self._known(known)) is not None:
            return found  # type: ignore[no-any-return]
        columns = shown(sheet, question)
        sampling = Sampling(max_tokens=140, grammar=grammar(columns, near))
        text = self._written(table_prompt(question, sheet, columns, near), sampling, caller)
        try:
            made = parsed(text, sheet, columns)
        except NoQuery as error:
            log.info("no query over %s: %s", sheet.title, error)
            return None
        self._remember(known, made)
        return made

    def _written(self, messages: list[Message], sampling: Sampling, caller: Caller) -> str:
        try:
            with self._engine.generate(messages, sampling, caller) as generation:
                return "".join(generation)
        except _FAILURES as error:
            log.warning("the model planned nothing: %s", error)
            return ""

    def _known(self, key: Hashable) -> Any:
        with self._lock:
            if key in self._plans:
                self._plans.move_to_end(key)
            return self._plans.get(key)

    def _remember(self, key: Hashable, made: Any) -> Any:
        with self._lock:
            self._plans[key] = made
            while len(self._plans) > REMEMBERED:
                self._plans.popitem(last=False)
        return made


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
