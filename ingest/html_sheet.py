"""A web page that a program wrote under a workbook's name: its tables and texts as the rows of one sheet, one below the
other, as a spreadsheet program opens it.

What the page hides (`display:none`) is hidden, what it strikes through is struck through. A table inside a cell is read
instead of the table around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.encodings import read_declared
from ingest.markup import parsed, span, tidy_lines
from ingest.pageshown import is_hidden, is_struck, struck_classes
from ingest.sheet import Merges, Row, Sheet

SILENT = frozenset(("script", "style", "head", "title", "colgroup", "col", "noscript", "template", "xml"))
BREAKS = frozenset(("br", "p", "div", "li"))
MOST_SPANNED = 1000


def read_html_sheet(path: Path) -> Iterator[Sheet]:
    """The one sheet of a page. Raises `Refused`, `OSError`."""
    root = parsed(read_declared(path))
    page = _Page(root)
    if root is not None:
        page.read(root)
    yield Sheet(None, False, iter(page.rows), page.merges, tuple(page.hidden_columns))


class _Page:
    """Collects the rows of a page."""

    def __init__(self, root: Any) -> None:
        self._struck = set() if root is None else set(struck_classes(root))
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
                    self._loose(self._text(child)[0])
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
                self._loose(self._text(part)[0])
            elif part.find(".//table") is not None:
                self.read(part)
            else:
                self._row(part)

    def _hide_columns(self, table: Any) -> None:
        column = 0
        for mark in table.iter("col"):
            last = column + span(mark, "span", MOST_SPANNED) - 1
            if is_hidden(mark):
                self.hidden_columns.append((column, last))
            column = last + 1

    def _row(self, node: Any) -> None:
        self._number += 1
        row = Row(self._number, hidden=is_hidden(node))
        above, self._above = self._above, {column: left - 1 for column, left in self._above.items() if left > 1}
        for cell in node.iterchildren("td", "th"):
            while len(row.cells) in above:
                row.cells.append("")
            column = len(row.cells)
            wide, high = (span(cell, name, MOST_SPANNED) for name in ("colspan", "rowspan"))
            text, gone = ("", "") if is_hidden(cell) else self._text(cell)
            if gone:
                row.struck[column] = gone
            row.cells += [text, *[""] * (wide - 1)]
            if high > 1:
                self._above |= dict.fromkeys(range(column, column + wide), high - 1)
            self.merges.add(self._number, column, self._number + high - 1, column + wide - 1)
        self.rows.append(row)

    def _text(self, node: Any) -> tuple[str, str]:
        """(text, struck text) of a node, line breaks kept."""
        shown: list[str] = []
        struck: list[str] = []
        self._walk(node, is_struck(node, self._struck), shown, struck)
        return tidy_lines(shown), tidy_lines(struck)

    def _walk(self, node: Any, through: bool, shown: list[str], struck: list[str]) -> None:
        (struck if through else shown).append(node.text or "")
        for child in node:
            if isinstance(child.tag, str) and child.tag not in SILENT and not is_hidden(child):
                if child.tag in BREAKS:
                    shown.append("\x1e")
                self._walk(child, through or is_struck(child, self._struck), shown, struck)
            (struck if through else shown).append(child.tail or "")
