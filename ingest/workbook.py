"""An Excel workbook (.xlsx, .xlsm, .xltx; also in the strict form of its standard): its sheets, streamed.

Names of elements are compared without their namespace, which the strict form changes. What the cells of a sheet are is
`ingest.worksheet`'s; here are the parts that all sheets share: their names, the shared texts, the number formats and
which fonts are struck through.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from ingest.archive import members, plain
from ingest.cells import cell_text
from ingest.document import Refused
from ingest.sheet import Sheet
from ingest.worksheet import Style, Texts, is_on, local, prescan, read_rows, rich_text, streamed

MOST_STRINGS = 512 << 20
"""Bytes of the table of shared texts, which is held in memory."""
DAMAGED = "the workbook is damaged and cannot be read ({}); open it in a spreadsheet program and save it again"
BUILT_IN = {
    **dict.fromkeys((1, 3, 37, 38), "0"),
    **dict.fromkeys((2, 4, 39, 40), "0.00"),
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    **dict.fromkeys((14, 15, *range(27, 32), 36, *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys((16, 17), "d-mmm-yy"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47), "h:mm:ss"),
    22: "yyyy-mm-dd h:mm",
    46: "[h]:mm:ss",
}
"""Number formats that a workbook names by their number alone; 27 to 36 and 50 to 58 are the dates of East Asia."""


class _Parts:
    """The parts of a package by their names, as Office compares them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._infos = {plain(info.filename): info for info in archive.infolist()}

    def size(self, name: str) -> int | None:
        """Unpacked bytes, None where there is no such part."""
        info = self._infos.get(plain(name))
        return None if info is None else info.file_size

    def open(self, name: str) -> IO[bytes]:
        """The part; KeyError where there is none."""
        return self._archive.open(self._infos[plain(name)])


@dataclass(slots=True)
class _Book:
    """What a workbook's sheets share."""

    sheets: list[tuple[str, bool, str]] = field(default_factory=list)
    """(name, hidden, part)."""
    texts: Texts = field(default_factory=Texts)
    styles: list[Style] = field(default_factory=list)
    since_1904: bool = False


def read_xlsx(path: Path) -> Iterator[Sheet]:
    """The sheets in order; each one's rows must be taken before the next sheet. Raises `Refused`."""
    members(path)
    with damage_refused(), zipfile.ZipFile(path) as archive:
        parts = _Parts(archive)
        book = _book(parts)
        for name, hidden, part in book.sheets:
            merges, columns = prescan(parts.open(part))
            rows = read_rows(parts.open(part), book.texts, book.styles, book.since_1904)
            yield Sheet(name, hidden, _guarded(rows), merges, columns)


@contextmanager
def damage_refused() -> Iterator[None]:
    """Whatever a zip or an XML library raises becomes a refusal."""
    try:
        yield
    except (Refused, MemoryError):
        raise
    except OSError as error:
        if error.errno is not None:
            raise
        raise Refused(DAMAGED.format(_short(error))) from error
    except Exception as error:
        raise Refused(DAMAGED.format(_short(error))) from error


def _guarded(rows: Iterator[Any]) -> Iterator[Any]:
    with damage_refused():
        yield from rows


def _book(parts: _Parts) -> _Book:
    main = "xl/workbook.xml"
    if parts.size(main) is None:
        main = next((part for kind, part in _related(parts, "").values() if kind == "officeDocument"), main)
    related = _related(parts, main)
    book = _Book()
    for kind, part in related.values():
        size = parts.size(part)
        if kind == "sharedStrings" and size is not None:
            if size > MOST_STRINGS:
                raise Refused("the workbook's texts unpack to more than 512 MiB; split it into several workbooks")
            _read_texts(parts.open(part), book.texts)
        elif kind == "styles" and size is not None:
            book.styles = _read_styles(parts.open(part))
    for element in streamed(parts.open(main), ("sheet", "workbookPr")):
        if local(element) == "workbookPr":
            book.since_1904 = is_on(element.get("date1904"))
            continue
        link = next((value for name, value in element.attrib.items() if name.endswith("}id")), "")
        kind, part = related.get(link, ("", ""))
        if kind == "worksheet" and parts.size(part) is not None:  # a sheet may also be a chart
            book.sheets.append((element.get("name") or "", element.get("state", "visible") != "visible", part))
        elif kind in ("", "worksheet"):
            raise Refused(DAMAGED.format(f"the sheet {element.get('name')} is missing"))
    return book


def _related(parts: _Parts, part: str) -> dict[str, tuple[str, str]]:
    """Link -> (kind, part) of what a part refers to; `part` "" is the package itself."""
    folder, name = posixpath.split(part)
    related = {}
    links = posixpath.join(folder, "_rels", f"{name}.rels")
    if parts.size(links) is None:
        return {}
    for element in streamed(parts.open(links), ("Relationship",)):
        target = element.get("Target") or ""
        target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        related[element.get("Id") or ""] = ((element.get("Type") or "").rpartition("/")[2], target)
    return related


def _read_texts(file: IO[bytes], texts: Texts) -> None:
    for element in streamed(file, ("si",)):
        text, struck = rich_text(element)
        if struck:
            texts.struck[len(texts.shown)] = cell_text(struck)
        texts.shown.append(cell_text(text))


def _read_styles(file: IO[bytes]) -> list[Style]:
    """The styles of cells, as cells count them."""
    codes = dict(BUILT_IN)
    struck: list[bool] = []
    styles: list[Style] = []
    for element in streamed(file, ("numFmt", "fonts", "cellXfs")):
        name = local(element)
        if name == "numFmt":
            codes[int(element.get("numFmtId", "0"))] = element.get("formatCode") or "General"
        elif name == "fonts":
            struck = [
                any(local(mark) == "strike" and is_on(mark.get("val", "1")) for mark in font)
                for font in element
                if local(font) == "font"
            ]
        else:
            for form in element:
                font = int(form.get("fontId", "0"))
                code = codes.get(int(form.get("numFmtId", "0")), "General")
                styles.append(Style(code, font < len(struck) and struck[font]))
    return styles


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
