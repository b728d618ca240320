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
from index.embedder import Embedder, Floats
from index.errors import BadRequest, EmbedderMismatch, NothingPublished, SnapshotDamaged, XuanjiError
from index.filters import Condition
from index.home import Home
from index.manifest import CollectionEntry
from index.segments import Segments
from index.snapshot import Snapshot, generation_of
from index.store import Store
from index.vectorfile import Ids
from index.view import View
from retriever.filters import parse_filters
from retriever.identifiers import identifiers
from retriever.passage import Passage
from retriever.relevance import SAMPLE, Background, Spread, is_chinese, relevance
from retriever.words import content_words

log = logging.getLogger(__name__)

SPARE = 4
"""Times `top_k` that is fetched, so that a loose filter or a withdrawn row needs no second search."""

PATIENCE = 0.25
"""Seconds that the first search after a publication waits for the new snapshot to be opened; its few new files take
less, as a rule."""

DEEP = 256
"""Hits that are looked through when the question names a SKU or a model."""
RAISE = 4.0
"""Standard deviations of cosine that having all of the question's identifiers is worth."""


@dataclass(frozen=True, slots=True)
class Found:
    """The passages, best first; the snapshot they all come from; how long it took."""

    passages: tuple[Passage, ...]
    snapshot: str
    milliseconds: float


@dataclass(slots=True)
class _Open:
    """An open snapshot, how many searches are using it, and the score background of each collection."""

    snapshot: Snapshot
    backgrounds: dict[str, Background] = field(default_factory=dict)
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
    ) -> None:
        """`today` is the shop's day. With `snapshot`, an open one, that one is searched and none is ever published."""
        self.home, self.store, self.embedder = home, store, embedder
        self.device, self.threads, self.today = device, threads, today
        self._open: _Open | None = None
        self._unusable: str | None = None
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._opener: threading.Thread | None = None
        self._fixed = snapshot is not None
        if snapshot is not None:
            self._open = self._with_backgrounds(snapshot)

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
        opened = self._with_backgrounds(snapshot)
        with self._lock:
            previous, self._open = self._open, opened
        if previous is not None:
            self._retire(previous)

    def _with_backgrounds(self, snapshot: Snapshot) -> _Open:
        return _Open(snapshot, {name: self._background(snapshot, name) for name in snapshot.indexes})

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
    ) -> Found:
        """The `top_k` passages nearest to a question, among those that meet all filters.

        Equal texts are returned once. Rows that are not valid today (or on `as_of`) are not found. Raises BadRequest
        for an empty question, a `top_k` below 1 or a filter that means nothing, NotFound for an unknown collection,
        and the errors of `refresh`.
        """
        began = time.perf_counter()
        if not query.strip():
            raise BadRequest("the query is empty")
        if top_k < 1:
            raise BadRequest(f"top_k is {top_k}; it must be at least 1")
        conditions = parse_filters(filters)
        vector = self.embedder.embed_queries([query])
        day = (as_of or self.today()).isoformat()
        with self._using() as (opened, newest):
            manifest = opened.snapshot.manifest
            entry = manifest.collection(collection)
            view = View(manifest.generation, day, newest)
            search = _Search(self.store, opened.snapshot.index(collection), entry, view, vector)
            spreads = opened.backgrounds[collection].against(vector[0])
            words = content_words(query)
            passages = tuple(
                Passage(
                    hit.chunk,
                    hit.score,
                    relevance(hit.score, spreads, words, hit.chunk),
                    "identifier" if hit.named else "dense",
                )
                for hit in search.nearest(top_k, conditions, identifiers(query), spreads)
            )
            return Found(passages, manifest.snapshot, (time.perf_counter() - began) * 1000)

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


@dataclass(frozen=True, slots=True)
class _Hit:
    chunk: Chunk
    score: float
    named: float = 0.0
    """The share of the question's identifiers that the chunk has."""


class _Search:
    """One search: the vectors of a collection, and the database for what they stand for."""

    def __init__(self, store: Store, index: Segments, entry: CollectionEntry, view: View, vector: Floats) -> None:
        self.store, self.index, self.entry = store, index, entry
        self.view, self.vector = view, vector

    def nearest(
        self, top_k: int, conditions: Sequence[Condition], named: Mapping[str, str], spreads: Mapping[bool, Spread]
    ) -> list[_Hit]:
        """Chunks, best first, equal texts once: by cosine, those with the question's identifiers raised.

        Fetches more than asked and checks; where too few pass, the filter's whole set is searched, so that the answer
        is exact however rare the matches are.
        """
        if not self.index.count:
            return []
        wanted = max(top_k * SPARE, DEEP if named else 0)
        enough = DEEP if named else top_k
        allowed: Ids | None = None
        found = self._hits(*self._among(wanted, None), conditions, enough)
        if len(found) < top_k and conditions:
            allowed = self.store.matching(self.entry.id, self.view, conditions)
            found = self._hits(*self._among(wanted, allowed), (), enough) if len(allowed) else []
        most = self.index.count if allowed is None else len(allowed)
        while len(found) < top_k and wanted < most:
            wanted *= SPARE  # what may not be seen crowds the first hits
            found = self._hits(*self._among(wanted, allowed), (), enough)
        if named:
            found = self._raise_named(found, conditions, named, spreads)
        return found[:top_k]

    def _among(self, k: int, allowed: Ids | None) -> tuple[Floats, Ids]:
        scores, ids = self.index.search(self.vector, min(k, self.index.count), allowed)
        hit = ids[0] >= 0
        return scores[0][hit], ids[0][hit]

    def _hits(self, scores: Floats, ids: Ids, conditions: Sequence[Condition], enough: int) -> list[_Hit]:
        """At least `enough` hits, best first, where there are so many among these ids."""
        found: list[_Hit] = []
        for start in range(
            0, len(ids), enough
        ):  # the first page holds all that is wanted, but for what may not be seen
            page = ids[start : start + enough].tolist()
            chunks = self.store.chunks(page, self.entry.id, self.view, conditions)
            for id, score in zip(page, scores[start : start + enough].tolist(), strict=True):
                if id in chunks:
                    found.append(_Hit(chunks[id], score))
            if len(found) >= enough:
                break
        return found

    def _raise_named(
        self,
        found: list[_Hit],
        conditions: Sequence[Condition],
        named: Mapping[str, str],
        spreads: Mapping[bool, Spread],
    ) -> list[_Hit]:
        """Add the rows whose SKU the question names, and raise every hit that has an identifier of the question."""
        by_sku = Condition("sku", tuple(named.values()))
        ids = self.store.matching(self.entry.id, self.view, [*conditions, by_sku])
        ids = ids[self.index.has(ids)][:DEEP]
        hits = {hit.chunk.content_hash: hit for hit in found}
        if len(ids):
            scores = self.index.vectors(ids) @ self.vector[0]
            for hit in self._hits(scores, ids, (), DEEP):
                hits.setdefault(hit.chunk.content_hash, hit)

        def rank(hit: _Hit) -> float:
            return hit.score + RAISE * hit.named * spreads[is_chinese(hit.chunk.text)].deviation

        def identified(chunk: Chunk) -> int:
            return len(named.keys() & identifiers(f"{chunk.label}\n{chunk.embedded_text}").keys())

        shares = {key: identified(hit.chunk) for key, hit in hits.items()}
        raised = [replace(hit, named=shares[key] / len(named)) for key, hit in hits.items()]
        return sorted(raised, key=rank, reverse=True)
