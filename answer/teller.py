"""`Teller`: what was found for a question is told piece by piece: figures, rows, quotes, sections, offers, refusals.

Where the model is trusted in the reply's language it words the evidence, and every sentence is checked before it is let
out; elsewhere, and where a check leaves nothing, the evidence speaks for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from answer.answer import Answered, Event, Outcome, PassagesFound, Queued, Reason
from answer.catalogue import tell_catalogue
from answer.citations import CitationChecker, SentenceCutter
from answer.conflicts import conflicts, tell_conflicts
from answer.course import Course
from answer.evidence import Evidence, EvidenceSelector
from answer.language import Form
from answer.offer import in_full, in_words, offered, tell_offer, widen
from answer.parts import Part
from answer.prompt import Excerpt, build
from answer.prospect import Prospect, Request, is_told_whole
from answer.searcher import Searcher
from answer.showing import choices_among, products_shown, steps_shown, table_shown
from answer.smalltalk import contact_line
from answer.units import Unit
from answer.wording import in_original, refusal, tell, tell_left
from engine.engine import Caller, Engine, Message, Sampling
from index.text.analysis import is_chinese
from retriever.computing import Computed
from retriever.passage import Passage
from retriever.retriever import Found

SHOWN = 4
"""Pieces of evidence a model is shown: what a small model can tell apart, and a tenth of the passages' prefill."""


class Teller:
    """Tells prospects. `engine` words them in the languages of `words_in`; `contact` is how a person is reached;
    `budget` tokens of a prompt and `max_tokens` of a reply at most."""

    def __init__(
        self,
        searcher: Searcher,
        selector: EvidenceSelector,
        engine: Engine | None,
        *,
        words_in: frozenset[Form],
        contact: str,
        budget: int,
        max_tokens: int,
        today: Callable[[], date],
    ) -> None:
        self._searcher, self._selector, self._engine = searcher, selector, engine
        self._words_in, self._contact = words_in, contact
        self._budget, self._max_tokens, self._today = budget, max_tokens, today

    def told(self, prospect: Prospect, request: Request) -> Iterator[Event]:
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

    def said(
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
            yield from self.said(told, found, course, found.passages[:top_k], "refused", reason)
            return
        passages = _first([passage for group in groups for passage in group], found.passages)[:top_k]
        yield PassagesFound(passages, found.snapshot)
        yield from map(course.token, in_words(offer, course.language.form))
        parts: tuple[Part, ...] = (offer,)
        if (choices := choices_among(groups, course.language.form)) is not None:
            yield course.token(f"\n\n{choices.question}")
            parts += (choices,)
        yield Answered(course.answer(found, passages, citations, "offered", parts=parts))

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
        unit = prospect.evidence[0].unit
        groups = self._sections(offered([unit.passage]), found, request)
        told, citations = tell_offer(groups, course.language.form, unit.text)
        passages = _first([passage for group in groups for passage in group], found.passages)[:top_k]
        yield PassagesFound(passages, found.snapshot)
        if is_chinese(unit.text) != (course.language.form == "zh"):
            yield course.token(f"{in_original(course.language.form)}\n")
        for number, text in enumerate(in_full(told, course.language.form)):
            yield course.token(text if number else text.lstrip())
        steps = steps_shown(told.passages)
        yield Answered(course.answer(found, passages, citations, parts=(steps,) if steps is not None else ()))

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
        shown = table_shown if computed.understood.operation == "compare" else products_shown
        yield Answered(course.answer(found, passages, citations, parts=shown(told, course.language.form)))

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
    return _first([item.unit.passage for item in evidence], passages)


def _first(best: Sequence[Passage], passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The best passages before all others, each once."""
    known = {passage.chunk.id: passage for passage in best}
    return (*known.values(), *(passage for passage in passages if passage.chunk.id not in known))


def _units_of(passage: Passage, evidence: Sequence[Evidence]) -> list[Unit]:
    return [item.unit for item in evidence if item.unit.passage.chunk.id == passage.chunk.id]
