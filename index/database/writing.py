"""`Writing`: the next generation, being written. Nothing of it is seen until a snapshot names it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from index.arrays import Floats
from index.chunk import Chunk
from index.database.rows import PAGE, row_of
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
from index.database.version import Version


class Writing:
    """The next generation. Use under `Home.writing()` and `Store.alone()`.

    Each method is one transaction; a process that dies between them leaves rows of an unpublished generation, which
    the next `Writing` removes.
    """

    def __init__(self, store: Store, published: int) -> None:
        """`published` is the newest generation that any snapshot names (0: none)."""
        self.store = store
        self.engine = store.engine
        self.published = published
        self.generation = published + 1
        self._discard_unpublished()

    def _discard_unpublished(self) -> None:
        with self.engine.begin() as connection:
            for table in (ChunkRow, VersionRow):
                connection.execute(delete(table).where(table.born > self.published))
                connection.execute(update(table).where(table.died > self.published).values(died=None))

    def published_as(self, snapshot: str) -> None:
        """Note that this generation is the current snapshot."""
        with self.engine.begin() as connection:
            connection.execute(insert(GenerationRow).values(number=self.generation, snapshot=snapshot))

    def collection(self, name: str, folder: str) -> int:
        """The id of a collection, made at first use; its folder is recorded."""
        with self.engine.begin() as connection:
            found = connection.execute(select(CollectionRow.id).where(CollectionRow.name == name)).scalar()
            if found is not None:
                connection.execute(update(CollectionRow).where(CollectionRow.id == found).values(folder=folder))
                return found
            made = insert(CollectionRow).values(name=name, folder=folder).returning(CollectionRow.id)
            return connection.execute(made).scalar_one()

    def document(self, collection_id: int, path: str) -> int:
        """The id of a document, made at first use."""
        where = (DocumentRow.collection_id == collection_id, DocumentRow.path == path)
        with self.engine.begin() as connection:
            found = connection.execute(select(DocumentRow.id).where(*where)).scalar()
            if found is not None:
                return found
            made = insert(DocumentRow).values(collection_id=collection_id, path=path).returning(DocumentRow.id)
            return connection.execute(made).scalar_one()

    def add(
        self, collection_id: int, document_id: int, chunks: Sequence[Chunk], signatures: Sequence[str] = ()
    ) -> None:
        """Insert chunks born in this generation; `signatures` are theirs, where they are known already."""
        signed = zip(chunks, signatures or [""] * len(chunks), strict=True)
        rows = [self._row(collection_id, document_id, chunk, signature) for chunk, signature in signed]
        if rows:
            with self.engine.begin() as connection:
                connection.execute(insert(ChunkRow), rows)

    def add_each(self, collection_id: int, chunks: Sequence[Chunk]) -> None:
        """Insert chunks born in this generation, each under the document that it names, made at first use.

        One transaction for all of them, where `add` would take one for each document.
        """
        paths = {chunk.document for chunk in chunks}
        with self.engine.begin() as connection:
            known = _documents(connection, collection_id, paths)
            if missing := [{"collection_id": collection_id, "path": path} for path in sorted(paths - known.keys())]:
                connection.execute(insert(DocumentRow), missing)
                known = _documents(connection, collection_id, paths)
            rows = [self._row(collection_id, known[chunk.document], chunk) for chunk in chunks]
            if rows:
                connection.execute(insert(ChunkRow), rows)

    def _row(self, collection_id: int, document_id: int, chunk: Chunk, signed: str = "") -> dict[str, Any]:
        belongs = {"collection_id": collection_id, "document_id": document_id, "born": self.generation, "died": None}
        return belongs | row_of(chunk, signed)

    def retire(self, ids: Sequence[int]) -> None:
        """Let chunks die in this generation."""
        with self.engine.begin() as connection:
            for start in range(0, len(ids), PAGE):
                page = list(ids[start : start + PAGE])
                connection.execute(update(ChunkRow).where(ChunkRow.id.in_(page)).values(died=self.generation))

    def forget(self, document_id: int) -> None:
        """Take back what this generation wrote for a document whose reading failed half-way."""
        with self.engine.begin() as connection:
            connection.execute(
                delete(ChunkRow).where(ChunkRow.document_id == document_id, ChunkRow.born == self.generation)
            )

    def record(self, version: Version) -> None:
        """Replace a document's version from this generation on."""
        with self.engine.begin() as connection:
            self._end_version(connection, version.document_id)
            values = {name: getattr(version, name) for name in Version.__slots__ if name != "path"}
            for name in ("rows_refused", "findings"):
                values[name] = [list(item) for item in values[name]]
            connection.execute(insert(VersionRow).values(**values, born=self.generation, died=None))

    def withdraw(self, document_id: int) -> int:
        """Let a document and its chunks die in this generation; how many chunks that were."""
        with self.engine.begin() as connection:
            self._end_version(connection, document_id)
            died = connection.execute(
                update(ChunkRow)
                .where(ChunkRow.document_id == document_id, ChunkRow.died.is_(None))
                .values(died=self.generation)
            )
            return died.rowcount

    def _end_version(self, connection: Connection, document_id: int) -> None:
        connection.execute(
            update(VersionRow)
            .where(VersionRow.document_id == document_id, VersionRow.died.is_(None))
            .values(died=self.generation)
        )

    def uncached(self, hashes: Sequence[str], fingerprint: str) -> set[str]:
        """Which of these content hashes have no vector in this embedder's space."""
        found: set[str] = set()
        with self.engine.connect() as connection:
            for start in range(0, len(hashes), PAGE):
                page = list(hashes[start : start + PAGE])
                statement = select(EmbeddingRow.content_hash).where(
                    EmbeddingRow.content_hash.in_(page), EmbeddingRow.fingerprint == fingerprint
                )
                found.update(connection.execute(statement).scalars())
        return set(hashes) - found

    def cache(self, hashes: Sequence[str], vectors: Floats, fingerprint: str) -> None:
        """Keep (n, dimension) vectors under their content hashes."""
        rows = [
            {"content_hash": hash, "fingerprint": fingerprint, "vector": vector.astype("<f4").tobytes()}
            for hash, vector in zip(hashes, vectors, strict=True)
        ]
        with self.engine.begin() as connection:
            connection.execute(insert(EmbeddingRow), rows)

    def hold(self, home: str, generations: Iterable[int]) -> int:
        """Note which generations a home keeps snapshots of; the oldest that any home keeps."""
        with self.engine.begin() as connection:
            connection.execute(delete(HoldingRow).where(HoldingRow.home == home))
            rows = [{"home": home, "generation": number} for number in sorted(set(generations))]
            if rows:
                connection.execute(insert(HoldingRow), rows)
            return connection.execute(select(func.min(HoldingRow.generation))).scalar() or self.generation

    def purge(self, oldest: int, fingerprints: Iterable[str] | None) -> None:
        """Drop rows that no generation from `oldest` on sees, and the vectors that only they needed.

        With `fingerprints`, vectors of every other embedder go too (that reads the whole cache).
        """
        gone = and_(ChunkRow.died.is_not(None), ChunkRow.died <= oldest)
        with self.engine.begin() as connection:
            found = select(ChunkRow.text_id, ChunkRow.content_hash).where(gone).distinct()
            texts = [(text, hash) for text, hash in connection.execute(found)]
            connection.execute(delete(ChunkRow).where(gone))
            connection.execute(delete(VersionRow).where(VersionRow.died.is_not(None), VersionRow.died <= oldest))
            for start in range(0, len(texts), PAGE):
                page = dict(texts[start : start + PAGE])
                said = select(ChunkRow.text_id).where(ChunkRow.text_id.in_(list(page))).distinct()
                for used in connection.execute(said).scalars():
                    del page[used]
                connection.execute(delete(EmbeddingRow).where(EmbeddingRow.content_hash.in_(list(page.values()))))
            if fingerprints is not None:
                connection.execute(delete(EmbeddingRow).where(EmbeddingRow.fingerprint.not_in(list(fingerprints))))

    def sweep(self) -> int:
        """Drop the cached vectors of texts that no chunk says, as nights that were stopped leave them; how many.

        It reads the whole cache.
        """
        dropped, last = 0, ""
        while True:
            with self.engine.begin() as connection:
                page = select(EmbeddingRow.content_hash).where(EmbeddingRow.content_hash > last)
                hashes = (
                    connection.execute(page.distinct().order_by(EmbeddingRow.content_hash).limit(PAGE)).scalars().all()
                )
                if not hashes:
                    return dropped
                unsaid = {int(hash[:16], 16) >> 1: hash for hash in hashes}
                said = select(ChunkRow.text_id).where(ChunkRow.text_id.in_(list(unsaid))).distinct()
                for text_id in connection.execute(said).scalars():
                    del unsaid[text_id]
                gone = delete(EmbeddingRow).where(EmbeddingRow.content_hash.in_(list(unsaid.values())))
                dropped += connection.execute(gone).rowcount
                last = hashes[-1]


def _documents(connection: Connection, collection_id: int, paths: set[str]) -> dict[str, int]:
    """The ids of those documents that are known, by path."""
    found: dict[str, int] = {}
    wanted = sorted(paths)
    for start in range(0, len(wanted), PAGE):
        page = DocumentRow.path.in_(wanted[start : start + PAGE])
        statement = select(DocumentRow.path, DocumentRow.id).where(DocumentRow.collection_id == collection_id, page)
        found.update((path, id) for path, id in connection.execute(statement))
    return found
