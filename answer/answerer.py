"""`Answerer`: a question becomes a checked answer, told as it is made.

It knows nothing of HTTP or files, and not how a reply is worded: it finds out what is asked, with a model's help where
the parser is not sure, and what there is to tell.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from answer import language as languages
from answer.answer import Event, Reason
from answer.answerability import answerability
from answer.catalogue import tell_catalogue
from answer.cell_chooser import rows_compared
from answer.course import Course
from answer.dialogue import Standalone, standalone
from answer.evidence import Evidence, EvidenceSelector, states
from answer.joining import joined
from answer.language import Form
from answer.nearness import NEAR, NEAR_PLANNED, near, offerable
from answer.prospect import (
    Prospect,
    Request,
    asks_price,
    compared,
    is_looked_up,
    is_of_another_document,
    is_other_cell,
    is_sure,
    is_told,
    names_its_row,
    of_what_is_meant,
    with_cell,
)
from answer.reader import PassageReader
from answer.searcher import Searcher
from answer.smalltalk import small_talk
from answer.teller import Teller
from answer.verifier import Verifier
from engine.engine import NOBODY, Caller, Engine, Message
from index.embedding.embedder import Embedder
from retriever.passage import Passage
from retriever.planner.plan import Plan, PlannedPart
from retriever.planner.planner import Planner
from retriever.retriever import Found
from retriever.understood import NOTHING

NOISE = 0.1
"""Times the refusal threshold, the relevance below which a passage is no source at all: its sentences would only be in
the way of the better ones. Where a reader reads them, it says so better."""
DEEPER = 8
"""Passages searched where a reader chooses among them: it sees what neither leg does."""
PLANNED_WITHIN = 15.0
"""Seconds for which a model's understanding is waited for at each step; then the parser's is told."""
READ = 2.0
"""The logit of what was read of a row from which on a cell is told that was not asked for by its field or header."""
FEW = 2
"""Rows of which a cell may be what was asked for, and not that they are there."""
SHEETS = 2
"""Sheets that are asked, the second where what the first has is not what was asked for."""
DEEPEST = 16
"""Passages searched where a model has said what the documents may call what is asked."""


class Answerer:
    """Answers from what `searcher` finds. Where the probability that it answers is under `refuse_below`, passages that
    are near are offered; where none is, it refuses, and says how to reach a person, `contact`.

    `words_in`: the languages in which `engine` is trusted to word a reply (see `answer.probe`); without an engine, or
    elsewhere, none words anything. `planner` understands what is not sure without it, and `verifier` checks the
    evidence for it. `reader` reads the likeliest passages for evidence. `budget`: tokens of a prompt at most. `at_once`
    questions are searched for and read at the same time: more would only take the processor from each other, and from
    those who wait for a refusal. `today` gives the date in the prompt, unless a question is asked as of another day.
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
        words_in: frozenset[Form] = frozenset(),
        budget: int = 1500,
        max_tokens: int = 192,
        at_once: int = 4,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._searcher = searcher
        self._reader, self._selector = reader, EvidenceSelector(embedder, reader)
        self._depth = 0 if reader is None else DEEPER
        self._noise = NOISE * refuse_below if reader is None else 0.0
        self._refuse_below, self._contact = refuse_below, contact.strip()
        self._planner, self._verifier = planner, verifier
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
        plain = self._looked_for(standalone(query, history), request, began)
        answers = [plain]
        if self._planner is not None and not is_sure(plain, query, history):
            whose = replace(caller, tenant=f"{caller.tenant}/{collection}", seconds=min(caller.seconds, PLANNED_WITHIN))
            answers = self._planned(self._planner, plain, request, began, whose) or answers
        if len(answers) == 1:
            yield from self._teller.told(answers[0], request)
        else:
            yield from joined([(one.course, list(self._teller.told(one, request))) for one in answers])

    def warm(self, collection: str = "default") -> None:
        """Have the model that understands read what every question begins with, behind all who ask. It takes a minute;
        nobody needs to wait for it. Raises what the searcher raises."""
        whose = Caller(tenant=f"/{collection}", batch=True)
        if self._verifier is not None:
            self._verifier.warm(caller=whose)
        if self._planner is not None:
            self._searcher.warm(self._planner, collection=collection, caller=whose)

    def _looked_for(
        self, asked: Standalone, request: Request, began: float, part: PlannedPart | None = None
    ) -> Prospect:
        """What is found for a question, or a `part` of a message as a model understood it, and whether it is enough."""
        course = Course(request.language, began, asked)
        queries = part.queries if part is not None else ()
        with self._thinking:
            found = self._searcher.search(
                asked.text,
                top_k=max(request.top_k, DEEPEST if part is not None else self._depth),
                collection=request.collection,
                filters=request.filters,
                as_of=request.as_of,
                **({"queries": queries} if queries else {}),
            )
            course.retrieved = time.perf_counter()
            if part is not None and part.intent in ("how", "rule"):  # it asks for no rows, whatever the parser thinks
                found = replace(found, understood=NOTHING, computed=None)
            evidence, reason = (
                ([], None) if found.computed is not None else self._read(request.query, found, course, part)
            )
            least = NEAR if part is None else NEAR_PLANNED
            may_be_it = self._near(asked.text, found, least) if reason and not found.unknown else []
        return Prospect(course, found, evidence, reason, may_be_it)

    def _near(self, text: str, found: Found, least: float) -> list[Passage]:
        return offerable(text, near(text, found.passages, self._reader, least))

    def _planned(
        self, planner: Planner, plain: Prospect, request: Request, began: float, whose: Caller
    ) -> list[Prospect]:
        """What is found for each question of the message, as a model understands it; none where it fails."""
        if names_its_row(plain, request.query, request.history) and not rows_compared(
            request.query, plain.found.passages
        ):
            checked = self._of_a_cell(request.query, plain, whose) or self._verified(request.query, plain, whose)
            if checked is not plain and checked.reason is None:
                checked.course.plan = Plan((PlannedPart(request.query, "fact"),), planner.model)
                return [checked]
        language = "zh" if self._searcher.is_chinese(request.collection) else "en"
        parts = planner.parts(request.query, request.history, language, otherwise=_by_rules, caller=whose)
        return [self._found_for(part, planner, request, began, whose) for part in parts]

    def _found_for(
        self, part: PlannedPart, planner: Planner, request: Request, began: float, whose: Caller
    ) -> Prospect:
        """What is found for one question of a message: rows that a query computes, or evidence that was checked."""
        asked = Standalone(part.text, part.text != request.query)
        one = self._looked_for(asked, replace(request, query=part.text), began, part)
        one.course.plan = Plan((part,), planner.model)
        of_one = names_its_row(one, part.text, ())
        if part.intent != "rule" and (compared := self._side_by_side(part.text, one, request, whose)):
            return compared
        if part.intent in ("choose", "fact"):
            if (part.intent == "fact" or of_one) and (told := self._of_a_cell(part.text, one, whose)):
                return told
        elif asks_price(part.text) and (told := self._of_a_cell(part.text, one, whose)):  # what a service costs
            return told
        checked = self._verified(part.text, one, whose) if of_one or part.intent != "choose" else one
        is_enough = checked.reason is None and checked.found.computed is None and (of_one or part.intent == "fact")
        if is_enough or part.intent in ("how", "rule"):
            return checked
        if one.found.understood.operation == "compare" and self._fits(part.text, one.found, request, whose):
            return one
        none = None
        for rank in range(SHEETS if self._verifier is not None and part.intent == "choose" and not of_one else 1):
            found = self._searcher.planned(
                part,
                one.found,
                planner,
                collection=request.collection,
                filters=request.filters,
                as_of=request.as_of,
                caller=whose,
                rank=rank,
            )
            if not is_told(found, part, one):
                continue
            if self._fits(part.text, found, request, whose):
                told = replace(one, found=found, reason=None)
                if found.computed is None or found.computed.count:
                    return told
                none = none or told
            if of_row := self._of_its_rows(part.text, replace(one, found=found), whose):
                return of_row
        if none is not None:  # that there is none in the likeliest sheet, where another one has none either
            return none
        if one.found.computed is None or not self._fits(part.text, one.found, request, whose):
            return self._unsure(part.text, replace(one, found=replace(one.found, computed=None)))
        return one

    def _of_a_cell(self, text: str, prospect: Prospect, whose: Caller) -> Prospect | None:
        """The prospect with the one cell that tells what is asked, of a row that is meant; None where there is none."""
        if self._verifier is None or prospect.found.computed is not None:
            return None
        if prospect.reason is None and any(map(is_looked_up, prospect.evidence[:1])):
            return prospect
        unit = self._verifier.cell(text, prospect.found.passages, caller=whose)
        return None if unit is None else replace(prospect, evidence=with_cell(unit, prospect.evidence), reason=None)

    def _of_its_rows(self, text: str, prospect: Prospect, whose: Caller) -> Prospect | None:
        """The prospect with the one cell that tells what is asked, of a row or two that a query came to: what was asked
        for was not which rows there are; None where there is none."""
        found, computed = prospect.found, prospect.found.computed
        if self._verifier is None or computed is None or computed.understood.operation not in ("list", "count"):
            return None
        unit = (
            self._verifier.cell(text, found.passages[: computed.count], caller=whose) if computed.count <= FEW else None
        )
        if unit is None:
            return None
        of_row = replace(found, understood=NOTHING, computed=None)
        return replace(prospect, found=of_row, evidence=with_cell(unit, prospect.evidence), reason=None)

    def _side_by_side(self, text: str, prospect: Prospect, request: Request, whose: Caller) -> Prospect | None:
        """The prospect with the rows that a question names, compared by the column that a model says it asks for, else
        by all; None where it names fewer than two."""
        rows = rows_compared(text, prospect.found.passages)
        if self._verifier is None or not rows:
            return None
        cell = self._verifier.column(text, rows[0], caller=whose)
        return replace(prospect, found=compared(prospect.found, rows, cell), reason=None)

    def _fits(self, text: str, found: Found, request: Request, whose: Caller) -> bool:
        """Whether what was computed is what is asked for, as far as a model can tell; where it fails, it is."""
        if self._verifier is None or found.computed is None:
            return True
        told = tell_catalogue(found.computed, request.language.form, text)
        return self._verifier.fits(text, told.text, caller=whose) is not False

    def _verified(self, text: str, prospect: Prospect, whose: Caller) -> Prospect:
        """The prospect with evidence that a model confirmed, or with the reason that it is not enough; as it was where
        it was looked up or computed, or the model fails."""
        looked_up = prospect.reason is None and any(map(is_looked_up, prospect.evidence[:1]))
        if self._verifier is None or looked_up or prospect.found.computed or not prospect.evidence:
            return prospect
        candidates = of_what_is_meant(prospect)
        evidence = self._verifier.confirmed(text, candidates, caller=whose)
        if evidence is None:
            return prospect
        if evidence:
            return replace(prospect, evidence=evidence, reason=None)
        of_facts = any(part.intent == "fact" for part in prospect.course.plan.parts)
        if of_facts and (best := self._verifier.passage(text, candidates, caller=whose)):
            return replace(prospect, evidence=[best], reason=None, whole=True)
        return self._unsure(text, prospect)

    def _unsure(self, text: str, prospect: Prospect) -> Prospect:
        """The prospect with the reason that its evidence is not enough, and what is near."""
        may_be_it = prospect.near or self._near(text, prospect.found, NEAR_PLANNED)
        return replace(prospect, reason=prospect.reason or "not_stated", near=may_be_it)

    def _read(
        self, query: str, found: Found, course: Course, part: PlannedPart | None
    ) -> tuple[list[Evidence], Reason | None]:
        """The evidence in what was found, and why it is not enough, if it is not."""
        relevant = [passage for passage in found.passages if passage.relevance >= self._noise]
        if found.unknown and (part is None or self._verifier is None):  # what is said of other models answers another
            relevant = []
        whole = course.asked.text
        evidence = list(self._selector.select(whole, relevant, deep=part is not None))
        course.answerability = answerability(whole, evidence)
        if not evidence or course.answerability < self._refuse_below:
            return evidence, "nothing_relevant" if found.passages else "nothing_found"
        of_a_product = part is not None and part.intent in ("fact", "how")
        if of_a_product and is_of_another_document(evidence[0], found):
            return evidence, "not_stated"
        if not any(item.answers_field for item in evidence) and is_other_cell(evidence[0], READ):
            return evidence, "not_stated"
        return evidence, None if states(query, relevant, whole) else "not_stated"


def _by_rules(question: str, history: Sequence[Message]) -> str:
    return standalone(question, history).text
