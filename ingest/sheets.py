"""Product sheets: delimited text files, workbooks and what programs write under a workbook's name, row by row, each row
with its header.

A sheet's rows are products; `ingest.grid` has the rules. What a shop hides (sheets, rows, columns) its customers are
not to see: it is not read, and each is named as refused. Cells without a value are told by findings beside the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from index.chunk import Locator
from ingest.archive import read_member
from ingest.column import letter
from ingest.columns import Columns
from ingest.declared import TableOptions
from ingest.delimited import read_delimited
from ingest.document import Element, Item, Refused, RowRefused
from ingest.findings import Finding
from ingest.formats import OLE, ole_format
from ingest.grid import read_grid
from ingest.html_sheet import read_html_sheet
from ingest.line import Line
from ingest.ods_workbook import read_ods
from ingest.old_workbook import read_xls
from ingest.sheet import HIDDEN, Sheet, Shown
from ingest.valued import Void, valued
from ingest.workbook import read_xlsx
from ingest.xml_workbook import read_xml_workbook

BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
"""How a bare stream of an old workbook begins."""
EXCEL_XML = b"urn:schemas-microsoft-com:office:spreadsheet"
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
NOTHING = "the sheet has a header and nothing below it, so nothing was read from it"


def read_csv(path: Path, options: TableOptions = TableOptions()) -> Iterator[Item]:
    """A CSV, TSV or otherwise delimited file. Raises `Refused` where it is no text, `OSError` as usual."""
    return _table(read_delimited(path), None, options, [])


def read_workbook(path: Path, options: TableOptions = TableOptions()) -> Iterator[Item]:
    """A workbook, told by its content, or delimited text that only bears the name of one.

    Every sheet after the first begins with a heading, its name. Raises `Refused`, `OSError`.
    """
    sheets = sheets_of(path)
    return read_csv(path, options) if sheets is None else _sheets(sheets, options)


def sheets_of(path: Path) -> Iterator[Sheet] | None:
    """The sheets of a workbook: .xlsx, .xls, .ods, Excel 2003 XML, a page under such a name; None of delimited text.

    Raises `Refused`, also while they are read, and `OSError`.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    if not start:
        raise Refused("the file is empty")
    if head.startswith(b"PK"):
        return read_ods(path) if read_member(path, "mimetype").startswith(ODS) else read_xlsx(path)
    if head.startswith(OLE):
        ole_format(path)
    if head.startswith((OLE, *BIFF)):
        return read_xls(path)
    if start.startswith(b"<"):
        return read_xml_workbook(path) if EXCEL_XML in start else read_html_sheet(path)
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("the file is damaged: its content is not that of a workbook")
    return None


def _sheets(sheets: Iterable[Sheet], options: TableOptions) -> Iterator[Item]:
    """All sheets that hold something; those that are hidden, or give nothing, by their names."""
    for place, sheet in enumerate(sheets):
        at = Locator(sheet=sheet.name)
        if options.holds_back(sheet.name):
            yield Finding("held_back", str(at), "", "the sheet is not read, as private_sheets names it")
            continue
        if sheet.hidden:
            if any(any(row.cells) for row in sheet.rows):
                yield RowRefused(str(at), HIDDEN, "sheet")
            continue
        shown = Shown(sheet)
        lines = shown.lines()
        first = next((line for line in lines if not line.blank or line.problem), None)
        given = False
        if first is not None:
            for element in _table(chain([first], lines), sheet.name, options, shown.voids):
                if place and not given and isinstance(element, Element):
                    yield Element("heading", sheet.name or "", level=1, locator=at)
                given = given or not isinstance(element, Finding)
                yield element
        yield from shown.refused
        if first is not None and not given and not shown.refused:
            yield RowRefused(str(at), NOTHING, "sheet")


def _table(lines: Iterable[Line], sheet: str | None, options: TableOptions, voids: list[Void]) -> Iterator[Item]:
    """The rows and texts of one sheet, and beside them what is told of its cells without a value."""
    columns: Columns | None = None
    for element in read_grid(valued(lines, voids), sheet, options):
        yield element
        if not voids or not isinstance(element, Element):
            continue
        columns = element.columns or columns
        row = element.locator.row or 0
        yield from (_told(void, sheet, columns) for void in voids if void.row <= row)
        voids[:] = [void for void in voids if void.row > row]
    yield from (_told(void, sheet, columns) for void in voids)


def _told(void: Void, sheet: str | None, columns: Columns | None) -> Finding:
    headers = columns.columns if columns is not None else ()
    header = headers[void.place].header if void.place < len(headers) else f"Column {letter(void.column)}"
    return void.finding(str(Locator(sheet=sheet, row=void.row)), header)
