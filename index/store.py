"""`Store`: what is kept in the database, read by generation. It knows rows, not files, vector indexes or questions.

`index.writing` writes; `index.view` decides what a search may see. The vector index knows a text by its `text_id`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import orjson
from sqlalchemy import (
    ColumnElement,
    Engine,
    Executable,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    select,
)

from index.chunk import Chunk, Locator
from index.database import connect, translated
from index.embedder import Floats
from index.exclusive import exclusive
from index.filters import Condition
from index.tables import ChunkRow, CollectionRow, DocumentRow, EmbeddingRow, GenerationRow, VersionRow, alive
from index.vectorfile import Ids
from index.view import View, seen
from index.withdrawals import Kind

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
    findings: tuple[tuple[str, ...], ...] = ()


def signature(chunk: Chunk) -> str:
    """A hash of everything that is served of a chunk but its ordinal (which shifts when a neighbour appears)."""
    content = (chunk.title, chunk.section, chunk.text, chunk.locator.as_dict(), dict(chunk.attributes))
    return hashlib.blake2b(orjson.dumps(content), digest_size=16).hexdigest()


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
        with translated(), self.engine.connect() as connection:
            rows = connection.execute(select(CollectionRow.name, CollectionRow.id, CollectionRow.folder))
            return {name: (id, folder) for name, id, folder in rows}

    def published(self) -> int:
        """The newest generation known to have been published; 0 where there is none."""
        with translated(), self.engine.connect() as connection:
            return connection.execute(select(func.max(GenerationRow.number))).scalar() or 0

    def versions(self, collection_id: int, generation: int) -> dict[str, Version]:
        """The documents of a collection in a generation, indexed and refused ones, by path."""
        plain = [name for name in Version.__slots__ if name not in ("path", "rows_refused", "findings")]
        statement = (
            select(
                DocumentRow.path, VersionRow.rows_refused, VersionRow.findings, *map(VersionRow.__table__.c.get, plain)
            )
            .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
            .where(DocumentRow.collection_id == collection_id, alive(VersionRow, generation))
        )
        with translated(), self.engine.connect() as connection:
            found = {}
            for row in connection.execute(statement).mappings():
                refused = tuple((kind, where, why) for kind, where, why in row["rows_refused"])
                findings = tuple(tuple(finding) for finding in row["findings"])
                fields = {name: row[name] for name in plain}
                found[row["path"]] = Version(path=row["path"], rows_refused=refused, findings=findings, **fields)
            return found

    def chunks(
        self, texts: Sequence[int], collection_id: int, view: View, conditions: Sequence[Condition] = ()
    ) -> dict[int, Chunk]:
        """What says these texts in a collection, to this reader and under all conditions, by text id.

        Where several chunks say the same, the one that was read first. A text that nothing says any more is left out.
        """
        statement = _BY_TEXT[view.behind].where(*(condition.clause() for condition in conditions))
        values = {"texts": [int(id) for id in texts], "collection": collection_id, **view.values}
        with translated(), self.engine.connect() as connection:
            found: dict[int, Chunk] = {}
            for row in connection.execute(statement, values):
                found.setdefault(row.text_id, _chunk(row))
            return found

    def matching(self, collection_id: int, view: View, conditions: Sequence[Condition]) -> Ids:
        """The ids of the texts that something says under all conditions, ascending."""
        statement = (
            select(ChunkRow.text_id)
            .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
            .where(
                ChunkRow.collection_id == collection_id,
                *seen(behind=view.behind),
                *(condition.clause() for condition in conditions),
            )
            .distinct()
        )
        with translated(), self.engine.connect() as connection:
            return np.sort(np.array(connection.execute(statement, view.values).scalars().all(), dtype=np.int64))

    def of_rows(self, ids: Sequence[int]) -> dict[int, Chunk]:
        """Chunks by their database ids, whoever may see them: what ingest compares, and verify looks for."""
        found: dict[int, Chunk] = {}
        with translated(), self.engine.connect() as connection:
            for start in range(0, len(ids), PAGE):
                page = _CHUNKS.where(ChunkRow.id.in_([int(id) for id in ids[start : start + PAGE]]))
                found |= {row.id: _chunk(row) for row in connection.execute(page)}
        return found

    def living(self, document_id: int, generation: int) -> dict[bytes, int]:
        """The chunks of a document in a generation: 26-byte `key` to database id."""
        statement = select(ChunkRow.uid, ChunkRow.signature, ChunkRow.id).where(
            ChunkRow.document_id == document_id, alive(ChunkRow, generation)
        )
        with translated(), self.engine.connect() as connection:
            found = connection.execution_options(yield_per=PAGE).execute(statement)
            return {bytes.fromhex(uid + signed): id for uid, signed, id in found}

    def known_texts(self, document_id: int, generation: int) -> Iterator[tuple[str, int]]:
        """The content hash and the token count of each chunk of a document in a generation."""
        statement = select(ChunkRow.content_hash, ChunkRow.tokens).where(
            ChunkRow.document_id == document_id, alive(ChunkRow, generation)
        )
        with translated(), self.engine.connect() as connection:
            for hash, tokens in connection.execution_options(yield_per=PAGE).execute(statement):  # noqa: UP028
                yield hash, tokens

    def stored(self, kind: Kind, value: str) -> int:
        """How many chunks of a SKU (folded) or a document's path are stored, in any generation."""
        statement = select(func.count()).select_from(ChunkRow)
        if kind == "sku":
            statement = statement.where(ChunkRow.collection_id.in_(select(CollectionRow.id)), ChunkRow.sku == value)
        else:
            statement = statement.join(DocumentRow, DocumentRow.id == ChunkRow.document_id).where(
                DocumentRow.path == value
            )
        with translated(), self.engine.connect() as connection:
            return connection.execute(statement).scalar_one()

    def sample(self, collection_id: int, view: View, n: int, seed: int = 0) -> dict[int, Chunk]:
        """At most `n` chunks of a collection picked at random, by text id.

        Text ids are bits of a hash, so that the next `n` from any point are a random sample.
        """
        start = int(np.random.default_rng(seed).integers(2**63))
        ids: list[int] = []
        with translated(), self.engine.connect() as connection:
            for side in (ChunkRow.text_id >= start, ChunkRow.text_id < start):
                here = select(ChunkRow.text_id).where(
                    side, ChunkRow.collection_id == collection_id, alive(ChunkRow, view.generation)
                )
                ids += connection.execute(here.order_by(ChunkRow.text_id).limit(n)).scalars()
        return self.chunks(ids[:n], collection_id, view)

    def count(self, collection_id: int, generation: int) -> int:
        """How many chunks a collection has in a generation (it reads them all)."""
        statement = select(func.count()).where(ChunkRow.collection_id == collection_id, alive(ChunkRow, generation))
        with translated(), self.engine.connect() as connection:
            return connection.execute(statement).scalar_one()

    def columns(self, document_id: int, generation: int) -> tuple[int, int, int]:
        """Of a document's chunks in a generation: those of rows, those with a SKU, those with a price."""
        rows = cast(ChunkRow.attributes, Text) != "{}"
        statement = select(func.count().filter(rows), func.count(ChunkRow.sku), func.count(ChunkRow.price)).where(
            ChunkRow.document_id == document_id, alive(ChunkRow, generation)
        )
        with translated(), self.engine.connect() as connection:
            of_rows, with_sku, with_price = connection.execute(statement).one()
            return of_rows, with_sku, with_price

    def example(self, document_id: int, generation: int, column: str) -> Chunk | None:
        """One of a document's chunks in a generation that has a value in this typed column ("sku", "price")."""
        statement = select(ChunkRow.id).where(
            ChunkRow.document_id == document_id, alive(ChunkRow, generation), getattr(ChunkRow, column).is_not(None)
        )
        with translated(), self.engine.connect() as connection:
            id = connection.execute(statement.limit(1)).scalar()
        return None if id is None else self.of_rows([id])[id]

    def moved_rows(self, collection_id: int, earlier: int, later: int) -> tuple[list[int], list[int]]:
        """The database ids of a collection's chunks that a later generation has no more, and that only it has."""
        ids = select(ChunkRow.id).where(ChunkRow.collection_id == collection_id)
        gone = ids.where(alive(ChunkRow, earlier), ChunkRow.died <= later)
        came = ids.where(alive(ChunkRow, later), ChunkRow.born > earlier)
        with translated(), self.engine.connect() as connection:
            return list(connection.execute(gone).scalars()), list(connection.execute(came).scalars())

    def moved(self, collection_id: int, generation: int) -> tuple[int, int, int]:
        """By how much a generation has more chunks, more with a SKU and more with a price than the one before it."""
        counts = select(func.count(), func.count(ChunkRow.sku), func.count(ChunkRow.price))
        here = ChunkRow.collection_id == collection_id
        with translated(), self.engine.connect() as connection:
            born = connection.execute(counts.where(here, ChunkRow.born == generation)).one()
            died = connection.execute(counts.where(here, ChunkRow.died == generation)).one()
        return born[0] - died[0], born[1] - died[1], born[2] - died[2]

    def conflicting_prices(self, collection_id: int, generation: int, most: int = 50) -> list[tuple[Chunk, Chunk]]:
        """Pairs of rows, of two sheets or documents, that give one SKU two prices; the SKU came in a generation.

        Rows of a SKU that differ in currency or in validity are meant to differ in price. At most `most` pairs, one
        for each such SKU, the row that was read first in front.
        """
        came = select(ChunkRow.sku).where(
            ChunkRow.collection_id == collection_id, ChunkRow.born == generation, ChunkRow.sku.is_not(None)
        )
        priced = (
            ChunkRow.collection_id == collection_id,
            alive(ChunkRow, generation),
            ChunkRow.price.is_not(None),
        )
        parts = [func.coalesce(part, _NOTHING) for part in (ChunkRow.currency, ChunkRow.valid_from, ChunkRow.valid_to)]
        split = (
            select(ChunkRow.sku, *(part.label(f"part{number}") for number, part in enumerate(parts)))
            .where(*priced, ChunkRow.sku.in_(came))
            .group_by(ChunkRow.sku, *parts)
            .having(func.min(ChunkRow.price) < func.max(ChunkRow.price))
            .having(func.min(_PLACE) < func.max(_PLACE))
            .order_by(ChunkRow.sku)
            .limit(most)
            .subquery()
        )
        same = [ChunkRow.sku == split.c.sku, *(part == split.c[f"part{n}"] for n, part in enumerate(parts))]
        statement = (
            _CHUNKS.add_columns(ChunkRow.price, _PLACE.label("place"), *split.c)
            .join(split, and_(*same))
            .where(*priced)
            .order_by(*split.c, DocumentRow.path, ChunkRow.ordinal)
        )
        with translated(), self.engine.connect() as connection:
            found = connection.execution_options(yield_per=PAGE).execute(statement)
            groups = groupby(found, key=lambda row: tuple(row[-len(split.c) :]))
            return [(_chunk(first), _chunk(last)) for first, last in (_conflict(rows) for _, rows in groups)]

    def count_rows(self, collection_id: int, generation: int) -> tuple[int, int]:
        """Product rows that have a SKU, and those that have a price, of a collection in a generation (reads all)."""
        statement = select(func.count(ChunkRow.sku), func.count(ChunkRow.price)).where(
            ChunkRow.collection_id == collection_id, alive(ChunkRow, generation)
        )
        with translated(), self.engine.connect() as connection:
            with_sku, with_price = connection.execute(statement).one()
            return with_sku, with_price

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
        with translated(), self.engine.connect() as connection:
            return dict(connection.execute(statement).all())

    def dead_texts(self, collection_id: int, generation: int) -> Ids:
        """The texts that died in a generation: chunks said them before, and none does from it on."""
        died = select(ChunkRow.text_id).where(ChunkRow.collection_id == collection_id, ChunkRow.died == generation)
        with translated(), self.engine.connect() as connection:
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
        with translated(), self.engine.connect() as connection:
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
                yield list(self.of_rows([row[0] for row in rows[start : start + 500]]).values())


_CHUNKS = select(
    ChunkRow.id,
    ChunkRow.text_id,
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
_BY_TEXT = {
    behind: _CHUNKS.where(
        ChunkRow.text_id.in_(bindparam("texts", expanding=True)),
        ChunkRow.collection_id == bindparam("collection"),
        *seen(behind=behind),
    ).order_by(ChunkRow.id)
    for behind in (False, True)
}
"""Built once: every search runs one of them, and building it costs as much as running it."""
_NOTHING: ColumnElement[str] = literal_column("''")
_PLACE = cast(ChunkRow.document_id, Text) + "/" + func.coalesce(ChunkRow.locator["sheet"].as_string(), _NOTHING)
_PLACE = _PLACE + "/" + func.coalesce(ChunkRow.locator["heading"].as_string(), _NOTHING)
"""The table that a row stands in: a document, a sheet of it or a list in it."""


def _conflict(rows: Iterator[Any]) -> tuple[Any, Any]:
    """Two rows of different tables and prices, the first such in order; there is a pair."""
    first = next(rows)
    elsewhere = dearer = None
    for row in rows:
        if row.place != first.place and row.price != first.price:
            return first, row
        if row.place != first.place:
            elsewhere = elsewhere or row
        elif row.price != first.price:
            dearer = dearer or row
    return dearer, elsewhere


def _chunk(row: Any) -> Chunk:
    return Chunk(
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


def key(chunk: Chunk) -> bytes:
    """Identity (10 bytes) and content (16 bytes) of a chunk, as `Store.living` keys it."""
    return bytes.fromhex(chunk.id + signature(chunk))
