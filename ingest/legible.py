"""Whether the characters of a PDF page mean what is seen on it.

A font without a character map (Identity-H without ToUnicode) gives the numbers of its glyphs: what is copied out of
such a page is nonsense, however it looks on paper.
"""

from __future__ import annotations

from typing import Any

UNREADABLE = "the letters of the page have no character map, so that its text is nonsense"
MEANINGLESS = 0.1
"""Share of a page's characters from which it is not read; bullets of a symbol font stay far below."""


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
