"""`Store`: what is kept in the database, by generation. It knows rows, not files, vectors indexes or questions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Engine, Executable, Select, and_, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from index.chunk import Chunk, Locator
from index.database import connect, translated
from index.embedder import Floats
from index.filters import DATES, FOLDED, NUMBERS, Condition, fold
from index.tables import ChunkRow, CollectionRow, DocumentRow, EmbeddingRow, GenerationRow, VersionRow, alive
from index.vectorfile import Ids

PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Version:
    """A document's state in a generation; the fields are those of `VersionRow`."""

    document_id: int
    path: str
    format: str
    title: str
    file_hash: str
    reader: str
    rows_seen: int
    chunks: int
    rows_refused: tuple[tuple[str, str, str], ...]
    refused: str | None
    retry: bool


def signature(chunk: Chunk) -> str:
    """A hash of everything that is served of a chunk but its ordinal (which shifts when a neighbour appears)."""
    content = (chunk.title, chunk.section, chunk.text, chunk.locator.as_dict(), dict(chunk.attributes))
    return hashlib.blake2b(json.dumps(content, ensure_ascii=False).encode(), digest_size=16).hexdigest()


class Store:
    """One database. Reading methods take the generation to read; `Writing` writes the next one."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str, *, lock_wait: float = 10.0) -> Store:
        """Open a database by SQLAlchemy URL and bring its tables up to date (errors: see `database.connect`)."""
        return cls(connect(url, lock_wait=lock_wait))

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def collections(self) -> dict[str, tuple[int, str]]:
        """Each collection's name with its id and the folder it was read from."""
        with translated(), self.engine.connect() as connection:
            rows = connection.execute(select(CollectionRow.name, CollectionRow.id, CollectionRow.folder))
            return {name: (id, folder) for name, id, folder in rows}

    def published(self) -> int:
        """The newest generation known to have been published; 0 where there is none."""
        with translated(), self.engine.connect() as connection:
            return connection.execute(select(func.max(GenerationRow.number))).scalar() or 0

    def versions(self, collection_id: int, generation: int) -> dict[str, Version]:
        """The documents of a collection in a generation, indexed and refused ones, by path."""
        columns = [getattr(VersionRow, name) for name in Version.__slots__ if name not in ("path", "rows_refused")]
        statement = (
            select(DocumentRow.path, VersionRow.rows_refused, *columns)
            .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
            .where(DocumentRow.collection_id == collection_id, alive(VersionRow, generation))
        )
        with translated(), self.engine.connect() as connection:
            found = {}
            for row in connection.execute(statement).mappings():
                fields = {name: row[name] for name in Version.__slots__ if name != "rows_refused"}
                refused = tuple((kind, where, why) for kind, where, why in row["rows_refused"])
                found[row["path"]] = Version(rows_refused=refused, **fields)
            return found

    def chunks(self, ids: Sequence[int], generation: int) -> dict[int, Chunk]:
        """The chunks with these database ids that belong to a generation, by id."""
        return self._chunks(_BY_ID, {"ids": [int(id) for id in ids], "generation": generation})

    def _chunks(self, statement: Select[Any], values: Mapping[str, Any] | None = None) -> dict[int, Chunk]:
        with translated(), self.engine.connect() as connection:
            return {
                row.id: Chunk(
                    id=row.uid,
                    document=row.path,
                    ordinal=row.ordinal,
                    text=row.text,
                    title=row.title,
                    section=tuple(row.section),
                    locator=Locator.from_dict(row.locator),
                    attributes=row.attributes,
                    tokens=row.tokens,
                )
                for row in connection.execute(statement, values or {})
            }

    def matching(
        self,
        collection_id: int,
        generation: int,
        conditions: Sequence[Condition],
        among: Sequence[int] | None = None,
    ) -> Ids:
        """The database ids of the chunks that meet all conditions, ascending; only those `among`, where given."""
        statement = select(ChunkRow.id).where(
            ChunkRow.collection_id == collection_id,
            alive(ChunkRow, generation),
            *(condition.clause() for condition in conditions),
        )
        if among is not None:
            statement = statement.where(ChunkRow.id.in_([int(id) for id in among]))
        with translated(), self.engine.connect() as connection:
            return np.array(connection.execute(statement.order_by(ChunkRow.id)).scalars().all(), dtype=np.int64)

    def living(self, document_id: int, generation: int) -> dict[bytes, int]:
        """The chunks of a document in a generation: 26-byte `key` to database id."""
        statement = select(ChunkRow.uid, ChunkRow.signature, ChunkRow.id).where(
            ChunkRow.document_id == document_id, alive(ChunkRow, generation)
        )
        with translated(), self.engine.connect() as connection:
            found = connection.execution_options(yield_per=PAGE).execute(statement)
            return {bytes.fromhex(uid + signed): id for uid, signed, id in found}

    def sample(self, collection_id: int, generation: int, n: int, seed: int = 0) -> dict[int, Chunk]:
        """About `n` chunks of a collection picked at random (fewer where many ids are gone), by database id."""
        span = select(func.min(ChunkRow.id), func.max(ChunkRow.id)).where(ChunkRow.collection_id == collection_id)
        with translated(), self.engine.connect() as connection:
            low, high = connection.execute(span).one()
        if low is None:
            return {}
        wanted = min(2 * n, high - low + 1)
        ids = [low + int(at) for at in np.random.default_rng(seed).choice(high - low + 1, wanted, replace=False)]
        here = (ChunkRow.id.in_(ids), ChunkRow.collection_id == collection_id, alive(ChunkRow, generation))
        return dict(list(self._chunks(_CHUNKS.where(*here)).items())[:n])

    def count(self, collection_id: int, generation: int) -> int:
        """How many chunks a collection has in a generation."""
        statement = select(func.count()).where(ChunkRow.collection_id == collection_id, alive(ChunkRow, generation))
        with translated(), self.engine.connect() as connection:
            return connection.execute(statement).scalar_one()

    def vectors(
        self, collection_id: int, generation: int, fingerprint: str, dimension: int
    ) -> Iterator[tuple[Ids, Floats]]:
        """The cached vectors of a collection's chunks in pages of (n,) ids, ascending, and (n, dimension) vectors."""
        cached = and_(EmbeddingRow.content_hash == ChunkRow.content_hash, EmbeddingRow.fingerprint == fingerprint)
        statement = (
            select(ChunkRow.id, EmbeddingRow.vector)
            .join(EmbeddingRow, cached)
            .where(ChunkRow.collection_id == collection_id, alive(ChunkRow, generation))
            .order_by(ChunkRow.id)
        )
        for rows in self._pages(statement):
            ids = np.array([row[0] for row in rows], dtype=np.int64)
            yield ids, np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4").reshape(len(rows), dimension)

    def _pages(self, statement: Executable) -> Iterator[Sequence[Any]]:
        """A result in pages, read once from end to end: asking for page after page would begin anew each time."""
        with translated(), self.engine.connect() as connection:
            yield from connection.execution_options(yield_per=PAGE).execute(statement).partitions()

    def unembedded(self, collection_id: int, generation: int, fingerprint: str) -> Iterator[list[Chunk]]:
        """Pages of the chunks of a collection that have no cached vector in this embedder's space."""
        cached = exists().where(
            EmbeddingRow.content_hash == ChunkRow.content_hash, EmbeddingRow.fingerprint == fingerprint
        )
        statement = select(ChunkRow.id).where(
            ChunkRow.collection_id == collection_id, alive(ChunkRow, generation), ~cached
        )
        for rows in self._pages(statement):
            for start in range(0, len(rows), 500):
                yield list(self.chunks([row[0] for row in rows[start : start + 500]], generation).values())


_CHUNKS = select(
    ChunkRow.id,
    ChunkRow.uid,
    DocumentRow.path,
    ChunkRow.ordinal,
    ChunkRow.text,
    ChunkRow.title,
    ChunkRow.section,
    ChunkRow.locator,
    ChunkRow.attributes,
    ChunkRow.tokens,
).join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
_BY_ID = _CHUNKS.where(
    ChunkRow.id.in_(bindparam("ids", expanding=True)),
    ChunkRow.born <= bindparam("generation"),
    or_(ChunkRow.died.is_(None), ChunkRow.died > bindparam("generation")),
)
"""Built once: every search runs it, and building it costs as much as running it."""


class Writing:
    """The next generation, being written. Nothing of it is seen until a snapshot names it.

    Use under `Home.writing()`. Each method is one transaction; a process that dies between them leaves rows of an
    unpublished generation, which the next `Writing` removes.
    """

    def __init__(self, store: Store, published: int) -> None:
        """`published` is the newest generation that any snapshot names (0: none)."""
        self.store = store
        self.engine = store.engine
        self.published = published
        self.generation = published + 1
        self._discard_unpublished()

    def _discard_unpublished(self) -> None:
        with translated(), self.engine.begin() as connection:
            for table in (ChunkRow, VersionRow):
                connection.execute(delete(table).where(table.born > self.published))
                connection.execute(update(table).where(table.died > self.published).values(died=None))

    def published_as(self, snapshot: str) -> None:
        """Note that this generation is the current snapshot."""
        with translated(), self.engine.begin() as connection:
            connection.execute(insert(GenerationRow).values(number=self.generation, snapshot=snapshot))

    def collection(self, name: str, folder: str) -> int:
        """The id of a collection, made at first use; its folder is recorded."""
        with translated(), self.engine.begin() as connection:
            found = connection.execute(select(CollectionRow.id).where(CollectionRow.name == name)).scalar()
            if found is not None:
                connection.execute(update(CollectionRow).where(CollectionRow.id == found).values(folder=folder))
                return found
            made = insert(CollectionRow).values(name=name, folder=folder).returning(CollectionRow.id)
            return connection.execute(made).scalar_one()

    def document(self, collection_id: int, path: str) -> int:
        """The id of a document, made at first use."""
        where = (DocumentRow.collection_id == collection_id, DocumentRow.path == path)
        with translated(), self.engine.begin() as connection:
            found = connection.execute(select(DocumentRow.id).where(*where)).scalar()
            if found is not None:
                return found
            made = insert(DocumentRow).values(collection_id=collection_id, path=path).returning(DocumentRow.id)
            return connection.execute(made).scalar_one()

    def add(self, collection_id: int, document_id: int, chunks: Iterable[Chunk]) -> None:
        """Insert chunks born in this generation."""
        rows = [self._row(collection_id, document_id, chunk) for chunk in chunks]
        if rows:
            with translated(), self.engine.begin() as connection:
                connection.execute(insert(ChunkRow), rows)

    def _row(self, collection_id: int, document_id: int, chunk: Chunk) -> dict[str, Any]:
        attributes = dict(chunk.attributes)
        folded = {name: fold(str(attributes[name])) if name in attributes else None for name in FOLDED}
        numbers = {name: attributes.get(name) for name in (*NUMBERS, *DATES)}
        return {
            "collection_id": collection_id,
            "document_id": document_id,
            "uid": chunk.id,
            "signature": signature(chunk),
            "content_hash": chunk.content_hash,
            "ordinal": chunk.ordinal,
            "title": chunk.title,
            "section": list(chunk.section),
            "text": chunk.text,
            "locator": chunk.locator.as_dict(),
            "attributes": attributes,
            "tokens": chunk.tokens,
            "born": self.generation,
            "died": None,
            **folded,
            **numbers,
        }

    def retire(self, ids: Sequence[int]) -> None:
        """Let chunks die in this generation."""
        with translated(), self.engine.begin() as connection:
            for start in range(0, len(ids), PAGE):
                page = list(ids[start : start + PAGE])
                connection.execute(update(ChunkRow).where(ChunkRow.id.in_(page)).values(died=self.generation))

    def forget(self, document_id: int) -> None:
        """Take back what this generation wrote for a document whose reading failed half-way."""
        with translated(), self.engine.begin() as connection:
            connection.execute(
                delete(ChunkRow).where(ChunkRow.document_id == document_id, ChunkRow.born == self.generation)
            )

    def record(self, version: Version) -> None:
        """Replace a document's version from this generation on."""
        with translated(), self.engine.begin() as connection:
            self._end_version(connection, version.document_id)
            values = {name: getattr(version, name) for name in Version.__slots__ if name != "path"}
            values["rows_refused"] = [list(refused) for refused in version.rows_refused]
            connection.execute(insert(VersionRow).values(**values, born=self.generation, died=None))

    def withdraw(self, document_id: int) -> int:
        """Let a document and its chunks die in this generation; how many chunks that were."""
        with translated(), self.engine.begin() as connection:
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
        with translated(), self.engine.connect() as connection:
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
        with translated(), self.engine.begin() as connection:
            connection.execute(insert(EmbeddingRow), rows)

    def purge(self, oldest: int, fingerprints: Iterable[str] | None) -> None:
        """Drop rows that no generation from `oldest` on sees, and the vectors that only they needed.

        With `fingerprints`, vectors of every other embedder go too (that reads the whole cache).
        """
        gone = and_(ChunkRow.died.is_not(None), ChunkRow.died <= oldest)
        with translated(), self.engine.begin() as connection:
            hashes = connection.execute(select(ChunkRow.content_hash).where(gone).distinct()).scalars().all()
            connection.execute(delete(ChunkRow).where(gone))
            connection.execute(delete(VersionRow).where(VersionRow.died.is_not(None), VersionRow.died <= oldest))
            for start in range(0, len(hashes), PAGE):
                page = hashes[start : start + PAGE]
                used = exists().where(ChunkRow.content_hash == EmbeddingRow.content_hash)
                connection.execute(delete(EmbeddingRow).where(EmbeddingRow.content_hash.in_(page), ~used))
            if fingerprints is not None:
                connection.execute(delete(EmbeddingRow).where(EmbeddingRow.fingerprint.not_in(list(fingerprints))))


def key(chunk: Chunk) -> bytes:
    """Identity (10 bytes) and content (16 bytes) of a chunk, as `Store.living` keys it."""
    return bytes.fromhex(chunk.id + signature(chunk))
