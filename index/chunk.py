"""`Chunk`, the unit that is embedded, searched and cited, and `Locator`, where a person finds it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from index.cell import Cell

Value = str | int | float | bool
"""An attribute of a product: text, a number or a truth value."""


@dataclass(frozen=True, slots=True)
class Locator:
    """A place in the source that a person can open: a page, a sheet and row, or a heading.

    `page` counts from 1 (a slide is a page). `row` is the row number a spreadsheet program shows (the first line of
    a file is row 1); for JSON it is the record's number from 1. Absent parts are None.
    """

    page: int | None = None
    sheet: str | None = None
    row: int | None = None
    heading: str | None = None

    def as_dict(self) -> dict[str, str | int]:
        """The parts that are known, in the wire's names."""
        parts = {"page": self.page, "sheet": self.sheet, "row": self.row, "heading": self.heading}
        return {name: value for name, value in parts.items() if value is not None}

    @classmethod
    def from_dict(cls, parts: Mapping[str, Any]) -> Locator:
        """The inverse of `as_dict`."""
        return cls(parts.get("page"), parts.get("sheet"), parts.get("row"), parts.get("heading"))

    def __str__(self) -> str:
        known = []
        if self.page is not None:
            known.append(f"page {self.page}")
        if self.sheet is not None:
            known.append(f"sheet {self.sheet}")
        if self.row is not None:
            known.append(f"row {self.row}")
        if self.heading is not None:
            known.append(f"“{self.heading}”")
        return ", ".join(known)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of one document, small enough to embed whole.

    `document` is the path relative to the ingested folder, with forward slashes. `title` is the product's name for a
    product row, else the document's own title, "" where it has none: then `label` is what people are shown. `section`
    is the heading path from the outside in. `cells` are those of a product row, in its order, each of which stands in
    `text` as its `line`. `tokens` is the length of `embedded_text` in the embedder's tokens (0: not
    counted).
    """

    id: str
    document: str
    ordinal: int
    text: str
    title: str = ""
    section: tuple[str, ...] = ()
    locator: Locator = Locator()
    attributes: Mapping[str, Value] = field(default_factory=dict)
    tokens: int = 0
    cells: Sequence[Cell] = ()

    @property
    def table(self) -> tuple[str, str | None]:
        """The document and the sheet in it: where the table stands that it is a row of."""
        return self.document, self.locator.sheet

    @property
    def label(self) -> str:
        """The title, or the file's name. The name is not embedded: a file under a new name says what it said."""
        return self.title or readable_name(self.document)

    @property
    def embedded_text(self) -> str:
        """What the embedder reads: the title and heading path in front of the text, unless it opens with them."""
        context = " > ".join(part for part in (self.title, *self.section) if part and part not in self.text[:200])
        return f"{context}\n{self.text}" if context else self.text

    @property
    def content_hash(self) -> str:
        """Hex digest (128 bits) of `embedded_text`; with the embedder's fingerprint, the key of a cached vector."""
        return hashlib.blake2b(self.embedded_text.encode(), digest_size=16).hexdigest()

    @property
    def text_id(self) -> int:
        """The first 63 bits of the content hash: what the vector index calls this text, in every snapshot and home.

        Two different texts among a million share one with a probability of 5e-8.
        """
        return text_id(self.content_hash)


def text_id(content_hash: str) -> int:
    """See `Chunk.text_id`."""
    return int(content_hash[:16], 16) >> 1


def readable_name(path: str) -> str:
    """A file's name as a title: its stem with separators as spaces."""
    stem = PurePosixPath(path).stem
    return re.sub(r"[_\s]+|(?<=[^\W\d])-(?=[^\W\d])", " ", stem).strip() or stem


def chunk_id(collection: str, document: str, key: str, occurrence: int = 0) -> str:
    """A stable identifier: the same key in the same document of the same collection keeps its id.

    `key` is a product row's SKU where it has one, else a content hash; `occurrence` tells equal keys apart (0, 1, ...).
    """
    text = "\x1f".join((collection, document, key, str(occurrence)))
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
