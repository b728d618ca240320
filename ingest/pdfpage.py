"""One page of a PDF as lines in reading order, made of its characters, and whether these mean what is seen on it.

A font without a character map (Identity-H without ToUnicode) gives the numbers of its glyphs: what is copied out of
such a page is nonsense, however it looks on paper. It knows nothing of paragraphs, headings or other pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from ingest.pdfcolumns import reading_order
from ingest.pdfline import Cell, Line

BOLD = 600
"""Font weight from which a character counts as bold (OpenType's semi-bold)."""
COLUMN_GAP = 1.2
"""Blank width, in heights of a line, that parts two cells; a wide word space is about 0.5."""
UNREADABLE = "the letters of the page have no character map, so that its text is nonsense"
MEANINGLESS = 0.1
"""Share of a page's characters from which it is not read; bullets of a symbol font stay far below."""


@dataclass(slots=True)
class _Character:
    text: str
    left: float
    right: float
    bottom: float
    height: float
    bold: bool


def lines_of(textpage: Any, raw: Any) -> list[Line]:
    """The lines of a pypdfium2 text page in reading order; `raw` is pypdfium2's binding module."""
    lines: list[Line] = []
    held: list[_Character] = []
    hyphenated = False
    box = raw.FS_RECTF()
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if code in (10, 13):
            _end(lines, held, hyphenated)
            held, hyphenated = [], False
            continue
        if code in (2, 0xFFFE, 0xAD) or raw.FPDFText_IsHyphen(textpage, index) == 1:
            hyphenated = True
            continue
        if code < 32 or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
            continue
        if not raw.FPDFText_GetLooseCharBox(textpage, index, box):
            continue
        bold = raw.FPDFText_GetFontWeight(textpage, index) >= BOLD
        height = abs(box.top - box.bottom)
        character = _Character(chr(code), box.left, box.right, min(box.bottom, box.top), height, bold)
        if raw.FPDFText_IsGenerated(textpage, index) == 1 and held:
            character.left = character.right = held[-1].right
            character.bottom, character.height = held[-1].bottom, held[-1].height
        elif held and _is_elsewhere(held, character):
            _end(lines, held, hyphenated)
            held = []
        hyphenated = False
        held.append(character)
    _end(lines, held, hyphenated)
    return reading_order(_rejoined(lines))


def _is_elsewhere(line: list[_Character], character: _Character) -> bool:
    """Whether a character stands at another height than the line before it, back to the left or far to the right."""
    before = line[-1]
    height = max(before.height, character.height, 4)
    back, far = character.left < before.left - height, character.left - before.right > COLUMN_GAP * height
    if not (back or far) or abs(before.height - character.height) > 0.2 * height:
        return False  # goes on, or one of them is raised
    return all(abs(other.bottom - character.bottom) > 0.2 * height for other in line)


def _end(lines: list[Line], held: list[_Character], hyphenated: bool) -> None:
    inked = [character for character in held if not character.text.isspace()]
    if not inked:
        return
    heights = sorted(character.height for character in inked)
    height = heights[len(heights) // 2]
    cells: list[Cell] = []
    start = inked[0].left
    text = ""
    right = inked[0].left
    for character in held:
        if character.text.isspace():
            text += " "
            continue
        if text.strip() and character.left - right > COLUMN_GAP * max(height, 4):
            cells.append((start, right, _clean(text)))
            start, text = character.left, ""
        text += character.text
        right = character.right
    cells.append((start, right, _clean(text)))
    cells = [cell for cell in cells if cell[2]]
    if not cells:
        return
    bottoms = sorted(character.bottom for character in inked)
    bold = 2 * sum(character.bold for character in inked) > len(inked)
    lines.append(
        Line(
            " ".join(words for _, _, words in cells),
            min(character.left for character in inked),
            max(character.right for character in inked),
            bottoms[len(bottoms) // 2],
            height,
            bold,
            tuple(cells),
            hyphenated,
        )
    )


def _rejoined(lines: list[Line]) -> list[Line]:
    """Pieces that stand on one base line beside each other, but were written apart, are one line with cells."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        if (
            before is not None
            and abs(before.bottom - line.bottom) < 0.3 * max(line.height, 1)
            and line.left >= before.right - 1
        ):
            gap = line.left - before.right
            wide = gap > COLUMN_GAP * max(line.height, 4)
            last, first = before.cells[-1], line.cells[0]
            glued = (*before.cells[:-1], (last[0], first[1], f"{last[2]} {first[2]}"))
            joined[-1] = replace(
                before,
                text=f"{before.text} {line.text}",
                right=line.right,
                cells=before.cells + line.cells if wide else glued + line.cells[1:],
                bold=before.bold and line.bold,
                hyphenated=line.hyphenated,
            )
        else:
            joined.append(line)
    return joined


def _clean(text: str) -> str:
    text = re.sub(r"(?:[.·_]\s?){5,}", " … ", text)  # leaders of a table of contents, blanks of a form
    return re.sub(r"\s+", " ", text).strip()


def is_legible(textpage: Any, raw: Any) -> bool:
    """Whether the characters of a pypdfium2 text page have meanings; `raw` is pypdfium2's binding module."""
    count = textpage.count_chars()
    lost = sum(_is_lost(textpage, index, raw) for index in range(count))
    return bool(lost <= MEANINGLESS * count)


def _is_lost(textpage: Any, index: int, raw: Any) -> bool:
    """A character without a map, a control character, one for private use, or the mark of what could not be told."""
    code = raw.FPDFText_GetUnicode(textpage, index)
    control = code < 32 and code not in (2, 9, 10, 13)
    private = 0xE000 <= code < 0xF900 or code >= 0xF0000 or code == 0xFFFD
    return control or private or raw.FPDFText_HasUnicodeMapError(textpage, index) == 1


def is_painted(page: Any, raw: Any) -> bool:
    """Whether the page's fonts lie in the file, so that a picture of the page shows the right letters."""
    texts = list(page.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT,), max_depth=3))
    return all(raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(text)) == 1 for text in texts)
