"""Rows of one table that share a name, one for each size or colour: what tells them apart, and which are meant.

It compares rows as they stand; it does not know which of them are cheap or in stock.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from answer.lookup import is_sized, named, unsized
from answer.words import words
from index.cell import Cell
from index.chunk import Chunk
from index.lexicon import folded
from index.text.letters import fold
from index.text.naming import VARIANTS
from index.text.quantities import quantities

_SAME = frozenset(
    (
        *("name", "price", "stock", "currency", "category"),
        *("valid_from", "valid_to", "sale_from", "sale_to", "sale_days"),
    )
)
"""Roles that say nothing of which variant a row is; a SKU does where nothing else differs."""
MOST = 2
"""Columns that are told to tell two rows apart."""


def are_variants(one: Chunk, other: Chunk) -> bool:
    """Whether two rows of one table are of the same name and of another size, colour, ...: each has its own price."""
    return one.id != other.id and _place(one) == _place(other) and bool(_apart([one, other]))


def told_apart(query: str, row: Chunk, rows: Sequence[Chunk]) -> dict[str, str]:
    """The variants of a row among others, in the order of their table: id -> what tells it from them ("size 42").

    Where the question says that of some ("in size 42"), only those; {} where the row stands alone.
    """
    among = {other.id: other for other in rows if other.id == row.id or are_variants(row, other)}
    if len(among) < 2:
        return _named_apart(query, row, rows)
    ordered = sorted(among.values(), key=lambda chunk: chunk.locator.row or 0)
    headers = _apart(ordered)
    meant = {chunk.id: sum(_says(query, cell) for cell in _cells(chunk, headers)) for chunk in ordered}
    most = max(meant.values())
    kept = [chunk for chunk in ordered if meant[chunk.id] == most]
    return {chunk.id: ", ".join(map(_called, _cells(chunk, headers[:MOST]))) for chunk in kept}


def _named_apart(query: str, row: Chunk, rows: Sequence[Chunk]) -> dict[str, str]:
    """The same for rows whose names themselves end in another size or colour ("Rain suit M"): id -> "".

    Where the question names one of them in full or states a measure, the row stands alone.
    """
    kind = _kind(row)
    among = {other.id: other for other in (row, *rows) if _place(other)[:3] == _place(row)[:3] and _kind(other) == kind}
    said = set(words(folded(fold(query))))
    names = {id: set(words(folded(fold(str(other.attributes.get("name") or ""))))) for id, other in among.items()}
    if len(among) < 2 or is_sized(query) or any(named(query, among[id]) and names[id] <= said for id in among):
        return {}
    shared = set.intersection(*names.values())
    meant = {id: len(said & own - shared) for id, own in names.items()}
    ordered = sorted(among, key=lambda id: among[id].locator.row or 0)
    return {id: "" for id in ordered if meant[id] == max(meant.values())}


def _kind(chunk: Chunk) -> str:
    """A row's name without its measures and the sizes and colours at its end; its own id where it has no name."""
    rest = unsized(fold(str(chunk.attributes.get("name") or ""))).split()
    while rest and (not re.search(r"\w", rest[-1]) or rest[-1].strip("(),;-") in VARIANTS):
        rest.pop()
    return " ".join(rest).strip(" (),;-") or chunk.id


def variants_among(rows: Sequence[Chunk]) -> dict[str, str]:
    """What tells those of some rows apart that share a name: id -> "size 42"."""
    found: dict[str, str] = {}
    for row in rows:
        alike = [other for other in rows if _place(other) == _place(row)]
        if row.id not in found and len(alike) > 1:
            headers = _apart(alike)[:MOST]
            found |= {one.id: ", ".join(map(_called, _cells(one, headers))) for one in alike}
    return found


def _place(chunk: Chunk) -> tuple[object, ...]:
    name = fold(str(chunk.attributes.get("name") or ""))
    return (chunk.document, chunk.locator.sheet, chunk.section, name) if name else (chunk.id,)


def _apart(rows: Sequence[Chunk]) -> list[str]:
    """The headers under which not all of the rows say the same, those with the most different values first."""
    said = [{cell.header: cell.text for cell in row.cells if cell.role not in _SAME} for row in rows]
    differing = {header: len({one.get(header, "") for one in said}) for one in said for header in one}
    keys = {cell.header for row in rows for cell in row.cells if cell.role == "sku"}
    found = [header for header, count in differing.items() if count > 1 and header not in keys]
    return sorted(found, key=lambda header: -differing[header]) or [key for key in keys if differing.get(key, 0) > 1]


def _cells(chunk: Chunk, headers: Sequence[str]) -> list[Cell]:
    return [cell for header in headers for cell in chunk.cells if cell.header == header]


def _says(query: str, cell: Cell) -> bool:
    """Whether a question has all words of a cell, or all its measures: "2.4 m" of "2.4 m, medium"."""
    value, sizes = set(words(folded(fold(cell.text)))), _measures(cell.text)
    return bool(value and value <= set(words(folded(fold(query))))) or bool(sizes and sizes <= _measures(query))


@lru_cache(1024)
def _measures(text: str) -> frozenset[tuple[str, Decimal]]:
    return frozenset((found.dimension, found.value) for found in quantities(text))


def _called(cell: Cell) -> str:
    header = cell.header.split(" / ")[-1]
    return f"{header.lower() if header.istitle() else header} {cell.text}"
