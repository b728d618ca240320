"""PDF read page by page: headings by outline, size and weight, paragraphs rejoined, tables by their gaps.

Running heads and page numbers are told by their repetition and dropped. A page without a text layer is read by OCR
where that is on, else it is reported as lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from index.chunk import Locator
from ingest.document import Element, Refused, RowRefused
from ingest.ocr import INSTALL, SWITCHED_OFF, available, words
from ingest.pdfpage import Line, lines_of

LARGER = 1.12
"""Times the size of the body text from which a short line is a heading."""
LONGEST_HEADING = 120
"""Characters."""
REPEATED = 0.6
"""Share of the pages on which a line at the edge must stand to be a running head."""
ROW_LEADING = 1.45
"""Heights of a line within which two lines belong to one wrapped cell; padded rows stand further apart."""
WRAPPED_LINES = 6
"""Lines that a cell or the cells of a row may run to; columns of prose run on for longer."""
DPI = 200
MAX_PAGES = 5000
BULLET = re.compile(r"^(?:[•·●▪◦‣■➢–*]|-(?=\s))\s*(?=\S)|^(?:\d{1,2}[.)]|[a-z]\)|[(（]\d{1,2}[)）])\s+(?=\S)")
MARK = re.compile(r"^[•·●▪◦‣■➢–*-]\s*")
CJK = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")


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
        pages, lost = _pages(pdf, raw, pypdfium2.PdfiumError)
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
            elif _has_picture(pdf, number, raw):
                text = _recognised(pdf, number) if ocr and available() else None
                if text:
                    found = True
                    yield Element("text", text, locator=Locator(page=number))
                elif text is None:
                    why = INSTALL if ocr else SWITCHED_OFF
                    lost[number] = f"the page has no text layer; {why}"
                    yield RowRefused(f"page {number}", lost[number], "page")
        if not found:
            raise Refused(next(iter(lost.values())) if lost else "no words were found in it")


def _pages(pdf: Any, raw: Any, failure: type[Exception]) -> tuple[list[list[Line]], dict[int, str]]:
    """The lines of each page, and the reason for each page that cannot be read."""
    pages: list[list[Line]] = []
    lost: dict[int, str] = {}
    for index in range(len(pdf)):
        try:
            page = pdf[index]
            textpage = page.get_textpage()
            pages.append(lines_of(textpage, raw))
            textpage.close()
            page.close()
        except failure as error:
            pages.append([])
            lost[index + 1] = f"the page is damaged: {error}"
    return pages, lost


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


@dataclass(frozen=True, slots=True)
class _Size:
    """A way in which headings are set."""

    size: float
    bold: bool


class _Layout:
    """What only the whole document tells: the body's font, the headings' ranks, the running heads."""

    def __init__(self, pages: Sequence[Sequence[Line]], outline: dict[tuple[int, str], int]) -> None:
        self._outline = outline
        weights: Counter[float] = Counter()
        for lines in pages:
            for line in lines:
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
            table = _table_at(lines, index)
            level = self._level(number, line, lines[index - 1] if index else None)
            if level is not None and len(line.cells) == 1:
                yield from _paragraphs(held, place)
                held = []
                text = [line.text]
                while index + 1 < len(lines) and self._continues(number, line, lines[index + 1], text):
                    index += 1
                    text.append(lines[index].text)
                yield Element("heading", _glue(text), level=level, locator=place)
            elif table > 1:
                yield from _paragraphs(held, place)
                held = []
                yield Element("table", locator=place, cells=_cells(lines[index : index + table]))
                index += table - 1
            else:
                held.append(line)
            index += 1
        yield from _paragraphs(held, place)

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
        parted = before is None or abs(before.bottom - line.bottom) > 1.4 * line.height or before.size != line.size
        if line.bold and parted and line.size >= self._body and _may_head(line) and not before_is_bold(before, line):
            return len(self._ranks) + 1
        return None

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


def before_is_bold(before: Line | None, line: Line) -> bool:
    """Whether the line above is bold too and close: then both are emphasis, not headings."""
    return before is not None and before.bold and abs(before.bottom - line.bottom) < 1.4 * line.height


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


def _table_at(lines: Sequence[Line], start: int) -> int:
    """How many lines from `start` on form a table: two or more with two or more cells, edges shared."""
    end = start
    edges: list[float] = []
    rows = 0
    while end < len(lines):
        line = lines[end]
        wrapped = lines[max(start, end - WRAPPED_LINES) : end]
        if rows > 1 and any(len(other.cells) > 1 for other in wrapped) and _within_row(line, wrapped, lines[start:end]):
            end += 1
            continue
        far = end > start and abs(lines[end - 1].bottom - line.bottom) > 4 * max(line.height, lines[end - 1].height)
        if far or (end > start and line.bottom > lines[end - 1].bottom + line.height):
            break
        if len(line.cells) > 1:
            near = sum(any(abs(left - edge) < 2 * line.height for edge in edges) for left, _, _ in line.cells)
            if edges and near == 0:
                break
            edges += [left for left, _, _ in line.cells]
            rows += 1
        elif not (
            rows
            and end + 1 < len(lines)
            and min(edges) + line.height < line.left
            and any(abs(line.left - edge) < line.height / 2 for edge in edges)
        ):
            break  # neither a row nor a cell that goes on below one
        end += 1
    return end - start if rows > 1 else 0


def _cells(lines: Sequence[Line]) -> tuple[tuple[str, ...], ...]:
    """The lines of a table put under common columns."""
    columns = _columns(lines)
    padded = _is_padded(lines)
    table: list[list[str]] = []
    row_lines: list[Line] = []
    for line in lines:
        goes_on = (
            bool(table)
            and len(columns) > 1
            and (_within_row(line, row_lines, lines) if padded else len(line.cells) == 1)
        )
        row_lines = [*row_lines, line] if goes_on else [line]
        row = table[-1] if goes_on else [""] * len(columns)
        for left, right, text in line.cells:
            column = max(range(len(columns)), key=lambda place: _shared(columns[place], left, right))
            row[column] = f"{row[column]} {text}".strip()
        if not goes_on:
            table.append(row)
    return tuple(tuple(row) for row in table)


def _within_row(line: Line, row: Sequence[Line], table: Sequence[Line]) -> bool:
    """Whether a line is a further line of a wrapped cell: close to the row, and inside a column of the table."""
    close = any(abs(other.bottom - line.bottom) < ROW_LEADING * line.height for other in row[-WRAPPED_LINES:])
    lefts = [left for other in table for left, _, _ in other.cells]
    return close and all(
        any(abs(left - edge) < line.height for edge in lefts)
        and right <= min((edge for edge in lefts if edge > left + line.height), default=right)
        for left, right, _ in line.cells
    )


def _is_padded(lines: Sequence[Line]) -> bool:
    """Whether the rows stand further apart than the lines of one cell do."""
    full = [line for line in lines if len(line.cells) > 1]
    gaps = sorted(abs(above.bottom - below.bottom) for above, below in pairwise(full))
    return bool(gaps) and gaps[len(gaps) // 2] > ROW_LEADING * lines[0].height


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """(left, right) of each column: what the cells of all rows cover together, be they set left, right or centred.

    Where a cell spans columns, so that they would run into one, the row with the most cells decides alone.
    """
    widest = max(lines, key=lambda line: len(line.cells))
    columns: list[tuple[float, float]] = []
    for left, right, _ in sorted(cell for line in lines for cell in line.cells):
        if columns and left < columns[-1][1]:
            columns[-1] = columns[-1][0], max(columns[-1][1], right)
        else:
            columns.append((left, right))
    if len(columns) < len(widest.cells):
        return [(left, right) for left, right, _ in widest.cells]
    return columns


def _shared(column: tuple[float, float], left: float, right: float) -> float:
    """How far a cell and a column overlap; negative, their distance."""
    return min(column[1], right) - max(column[0], left)


def _paragraphs(lines: Sequence[Line], place: Locator) -> Iterator[Element]:
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
    text = _glue(parts) if prose or lines[0].hyphenated else _lines(parts)
    if BULLET.match(text):
        return Element("list_item", MARK.sub("", text), level=1, locator=place)
    return Element("text", text, locator=place)


def _lines(parts: Sequence[str]) -> str:
    return "\n".join(part.replace("\xad", "-") for part in parts)


def _glue(parts: Sequence[str]) -> str:
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
