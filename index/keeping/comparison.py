"""`Comparison`: the rows, the vectors and the cached embeddings of one collection, each against the others.

It reads all of them, and opens no search structure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from sqlalchemy import and_, select

from index.arrays import Floats, Ids, Mask
from index.database.rows import PAGE, chunk_of, derived, place
from index.database.store import Store
from index.database.tables import DATES, FOLDED, NUMBERS, ChunkRow, DocumentRow, EmbeddingRow, alive
from index.errors import SnapshotDamaged, StorageUnavailable
from index.segments.stored import StoredSegment
from index.snapshot.manifest import CollectionEntry, Manifest

SHOWN = 3
"""How many of a kind a message names."""
LENGTH = 1e-3
"""How far from 1 a vector's length may be: float32 needs 1e-6, vectors computed in float16 some 5e-4."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """`about` is "database", "vectors", "keywords", "cache", "manifest", "snapshot" or "folder"; `collection` is ""
    where it is of none. A `severity` of "note" is no fault: the next run puts it right, or it is as it should be and
    worth knowing.
    """

    about: str
    collection: str
    message: str
    severity: Literal["wrong", "note"] = "wrong"

    def as_dict(self) -> dict[str, str]:
        """The fields by name."""
        return asdict(self)


class Comparison:
    """The comparison of one collection of the current snapshot."""

    def __init__(self, store: Store, folder: Path, manifest: Manifest, name: str, checked: Counter[str]) -> None:
        """`folder` is the snapshot's; `checked` is told how many of what were compared."""
        self.store, self.folder, self.manifest, self.name = store, folder, manifest, name
        self.entry, self.generation = manifest.collections[name], manifest.generation
        self.checked = checked
        self.found: list[Disagreement] = []

    def wrong(self, about: str, message: str) -> None:
        """Note what disagrees."""
        self.found.append(Disagreement(about, self.name, message))

    def compare(self) -> list[Disagreement]:
        """Everything that disagrees."""
        texts = self._rows()
        index = self._index()
        if index is not None:
            here = index.ids()
            self._missing(np.setdiff1d(texts, here), "vectors", "texts of the database have no vector in the index")
            if len(left := np.setdiff1d(here, texts)):
                told = f"{len(left):,} vectors are in the index that no text of the database has"
                self.wrong("vectors", f"{told}: {_some(left.tolist())}")
            self._vectors(index)
        return self.found

    def _rows(self) -> Ids:
        """Read every chunk: what is derived of it against what it says, then all of them against the manifest."""
        derived = ("uid", "signature", "content_hash", "text_id", "ordinal", "title", "section", "text", "locator")
        columns = [ChunkRow.__table__.c[name] for name in (*derived, *FOLDED, *NUMBERS, *DATES)]
        statement = (
            select(
                ChunkRow.attributes, ChunkRow.cells, ChunkRow.tokens, ChunkRow.document_id, DocumentRow.path, *columns
            )
            .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
            .where(ChunkRow.collection_id == self.entry.id, alive(ChunkRow, self.generation))
        )
        counts: Counter[int] = Counter()
        products = priced = 0
        pages, altered = [], []
        with self.store.engine.connect() as connection:
            for rows in connection.execution_options(yield_per=PAGE).execute(statement).partitions():
                pages.append(np.array([row.text_id for row in rows], dtype=np.int64))
                for row in rows:
                    counts[row.document_id] += 1
                    products += row.sku is not None
                    priced += row.price is not None
                    if differs := _differs(row):
                        altered.append(f"{_place(row)} ({differs})")
        texts = np.unique(np.concatenate(pages)) if pages else np.zeros(0, np.int64)
        self.checked["chunks"] += counts.total()
        if altered:
            told = f"{len(altered):,} rows are not what they were when they were written: {_some(altered)}"
            self.wrong("database", told)
        documents = self._versions(counts)
        facts = {
            "chunks": (self.entry.chunks, counts.total()),
            "documents": (self.entry.documents, documents),
            "products": (self.entry.products, products),
            "prices": (self.entry.priced, priced),
            "texts": (self.entry.texts, len(texts)),
        }
        for what, (noted, found) in facts.items():
            if noted != found:
                self.wrong("manifest", f"the manifest tells of {noted:,} {what}, the database of {found:,}")
        return texts

    def _versions(self, counts: Counter[int]) -> int:
        """Each document's version against its chunks; how many documents are indexed."""
        versions = {
            version.document_id: version for version in self.store.versions(self.entry.id, self.generation).values()
        }
        self.checked["documents"] += len(versions)
        for id, version in versions.items():
            if version.chunks != counts[id]:
                told = f"{version.path} is noted with {version.chunks:,} chunks, and {counts[id]:,} are stored"
                self.wrong("database", told)
        if strangers := set(counts) - set(versions):
            self.wrong("database", f"{len(strangers):,} documents have chunks and no version that was read")
        return sum(version.refused is None or version.chunks > 0 for version in versions.values())

    def _index(self) -> StoredVectors | None:
        if not all((self.folder / name).is_file() for name in self.entry.files):
            return None  # whoever compares checksums tells of it
        try:
            return StoredVectors.open(self.folder, self.entry, self.manifest.dimension)
        except (SnapshotDamaged, StorageUnavailable) as error:
            self.wrong("vectors", str(error))
            return None

    def _vectors(self, index: StoredVectors) -> None:
        """Every vector of the index against the cached one of its text."""
        cached = and_(
            EmbeddingRow.content_hash == ChunkRow.content_hash, EmbeddingRow.fingerprint == self.manifest.fingerprint
        )
        statement = (
            select(ChunkRow.text_id, EmbeddingRow.vector)
            .outerjoin(EmbeddingRow, cached)
            .where(ChunkRow.collection_id == self.entry.id, alive(ChunkRow, self.generation))
        )
        size = 4 * self.manifest.dimension
        uncached: list[int] = []
        other: list[int] = []
        long: list[int] = []
        with self.store.engine.connect() as connection:
            for rows in connection.execution_options(yield_per=PAGE).execute(statement).partitions():
                kept = {id: vector for id, vector in rows if vector is not None and len(vector) == size}
                uncached += [id for id, _ in rows if id not in kept]
                ids = np.array(list(kept), dtype=np.int64)
                vectors = np.frombuffer(b"".join(kept.values()), "<f4").reshape(len(ids), -1) if kept else None
                has, stored = index.vectors(ids)
                if vectors is not None:
                    other += ids[has][np.any(stored != vectors[has], axis=1)].tolist()
                    long += ids[has][~(np.abs(np.linalg.norm(stored, axis=1) - 1) < LENGTH)].tolist()
                self.checked["vectors"] += len(ids)
        self._missing(np.unique(uncached), "cache", "texts have no cached embedding of this embedder")
        self._missing(np.unique(other), "cache", "vectors of the index are not those that are cached")
        self._missing(np.unique(long), "vectors", "vectors have not the length 1")

    def _missing(self, ids: Any, about: str, words: str) -> None:
        if len(ids):
            self.wrong(about, f"{len(ids):,} {words}: {_some(self._places(ids[:SHOWN].tolist()), len(ids))}")

    def _places(self, ids: Sequence[int]) -> list[str]:
        """Where the rows that say these texts stand."""
        statement = (
            select(DocumentRow.path, ChunkRow.locator, ChunkRow.uid)
            .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
            .where(
                ChunkRow.text_id.in_([int(id) for id in ids]),
                ChunkRow.collection_id == self.entry.id,
                alive(ChunkRow, self.generation),
            )
        )
        with self.store.engine.connect() as connection:
            return [_place(row) for row in connection.execute(statement.limit(SHOWN))]


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """The vectors of a collection as they lie in its files; no search structure is opened."""

    parts: tuple[StoredSegment, ...]
    dimension: int

    @classmethod
    def open(cls, folder: Path, entry: CollectionEntry, dimension: int) -> StoredVectors:
        return cls(tuple(StoredSegment.open(folder, segment, dimension) for segment in entry.segments), dimension)

    def ids(self) -> Ids:
        """All living ids, ascending."""
        return np.sort(np.concatenate([*(part.ids for part in self.parts), np.zeros(0, np.int64)]))

    def vectors(self, ids: Ids) -> tuple[Mask, Floats]:
        """(n,) true for each of these ids that lives, and the (living, dimension) vectors of those, in their order."""
        found = np.zeros((len(ids), self.dimension), np.float32)
        has = np.zeros(len(ids), np.bool_)
        for part in self.parts:
            rows = part.locate(ids)
            here = rows >= 0
            found[here] = part.file.vectors[rows[here]]
            has |= here
        return has, found[has]


def _differs(row: Any) -> str:
    """What of a chunk's row does not follow from the rest of it; "" where all does."""
    words = {"content_hash": "content hash", "text_id": "text id"}
    expected = derived(chunk_of(row))
    return ", ".join(words.get(name, name) for name, value in expected.items() if getattr(row, name) != value)


def _place(row: Any) -> str:
    where = place(row)
    return f"{row.path}, {where}" if where else f"{row.path}, chunk {row.uid}"


def _some(things: Sequence[object], count: int = 0) -> str:
    shown = "; ".join(str(thing) for thing in things[:SHOWN])
    more = (count or len(things)) - min(len(things), SHOWN)
    return f"{shown} and {more:,} more" if more > 0 else shown
