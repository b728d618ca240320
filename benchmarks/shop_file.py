"""`ShopFile`: one file of the invented shop as it should be read, and how it is written."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from openpyxl import Workbook  # type: ignore[import-untyped]

Row = tuple[str, ...]
"""The cells of a product in the order of the columns, or heading and paragraph of a manual's section."""
LOST_KEYS = {"SKU": "Reference", "货号": "我方标识"}
"""What the column of SKUs is renamed to: words that no shop's reader would take for a SKU."""


@dataclass(frozen=True, slots=True)
class ShopFile:
    """`path` is relative to the folder; `form` is csv, gb18030 (a CSV in that encoding), xlsx, jsonl or md.

    `columns` are the headers of a sheet, or a manual's title alone. `garbled`: instead of the rows, bytes that are no
    text were written. `cut`: the export broke off within the last row.
    """

    path: str
    form: str
    columns: Row
    rows: tuple[Row, ...]
    garbled: bool = False
    cut: bool = False

    @property
    def is_sheet(self) -> bool:
        """Whether its rows are products."""
        return self.form != "md"

    @property
    def is_csv(self) -> bool:
        """Whether it is delimited text, whose bytes are the same whenever the same rows are written."""
        return self.form in ("csv", "gb18030")

    @property
    def is_chinese(self) -> bool:
        """Whether it is worded in Chinese."""
        return self.columns[0][0] > "\u3000"

    @property
    def has_keys(self) -> bool:
        """Whether its rows have SKUs."""
        return self.is_sheet and self.columns[0] not in LOST_KEYS.values()

    def text(self, row: Row) -> int:
        """Stands for the text that is embedded of a row or section; two are equal where all headers and cells are."""
        return hash((self.columns, row))

    def texts(self) -> Iterator[int]:
        """Of all rows."""
        return map(self.text, self.rows)

    def with_rows(self, rows: list[Row]) -> ShopFile:
        """The same file with other rows."""
        return replace(self, rows=tuple(rows))

    def write(self, folder: Path) -> None:
        """Write the file as a shop system does: beside, then renamed."""
        target = folder / self.path
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.new")
        beside.write_bytes(self._bytes())
        beside.replace(target)

    def _bytes(self) -> bytes:
        if self.garbled:
            return b"\x00\x01\x02\xff" + random.Random(self.path).randbytes(40_000)
        if self.form == "xlsx":
            return self._workbook()
        if self.form == "jsonl":
            return "".join(f"{self._record(row)}\n" for row in self.rows).encode()
        if self.form == "md":
            sections = "\n".join(f"## {heading}\n\n{paragraph}\n" for heading, paragraph in self.rows)
            return f"# {self.columns[0]}\n\n{sections}".encode()
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        whole = text.getvalue().removesuffix("\n") if self.cut else text.getvalue()
        return whole.encode("gb18030" if self.form == "gb18030" else "utf-8")

    def _workbook(self) -> bytes:
        workbook = Workbook(write_only=True)
        sheet = workbook.create_sheet("Products")
        for row in (self.columns, *self.rows):
            sheet.append([_number(cell) for cell in row])
        file = io.BytesIO()
        workbook.save(file)
        return file.getvalue()

    def _record(self, row: Row) -> str:
        return json.dumps(dict(zip(self.columns, map(_number, row), strict=True)), ensure_ascii=False)


def _number(cell: str) -> str | int | float:
    """A price or a stock figure as a number, as a shop system writes it."""
    if cell.isdecimal():
        return int(cell)
    return float(cell) if cell.replace(".", "", 1).isdecimal() else cell
