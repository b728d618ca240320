"""Plain text read into elements: blank lines part paragraphs, hard-wrapped lines are joined, bullets are items.

The file streams, but for reStructuredText and Org, which pandoc reads; the name tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from ingest.document import Element
from ingest.encodings import MARKS, open_text
from ingest.pandoc import read_marked_text

BULLET = re.compile(r"^\s*(?:[-*•·●▪‣–]|\d{1,2}[.)]|[(（]\d{1,2}[)）]|\d{1,2}、)\s+(?=\S)|^\s*[•·●▪](?=\S)")
UNDERLINE = re.compile(r"^([=\-~^*#])\1{2,}\s*$")
WRAPPED = 55
"""A line of at least this many characters is taken to go on in the next one unless it ends a sentence."""
LONGEST_BLOCK = 400
"""Lines; a log without a blank line is cut here, so that it streams."""


def read_text(path: Path) -> Iterator[Element]:
    """The elements of a text file."""
    suffix = path.suffix.lower()
    if suffix in (".rst", ".org"):
        yield from read_marked_text(path, suffix[1:])
        return
    verbatim = suffix in (".yaml", ".yml", ".log")
    with open_text(path) as file:
        for block in _blocks(file):
            yield from [Element("text", "\n".join(block))] if verbatim else _elements(block)


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line in lines:
        text = MARKS.sub("\ufffd", line.rstrip().replace("\f", "").replace("\x00", ""))
        if text.strip():
            block.append(text)
        if block and (not text.strip() or len(block) >= LONGEST_BLOCK):
            yield block
            block = []
    if block:
        yield block


def _elements(block: list[str]) -> Iterator[Element]:
    paragraph: list[str] = []
    item: list[str] = []

    def ended() -> Iterator[Element]:
        if paragraph:
            yield Element("text", joined(paragraph))
        if item:
            yield Element("list_item", joined(item), level=1)
        paragraph.clear()
        item.clear()

    index = 0
    while index < len(block):
        line = block[index]
        below = block[index + 1] if index + 1 < len(block) else ""
        underline = UNDERLINE.match(below)
        if underline and not UNDERLINE.match(line) and len(line) < 100:
            yield from ended()
            yield Element("heading", line.strip(), level=1 if underline.group(1) in "=#*" else 2)
            index += 1
        elif bullet := BULLET.match(line):
            yield from ended()
            mark = bullet.group().strip()
            item.append(line[bullet.end() :] if mark in "-*•·●▪‣–" else line.strip())
        elif item and line[:1].isspace():
            item.append(line.strip())
        elif item:
            yield from ended()
            paragraph.append(line.strip())
        else:
            paragraph.append(line.strip())
        index += 1
    yield from ended()


def joined(lines: list[str]) -> str:
    """Lines of one paragraph: joined where they look wrapped by an editor, else kept as lines."""
    text = lines[0]
    for before, line in pairwise(lines):
        wide = len(before) + sum(character > "\u2e80" for character in before)
        ends = re.search(r"[.!?。！？:：;；]$", before) is not None
        if wide < WRAPPED or (ends and wide < WRAPPED + 15):
            text += "\n" + line
        elif before[-1:] > "\u2e80" and line[:1] > "\u2e80":
            text += line
        else:
            text += " " + line
    return text
