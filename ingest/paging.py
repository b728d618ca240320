"""How a page of chunks travels between processes: as plain tuples, which pickle several times as fast as the chunks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from index.cell import PackedCells
from index.cell import packed as packed_cells
from index.chunk import Chunk, Locator

Packed = list[tuple[tuple[Any, ...], tuple[Any, ...], bytes]]

APART = ("locator", "cells")
PARTS = attrgetter(*(field.name for field in fields(Chunk) if field.name not in APART))
PLACE = attrgetter(*(field.name for field in fields(Locator)))
BEFORE = [field.name for field in fields(Chunk)].index("locator")


def packed(chunks: Sequence[Chunk]) -> Packed:
    """(all other fields, those of the locator, the cells) of each chunk."""
    return [(PARTS(chunk), PLACE(chunk.locator), packed_cells(chunk.cells)) for chunk in chunks]


def unpacked(packed: Packed) -> list[Chunk]:
    """The inverse of `packed`."""
    return [
        Chunk(*(*parts[:BEFORE], Locator(*place), *parts[BEFORE:], PackedCells(cells)))
        for parts, place, cells in packed
    ]
