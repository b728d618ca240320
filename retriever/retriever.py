"""`Retriever`: a question in, the passages that may answer it out, all of one snapshot.

It knows nothing of how an answer is worded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from engine.engine import NOBODY, Caller
from index.chunk import Chunk
from index.database.aggregates import Among
from index.database.documents import read_document_names
from index.database.filters import Condition, Either, Restriction, Within
from index.database.sections import section_of
from index.database.store import Store
from index.database.view import View
from index.embedding.embedder import Embedder
from index.errors import BadRequest
from index.segments.keyword_fields import CHINESE
from index.segments.segments import Segments
from index.snapshot.home import Home
from index.snapshot.shelf import instead_of
from index.snapshot.snapshot import Snapshot
from retriever.by_generation import ByGeneration
from retriever.called import called
from retriever.computing import Computed, compute, conditions
from retriever.constraints import Constraint
from retriever.current import Current
from retriever.filters import parse_filters
from retriever.passage import Passage
from retriever.planner.plan import NO_PLAN, Plan, PlannedPart
from retriever.planner.planner import Planner
from retriever.planner.sheet_plans import SheetPlans
from retriever.rankings import ranked_together
from retriever.search import Legs, Question, Search
from retriever.translation import Dictionary
from retriever.understanding import understand
from retriever.understood import NOTHING, Understood


@dataclass(frozen=True, slots=True)
class Found:
    """The passages, best first; the snapshot they all come from; how long it took.

    `understood` is what the question demands of the catalogue as a whole, `computed` what that came to, where it asks
    for something to be computed. `unknown` are the SKUs and model numbers of the question, as compared, that nothing in
    the collection names.
    `meant` are the documents, by their paths, that the question names by words of their names. `plan` is what a model
    understood the question as.
    """

    passages: tuple[Passage, ...]
    snapshot: str
    milliseconds: float
    understood: Understood = NOTHING
    computed: Computed | None = None
    unknown: tuple[str, ...] = ()
    meant: frozenset[str] = frozenset()
    plan: Plan = NO_PLAN


NAMED = 4
"""Rows that are found for their names beside all others."""
HALF = 0.5
"""Share of the texts from which on a collection is in a language; the relevance at least of a row that is named."""


class Retriever:
    """Searches the snapshot that is published at the moment of the question (see `Current`). Safe for many threads."""

    def __init__(
        self,
        home: Home,
        store: Store,
        embedder: Embedder,
        *,
        device: str = "auto",
        threads: int = 0,
        today: Callable[[], date] = date.today,
        snapshot: Snapshot | None = None,
        dictionary: Dictionary | None = None,
    ) -> None:
        """`today` is the shop's day; with a `dictionary` keywords are searched for in both languages. With `snapshot`,
        an open one, that one is searched and none is ever published."""
        self.home, self.store, self.embedder, self.today = home, store, embedder, today
        self.dictionary = dictionary
        self._names = ByGeneration(store.engine, read_document_names)
        self._plans = SheetPlans(store, embedder, dictionary)
        self._current = Current(home, store, embedder, device=device, threads=threads, today=today, fixed=snapshot)

    @property
    def snapshot(self) -> str | None:
        """The id of the snapshot that is open, or None."""
        return self._current.id

    def refresh(self) -> int:
        """Move to the published snapshot and open all of it; the newest generation published.

        Raises NothingPublished, SnapshotDamaged or EmbedderMismatch where there is none to search.
        """
        return self._current.refresh()

    def search(
        self,
        query: str,
        *,
        top_k: int = 5,
        collection: str = "default",
        filters: Mapping[str, Any] | None = None,
        as_of: date | None = None,
        legs: Legs = "fused",
        plan: Plan = NO_PLAN,
    ) -> Found:
        """The `top_k` passages that most probably answer a question, among those that meet all filters.

        What the question itself demands of products ("under 50 euros, not Acme") is met, too; a question about the
        catalogue as a whole ("which is the cheapest ...") is computed, and its passages are the rows that answer it.
        Equal texts are returned once. Rows that are not valid today (or on `as_of`) are not found. `legs` other than
        "fused" search by one leg alone and take the question as it stands, for measuring. What a `plan` says that
        documents may call it is searched for, too, and ranked together with the question's own passages; with one, rows
        that the question names in full are found however they rank.

        Raises BadRequest for an empty question, a `top_k` below 1 or a filter that means nothing, NotFound for an
        unknown collection, and the errors of `refresh`.
        """
        began = time.perf_counter()
        if not query.strip():
            raise BadRequest("the query is empty")
        if top_k < 1:
            raise BadRequest(f"top_k is {top_k}; it must be at least 1")
        asked = parse_filters(filters)
        texts = (query, *plan.queries)
        vectors = self.embedder.embed_queries(texts)
        question, *others = (Question.of(text, vectors[at : at + 1]) for at, text in enumerate(texts))
        day = (as_of or self.today()).isoformat()
        with self._current.using(collection) as serving:
            manifest, entry, index, facts = serving.manifest, serving.entry, serving.index, serving.facts
            view = View(manifest.generation, day, serving.newest)
            restrictions = tuple(facts.vocabulary.widened(one) for one in asked)
            question = question.with_skus(index)
            understood, computed = NOTHING, None
            among = Among(self.store.engine, entry.id, view, restrictions)
            if legs == "fused":
                understood = understand(query, facts.vocabulary)
                computed = self._computed(understood, entry.id, view, restrictions)
                if (
                    computed is not None
                    and not computed.count
                    and (not any(map(_is_hard, understood.constraints)) or _named(question, among))
                ):
                    understood, computed = NOTHING, None  # a name, and no conditions: of a row, or of something else
            names = self._names.of(entry.id, manifest.generation)
            meant = names.meant(query)
            passages = _of_rows(_rows(computed)[:top_k], index, question) if computed is not None else ()
            if len(passages) < top_k:
                tests = (*restrictions, *conditions(understood))
                searches = [
                    Search(self.store, index, entry, view, facts.background, one, legs, self.dictionary)
                    for one in (question, *others)
                ]
                lists = [search.nearest(top_k, tests) for search in searches]
                if others and meant:
                    within = Within(tuple((names.ids[path], None) for path in meant))
                    lists += [search.nearest(top_k, (*tests, within)) for search in searches[:2]]
                shown = {passage.chunk.id for passage in passages}
                nearest = [passage for passage in ranked_together(lists) if passage.chunk.id not in shown]
                passages += tuple(nearest[: top_k - len(passages)])
            if plan.parts and computed is None:
                passages = _with_named(question, passages, _named(question, among), index)
            milliseconds = (time.perf_counter() - began) * 1000
            known = index.known(question.identifiers).tolist()
            unknown = tuple(name for name, is_known in zip(question.identifiers, known, strict=True) if not is_known)
            return Found(passages, manifest.snapshot, milliseconds, understood, computed, unknown, meant, plan)

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
        """What a model's query over one sheet comes to, the likeliest one where `rank` is 0; `found` itself where there
        is none, or nothing of it holds. Raises as `search`."""
        restrictions = parse_filters(filters)
        day = (as_of or self.today()).isoformat()
        with self._current.using(collection) as serving:
            manifest, entry, facts = serving.manifest, serving.entry, serving.facts
            view = View(manifest.generation, day, serving.newest)
            understood = self._plans.understood(part, found, planner, serving, view, caller, rank)
            tests = tuple(facts.vocabulary.widened(one) for one in restrictions)
            computed = self._computed(understood, entry.id, view, tests)
            if computed is None:
                return found
            vector = self.embedder.embed_queries([part.text])
            rows = _of_rows(
                _rows(computed)[: max(1, len(found.passages))], serving.index, Question.of(part.text, vector)
            )
            shown = {passage.chunk.id for passage in rows}
            others = tuple(passage for passage in found.passages if passage.chunk.id not in shown)
            passages = (*rows, *others)[: len(found.passages)]
            return replace(found, passages=passages, understood=understood, computed=computed)

    def warm(self, planner: Planner, *, collection: str = "default", caller: Caller = NOBODY) -> None:
        """Have a planner's model read what every question begins with. Raises as `search`."""
        language = "zh" if self.is_chinese(collection) else "en"
        with self._current.using(collection) as serving:
            self._plans.warm(planner, language, serving, caller)

    def is_chinese(self, collection: str = "default") -> bool:
        """Whether most texts of a collection are Chinese. Raises as `search`."""
        with self._current.using(collection) as serving:
            return serving.index.share(CHINESE) > HALF

    def _computed(
        self, understood: Understood, collection: int, view: View, restrictions: Sequence[Restriction]
    ) -> Computed | None:
        """What a question comes to; one that only demands asks for what meets its demands."""
        if understood.constraints and understood.operation is None:
            understood = replace(understood, operation="list")
        return compute(understood, self.store.engine, collection, view, restrictions)

    def sections(
        self, found: Found, passages: Sequence[Passage], *, collection: str = "default", as_of: date | None = None
    ) -> list[list[Passage]]:
        """What stands in one section with each of the passages that were found, in its order, the passage among it;
        each alone where another snapshot is served by now."""
        with self._current.using(collection) as serving:
            if serving.manifest.snapshot != found.snapshot:
                return [[passage] for passage in passages]
            day = (as_of or self.today()).isoformat()
            view = View(serving.manifest.generation, day, serving.newest)
            return [
                [
                    passage if chunk.id == passage.chunk.id else replace(passage, chunk=chunk, reason="same section")
                    for chunk in section_of(self.store.engine, serving.entry.id, view, passage.chunk)
                ]
                for passage in passages
            ]

    def status(self) -> dict[str, Any]:
        """What is open: snapshot, time, embedder, device, each collection's counts, and the newer snapshot that was
        rolled back for it."""
        self.refresh()
        with self._current.whole() as snapshot:
            manifest, newer = snapshot.manifest, instead_of(self.home)
            return {
                "snapshot": manifest.snapshot,
                "created": manifest.created,
                "embedder": manifest.embedder,
                "rolled_back": None if newer is None else {"from": newer},
                "collections": {
                    name: {
                        "documents": entry.documents,
                        "chunks": entry.chunks,
                        "index": entry.kind,
                        "device": snapshot.index(name).device,
                    }
                    for name, entry in manifest.collections.items()
                },
            }

    def close(self) -> None:
        """Let the open snapshot go."""
        self._current.close()


def _of_rows(chunks: Sequence[Chunk], index: Segments, question: Question) -> tuple[Passage, ...]:
    """The rows that were computed as passages; each with its cosine, where it is indexed."""
    ids = np.array([chunk.text_id for chunk in chunks], np.int64)
    scores = np.zeros(len(ids), np.float32)
    here = index.has(ids)
    scores[here] = index.vectors(ids[here]) @ question.vector[0]
    return tuple(Passage(chunk, float(score), 1.0, "computed") for chunk, score in zip(chunks, scores, strict=True))


def _rows(computed: Computed) -> list[Chunk]:
    """The rows that a figure stands on, in the order in which they are told."""
    found = [row for group in computed.groups for row in group.rows]
    found += [value.row for value in computed.values]
    return found + (list(computed.relaxed.rows) if computed.relaxed is not None else [])


def _is_hard(constraint: Constraint) -> bool:
    """Whether it demands more than a kind of product, so that "there is none" is an answer. A bare amount does not: it
    may be a part of a name, as in "the 480 ml flask"."""
    test = constraint.test
    bare = isinstance(test, Condition) and test.minimum is not None and test.minimum == test.maximum
    return constraint.field not in ("kind", "described") and not bare


def _named(question: Question, among: Among) -> list[Chunk]:
    """The rows that a question names in full."""
    names = called(question.text)
    by_name = Either((Condition("name", names), Condition("sku", names)))
    return list(among.chunks([id for id, _ in among.where(by_name).found().first(NAMED)]).values()) if names else []


def _with_named(
    question: Question, passages: tuple[Passage, ...], rows: Sequence[Chunk], index: Segments
) -> tuple[Passage, ...]:
    """The passages, the rows that a question names in full before them where they were not found."""
    known = {passage.chunk.id for passage in passages}
    own = {chunk.id for chunk in rows}
    missing = [chunk for chunk in rows if chunk.id not in known]
    added = (replace(one, relevance=HALF, reason="named") for one in _of_rows(missing, index, question))
    found = (replace(one, relevance=max(one.relevance, HALF)) if one.chunk.id in own else one for one in passages)
    return (*added, *found)
