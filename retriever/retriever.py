"""`Retriever`: a question in, the passages that may answer it out, all of one snapshot.

It knows nothing of how an answer is worded.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from index.chunk import Chunk
from index.database.filters import Condition, Restriction
from index.database.store import Store
from index.database.view import View
from index.database.vocabulary import Vocabulary, read_vocabulary
from index.embedding.embedder import Embedder
from index.errors import BadRequest, EmbedderMismatch, NothingPublished, SnapshotDamaged, XuanjiError
from index.segments.segments import Segments
from index.snapshot.home import Home
from index.snapshot.snapshot import Snapshot, generation_of
from retriever.background import SAMPLE, Background
from retriever.computing import Computed, compute, conditions
from retriever.constraints import Constraint
from retriever.filters import parse_filters
from retriever.passage import Passage
from retriever.search import Legs, Question, Search
from retriever.translation import Dictionary
from retriever.understanding import understand
from retriever.understood import NOTHING, Understood

log = logging.getLogger(__name__)

PATIENCE = 0.25
"""Seconds that the first search after a publication waits for the new snapshot to be opened; its few new files take
less, as a rule."""


@dataclass(frozen=True, slots=True)
class Found:
    """The passages, best first; the snapshot they all come from; how long it took.

    `understood` is what the question demands of the catalogue as a whole, `computed` what that came to, where it asks
    for something to be computed. `unknown` are the SKUs and model numbers of the question, as compared, that nothing in
    the collection names.
    """

    passages: tuple[Passage, ...]
    snapshot: str
    milliseconds: float
    understood: Understood = NOTHING
    computed: Computed | None = None
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of a collection in a snapshot before any question: its score background and its vocabulary."""

    background: Background
    vocabulary: Vocabulary


@dataclass(slots=True)
class _Open:
    """An open snapshot, how many searches are using it, and the facts of each collection."""

    snapshot: Snapshot
    facts: dict[str, _Facts] = field(default_factory=dict)
    users: int = 0
    retired: bool = False


class Retriever:
    """Searches the published snapshot, and moves to a newer one between two searches.

    Safe for many threads. A snapshot that is being searched stays open until the last search on it ends. A newer one
    is opened beside it; until that is done the older one answers, less what is gone from the newer.
    """

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
        self.home, self.store, self.embedder = home, store, embedder
        self.device, self.threads, self.today = device, threads, today
        self.dictionary = dictionary
        self._open: _Open | None = None
        self._unusable: str | None = None
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._opener: threading.Thread | None = None
        self._fixed = snapshot is not None
        if snapshot is not None:
            self._open = self._with_facts(snapshot)

    @property
    def snapshot(self) -> str | None:
        """The id of the snapshot that is open, or None."""
        opened = self._open
        return opened.snapshot.manifest.snapshot if opened else None

    def refresh(self, patience: float | None = None) -> int:
        """Move to the published snapshot, if it is another than the open one; the newest generation published.

        `patience` is how many seconds to wait for that while an older one can answer (None: until it is done). One
        that is damaged, or of another embedder, is logged and passed over while an older one is open. Raises
        NothingPublished, SnapshotDamaged or EmbedderMismatch where there is none to search.
        """
        opened = self._open
        if self._fixed and opened is not None:
            return opened.snapshot.manifest.generation
        published = self.home.current()
        if published is not None and published in (self.snapshot, self._unusable):
            return generation_of(published)
        if opened is None or patience is None:
            self._move()
        else:
            opener, began = self._opener_thread()
            if began:  # one search waits for it, the others answer from what is open
                opener.join(patience)
        return generation_of(published or "")

    def _opener_thread(self) -> tuple[threading.Thread, bool]:
        """The thread that opens the newest snapshot, and whether it was begun now."""
        with self._lock:
            began = self._opener is None or not self._opener.is_alive()
            if began:
                self._opener = threading.Thread(target=self._move_logged, name="snapshot-opener", daemon=True)
                self._opener.start()
            assert self._opener is not None
            return self._opener, began

    def _move_logged(self) -> None:
        try:
            self._move()
        except XuanjiError as error:
            log.error("the published snapshot cannot be opened: %s", error)

    def _move(self) -> None:
        with self._opening:
            while (published := self.home.current()) not in (self.snapshot, self._unusable):
                try:
                    self._open_published(published)
                except (SnapshotDamaged, EmbedderMismatch) as error:
                    if self.home.current() != published:
                        continue  # it was cleared away while it was being opened: there is a newer one
                    if self._open is None:
                        raise
                    self._unusable = published  # the open one is whole: it goes on serving
                    log.error("snapshot %s cannot be served, %s goes on: %s", published, self.snapshot, error)
            if self._open is None:
                raise NothingPublished(f"nothing has been ingested into {self.home.path} yet; run: ingest FOLDER")

    def _open_published(self, published: str | None) -> None:
        if published is None:
            raise NothingPublished(f"nothing has been ingested into {self.home.path} yet; run: ingest FOLDER")
        before = self._open
        snapshot = Snapshot.open(
            self.home,
            published,
            self.embedder,
            device=self.device,
            threads=self.threads,
            reuse=before.snapshot if before else None,
        )
        opened = self._with_facts(snapshot, before)
        with self._lock:
            previous, self._open = self._open, opened
        if previous is not None:
            self._retire(previous)
            # it reads the whole catalogue, and only tells what words mean: the new rows are served meanwhile
            for name in previous.facts.keys() & opened.facts.keys():
                opened.facts[name] = replace(opened.facts[name], vocabulary=self._vocabulary(snapshot, name))

    def _with_facts(self, snapshot: Snapshot, before: _Open | None = None) -> _Open:
        """The snapshot with its backgrounds; its vocabularies are those of `before` where that has the collection."""
        known = before.facts if before else {}
        return _Open(
            snapshot,
            {
                name: _Facts(
                    self._background(snapshot, name),
                    known[name].vocabulary if name in known else self._vocabulary(snapshot, name),
                )
                for name in snapshot.indexes
            },
        )

    def _vocabulary(self, snapshot: Snapshot, collection: str) -> Vocabulary:
        manifest = snapshot.manifest
        return read_vocabulary(self.store.engine, manifest.collection(collection).id, manifest.generation)

    def _background(self, snapshot: Snapshot, collection: str) -> Background:
        index = snapshot.index(collection)
        view = View(snapshot.manifest.generation, self.today().isoformat())
        sample = self.store.sample(snapshot.manifest.collection(collection).id, view, SAMPLE)
        living = index.has(np.array(list(sample), dtype=np.int64)) if sample else ()
        return Background.of(index, {id: sample[id] for id, lives in zip(sample, living, strict=True) if lives})

    def _retire(self, opened: _Open) -> None:
        with self._lock:
            opened.retired = True
            idle = opened.users == 0
        if idle and not self._fixed:
            opened.snapshot.close()

    @contextmanager
    def _using(self) -> Iterator[tuple[_Open, int]]:
        """The snapshot to search, and the newest generation that was published."""
        newest = self.refresh(PATIENCE)
        with self._lock:
            opened = self._open
            assert opened is not None
            opened.users += 1
        try:
            yield opened, newest
        finally:
            with self._lock:
                opened.users -= 1
                last = opened.retired and opened.users == 0
            if last:
                opened.snapshot.close()

    def search(
        self,
        query: str,
        *,
        top_k: int = 5,
        collection: str = "default",
        filters: Mapping[str, Any] | None = None,
        as_of: date | None = None,
        legs: Legs = "fused",
    ) -> Found:
        """The `top_k` passages that most probably answer a question, among those that meet all filters.

        What the question itself demands of products ("under 50 euros, not Acme") is met, too; a question about the
        catalogue as a whole ("which is the cheapest ...") is computed, and its passages are the rows that answer it.
        Equal texts are returned once. Rows that are not valid today (or on `as_of`) are not found. `legs` other than
        "fused" search by one leg alone and take the question as it stands, for measuring.

        Raises BadRequest for an empty question, a `top_k` below 1 or a filter that means nothing, NotFound for an
        unknown collection, and the errors of `refresh`.
        """
        began = time.perf_counter()
        if not query.strip():
            raise BadRequest("the query is empty")
        if top_k < 1:
            raise BadRequest(f"top_k is {top_k}; it must be at least 1")
        restrictions = parse_filters(filters)
        question = Question.of(query, self.embedder.embed_queries([query]))
        day = (as_of or self.today()).isoformat()
        with self._using() as (opened, newest):
            manifest = opened.snapshot.manifest
            entry = manifest.collection(collection)
            view = View(manifest.generation, day, newest)
            facts = opened.facts[collection]
            index = opened.snapshot.index(collection)
            question = question.with_skus(index)
            understood, computed = NOTHING, None
            if legs == "fused":
                understood = understand(query, facts.vocabulary)
                computed = self._computed(understood, entry.id, view, restrictions)
                if computed is not None and not computed.count and not any(map(_is_hard, understood.constraints)):
                    understood, computed = NOTHING, None  # a name of something else than the catalogue's kinds
            passages = _of_rows(_rows(computed)[:top_k], index, question) if computed is not None else ()
            if len(passages) < top_k:
                search = Search(self.store, index, entry, view, facts.background, question, legs, self.dictionary)
                shown = {passage.chunk.id for passage in passages}
                nearest = search.nearest(top_k, (*restrictions, *conditions(understood)))
                others = tuple(passage for passage in nearest if passage.chunk.id not in shown)
                passages += others[: top_k - len(passages)]
            milliseconds = (time.perf_counter() - began) * 1000
            known = index.known(question.identifiers).tolist()
            unknown = tuple(name for name, is_known in zip(question.identifiers, known, strict=True) if not is_known)
            return Found(passages, manifest.snapshot, milliseconds, understood, computed, unknown)

    def _computed(
        self, understood: Understood, collection: int, view: View, restrictions: Sequence[Restriction]
    ) -> Computed | None:
        """What a question comes to; one that only demands asks for what meets its demands."""
        if understood.constraints and understood.operation is None:
            understood = replace(understood, operation="list")
        return compute(understood, self.store.engine, collection, view, restrictions)

    def status(self) -> dict[str, Any]:
        """What is open: snapshot, time, embedder, device, and each collection's counts."""
        with self._using() as (opened, _):
            manifest = opened.snapshot.manifest
            return {
                "snapshot": manifest.snapshot,
                "created": manifest.created,
                "embedder": manifest.embedder,
                "collections": {
                    name: {
                        "documents": entry.documents,
                        "chunks": entry.chunks,
                        "index": entry.kind,
                        "device": opened.snapshot.index(name).device,
                    }
                    for name, entry in manifest.collections.items()
                },
            }

    def close(self) -> None:
        """Let the open snapshot go."""
        with self._lock:
            opened, self._open = self._open, None
        if opened is not None:
            self._retire(opened)


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
