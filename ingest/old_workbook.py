"""An old Excel workbook (.xls): its sheets as rows of cells.

xlrd is used because it gives number formats, fonts and merged cells. A sheet of this format has at most 65,536 rows and
is held in memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from ingest.cells import cell_text, number_text
from ingest.document import Refused
from ingest.sheet import Merges, Row, Sheet
from ingest.workbook import damage_refused

LARGEST = 256 << 20
"""Bytes."""
TEXT, NUMBER, DATE, BOOLEAN, ERROR = 1, 2, 3, 4, 5
"""xlrd's types of cells; 0 and 6 are blank."""


def read_xls(path: Path) -> Iterator[Sheet]:
    """The sheets in order. Raises `Refused`."""
    if path.stat().st_size > LARGEST:
        raise Refused("the workbook is larger than any of its kind; save it as .xlsx")
    with damage_refused():
        book = _open(path)
        for number in range(book.nsheets):
            sheet = book.sheet_by_index(number)
            merges = Merges()
            for top, bottom, left, right in sheet.merged_cells:  # ends excluded
                merges.add(top + 1, left, bottom, right - 1)
            rows = [_row(book, sheet, place) for place in range(sheet.nrows)]
            columns = tuple((column, column) for column, info in sorted(sheet.colinfo_map.items()) if info.hidden)
            yield Sheet(sheet.name, sheet.visibility != 0, iter(rows), merges, columns)
            book.unload_sheet(number)


def _open(path: Path) -> Any:
    import xlrd  # type: ignore[import-untyped]

    try:
        return xlrd.open_workbook(str(path), formatting_info=True, on_demand=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise Refused("the file is protected by a password; save a copy without one") from error
        raise


def _row(book: Any, sheet: Any, place: int) -> Row:
    info = sheet.rowinfo_map.get(place)
    row = Row(place + 1, hidden=bool(info is not None and info.hidden))
    for column, cell in enumerate(sheet.row(place)):
        text = _text(book, cell)
        gone = text if _is_struck(book, book.xf_list[cell.xf_index].font_index) else ""
        if not gone and cell.ctype == TEXT and (runs := sheet.rich_text_runlist_map.get((place, column))):
            text, gone = _without_struck(book, text, runs)
        elif gone:
            text = ""
        if gone.strip():
            row.struck[column] = gone
        row.cells.append(text)
    while row.cells and not row.cells[-1]:
        row.cells.pop()
    return row


def _is_struck(book: Any, font: int) -> bool:
    return font < len(book.font_list) and bool(book.font_list[font].struck_out)


def _without_struck(book: Any, text: str, runs: list[tuple[int, int]]) -> tuple[str, str]:
    """(text, struck text) of a cell whose runs, (first character, font), follow one another."""
    shown: list[str] = [text[: runs[0][0]]]
    struck: list[str] = []
    for (start, font), (end, _) in pairwise([*runs, (len(text), 0)]):
        (struck if _is_struck(book, font) else shown).append(text[start:end])
    return "".join(shown), "".join(struck)


def _text(book: Any, cell: Any) -> str:
    from xlrd import error_text_from_code

    kind, value = cell.ctype, cell.value
    if kind == TEXT:
        return str(value)
    if kind in (NUMBER, DATE):
        code = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
        return number_text(value, code, since_1904=book.datemode == 1)
    if kind == BOOLEAN:
        return cell_text(bool(value))
    return str(error_text_from_code.get(value, "")) if kind == ERROR else ""
