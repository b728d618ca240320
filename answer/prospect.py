"""`Prospect`: what was found for one question and whether it is enough, before anything is told of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from answer.answer import Reason
from answer.cell_chooser import MEANT, column_of
from answer.course import Course
from answer.evidence import Evidence
from answer.fields import asked_fields
from answer.kinds import asked_kinds
from answer.language import Language
from answer.lookup import named
from answer.prices import asks_another_price
from answer.units import Unit
from engine.engine import Caller, Message
from index.cell import Cell
from retriever import phrases
from retriever.computing import Computed, Group
from retriever.concepts import PRICE, Measured, plain_name
from retriever.passage import Passage
from retriever.planner.clauses import questions_in
from retriever.planner.plan import PlannedPart
from retriever.retriever import Found
from retriever.understood import Understood

SURE = 0.8
"""The probability that the evidence answers from which on no model is asked what the question means."""
LOOSE = frozenset(("capacity", "size", "category", "brand"))
"""Fields that are asked for in words which may mean another column as well."""
WHOLE = 1500
"""Characters of a section up to which it is told as a whole, as far as there is room."""
PROSE = 24
"""Characters of a cell from which on it is a text."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a caller asked, and how."""

    query: str
    language: Language
    history: tuple[Message, ...]
    collection: str
    filters: Mapping[str, Any] | None
    top_k: int
    as_of: date | None
    caller: Caller


@dataclass(frozen=True, slots=True)
class Prospect:
    """`reason` says why the evidence is not enough, where it is not; `near` are then the passages that may be it.
    `whole`: whether the passage of the best evidence is told, and not its line alone."""

    course: Course
    found: Found
    evidence: Sequence[Evidence]
    reason: Reason | None
    near: Sequence[Passage]
    whole: bool = False


def is_sure(prospect: Prospect, query: str, history: Sequence[Message]) -> bool:
    """Whether a message was understood without a model: it is one question by itself, and every word of it was
    accounted for, or a cell was looked up that it names, or the evidence very probably answers."""
    if history:
        return False
    if len(questions_in(query)) > 1:
        return prospect.reason is None and _are_looked_up(query, prospect.evidence)
    if (computed := prospect.found.computed) is not None:
        understood = prospect.found.understood  # without an operation where words were left that it did not know
        return computed.count > 0 and not understood.left and understood.operation is not None
    if prospect.reason is not None or not prospect.evidence:
        return False
    best = prospect.evidence[0]
    if is_of_another_document(best, prospect.found) or phrases.COMPARE.search(query):
        return False
    return is_looked_up(best) or (best.unit.cell is None and prospect.course.answerability >= SURE)


def is_looked_up(item: Evidence) -> bool:
    """Whether evidence is the very cell that was asked for of a product by its name, under a field that is asked for in
    words of its own: "how big" may be asked of the screen or of the box."""
    return item.sure and (item.unit.cell is None or item.unit.cell.role not in LOOSE)


def names_its_row(prospect: Prospect, query: str, history: Sequence[Message]) -> bool:
    """Whether a message is one question, and names the row in full that the best evidence is of."""
    if history or not prospect.evidence or prospect.found.computed or len(questions_in(query)) > 1:
        return False
    chunk = prospect.evidence[0].unit.passage.chunk
    return bool(chunk.cells) and named(query, chunk) > 0


def _are_looked_up(query: str, evidence: Sequence[Evidence]) -> bool:
    """Whether several fields are asked for, and the likeliest row has a cell of each: "how much is it, and is it in
    stock"."""
    fields = {field.name for field in asked_fields(query)}
    best = evidence[0].unit.passage.chunk.id if evidence else ""
    own = [item.unit for item in evidence if item.answers_field and item.unit.passage.chunk.id == best]
    return len(fields) > 1 and fields <= {unit.cell.role for unit in own if unit.cell is not None}


def is_of_another_document(item: Evidence, found: Found) -> bool:
    """Whether evidence is prose of another document than the question names: of a neighbour's manual."""
    chunk = item.unit.passage.chunk
    return bool(found.meant) and not chunk.cells and chunk.document not in found.meant


def of_what_is_meant(prospect: Prospect) -> Sequence[Evidence]:
    """The evidence without cells that cannot be meant, and without prose of other documents than the question names,
    where it has some of those, and a rule of the shop is not what is asked."""
    meant, asked = prospect.found.meant, prospect.course.asked.text
    of_kinds = any(field.name == "category" for field in asked_fields(asked))
    evidence = [item for item in prospect.evidence if _may_tell(item, asked, of_kinds)]
    prose = [item.unit.passage.chunk for item in evidence if not item.unit.passage.chunk.cells]
    if prospect.found.plan.intents <= {"fact", "how"} and any(chunk.document in meant for chunk in prose):
        return [item for item in evidence if not is_of_another_document(item, prospect.found)]
    return evidence


def _may_tell(item: Evidence, asked: str, of_kinds: bool) -> bool:
    """Whether evidence may tell what is asked: it is no cell of a row that has nothing to do with the question, nor one
    of what kind a thing is, which who asks after it knows."""
    cell, passage = item.unit.cell, item.unit.passage
    if cell is None:
        return True
    return (of_kinds or cell.role != "category") and (passage.relevance >= MEANT or named(asked, passage.chunk) > 0)


def is_other_cell(item: Evidence, read: float = math.inf) -> bool:
    """Whether evidence is a cell of a row that was not asked for, by its field or its header, nor read as an answer, by
    a logit over `read`: what a row says of something else is no answer. A cell of prose is read as a sentence is."""
    if len(item.unit.value) > PROSE:
        return False
    told = item.answers_field or (bool(item.read) and item.read[1] > read)
    return item.unit.cell is not None and not told


def with_cell(unit: Unit, evidence: Sequence[Evidence]) -> list[Evidence]:
    """A cell that was confirmed before all other evidence; of that only cells under its header are asked for, too."""
    best = Evidence(unit, max((item.score for item in evidence), default=1.0), answers_field=True)
    others = (item for item in evidence if (item.unit.passage.chunk.id, item.unit.text) != (_id(unit), unit.text))
    return [best, *(replace(one, answers_field=one.answers_field and one.unit.header == unit.header) for one in others)]


def _id(unit: Unit) -> str:
    return unit.passage.chunk.id


def compared(found: Found, rows: Sequence[Passage], cell: Cell | None) -> Found:
    """What was found, as a comparison of rows by what one of them has a cell of, else by all that they share."""
    asked = (_measured(cell),) if cell is not None else ()
    chunks = tuple(row.chunk for row in rows)
    understood = Understood((), "compare", names=tuple(chunk.label for chunk in chunks), asked=asked)
    computed = Computed(understood, len(chunks), (Group("", chunks, len(chunks)),))
    return replace(found, understood=understood, computed=computed)


def _measured(cell: Cell) -> Measured:
    """What a cell is one of: the price that everybody pays, or its column."""
    label = plain_name(cell.header)
    return PRICE if cell.role == "price" and cell.chosen else Measured((column_of(cell),), "", label, label)


def is_told(planned: Found, part: PlannedPart, plain: Prospect) -> bool:
    """Whether what a model's query came to is told, rather than the evidence."""
    if planned.computed is None or planned is plain.found:
        return False
    if asks_another_price(part.text):
        return False  # a row tells the price that everybody pays, and that is not what was asked for by name
    unsure = plain.reason is not None or plain.course.answerability < SURE
    return planned.computed.count > 0 or unsure


def is_told_whole(prospect: Prospect) -> bool:
    """Whether evidence is told as the whole section it stands in: a procedure, a cure for a fault, a rule of a shop,
    that are no row of a table."""
    unit = prospect.evidence[0].unit
    passage = unit.passage
    if unit.alone or len(passage.chunk.text) > WHOLE:
        return False
    if prospect.whole:
        return True
    intents = prospect.found.plan.intents
    asked = {kind.name for kind in asked_kinds(prospect.course.asked.text)}
    return bool(intents & {"how", "rule"}) if intents else bool(asked & {"manner", "list"})
