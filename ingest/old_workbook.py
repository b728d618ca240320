"""An old Excel workbook (.xls) as lines of cells, sheet by sheet.

xlrd is used because it gives number formats and merged cells, which are needed for `00012`. A sheet of this format
has at most 65,536 rows and is held in memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.cells import cell_text
from ingest.document import Refused
from ingest.headers import Line
from ingest.workbook import DAMAGED, Merges, Sheet, merged_line

LARGEST = 256 << 20
"""Bytes."""
TEXT, NUMBER, DATE, BOOLEAN, ERROR = 1, 2, 3, 4, 5
"""xlrd's types of cells; 0 and 6 are blank."""


def read_xls(path: Path) -> Iterator[Sheet]:
    """The sheets in order. Raises `Refused`."""
    if path.stat().st_size > LARGEST:
        raise Refused("the workbook is larger than any of its kind; save it as .xlsx")
    book = _open(path)
    for number in range(book.nsheets):
        try:
            sheet = book.sheet_by_index(number)
            lines = list(_lines(book, sheet))
        except Exception as error:
            raise Refused(DAMAGED.format(" ".join(str(error).split())[:120] or type(error).__name__)) from error
        yield Sheet(sheet.name, sheet.visibility != 0, iter(lines))
        book.unload_sheet(number)


def _open(path: Path) -> Any:
    import xlrd  # type: ignore[import-untyped]

    try:
        return xlrd.open_workbook(str(path), formatting_info=True, on_demand=True, logfile=io.StringIO())
    except OSError:
        raise
    except Exception as error:
        if "encrypted" in str(error).lower():
            raise Refused("the file is protected by a password; save a copy without one") from error
        raise Refused(DAMAGED.format(" ".join(str(error).split())[:120] or type(error).__name__)) from error


def _lines(book: Any, sheet: Any) -> Iterator[Line]:
    merges = Merges()
    for top, bottom, left, right in sheet.merged_cells:  # ends excluded
        merges.add(top + 1, left, bottom, right - 1)
    filled: dict[int, tuple[str, int]] = {}
    for row in range(sheet.nrows):
        cells = [_text(book, cell) for cell in sheet.row(row)]
        while cells and not cells[-1]:
            cells.pop()
        if cells or filled:
            yield merged_line(row + 1, cells, merges, filled)


def _text(book: Any, cell: Any) -> str:
    from xlrd import error_text_from_code, xldate_as_datetime

    kind, value = cell.ctype, cell.value
    if kind == TEXT:
        return str(value)
    if kind == DATE:
        try:
            return cell_text(xldate_as_datetime(value, book.datemode))
        except (ValueError, OverflowError):
            return cell_text(value)
    if kind == NUMBER:
        return cell_text(value, book.format_map[book.xf_list[cell.xf_index].format_key].format_str)
    if kind == BOOLEAN:
        return cell_text(bool(value))
    return str(error_text_from_code.get(value, "")) if kind == ERROR else ""
