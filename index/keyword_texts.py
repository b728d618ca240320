"""Reading from the database what the keyword files are made of."""

from __future__ import annotations

from collections.abc import Sequence

from index.database import translated
from index.keyword_fields import Fields, fields_of
from index.keyword_growth import Texts
from index.store import CHUNKS, Store, chunk_of
from index.tables import ChunkRow, alive
from index.vectorfile import Ids


def keyword_texts(store: Store, collection_id: int, generation: int) -> Texts:
    """What gives the fields of texts that live in a generation; of equal texts those of the one that was read first.

    KeyError names a text that does not live.
    """
    living = (ChunkRow.collection_id == collection_id, alive(ChunkRow, generation))

    def read(ids: Ids) -> Sequence[Fields]:
        found: dict[int, Fields] = {}
        statement = CHUNKS.where(ChunkRow.text_id.in_(ids.tolist()), *living).order_by(ChunkRow.id)
        with translated(), store.engine.connect() as connection:
            for row in connection.execute(statement):
                if row.text_id not in found:
                    found[row.text_id] = fields_of(chunk_of(row))
        return [found[id] for id in ids.tolist()]

    return read
