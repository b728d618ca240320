"""`section_of`: the pieces of a document that stand in one section with a chunk, as a reader of a view sees them."""

from __future__ import annotations

from itertools import takewhile

from sqlalchemy import Engine

from index.chunk import Chunk
from index.database.rows import CHUNKS, chunk_of
from index.database.tables import ChunkRow, DocumentRow
from index.database.view import View, seen

SPAN = 8
"""Chunks looked at on either side: some pages."""


def section_of(engine: Engine, collection_id: int, view: View, chunk: Chunk) -> list[Chunk]:
    """In their order, the chunk itself among them; it alone where it is a product's row or has no section."""
    if not chunk.section or chunk.locator.row is not None:
        return [chunk]
    statement = CHUNKS.where(
        ChunkRow.collection_id == collection_id,
        DocumentRow.path == chunk.document,
        ChunkRow.ordinal.between(chunk.ordinal - SPAN, chunk.ordinal + SPAN),
        *seen(behind=view.behind),
    ).order_by(ChunkRow.ordinal, ChunkRow.id)
    with engine.connect() as connection:
        near = [chunk_of(row) for row in connection.execute(statement, view.values)]

    def same(other: Chunk) -> bool:
        return other.section == chunk.section and other.locator.row is None

    before = takewhile(same, reversed([other for other in near if other.ordinal < chunk.ordinal]))
    after = takewhile(same, (other for other in near if other.ordinal > chunk.ordinal))
    return [*reversed([*before]), chunk, *after]
