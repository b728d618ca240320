"""XML: a feed whose element repeats with fields becomes product rows; any other XML yields its text.

Hardened: entities are not expanded, nothing external is loaded, and the parser's own limits on depth and size hold.
The file is read twice, each time as a stream: once to see which element repeats, once to read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.chunk import Locator
from ingest.columns import Columns, Keys, clean, has_role
from ingest.document import Element, Refused, RowRefused
from ingest.encodings import damage, detect_encoding

BLOCK = 1 << 16
ENOUGH = 2000
"""Occurrences of one element after which what repeats is known; so many are held in memory."""
DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "shift_jis": "cp932"}
"""Declared encoding -> the wider one that such files are really written in."""
HEADINGS = {"title", "heading", "head", "h1", "h2", "h3", "标题"}
LONGEST_FIELD = 1 << 20

Path_ = tuple[str, ...]


def read_xml(path: Path, keys: Keys = ()) -> Iterator[Element | RowRefused]:
    """The elements of an XML file. Raises `Refused` where it is not well-formed or declares entities; `OSError`."""
    record = _repeating(path)
    if record is None:
        yield from _prose(path)
    else:
        yield from _rows(path, record, keys)


def _events(path: Path) -> Iterator[tuple[str, Any]]:
    """The parser's start and end events. The file is decoded here, so that a wrong declaration does no harm."""
    from lxml import etree  # type: ignore[import-untyped]

    encoding = _encoding(path)
    parser = etree.XMLPullParser(
        events=("start", "end"),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        with path.open(encoding=encoding, errors="xuanji.mark") as file:
            while text := file.read(BLOCK):
                if problem := damage(text):
                    raise Refused(problem)
                parser.feed(text.encode())
                for event, node in parser.read_events():
                    if node.tag is etree.Entity or not isinstance(node.tag, str):
                        continue
                    if any(child.tag is etree.Entity for child in node):
                        raise Refused(
                            "the file uses XML entities of its own, which are not expanded; write the text out"
                        )
                    yield event, node
        parser.close()
    except etree.XMLSyntaxError as error:
        raise Refused(f"the file is not well-formed XML ({error.msg})") from error


def _encoding(path: Path) -> str:
    found = detect_encoding(path)
    with path.open("rb") as file:
        head = file.read(256)
    declared = DECLARED.match(head)
    if found.startswith("utf") or declared is None:
        return found
    name = declared[1].decode().lower()
    return found if name.startswith("utf") else CHINESE.get(name, name)


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]


@dataclass(slots=True)
class _Shape:
    """What the elements of one path have been seen to hold."""

    count: int = 0
    fielded: int = 0
    """How many have at least two different fields, each plain text, and no text of their own."""
    fields: Counter[str] = field(default_factory=Counter)


def _repeating(path: Path) -> Path_ | None:
    """The path of the outermost element that repeats and whose occurrences are records, if any."""
    shapes: dict[Path_, _Shape] = {}
    trail: list[str] = []
    for event, node in _events(path):
        if event == "start":
            trail.append(_name(node.tag))
            continue
        key = tuple(trail)
        trail.pop()
        if len(key) > 1 and len(key) < 8:
            _note(shapes.setdefault(key, _Shape()), node)
        if key in shapes and shapes[key].count > ENOUGH:
            break
    found = [key for key, shape in shapes.items() if shape.fielded and shape.fielded >= 0.5 * shape.count]
    for key in sorted(found, key=len):
        shape = shapes[key]
        roles = sum(has_role(name) for name in shape.fields)
        if (shape.count > 1 and len(shape.fields) > 1) or roles >= 2:
            return key
    return None


def _note(shape: _Shape, node: Any) -> None:
    shape.count += 1
    names = Counter(_name(child.tag) for child in node if isinstance(child.tag, str) and not len(child))
    nested = sum(1 for child in node if len(child))
    distinct = len(names) + len(node.attrib)
    mixed = _is_mixed(node) or any(_is_mixed(child) for child in node)
    if distinct >= 2 and not mixed and nested <= distinct and max(names.values(), default=1) <= 20:
        shape.fielded += 1
        shape.fields.update(names.keys() | {_name(name) for name in node.attrib})


def _is_mixed(node: Any) -> bool:
    """Whether text stands around its children, as in a sentence with a bold word."""
    return len(node) > 0 and any((text or "").strip() for text in (node.text, *(child.tail for child in node)))


def _forget(node: Any) -> None:
    """Let go of an element that has been read, and of those before it."""
    parent = node.getparent()
    if parent is not None:
        node.clear(keep_tail=True)
        while node.getprevious() is not None:
            del parent[0]


def _rows(path: Path, record: Path_, declared: Keys) -> Iterator[Element | RowRefused]:
    trail: list[str] = []
    known: dict[tuple[str, ...], Columns] = {}
    number = 0
    for event, node in _events(path):
        if event == "start":
            trail.append(_name(node.tag))
            continue
        key = tuple(trail)
        trail.pop()
        if key == record:
            number += 1
            fields = _fields(node)
            keys = tuple(fields)
            if len(known) > 256:
                known.clear()
            columns = known.setdefault(keys, Columns(keys, declared)) if keys not in known else known[keys]
            cells = list(fields.values())
            text, attributes = columns.row(cells)
            if text:
                yield Element("row", text, 0, Locator(row=number), (), attributes, columns, cells)
            else:
                yield RowRefused(f"record {number}", "the element has no field with a value")
            _forget(node)
        elif key[: len(record)] != record:
            text = clean(node.text or "")
            if text:
                yield Element("text", f"{key[-1]}: {text}")
            if record[: len(key)] != key:
                _forget(node)


def _fields(node: Any, prefix: str = "") -> dict[str, str]:
    """The fields of a record: attributes and children, nested ones with dots, repeated ones joined."""
    found: dict[str, list[str]] = {}
    for name, value in node.attrib.items():
        found.setdefault(prefix + _name(name), []).append(value)
    for child in node:
        if not isinstance(child.tag, str):
            continue
        name = prefix + _name(child.tag)
        if len(child) or child.attrib:
            for inner, value in _fields(child, name + ".").items():
                found.setdefault(inner, []).append(value)
        words = (child.text or "") + "".join(f" {grandchild.tail or ''}" for grandchild in child)
        if words.strip():
            found.setdefault(name, []).append(words)
    return {name: ", ".join(value.strip() for value in values) for name, values in found.items()}


def _prose(path: Path) -> Iterator[Element]:
    """All text in reading order, what stands around children included; titles become headings."""
    inline: list[bool] = []
    held = ""
    for event, node in _events(path):
        if event == "start":
            before = _before(node)
            held += before
            # an element amid text is a part of the sentence, as everything in it is
            inline.append(bool(before.strip()) or (bool(inline) and inline[-1]))
            if not inline[-1]:
                yield from _said(held, "")
                held = ""
        else:
            held += (node[-1].tail or "") if len(node) else (node.text or "")
            if not inline.pop():
                yield from _said(held, _name(node.tag), len(inline) + 1)
                held = ""
            for child in list(node)[:-1]:
                node.remove(child)


def _said(words: str, tag: str, level: int = 1) -> Iterator[Element]:
    text = " ".join(words.split())
    if text:
        yield Element("heading", text, level) if tag.lower() in HEADINGS else Element("text", text)


def _before(node: Any) -> str:
    """The text between the previous event and this element's start."""
    parent, previous = node.getparent(), node.getprevious()
    if previous is not None:
        return previous.tail or ""
    return (parent.text or "") if parent is not None else ""
