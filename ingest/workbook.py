"""An Excel workbook (.xlsx) as lines of cells, sheet by sheet, streamed.

openpyxl is used because it gives each cell's number format, without which `00012` is 12. Merged cells: a value merged
over rows belongs to every row it is shown beside, one merged sideways stays in its first column. A row whose formula
was never calculated carries that as its problem, since its value is not in the file.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.archive import members
from ingest.cells import cell_text
from ingest.document import Refused
from ingest.headers import Line

MOST_STRINGS = 512 << 20
"""Bytes of the table of shared strings, which openpyxl holds in memory."""
BLOCK = 1 << 20
MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
FORMULA = re.compile(
    rb'<(?:\w+:)?c r="[A-Z]+(\d+)"([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*'
    rb"(<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</"
)
OVERLAP = 16 << 10
"""Bytes of a block looked at again with the next, so that nothing is missed on the border."""
UNCALCULATED = "a formula in this row was never calculated; open the workbook in a spreadsheet program and save it"
DAMAGED = "the workbook is damaged and cannot be read ({}); open it in a spreadsheet program and save it again"


@dataclass(slots=True)
class Merges:
    """What is merged in a sheet and which of its formulas have no value, found before its cells are read."""

    sideways: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Row -> (first, last) columns, counted from 0."""
    down: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """First row -> (column, last row)."""
    uncalculated: set[int] = field(default_factory=set)

    def add(self, top: int, left: int, bottom: int, right: int) -> None:
        """A merged range; rows count from 1, columns from 0, both ends included."""
        if right > left:
            for row in range(top, min(bottom, top + 1000) + 1):
                self.sideways.setdefault(row, []).append((left, right))
        if bottom > top:
            self.down.setdefault(top, []).append((left, bottom))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, whether a person sees it, and its lines."""

    name: str
    hidden: bool
    lines: Iterator[Line]


def read_xlsx(path: Path) -> Iterator[Sheet]:
    """The sheets in order; each one's lines must be taken before the next sheet. Raises `Refused`."""
    names = members(path)
    if names.get("xl/sharedStrings.xml", 0) > MOST_STRINGS:
        raise Refused("the workbook's texts unpack to more than 512 MiB; split it into several workbooks")
    workbook = _open(path)
    try:
        for sheet in workbook.worksheets:
            yield Sheet(str(sheet.title), sheet.sheet_state != "visible", _lines(path, sheet))
    finally:
        workbook.close()


def _open(path: Path) -> Any:
    import warnings

    from openpyxl import load_workbook  # type: ignore[import-untyped]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions that are not read
        try:
            return load_workbook(path, read_only=True, data_only=True, keep_links=False)
        except OSError as error:
            if error.errno is not None:
                raise
            raise Refused(DAMAGED.format(error)) from error
        except Exception as error:
            raise Refused(DAMAGED.format(_short(error))) from error


def _lines(path: Path, sheet: Any) -> Iterator[Line]:
    merges = _scan(path, sheet._worksheet_path.lstrip("/"))  # openpyxl gives no public name for it
    sheet.reset_dimensions()  # a wrong dimension in the file would cut rows off
    filled: dict[int, tuple[str, int]] = {}
    try:
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = [_text(cell) for cell in row]
            if any(cells) or filled:
                yield merged_line(number, cells, merges, filled)
    except Exception as error:
        raise Refused(DAMAGED.format(_short(error))) from error


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    # looking up a number format is slow, and only numbers have use for it
    return cell_text(value, cell.number_format) if isinstance(value, int | float) else cell_text(value)


def merged_line(number: int, cells: list[str], merges: Merges, filled: dict[int, tuple[str, int]]) -> Line:
    """The line with values merged over rows filled in. `filled`: column -> (value, last row), kept between lines."""
    own = any(cells)
    for column, (value, last) in list(filled.items()):
        if number > last:
            del filled[column]
        elif own:
            cells += [""] * (column + 1 - len(cells))
            cells[column] = cells[column] or value
    for column, last in merges.down.get(number, ()):
        if column < len(cells) and cells[column]:
            filled[column] = (cells[column], last)
    problem = UNCALCULATED if number in merges.uncalculated else None
    return Line(number, cells, tuple(merges.sideways.get(number, ())), problem)


def _scan(path: Path, member: str) -> Merges:
    """One pass over the sheet's bytes: openpyxl tells neither merges nor missing values while it streams."""
    merges = Merges()
    before = b""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            while block := file.read(BLOCK):
                text = before + block
                for found in MERGED.finditer(text):
                    left, top, right, bottom = found.groups()
                    merges.add(int(top), _column(left), int(bottom), _column(right))
                if b"<f" in text or b":f" in text:
                    for found in FORMULA.finditer(text):
                        if found[3] is None or b't="str"' not in found[2]:
                            merges.uncalculated.add(int(found[1]))
                before = text[-OVERLAP:]
    except Exception as error:
        raise Refused(DAMAGED.format(_short(error))) from error
    for row, spans in merges.sideways.items():
        merges.sideways[row] = sorted(set(spans))
    return merges


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
