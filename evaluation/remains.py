"""`Remains`: what is left of something that was withdrawn: stored rows, vectors, bytes in free pages, other texts that
name it. It only looks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, not_, select

from evaluation.check import listed
from index.chunk import Locator
from index.database.history import was_purged
from index.database.leftovers import leftovers
from index.database.store import Store
from index.database.tables import ChunkRow, CollectionRow, DocumentRow, EmbeddingRow, Kind, alive
from index.errors import XuanjiError
from index.keeping.comparison import StoredVectors
from index.snapshot.home import Home
from index.snapshot.shelf import leased_manifest, snapshots
from index.text.letters import fold

NAMED = 10
"""Texts that name a SKU and are told."""


@dataclass(frozen=True, slots=True)
class ProofCheck:
    """One thing that was tried, whether it holds, and what there is to say of it."""

    name: str
    ok: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Remains:
    """Looks for a SKU (folded) or a path in these collections, given by name with their ids."""

    store: Store
    home: Home
    collections: Mapping[str, int]
    kind: Kind
    value: str

    def stored(self, rows: int) -> ProofCheck:
        """Rows, cached embeddings and vectors. Beside these no process keeps passages, but the model of a server keeps
        the last prompt that it read (its KV cache), until the next.
        """
        if rows:
            told = f"{rows:,} rows of it are still stored, unanswerable; xuanji withdraw --purge removes them"
            return ProofCheck("stored", True, told)
        wrong = []
        count = self._embeddings_of_nothing()
        unused = (
            f"; {count:,} cached embeddings are of no row, as an ingest that was ended leaves them" if count else ""
        )
        for id, manifest in snapshots(self.home).items():
            for name in self.collections.keys() & (manifest.collections.keys() if manifest else set()):
                assert manifest is not None
                entry = manifest.collections[name]
                try:
                    here = StoredVectors.open(self.home.snapshots / id, entry, manifest.dimension).ids()
                except XuanjiError as error:
                    wrong.append(str(error))
                    continue
                known = set(self.store.texts(entry.id, manifest.generation).tolist())
                if left := [vector for vector in here.tolist() if vector not in known]:
                    wrong.append(f"{len(left):,} vectors of snapshot {id} are of no stored row")
        if wrong:
            return ProofCheck("stored", False, "; ".join(wrong))
        told = (
            "no row of it and no vector is stored; a server's model keeps the last prompt that it read, until the next"
        )
        return ProofCheck("stored", True, told + unused)

    @property
    def purged(self) -> bool:
        """Whether it was removed for good, as the record tells."""
        return was_purged(self.store.engine, self.kind, self.value)

    def _embeddings_of_nothing(self) -> int:
        texts = select(EmbeddingRow.content_hash).except_(select(ChunkRow.content_hash)).subquery()
        with self.store.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(texts)).scalar_one()

    def free_pages(self) -> ProofCheck:
        """Bytes of it that the database's file keeps after a purge."""
        if not self.purged:
            return ProofCheck("free pages", True, "not looked at, as it was not purged (xuanji withdraw --purge)")
        if self.store.engine.dialect.name != "sqlite":
            told = "the PostgreSQL server's files cannot be read from here; the purge ran VACUUM FULL on its tables"
            return ProofCheck("free pages", True, told)
        left = leftovers(self.store, self.value)
        if left.in_file is None or left.in_copy is None:
            return ProofCheck("free pages", False, "others are writing to the database: try again when they are done")
        told = f"its bytes stand {left.in_file:,} times in the database's file, {left.in_copy:,} times in what is kept"
        if not left.clean:
            return ProofCheck("free pages", False, f"{told}: xuanji withdraw --purge clears the rest")
        return ProofCheck("free pages", True, f"{told} ({left.free:,} free pages)")

    def mentions(self) -> ProofCheck | None:
        """Other served texts that name the SKU: they are answered from, until their file is withdrawn."""
        with leased_manifest(self.home, self.home.current()) as manifest:
            if manifest is None:
                return None
            named = func.lower(ChunkRow.text).contains(self.value, autoescape=True)
            statement = (
                select(CollectionRow.name, DocumentRow.path, ChunkRow.locator, ChunkRow.text)
                .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
                .join(CollectionRow, CollectionRow.id == ChunkRow.collection_id)
                .where(named, alive(ChunkRow, manifest.generation), not_(func.coalesce(ChunkRow.sku, "") == self.value))
            )
            whole = re.compile(rf"(?<![a-z0-9]){re.escape(self.value)}(?![a-z0-9])")  # L-30 does not name L-3
            with self.store.engine.connect() as connection:
                rows = [row for row in connection.execute(statement) if whole.search(fold(row.text))]
        if not rows:
            return None
        places = [f"{row.path}, {Locator.from_dict(row.locator)}".rstrip(", ") for row in rows]
        told = f"{len(rows):,} other texts name it, and are withdrawn by their file: {listed(places, NAMED)}"
        return ProofCheck("mentions", True, told)
