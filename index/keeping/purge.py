"""`Purge`: rows are removed for good, with their cached vectors, every index file that holds one of them, and what is
left of them in the database's free pages: those that stand withdrawn, or those that somebody names.

The order makes it safe to die at any instant. First the rows end with a new generation, published without them; then
the snapshots that hold them go; then the rows themselves. All the while a withdrawal hides them.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, delete, except_, or_, select, update

from index.arrays import Ids
from index.database.history import record
from index.database.leftovers import checkpoint
from index.database.rows import PAGE
from index.database.store import Store
from index.database.tables import ChunkRow, DocumentRow, EmbeddingRow, HoldingRow, VersionRow
from index.database.withdrawals import covers, withdrawals
from index.database.writing import Writing
from index.embedding.embedder import Embedder
from index.errors import BadRequest, EmbedderMismatch, SnapshotDamaged
from index.keeping.purge_report import PurgeReport
from index.publishing.embedding_queue import EmbeddingQueue
from index.publishing.publication import Plan, Publication
from index.segments.vectorfile import VectorFile
from index.snapshot.home import Home
from index.snapshot.manifest import CollectionEntry, Manifest
from index.snapshot.shelf import BUILDING, NOTE, generation_of, pinned, published_generation, rolled_back, snapshots


def purge_withdrawn(home: Home, store: Store, embedder: Embedder, *, by: str) -> PurgeReport:
    """Remove for good everything that stands withdrawn. The withdrawals stay, as a changed file brings a row back.

    An unchanged file does not: its version is kept, less the removed rows. Nothing is embedded, unless cached vectors
    are missing. Raises WriterBusy, StorageUnavailable, EmbedderMismatch where `embedder` did not make what is
    published, BadRequest where a rolled-back snapshot holds what is to go.
    """
    began = time.monotonic()
    with home.writing(by), store.alone(by):
        base = max(published_generation(home), store.published())
        hidden = withdrawals(store.engine)
        everywhere = any(one.collection_id is None for one in hidden)
        which = Selection(
            [or_(*map(covers, hidden))] if hidden else [],
            None if everywhere else frozenset(one.collection_id for one in hidden if one.collection_id is not None),
            frozenset(one.value for one in hidden if one.kind == "document"),
            "what stands withdrawn was removed for good",
        )
        purge = _Purge(home, store, embedder, Writing(store, base), which, by)
        if not hidden:
            purge.notes.append("nothing is withdrawn")
            return purge.report(began)
        purge.run()
        report = purge.report(began)
        covered = {("sku", row.sku) for row in purge.rows} | {("document", row.path) for row in purge.rows}
        values = [[one.kind, one.value] for one in hidden if (one.kind, one.value) in covered]
        record(store.engine, "purged", by, home.current(), {"values": values, **report.as_dict()})
        return report


def purge_rows(
    home: Home, store: Store, embedder: Embedder, ids: Sequence[int], collections: frozenset[int], *, why: str, by: str
) -> PurgeReport:
    """Remove chunks of these database ids for good. Use under `Home.writing()` and `Store.alone()`; else as above."""
    began = time.monotonic()
    pages = [ChunkRow.id.in_(ids[start : start + PAGE]) for start in range(0, len(ids), PAGE)]
    base = max(published_generation(home), store.published())
    purge = _Purge(home, store, embedder, Writing(store, base), Selection(pages, collections, frozenset(), why), by)
    purge.run()
    report = purge.report(began)
    record(store.engine, "purged", by, home.current(), {"values": [], "reason": why, **report.as_dict()})
    return report


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to go: the rows that meet any of some conditions, in some collections (None: in all); the `whole` paths
    go as documents. `why` is recorded."""

    conditions: Sequence[ColumnElement[bool]]
    collections: frozenset[int] | None
    whole: frozenset[str]
    why: str


class _Purge:
    """One purge, under both locks."""

    def __init__(
        self, home: Home, store: Store, embedder: Embedder, writing: Writing, which: Selection, by: str
    ) -> None:
        self.home, self.store, self.embedder, self.by = home, store, embedder, by
        self.writing, self.which = writing, which
        self.base = writing.published
        self.rows: list[Any] = []
        self.embeddings = 0
        self.removed: list[str] = []
        self.unpinned: list[str] = []
        self.notes: list[str] = []
        self.published = False

    def report(self, began: float) -> PurgeReport:
        """What was done."""
        return PurgeReport(
            len(self.rows),
            self.embeddings,
            tuple(sorted({row.path for row in self.rows})),
            tuple(self.removed),
            tuple(self.unpinned),
            self.home.current(),
            self.published,
            tuple(self.notes),
            round(time.monotonic() - began, 3),
        )

    def run(self) -> None:
        self.rows = self._matching()
        kept = snapshots(self.home)
        texts = self._remaining_texts()
        tainted = {id for id, manifest in kept.items() if self._holds(manifest, texts)}
        newest = next((id for id in kept if generation_of(id) == self.base), None)
        current = self.home.current()
        if tainted and current != newest and rolled_back(self.home) == (next(iter(kept), ""), current):
            raise BadRequest(
                f"snapshot {current} is served because {newest} was rolled back, and a purge would end that; it stays "
                "unanswerable meanwhile. Publish a mended catalogue (xuanji ingest), or serve the newest again (xuanji "
                f"rollback {newest}), then purge"
            )
        if any(row.died is None for row in self.rows) or (newest in tainted if newest else tainted):
            self._publish(kept[newest] if newest else None, texts)
        elif newest is not None and current in tainted:  # a run ended after publishing, before it could name it
            self.home.point_to(newest)
        for id in sorted(tainted):
            self._remove(id)
        for unfinished in self.home.snapshots.glob(f"*{BUILDING}"):  # a run that was ended may have left vectors in it
            shutil.rmtree(unfinished, ignore_errors=True)
        self._drop_rows()
        self._compact()
        others = self._other_homes()
        if others:
            self.notes.append(
                f"{others} other homes share this database: run this there too, as their snapshots may hold the vectors"
            )
        self.notes.append("backups that were made before still hold what was removed")

    def _matching(self) -> list[Any]:
        """The rows to remove, in whatever generation."""
        columns = (ChunkRow.id, ChunkRow.collection_id, ChunkRow.document_id, ChunkRow.text_id, ChunkRow.born)
        told = (ChunkRow.died, ChunkRow.sku, ChunkRow.name, ChunkRow.locator, DocumentRow.path)
        statement = select(*columns, *told).join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
        with self.store.engine.connect() as connection:
            return [row for one in self.which.conditions for row in connection.execute(statement.where(one))]

    def _remaining_texts(self) -> dict[int, Ids]:
        """By collection, the texts that rows say which stay, in any generation: ascending ids."""
        going = {row.id for row in self.rows}
        found = {}
        for id, _ in self.store.collections().values():
            statement = select(ChunkRow.id, ChunkRow.text_id).where(ChunkRow.collection_id == id)
            with self.store.engine.connect() as connection:
                read = connection.execution_options(yield_per=PAGE).execute(statement).partitions()
                pages = [np.array([text for row, text in rows if row not in going], dtype=np.int64) for rows in read]
            found[id] = np.unique(np.concatenate([*pages, np.zeros(0, np.int64)]))
        return found

    def _holds(self, manifest: Manifest | None, texts: Mapping[int, Ids]) -> bool:
        """Whether a snapshot has a row that goes, or a file of it a vector that no row that stays needs (a dead
        vector may be of an older row of a withdrawn SKU, which nothing else knows any more)."""
        if manifest is None:
            return True
        generation = manifest.generation
        if any(row.born <= generation and (row.died is None or row.died > generation) for row in self.rows):
            return True
        return any(self._tainted(manifest, entry, texts) for entry in manifest.collections.values())

    def _tainted(self, manifest: Manifest, entry: CollectionEntry, texts: Mapping[int, Ids]) -> bool:
        if self.which.collections is not None and entry.id not in self.which.collections:
            return False
        known = texts.get(entry.id, np.zeros(0, np.int64))
        for segment in entry.segments:
            try:
                file = VectorFile.open(self.home.snapshots / manifest.snapshot / segment.file, check=False)
            except SnapshotDamaged:
                return True
            if len(np.setdiff1d(file.ids, known)):
                return True
        return False

    def _publish(self, head: Manifest | None, texts: Mapping[int, Ids]) -> None:
        """A snapshot without the rows: those collections that had them are rebuilt, the others taken over."""
        if head is not None and head.fingerprint != self.embedder.fingerprint:
            raise EmbedderMismatch(
                f"what is published was made by the embedder {head.embedder} ({head.fingerprint}), and "
                f"{self.embedder.name} ({self.embedder.fingerprint}) is in use; name the former in the settings"
            )
        living = [row for row in self.rows if row.born <= self.base and row.died is None]
        self.writing.retire([row.id for row in living])
        self._settle_versions(living)
        generation = self.writing.generation if living else self.base
        with EmbeddingQueue(self.embedder, self.writing) as queue:
            publication = Publication.ungated(self.home, self.store, queue, why=self.which.why, by=self.by)
            base = publication.head
            known = base.collections if base is not None else {}
            ids = {name: id for name, (id, _) in self.store.collections().items()}
            touched = {row.collection_id for row in living}
            anew = {
                name
                for name, entry in known.items()
                if base is not None and (entry.id in touched or self._tainted(base, entry, texts))
            }
            wanted = {name for name, id in ids.items() if name in known or self.store.count(id, generation)}
            publication.carry_out(Plan(generation, frozenset(wanted), frozenset(), base, frozenset(anew)))
        self.published = True

    def _settle_versions(self, living: list[Any]) -> None:
        """The versions of the documents that lose rows: as they were read, with so many chunks less."""
        of: dict[int, dict[int, list[Any]]] = {}
        for row in living:
            of.setdefault(row.collection_id, {}).setdefault(row.document_id, []).append(row)
        for collection, documents in of.items():
            for version in self.store.versions(collection, self.base).values():
                if rows := documents.get(version.document_id):
                    self.writing.record(version.without(rows, whole=version.path in self.which.whole))

    def _remove(self, id: str) -> None:
        """Take the name away first, as a folder that is half removed must not look like a damaged snapshot.

        A server that is reading it keeps what it has open until it moves to the new one.
        """
        folder = self.home.snapshots / id
        doomed = folder.with_name(id + BUILDING)
        try:
            folder.rename(doomed)
            shutil.rmtree(doomed)
        except OSError as error:
            self.notes.append(f"snapshot {id} could not be removed ({error.strerror}): remove {folder} and {doomed}")
            return
        self.removed.append(id)
        if id in pinned(self.home):
            self.unpinned.append(id)
            (self.home.path / "pins" / id).unlink(missing_ok=True)

    def _drop_rows(self) -> None:
        """The rows of every generation, and every cached vector that no row uses any more."""
        unused = except_(select(EmbeddingRow.content_hash), select(ChunkRow.content_hash)).subquery()
        ids = [row.id for row in self.rows]
        with self.store.engine.begin() as connection:
            for start in range(0, len(ids), PAGE):
                connection.execute(delete(ChunkRow).where(ChunkRow.id.in_(ids[start : start + PAGE])))
            for document in {row.document_id for row in self.rows}:  # what was found in them quotes them
                older = VersionRow.document_id == document, VersionRow.died.is_not(None)
                connection.execute(update(VersionRow).where(*older).values(findings=[]))
            gone = delete(EmbeddingRow).where(EmbeddingRow.content_hash.in_(select(unused.c.content_hash)))
            self.embeddings = connection.execute(gone).rowcount
        kept = {generation_of(id) for id in snapshots(self.home)}
        self.writing.purge(self.writing.hold(self.home.identity(), kept), None)
        if set(rolled_back(self.home) or ()) & set(self.removed):
            (self.home.path / NOTE).unlink(missing_ok=True)

    def _compact(self) -> None:
        """Write the database anew without its free pages."""
        with self.store.engine.connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            if self.store.engine.dialect.name != "sqlite":
                for table in ("chunks", "versions", "embeddings"):
                    connection.exec_driver_sql(f"VACUUM FULL {table}")
                return
            connection.exec_driver_sql("VACUUM")
            if not checkpoint(connection):
                self.notes.append(
                    "the log beside the database could not be emptied, as others were reading: run this once more"
                )

    def _other_homes(self) -> int:
        statement = select(HoldingRow.home).where(HoldingRow.home != self.home.identity()).distinct()
        with self.store.engine.connect() as connection:
            return len(connection.execute(statement).all())
