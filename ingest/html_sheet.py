"""A web page that a program wrote under a workbook's name: its tables and texts as the rows of one sheet, one below the
other, as a spreadsheet program opens it.

What the page hides (`display:none`) is hidden, what it strikes through is struck through. A table inside a cell is read
instead of the table around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.document import Refused
from ingest.page import decoded
from ingest.sheet import Merges, Row, Sheet

SILENT = frozenset(("script", "style", "head", "title", "colgroup", "col", "noscript", "template", "xml"))
STRUCK = frozenset(("s", "strike", "del"))
BREAKS = frozenset(("br", "p", "div", "li"))
MOST_SPANNED = 1000


def read_html_sheet(path: Path) -> Iterator[Sheet]:
    """The one sheet of a page. Raises `Refused`, `OSError`."""
    from lxml import etree  # type: ignore[import-untyped]
    from lxml import html as parser

    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decoded(path).replace("\x00", ""))
    reading = parser.HTMLParser(huge_tree=True)
    try:
        root = parser.document_fromstring(text, parser=reading)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Refused(f"its HTML cannot be read: {error}") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in reading.error_log):
        raise Refused("its HTML is nested too deeply to be read")
    page = _Page()
    page.read(root)
    yield Sheet(None, False, iter(page.rows), page.merges, tuple(page.hidden_columns))


class _Page:
    """Collects the rows of a page."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.merges = Merges()
        self.hidden_columns: list[tuple[int, int]] = []
        self._number = 0
        self._above: dict[int, int] = {}
        """Column -> rows still spanned by a cell above."""

    def read(self, node: Any) -> None:
        """Everything below a node, in order."""
        self._loose(node.text)
        for child in node:
            if isinstance(child.tag, str) and child.tag.rpartition(":")[2] not in SILENT:
                if child.tag == "table":
                    self._table(child)
                elif child.find(".//table") is not None:
                    self.read(child)
                else:
                    self._loose(_text(child)[0])
            self._loose(child.tail)

    def _loose(self, text: str | None) -> None:
        """Words outside of tables are a row of one cell."""
        if text and text.strip():
            self._number += 1
            self.rows.append(Row(self._number, [" ".join(text.split())]))

    def _table(self, table: Any) -> None:
        if self.rows:
            self._number += 1  # a blank line parts tables
        self._above = {}
        self._hide_columns(table)
        for part in table.iter("tr", "caption"):
            if next(part.iterancestors("table"), None) is not table:
                continue
            if part.tag == "caption":
                self._loose(_text(part)[0])
            elif part.find(".//table") is not None:
                self.read(part)
            else:
                self._row(part)

    def _hide_columns(self, table: Any) -> None:
        column = 0
        for mark in table.iter("col"):
            last = column + _span(mark, "span") - 1
            if _is_hidden(mark):
                self.hidden_columns.append((column, last))
            column = last + 1

    def _row(self, node: Any) -> None:
        self._number += 1
        row = Row(self._number, [], hidden=_is_hidden(node))
        struck: dict[int, str] = {}
        above, self._above = self._above, {column: left - 1 for column, left in self._above.items() if left > 1}
        for cell in node.iterchildren("td", "th"):
            while len(row.cells) in above:
                row.cells.append("")
            column, wide, high = len(row.cells), _span(cell, "colspan"), _span(cell, "rowspan")
            text, gone = ("", "") if _is_hidden(cell) else _text(cell)
            if gone:
                struck[column] = gone
            row.cells += [text, *[""] * (wide - 1)]
            if high > 1:
                self._above |= dict.fromkeys(range(column, column + wide), high - 1)
            self.merges.add(self._number, column, self._number + high - 1, column + wide - 1)
        row.struck = struck or None
        self.rows.append(row)


def _text(node: Any) -> tuple[str, str]:
    """(text, struck text) of a node, line breaks kept."""
    shown: list[str] = []
    struck: list[str] = []
    _walk(node, _is_struck(node), shown, struck)
    return _tidy(shown), _tidy(struck)


def _walk(node: Any, through: bool, shown: list[str], struck: list[str]) -> None:
    (struck if through else shown).append(node.text or "")
    for child in node:
        if isinstance(child.tag, str) and child.tag not in SILENT and not _is_hidden(child):
            if child.tag in BREAKS:
                shown.append("\x1e")
            _walk(child, through or _is_struck(child), shown, struck)
        (struck if through else shown).append(child.tail or "")


def _tidy(parts: list[str]) -> str:
    text = re.sub(r"[^\S\x1e]+", " ", "".join(parts))
    return re.sub(r"\s*\x1e[\s\x1e]*", "\n", text).strip()


def _span(node: Any, name: str) -> int:
    value = (node.get(name) or "1").strip()
    return min(max(1, int(value)), MOST_SPANNED) if value.isdecimal() else 1


def _style(node: Any) -> str:
    return re.sub(r"\s+", "", node.get("style") or "").lower()


def _is_hidden(node: Any) -> bool:
    return "display:none" in _style(node) or node.get("hidden") is not None


def _is_struck(node: Any) -> bool:
    return node.tag in STRUCK or "line-through" in _style(node)
