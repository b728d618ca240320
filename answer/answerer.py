"""`Answerer`: a question becomes a checked answer, told as it is made.

It knows nothing of HTTP or files. Where the model is trusted in the reply's language it words the evidence, and every
sentence is checked before it is let out; elsewhere, and where a check leaves nothing, the evidence speaks for itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from answer import language as languages
from answer.answer import Answered, Event, Outcome, PassagesFound, Queued, Reason
from answer.answerability import answerability
from answer.catalogue import tell_catalogue
from answer.citations import CitationChecker, SentenceCutter
from answer.conflicts import conflicts, tell_conflicts
from answer.course import Course
from answer.dialogue import Standalone, standalone
from answer.evidence import Evidence, EvidenceSelector, states
from answer.joining import joined
from answer.language import Form
from answer.nearness import near
from answer.offer import in_full, in_words, offered, tell_offer, widen
from answer.prompt import Excerpt, build
from answer.prospect import Prospect, Request, is_sure, is_told, is_told_whole
from answer.reader import PassageReader
from answer.smalltalk import contact_line, small_talk
from answer.units import Unit
from answer.wording import refusal, tell, tell_left
from engine.engine import NOBODY, Caller, Engine, Message, Sampling
from index.embedding.embedder import Embedder
from retriever.computing import Computed
from retriever.passage import Passage
from retriever.planner.plan import Plan, PlannedPart
from retriever.planner.planner import Planner
from retriever.retriever import Found

NOISE = 0.1
"""Times the refusal threshold, the relevance below which a passage is no source at all: its sentences would only be in
the way of the better ones. Where a reader reads them, it says so better."""
DEEPER = 8
"""Passages searched where a reader chooses among them: it sees what neither leg does."""
DEEPEST = 16
"""Passages searched where a model has said what the documents may call what is asked."""
SHOWN = 4
"""Pieces of evidence a model is shown: what a small model can tell apart, and a tenth of the passages' prefill."""


class Searcher(Protocol):
    """What answering needs of retrieval."""

    def search(
        self,
        query: str,
        *,
        top_k: int = 5,
        collection: str = "default",
        filters: Mapping[str, Any] | None = None,
        as_of: date | None = None,
        queries: Sequence[str] = (),
    ) -> Found:
        """The passages for a question, best first; `queries` are what documents may call what is asked."""
        ...

    def planned(
        self,
        part: PlannedPart,
        found: Found,
        planner: Planner,
        *,
        collection: str = "default",
        filters: Mapping[str, Any] | None = None,
        as_of: date | None = None,
        caller: Caller = NOBODY,
    ) -> Found:
        """What a model's query over the rows that were found comes to."""
        ...

    def is_chinese(self, collection: str = "default") -> bool:
        """Whether most of a collection is Chinese."""
        ...

    def sections(
        self, found: Found, passages: Sequence[Passage], *, collection: str = "default", as_of: date | None = None
    ) -> list[list[Passage]]:
        """What stands in one section with each of these passages, in its order."""
        ...


class Answerer:
    """Answers from what `searcher` finds. Where the probability that it answers is under `refuse_below`, passages that
    are near are offered; where none is, it refuses, and says how to reach a person, `contact`.

    `words_in`: the languages in which `engine` is trusted to word a reply (see `answer.probe`); without an engine, or
    elsewhere, none words anything. `planner` understands what is not sure without it. `reader` reads the likeliest
    passages for evidence. `budget`: tokens of a prompt at most. `at_once` questions are searched for and read at the
    same time: more would only take the processor from each other, and from those who wait for a refusal. `today` gives
    the date in the prompt, unless a question is asked as of another day.
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
        words_in: frozenset[Form] = frozenset(),
        budget: int = 1500,
        max_tokens: int = 192,
        at_once: int = 4,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._searcher = searcher
        self._engine = engine
        self._reader, self._selector = reader, EvidenceSelector(embedder, reader)
        self._depth = 0 if reader is None else DEEPER
        self._noise = NOISE * refuse_below if reader is None else 0.0
        self._refuse_below, self._contact = refuse_below, contact.strip()
        self._words_in, self._planner = words_in, planner
        self._budget = budget
        self._max_tokens = max_tokens
        self._thinking = threading.Semaphore(at_once)
        self._today = today

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
            yield from self._said(said, Found((), "", 0.0), course, (), "answered")
            return
        began = time.perf_counter()
        request = Request(query, told_in, tuple(history), collection, filters, top_k, as_of, caller)
        plain = self._looked_for(standalone(query, history), request, began)
        answers = [plain]
        if self._planner is not None and not is_sure(plain, query, history):
            answers = self._planned(plain, self._planner, request, began) or answers
        if len(answers) == 1:
            yield from self._told(answers[0], request)
        else:
            yield from joined([(one.course, list(self._told(one, request))) for one in answers])

    def _looked_for(self, asked: Standalone, request: Request, began: float, queries: Sequence[str] = ()) -> Prospect:
        """What is found for a question, and whether it is enough."""
        course = Course(request.language, began, asked)
        depth = max(request.top_k, DEEPEST if queries else self._depth)
        with self._thinking:
            found = self._searcher.search(
                asked.text,
                top_k=depth,
                collection=request.collection,
                filters=request.filters,
                as_of=request.as_of,
                **({"queries": queries} if queries else {}),
            )
            course.retrieved = time.perf_counter()
            evidence, reason = ([], None) if found.computed is not None else self._read(request.query, found, course)
            may_be_it = near(asked.text, found.passages, self._reader) if reason and not found.unknown else []
        return Prospect(course, found, evidence, reason, may_be_it)

    def _planned(self, plain: Prospect, planner: Planner, request: Request, began: float) -> list[Prospect]:
        """What is found for each question of the message, as a model understands it; none where it fails."""
        whose = replace(request.caller, tenant=f"{request.caller.tenant}/{request.collection}")
        language = "zh" if self._searcher.is_chinese(request.collection) else "en"
        parts = planner.parts(request.query, request.history, language, caller=whose)
        made = []
        for part in parts:
            asked = Standalone(part.text, part.text != request.query)
            one = self._looked_for(asked, replace(request, query=part.text), began, part.queries)
            one.course.plan = Plan((part,), planner.model)
            looked_up = any(item.sure for item in one.evidence[:1]) and one.reason is None
            if part.intent in ("choose", "fact") and not looked_up:
                found = self._searcher.planned(
                    part,
                    one.found,
                    planner,
                    collection=request.collection,
                    filters=request.filters,
                    as_of=request.as_of,
                    caller=whose,
                )
                if is_told(found, part, one):
                    one = replace(one, found=found, reason=None)
            made.append(one)
        return made

    def _told(self, prospect: Prospect, request: Request) -> Iterator[Event]:
        """The reply to one question."""
        course, found, top_k = prospect.course, prospect.found, request.top_k
        whole, evidence = course.asked.text, prospect.evidence
        if found.computed is not None:
            yield from self._computed(found.computed, found, course, top_k)
            return
        if prospect.reason is not None:
            groups = self._sections(offered(prospect.near[:top_k]), found, request)
            yield from self._offered(groups, found, course, top_k, prospect.reason)
            return
        if is_told_whole(prospect):
            yield from self._in_full(prospect, request)
            return
        passages = _in_citation_order(evidence, found.passages)[:top_k]
        shown_ids = {passage.chunk.id for passage in passages}
        evidence = [item for item in evidence if item.unit.passage.chunk.id in shown_ids]
        yield PassagesFound(passages, found.snapshot)
        checker = CitationChecker(whole, [(passage, _units_of(passage, evidence)) for passage in passages])
        if self._engine is not None and course.language.form in self._words_in:
            day = request.as_of or self._today()
            whose = replace(request.caller, tenant=f"{request.caller.tenant}/{request.collection}")
            yield from self._worded(request.query, evidence, day, request.history, course, checker, self._engine, whose)
        if not checker.citations:
            if course.text:
                yield course.token("\n")
            for line in tell(whole, evidence, course.language.form, checker, passages):
                yield course.token(line)
        if disagreeing := conflicts(evidence, whole):
            place = {passage.chunk.id: n for n, passage in enumerate(passages, 1)}

            def cite(unit: Unit) -> str:
                return checker.cite(place[unit.passage.chunk.id], unit)

            for line in tell_conflicts(disagreeing, course.language.form, cite):
                yield course.token(f"\n{line}")
        yield Answered(course.answer(found, passages, checker.citations))

    def _read(self, query: str, found: Found, course: Course) -> tuple[list[Evidence], Reason | None]:
        """The evidence in what was found, and why it is not enough, if it is not."""
        relevant = [passage for passage in found.passages if passage.relevance >= self._noise]
        if found.unknown:  # whatever is said of other models answers another question
            relevant = []
        whole = course.asked.text
        evidence = list(self._selector.select(whole, relevant))
        course.answerability = answerability(whole, evidence)
        if not evidence or course.answerability < self._refuse_below:
            return evidence, "nothing_relevant" if found.passages else "nothing_found"
        return evidence, None if states(query, relevant, whole) else "not_stated"

    def _said(
        self,
        told: str,
        found: Found,
        course: Course,
        passages: Sequence[Passage],
        outcome: Outcome,
        reason: Reason | None = None,
    ) -> Iterator[Event]:
        """What needs no evidence; a refusal tells how a person is reached, where somebody said so."""
        yield PassagesFound(tuple(passages), found.snapshot)
        yield course.token(told)
        if self._contact and (outcome == "refused" or self._contact in told):
            course.computed += (self._contact,)
            if outcome == "refused":
                yield course.token(f"\n{contact_line(course.language.form, self._contact)}")
        yield Answered(course.answer(found, passages, (), outcome, reason))

    def _offered(
        self, groups: Sequence[Sequence[Passage]], found: Found, course: Course, top_k: int, reason: Reason
    ) -> Iterator[Event]:
        """The passages that may be it, before all others, in their own words; a refusal where there are none."""
        offer, citations = tell_offer(groups, course.language.form)
        if not offer.passages:
            told = refusal(reason, course.language.form)
            yield from self._said(told, found, course, found.passages[:top_k], "refused", reason)
            return
        best = {passage.chunk.id: passage for group in groups for passage in group}
        passages = (*best.values(), *(passage for passage in found.passages if passage.chunk.id not in best))[:top_k]
        yield PassagesFound(passages, found.snapshot)
        yield from map(course.token, in_words(offer, course.language.form))
        yield Answered(course.answer(found, passages, citations, "offered", parts=(offer,)))

    def _sections(self, groups: list[list[Passage]], found: Found, request: Request) -> Sequence[Sequence[Passage]]:
        """Groups of passages, each with the rest of its section as far as there is room."""
        firsts = [group[0] for group in groups]
        whole = self._searcher.sections(found, firsts, collection=request.collection, as_of=request.as_of)
        for group, section in zip(groups, whole, strict=True):
            widen(group, section, request.top_k - sum(map(len, groups)))
        return groups

    def _in_full(self, prospect: Prospect, request: Request) -> Iterator[Event]:
        """A procedure or a rule: the whole of the section that says it, in its own words."""
        course, found, top_k = prospect.course, prospect.found, request.top_k
        groups = self._sections(offered([prospect.evidence[0].unit.passage]), found, request)
        told, citations = tell_offer(groups, course.language.form)
        best = [passage for group in groups for passage in group]
        shown = {passage.chunk.id for passage in best}
        passages = (*best, *(passage for passage in found.passages if passage.chunk.id not in shown))[:top_k]
        yield PassagesFound(passages, found.snapshot)
        for number, text in enumerate(in_full(told, course.language.form)):
            yield course.token(text if number else text.lstrip())
        yield Answered(course.answer(found, passages, citations))

    def _computed(self, computed: Computed, found: Found, course: Course, top_k: int) -> Iterator[Event]:
        """A question about the catalogue as a whole: told from the rows that were computed, by no model."""
        told = tell_catalogue(computed, course.language.form, course.asked.text)
        cited = {passage.chunk.id: passage for passage in found.passages}
        own = tuple(cited.get(passage.chunk.id, passage) for passage in told.passages)
        known = {passage.chunk.id for passage in own}
        passages = (*own, *(passage for passage in found.passages[:top_k] if passage.chunk.id not in known))
        yield PassagesFound(passages, found.snapshot)
        for number, line in enumerate(told.lines):
            yield course.token(f"\n{line}" if number else line)
        course.computed = told.computed
        citations = told.citations
        if (left := computed.understood.left) and computed.understood.operation == "compare":
            checker = CitationChecker(course.asked.text, [(passage, ()) for passage in passages])
            others = [passage for passage in passages if passage.chunk.id not in {one.chunk.id for one in own}]
            units = self._selector.covering(left, computed.understood.names, others)
            for line in tell_left(left, units, course.language.form, checker, passages):
                yield course.token(f"\n{line}")
            citations += checker.citations
        yield Answered(course.answer(found, passages, citations))

    def _worded(
        self,
        query: str,
        evidence: Sequence[Evidence],
        day: date,
        history: Sequence[Message],
        course: Course,
        checker: CitationChecker,
        engine: Engine,
        caller: Caller,
    ) -> Iterator[Event]:
        course.model = engine.model
        budget = min(self._budget, engine.context - self._max_tokens)
        prompt = build(
            query,
            excerpts(evidence),
            course.language,
            day,
            budget=budget,
            count=engine.count,
            history=history,
        )
        cutter = SentenceCutter()
        with engine.generate(prompt.messages, Sampling(max_tokens=self._max_tokens), caller) as generation:
            yield from map(Queued, generation.waiting())
            for piece in generation:
                for sentence in cutter.push(piece):
                    if told := checker.checked(sentence):
                        yield course.token(told)
            if told := checker.checked(cutter.rest()):
                yield course.token(told)
            course.usage = generation.usage


def excerpts(evidence: Sequence[Evidence]) -> list[Excerpt]:
    """What a model is shown: the best pieces, gathered by passage, in the order of their citation numbers."""
    chosen: dict[str, list[Unit]] = {}
    for item in evidence[:SHOWN]:
        chosen.setdefault(item.unit.passage.chunk.id, []).append(item.unit)
    return [Excerpt(units[0].passage, "\n".join(unit.text for unit in units)) for units in chosen.values()]


def _in_citation_order(evidence: Sequence[Evidence], passages: Sequence[Passage]) -> tuple[Passage, ...]:
    best_first = {item.unit.passage.chunk.id: item.unit.passage for item in evidence}
    return (*best_first.values(), *(passage for passage in passages if passage.chunk.id not in best_first))


def _units_of(passage: Passage, evidence: Sequence[Evidence]) -> list[Unit]:
    return [item.unit for item in evidence if item.unit.passage.chunk.id == passage.chunk.id]
