"""`Current`: the published snapshot as it is open for questions, and the move to a newer one between two of them.

Every question looks at what is published now and is answered from that: it opens what it needs itself, its own
collection and no other, so that neither many collections nor a large one make anybody wait for what he did not ask of.
It knows nothing of searching.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from index.database.store import Store
from index.database.view import View
from index.database.vocabulary import Vocabulary, read_vocabulary
from index.embedding.embedder import Embedder
from index.errors import EmbedderMismatch, NothingPublished, SnapshotDamaged
from index.segments.segments import Segments
from index.snapshot.home import Home
from index.snapshot.manifest import CollectionEntry, Manifest
from index.snapshot.shelf import generation_of
from index.snapshot.snapshot import Snapshot
from retriever.background import SAMPLE, Background

log = logging.getLogger(__name__)

AT_ONCE = 5_000
"""Chunks of a collection whose words are read anew before its first question after a change (about a tenth of a
second). In a larger one those of the snapshot before serve until they are read: they only tell what words mean."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a collection before any question: its score background and its vocabulary (`stale`: that of
    an older snapshot, which is about to be read anew)."""

    entry: CollectionEntry
    background: Background
    vocabulary: Vocabulary
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Serving:
    """A collection as one question sees it; `newest` is the newest generation published."""

    manifest: Manifest
    entry: CollectionEntry
    index: Segments
    facts: Facts
    newest: int


@dataclass(slots=True, eq=False)
class _Open:
    """An open snapshot and how many are using it; `known` are the facts of the snapshots before."""

    snapshot: Snapshot
    known: dict[str, Facts] = field(default_factory=dict)
    facts: dict[str, Facts] = field(default_factory=dict)
    locks: dict[str, threading.Lock] = field(default_factory=dict)
    users: int = 0
    retired: bool = False
    proven: bool = False
    """Whether all of it was opened, and is as it was published."""

    @property
    def id(self) -> str:
        return self.snapshot.manifest.snapshot


class Current:
    """Safe for many threads. A snapshot stays open until the last question on it is answered; the one before a new one
    until all of the new one was found whole, as it goes on serving where that is damaged."""

    def __init__(
        self,
        home: Home,
        store: Store,
        embedder: Embedder,
        *,
        device: str = "auto",
        threads: int = 0,
        today: Callable[[], date] = date.today,
        fixed: Snapshot | None = None,
    ) -> None:
        """With `fixed`, an open snapshot, that one is served and none is ever published; it is its owner's to close."""
        self.home, self.store, self.embedder = home, store, embedder
        self.device, self.threads, self.today = device, threads, today
        self._fixed = fixed is not None
        self._open = self._opened(fixed, None) if fixed is not None else None
        self._before: _Open | None = None
        self._unusable: str | None = None
        self._lock = threading.Lock()
        self._moving = threading.Lock()

    @property
    def id(self) -> str | None:
        """The id of the snapshot that is open, or None."""
        opened = self._open
        return opened.id if opened else None

    @contextmanager
    def whole(self) -> Iterator[Snapshot]:
        """The snapshot that is published at this moment. Raises as `using` does."""
        opened, _ = self._take()
        try:
            yield opened.snapshot
        finally:
            self._leave(opened)

    @contextmanager
    def using(self, collection: str) -> Iterator[Serving]:
        """A collection of the snapshot that is published at this moment, open until this is left.

        A snapshot that is damaged, or of another embedder, is logged and passed over while an older one is open.
        Raises NotFound for an unknown collection; NothingPublished, SnapshotDamaged or EmbedderMismatch where there is
        none to search.
        """
        while True:
            opened, newest = self._take()
            try:
                try:
                    serving = self._serving(opened, collection, newest)
                except SnapshotDamaged as error:
                    if not self._given_up(opened, error):
                        raise
                    continue
                yield serving
                return
            finally:
                self._leave(opened)

    def refresh(self) -> int:
        """Move to what is published and open all of it; the newest generation published. Raises as `using` does."""
        while True:
            opened, newest = self._take()
            try:
                self._prove(opened)
                return newest
            except SnapshotDamaged as error:
                if not self._given_up(opened, error):
                    raise
            finally:
                self._leave(opened)

    def close(self) -> None:
        """Let what is open go."""
        with self._lock:
            opened, before, self._open, self._before = self._open, self._before, None, None
        for one in (opened, before):
            if one is not None:
                self._retire(one)

    def _take(self) -> tuple[_Open, int]:
        """What is published now, to be left again, and the newest generation published."""
        while True:
            published = None if self._fixed else self.home.current()
            with self._lock:
                opened = self._open
                if opened is not None and (self._fixed or published in (opened.id, self._unusable)):
                    opened.users += 1
                    return opened, generation_of(published or "") or opened.snapshot.manifest.generation
            self._move()

    def _leave(self, opened: _Open) -> None:
        with self._lock:
            opened.users -= 1
            last = opened.retired and opened.users == 0
        if last and not self._fixed:
            opened.snapshot.close()

    def _retire(self, opened: _Open) -> None:
        with self._lock:
            idle = not opened.retired and opened.users == 0
            opened.retired = True
        if idle and not self._fixed:
            opened.snapshot.close()

    def _move(self) -> None:
        """Open the published snapshot's manifest, and have the rest of it opened beside the questions."""
        with self._moving:
            published = self.home.current()
            if published is None:
                raise NothingPublished(f"nothing has been ingested into {self.home.path} yet; run: ingest FOLDER")
            with self._lock:
                before = self._open
                if before is not None:
                    if published in (before.id, self._unusable):
                        return  # another question was here first
                    before.users += 1
            try:
                snapshot = Snapshot.open(
                    self.home,
                    published,
                    self.embedder,
                    device=self.device,
                    threads=self.threads,
                    reuse=before.snapshot if before is not None else None,
                    whole=False,
                )
                self._move_to(self._opened(snapshot, before), before)
            except (SnapshotDamaged, EmbedderMismatch) as error:
                if self.home.current() != published:
                    return  # it was cleared away while it was being opened: there is a newer one
                if before is None:
                    raise
                self._unusable = published
                log.error("snapshot %s cannot be served, %s goes on: %s", published, before.id, error)
            finally:
                if before is not None:
                    self._leave(before)

    def _move_to(self, opened: _Open, before: _Open | None) -> None:
        with self._lock:
            self._open = opened
            # of the two before it, the one is kept that is known to be whole
            keeps = before is not None and (before.proven or self._before is None)
            let_go = self._before if keeps else before
            self._before = before if keeps else self._before
        if let_go is not None:
            self._retire(let_go)
        if before is not None:
            threading.Thread(target=self._prove_beside, args=(opened,), name="snapshot-opener", daemon=True).start()

    def _opened(self, snapshot: Snapshot, before: _Open | None) -> _Open:
        known = {**before.known, **before.facts} if before is not None else {}
        return _Open(snapshot, known, locks={name: threading.Lock() for name in snapshot.manifest.collections})

    def _prove_beside(self, opened: _Open) -> None:
        with self._lock:
            if opened is not self._open:
                return
            opened.users += 1
        try:
            self._prove(opened)
        except SnapshotDamaged as error:
            self._given_up(opened, error)
        finally:
            self._leave(opened)

    def _prove(self, opened: _Open) -> None:
        """Open every collection, let the snapshot before go, and read the words that are not read yet."""
        if not opened.proven:
            for name in opened.snapshot.manifest.collections:
                if opened is not self._open:
                    return
                self._serving(opened, name, 0)
            with self._lock:
                if opened is not self._open:
                    return
                opened.proven = True
                before, self._before = self._before, None
            if before is not None:
                self._retire(before)
        for name, facts in list(opened.facts.items()):
            if facts.stale:
                words = self._vocabulary(facts.entry, opened.snapshot.manifest.generation)
                opened.facts[name] = replace(facts, vocabulary=words, stale=False)

    def _given_up(self, opened: _Open, error: SnapshotDamaged) -> bool:
        """Go back to the snapshot before one that is damaged; False where there is none, nor a newer one."""
        if self._fixed:
            return False
        published = self.home.current()
        with self._lock:
            if opened is not self._open or published != opened.id:
                return True  # another question did, or it was cleared away: there is a newer one
            if self._before is None:
                self._open = None
            else:
                self._unusable, self._open, self._before = opened.id, self._before, None
        self._retire(opened)
        if self._open is None:
            return False
        log.error("snapshot %s cannot be served, %s goes on: %s", opened.id, self.id, error)
        return True

    def _serving(self, opened: _Open, collection: str, newest: int) -> Serving:
        """Open a collection, where this is its first question."""
        manifest = opened.snapshot.manifest
        entry = manifest.collection(collection)
        facts = opened.facts.get(collection)
        index = opened.snapshot.index(collection)
        if facts is None:
            with opened.locks[collection]:
                facts = opened.facts.get(collection)
                if facts is None:
                    facts = self._facts(manifest, collection, index, opened.known.get(collection))
                    opened.facts[collection] = facts
        return Serving(manifest, entry, index, facts, newest)

    def _facts(self, manifest: Manifest, collection: str, index: Segments, known: Facts | None) -> Facts:
        """The facts of the snapshots before where the collection is as it was, which saves reading it."""
        entry, generation = manifest.collections[collection], manifest.generation
        if known is not None and known.entry == entry and manifest.took_over(collection):
            return known
        background = self._background(entry, index, generation)
        if known is not None and entry.chunks > AT_ONCE:
            return Facts(entry, background, known.vocabulary, stale=True)
        return Facts(entry, background, self._vocabulary(entry, generation))

    def _vocabulary(self, entry: CollectionEntry, generation: int) -> Vocabulary:
        return read_vocabulary(self.store.engine, entry.id, generation)

    def _background(self, entry: CollectionEntry, index: Segments, generation: int) -> Background:
        sample = self.store.sample(entry.id, View(generation, self.today().isoformat()), SAMPLE)
        living = index.has(np.array(list(sample), dtype=np.int64)) if sample else ()
        return Background.of(index, {id: sample[id] for id, lives in zip(sample, living, strict=True) if lives})
