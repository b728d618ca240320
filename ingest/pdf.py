"""PDF read page by page: headings by outline, size and weight, paragraphs rejoined, tables by their gaps.

Running heads and page numbers are told by their repetition and dropped. A page without a text layer, or whose
letters have no meaning, is read by OCR where that is on, else it is reported as lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from index.chunk import Locator
from ingest.document import Element, Refused, RowRefused
from ingest.ocr import INSTALL, SWITCHED_OFF, available, words
from ingest.pdfline import Line
from ingest.pdfpage import UNREADABLE, is_legible, is_painted, lines_of
from ingest.pdfparagraph import MARK, glue, paragraphs
from ingest.pdftable import Headers, table_at

LARGER = 1.12
"""Times the size of the body text from which a short line is a heading."""
LONGEST_HEADING = 120
"""Characters."""
REPEATED = 0.6
"""Share of the pages on which a line at the edge must stand to be a running head."""
DPI = 200
MAX_PAGES = 5000


def read_pdf(path: Path, *, ocr: bool) -> Iterator[Element | RowRefused]:
    """The elements of a PDF, each with its page. Its title property, if any, comes first as level 0.

    Raises `Refused` where it is encrypted or damaged, or has pictures of text only and OCR is missing.
    """
    import pypdfium2  # type: ignore[import-untyped]
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise Refused("the file is protected by a password; save a copy without one") from error
        raise Refused(f"the file is damaged or not really a PDF: {error}") from error
    with pdf:
        if not len(pdf):
            raise Refused("the PDF has no pages")
        if len(pdf) > MAX_PAGES:
            raise Refused(f"the PDF claims {len(pdf)} pages; at most {MAX_PAGES} are read")
        pages, lost, illegible = _pages(pdf, raw, pypdfium2.PdfiumError)
        outline = _outline(pdf, pypdfium2.PdfiumError)
        title = str(pdf.get_metadata_dict().get("Title") or "").replace("\x00", "").strip()
        if title:
            yield Element("heading", " ".join(title.split()), level=0)
        layout = _Layout(pages, outline)
        found = any(pages)
        for number, lines in enumerate(pages, start=1):
            if lines:
                yield from layout.elements(number, lines)
            elif number in lost:
                yield RowRefused(f"page {number}", lost[number], "page")
            elif number in illegible or _has_picture(pdf, number, raw):
                shown = number not in illegible or is_painted(pdf[number - 1], raw)
                text = _recognised(pdf, number) if ocr and available() and shown else None
                if text:
                    found = True
                    yield Element("text", text, locator=Locator(page=number))
                elif text is None or number in illegible:
                    lost[number] = _reason(illegible=number in illegible, ocr=ocr)
                    yield RowRefused(f"page {number}", lost[number], "page")
        if not found:
            raise Refused(next(iter(lost.values())) if lost else "no words were found in it")


def _reason(*, illegible: bool, ocr: bool) -> str:
    """Why a page could not be read as text, and what would help."""
    help = "" if ocr and available() else f"; {INSTALL if ocr else SWITCHED_OFF}"
    return (UNREADABLE if illegible else "the page has no text layer") + help


def _pages(pdf: Any, raw: Any, failure: type[Exception]) -> tuple[list[list[Line]], dict[int, str], set[int]]:
    """The lines of each page, the reason for each page that cannot be read, and the pages whose text is nonsense."""
    pages: list[list[Line]] = []
    lost: dict[int, str] = {}
    illegible: set[int] = set()
    for index in range(len(pdf)):
        try:
            page = pdf[index]
            textpage = page.get_textpage()
            legible = is_legible(textpage, raw)
            pages.append(lines_of(textpage, raw) if legible else [])
            if not legible:
                illegible.add(index + 1)
            textpage.close()
            page.close()
        except failure as error:
            pages.append([])
            lost[index + 1] = f"the page is damaged: {error}"
    return pages, lost, illegible


def _outline(pdf: Any, failure: type[Exception]) -> dict[tuple[int, str], int]:
    """(page, title without spaces) -> heading level, from the bookmarks."""
    levels: dict[tuple[int, str], int] = {}
    try:
        for mark in pdf.get_toc(max_depth=6):
            target = mark.get_dest()
            page = target.get_index() if target else None
            if page is not None:
                levels[page + 1, _key(mark.get_title())] = mark.level + 1
    except (failure, ValueError, RecursionError):
        return {}
    return levels


def _key(text: str) -> str:
    return re.sub(r"^[\d.\s]+|\W", "", text).lower()


def _has_picture(pdf: Any, number: int, raw: Any) -> bool:
    page = pdf[number - 1]
    return any(True for _ in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH), max_depth=3))


def _recognised(pdf: Any, number: int) -> str:
    page = pdf[number - 1]
    width, height = page.get_size()
    # a poster must not need gigabytes
    scale = min(DPI / 72, 4000 / max(width, height, 1))
    return words(page.render(scale=scale).to_pil())


class _Layout:
    """What only the whole document tells: the body's font, the headings' ranks, the running heads."""

    def __init__(self, pages: Sequence[Sequence[Line]], outline: dict[tuple[int, str], int]) -> None:
        self._outline = outline
        weights: Counter[float] = Counter()
        for line in chain.from_iterable(pages):
            weights[line.size] += len(line.text)
        self._body = weights.most_common(1)[0][0] if weights else 0.0
        self._running = _running(pages)
        sizes = {
            line.size
            for number, lines in enumerate(pages, start=1)
            for line in lines
            if self._is_large(line) and _edge_key(line, number) not in self._running
        }
        self._ranks = {size: rank for rank, size in enumerate(sorted(sizes, reverse=True), start=1)}
        self._first_seen: set[tuple[str, int]] = set()
        self._headers = Headers()
        self._ended_in_table = False

    def _is_large(self, line: Line) -> bool:
        return line.size >= LARGER * self._body and _may_head(line)

    def elements(self, number: int, lines: Sequence[Line]) -> Iterator[Element]:
        """The elements of one page."""
        place = Locator(page=number)
        lines = [line for line in lines if not self._runs(line, number)]
        held: list[Line] = []
        index = 0
        while index < len(lines):
            line = lines[index]
            table = table_at(lines, index)
            level = self._level(number, line, lines[index - 1] if index else None)
            if level is not None and len(line.cells) == 1:
                yield from paragraphs(held, place)
                held = []
                text = [line.text]
                while index + 1 < len(lines) and self._continues(number, line, lines[index + 1], text):
                    index += 1
                    text.append(lines[index].text)
                yield Element("heading", glue(text), level=level, locator=place)
            elif table > 1 or self._headers.goes_on(number, line):
                yield from paragraphs(held, place)
                held = []
                follows = index == 0 and self._ended_in_table
                rows = lines[index : index + max(table, 1)]
                yield Element("table", locator=place, cells=self._headers.headed(number, rows, follows=follows))
                index += len(rows) - 1
            else:
                self._headers.announced(number, line)
                held.append(line)
            index += 1
        self._ended_in_table = bool(lines) and not held and len(lines[-1].cells) > 1
        yield from paragraphs(held, place)

    def _runs(self, line: Line, number: int) -> bool:
        """Whether a line is a running head to be dropped; the first of its kind stays, lest its words be lost."""
        key = _edge_key(line, number)
        if key not in self._running:
            return False
        seen = key in self._first_seen
        self._first_seen.add(key)
        return seen or not re.search(r"[^\W\d_]{3}|[\u4e00-\u9fff]{2}", key[0])

    def _level(self, number: int, line: Line, before: Line | None) -> int | None:
        known = self._outline.get((number, _key(line.text)))
        if known is not None:
            return known
        if self._is_large(line):
            return self._ranks.get(line.size)
        close = before is not None and abs(before.bottom - line.bottom) <= 1.4 * line.height
        if before is not None and close and (before.bold or before.size == line.size):
            return None  # both are emphasis, or the text goes on
        return len(self._ranks) + 1 if line.bold and line.size >= self._body and _may_head(line) else None

    def _continues(self, number: int, first: Line, line: Line, text: list[str]) -> bool:
        """Whether a heading goes on in the next line: same font, close below."""
        return (
            line.size == first.size
            and line.bold == first.bold
            and line.size >= LARGER * self._body
            and len(line.cells) == 1
            and 0 < first.bottom - line.bottom < 1.5 * first.height * len(text)
            and sum(map(len, text)) + len(line.text) <= LONGEST_HEADING
            and (number, _key(line.text)) not in self._outline
        )


def _may_head(line: Line) -> bool:
    letters = sum(character.isalpha() for character in line.text)
    return (
        2 <= len(line.text) <= LONGEST_HEADING
        and letters >= 2
        and len(line.cells) == 1
        and not re.search(r"[.。;；,，、]$", line.text)
        and not MARK.match(line.text)
    )


def _edge_key(line: Line, number: int) -> tuple[str, int]:
    """What makes a line the same on another page: its words, its own page number aside, and its height on the page.

    Other numbers count, for they may be all in which two products' pages differ.
    """
    text = re.sub(rf"(?<!\d){number}(?!\d)", "#", re.sub(r"\s+", " ", line.text)).strip().lower()
    return text if re.search(r"[^\W\d_]", text) else "#", round(line.bottom / 6)


def _running(pages: Sequence[Sequence[Line]]) -> set[tuple[str, int]]:
    """The keys of lines that stand among the two topmost or two lowest of most pages of four or more."""
    filled = sum(bool(lines) for lines in pages)
    counts: Counter[tuple[str, int]] = Counter()
    for number, lines in enumerate(pages, start=1):
        ordered = sorted(lines, key=lambda line: line.bottom)
        counts.update({_edge_key(line, number) for line in [*ordered[:2], *ordered[-2:]]})
    return {key for key, count in counts.items() if filled >= 4 and count >= REPEATED * filled}
