"""Records of a feed: the objects of JSON and JSON Lines become product rows, as the rows of a sheet do.

A nested object is flattened (`size.height`), a list of plain values is joined. A wrapper (`{"products": [...]}`) is
opened wherever the list lies; what stands beside it is text. Numbers keep the digits they were written with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from index.chunk import Locator
from ingest.column import clean
from ingest.declared import TableOptions
from ingest.document import Element, Item, Refused, RowRefused
from ingest.encodings import damage, open_text
from ingest.entries import unwrapped
from ingest.feed_words import is_identity, means, role
from ingest.feeds import read_xml as read_xml
from ingest.flatten import flatten
from ingest.grid import read_grid
from ingest.line import Line
from ingest.private import held_back
from ingest.shapes import Shapes, flat_text
from ingest.withheld import public_record

LARGEST = 256 << 20
"""Characters of a JSON file that is not one list of records, which is read whole."""
LONGEST = 16 << 20
"""Characters of one record."""
BLOCK = 1 << 18
DEEPEST = 6
"""Levels in which a list of records is looked for."""
SPACE = re.compile(r"[ \t\r\n]*")


def read_jsonl(path: Path, options: TableOptions = TableOptions()) -> Iterator[Item]:
    """JSON Lines: each line an object, its number the line's. A broken line is refused and the next one read.

    Raises `Refused` where the file is no text, `OSError` as usual.
    """
    columns = Shapes(options)
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
            yield from _line(line.strip("\ufeff \t\r\n\x1e"), number, where, columns)


def _line(line: str, number: int, where: str, columns: Shapes) -> Iterator[Item]:
    if problem := damage(line):
        yield RowRefused(where, problem)
        return
    try:
        record = decoder().decode(line)
    except (ValueError, RecursionError) as error:
        yield RowRefused(where, f"the line is not valid JSON ({_reason(error)})")
        return
    if isinstance(record, dict):
        yield from columns.rows(record, Locator(row=number), where)
    else:
        yield RowRefused(where, "the line is not an object with fields")


def read_json(path: Path, options: TableOptions = TableOptions()) -> Iterator[Item]:
    """A JSON file: a list of objects is streamed; a wrapper, a single object or anything else is read whole.

    Raises `Refused` where nothing of it can be read, `OSError` as usual.
    """
    with open_text(path) as file:
        start = file.read(4096).lstrip("\ufeff \t\r\n")
    if not start:
        raise Refused("the file is empty")
    if re.match(r"\[\s*\{", start):
        yield from _list(path, options)
        return
    with open_text(path) as file:
        text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise Refused("the file is one JSON value of more than 256 MiB; write its records as JSON Lines")
    if problem := damage(text):
        raise Refused(problem)
    try:
        value = decoder().decode(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise Refused(f"the file is not valid JSON ({_reason(error)})") from error
    yield from _value(value, options)


def _list(path: Path, options: TableOptions) -> Iterator[Item]:
    """The items of the list that the file consists of, one at a time."""
    columns = Shapes(options)
    number = 0
    for number, item in enumerate(_items(path), start=1):
        if isinstance(item, RowRefused):
            if number == 1:
                raise Refused(item.reason)
            yield item
        elif isinstance(item, dict):
            yield from columns.rows(item, Locator(row=number), f"record {number}")
        else:
            yield from _text(item, number)


def _items(path: Path) -> Iterator[Any]:
    number = 0
    with open_text(path) as file:
        buffer, ended = file.read(BLOCK).lstrip("\ufeff \t\r\n")[1:], False
        while True:
            buffer = buffer[_space(buffer, 0) :]
            try:
                if buffer[:1] == "]":
                    return
                item, end = decoder().raw_decode(buffer)
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


def _value(value: Any, options: TableOptions) -> Iterator[Item]:
    held: set[str] = set()
    if isinstance(value, dict):
        value = public_record(value, options, held)
    yield from (held_back(name, options) for name in sorted(held))
    lists = list(_record_lists(value, (), ""))
    if lists:
        number = 0
        for path, records, currency in lists:
            columns = Shapes(options)
            heading = ".".join(path) if len(lists) > 1 else None
            for record in records:
                number += 1
                yield from columns.rows(record, Locator(row=number, heading=heading), f"record {number}", currency)
        yield from _texts(_beside(value, {path for path, _, _ in lists}, ()))
    elif isinstance(value, dict):
        yield from _texts(value)
    elif isinstance(value, list) and value and all(isinstance(item, list) for item in value):
        lines = (Line(number, [flat_text(cell) for cell in row]) for number, row in enumerate(value, start=1))
        yield from read_grid(lines, None, options)
    elif isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from _text(item, number)
    else:
        yield from _text(value)


def _text(value: Any, number: int | None = None, label: str = "") -> Iterator[Element]:
    if text := clean(flat_text(value)):
        yield Element("text", label + text, locator=Locator(row=number))


def _texts(value: Mapping[str, Any]) -> Iterator[Element]:
    for key, said in flatten(value).fields.items():
        yield from _text(said, label=f"{key}: ")


Records = tuple[tuple[str, ...], list[dict[str, Any]], str]
"""Path of some records, the records, and the currency that stands beside them."""


def _record_lists(value: Any, path: tuple[str, ...], currency: str) -> Iterator[Records]:
    """Every list of objects that is reached through objects alone, with its path, and an object that is a product."""
    if not isinstance(value, dict) or len(path) > DEEPEST:
        return
    if _is_product(value, path):
        yield path, [value], currency
        return
    said = next((item for key, item in value.items() if role(key) == "currency" and isinstance(item, str)), currency)
    if len(value) > 1 and all(isinstance(item, dict) and len(_roles(item)) > 1 for item in value.values()):
        yield path, [item if any(map(is_identity, item)) else {"sku": key, **item} for key, item in value.items()], said
        return
    for key, inner in value.items():
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            yield (*path, key), [unwrapped(item) for item in inner], said
        else:
            yield from _record_lists(inner, (*path, key), said)


def _is_product(value: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    """Whether an object is a product, whose lists are its parts, and not what products are wrapped in."""
    if any(means(key, "products") and isinstance(item, list) for key, item in value.items()):
        return False
    roles = _roles(value) - {"currency"}
    if roles and any(means(key, "variants") for key in value):
        return True
    named = not path or means(path[-1], "products")
    return named and len(roles) > 1 and any(isinstance(item, str) for item in value.values())


def _roles(value: Mapping[str, Any]) -> set[str]:
    return {said for key in value if (said := role(key))}


def _beside(value: Any, inside: set[tuple[str, ...]], path: tuple[str, ...]) -> dict[str, Any]:
    """What stands beside the records."""
    if path in inside or not isinstance(value, dict):
        return {}
    rest = {key: _beside(item, inside, (*path, key)) if isinstance(item, dict) else item for key, item in value.items()}
    return {key: item for key, item in rest.items() if (*path, key) not in inside}


@cache
def decoder() -> json.JSONDecoder:
    """Of JSON with its numbers as they are written."""
    return json.JSONDecoder(parse_float=Decimal, parse_constant=lambda _: None, strict=False)


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return re.sub(r": line \d+.*$", "", str(error), flags=re.DOTALL).lower()[:160]
