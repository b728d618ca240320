"""The lines of a PDF page joined into paragraphs and list items. It knows lines, and nothing of headings or tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.chunk import Locator
from ingest.document import Element
from ingest.pdfline import Line

BULLET = re.compile(r"^(?:[•·●▪◦‣■➢–*]|-(?=\s))\s*(?=\S)|^(?:\d{1,2}[.)]|[a-z]\)|[(（]\d{1,2}[)）])\s+(?=\S)")
MARK = re.compile(r"^[•·●▪◦‣■➢–*-]\s*")
CJK = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")


def paragraphs(lines: Sequence[Line], place: Locator) -> Iterator[Element]:
    """Lines become paragraphs and list items: a new one begins at a bullet, a wide gap, or after a short line."""
    if not lines:
        return
    right = max(line.right for line in lines)
    gaps = sorted(before.bottom - line.bottom for before, line in pairwise(lines) if before.bottom > line.bottom)
    usual = gaps[len(gaps) // 2] if gaps else 0.0
    held = [lines[0]]
    for before, line in pairwise(lines):
        gap = before.bottom - line.bottom
        ends = re.search(r"[.!?。！？:：;；”\"]$", before.text) is not None
        short = before.right < right - 0.15 * (right - held[0].left)
        if (
            BULLET.match(line.text)
            or (gap > 1.35 * usual and gap > 1.3 * line.height)
            or (gap < -line.height and ends)
            or (short and ends)
            or abs(before.height - line.height) > 0.12 * line.height
        ):
            yield _paragraph(held, place)
            held = []
        held.append(line)
    yield _paragraph(held, place)


def _paragraph(lines: Sequence[Line], place: Locator) -> Element:
    parts = [line.text + ("\xad" if line.hyphenated else "") for line in lines]
    widths = [line.right - line.left for line in lines]
    prose = len(lines) > 1 and min(widths[:-1]) > 0.6 * max(widths)
    text = glue(parts) if prose or lines[0].hyphenated else _lines(parts)
    if BULLET.match(text):
        return Element("list_item", MARK.sub("", text), level=1, locator=place)
    return Element("text", text, locator=place)


def _lines(parts: Sequence[str]) -> str:
    return "\n".join(part.replace("\xad", "-") for part in parts)


def glue(parts: Sequence[str]) -> str:
    """Lines as running text: split words rejoined, no space between Chinese characters."""
    text = parts[0]
    for part in parts[1:]:
        if text.endswith("\xad"):
            text = text[:-1] + part
        elif (re.search(r"[a-z]-$", text) and part[:1].islower()) or (CJK.match(text[-1:]) and CJK.match(part[:1])):
            text += part
        else:
            text += " " + part
    return text.replace("\xad", "-")
