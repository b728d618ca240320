"""`audit`: what database, vectors, keywords, cache and manifests of a home say differently of one thing.

The current snapshot is compared row by row and vector by vector; of every other kept one, the files and the counts.
Nothing is written. It may run while servers read and while an ingest writes: what is compared is one generation,
and a lease keeps its files and rows.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import except_, func, or_, select

from index.database.store import Store
from index.database.tables import (
    ChunkRow,
    CollectionRow,
    DocumentRow,
    EmbeddingRow,
    GenerationRow,
    HoldingRow,
    VersionRow,
)
from index.disk import checksum, reason
from index.keeping.comparison import Comparison, Disagreement
from index.keeping.keyword_comparison import compare_keywords
from index.snapshot.home import Home
from index.snapshot.manifest import Manifest
from index.snapshot.shelf import generation_of, holding, leased_manifest, rolled_back, snapshots

__all__ = ["Disagreement", "audit"]


def audit(home: Home, store: Store, checked: Counter[str] | None = None) -> list[Disagreement]:
    """Everything that disagrees; `checked` is told how many of what were compared.

    Raises StorageUnavailable or WriterBusy where the database does not answer.
    """
    checked = Counter() if checked is None else checked
    while True:
        current = home.current()
        with leased_manifest(home, current) as manifest:
            if home.current() != current:
                continue  # another one was published before this one was leased
            looked: Counter[str] = Counter()
            found = _Audit(home, store, looked).run(current, manifest)
            if manifest is not None and not (home.snapshots / manifest.snapshot).is_dir():
                continue  # a purge removed it meanwhile
        checked.update(looked)
        return found


class _Audit:
    """One look at everything."""

    def __init__(self, home: Home, store: Store, checked: Counter[str]) -> None:
        self.home, self.store, self.checked = home, store, checked
        self.found: list[Disagreement] = []
        self._intact: dict[tuple[int, int], str] = {}

    def wrong(self, about: str, message: str, collection: str = "") -> None:
        self.found.append(Disagreement(about, collection, message))

    def note(self, about: str, message: str, collection: str = "") -> None:
        self.found.append(Disagreement(about, collection, message, "note"))

    def run(self, current: str | None, manifest: Manifest | None) -> list[Disagreement]:
        kept = snapshots(self.home)
        self._pointers(current, kept)
        for id, other in kept.items():
            self._snapshot(id, other, whole=id != current)
        if manifest is not None:
            folder = self.home.snapshots / manifest.snapshot
            for name in manifest.collections:
                self.checked["collections"] += 1
                self.found += Comparison(self.store, folder, manifest, name, self.checked).compare()
                self.found += compare_keywords(self.store, folder, manifest, name, self.checked)
            self._collections(manifest)
        self._orphans()
        self._generations()
        return self.found

    def _pointers(self, current: str | None, kept: dict[str, Manifest | None]) -> None:
        if current is None and kept and self.store.published():
            self.wrong("manifest", f"{len(kept)} snapshots are kept and none is named the current one")
        elif current is None and kept:
            self.note(
                "manifest", "the first snapshot was made and not named before the run ended; the next run names it"
            )
        if current is not None and current not in kept:
            self.wrong("manifest", f"CURRENT names the snapshot {current}, and there is none of that name")
        note = rolled_back(self.home)
        if note is not None and note[1] == current and note[0] not in kept:
            self.wrong("manifest", f"ROLLBACK names the snapshot {note[0]}, and there is none of that name")

    def _snapshot(self, id: str, manifest: Manifest | None, *, whole: bool) -> None:
        """The files of a kept snapshot, and (with `whole`) whether its rows are all there."""
        before = len(self.found)
        with holding(self.home, id):
            self.checked["snapshots"] += 1
            if manifest is None:
                self.wrong("snapshot", f"the manifest of snapshot {id} cannot be read")
            else:
                self._files(id, manifest)
                for name, entry in manifest.collections.items() if whole else ():
                    count = self.store.count(entry.id, manifest.generation)
                    if count != entry.chunks:
                        told = f"snapshot {id} names {entry.chunks:,} chunks, the database has {count:,} of them"
                        self.wrong("manifest", told, name)
        if not (self.home.snapshots / id).is_dir():
            del self.found[before:]  # it was cleared away before it was leased

    def _files(self, id: str, manifest: Manifest) -> None:
        folder = self.home.snapshots / id
        if (manifest.snapshot, manifest.generation) != (id, generation_of(id)):
            told = f"snapshot {id} holds the manifest of {manifest.snapshot}, generation {manifest.generation}"
            self.wrong("manifest", told)
        named = set().union(*(entry.files for entry in manifest.collections.values()))
        for file in sorted(named - set(manifest.files)):
            self.wrong("manifest", f"snapshot {id} names no checksum of its file {file}")
        for file, entry in manifest.files.items():
            self.checked["files"] += 1
            about = "keywords" if file.endswith(".keywords") else "vectors"
            try:
                status = (folder / file).stat()
                # snapshots share files by hard links: each is read once
                key = (status.st_dev, status.st_ino)
                if key not in self._intact:
                    self._intact[key] = checksum(folder / file)
                if self._intact[key] != entry.sha256:
                    self.wrong(about, f"{folder / file} is damaged: its bytes are not those that were published")
            except OSError as error:
                self.wrong(about, f"{folder / file} cannot be read: {reason(error)}")

    def _collections(self, manifest: Manifest) -> None:
        known = self.store.collections()
        for name, entry in manifest.collections.items():
            if known.get(name, (None, ""))[0] != entry.id:
                self.wrong("database", f"there is no collection {name!r} with the id {entry.id}", name)
        for name, (id, _) in known.items():
            if name not in manifest.collections and (count := self.store.count(id, manifest.generation)):
                self.wrong("manifest", f"{count:,} chunks are stored of a collection that the manifest lacks", name)

    def _orphans(self) -> None:
        """Rows that belong to nothing, whatever their generation."""
        published = max([self.store.published(), *map(generation_of, snapshots(self.home))], default=0)
        in_use = select(EmbeddingRow.content_hash), select(ChunkRow.content_hash)
        strangers = {
            "documents of no collection": select(func.count())
            .select_from(DocumentRow)
            .where(DocumentRow.collection_id.not_in(select(CollectionRow.id))),
            "versions of no document": select(func.count())
            .select_from(VersionRow)
            .where(VersionRow.document_id.not_in(select(DocumentRow.id))),
            "chunks of no document of their collection": select(func.count())
            .select_from(ChunkRow)
            .outerjoin(DocumentRow, DocumentRow.id == ChunkRow.document_id)
            .where(or_(DocumentRow.id.is_(None), DocumentRow.collection_id != ChunkRow.collection_id)),
        }
        pending = select(func.count()).select_from(ChunkRow).where(ChunkRow.born > published)
        unused = select(func.count()).select_from(except_(*in_use).subquery())
        with self.store.engine.connect() as connection:
            for what, statement in strangers.items():
                if count := connection.execute(statement).scalar_one():
                    self.wrong("database", f"{count:,} {what}")
            if count := connection.execute(pending).scalar_one():
                self.note(
                    "database", f"{count:,} unpublished rows: an ingest is writing them, or the next one clears them"
                )
            if count := connection.execute(unused).scalar_one():
                self.note("cache", f"{count:,} cached embeddings that no row uses; they cost nothing but disk")

    def _generations(self) -> None:
        """The record of generations and of who keeps which, against what lies on the disk."""
        with self.store.engine.connect() as connection:
            numbers = set(connection.execute(select(GenerationRow.number)).scalars())
            held = connection.execute(select(HoldingRow.home, HoldingRow.generation)).all()
        ours = _identity(self.home)
        elsewhere = {generation for home, generation in held if home != ours}
        here = {generation_of(id) for id in snapshots(self.home)}  # listed last: one is on the disk before it is noted
        newest = max(numbers, default=0)
        if newest > max(here, default=0) and newest not in elsewhere:
            self.wrong("database", f"generation {newest} was published, and no snapshot of it is kept")
        for number in sorted(here - numbers):
            self.note("database", f"generation {number} lacks in the record: the process that published it was ended")
        mine = {generation for home, generation in held if home == ours}
        if mine != here:
            self.note("database", "it is not noted which snapshots this home keeps: the next publication does that")


def _identity(home: Home) -> str:
    """The home's name; "" where it has none yet (a look makes none)."""
    path = home.path / "ID"
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""
