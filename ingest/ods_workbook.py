"""An OpenDocument sheet (.ods): its tables as rows of cells, streamed.

A cell's text is written as it is shown, number format applied; only dates are read from their value, so that they read
alike everywhere. Repeated rows and columns are counted, not copied, where they are blank.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.archive import members
from ingest.cells import iso_text
from ingest.document import Refused
from ingest.sheet import Merges, Row, Sheet
from ingest.workbook import damage_refused
from ingest.worksheet import WIDEST, attribute, local, streamed

LARGEST = 256 << 20
"""Bytes of the unpacked content, of which a table is held in memory."""
MOST_REPEATED = 1000
"""Equal rows with content that follow one another; more is a fill down to the end of the sheet."""
UNSHOWN = frozenset(("annotation", "tracked-changes"))


def read_ods(path: Path) -> Iterator[Sheet]:
    """The sheets in order. Raises `Refused`."""
    sizes = members(path)
    if sizes.get("content.xml", 0) > LARGEST:
        raise Refused("the sheet unpacks to more than 256 MiB; save it as .xlsx")
    with damage_refused(), zipfile.ZipFile(path) as archive:
        styles = _Styles()
        if "styles.xml" in sizes:
            for element in streamed(archive.open("styles.xml"), ("styles",)):
                styles.read(element)
        for element in streamed(archive.open("content.xml"), ("automatic-styles", "table")):
            if local(element) == "automatic-styles":
                styles.read(element)
            elif not any(local(above) == "table" for above in element.iterancestors()):
                yield _sheet(element, styles)


class _Styles:
    """Which styles hide and which strike through."""

    def __init__(self) -> None:
        self.hidden: set[str] = set()
        self.struck: set[str] = set()

    def read(self, node: Any) -> None:
        """Take in the styles of the file."""
        for style in node:
            name = attribute(style, "name")
            if attribute(style, "parent-style-name") in self.struck:
                self.struck.add(name)
            for mark in style:
                if attribute(mark, "display") == "false":
                    self.hidden.add(name)
                through = attribute(mark, "text-line-through-style")
                if through == "none":
                    self.struck.discard(name)
                elif through:
                    self.struck.add(name)


def _sheet(table: Any, styles: _Styles) -> Sheet:
    merges = Merges()
    columns: list[tuple[int, int]] = []
    rows: list[Row] = []
    column = number = 0
    for node in table.iter():
        name = local(node)
        if name == "table-column":
            last = column + _count(node, "number-columns-repeated") - 1
            if attribute(node, "visibility") in ("collapse", "filter"):
                columns.append((column, min(last, WIDEST)))
            column = last + 1
        elif name == "table-row" and next(node.iterancestors(table.tag)) is table:
            times = _count(node, "number-rows-repeated")
            row = _row(node, number + 1, styles, merges)
            if any(row.cells) or row.struck:
                rows.append(row)
                copies = range(number + 2, number + 1 + min(times, MOST_REPEATED))
                rows += [Row(copy, list(row.cells), row.hidden, row.struck) for copy in copies]
            number += times
    hidden = attribute(table, "style-name") in styles.hidden
    return Sheet(attribute(table, "name"), hidden, iter(rows), merges, tuple(columns))


def _row(node: Any, number: int, styles: _Styles, merges: Merges) -> Row:
    row = Row(number, hidden=attribute(node, "visibility") in ("collapse", "filter"))
    blank = 0
    for cell in node:
        if local(cell) not in ("table-cell", "covered-table-cell"):
            continue
        times = _count(cell, "number-columns-repeated")
        text, gone = _text(cell, styles)
        if not text and not gone:
            blank += times
            continue
        row.cells += [""] * min(blank, WIDEST)
        blank = 0
        column = len(row.cells)
        wide, high = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
        merges.add(number, column, number + high - 1, column + wide - 1)
        for place in range(column, column + min(times, MOST_REPEATED)):
            row.cells.append(text)
            if gone:
                row.struck[place] = gone
    return row


def _text(cell: Any, styles: _Styles) -> tuple[str, str]:
    """(text, struck text) of a cell."""
    if local(cell) == "covered-table-cell":
        return "", ""
    through = attribute(cell, "style-name") in styles.struck
    parts: list[tuple[str, bool]] = []
    for paragraph in (child for child in cell if local(child) in ("p", "list")):
        if parts:
            parts.append(("\n", False))
        _runs(paragraph, through, styles, parts)
    shown = "".join(text for text, gone in parts if not gone).strip()
    if shown and attribute(cell, "value-type") == "date":
        shown = iso_text(attribute(cell, "date-value")) or shown
    return shown, "".join(text for text, gone in parts if gone).strip()


def _runs(node: Any, through: bool, styles: _Styles, parts: list[tuple[str, bool]]) -> None:
    parts.append((node.text or "", through))
    for child in node:
        name = local(child)
        if name == "s":
            parts.append((" " * _count(child, "c"), through))
        elif name == "line-break":
            parts.append(("\n", through))
        elif name and name not in UNSHOWN:
            _runs(child, through or attribute(child, "style-name") in styles.struck, styles, parts)
        parts.append((child.tail or "", through))


def _count(node: Any, name: str) -> int:
    value = attribute(node, name)
    return max(1, int(value)) if value.isdecimal() else 1
