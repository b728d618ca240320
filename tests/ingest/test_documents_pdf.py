"""PDF: pages, headings, tables, running heads, hyphens, passwords and pages without text."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table, TableStyle

from ingest.document import Element, Refused, RowRefused
from ingest.ocr import available
from ingest.pdf import read_pdf

STYLES = getSampleStyleSheet()
PROSE = "The kettle boils one litre of water in three minutes and switches itself off when it is done. " * 4


def canvas(path: Path, **options: object) -> Canvas:
    """A canvas without compression, so that the files stay readable."""
    return Canvas(str(path), pagesize=A4, pageCompression=0, **options)


def found(path: Path) -> list[Element | RowRefused]:
    """What the reader makes of a file, OCR being off, the title aside that the writing program invents."""
    return [piece for piece in read_pdf(path, ocr=False) if not (isinstance(piece, Element) and _is_title(piece))]


def _is_title(element: Element) -> bool:
    return element.kind == "heading" and element.level == 0 and element.text != "K-series"


def test_headings_paragraphs_and_tables_come_with_their_page(tmp_path: Path) -> None:
    """Larger type is a heading by its rank, wrapped lines are one paragraph, gaps part the cells of a table."""
    path = tmp_path / "manual.pdf"
    rows = [["Model", "Power", "Price"], ["K100", "1800 W", "299"], ["K200", "2200 W", "399"]]
    table = Table(rows, colWidths=120)
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))
    story = [
        Paragraph("Kettle manual", STYLES["Heading1"]),
        Paragraph(PROSE, STYLES["BodyText"]),
        PageBreak(),
        Paragraph("Models", STYLES["Heading2"]),
        table,
        Paragraph("• wipe it dry", STYLES["BodyText"]),
        Paragraph("• keep it clean", STYLES["BodyText"]),
    ]
    SimpleDocTemplate(str(path), title="K-series").build(story)
    elements = [element for element in found(path) if isinstance(element, Element)]
    assert [(e.kind, e.text.strip(), e.level, e.locator.page) for e in elements] == [
        ("heading", "K-series", 0, None),
        ("heading", "Kettle manual", 1, 1),
        ("text", PROSE.strip(), 0, 1),
        ("heading", "Models", 2, 2),
        ("table", "", 0, 2),
        ("list_item", "wipe it dry", 1, 2),
        ("list_item", "keep it clean", 1, 2),
    ]
    assert elements[4].cells == tuple(tuple(row) for row in rows)


def test_cells_find_their_column_however_they_are_aligned(tmp_path: Path) -> None:
    """Numbers set to the right and blanks between them stay under their own heading."""
    path = tmp_path / "prices.pdf"
    rows = [
        ["Model", "Power in watts", "Price"],
        ["K100", "", "299.00"],
        ["K200", "2200", "1399.00"],
        ["K300", "9", ""],
    ]
    table = Table(rows, colWidths=150)
    table.setStyle(TableStyle([("ALIGN", (1, 0), (-1, -1), "RIGHT")]))
    SimpleDocTemplate(str(path)).build([table])
    assert [piece.cells for piece in found(path) if isinstance(piece, Element)] == [tuple(tuple(row) for row in rows)]


def test_a_wrapped_cell_stays_in_its_row_and_text_below_the_table_out_of_it(tmp_path: Path) -> None:
    """Cells of several lines, set in the middle, are one cell; the paragraph that follows is none."""
    path = tmp_path / "codes.pdf"
    long = "Unplug the base and leave it upside down on a towel overnight, then try again with fresh water."
    rows = [
        ["Code", "Meaning", "Remedy"],
        ["E1", "Boiled dry", "Let it cool."],
        ["E2", "Too damp", long],
        ["E3", "Low", "Wait."],
    ]
    cells = [[Paragraph(cell, STYLES["BodyText"]) for cell in row] for row in rows]
    table = Table(cells, colWidths=(60, 120, 200))
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
    SimpleDocTemplate(str(path)).build([table, Paragraph(PROSE, STYLES["BodyText"])])
    grid, prose = (piece for piece in found(path) if isinstance(piece, Element))
    assert grid.cells == tuple(tuple(row) for row in rows)
    assert prose.text == PROSE.strip()


def test_pages_of_one_template_keep_the_numbers_in_which_they_differ(tmp_path: Path) -> None:
    """A last line that differs in nothing but its price is content, not a running foot."""
    path = tmp_path / "cards.pdf"
    page = canvas(path)
    for number in range(1, 7):
        page.drawString(72, 600, f"Model K{number}00 is a kettle for the kitchen of today.")
        page.drawString(72, 580, f"Price {number * 100 + 99} euros")
        page.showPage()
    page.save()
    text = "\n".join(element.text for element in found(path) if isinstance(element, Element))
    assert [f"Price {number * 100 + 99} euros" in text for number in range(1, 7)] == [True] * 6


def test_running_heads_are_kept_once_and_page_numbers_dropped(tmp_path: Path) -> None:
    """What stands at the edge of every page is no content of every page."""
    path = tmp_path / "book.pdf"
    page = canvas(path)
    for number in range(1, 7):
        page.drawString(72, 800, "Kettle manual, second edition")
        page.drawString(72, 600, f"Fact number {number} of the book is this sentence of its own.")
        page.drawString(72, 580, f"Its second line has the code {number * 111} in it.")
        page.drawString(300, 30, f"- {number} -")
        page.showPage()
    page.save()
    text = "\n".join(element.text for element in found(path) if isinstance(element, Element))
    assert text.count("Kettle manual, second edition") == 1
    assert [f"code {number * 111} " in text for number in range(1, 7)] == [True] * 6
    assert "- 3 -" not in text


def test_lines_of_a_paragraph_are_joined(tmp_path: Path) -> None:
    """A paragraph set in lines reads as one."""
    path = tmp_path / "a.pdf"
    page = canvas(path)
    lines = [
        "The kettle is made of brushed stainless steel and has a handle",
        "that stays cool while the water boils inside.",
    ]
    for number, line in enumerate(lines):
        page.drawString(72, 700 - 14 * number, line)
    page.save()
    (element,) = found(path)
    assert isinstance(element, Element)
    assert element.text == " ".join(lines)


def test_a_password_is_asked_for_in_the_reason(tmp_path: Path) -> None:
    """An encrypted file is refused with what to do."""
    path = tmp_path / "locked.pdf"
    page = canvas(path, encrypt=StandardEncryption("secret", ownerPassword="owner"))
    page.drawString(72, 700, "hidden")
    page.save()
    with pytest.raises(Refused, match="password"):
        found(path)


def picture(path: Path) -> None:
    """Two pages: words, and a scanned picture without a text layer."""
    from PIL import Image

    image = path.with_suffix(".png")
    Image.new("RGB", (200, 100), "white").save(image)
    page = canvas(path)
    page.drawString(72, 700, "A page with words.")
    page.showPage()
    page.drawImage(str(image), 72, 500)
    page.showPage()
    page.save()


def test_a_page_without_text_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    """A scanned page is reported as lost; it is no row."""
    path = tmp_path / "scan.pdf"
    picture(path)
    words, lost = found(path)
    assert isinstance(words, Element)
    assert words.text == "A page with words."
    assert isinstance(lost, RowRefused)
    assert (lost.where, lost.kind) == ("page 2", "page")
    assert "no text layer" in lost.reason


def test_a_file_of_pictures_only_is_refused_without_ocr(tmp_path: Path) -> None:
    """Nothing of it could be read, so the file is refused, with the reason."""
    from PIL import Image

    path = tmp_path / "scan.pdf"
    Image.new("RGB", (200, 100), "white").save(path)
    with pytest.raises(Refused, match="no text layer"):
        found(path)


def test_what_is_no_pdf_is_refused(tmp_path: Path) -> None:
    """A damaged file says so."""
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4\nnothing")
    with pytest.raises(Refused, match="damaged"):
        found(path)


@pytest.mark.skipif(not available(), reason="the ocr extra is not installed")
def test_ocr_reads_a_scanned_page(tmp_path: Path) -> None:
    """Words that are only painted are read, and know their page."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (900, 300), "white")
    ImageDraw.Draw(image).text((40, 100), "Kettle K200 399", fill="black", font=ImageFont.load_default(80))
    path = tmp_path / "scan.pdf"
    image.save(path)
    *_, element = read_pdf(path, ocr=True)
    assert isinstance(element, Element)
    assert element.text.replace(" ", "") == "KettleK200399"
    assert element.locator.page == 1


@pytest.mark.skipif(not available(), reason="the ocr extra is not installed")
def test_ocr_reads_chinese(shared_data: Path) -> None:
    """A real picture of Chinese text is read offline."""
    from ingest.ocr import read_image

    image = shared_data / "parsing_unstructured" / "img" / "chi_sim_image.jpeg"
    text = "".join(element.text for element in read_image(image, ocr=True) if isinstance(element, Element))
    assert len([character for character in text if "\u4e00" <= character <= "\u9fff"]) >= 20
