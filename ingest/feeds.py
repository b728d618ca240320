"""XML: a feed whose element repeats with fields becomes product rows; any other XML yields its text.

Hardened: entities are not expanded, nothing external is loaded, and the parser's own limits on depth and size hold.
The file is read twice, each time as a stream: once to see which element repeats, once to read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.chunk import Locator
from ingest.column import clean
from ingest.declared import TableOptions
from ingest.document import Element, Item, Refused
from ingest.encodings import damage, declared_encoding
from ingest.feed_shape import FeedShape, Path_, is_mixed, local_name
from ingest.feed_words import role
from ingest.findings import Finding
from ingest.private import held_back, is_private
from ingest.shapes import Shapes

BLOCK = 1 << 16
HEADINGS = {"title", "heading", "head", "h1", "h2", "h3", "标题"}


def read_xml(path: Path, options: TableOptions = TableOptions()) -> Iterator[Item]:
    """The elements of an XML file. Raises `Refused` where it is not well-formed or declares entities; `OSError`."""
    record = _repeating(path)
    if record is None:
        yield from _prose(path, options)
    else:
        yield from _rows(path, record, options)


def _events(path: Path) -> Iterator[tuple[str, Any]]:
    """The parser's start and end events. The file is decoded here, so that a wrong declaration does no harm."""
    from lxml import etree  # type: ignore[import-untyped]

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
        with path.open(encoding=declared_encoding(path), errors="xuanji.mark") as file:
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


def _repeating(path: Path) -> Path_ | None:
    """The path of the outermost element that repeats and whose occurrences are records, if any."""
    shape = FeedShape()
    trail: list[str] = []
    for event, node in _events(path):
        if event == "start":
            trail.append(local_name(node.tag))
            continue
        enough = shape.note(tuple(trail), node)
        trail.pop()
        if enough:
            break
    return shape.record()


def _forget(node: Any) -> None:
    """Let go of an element that has been read, and of those before it."""
    parent = node.getparent()
    if parent is not None:
        node.clear(keep_tail=True)
        while node.getprevious() is not None:
            del parent[0]


def _rows(path: Path, record: Path_, options: TableOptions) -> Iterator[Item]:
    trail: list[str] = []
    shapes = Shapes(options)
    currency = ""
    number = 0
    for event, node in _events(path):
        if event == "start":
            trail.append(local_name(node.tag))
            if len(trail) < len(record):
                currency = next((value for name, value in node.attrib.items() if role(name) == "currency"), currency)
            continue
        key = tuple(trail)
        trail.pop()
        if key == record:
            number += 1
            found = tree(node)
            fields = found if isinstance(found, dict) else {key[-1]: found}
            yield from shapes.rows(fields, Locator(row=number), f"record {number}", currency)
            _forget(node)
        elif key[: len(record)] != record:
            text = clean(node.text or "")
            if text and is_private(key[-1], options):
                yield held_back(key[-1], options)
            elif text:
                currency = text if role(key[-1]) == "currency" else currency
                yield Element("text", f"{key[-1]}: {text}")
            if record[: len(key)] != key:
                _forget(node)


def tree(node: Any) -> Any:
    """An element as the objects, lists and texts of other feeds; the text of one with attributes is its field ""."""
    children = [child for child in node if isinstance(child.tag, str)]
    if is_mixed(node):
        return " ".join("".join(node.itertext()).split())
    if not children and not node.attrib:
        return (node.text or "").strip()
    found: dict[str, Any] = {local_name(name): value for name, value in node.attrib.items()}
    for child in children:
        name, value = local_name(child.tag), tree(child)
        if value in ("", {}):
            continue
        held = found.get(name)
        found[name] = value if held is None else [*held, value] if isinstance(held, list) else [held, value]
    if not children and (text := (node.text or "").strip()):
        found[""] = text
    return found


def _prose(path: Path, options: TableOptions) -> Iterator[Element | Finding]:
    """All text in reading order, what stands around children included; titles become headings."""
    inline: list[bool] = []
    held = ""
    private: Any = None
    """The private element that is being read over."""
    for event, node in _events(path):
        if private is not None:
            if node is private and event == "end":
                private = None
                node.clear(keep_tail=True)
            continue
        if event == "start" and is_private(local_name(node.tag), options):
            held += _before(node)
            private = node
            yield held_back(local_name(node.tag), options)
            continue
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
                yield from _said(held, local_name(node.tag), len(inline) + 1)
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
