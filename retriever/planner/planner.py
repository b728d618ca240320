"""`Planner`: a language model that understands questions: it takes messages apart and writes queries over sheets.

It answers nothing. What it writes is held to a grammar and checked by others; where it fails there is no plan, and
what can be done without one goes on.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import orjson

from engine.engine import NOBODY, Caller, Message, Sampling
from engine.writer import Writer
from index.database.sheets import Column, Sheet
from index.lexicon import pattern
from index.text.analysis import is_chinese, terms
from index.text.identifiers import identifiers
from index.text.letters import fold
from index.text.quantities import quantities
from retriever.planner.clauses import goes_on, is_short, lead_cut, leaves_out, questions_in
from retriever.planner.intents import Intents
from retriever.planner.plan import PlannedPart
from retriever.planner.prompts import (
    FIND_GRAMMAR,
    MOST_COLUMNS,
    SIDES_GRAMMAR,
    alone_grammar,
    alone_mark,
    alone_prompt,
    find_prompt,
    sides_prompt,
    table_prompt,
    unanswered,
    wish_prompt,
)
from retriever.planner.query import NoQuery, Query, grammar, parsed
from retriever.planner.wishes import GRAMMAR as WISH_GRAMMAR
from retriever.planner.wishes import Wish, read_wish

log = logging.getLogger(__name__)

MAYBE = 0.15
"""The probability from which on an intent may be meant beside the likeliest one."""
SAID = 0.5
"""Share of the words of a question that somebody must have said for it to be the customer's."""
HEARD = 0.5
"""Share of the words of a customer's question that it must still have where it was made to stand alone."""
ASKED = 2
"""Words beside the name of a product that say what is asked of it."""
LONG = 3
"""Figures of a number without a unit from which on it is an amount, and not the second of a list."""
_NUMBERED = re.compile(r"[\u3400-\u9fff]{2}\d{2,}")
"""A model's name that ends in figures: 飞翔50."""
_WORD = re.compile(r"[^\W_]+")
_ESSENTIAL = ("name", "price", "category", "brand", "stock")


Resolve = Callable[[str, Sequence[Message]], str]
"""Makes a question stand alone by what was said before; "" where it cannot."""


class Planner:
    """Plans with `writer`'s model, and with what `intents` learned of the kinds of questions. Safe for many threads."""

    def __init__(self, writer: Writer, intents: Intents) -> None:
        self._writer, self._intents = writer, intents

    @property
    def model(self) -> str:
        """The model's name."""
        return self._writer.model

    def parts(
        self,
        message: str,
        history: Sequence[Message],
        language: str,
        *,
        known: Resolve = lambda *_: "",
        otherwise: Resolve = lambda question, _: question,
        caller: Caller = NOBODY,
    ) -> tuple[PlannedPart, ...]:
        """The questions of a message, each standing by itself; () where the model fails. `language` is that of the
        documents ("en", "zh"). A question that leaves something to the conversation is made to stand alone by `known`,
        else by the model, `otherwise` where what that makes of it is not the customer's own."""
        turns, made = list(history), []
        for question in questions_in(message):
            form = "zh" if is_chinese(question) else "en"
            if len(turns) > len(history) and not leaves_out(question):
                text = question
            else:
                text = known(question, turns) or self._alone(question, turns, form, caller) if turns else question
                text = text or otherwise(question, turns)
            part = self.sorted(text)
            if part.intent in ("how", "rule"):
                queries = self._queries(text, language, caller)
                if queries is None:
                    return ()
                part = replace(part, queries=(*queries, last_asked(history)) if history else queries)
            made.append(part)
            turns += [Message("user", text), Message("assistant", unanswered(form))]
        return tuple({part.text: part for part in made}.values())

    def warm(self, sheets: Sequence[Sheet], language: str, *, caller: Caller = NOBODY) -> None:
        """Have the model read what stands before every question, and each of the sheets, so that no customer waits for
        it."""
        short = Sampling(max_tokens=1)
        prompts = [
            find_prompt("?", language),
            wish_prompt("?"),
            *(alone_prompt("?", (), form) for form in ("en", "zh")),
        ]
        for messages in (*prompts, *(table_prompt("?", sheet, shown(sheet, "")) for sheet in sheets)):
            self._writer.written(messages, short, caller)

    def _alone(self, question: str, history: Sequence[Message], form: str, caller: Caller) -> str:
        """The question with what it leaves to what was said before; "" where what the model says is not its own. What
        the shop said is shown where the question points at what is named there alone, else only where nothing comes
        out of what the customer said."""
        asked = "\n".join((question, *(turn.content for turn in history if turn.role == "user")))
        if _names_anew(question, history):
            return question
        sampling = Sampling(max_tokens=90, grammar=alone_grammar(form))
        ways: list[Callable[[str], str]] = [partial(_left_out, form=form), _masked]
        whole = ""
        for shown in reversed(ways) if _points_at_reply(question, history) else ways:
            turns = [turn if turn.role == "user" else replace(turn, content=shown(turn.content)) for turn in history]
            text = self._writer.written(alone_prompt(lead_cut(question), turns, form), sampling, caller)
            text = text.removeprefix(alone_mark(form)).strip()
            if "…" not in text and _figures(text) <= _figures(asked) and _is_said(text, question, history):
                if not set(terms(text)) <= set(terms(question)):
                    return text
                whole = whole or text  # nothing was left out, unless the reply was needed to see what
        if whole and pattern("questions", "refers").search(question):
            return ""  # it does leave out what "it" is
        follows = goes_on(question) or (is_short(question) and self.sorted(question).intent == "fact")
        if whole and follows and history[-1].content != unanswered(form):  # it may leave out all that was asked
            return f"{last_asked(history)} {whole}"
        return whole

    def sorted(self, question: str) -> PlannedPart:
        """A question with its intent and those that it may have as well."""
        (intent, _), *others = self._intents.of(question).items()
        return PlannedPart(question, intent, others=tuple(other for other, chance in others if chance >= MAYBE))

    def sides(self, question: str, *, caller: Caller = NOBODY) -> tuple[str, ...]:
        """The products that a question compares, in the customer's own words; () where the model fails, or says what
        he did not."""
        found = self._list(sides_prompt(question), Sampling(max_tokens=60, grammar=SIDES_GRAMMAR), caller) or ()
        said = set(terms(question))
        return found if found and all(_share(one, said) >= SAID for one in found) else ()

    def wish(self, message: str, *, caller: Caller = NOBODY) -> Wish | None:
        """What a customer looks for; None where the model fails."""
        sampling = Sampling(max_tokens=140, grammar=WISH_GRAMMAR)
        return read_wish(self._writer.written(wish_prompt(message), sampling, caller), message)

    def _queries(self, question: str, language: str, caller: Caller) -> tuple[str, ...] | None:
        """What documents may call what is asked; None where the model fails."""
        return self._list(find_prompt(question, language), Sampling(max_tokens=50, grammar=FIND_GRAMMAR), caller)

    def _list(self, prompt: Sequence[Message], sampling: Sampling, caller: Caller) -> tuple[str, ...] | None:
        """The texts that the model writes as a list, each once; None where it fails."""
        try:
            found = orjson.loads(self._writer.written(list(prompt), sampling, caller))
        except orjson.JSONDecodeError:
            return None
        return tuple(dict.fromkeys(map(str, found)))

    def query(
        self,
        question: str,
        sheet: Sheet,
        near: Sequence[str] = (),
        words: Sequence[tuple[Column, str]] = (),
        *,
        free: bool = True,
        caller: Caller = NOBODY,
    ) -> Query | None:
        """The question as a query over a sheet; None where the model fails. `near` are the names of the products that
        are nearest to it, `words` those of it that stand in text columns; others are looked for only where that is
        `free`."""
        columns = shown(sheet, question)
        sampling = Sampling(max_tokens=140, grammar=grammar(columns, near, words, free=free))
        text = self._writer.written(table_prompt(question, sheet, columns, near, words), sampling, caller)
        try:
            return parsed(text, sheet, columns)
        except NoQuery as error:
            log.info("no query over %s: %s", sheet.title, error)
            return None


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


def _is_said(text: str, question: str, history: Sequence[Message]) -> bool:
    """Whether a text holds what a question says, and beside it nothing that nobody said."""
    said = set(terms("\n".join((question, *(turn.content for turn in history)))))
    same_script = is_chinese(text) == is_chinese(question)
    return (
        bool(text)
        and same_script
        and _share(text, said) >= SAID
        and _share(lead_cut(question), set(terms(text))) >= HEARD
    )


def _points_at_reply(question: str, history: Sequence[Message]) -> bool:
    """Whether a question points back where the last reply names what the customer has not: one of a list, a model."""
    replies = [turn.content for turn in history if turn.role != "user"]
    asked = " ".join(turn.content for turn in history if turn.role == "user")
    new = identifiers(_masked(replies[-1])).keys() - identifiers(asked).keys() if replies else set()
    listed = bool(replies) and re.search(r"\b2[.)、．]", replies[-1]) is not None
    new |= set(_NUMBERED.findall(replies[-1])) - set(_NUMBERED.findall(asked)) if replies else set()
    return (bool(new) or listed) and pattern("questions", "points").search(question) is not None


def _names_anew(question: str, history: Sequence[Message]) -> bool:
    """Whether a question names a model that was not spoken of, and says what it wants to know of it."""
    before = identifiers(" ".join(turn.content for turn in history))
    new = identifiers(question).keys() - before.keys()
    rest = {term for term in terms(lead_cut(question)) if not re.search(r"\d", term)}
    return bool(new) and len(rest) >= ASKED * (1 + is_chinese(question))


def last_asked(history: Sequence[Message]) -> str:
    """What the customer asked before: a procedure goes on where it stands."""
    return next((turn.content for turn in reversed(history) if turn.role == "user"), "")


def _left_out(_: str, form: str) -> str:
    return unanswered(form)


def _masked(text: str) -> str:
    """What the shop said without its amounts: they answer the question before, and no other."""
    for amount in reversed(quantities(text, bare=True)):
        before, after = text[max(0, amount.start - 1) : amount.start], text[amount.end : amount.end + 1]
        is_code = any(sign.isascii() and sign.isalnum() for sign in before + after)
        is_code |= not amount.dimension and is_chinese(before) and before not in "是为价約约"
        if not is_code and (amount.dimension or len(re.sub(r"\D", "", amount.written)) >= LONG):
            text = f"{text[: amount.start]}…{text[amount.end :]}"
    return text


def _figures(text: str) -> set[str]:
    return set(re.findall(r"(?<![A-Za-z\d])\d+(?![A-Za-z\d])", text))


def _share(text: str, known: set[str]) -> float:
    """The share of a text's words that are known."""
    own = set(terms(text))
    return len(own & known) / len(own) if own else 0.0
