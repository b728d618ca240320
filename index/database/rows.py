"""A chunk as a row: how it is written, read back, and told from another.

Columns that repeat what the chunk says follow from it here, and nowhere else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import select

from index.cell import UNIT, packed, unpacked
from index.chunk import Chunk, Locator, text_id
from index.database.tables import DATES, FOLDED, NUMBERS, ChunkRow, DocumentRow
from index.text.letters import fold
from index.text.measures import MEASURES_VERSION, UNCOMPARED, measure_key, measures
from index.text.naming import NAMES

PAGE = 5_000
"""Rows that are read or written at a time."""

CHUNKS = select(
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
    ChunkRow.cells,
).join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
"""What `chunk_of` needs of each chunk."""


def chunk_of(row: Any) -> Chunk:
    """The chunk that a row of `CHUNKS` is."""
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
        cells=unpacked(row.cells),
    )


SAID = select(ChunkRow.text_id, ChunkRow.text, ChunkRow.title, ChunkRow.section, ChunkRow.attributes, ChunkRow.cells)
"""What `said_of` needs of each chunk."""


def said_of(row: Any) -> Chunk:
    """What a row of `SAID` says, for whoever makes terms of it: no place, and only the cells that have a unit."""
    measured = unpacked([cell for cell in row.cells if len(cell) > UNIT and cell[UNIT]])
    return Chunk("", "", 0, row.text, row.title, tuple(row.section), attributes=row.attributes, cells=measured)


def place(row: Any) -> str:
    """Where a person finds what a row with a `locator` says; "" where nothing is known but the document."""
    return str(Locator.from_dict(row.locator))


def row_of(chunk: Chunk, signed: str = "") -> dict[str, Any]:
    """A chunk's columns but for those of its collection, its document and its generations; `signed` is its signature
    where that is known."""
    return {
        "uid": chunk.id,
        "ordinal": chunk.ordinal,
        "title": chunk.title,
        "section": list(chunk.section),
        "text": chunk.text,
        "locator": chunk.locator.as_dict(),
        "attributes": dict(chunk.attributes),
        "measures": {**measures(_as_read(chunk)), **_uncompared(chunk)},
        "tokens": chunk.tokens,
        "cells": orjson.Fragment(packed(chunk.cells)),
        **derived(chunk, signed),
    }


def derived(chunk: Chunk, signed: str = "") -> dict[str, Any]:
    """The columns that follow from the others, and by which rows are found and compared."""
    values, content_hash = chunk.attributes, chunk.content_hash
    return {
        "content_hash": content_hash,
        "text_id": text_id(content_hash),
        "signature": signed or signature(chunk),
        **{name: fold(str(values[name])) if name in values else None for name in FOLDED},
        **({"name": fold(_names(chunk))} if "name" in values else {}),
        **{name: values.get(name) for name in (*NUMBERS, *DATES)},
        **({} if "stock" in values else _availability(chunk)),
    }


def _names(chunk: Chunk) -> str:
    """All that a product is called, in every language that its row has it in; the best name first."""
    others = [cell.text for cell in chunk.cells if cell.role == "name"]
    return NAMES.join(dict.fromkeys((str(chunk.attributes["name"]), *others)))


def _as_read(chunk: Chunk) -> Mapping[str, object]:
    """The attributes, with numbers as they were read under their column's convention."""
    attributes = chunk.attributes
    numbers = {
        cell.header: cell.value
        for cell in chunk.cells
        if type(cell.value) is float and cell.role != "price" and cell.header in attributes
    }
    return {**attributes, **numbers} if numbers else attributes


def _uncompared(chunk: Chunk) -> dict[str, float]:
    """The marks of cells that stand where others can be compared, and say nothing that can: a price "from 49"."""
    priced = "price" in chunk.attributes or not any(cell.role == "price" and cell.chosen for cell in chunk.cells)
    return {} if priced else {measure_key("price", UNCOMPARED): 1.0}


def _availability(chunk: Chunk) -> dict[str, float]:
    """The stock of a row that says only whether there is any, as filters compare it: 1 or 0."""
    for cell in chunk.cells:
        if cell.role == "stock" and cell.chosen and isinstance(cell.value, bool):
            return {"stock": float(cell.value)}
    return {}


def signature(chunk: Chunk) -> str:
    """A hash of everything that is served of a chunk but its ordinal (which shifts when a neighbour appears), and of
    how measures are read."""
    said = (MEASURES_VERSION, chunk.title, chunk.section, chunk.text, orjson.Fragment(packed(chunk.cells)))
    content = (*said, chunk.locator.as_dict(), dict(chunk.attributes))
    return hashlib.blake2b(orjson.dumps(content), digest_size=16).hexdigest()


def key(chunk: Chunk) -> bytes:
    """Identity (10 bytes) and content (16 bytes) of a chunk, as `Store.living` keys it."""
    return bytes.fromhex(chunk.id + signature(chunk))
