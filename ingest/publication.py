"""`Publication`: a written generation becomes a snapshot, is tried by the gate, and is served.

What did not change is taken over from the newest snapshot; of what changed, only the changes are written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from index.database.census import count_rows, moved, moved_rows
from index.database.history import record
from index.database.store import Store
from index.database.writing import Writing
from index.embedding.embedder import Embedder
from index.errors import NothingPublished, SnapshotDamaged
from index.segments.growth import append, build_segments
from index.segments.keyword_fields import FINGERPRINT
from index.segments.keyword_growth import write_keywords
from index.segments.segments import Segment, Segments
from index.snapshot.building import Building, prune
from index.snapshot.home import Home
from index.snapshot.keyword_texts import keyword_texts
from index.snapshot.manifest import CollectionEntry, Manifest
from index.snapshot.rollback import rolled_back
from index.snapshot.snapshot import Snapshot, current_manifest, generation_of, snapshots
from ingest.embedding import EmbeddingQueue
from ingest.report import Report

Stage = Callable[[str], AbstractContextManager[dict[str, Any]]]
"""Logs a stage of the run; what is put into the object is logged with it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A snapshot before it is served: open, beside the manifest of the one that is (None: there is none)."""

    snapshot: Snapshot
    before: Manifest | None
    reports: Sequence[Report]


class Verdict(Protocol):
    """What a gate says: whether the snapshot may be served (`opens`), and what failed, a sentence each."""

    @property
    def opens(self) -> bool: ...
    @property
    def failures(self) -> tuple[str, ...]: ...
    def as_dict(self) -> dict[str, Any]: ...


Gate = Callable[[Candidate], Verdict]


@dataclass(slots=True)
class Outcome:
    """What a run did: each collection's report, the snapshot that is served now, whether this run published it, what
    the gate objected to, and how each index was built."""

    reports: list[Report]
    snapshot: str | None = None
    published: bool = False
    failures: tuple[str, ...] = ()
    embedded: int = 0
    built: dict[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def exit_code(self) -> int:
        """0: all in; 1: done, but some inputs were refused; 3: nothing was published, where something was to be."""
        worst = max((report.exit_code for report in self.reports), default=0)
        if self.failures or (self.reports and all(report.failure for report in self.reports)):
            return 3
        return min(worst, 1) if self.snapshot is not None else worst


class Publication:
    """Use under `Home.writing()`, when all that is to be published has been written."""

    def __init__(
        self,
        home: Home,
        store: Store,
        embedder: Embedder,
        writing: Writing,
        queue: EmbeddingQueue,
        *,
        keep: int,
        by: str,
    ) -> None:
        self.home, self.store, self.embedder = home, store, embedder
        self.writing, self.queue, self.keep, self.by = writing, queue, keep, by
        self.head = newest_whole(home, writing.published)
        """The newest generation's manifest, if its files are as they were published."""

    def publish(
        self,
        changed: set[str],
        outcome: Outcome,
        *,
        rebuild: bool,
        force: bool,
        gate: Gate | None,
        stage: Stage,
        story: Callable[[], Mapping[str, Any]],
    ) -> None:
        """Publish the collections that changed, beside the others as they are; tell `outcome`.

        Where nothing changed and the newest snapshot is whole, nothing is published: not even where an older one was
        made the current one by hand. Nor is anything where that would serve again what was rolled back, unless it is
        to be done by `force`. With `rebuild` every index is made anew.
        """
        head = None if rebuild else self.head
        space_left = head is not None and head.fingerprint != self.embedder.fingerprint
        wanted = {name for name, (id, _) in self.store.collections().items() if self._has_any(name, id, head)}
        missing = wanted if head is None or space_left else wanted - set(head.collections)
        if head is not None and head.snapshot == self.home.current():  # what was rolled back stays as it is
            missing |= {name for name in wanted & set(head.collections) if _is_stale(head.collections[name])}
        if head is not None and not changed & wanted and not missing:
            self._leave(head, outcome)
            return
        if not wanted:
            outcome.snapshot = None
            return
        if not force and (again := self._rolled_back(wanted - changed)):
            outcome.failures, outcome.snapshot = again, self.home.current()
            return
        new = bool(changed) or space_left or not self.writing.published
        generation = self.writing.generation if new else self.writing.published
        base = None if space_left else head
        with Building(self.home, generation, self.embedder) as building:
            with stage("build") as facts:
                entries = {}
                for name in sorted(wanted):
                    before = base.collections.get(name) if base is not None else None
                    entries[name], outcome.built[name] = self._entry(
                        building, name, before, base, generation, changed=name in changed
                    )
                facts |= {"embedded": self.queue.embedded, "built": dict(outcome.built)}
            outcome.embedded = self.queue.embedded
            manifest = building.manifest(entries, story(), base)
            other = generation_of(self.home.current() or "") != generation  # the same one is only built anew
            verdict = self._try(building, manifest, outcome, gate, stage) if gate is not None and other else None
            if verdict is not None:
                manifest = building.manifest(entries, {**story(), "gate": verdict.as_dict()}, base)
                if not verdict.opens:
                    current = self.home.current()
                    outcome.failures, outcome.snapshot = verdict.failures, current
                    record(self.store.engine, "not published", self.by, current, {"failures": list(verdict.failures)})
                    return
            with stage("publish") as facts:
                building.publish(manifest)
                facts["snapshot"] = manifest.snapshot
        if new:
            self.writing.published_as(manifest.snapshot)
        outcome.snapshot, outcome.published = manifest.snapshot, True
        told = {name: value for name, value in manifest.story.items() if name != "by"}
        record(self.store.engine, "published", self.by, manifest.snapshot, told)
        with stage("clear"):
            self._clear(space_left)
            if rebuild:
                self.writing.sweep()

    def _rolled_back(self, unchanged: set[str]) -> tuple[str, ...]:
        """Why nothing may be published: what was rolled back, and has not changed since, would be served again.

        Asked of the database and not of manifests: it holds where files are damaged, and where all is made anew.
        """
        note, current, newest = rolled_back(self.home), self.home.current(), self.writing.published
        if note is None or current is None or note[1] != current or generation_of(note[0]) != newest:
            return ()
        collections = self.store.collections()
        again = sorted(
            name
            for name in unchanged
            if any(moved_rows(self.store, collections[name][0], generation_of(current), newest))
        )
        return tuple(
            f"snapshot {note[0]} was rolled back, and collection “{name}” is still as it was in it: publishing "
            f"another one would serve it again; mend its folder, or use reindex --force"
            for name in again
        )

    def _has_any(self, name: str, id: int, head: Manifest | None) -> bool:
        if head is not None and name in head.collections:
            return True
        return self.store.count(id, self.writing.generation) > 0

    def _leave(self, head: Manifest, outcome: Outcome) -> None:
        """Nothing changed: what is served stays, unless a process died before it could name the newest snapshot."""
        current = self.home.current()
        if current != head.snapshot:
            if rolled_back(self.home) == (head.snapshot, current):
                outcome.note = (
                    f"the folder is as it was when snapshot {head.snapshot} was rolled back; {current} goes on"
                )
            else:
                self.home.point_to(head.snapshot)
                current, outcome.published = head.snapshot, True
        outcome.snapshot = current

    def _entry(
        self,
        building: Building,
        name: str,
        before: CollectionEntry | None,
        base: Manifest | None,
        generation: int,
        *,
        changed: bool,
    ) -> tuple[CollectionEntry, str]:
        """A collection's entry in the new snapshot, its files lying there, and in words how its index was made."""
        id = self.store.collections()[name][0]
        documents = sum(
            version.refused is None or version.chunks > 0 for version in self.store.versions(id, generation).values()
        )
        stem = f"{id}-{building.id}"
        if before is None or base is None:
            return self._rebuilt(building, id, documents, stem, generation), "rebuilt from the database"
        building.link(base, before.files)
        texts = keyword_texts(self.store, id, generation)
        stale = _is_stale(before)
        if not changed:
            if not stale:
                return before, "as it was"
            keyed = write_keywords(building.folder, stem, before.segments, texts)
            return replace(before, segments=keyed, keywords=FINGERPRINT), "keywords made anew"
        self.queue.finish()
        with closing(Segments.open(building.folder, before.segments, base.dimension, device="cpu")) as index:
            born = self.store.born_texts(id, generation)
            came = np.array(list(born), dtype=np.int64)
            new = came[~index.has(came)] if len(came) else came
            died = self.store.dead_texts(id, generation)
            dead = died[index.has(died)] if len(died) else died
        if not len(new) and not len(dead):
            segments: tuple[Segment, ...] = before.segments
            words = "no text came or went"
        else:
            segments, words = append(
                building.folder,
                stem,
                before.segments,
                lambda ids: self.store.cached(
                    [born[id] for id in ids.tolist()], self.embedder.fingerprint, self.embedder.dimension
                ),
                new,
                dead,
                dimension=self.embedder.dimension,
                texts=None if stale else texts,
            )
        if stale:
            segments, words = write_keywords(building.folder, stem, segments, texts), f"{words}, keywords made anew"
        more, products, priced = moved(self.store, id, generation)
        return (
            CollectionEntry(
                id,
                documents,
                before.chunks + more,
                before.products + products,
                before.priced + priced,
                segments,
                FINGERPRINT,
            ),
            words,
        )

    def _rebuilt(self, building: Building, id: int, documents: int, stem: str, generation: int) -> CollectionEntry:
        fingerprint, dimension = self.embedder.fingerprint, self.embedder.dimension
        for chunks in self.store.unembedded(id, generation, fingerprint):
            self.queue.offer(chunks)
        self.queue.finish()
        texts = len(self.store.texts(id, generation))
        pages = self.store.vectors(id, generation, fingerprint, dimension)
        segments = build_segments(building.folder, stem, pages, count=texts, dimension=dimension)
        segments = write_keywords(building.folder, stem, segments, keyword_texts(self.store, id, generation))
        products, priced = count_rows(self.store, id, generation)
        total = self.store.count(id, generation)
        return CollectionEntry(id, documents, total, products, priced, segments, FINGERPRINT)

    def _try(self, building: Building, manifest: Manifest, outcome: Outcome, gate: Gate, stage: Stage) -> Verdict:
        try:
            before: Manifest | None = current_manifest(self.home)
        except (NothingPublished, SnapshotDamaged):
            before = None
        with stage("gate") as facts, building.candidate(manifest) as snapshot:
            verdict = gate(Candidate(snapshot, before, outcome.reports))
            facts |= verdict.as_dict()
        return verdict

    def _clear(self, space_left: bool) -> None:
        """Let go of old snapshots, and of the rows and vectors that no home needs any more."""
        kept = prune(self.home, self.keep)
        generations = {manifest.generation for manifest in kept.values() if manifest is not None}
        oldest = self.writing.hold(self.home.identity(), generations)
        known = {manifest.fingerprint for manifest in kept.values() if manifest is not None}
        self.writing.purge(oldest, known if space_left else None)


def _is_stale(entry: CollectionEntry) -> bool:
    """Whether a collection's keyword files are missing, or of terms or weights that are no more."""
    return entry.keywords != FINGERPRINT


def newest_whole(home: Home, generation: int) -> Manifest | None:
    """The newest snapshot of a generation in this home, if its files are as they were published."""
    for manifest in snapshots(home).values():
        if manifest is not None and manifest.generation == generation:
            return manifest if manifest.intact(home.snapshots / manifest.snapshot) else None
    return None
