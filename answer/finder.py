"""`Finder`: what there is to tell for each question of a message, as a model understands it.

The model says which question it is, which column of a row, which query over a sheet; the catalogue answers, and the
verifier confirms it. What is not confirmed is no answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from answer.catalogue import tell_catalogue
from answer.cell_chooser import rows_compared, rows_of_one_table
from answer.dialogue import Standalone, standalone
from answer.prospect import (
    Prospect,
    Request,
    compared,
    is_looked_up,
    is_told,
    names_its_row,
    of_what_is_meant,
    with_cell,
)
from answer.searcher import Searcher
from answer.verifier import Verifier
from engine.engine import Caller, EngineFailed, Message
from index.cell import Cell
from retriever import phrases
from retriever.passage import Passage
from retriever.planner.plan import Intent, Plan, PlannedPart
from retriever.planner.planner import Planner
from retriever.retriever import Found
from retriever.understood import NOTHING

log = logging.getLogger(__name__)

Look = Callable[[Standalone, Request, float, Plan], Prospect]
"""What is found for one question of a message, before a model has checked it."""
Whole = Callable[[str, Sequence[Message], Request], str]
"""A follow-up as a question of the row that was spoken of; "" where none was."""
Near = Callable[[str, Found], list[Passage]]
"""The passages that have to do with a question, the nearest first."""
FEW = 2
"""Rows of which a cell may be what was asked for, and not that they are there."""
DEEP = 16
"""Passages among which the row of a product that is compared may be."""
SHEETS = 2
"""Sheets that are asked, the second where what the first has is not what was asked for."""


class Finder:
    """Finds with `planner`, and with `verifier` where there is one. Safe for many threads."""

    def __init__(
        self, searcher: Searcher, planner: Planner, verifier: Verifier | None, look: Look, near: Near, whole: Whole
    ) -> None:
        self._searcher, self._planner, self._verifier = searcher, planner, verifier
        self._look, self._near, self._whole = look, near, whole

    def prospects(self, plain: Prospect, request: Request, began: float, whose: Caller) -> list[Prospect]:
        """What is found for each question of a message; none where the model has ended. `plain` is what was found
        without it; `began` as `time.perf_counter` counts."""
        try:
            return self._prospects(plain, request, began, whose)
        except EngineFailed as error:
            log.warning("the model has ended; the question is answered without it: %s", error)
            return []

    def _prospects(self, plain: Prospect, request: Request, began: float, whose: Caller) -> list[Prospect]:
        named_at_once = names_its_row(plain, request.query, request.history)
        if named_at_once and not rows_compared(request.query, plain.found.passages):
            checked = self._of_a_cell(request.query, plain, whose) or self._verified(request.query, plain, whose)
            if checked is not plain and checked.reason is None:
                plan = Plan((PlannedPart(request.query, "fact"),), self._planner.model)
                return [replace(checked, found=replace(checked.found, plan=plan))]
        language = "zh" if self._searcher.is_chinese(request.collection) else "en"
        parts = self._planner.parts(
            request.query,
            request.history,
            language,
            known=lambda question, turns: self._whole(question, turns, request),
            otherwise=_by_rules,
            caller=whose,
        )
        resolved = plain.course.asked.resolved and not request.history
        return [self._found_for(part, request, began, whose, resolved) for part in parts]

    def _found_for(self, part: PlannedPart, request: Request, began: float, whose: Caller, resolved: bool) -> Prospect:
        """What is found for one question of a message: a cell of a row, rows that a query computes, or evidence that
        was checked, in the order of what the question probably asks for; what is near where none is confirmed."""
        asked = Standalone(part.text, resolved or part.text != request.query)
        plan = Plan((part,), self._planner.model)
        one = self._look(asked, replace(request, query=part.text), began, plan)
        named = rows_compared(part.text, one.found.passages) if part.intent != "rule" else []
        if named and self._verifier is not None:
            return _side_by_side(one, named, self._verifier.column(part.text, named[0], caller=whose))
        uncomputed = replace(one, found=replace(one.found, computed=None))
        checked: Prospect | None = None
        for intent in _by_what_is_named(part, names_its_row(one, part.text, ())):
            if intent == "fact" and (told := self._of_a_cell(part.text, one, whose)):
                return told
            if intent == "compare" and (told := self._of_sides(part.text, one, request, whose)):
                return told
            if intent == "choose":
                if told := self._computed(part, one, request, whose):
                    return told
            elif checked is None:
                checked = self._verified(part.text, uncomputed, whose)
                if checked.reason is None:
                    return checked
        return self._unsure(part.text, uncomputed)

    def _computed(self, part: PlannedPart, one: Prospect, request: Request, whose: Caller) -> Prospect | None:
        """What a query over one of the likeliest sheets comes to, where that is what is asked for; else what the parser
        computed, if that is it; None where neither is."""
        if one.found.understood.operation == "compare" and self._fits(part.text, one.found, request, whose):
            return one
        none: Prospect | None = None
        for rank in range(SHEETS if self._verifier is not None else 1):
            found = self._searcher.planned(
                part,
                one.found,
                self._planner,
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
        is_it = one.found.computed is not None and self._fits(part.text, one.found, request, whose)
        return replace(one, reason=None) if is_it else None

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
        if computed.count > FEW:
            return None
        asked = {name for one in computed.understood.asked for name in one.names}
        known = {one.field for one in computed.understood.constraints} | {"category", "brand"}
        rows = found.passages[: computed.count]
        unit = self._verifier.cell(text, rows, asked=asked, known=known, caller=whose)
        if unit is None:
            return None
        of_row = replace(found, understood=NOTHING, computed=None)
        return replace(prospect, found=of_row, evidence=with_cell(unit, prospect.evidence), reason=None)

    def _of_sides(self, text: str, prospect: Prospect, request: Request, whose: Caller) -> Prospect | None:
        """The prospect with the rows of one table that are found for what a model says is compared, or for the whole
        question, by the cell that it asks for; None where there are not as many, or have none."""
        if self._verifier is None or not (sides := self._planner.sides(text, caller=whose)):
            return None
        together = prospect.found.passages
        found = [
            (
                *self._searcher.search(
                    side,
                    top_k=DEEP,
                    collection=request.collection,
                    filters=request.filters,
                    as_of=request.as_of,
                ).passages,
                *together,
            )
            for side in sides
        ]
        rows = rows_of_one_table(found, sides)
        cell = self._verifier.column(text, rows[0], caller=whose) if rows else None
        return None if cell is None else _side_by_side(prospect, rows, cell)

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
        if not prospect.evidence:
            return self._unsure(text, prospect)
        if self._verifier is None or looked_up or prospect.found.computed:
            return prospect
        candidates = of_what_is_meant(prospect)
        evidence = self._verifier.confirmed(text, candidates, caller=whose)
        if evidence is None:
            return prospect
        if evidence:
            return replace(prospect, evidence=evidence, reason=None)
        if "fact" in prospect.found.plan.intents and (best := self._verifier.passage(text, candidates, caller=whose)):
            return replace(prospect, evidence=[best], reason=None, whole=True)
        return self._unsure(text, prospect)

    def _unsure(self, text: str, prospect: Prospect) -> Prospect:
        """The prospect with the reason that its evidence is not enough, and what is near."""
        may_be_it = prospect.near or self._near(text, prospect.found)
        return replace(prospect, reason=prospect.reason or "not_stated", near=may_be_it)


def _side_by_side(prospect: Prospect, rows: Sequence[Passage], cell: Cell | None) -> Prospect:
    """The prospect with rows that a question compares, by the column of a cell of the first, else by all they share."""
    return replace(prospect, found=compared(prospect.found, rows, cell), reason=None)


def _by_what_is_named(part: PlannedPart, is_row: bool) -> list[Intent]:
    """What a question may ask for, in the order in which that is tried: the first of many where it ranks them, and a
    fact where it names a row in full, whatever else."""
    intents = [part.intent, *part.others]
    if phrases.ranked(part.text):
        return ["choose", *(intent for intent in intents if intent not in ("choose", "fact"))]
    return ["fact", *(intent for intent in intents if intent != "fact")] if is_row else intents


def _by_rules(question: str, history: Sequence[Message]) -> str:
    return standalone(question, history).text
