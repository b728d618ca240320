"""How the tests of feeds look at one: the rows that a file with some content gives, cell by cell."""

from __future__ import annotations

from pathlib import Path

from ingest.document import Element
from ingest.formats import detect
from ingest.reading import read

Rows = list[dict[str, str]]


def rows_of(tmp_path: Path, name: str, content: str) -> Rows:
    """The fields of each row, as the file's own reader gives them, by their keys."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    elements = read(path, detect(path), ocr=False)
    rows = [element for element in elements if isinstance(element, Element) and element.kind == "row"]
    return [dict(line.split(": ", 1) for line in row.text.split("\n")) for row in rows]


def shows(rows: Rows, expected: Rows) -> bool:
    """Whether there are as many rows as expected, each with these fields; "" is a field that must not be there."""
    assert len(rows) == len(expected), rows
    for row, fields in zip(rows, expected, strict=True):
        assert {key: row.get(key, "") for key in fields} == fields, row
    return True
