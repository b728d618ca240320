"""`Standalone`: a follow-up as a question that can be searched by itself, put together with the one before.

"what if it's not lit at all?" is searched with the question that it goes on from. One of a product's row is made whole
by the catalogue (`answer.antecedent`); a question that stands by itself is left alone: a wrong guess costs more than a
missing one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.engine import Message
from index.lexicon import pattern
from index.text.analysis import terms
from index.text.identifiers import identifiers
from retriever.planner.clauses import goes_on, lead_cut, leads_nowhere
from retriever.planner.planner import last_asked

LONG = 6
"""Terms of a question from which on it says itself what "it" is."""


@dataclass(frozen=True, slots=True)
class Standalone:
    """`text` is what to search, and to show as understood where it was `resolved` (is not what was asked)."""

    text: str
    resolved: bool


def standalone(query: str, history: Sequence[Message]) -> Standalone:
    """The question behind the one before, where it goes on from it."""
    query = " ".join(query.split())
    before = " ".join(last_asked(history).split())
    if not before or not _leaves_out(query):
        return Standalone(query, False)
    return Standalone(f"{before} {lead_cut(query)}", True)


def _leaves_out(query: str) -> bool:
    """Whether a question leaves to the one before what it is about: it points back, goes on, or hardly says anything,
    and that no shop's own business by itself ("opening hours?")."""
    if not query or pattern("followups", "small_talk").fullmatch(query):
        return False
    if goes_on(query) or (pattern("questions", "refers").search(query) and len(terms(query)) <= LONG):
        return not _is_impersonal(query)
    if pattern("followups", "shop").search(query) or identifiers(query):
        return False
    return leads_nowhere(query)


def _is_impersonal(query: str) -> bool:
    """Whether "it" stands for nothing: "is it possible to pay by invoice?"."""
    return bool(pattern("followups", "pleonastic").search(query))
