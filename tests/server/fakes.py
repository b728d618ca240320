"""Stand-ins whose answers can be worked out by hand: they take the places of the retriever and the answerer."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from answer.answer import Answer, Answered, Event, PassagesFound, Token
from answer.citations import Citation
from answer.parts import Text
from engine.engine import NOBODY, Caller, EngineBusy, EngineFailed, Message, Usage
from index.chunk import Chunk, Locator
from index.embedding.embedder import Embedder
from index.errors import NotFound, NothingPublished
from retriever.passage import Passage
from retriever.planner.plan import NO_PLAN, Plan
from retriever.retriever import Found
from server.parts import Parts
from tests.waiting import LONGEST

KETTLE = Passage(
    Chunk(
        id="c1",
        document="prices.xlsx",
        ordinal=0,
        text="name: Kettle\npower: 2200 W",
        title="Kettle",
        section=("Kitchen",),
        locator=Locator(sheet="2026", row=7),
        attributes={"brand": "Acme", "price": 39.5},
    ),
    score=0.87654,
    relevance=0.9,
)
TOASTER = Passage(Chunk(id="c2", document="faq.md", ordinal=3, text="The toaster has 900 W.", title="FAQ"), 0.81, 0.5)


class FakeRetriever:
    """Finds the kettle and then the toaster, whatever is asked; remembers what it was asked."""

    def __init__(self, snapshot: str | None = "s1") -> None:
        self.snapshot = snapshot
        self.asked: list[tuple[str, int, Any]] = []

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
        if collection != "default":
            raise NotFound(f"there is no collection {collection!r}")
        if query == "explode":
            raise ZeroDivisionError("a secret of the house")
        self.asked.append((query, top_k, filters))
        return Found((KETTLE, TOASTER)[:top_k], self.snapshot or "", 1.0)

    def refresh(self) -> None:
        if self.snapshot is None:
            raise NothingPublished("nothing has been ingested yet")

    def status(self) -> dict[str, Any]:
        return {"snapshot": self.snapshot, "collections": {"default": {"documents": 2, "chunks": 2}}}


class FakeAnswerer:
    """Answers "2200 W [1]." word by word. Some questions do something else:

    "busy" finds the waiting room full, "broken" breaks after a word and "bug" for a reason that nobody foresaw,
    "endless" never ends by itself, and "blocked" does not come to its first word before `unblock` is set. `began` and
    `closed` tell how far such a one is.
    """

    def __init__(self, retriever: FakeRetriever) -> None:
        self.retriever = retriever
        self.history: tuple[Message, ...] = ()
        self.caller = NOBODY
        self.began, self.closed, self.unblock = threading.Event(), threading.Event(), threading.Event()

    def ask(
        self,
        query: str,
        *,
        language: str = "auto",
        collection: str = "default",
        filters: Mapping[str, Any] | None = None,
        top_k: int = 5,
        history: tuple[Message, ...] = (),
        as_of: date | None = None,
        caller: Caller = NOBODY,
    ) -> Generator[Event, None, None]:
        self.history, self.caller = tuple(history), caller
        found = self.retriever.search(query, top_k=top_k, collection=collection, filters=filters)
        yield PassagesFound(found.passages, found.snapshot)
        if query == "busy":
            raise EngineBusy(7)
        try:
            self.began.set()
            if query == "blocked":
                self.unblock.wait(LONGEST)
            yield Token("2200 W ")
            if query == "broken":
                raise EngineFailed("the language model broke")
            if query == "bug":
                raise ZeroDivisionError("a secret of the house")
            while query == "endless":
                yield Token("and on ")
            yield Token("[1].")
        finally:
            self.closed.set()
        yield Answered(
            Answer(
                id="a1",
                text="2200 W [1].",
                language="en" if language == "auto" else language,
                outcome="answered",
                reason=None,
                citations=(Citation(1, found.passages[0], "power: 2200 W"),),
                passages=found.passages,
                snapshot=found.snapshot,
                model="fake",
                usage=Usage(11, 4, 2),
                timings_ms={"retrieve": 1.0, "first_token": 2.0, "total": 3.0},
                parts=(Text("2200 W [1]."),),
            )
        )


def fake_parts(snapshot: str | None = "s1", embedder: Embedder | None = None) -> Parts:
    """Parts that need no model and no index, and no embedder where nothing is embedded."""
    retriever = FakeRetriever(snapshot)
    return Parts(retriever, FakeAnswerer(retriever), "fake", embedder)  # type: ignore[arg-type]


@contextmanager
def given(parts: Parts) -> Iterator[Parts]:
    """Parts that are already open, as something to open."""
    yield parts
