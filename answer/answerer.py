"""`Answerer`: a question becomes a checked answer, told as it is made.

It knows nothing of HTTP or files, and not how a reply is worded: it finds out what is asked, with a model's help where
the parser is not sure, and what there is to tell.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from answer import language as languages
from answer.answer import Event, Reason
from answer.answerability import answerability
from answer.antecedent import whole_question
from answer.course import Course
from answer.dialogue import Standalone, standalone
from answer.evidence import Evidence, EvidenceSelector, states
from answer.finder import Finder
from answer.joining import joined
from answer.language import Form
from answer.nearness import NEAR, NEAR_PLANNED, near, offerable
from answer.prospect import (
    Prospect,
    Request,
    is_of_another_document,
    is_other_cell,
    is_sure,
)
from answer.reader import PassageReader
from answer.searcher import Searcher
from answer.smalltalk import small_talk
from answer.teller import Teller
from answer.verifier import Verifier
from engine.engine import NOBODY, Caller, Engine, EngineFailed, Message
from index.embedding.embedder import Embedder
from retriever.passage import Passage
from retriever.planner.plan import NO_PLAN, Plan, PlannedPart
from retriever.planner.planner import Planner
from retriever.retriever import Found
from retriever.understood import NOTHING

log = logging.getLogger(__name__)

NOISE = 0.1
"""Times the refusal threshold, the relevance below which a passage is no source at all: its sentences would only be in
the way of the better ones. Where a reader reads them, it says so better."""
DEEPER = 8
"""Passages searched where a reader chooses among them: it sees what neither leg does."""
READ = 2.0
"""The logit of what was read of a row from which on a cell is told that was not asked for by its field or header."""
AROUND = 40
"""Passages among which the row is that was spoken of, and the others of its table."""
BY_NAME = Plan((PlannedPart("", "fact"),))
"""Of a search that finds rows by their names, too."""
DEEPEST = 16
"""Passages searched where a model has said what the documents may call what is asked."""


class Answerer:
    """Answers from what `searcher` finds. Where the probability that it answers is under `refuse_below`, passages that
    are near are offered; where none is, it refuses, and says how to reach a person, `contact`.

    `words_in`: the languages in which `engine` is trusted to word a reply (see `answer.probe`); without an engine, or
    elsewhere, none words anything. `planner` understands what is not sure without it, and `verifier` checks the
    evidence for it, where the model `may_plan` (see `answer.planning_probe`). `reader` reads the likeliest passages for
    evidence. What the model understands of one message is waited for `plan_seconds` in all (of 168 questions on two
    cores 166 took less than 20), each step of it half as long; then the parser's understanding is told. `budget`:
    tokens of a prompt at most. `at_once` questions are searched for and read at the same time: more would only take the
    processor from each other, and from those who wait for a refusal. `today` gives the date in the
    prompt, unless a question is asked as of another day.
    """

    def __init__(
        self,
        searcher: Searcher,
        engine: Engine | None,
        embedder: Embedder,
        *,
        refuse_below: float,
        contact: str = "",
        reader: PassageReader | None = None,
        planner: Planner | None = None,
        verifier: Verifier | None = None,
        may_plan: Callable[[], bool] | None = None,
        words_in: frozenset[Form] = frozenset(),
        budget: int = 1500,
        max_tokens: int = 192,
        at_once: int = 4,
        plan_seconds: float = 30.0,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._searcher = searcher
        self._reader, self._selector = reader, EvidenceSelector(embedder, reader)
        self._depth = 0 if reader is None else DEEPER
        self._noise = NOISE * refuse_below if reader is None else 0.0
        self._plan_seconds = plan_seconds
        self._refuse_below, self._contact = refuse_below, contact.strip()
        self._planner, self._verifier, self._may_plan = planner, verifier, may_plan
        self._finder: Finder | None = None
        if planner is not None:
            self._finder = Finder(searcher, planner, verifier, self._looked_for, self._nearest, self._whole)
        self._thinking = threading.Semaphore(at_once)
        self._teller = Teller(
            searcher,
            self._selector,
            engine,
            words_in=words_in,
            contact=self._contact,
            budget=budget,
            max_tokens=max_tokens,
            today=today,
        )

    def ask(
        self,
        query: str,
        *,
        language: str = "auto",
        collection: str = "default",
        filters: Mapping[str, Any] | None = None,
        top_k: int = 5,
        history: Sequence[Message] = (),
        as_of: date | None = None,
        caller: Caller = NOBODY,
    ) -> Iterator[Event]:
        """`PassagesFound`, `Queued` while others are served, `Token`s, `Answered`. Closing it stops the model.

        `as_of` answers as on another day than today. `caller` is who asks; what the model has read for one collection
        is used again for that collection alone. Raises what the searcher and the engine raise, and `BadRequest`
        for an unknown language.
        """
        told_in = languages.resolve(language, query)
        if said := small_talk(query, told_in.form, self._contact):
            course = Course(told_in, time.perf_counter(), Standalone(query, False))
            yield from self._teller.said(said, Found((), "", 0.0), course, (), "answered")
            return
        began = time.perf_counter()
        request = Request(query, told_in, tuple(history), collection, filters, top_k, as_of, caller)
        if text := self._whole(query, history, request):
            asked = Standalone(text, text != query)
            request = replace(request, query=text, history=())
        else:
            asked = standalone(query, history)
        plain = self._looked_for(asked, request, began)
        answers = [plain]
        if self._finder is not None and not is_sure(plain, request.query, request.history) and self._plans():
            whose = replace(
                caller,
                tenant=f"{caller.tenant}/{collection}",
                seconds=min(caller.seconds, self._plan_seconds / 2),
                until=time.monotonic() + self._plan_seconds,
            )
            answers = self._finder.prospects(plain, request, began, whose) or answers
        if len(answers) == 1:
            yield from self._teller.told(answers[0], request)
        else:
            yield from joined([(one.course, list(self._teller.told(one, request))) for one in answers])

    def warm(self, collection: str = "default") -> None:
        """Have the model that understands read what every question begins with, behind all who ask. It takes a minute;
        nobody needs to wait for it. Raises what the searcher raises."""
        whose = Caller(tenant=f"/{collection}", batch=True)
        if not self._plans():
            return
        try:
            if self._verifier is not None:
                self._verifier.warm(caller=whose)
            if self._planner is not None:
                self._searcher.warm(self._planner, collection=collection, caller=whose)
        except EngineFailed as error:
            log.warning("the model that understands has ended: %s", error)

    def _plans(self) -> bool:
        """Whether the model that shall plan may."""
        return self._may_plan is None or self._may_plan()

    def _looked_for(self, asked: Standalone, request: Request, began: float, plan: Plan = NO_PLAN) -> Prospect:
        """What is found for a question, with a model's `plan` of it where there is one, and whether it is enough."""
        course = Course(request.language, began, asked)
        with self._thinking:
            found = self._searcher.search(
                asked.text,
                top_k=max(request.top_k, DEEPEST if plan.parts else self._depth),
                collection=request.collection,
                filters=request.filters,
                as_of=request.as_of,
                plan=plan,
            )
            course.retrieved = time.perf_counter()
            if plan.intents & {"how", "rule"}:  # it asks for no rows, whatever the parser thinks
                found = replace(found, understood=NOTHING, computed=None)
            evidence, reason = ([], None) if found.computed is not None else self._read(request.query, found, course)
            least = NEAR_PLANNED if plan.parts else NEAR
            may_be_it = self._near(asked.text, found, least) if reason and not found.unknown else []
        return Prospect(course, found, evidence, reason, may_be_it)

    def _whole(self, question: str, history: Sequence[Message], request: Request) -> str:
        """A follow-up as a question of the row that was spoken of; "" where none was."""

        def search(text: str) -> Sequence[Passage]:
            with self._thinking:
                return self._searcher.search(
                    text,
                    top_k=AROUND,
                    collection=request.collection,
                    filters=request.filters,
                    as_of=request.as_of,
                    plan=BY_NAME,
                ).passages

        sort = self._planner.sorted if self._planner is not None else lambda text: PlannedPart(text, "fact")
        return whole_question(question, history, search, lambda text: sort(text).intent) if history else ""

    def _near(self, text: str, found: Found, least: float) -> list[Passage]:
        return offerable(text, near(text, found.passages, self._reader, least))

    def _nearest(self, text: str, found: Found) -> list[Passage]:
        return self._near(text, found, NEAR_PLANNED)

    def _read(self, query: str, found: Found, course: Course) -> tuple[list[Evidence], Reason | None]:
        """The evidence in what was found, and why it is not enough, if it is not."""
        relevant = [passage for passage in found.passages if passage.relevance >= self._noise]
        planned = bool(found.plan.parts)
        if found.unknown and not (planned and self._verifier):  # what is said of other models answers another
            relevant = []
        whole = course.asked.text
        evidence = list(self._selector.select(whole, relevant, deep=planned))
        course.answerability = answerability(whole, evidence)
        if not evidence or course.answerability < self._refuse_below:
            return evidence, "nothing_relevant" if found.passages else "nothing_found"
        if found.plan.intents & {"fact", "how"} and is_of_another_document(evidence[0], found):
            return evidence, "not_stated"
        if not any(item.answers_field for item in evidence) and is_other_cell(evidence[0], READ):
            return evidence, "not_stated"
        return evidence, None if states(query, relevant, whole) else "not_stated"
