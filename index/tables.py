"""The database's tables. Versions and chunks carry the generation they were born in and the one they died in.

A generation is one publication. A reader of generation g sees the rows with `born <= g` and (`died` is null or
`died > g`), so that a snapshot's texts stay as they were, at no copy, while the next generation is being written.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, LargeBinary, Text, and_, or_
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


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
    `rows_refused` lists what of it was not indexed, as [kind, where, reason].
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
    refused: Mapped[str | None] = mapped_column(Text)
    retry: Mapped[bool]
    born: Mapped[int]
    died: Mapped[int | None]


class ChunkRow(Base):
    """A chunk. `uid` is `Chunk.id`; `signature` is a hash of all that is served, so that a change is seen.

    The columns from `sku` on repeat typed attributes for filtering; texts among them are folded (`filters.fold`).
    """

    __tablename__ = "chunks"
    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    uid: Mapped[str] = mapped_column(Text, index=True)
    signature: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(Text, index=True)
    ordinal: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    section: Mapped[list[str]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text)
    locator: Mapped[dict[str, Any]] = mapped_column(JSON)
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON)
    tokens: Mapped[int]
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


def alive(row: type[VersionRow] | type[ChunkRow], generation: int) -> ColumnElement[bool]:
    """The condition that a row belongs to a generation."""
    return and_(row.born <= generation, or_(row.died.is_(None), row.died > generation))
