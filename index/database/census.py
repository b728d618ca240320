"""What is counted and compared of the rows in the store: columns, what moved between two generations, SKUs with two
prices. It says what is so, and not whether that is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, literal_column, select

from index.chunk import Chunk
from index.database.rows import CHUNKS, PAGE, chunk_of
from index.database.store import Store
from index.database.tables import ChunkRow, DocumentRow, alive

EVERY = func.count()
_NOTHING: ColumnElement[str] = literal_column("''")
_PLACE = cast(ChunkRow.document_id, Text) + "/" + func.coalesce(ChunkRow.locator["sheet"].as_string(), _NOTHING)
_PLACE = _PLACE + "/" + func.coalesce(ChunkRow.locator["heading"].as_string(), _NOTHING)
"""The table that a row stands in: a document, a sheet of it or a list in it."""


def _counts(store: Store, *where: ColumnElement[bool], rows: Any = EVERY) -> tuple[int, int, int]:
    """Chunks, those with a SKU and those with a price."""
    with store.engine.connect() as connection:
        counts = select(rows, func.count(ChunkRow.sku), func.count(ChunkRow.price)).where(*where)
        every, with_sku, with_price = connection.execute(counts).one()
        return every, with_sku, with_price


def columns(store: Store, document_id: int, generation: int) -> tuple[int, int, int]:
    """Of a document's chunks in a generation: those of rows, those with a SKU, those with a price."""
    rows = func.count().filter(cast(ChunkRow.attributes, Text) != "{}")
    return _counts(store, ChunkRow.document_id == document_id, alive(ChunkRow, generation), rows=rows)


def of_ids(store: Store, ids: Sequence[int]) -> tuple[int, int]:
    """Of these chunks, by their database ids, those with a SKU and those with a price."""
    pages = [_counts(store, ChunkRow.id.in_(ids[at : at + PAGE]))[1:] for at in range(0, len(ids), PAGE)]
    return sum(skus for skus, _ in pages), sum(prices for _, prices in pages)


def count_rows(store: Store, collection_id: int, generation: int) -> tuple[int, int]:
    """Product rows that have a SKU, and those that have a price, of a collection in a generation (reads all)."""
    return _counts(store, ChunkRow.collection_id == collection_id, alive(ChunkRow, generation))[1:]


def example(store: Store, document_id: int, generation: int, column: str) -> Chunk | None:
    """One of a document's chunks in a generation that has a value in this typed column ("sku", "price")."""
    statement = select(ChunkRow.id).where(
        ChunkRow.document_id == document_id, alive(ChunkRow, generation), getattr(ChunkRow, column).is_not(None)
    )
    with store.engine.connect() as connection:
        id = connection.execute(statement.limit(1)).scalar()
    return None if id is None else store.of_rows([id])[id]


def moved(store: Store, collection_id: int, generation: int) -> tuple[int, int, int]:
    """By how much a generation has more chunks, more with a SKU and more with a price than the one before it."""
    here = ChunkRow.collection_id == collection_id
    born, died = (_counts(store, here, at == generation) for at in (ChunkRow.born, ChunkRow.died))
    return born[0] - died[0], born[1] - died[1], born[2] - died[2]


def moved_rows(store: Store, collection_id: int, earlier: int, later: int) -> tuple[list[int], list[int]]:
    """The database ids of a collection's chunks that a later generation has no more, and that only it has."""
    ids = select(ChunkRow.id).where(ChunkRow.collection_id == collection_id)
    gone = ids.where(alive(ChunkRow, earlier), ChunkRow.died <= later)
    came = ids.where(alive(ChunkRow, later), ChunkRow.born > earlier)
    with store.engine.connect() as connection:
        return list(connection.execute(gone).scalars()), list(connection.execute(came).scalars())


def conflicting_prices(store: Store, collection_id: int, generation: int, most: int = 50) -> list[tuple[Chunk, Chunk]]:
    """Pairs of rows, of two sheets or documents, that give one SKU two prices; the SKU came in a generation.

    Rows of a SKU that differ in currency or in validity are meant to differ in price. At most `most` pairs, one
    for each such SKU, the row that was read first in front.
    """
    came = select(ChunkRow.sku).where(
        ChunkRow.collection_id == collection_id, ChunkRow.born == generation, ChunkRow.sku.is_not(None)
    )
    priced = (ChunkRow.collection_id == collection_id, alive(ChunkRow, generation), ChunkRow.price.is_not(None))
    parts = [func.coalesce(part, _NOTHING) for part in (ChunkRow.currency, ChunkRow.valid_from, ChunkRow.valid_to)]
    group = [ChunkRow.sku, *(part.label(f"part{number}") for number, part in enumerate(parts))]
    split = (
        select(*group)
        .where(*priced, ChunkRow.sku.in_(came))
        .group_by(ChunkRow.sku, *parts)
        .having(func.min(ChunkRow.price) < func.max(ChunkRow.price))
        .having(func.min(_PLACE) < func.max(_PLACE))
        .order_by(ChunkRow.sku)
        .limit(most)
    )
    with store.engine.connect() as connection:
        groups = {tuple(row) for row in connection.execute(split)}
        if not groups:
            return []
        rows = CHUNKS.add_columns(ChunkRow.price, _PLACE.label("place"), *group).where(
            *priced, ChunkRow.sku.in_({sku for sku, *_ in groups})
        )
        found = connection.execute(rows.order_by(ChunkRow.sku, *parts, DocumentRow.path, ChunkRow.ordinal))
        return [
            (chunk_of(first), chunk_of(last))
            for key, several in groupby(found, key=lambda row: tuple(row[-len(group) :]))
            if key in groups
            for first, last in [_conflict(several)]
        ]


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
