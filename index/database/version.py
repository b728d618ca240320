"""`Version`: a document's state in a generation: the bytes that were read, by which reader, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from index.database.rows import place
from index.text.letters import fold


@dataclass(frozen=True, slots=True)
class Version:
    """The fields are those of `VersionRow`."""

    document_id: int
    path: str
    format: str
    title: str
    file_hash: str
    reader: str
    rows_seen: int
    chunks: int
    rows_refused: tuple[tuple[str, str, str], ...]
    refused: str | None
    retry: bool
    findings: tuple[tuple[str, ...], ...] = ()

    def without(self, rows: Sequence[Any], *, whole: bool) -> Version:
        """Less some of its chunks (rows with `sku`, `name` and `locator`), and less what was found in those; of a
        whole document its words go too."""
        left = self.chunks - len(rows)
        if whole:
            return replace(self, title="", chunks=left, rows_refused=(), findings=())
        places = {place(row) for row in rows}
        words = {word for row in rows for word in (row.sku, row.name) if word}
        named = [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in words]

        def tells(finding: tuple[str, ...]) -> bool:
            return bool(places & set(finding)) or any(word.search(fold(part)) for part in finding for word in named)

        return replace(self, chunks=left, findings=tuple(one for one in self.findings if not tells(one)))
