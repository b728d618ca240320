"""Product sheets: delimited text files and Excel workbooks, row by row, each row with its header.

A sheet's rows are products; `ingest.grid` has the rules. Hidden sheets are not read, since a shop hides what its
customers are not to see (costs, lookup lists); each is named as refused. Hidden rows and columns are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from index.chunk import Locator
from ingest.columns import Keys
from ingest.delimited import read_delimited
from ingest.document import Element, Refused, RowRefused
from ingest.grid import read_grid
from ingest.headers import Line
from ingest.old_workbook import read_xls
from ingest.workbook import Sheet, read_xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
"""How a bare stream of an old workbook begins."""
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
HIDDEN = "the sheet is hidden, so it was not read; unhide it to have it read"


def read_csv(path: Path, keys: Keys = ()) -> Iterator[Element | RowRefused]:
    """A CSV, TSV or otherwise delimited file. Raises `Refused` where it is no text, `OSError` as usual."""
    return read_grid(read_delimited(path), keys=keys)


def read_workbook(path: Path, keys: Keys = ()) -> Iterator[Element | RowRefused]:
    """An Excel workbook, told by its content: .xlsx, .xls, or delimited text that only bears their name.

    Every sheet after the first begins with a heading, its name. Raises `Refused`, `OSError`.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise Refused("the file is empty")
    if head.startswith(b"PK"):
        yield from _sheets(read_xlsx(path), keys)
    elif head.startswith(OLE) and _is_encrypted(path):
        raise Refused("the file is protected by a password; save a copy without one")
    elif head.startswith((OLE, *BIFF)):
        yield from _sheets(read_xls(path), keys)
    elif head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise Refused("this is a web page or XML under the name of a workbook; save it as .xlsx")
    elif b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("the file is damaged: its content is not that of a workbook")
    else:
        yield from read_csv(path, keys)


def _is_encrypted(path: Path) -> bool:
    """A protected .xlsx is an OLE container whose directory names the encrypted package."""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if ENCRYPTED in block:
                return True
    return False


def _sheets(sheets: Iterator[Sheet], keys: Keys) -> Iterator[Element | RowRefused]:
    """All sheets that hold something and are shown."""
    for place, sheet in enumerate(sheets):
        first = next((line for line in sheet.lines if not line.blank or line.problem), None)
        if first is None:
            continue
        if sheet.hidden:
            yield RowRefused(str(Locator(sheet=sheet.name)), HIDDEN)
            continue
        if place:
            yield Element("heading", sheet.name, level=1, locator=Locator(sheet=sheet.name))
        lines: Iterator[Line] = chain([first], sheet.lines)
        yield from read_grid(lines, sheet.name, keys)
