"""Reading from the database what the keyword files are made of."""

from __future__ import annotations

from collections.abc import Sequence

from index.arrays import Ids
from index.database.store import Store
from index.segments.keyword_building import Texts
from index.segments.keyword_fields import Fields, fields_of


def keyword_texts(store: Store, collection_id: int, generation: int) -> Texts:
    """What gives the fields of texts that live in a generation; of equal texts those of the one that was read first.

    KeyError names a text that does not live.
    """

    def read(ids: Ids) -> Sequence[Fields]:
        found = store.saying(ids, collection_id, generation)
        return [fields_of(found[id][0]) for id in ids.tolist()]

    return read
