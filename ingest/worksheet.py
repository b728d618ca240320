"""One sheet of an Excel workbook: its XML as rows of cells, streamed; merged ranges and hidden columns found first.

It does not know where the sheet's parts lie. Elements are told by their local names, so that the strict form of the
standard reads alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO, Any

from ingest.cells import cell_text, iso_text, number_text
from ingest.sheet import Merges, Row

BLOCK = 1 << 20
OVERLAP = 4 << 10
"""Bytes of a block looked at again with the next, so that nothing is missed on the border."""
MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
COLUMN = re.compile(rb"<(?:\w+:)?col ([^>]*)>")
NO_WIDTH = re.compile(rb'\b(?:hidden="(?:1|true)"|width="0(?:\.0*)?")')
WIDEST = 16_384


@dataclass(frozen=True, slots=True)
class Style:
    """What of a cell's style matters: its number format and whether its font is struck through."""

    code: str = "General"
    struck: bool = False


@dataclass(slots=True)
class Texts:
    """The shared texts by number, and of those with struck runs what is struck."""

    shown: list[str] = field(default_factory=list)
    struck: dict[int, str] = field(default_factory=dict)


def streamed(file: IO[bytes], names: Sequence[str]) -> Iterator[Any]:
    """The elements of these local names as they end, each emptied afterwards. Raises what lxml raises."""
    from lxml import etree  # type: ignore[import-untyped]

    tags = tuple(f"{{*}}{name}" for name in names)
    with file:
        looked = False
        for _, element in etree.iterparse(file, tag=tags, resolve_entities=False, no_network=True, huge_tree=True):
            if not looked and element.getroottree().docinfo.internalDTD is not None:
                raise ValueError("it declares entities, as no workbook does")
            looked = True
            yield element
            element.clear()
            while (before := element.getprevious()) is not None:
                before.getparent().remove(before)


def local(element: Any) -> str:
    """An element's name without its namespace; "" of a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """An attribute by its local name; "" where it is absent."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def is_on(value: str | None) -> bool:
    """Whether an attribute says yes."""
    return value in ("1", "true", "on")


def rich_text(element: Any) -> tuple[str, str]:
    """(text, struck text) of a text that may consist of runs; readings of Chinese characters are no part of it."""
    shown: list[str] = []
    struck: list[str] = []
    for child in element:
        name = local(child)
        if name == "t":
            shown.append(child.text or "")
        elif name == "r":
            marks = {local(mark): mark.get("val", "1") for part in child if local(part) == "rPr" for mark in part}
            text = "".join(part.text or "" for part in child if local(part) == "t")
            (struck if is_on(marks.get("strike")) and text.strip() else shown).append(text)
    return "".join(shown), "".join(struck)


def prescan(file: IO[bytes]) -> tuple[Merges, tuple[tuple[int, int], ...]]:
    """(merged ranges, hidden columns), which stand behind the rows and before them."""
    merges = Merges()
    hidden: set[tuple[int, int]] = set()
    before = b""
    with file:
        while block := file.read(BLOCK):
            text = before + block
            for found in MERGED.finditer(text):
                left, top, right, bottom = found.groups()
                merges.add(int(top), _column(left.decode()), int(bottom), _column(right.decode()))
            if b"col " in text:
                for column in COLUMN.finditer(text):
                    ends = [re.search(rb'\b%s="(\d+)"' % name, column[1]) for name in (b"min", b"max")]
                    if NO_WIDTH.search(column[1]) and ends[0] and ends[1]:
                        hidden.add((int(ends[0][1]) - 1, min(int(ends[1][1]), WIDEST) - 1))
            before = text[-OVERLAP:]
    for row, spans in merges.sideways.items():
        merges.sideways[row] = sorted(set(spans))
    return merges, tuple(sorted(hidden))


def read_rows(file: IO[bytes], texts: Texts, styles: Sequence[Style], since_1904: bool) -> Iterator[Row]:
    """The rows in order; row and cell numbers that the file leaves out are counted on."""
    read = _Cells(texts, styles, since_1904)
    number = 0
    for element in streamed(file, ("row",)):
        told = element.get("r")
        number = int(told) if told else number + 1
        hidden = is_on(element.get("hidden")) or element.get("ht") in ("0", "0.0")
        yield read.row(number, element, hidden)


class _Cells:
    """Reads the cells of a row under the workbook's texts and styles."""

    def __init__(self, texts: Texts, styles: Sequence[Style], since_1904: bool) -> None:
        self._texts, self._since_1904 = texts, since_1904
        self._plain = Style()
        self._styles = {str(number): style for number, style in enumerate(styles)}

    def row(self, number: int, element: Any, hidden: bool) -> Row:
        """A row with blank cells where the file leaves some out."""
        row = Row(number, hidden=hidden)
        cells = row.cells
        for cell in element:
            if local(cell) != "c":
                continue
            place = cell.get("r")
            column = len(cells) if place is None else _column(place.rstrip("0123456789").upper())
            text = self._text(cell, column, row)
            style = self._styles.get(cell.get("s", "0"), self._plain)
            if style.struck and text.strip():
                row.struck[column] = text
                text = ""
            if column == len(cells):
                cells.append(text)
            elif 0 <= column < WIDEST:
                row.put(column, text)
        while cells and not cells[-1]:
            cells.pop()
        return row

    def _text(self, cell: Any, column: int, row: Row) -> str:
        kind = cell.get("t", "n")
        value = inline = None
        formula = False
        for child in cell:
            name = local(child)
            if name == "v":
                value = child
            elif name == "f":
                formula = True
            elif name == "is":
                inline = child
        if inline is not None:
            text, struck = rich_text(inline)
            if struck:
                row.struck[column] = cell_text(struck)
            return cell_text(text)
        text = "" if value is None else value.text or ""
        if formula and (value is None or (kind != "str" and not text)):
            row.uncalculated.append(column)
        if not text:
            return ""
        if kind == "s":
            place = int(text)
            if place in self._texts.struck:
                row.struck[column] = self._texts.struck[place]
            return self._texts.shown[place]
        if kind == "n":
            return self._number(text, cell.get("s", "0"))
        if kind == "b":
            return "TRUE" if is_on(text) else "FALSE"
        return iso_text(text) if kind == "d" else cell_text(text)

    def _number(self, text: str, style: str) -> str:
        try:
            value = float(text) if "." in text or "e" in text or "E" in text else int(text)
        except ValueError:
            return text
        return number_text(value, self._styles.get(style, self._plain).code, since_1904=self._since_1904)


@lru_cache(1024)
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
