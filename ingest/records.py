"""Records of a feed: the objects of JSON and JSON Lines become product rows, as the rows of a sheet do.

A nested object is flattened (`size.height`), a list of plain values is joined. A wrapper (`{"products": [...]}`) is
opened wherever the list lies; what stands beside it is text. Numbers keep the digits they were written with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from index.chunk import Locator, Value
from ingest.columns import Columns, Keys, clean, has_role
from ingest.document import Element, Refused, RowRefused
from ingest.encodings import damage, open_text
from ingest.feeds import read_xml as read_xml

LARGEST = 256 << 20
"""Characters of a JSON file that is not one list of records, which is read whole."""
LONGEST = 16 << 20
"""Characters of one record."""
BLOCK = 1 << 18
DEEPEST = 6
"""Levels in which a list of records is looked for."""
SPACE = re.compile(r"[ \t\r\n]*")


def read_jsonl(path: Path, keys: Keys = ()) -> Iterator[Element | RowRefused]:
    """JSON Lines: each line an object, its number the line's. A broken line is refused and the next one read.

    Raises `Refused` where the file is no text, `OSError` as usual.
    """
    columns = _Shapes(keys)
    with open_text(path) as file:
        number = 0
        while line := file.readline(LONGEST):
            number += 1
            where = f"line {number}"
            if len(line) >= LONGEST and not line.endswith("\n"):
                while (rest := file.readline(LONGEST)) and not rest.endswith("\n"):
                    pass
                yield RowRefused(where, f"the line is longer than {LONGEST} characters")
                continue
            if not line.strip("\ufeff \t\r\n\x1e\x00"):
                continue
            yield _line(line.strip("\ufeff \t\r\n\x1e"), number, where, columns)


def _line(line: str, number: int, where: str, columns: _Shapes) -> Element | RowRefused:
    if problem := damage(line):
        return RowRefused(where, problem)
    try:
        record = _decoder().decode(line)
    except (ValueError, RecursionError) as error:
        return RowRefused(where, f"the line is not valid JSON ({_reason(error)})")
    if not isinstance(record, dict):
        return RowRefused(where, "the line is not an object with fields")
    return columns.row(record, Locator(row=number), where)


def read_json(path: Path, keys: Keys = ()) -> Iterator[Element | RowRefused]:
    """A JSON file: a list of objects is streamed; a wrapper, a single object or anything else is read whole.

    Raises `Refused` where nothing of it can be read, `OSError` as usual.
    """
    with open_text(path) as file:
        start = file.read(4096).lstrip("\ufeff \t\r\n")
    if not start:
        raise Refused("the file is empty")
    if re.match(r"\[\s*\{", start):
        yield from _list(path, keys)
        return
    with open_text(path) as file:
        text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise Refused("the file is one JSON value of more than 256 MiB; write its records as JSON Lines")
    if problem := damage(text):
        raise Refused(problem)
    try:
        value = _decoder().decode(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise Refused(f"the file is not valid JSON ({_reason(error)})") from error
    yield from _value(value, keys)


def _list(path: Path, keys: Keys) -> Iterator[Element | RowRefused]:
    """The items of the list that the file consists of, one at a time."""
    columns = _Shapes(keys)
    number = 0
    for number, item in enumerate(_items(path), start=1):
        if isinstance(item, RowRefused):
            if number == 1:
                raise Refused(item.reason)
            yield item
        elif isinstance(item, dict):
            yield columns.row(item, Locator(row=number), f"record {number}")
        elif text := clean(_flat_text(item)):
            yield Element("text", text, locator=Locator(row=number))


def _items(path: Path) -> Iterator[Any]:
    decoder = _decoder()
    number = 0
    with open_text(path) as file:
        buffer, ended = file.read(BLOCK).lstrip("\ufeff \t\r\n")[1:], False
        while True:
            buffer = buffer[_space(buffer, 0) :]
            try:
                if buffer[:1] == "]":
                    return
                item, end = decoder.raw_decode(buffer)
                after = buffer[_space(buffer, end) :]
                if not after and not ended:
                    raise ValueError("the block ends here")
                if after[:1] not in (",", "]"):
                    raise json.JSONDecodeError("a comma is missing after the record", buffer, end)
            except RecursionError as error:
                yield RowRefused(f"record {number + 1}", f"the record is nested too deeply ({_reason(error)})")
                return
            except ValueError as error:
                if not ended and len(buffer) < LONGEST:
                    block = file.read(max(BLOCK, len(buffer)))
                    buffer, ended = buffer + block, not block
                    continue
                reason = f"the file is not valid JSON from this record on ({_reason(error)})"
                yield RowRefused(f"record {number + 1}", reason)
                return
            number += 1
            problem = damage(buffer[:end])
            yield RowRefused(f"record {number}", problem) if problem else item
            buffer = after[1:] if after[:1] == "," else after


def _space(text: str, start: int) -> int:
    found = SPACE.match(text, start)
    return found.end() if found else start


def _value(value: Any, keys: Keys) -> Iterator[Element | RowRefused]:
    lists = list(_record_lists(value, ()))
    if lists:
        number = 0
        for path, records in lists:
            columns = _Shapes(keys)
            heading = ".".join(path) if len(lists) > 1 else None
            for record in records:
                number += 1
                yield columns.row(record, Locator(row=number, heading=heading), f"record {number}")
        inside = {".".join(path) for path, _ in lists}
        yield from _texts({key: text for key, text in flatten(value).items() if key not in inside}, inside)
    elif isinstance(value, dict) and sum(map(has_role, value)) >= 2:
        yield _Shapes(keys).row(value, Locator(row=1), "record 1")
    elif isinstance(value, dict):
        yield from _texts(flatten(value), set())
    elif isinstance(value, list):
        for number, item in enumerate(value, start=1):
            if text := clean(_flat_text(item)):
                yield Element("text", text, locator=Locator(row=number))
    elif text := clean(_flat_text(value)):
        yield Element("text", text)


def _texts(fields: Mapping[str, Any], without: set[str]) -> Iterator[Element]:
    for key, value in fields.items():
        text = clean(_flat_text(value))
        if text and key not in without:
            yield Element("text", f"{key}: {text}")


def _record_lists(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    """Every list of objects that is reached through objects alone, with its path."""
    if not isinstance(value, dict) or len(path) > DEEPEST:
        return
    if path == () and sum(map(has_role, value)) >= 2 and any(isinstance(value[key], str) for key in value):
        return  # the object is itself a product; its lists are its parts
    for key, inner in value.items():
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            yield (*path, key), inner
        else:
            yield from _record_lists(inner, (*path, key))


class _Shapes:
    """The columns of the records met so far, by their keys; feeds have few shapes."""

    MOST = 256

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._known: dict[tuple[str, ...], Columns] = {}

    def row(self, record: Mapping[str, Any], locator: Locator, where: str) -> Element | RowRefused:
        """The record as a product row; refused where nothing stands in it."""
        try:
            fields = flatten(record)
            cells = [_flat_text(value) for value in fields.values()]
        except RecursionError:
            return RowRefused(where, "the record is nested too deeply")
        names = tuple(fields)
        columns = self._known.get(names)
        if columns is None:
            if len(self._known) >= self.MOST:
                self._known.clear()
            columns = self._known[names] = Columns(names, self._keys)
        text, attributes = columns.row(cells)
        if not text:
            return RowRefused(where, "the object has no field with a value")
        for column, value in zip(columns.columns, fields.values(), strict=False):
            if column.role is None and column.key in attributes and isinstance(value, bool | int | Decimal):
                attributes[column.key] = _typed(value)
        return Element("row", text, 0, locator, (), attributes, columns, cells)


def _typed(value: bool | int | Decimal) -> Value:
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() and abs(value.adjusted()) < 300 else str(value)
    return value


def flatten(record: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """Nested objects as dotted keys; lists and plain values stay."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict) and value and depth < 20:
            flat |= flatten(value, f"{prefix}{key}.", depth + 1)
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _flat_text(value: Any) -> str:
    """A value in words: a list joined by commas, its objects as `key: value` parts."""
    if isinstance(value, str):
        return value
    if value is None or value in ({}, []):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        glue = "; " if any(isinstance(item, dict) for item in value) else ", "
        return glue.join(text for item in value if (text := _flat_text(item)))
    if isinstance(value, dict):
        fields = flatten(value)
        return ", ".join(f"{key}: {text}" for key, item in fields.items() if (text := _flat_text(item)))
    return (
        format(value, "f")
        if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 30
        else str(value)
    )


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_float=Decimal, parse_constant=lambda _: None, strict=False)


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return re.sub(r": line \d+.*$", "", str(error), flags=re.DOTALL).lower()[:160]
