"""`Publication`: a written generation is planned, built, tried by the gate, and served; each step hands a value on.

Nothing else names a snapshot the current one, but for a rollback, which goes back to what was once published here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from index.database.census import moved_rows
from index.database.history import record
from index.database.store import Store
from index.errors import NothingPublished, SnapshotDamaged
from index.publishing.collection_index import Made, grown, is_stale, made_anew, taken_over
from index.publishing.embedding_queue import EmbeddingQueue
from index.publishing.gate import Gate, Ungated, Verdict, look
from index.snapshot.building import Building
from index.snapshot.home import Home
from index.snapshot.manifest import Manifest
from index.snapshot.shelf import KEEP, current_manifest, generation_of, newest_whole, prune, rolled_back

Stage = Callable[[str], AbstractContextManager[dict[str, Any]]]
"""Logs a stage of the run; what is put into the object is logged with it."""


@contextmanager
def unlogged(name: str) -> Iterator[dict[str, Any]]:
    """A stage that nobody logs."""
    yield {}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be built: the snapshot's collections, of which those in `changed` grow from `base`, those in `anew`
    (or that `base` has not) are made from the database, and the others are taken over."""

    generation: int
    collections: frozenset[str]
    changed: frozenset[str]
    base: Manifest | None
    anew: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Published:
    """What came of it: the snapshot that is served now, whether it was published by this, why nothing was, how each
    index was built, and what else there is to say."""

    snapshot: str | None
    published: bool = False
    failures: tuple[str, ...] = ()
    built: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    verdict: Verdict | None = None


class Publication:
    """Use under `Home.writing()`, when all that is to be published has been written."""

    def __init__(
        self,
        home: Home,
        store: Store,
        queue: EmbeddingQueue,
        *,
        gate: Gate,
        by: str,
        keep: int = KEEP,
        stage: Stage = unlogged,
        story: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        """`story` is what manifest and record tell beside who asked, what the gate said and how it was built."""
        self.home, self.store, self.queue, self.gate = home, store, queue, gate
        self.embedder, self.writing = queue.embedder, queue.writing
        self.by, self.keep, self.stage, self._story = by, keep, stage, story
        self.head = newest_whole(home, self.writing.published)
        """The newest generation's manifest, if its files are as they were published."""

    @classmethod
    def ungated(cls, home: Home, store: Store, queue: EmbeddingQueue, *, why: str, by: str) -> Publication:
        """One that no gate looks at."""
        return cls(home, store, queue, gate=Ungated(why), by=by)

    def publish(self, changed: frozenset[str], *, rebuild: bool = False, force: bool = False) -> Published:
        """Publish the collections that changed, beside the others as they are.

        Where nothing changed and the newest snapshot is whole, nothing is published: not even where an older one was
        made the current one by hand. Nor is anything where that would serve again what was rolled back. By `force` both
        are. With `rebuild` every index is made anew.
        """
        head = None if rebuild else self.head
        space_left = head is not None and head.fingerprint != self.embedder.fingerprint
        wanted = {name for name, (id, _) in self.store.collections().items() if self._has_any(name, id, head)}
        missing = wanted if head is None or space_left else wanted - set(head.collections)
        if head is not None and head.snapshot == self.home.current():  # what was rolled back stays as it is
            missing |= {name for name in wanted & set(head.collections) if is_stale(head.collections[name])}
        if head is not None and not changed & wanted and not missing:
            return self._leave(head, force=force)
        if not wanted:
            return Published(None)
        if not force and (again := self._rolled_back(wanted - changed)):
            return Published(self.home.current(), failures=again)
        new = bool(changed) or space_left or not self.writing.published
        generation = self.writing.generation if new else self.writing.published
        published = self.carry_out(Plan(generation, frozenset(wanted), changed, None if space_left else head))
        if published.published:
            with self.stage("clear"):
                self._clear(space_left)
                if rebuild:
                    self.writing.sweep()
        return published

    def carry_out(self, plan: Plan) -> Published:
        """Build what is planned, try it, and serve it where the gate opens."""
        with Building(self.home, plan.generation, self.embedder) as building:
            with self.stage("build") as facts:
                made = {name: self._made(building, name, plan) for name in sorted(plan.collections)}
                built = {name: one.words for name, one in made.items()}
                facts |= {"embedded": self.queue.embedded, "built": built}
            entries = {name: one.entry for name, one in made.items()}
            manifest = building.manifest(entries, self._told(built), plan.base)
            verdict = None
            if generation_of(self.home.current() or "") != plan.generation:  # the same one is only built anew
                verdict = self._try(building, manifest)
                manifest = replace(manifest, story=self._told(built, verdict))
                if not verdict.opens:
                    current = self.home.current()
                    failures = {"failures": list(verdict.failures)}
                    record(self.store.engine, "not published", self.by, current, failures)
                    return Published(current, failures=verdict.failures, built=built, verdict=verdict)
            with self.stage("publish") as facts:
                building.publish(manifest)
                facts["snapshot"] = manifest.snapshot
        if plan.generation != self.writing.published:
            self.writing.published_as(manifest.snapshot)
        told = {name: value for name, value in manifest.story.items() if name != "by"}
        record(self.store.engine, "published", self.by, manifest.snapshot, told)
        return Published(manifest.snapshot, True, built=built, verdict=verdict)

    def _told(self, built: Mapping[str, str], verdict: Verdict | None = None) -> dict[str, Any]:
        gate = {"gate": verdict.as_dict()} if verdict is not None else {}
        return {"by": self.by, **self._story(), "built": dict(built), **gate}

    def _made(self, building: Building, name: str, plan: Plan) -> Made:
        before = plan.base.collections.get(name) if plan.base is not None else None
        if before is None or plan.base is None or name in plan.anew:
            return made_anew(building, self.store, self.queue, self.store.collections()[name][0])
        if name in plan.changed:
            return grown(building, self.store, self.queue, before, plan.base)
        return taken_over(building, self.store, before, plan.base)

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

    def _leave(self, head: Manifest, *, force: bool) -> Published:
        """Nothing changed: what is served stays, unless a process died before it could name the newest snapshot, or
        what was rolled back is to be served all the same."""
        current = self.home.current()
        if current == head.snapshot:
            return Published(current)
        if rolled_back(self.home) != (head.snapshot, current):
            self.home.point_to(head.snapshot)
            return Published(head.snapshot, True)
        if not force:
            note = f"the folder is as it was when snapshot {head.snapshot} was rolled back; {current} goes on"
            return Published(current, note=f"{note} (--force publishes it all the same)")
        with self.stage("publish") as facts:
            self.home.point_to(head.snapshot)
            facts["snapshot"] = head.snapshot
        told = {"forced": True, "rolled_back_to": current}
        record(self.store.engine, "published", self.by, head.snapshot, told)
        return Published(head.snapshot, True, note=f"it was rolled back to {current}, and is served again by --force")

    def _try(self, building: Building, manifest: Manifest) -> Verdict:
        try:
            before: Manifest | None = current_manifest(self.home)
        except (NothingPublished, SnapshotDamaged):
            before = None
        with self.stage("gate") as facts:
            verdict = look(self.gate, building.folder, manifest, before)
            facts |= verdict.as_dict()
        return verdict

    def _clear(self, space_left: bool) -> None:
        """Let go of old snapshots, and of the rows and vectors that no home needs any more."""
        kept = prune(self.home, self.keep)
        generations = {manifest.generation for manifest in kept.values() if manifest is not None}
        oldest = self.writing.hold(self.home.identity(), generations)
        known = {manifest.fingerprint for manifest in kept.values() if manifest is not None}
        self.writing.purge(oldest, known if space_left else None)
