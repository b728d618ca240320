"""An Excel 2003 XML workbook (SpreadsheetML, named .xls or .xml): its sheets as rows of cells.

A cell is written with its value and not as it is shown; its style's number format is applied as in other workbooks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ingest.cells import cell_text, iso_text
from ingest.document import Refused
from ingest.sheet import Merges, Row, Sheet
from ingest.workbook import damage_refused
from ingest.worksheet import Style, attribute, is_on, local

LARGEST = 256 << 20
"""Bytes; the file is held in memory."""
NAMED = {
    "General Number": "General",
    "Standard": "#,##0.00",
    "Fixed": "0.00",
    "Percent": "0.00%",
    "Scientific": "0.00E+00",
    "Currency": "0.00",
    "Euro Currency": '0.00 "€"',
}
"""Number formats that are written by a name."""


def read_xml_workbook(path: Path) -> Iterator[Sheet]:
    """The sheets in order. Raises `Refused`, `OSError`."""
    from lxml import etree  # type: ignore[import-untyped]

    if path.stat().st_size > LARGEST:
        raise Refused("the workbook is larger than any of its kind; save it as .xlsx")
    with damage_refused():
        with path.open("rb") as file:
            root = etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)).getroot()
        styles = _styles(root)
        for number, sheet in enumerate((node for node in root if local(node) == "Worksheet"), start=1):
            yield _sheet(sheet, attribute(sheet, "Name") or f"Sheet{number}", styles)


def _sheet(node: Any, name: str, styles: dict[str, Style]) -> Sheet:
    hidden = any(local(mark) == "Visible" and (mark.text or "").startswith("Sheet") for mark in node.iter())
    table = next((child for child in node if local(child) == "Table"), ())
    merges = Merges()
    columns: list[tuple[int, int]] = []
    rows: list[Row] = []
    column = number = 0
    for child in table:
        if local(child) == "Column":
            column = _index(child, column)
            last = column + int(attribute(child, "Span") or 0)
            if is_on(attribute(child, "Hidden")):
                columns.append((column - 1, last - 1))
            column = last
        elif local(child) == "Row":
            number = _index(child, number)
            rows.append(_row(child, number, styles, merges))
    return Sheet(name, hidden, iter(rows), merges, tuple(columns))


def _row(node: Any, number: int, styles: dict[str, Style], merges: Merges) -> Row:
    row = Row(number, hidden=is_on(attribute(node, "Hidden")))
    for cell in node:
        if local(cell) != "Cell":
            continue
        column = _index(cell, len(row.cells)) - 1
        wide, high = (int(attribute(cell, name) or 0) for name in ("MergeAcross", "MergeDown"))
        merges.add(number, column, number + high, column + wide)
        style = styles.get(attribute(cell, "StyleID") or attribute(node, "StyleID") or "Default", Style())
        data = next((part for part in cell if local(part) == "Data"), None)
        gone = "" if data is None else _without_struck(data)
        text = "" if data is None else _text(data, style.code)
        if style.struck and text.strip():
            gone, text = text, ""
        if gone:
            row.struck[column] = gone
        row.put(column, text)
        row.cells += [""] * wide
    return row


def _without_struck(data: Any) -> str:
    """Take the struck runs (`<S>`) out of a cell's data; their text."""
    gone = []
    for run in [node for node in data.iter() if local(node) == "S"]:
        gone.append("".join(run.itertext()))
        run.text = None
        del run[:]
    return "".join(gone).strip()


def _text(data: Any, code: str) -> str:
    text = "".join(data.itertext())
    kind = attribute(data, "Type")
    if kind == "Number":
        with suppress(ValueError):
            return cell_text(float(text), code)
    elif kind == "Boolean":
        return cell_text(is_on(text))
    return iso_text(text) if kind == "DateTime" else text


def _styles(root: Any) -> dict[str, Style]:
    """Style's name -> style; what one does not say its parent does."""
    styles = {"Default": Style()}
    for node in (style for group in root if local(group) == "Styles" for style in group if local(style) == "Style"):
        parent = styles.get(attribute(node, "Parent") or "Default", Style())
        code, struck = parent.code, parent.struck
        for mark in node:
            if local(mark) == "NumberFormat":
                written = attribute(mark, "Format") or "General"
                code = NAMED.get(written, written)
            elif local(mark) == "Font":
                struck = is_on(attribute(mark, "StrikeThrough"))
        styles[attribute(node, "ID") or ""] = Style(code, struck)
    return styles


def _index(node: Any, before: int) -> int:
    """The number of a row or cell, from 1: as it is written, else the next one."""
    written = attribute(node, "Index")
    return max(int(written), before + 1) if written else before + 1
