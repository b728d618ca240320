"""Reading from the database what the keyword files are made of."""

from __future__ import annotations

from collections.abc import Sequence

from index.arrays import Ids
from index.chunk import Chunk
from index.database.database import translated
from index.database.store import CHUNKS, Store, chunk_of
from index.database.tables import ChunkRow, alive
from index.segments.keyword_fields import Fields, fields_of
from index.segments.keyword_growth import Texts


def keyword_texts(store: Store, collection_id: int, generation: int) -> Texts:
    """What gives the fields of texts that live in a generation; of equal texts those of the one that was read first.

    KeyError names a text that does not live.
    """

    def read(ids: Ids) -> Sequence[Fields]:
        found = saying(store, collection_id, generation, ids)
        return [fields_of(found[id][0]) for id in ids.tolist()]

    return read


def saying(store: Store, collection_id: int, generation: int, ids: Ids) -> dict[int, list[Chunk]]:
    """Of these texts, those that live in a generation: the chunks that say each, the first read first."""
    statement = CHUNKS.where(
        ChunkRow.text_id.in_(ids.tolist()), ChunkRow.collection_id == collection_id, alive(ChunkRow, generation)
    ).order_by(ChunkRow.id)
    found: dict[int, list[Chunk]] = {}
    with translated(), store.engine.connect() as connection:
        for row in connection.execute(statement):
            found.setdefault(row.text_id, []).append(chunk_of(row))
    return found
