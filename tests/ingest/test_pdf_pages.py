"""PDF price lists that run over pages, columns that stand at different heights, and letters without a meaning."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.document import Element, Refused, RowRefused
from ingest.ocr import available
from ingest.pdf import read_pdf

EDGES = (60, 150, 330, 440)
HEAD = ("Code", "Article", "Price", "Stock")


def found(path: Path, *, ocr: bool = False) -> list[Element | RowRefused]:
    """What the reader makes of a file, the writing program's title aside."""
    return [piece for piece in read_pdf(path, ocr=ocr) if not (isinstance(piece, Element) and piece.text == "untitled")]


def tables(path: Path) -> list[tuple[int | None, tuple[tuple[str, ...], ...]]]:
    """(page, cells) of each table."""
    elements = [piece for piece in found(path) if isinstance(piece, Element)]
    return [(element.locator.page, element.cells) for element in elements if element.kind == "table"]


def rows(page: Canvas, lines: Sequence[Sequence[str]], top: float = 780, edges: Sequence[float] = EDGES) -> None:
    """Lines of cells down a page."""
    for number, line in enumerate(lines):
        for edge, cell in zip(edges, line, strict=False):
            page.drawString(edge, top - 18 * number, cell)


def articles(first: int, last: int) -> list[tuple[str, ...]]:
    """Rows of an invented price list."""
    return [(f"RN-{n:03}", f"Rowan peg {n} mm", f"{n}.50 EUR", f"{n} bags") for n in range(first, last + 1)]


def test_a_table_goes_on_over_pages_under_the_header_of_the_first(tmp_path: Path) -> None:
    """Also where only one row is left for the last page."""
    path = tmp_path / "a.pdf"
    page = Canvas(str(path))
    page.drawString(60, 800, "Rowan pegs, all sizes and prices")
    rows(page, [HEAD, *articles(1, 6)], 760)
    page.showPage()
    rows(page, articles(7, 12))
    page.showPage()
    rows(page, articles(13, 13))
    page.save()
    assert tables(path) == [
        (1, (HEAD, *articles(1, 6))),
        (2, (HEAD, *articles(7, 12))),
        (3, (HEAD, *articles(13, 13))),
    ]


def test_a_foot_and_a_head_between_do_not_part_a_table(tmp_path: Path) -> None:
    """Page numbers and a band above the rows are passed over; a header that is repeated stays one."""
    path = tmp_path / "a.pdf"
    page = Canvas(str(path))
    rows(page, [HEAD, *articles(1, 4)])
    page.drawString(280, 30, "Page 1 of 3")
    page.showPage()
    page.drawString(60, 800, "Rowan pegs, continued")
    rows(page, articles(5, 8), 770)
    page.drawString(280, 30, "Page 2 of 3")
    page.showPage()
    rows(page, [HEAD, *articles(9, 12)])
    page.drawString(280, 30, "Page 3 of 3")
    page.save()
    assert tables(path) == [
        (1, (HEAD, *articles(1, 4))),
        (2, (HEAD, *articles(5, 8))),
        (3, (HEAD, *articles(9, 12))),
    ]


def test_another_table_on_the_next_page_keeps_its_own_header(tmp_path: Path) -> None:
    """Edges alike make no continuation where the first row names columns itself."""
    path = tmp_path / "a.pdf"
    other = ("Order", "Part", "Weight", "Colours")
    page = Canvas(str(path))
    rows(page, [HEAD, *articles(1, 4)])
    page.showPage()
    rows(page, [other, *articles(5, 8)])
    page.showPage()
    rows(page, articles(5, 8), edges=(60, 250, 400, 500))
    page.save()
    assert tables(path)[:2] == [(1, (HEAD, *articles(1, 4))), (2, (other, *articles(5, 8)))]


def test_a_blank_column_on_the_next_page_moves_nothing(tmp_path: Path) -> None:
    """A page on which nothing stands in one column still has its cells under their own headers."""
    path = tmp_path / "a.pdf"
    page = Canvas(str(path))
    rows(page, [HEAD, *articles(1, 4)])
    page.showPage()
    rows(page, [(a, b, "", d) for a, b, _, d in articles(5, 8)])
    page.save()
    assert tables(path)[1] == (2, (HEAD, *((a, b, "", d) for a, b, _, d in articles(5, 8))))


def test_bands_between_rows_keep_the_header(tmp_path: Path) -> None:
    """Rows below a section's label on the same page are under the page's header."""
    path = tmp_path / "a.pdf"
    page = Canvas(str(path))
    rows(page, [HEAD, *articles(1, 4)])
    page.drawString(60, 660, "Long pegs made to order")
    rows(page, articles(30, 33), 630)
    page.save()
    assert tables(path) == [(1, (HEAD, *articles(1, 4))), (1, (HEAD, *articles(30, 33)))]


LEFT = (
    "The Alder heater warms rooms of up",
    "to thirty square metres. It burns",
    "pellets from a hopper of nine kilos",
    "and needs a flue of eight centimetres.",
    "Its output is 7.5 kW at most and it",
    "uses one kilo in an hour. The glass",
    "door is cleaned with a dry cloth when",
    "it is cold. Empty the pan every day.",
)
RIGHT = (
    "The Birch cooker runs on bottled gas",
    "and has three burners of 2.2 kW each.",
    "A bottle of five kilos lasts for some",
    "twenty hours. Have the hose checked",
    "every five years and never cook in a",
    "tent. The lid is a shield against the",
    "wind. The tray is washed by hand with",
    "warm water and a little soap.",
)
CHINESE = (
    "白桦炉适合三十平方米以内的房间使用，",
    "燃料为颗粒，料斗容量为九公斤，烟管",
    "直径八厘米，最大功率七点五千瓦，每",
    "小时消耗一公斤颗粒。玻璃门冷却后用",
    "干布擦拭即可，灰盘需要每天清理一次，",
    "以免影响燃烧效果。",
)


@pytest.mark.parametrize(("shift", "leading"), [(7, 14), (4, 14), (0, 14), (5, 12.5)])
@pytest.mark.parametrize("woven", [False, True])
def test_two_columns_are_two_texts_at_whatever_height(
    tmp_path: Path, shift: float, leading: float, woven: bool
) -> None:
    """The right column a little lower or set tighter, drawn after the left one or line by line with it."""
    path = tmp_path / "a.pdf"
    page = Canvas(str(path))
    page.drawString(60, 800, "Heating outdoors")
    left = [(60, 770 - 14 * number, line) for number, line in enumerate(LEFT)]
    right = [(320, 770 - shift - leading * number, line) for number, line in enumerate(RIGHT)]
    placed = [line for pair in zip(left, right, strict=True) for line in pair] if woven else left + right
    for line in placed:
        page.drawString(*line)
    page.save()
    text = " ".join(element.text for element in found(path) if isinstance(element, Element))
    assert " ".join(text.split()) == f"Heating outdoors {' '.join(LEFT)} {' '.join(RIGHT)}"


def test_three_columns_each_with_its_heading(tmp_path: Path) -> None:
    """Headings on one line belong each to the column below them."""
    path = tmp_path / "a.pdf"
    page = Canvas(str(path))
    for place, (name, lines) in enumerate((("Heater", LEFT), ("Cooker", RIGHT), ("Again", LEFT))):
        page.setFont("Helvetica-Bold", 12)
        page.drawString(30 + 190 * place, 770, name)
        page.setFont("Helvetica", 9)
        for number, line in enumerate(lines):
            page.drawString(30 + 190 * place, 750 - 4 * place - 12 * number, line)
    page.save()
    elements = [(e.kind, e.text) for e in found(path) if isinstance(e, Element)]
    assert elements == [
        ("heading", "Heater"),
        ("text", " ".join(LEFT)),
        ("heading", "Cooker"),
        ("text", " ".join(RIGHT)),
        ("heading", "Again"),
        ("text", " ".join(LEFT)),
    ]


def test_chinese_columns_are_two_texts(tmp_path: Path) -> None:
    """Characters without spaces between them make columns as well."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    path = tmp_path / "a.pdf"
    page = Canvas(str(path))
    page.setFont("STSong-Light", 11)
    for number, line in enumerate(CHINESE):
        page.drawString(60, 770 - 15 * number, line)
        page.drawString(320, 763 - 15 * number, line.replace("炉", "灶"))
    page.save()
    text = "".join(element.text for element in found(path) if isinstance(element, Element))
    assert "".join(text.split()) == "".join(CHINESE) + "".join(CHINESE).replace("炉", "灶")


def unmapped(path: Path, *, readable: int = 0) -> None:
    """Pages whose font gives its glyphs no characters (Identity-H without ToUnicode), after some that do."""
    page = Canvas(str(path), pageCompression=0)
    for number in range(readable):
        page.drawString(60, 700, f"Page {number + 1} says that the Sorrel lamp has a switch.")
        page.showPage()
    page.drawString(60, 780, "X" * 60)
    page.save()
    raw = path.read_bytes()
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /AAAAAA+Own /Encoding /Identity-H /DescendantFonts [ << /Type /Font "
        b"/Subtype /CIDFontType2 /BaseFont /AAAAAA+Own /DW 600 /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        b" /Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /AAAAAA+Own /Flags 4 /ItalicAngle 0 "
        b"/FontBBox [0 -200 1000 800] /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >> ] >>"
    )
    codes = b"".join(b"%04X" % (ord(char) - 29) for char in "The lamp has a warranty of 24 months.")
    assert raw.count(b"(" + b"X" * 60 + b") Tj") == 1
    text = b"/Own 12 Tf <" + codes + b"> Tj"
    text = text.ljust(len(b"(" + b"X" * 60 + b") Tj"))
    raw = raw.replace(b"(" + b"X" * 60 + b") Tj", text)
    raw = raw.replace(b"/Font 1 0 R", b"/Font << /F1 2 0 R /Own " + font + b" >>")
    path.write_bytes(raw)


def test_letters_without_a_meaning_are_refused_by_name(tmp_path: Path) -> None:
    """Nonsense is never text; the reason says what is missing."""
    path = tmp_path / "a.pdf"
    unmapped(path)
    with pytest.raises(Refused, match="character map"):
        found(path)


def test_a_page_without_a_meaning_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    """The page is lost, the file is not."""
    path = tmp_path / "a.pdf"
    unmapped(path, readable=2)
    first, second, lost = found(path)
    assert isinstance(first, Element)
    assert isinstance(second, Element)
    assert isinstance(lost, RowRefused)
    assert (lost.where, lost.kind) == ("page 3", "page")
    assert "character map" in lost.reason


@pytest.mark.skipif(not available(), reason="the ocr extra is not installed")
def test_a_page_without_a_meaning_is_read_by_ocr_where_its_letters_are_painted(tmp_path: Path) -> None:
    """An embedded font shows what its codes do not say."""
    import reportlab
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("Vera", str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")))
    path = tmp_path / "a.pdf"
    page = Canvas(str(path), pageCompression=0)
    page.setFont("Vera", 24)
    page.drawString(60, 700, "Sorrel lamp 24 months")
    page.save()
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"/ToUnicode", b"/NoUnicode"))
    text = " ".join(piece.text for piece in found(path, ocr=True) if isinstance(piece, Element))
    assert "24" in text
