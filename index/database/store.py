"""`Store`: what is kept in the database, read by generation. It knows rows, not files, vector indexes or questions.

`index.database.writing` writes; `index.database.view` decides what a search may see. The vector index knows a text by
its `text_id`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from sqlalchemy import Engine, Executable, and_, bindparam, exists, func, select

from index.arrays import Floats, Ids
from index.chunk import Chunk
from index.database.database import connect
from index.database.exclusive import exclusive
from index.database.filters import Restriction
from index.database.rows import CHUNKS, PAGE, SAID, chunk_of, said_of
from index.database.tables import (
    ChunkRow,
    CollectionRow,
    DocumentRow,
    EmbeddingRow,
    GenerationRow,
    Kind,
    VersionRow,
    alive,
)
from index.database.version import Version
from index.database.view import View, seen


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

    @contextmanager
    def alone(self, who: str) -> Iterator[None]:
        """Be the only writer of this database, whatever home and machine it comes from; WriterBusy names the other.

        PostgreSQL: a lock that ends with its connection, however the process ends. SQLite: the lock of the home, and
        for a database elsewhere a lock file beside it.
        """
        with exclusive(self.engine, who):
            yield

    def collections(self) -> dict[str, tuple[int, str]]:
        """Each collection's name with its id and the folder it was read from."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(CollectionRow.name, CollectionRow.id, CollectionRow.folder))
            return {name: (id, folder) for name, id, folder in rows}

    def published(self) -> int:
        """The newest generation known to have been published; 0 where there is none."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.max(GenerationRow.number))).scalar() or 0

    def versions(self, collection_id: int, generation: int) -> dict[str, Version]:
        """The documents of a collection in a generation, indexed and refused ones, by path."""
        plain = [name for name in Version.__slots__ if name not in ("path", "rows_refused", "findings")]
        of_version = map(VersionRow.__table__.c.get, plain)
        statement = (
            select(DocumentRow.path, VersionRow.rows_refused, VersionRow.findings, *of_version)
            .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
            .where(DocumentRow.collection_id == collection_id, alive(VersionRow, generation))
        )
        with self.engine.connect() as connection:
            found = {}
            for row in connection.execute(statement).mappings():
                refused = tuple((kind, where, why) for kind, where, why in row["rows_refused"])
                findings = tuple(tuple(finding) for finding in row["findings"])
                fields = {name: row[name] for name in plain}
                found[row["path"]] = Version(path=row["path"], rows_refused=refused, findings=findings, **fields)
            return found

    def chunks(
        self, texts: Sequence[int], collection_id: int, view: View, conditions: Sequence[Restriction] = ()
    ) -> dict[int, Chunk]:
        """What says these texts in a collection, to this reader and under all conditions, by text id.

        Where several chunks say the same, the one that was read first. A text that nothing says any more is left out.
        """
        statement = _BY_TEXT[view.behind].where(*(condition.clause() for condition in conditions))
        values = {"texts": [int(id) for id in texts], "collection": collection_id, **view.values}
        with self.engine.connect() as connection:
            found: dict[int, Chunk] = {}
            for row in connection.execute(statement, values):
                found.setdefault(row.text_id, chunk_of(row))
            return found

    def saying(self, texts: Ids, collection_id: int, generation: int) -> dict[int, list[Chunk]]:
        """Of these texts, those that live in a generation: what the chunks that say each say (see `said_of`), the first
        read first."""
        statement = SAID.where(
            ChunkRow.text_id.in_(texts.tolist()), ChunkRow.collection_id == collection_id, alive(ChunkRow, generation)
        ).order_by(ChunkRow.id)
        found: dict[int, list[Chunk]] = {}
        with self.engine.connect() as connection:
            for row in connection.execute(statement):
                found.setdefault(row.text_id, []).append(said_of(row))
        return found

    def matching(self, collection_id: int, view: View, conditions: Sequence[Restriction]) -> Ids:
        """The ids of the texts that something says under all conditions, ascending."""
        statement = (
            select(ChunkRow.text_id)
            .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
            .where(
                ChunkRow.collection_id == collection_id,
                *seen(behind=view.behind),
                *(condition.lookup() for condition in conditions),
            )
            .distinct()
        )
        with self.engine.connect() as connection:
            return np.sort(np.array(connection.execute(statement, view.values).scalars().all(), dtype=np.int64))

    def of_rows(self, ids: Sequence[int]) -> dict[int, Chunk]:
        """Chunks by their database ids, whoever may see them: what ingest compares, and verify looks for."""
        found: dict[int, Chunk] = {}
        with self.engine.connect() as connection:
            for start in range(0, len(ids), PAGE):
                page = CHUNKS.where(ChunkRow.id.in_([int(id) for id in ids[start : start + PAGE]]))
                found |= {row.id: chunk_of(row) for row in connection.execute(page)}
        return found

    def living(self, document_id: int, generation: int) -> dict[bytes, int]:
        """The chunks of a document in a generation: 26-byte `key` to database id."""
        statement = select(ChunkRow.uid, ChunkRow.signature, ChunkRow.id).where(
            ChunkRow.document_id == document_id, alive(ChunkRow, generation)
        )
        with self.engine.connect() as connection:
            found = connection.execution_options(yield_per=PAGE).execute(statement)
            return {bytes.fromhex(uid + signed): id for uid, signed, id in found}

    def known_texts(self, document_id: int, generation: int) -> Iterator[tuple[str, int]]:
        """The content hash and the token count of each chunk of a document in a generation."""
        statement = select(ChunkRow.content_hash, ChunkRow.tokens).where(
            ChunkRow.document_id == document_id, alive(ChunkRow, generation)
        )
        with self.engine.connect() as connection:
            for hash, tokens in connection.execution_options(yield_per=PAGE).execute(statement):  # noqa: UP028
                yield hash, tokens

    def stored(self, kind: Kind, value: str, collection_id: int | None = None) -> int:
        """How many chunks of a SKU (folded) or a document's path are stored, in any generation, in one collection or
        (None) in all."""
        statement = select(func.count()).select_from(ChunkRow)
        collections = select(CollectionRow.id)
        if collection_id is not None:
            collections = collections.where(CollectionRow.id == collection_id)
        here = ChunkRow.collection_id.in_(collections)
        if kind == "sku":
            statement = statement.where(here, ChunkRow.sku == value)
        else:
            statement = statement.join(DocumentRow, DocumentRow.id == ChunkRow.document_id).where(
                here, DocumentRow.path == value
            )
        with self.engine.connect() as connection:
            return connection.execute(statement).scalar_one()

    def sample(self, collection_id: int, view: View, n: int, seed: int = 0) -> dict[int, Chunk]:
        """At most `n` chunks of a collection picked at random, by text id.

        Text ids are bits of a hash, so that the next `n` from any point are a random sample.
        """
        start = int(np.random.default_rng(seed).integers(2**63))
        ids: list[int] = []
        with self.engine.connect() as connection:
            for side in (ChunkRow.text_id >= start, ChunkRow.text_id < start):
                # as a sum it suits no index but that of texts: any other reads and sorts the whole collection
                here = select(ChunkRow.text_id).where(
                    side, ChunkRow.collection_id + 0 == collection_id, alive(ChunkRow, view.generation)
                )
                ids += connection.execute(here.order_by(ChunkRow.text_id).limit(n)).scalars()
        return self.chunks(ids[:n], collection_id, view)

    def count(self, collection_id: int, generation: int) -> int:
        """How many chunks a collection has in a generation (it reads them all)."""
        statement = select(func.count()).where(ChunkRow.collection_id == collection_id, alive(ChunkRow, generation))
        with self.engine.connect() as connection:
            return connection.execute(statement).scalar_one()

    def texts(self, collection_id: int, generation: int) -> Ids:
        """The ids of all texts of a collection in a generation, ascending."""
        statement = select(ChunkRow.text_id).where(ChunkRow.collection_id == collection_id, alive(ChunkRow, generation))
        pages = [np.array([row[0] for row in rows], dtype=np.int64) for rows in self._pages(statement)]
        return np.unique(np.concatenate(pages)) if pages else np.zeros(0, np.int64)

    def born_texts(self, collection_id: int, generation: int) -> dict[int, str]:
        """The texts that chunks born in a generation say, with their content hashes."""
        statement = (
            select(ChunkRow.text_id, ChunkRow.content_hash)
            .where(ChunkRow.collection_id == collection_id, ChunkRow.born == generation)
            .distinct()
        )
        with self.engine.connect() as connection:
            return dict(connection.execute(statement).all())

    def dead_texts(self, collection_id: int, generation: int) -> Ids:
        """The texts that died in a generation: chunks said them before, and none does from it on."""
        died = select(ChunkRow.text_id).where(ChunkRow.collection_id == collection_id, ChunkRow.died == generation)
        with self.engine.connect() as connection:
            gone = sorted(set(connection.execute(died).scalars()))
            alive_still: set[int] = set()
            for start in range(0, len(gone), PAGE):
                said = select(ChunkRow.text_id).where(
                    ChunkRow.text_id.in_(gone[start : start + PAGE]),
                    ChunkRow.collection_id == collection_id,
                    alive(ChunkRow, generation),
                )
                alive_still.update(connection.execute(said).scalars())
        return np.array([id for id in gone if id not in alive_still], dtype=np.int64)

    def cached(self, hashes: Sequence[str], fingerprint: str, dimension: int) -> Floats:
        """The cached (n, dimension) vectors of these content hashes, in their order; KeyError names a missing one."""
        found: dict[str, bytes] = {}
        with self.engine.connect() as connection:
            for start in range(0, len(hashes), PAGE):
                statement = select(EmbeddingRow.content_hash, EmbeddingRow.vector).where(
                    EmbeddingRow.content_hash.in_(list(hashes[start : start + PAGE])),
                    EmbeddingRow.fingerprint == fingerprint,
                )
                found.update((hash, vector) for hash, vector in connection.execute(statement))
        joined = b"".join(found[hash] for hash in hashes)
        return np.frombuffer(joined, dtype="<f4").reshape(len(hashes), dimension)

    def vectors(
        self, collection_id: int, generation: int, fingerprint: str, dimension: int
    ) -> Iterator[tuple[Ids, Floats]]:
        """The cached vectors of a collection's texts in pages of (n,) ids, ascending, and (n, dimension) vectors."""
        cached = and_(EmbeddingRow.content_hash == ChunkRow.content_hash, EmbeddingRow.fingerprint == fingerprint)
        statement = (
            select(ChunkRow.text_id, EmbeddingRow.vector)
            .join(EmbeddingRow, cached)
            .where(ChunkRow.collection_id == collection_id, alive(ChunkRow, generation))
            .order_by(ChunkRow.text_id)
        )
        last = -1
        for rows in self._pages(statement):
            fresh = []
            for row in rows:  # equal texts stand side by side
                if row[0] != last:
                    fresh.append(row)
                    last = row[0]
            ids = np.array([row[0] for row in fresh], dtype=np.int64)
            yield ids, np.frombuffer(b"".join(row[1] for row in fresh), dtype="<f4").reshape(len(fresh), dimension)

    def _pages(self, statement: Executable) -> Iterator[Sequence[Any]]:
        """A result in pages, read once from end to end: asking for page after page would begin anew each time."""
        with self.engine.connect() as connection:
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
                yield list(self.of_rows([row[0] for row in rows[start : start + 500]]).values())


_BY_TEXT = {
    behind: CHUNKS.where(
        ChunkRow.text_id.in_(bindparam("texts", expanding=True)),
        ChunkRow.collection_id == bindparam("collection"),
        *seen(behind=behind),
    ).order_by(ChunkRow.id)
    for behind in (False, True)
}
"""Built once: every search runs one of them, and building it costs as much as running it."""
