"""`Exposed`: rows of whatever generation that say what the settings hold back, as they were read before they did.

Rows are judged by the headers of their cells; text that a document's table gave, by the labels in it. Nothing is
changed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from index.database.rows import PAGE
from index.database.store import Store
from index.database.tables import ChunkRow, DocumentRow, VersionRow
from ingest.declared import Declared, TableOptions
from ingest.private import is_private, private_places

LABELS = re.compile(r"[\n|;；:：]")
"""What stands between the labels and values of a table that became text."""

FEW = 1_000
"""Documents that a query can name; of more, every row is looked at."""


@dataclass(frozen=True, slots=True)
class Exposed:
    """A row, by its database id, its document's path and its generations, and the names under which it says it."""

    id: int
    path: str
    born: int
    died: int | None
    names: tuple[str, ...]


def exposed(store: Store, collection_id: int, declared: Declared, *, every: bool = False) -> Iterator[Exposed]:
    """The exposed rows of a collection, of documents that were read by other rules; with `every`, of all."""
    options = declared.of("")
    stale, unread = _documents(store, collection_id, declared, options.privacy)
    if not stale and not every:
        return
    said = (ChunkRow.id, ChunkRow.document_id, ChunkRow.text, ChunkRow.cells, ChunkRow.locator)
    statement = (
        select(*said, ChunkRow.born, ChunkRow.died, DocumentRow.path)
        .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
        .where(ChunkRow.collection_id == collection_id)
    )
    if not every and len(stale) <= FEW:
        statement = statement.where(ChunkRow.document_id.in_(stale))
    with store.engine.connect() as connection:
        for row in connection.execution_options(yield_per=PAGE).execute(statement):
            if not every and row.document_id not in stale:
                continue
            by_text = row.document_id in stale and (row.died is not None or row.document_id in unread)
            if names := _names(row, declared, options, by_text=by_text):
                yield Exposed(row.id, row.path, row.born, row.died, names)


def _documents(store: Store, collection_id: int, declared: Declared, privacy: str) -> tuple[set[int], set[int]]:
    """The documents of which some version was read by other rules, and those whose present file could not be read."""
    statement = (
        select(VersionRow.document_id, VersionRow.reader, VersionRow.refused, VersionRow.died, DocumentRow.path)
        .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
        .where(DocumentRow.collection_id == collection_id)
    )
    stale: set[int] = set()
    unread: set[int] = set()
    with store.engine.connect() as connection:
        for row in connection.execute(statement):
            if f"+private-{privacy}" not in row.reader or declared.private_file(row.path):
                stale.add(row.document_id)
            if row.refused is not None and row.died is None:
                unread.add(row.document_id)
    return stale, unread


def _names(row: Any, declared: Declared, options: TableOptions, *, by_text: bool) -> tuple[str, ...]:
    if declared.private_file(row.path):
        return ("the file",)
    if options.holds_back(row.locator.get("sheet")):
        return (f"sheet {row.locator['sheet']}",)
    headers = tuple(str(cell[0]) for cell in row.cells)
    if headers:
        return tuple(headers[place] for place in sorted(private_places(headers, options)))
    labels = map(str.strip, LABELS.split(row.text)) if by_text else ()
    return tuple(dict.fromkeys(label for label in labels if is_private(label, options)))
