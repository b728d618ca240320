"""The database's tables. Versions and chunks carry the generation they were born in and the one they died in.

A generation is one publication. A reader of generation g sees the rows with `born <= g` and (`died` is null or
`died > g`), so that a snapshot's texts stay as they were, at no copy, while the next generation is being written.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import JSON, BigInteger, ColumnElement, ForeignKey, Index, LargeBinary, Text, and_, or_
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

FOLDED = ("sku", "name", "brand", "category", "currency")
NUMBERS = ("price", "stock")
DATES = ("valid_from", "valid_to")
RANGED = NUMBERS + DATES
"""The typed attributes that have columns of their own: `FOLDED` ones are texts, the others have an order."""

Kind = Literal["sku", "document"]
"""What is withdrawn: a product, or a file."""


class Base(DeclarativeBase):
    """The registry of tables."""


class GenerationRow(Base):
    """A generation that was published, so that its number is known even where its files were thrown away."""

    __tablename__ = "generations"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    snapshot: Mapped[str] = mapped_column(Text)


class CollectionRow(Base):
    """A named set of documents, read from one folder."""

    __tablename__ = "collections"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    folder: Mapped[str] = mapped_column(Text)


class DocumentRow(Base):
    """The identity of a document: its path, relative to the collection's folder, with forward slashes."""

    __tablename__ = "documents"
    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id"))
    path: Mapped[str] = mapped_column(Text)
    __table_args__ = (Index("documents_path", "collection_id", "path", unique=True),)


class VersionRow(Base):
    """A document's state during some generations: the bytes that were read, by which reader, and what came of it.

    `refused` is null for an indexed file, else the reason; `retry` marks a reason that another try may cure.
    `rows_refused` lists what of it was not indexed, as [kind, where, reason]; `findings` what the lint found in it.
    """

    __tablename__ = "versions"
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    format: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    file_hash: Mapped[str] = mapped_column(Text)
    reader: Mapped[str] = mapped_column(Text)
    rows_seen: Mapped[int]
    chunks: Mapped[int]
    rows_refused: Mapped[list[list[str]]] = mapped_column(JSON)
    findings: Mapped[list[list[str]]] = mapped_column(JSON)
    refused: Mapped[str | None] = mapped_column(Text)
    retry: Mapped[bool]
    born: Mapped[int]
    died: Mapped[int | None]


class ChunkRow(Base):
    """A chunk. `uid` is `Chunk.id`; `signature` is a hash of all that is served, so that a change is seen.

    `text_id` is `Chunk.text_id`, by which the vector index knows what the chunk says; several chunks may say the same.

    The columns from `sku` on repeat typed attributes for filtering; texts among them are folded (`filters.fold`).
    `cells` are those of a product row (`Cell.packed`). `measures` has the other attributes that are one number, in base
    units (`index.text.measures`).
    """

    __tablename__ = "chunks"
    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    uid: Mapped[str] = mapped_column(Text, index=True)
    signature: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(Text)
    text_id: Mapped[int] = mapped_column(BigInteger)
    ordinal: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    section: Mapped[list[str]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text)
    locator: Mapped[dict[str, Any]] = mapped_column(JSON)
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON)
    measures: Mapped[dict[str, float]] = mapped_column(JSON, server_default="{}")
    tokens: Mapped[int]
    cells: Mapped[list[list[Any]]] = mapped_column(JSON, server_default="[]")
    sku: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    brand: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(Text)
    currency: Mapped[str | None] = mapped_column(Text)
    price: Mapped[float | None]
    stock: Mapped[float | None]
    valid_from: Mapped[str | None] = mapped_column(Text)
    valid_to: Mapped[str | None] = mapped_column(Text)
    born: Mapped[int] = mapped_column(index=True)
    died: Mapped[int | None] = mapped_column(index=True)
    __table_args__ = (
        Index("chunks_text", "text_id", "collection_id"),
        Index("chunks_sku", "collection_id", "sku"),
        Index("chunks_brand", "collection_id", "brand"),
        Index("chunks_category", "collection_id", "category"),
        Index("chunks_price", "collection_id", "price"),
    )


class EmbeddingRow(Base):
    """The cached vector of a text in one embedder's space: little-endian float32."""

    __tablename__ = "embeddings"
    content_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(Text, primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class WithdrawalRow(Base):
    """What an operator has withdrawn by hand: a SKU (folded) or a document's path, in one collection or (null) in all.

    `hashes` are the checksums of the files that a withdrawn path has named, so that it stays withdrawn by another name.
    Every reading of chunks leaves out what stands here, in every process, from the moment it is committed.
    """

    __tablename__ = "withdrawals"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    collection_id: Mapped[int | None] = mapped_column(ForeignKey("collections.id"))
    written: Mapped[str] = mapped_column(Text)
    at: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    hashes: Mapped[list[str]] = mapped_column(JSON)
    __table_args__ = (Index("withdrawals_value", "kind", "value"),)


class EventRow(Base):
    """Something that was done to what is served: published, rolled back, withdrawn, ...; never changed afterwards."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(Text)
    snapshot: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


class HoldingRow(Base):
    """A generation that some home still keeps a snapshot of, so that its rows must not be dropped."""

    __tablename__ = "holdings"
    home: Mapped[str] = mapped_column(Text, primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class WriterRow(Base):
    """Who is writing, where several machines share one database (one row at most)."""

    __tablename__ = "writer"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holder: Mapped[str] = mapped_column(Text)
    since: Mapped[str] = mapped_column(Text)


def alive(row: type[VersionRow] | type[ChunkRow], generation: int) -> ColumnElement[bool]:
    """The condition that a row belongs to a generation."""
    return and_(row.born <= generation, or_(row.died.is_(None), row.died > generation))


def now() -> str:
    """This moment as the tables have it: ISO 8601 with the offset of this machine's time zone, to the second."""
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")
