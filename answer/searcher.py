"""`Searcher`: what answering needs of retrieval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from engine.engine import NOBODY, Caller
from retriever.passage import Passage
from retriever.planner.plan import NO_PLAN, Plan, PlannedPart
from retriever.planner.planner import Planner
from retriever.retriever import Found


class Searcher(Protocol):
    """Searches the collections of a shop."""

    def search(
        self,
        query: str,
        *,
        top_k: int = 5,
        collection: str = "default",
        filters: Mapping[str, Any] | None = None,
        as_of: date | None = None,
        plan: Plan = NO_PLAN,
    ) -> Found:
        """The passages for a question, best first, and for what a `plan` says that documents may call what is asked;
        with one, rows that the question names in full are among them."""
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
        rank: int = 0,
    ) -> Found:
        """What a model's query over one sheet comes to, the likeliest one where `rank` is 0."""
        ...

    def warm(self, planner: Planner, *, collection: str = "default", caller: Caller = NOBODY) -> None:
        """Have a planner's model read what every question to a collection begins with."""
        ...

    def is_chinese(self, collection: str = "default") -> bool:
        """Whether most of a collection is Chinese."""
        ...

    def sections(
        self, found: Found, passages: Sequence[Passage], *, collection: str = "default", as_of: date | None = None
    ) -> list[list[Passage]]:
        """What stands in one section with each of these passages, in its order."""
        ...
