"""Word documents as a reader sees them: deleted, struck and hidden text is gone, boxes and notes are there."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ingest.document import Element
from ingest.formats import detect
from ingest.reading import document_of, read

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
SPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": f"{OFFICE}/relationships",
        "m": f"{OFFICE}/math",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)
STYLES = (
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="character" w:styleId="Gone"><w:name w:val="Gone"/><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Inner"><w:name w:val="Inner"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Inner2"><w:name w:val="Inner 2"/><w:basedOn w:val="Inner"/></w:style>'
)


def run(text: str, properties: str = "") -> str:
    """A run of one text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    """A paragraph; plain words become runs."""
    inner = "".join(part if part.startswith("<") else run(part) for part in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def table(*rows: list[str], row_properties: str = "") -> str:
    """A table whose cells are paragraphs, or what begins with `<`."""
    lines = [
        f"<w:tr>{row_properties}"
        + "".join(f"<w:tc><w:tcPr/>{cell if cell.startswith('<') else paragraph(cell)}</w:tc>" for cell in row)
        + "</w:tr>"
        for row in rows
    ]
    columns = "<w:gridCol/>" * len(rows[0])
    return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{''.join(lines)}</w:tbl>"


def note(kind: str, number: int, *paragraphs: str) -> str:
    """A footnote or an endnote."""
    return f'<w:{kind} w:id="{number}">{"".join(paragraphs)}</w:{kind}>'


def word(
    folder: Path, body: str, *, footnotes: str = "", endnotes: str = "", header: str = "", title: str = ""
) -> Path:
    """A Word document with this body and, where given, its other parts."""
    parts = {"styles": f"<w:styles {SPACES}>{STYLES}</w:styles>"}
    if footnotes:
        parts["footnotes"] = f"<w:footnotes {SPACES}>{footnotes}</w:footnotes>"
    if endnotes:
        parts["endnotes"] = f"<w:endnotes {SPACES}>{endnotes}</w:endnotes>"
    if header:
        parts["header"] = f"<w:hdr {SPACES}>{header}</w:hdr>"
    shown = '<w:headerReference w:type="default" r:id="header"/>' if header else ""
    ends = f"<w:sectPr>{shown}</w:sectPr>"
    types = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{WORD}.{name}+xml"/>' for name in parts)
    links = "".join(f'<Relationship Id="{n}" Type="{OFFICE}/relationships/{n}" Target="{n}.xml"/>' for n in parts)
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(folder / "a.docx", "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{WORD}.document.main+xml"/>{types}'
            '<Override PartName="/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
            "</Types>",
        )
        core = f'<Relationship Id="c" Type="{package}/relationships/metadata/core-properties" Target="core.xml"/>'
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="d" '
            f'Type="{OFFICE}/relationships/officeDocument" Target="word/document.xml"/>{core if title else ""}'
            "</Relationships>",
        )
        archive.writestr(
            "core.xml",
            f'<cp:coreProperties xmlns:cp="{package}/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></cp:coreProperties>',
        )
        relations = f'<Relationships xmlns="{package}/relationships">{links}</Relationships>'
        archive.writestr("word/_rels/document.xml.rels", relations)
        archive.writestr("word/document.xml", f"<w:document {SPACES}><w:body>{body}{ends}</w:body></w:document>")
        for name, text in parts.items():
            archive.writestr(f"word/{name}.xml", text)
    return folder / "a.docx"


def elements(path: Path) -> list[Element]:
    """All elements, read as what the file is detected to be."""
    return [piece for piece in read(path, detect(path), ocr=False) if isinstance(piece, Element)]


def texts(path: Path) -> list[str]:
    """The text of each element, a table's as its cells joined by bars and lines by slashes."""
    return [element.text or " / ".join(" | ".join(row) for row in element.cells) for element in elements(path)]


CHANGED = 'w:id="1" w:author="a" w:date="2026-01-01T00:00:00Z"'


def inserted(inner: str) -> str:
    """A tracked insertion."""
    return f"<w:ins {CHANGED}>{inner}</w:ins>"


def deleted(text: str) -> str:
    """A tracked deletion."""
    return f"<w:del {CHANGED}><w:r><w:delText>{text}</w:delText></w:r></w:del>"


def test_tracked_changes_are_read_as_accepted(tmp_path: Path) -> None:
    """Insertions, moves and link texts inside them are read; deletions, of rows and paragraphs too, are not."""
    link = f"<w:hyperlink>{inserted(run('two years'))}</w:hyperlink>"
    gone_mark = f"<w:rPr><w:del {CHANGED}/></w:rPr>"
    moved = f"<w:moveFrom {CHANGED}>{run('Old place.')}</w:moveFrom>"
    row = f"<w:trPr><w:del {CHANGED}/></w:trPr>"
    body = (
        paragraph("The Orla kettle has a guarantee of ", deleted("one year"), link, ".")
        + paragraph(deleted("Batteries are extra."), properties=gone_mark)
        + paragraph("Spare lids ", properties=gone_mark)
        + paragraph("cost 7 EUR.")
        + paragraph(moved, f"<w:moveTo {CHANGED}>{run('New place.')}</w:moveTo>")
        + table(["Part", "Price"], ["Lid", paragraph(deleted("6 EUR"), inserted(run("7 EUR")))])
        + table(["Withdrawn", "99 EUR"], row_properties=row)
    )
    assert texts(word(tmp_path, body)) == [
        "The Orla kettle has a guarantee of two years.",
        "Spare lids cost 7 EUR.",
        "New place.",
        "Part | Price / Lid | 7 EUR",
    ]


def test_a_formatting_change_strikes_nothing(tmp_path: Path) -> None:
    """How text was set before a tracked change of its format is no format of it."""
    was = f"<w:rPrChange {CHANGED}><w:rPr><w:strike/><w:vanish/></w:rPr></w:rPrChange>"
    assert texts(word(tmp_path, paragraph("Costs ", run("18 EUR", was), "."))) == ["Costs 18 EUR."]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (paragraph("Now ", run("120 EUR", "<w:strike/>"), " 99 EUR."), "Now 99 EUR."),
        (paragraph("现价 ", run("299 元", "<w:dstrike/>"), "239 元。"), "现价 239 元。"),
        (paragraph("Only ", run("80 EUR", '<w:rStyle w:val="Gone"/>'), "72 EUR."), "Only 72 EUR."),
        (paragraph("Kept ", run("80 EUR", '<w:rStyle w:val="Gone"/><w:strike w:val="0"/>'), "."), "Kept 80 EUR."),
        (paragraph("For you.", run(" We paid 31 EUR.", "<w:vanish/>")), "For you."),
        (paragraph("Open.") + paragraph("Bought at 31 EUR.", properties='<w:pStyle w:val="Inner2"/>'), "Open."),
        (paragraph("Shown ", run("on paper", "<w:webHidden/>"), "."), "Shown on paper."),
    ],
)
def test_struck_and_hidden_text_is_not_read(tmp_path: Path, body: str, expected: str) -> None:
    """Struck or hidden by hand, by a style or by what a style is based on; what is switched off again is read."""
    assert texts(word(tmp_path, body)) == [expected]


def test_a_struck_row_and_a_hidden_row_are_gone(tmp_path: Path) -> None:
    """A discontinued article is struck out as a whole."""
    struck = [paragraph(run(cell, "<w:strike/>")) for cell in ("Fern lamp", "45 EUR")]
    hidden = table(["Moss lamp", "55 EUR"], row_properties="<w:trPr><w:hidden/></w:trPr>")
    rows = table(["Article", "Price"], struck, ["Reed lamp", "65 EUR"])
    assert texts(word(tmp_path, rows + hidden)) == ["Article | Price / Reed lamp | 65 EUR"]


def control(inner: str, properties: str = "") -> str:
    """A content control."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def test_content_controls_are_read_where_they_stand(tmp_path: Path) -> None:
    """In a line, round a paragraph, round a cell, nested; an unfilled one's prompt and a table of contents are not."""
    rows = table(["Model", "Price"], ["Quill 2", control(paragraph("34 EUR"))])
    body = (
        control(paragraph("Contents 1"), "<w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj>")
        + control(paragraph("Guarantee", properties='<w:pStyle w:val="H1"/>'))
        + paragraph("It lasts ", control(run("36"), "<w:text/>"), " months.")
        + control(control(paragraph("Sent from Ghent.")))
        + paragraph("Colour: ", control(run("Click here to enter text."), "<w:showingPlcHdr/>"), "red")
        + rows
    )
    path = word(tmp_path, body)
    assert elements(path)[0].kind == "heading"
    assert texts(path) == [
        "Guarantee",
        "It lasts 36 months.",
        "Sent from Ghent.",
        "Colour: red",
        "Model: Quill 2\nPrice: 34 EUR",
    ]


def test_a_row_in_a_content_control_is_a_row(tmp_path: Path) -> None:
    """Repeating sections wrap whole rows."""
    row = "<w:tr>" + "".join(f"<w:tc><w:tcPr/>{paragraph(cell)}</w:tc>" for cell in ("Pico", "9 EUR")) + "</w:tr>"
    rows = table(["Model", "Price"]).replace("</w:tbl>", control(control(row)) + "</w:tbl>")
    assert texts(word(tmp_path, rows)) == ["Model: Pico\nPrice: 9 EUR"]


def test_text_boxes_are_read_once(tmp_path: Path) -> None:
    """Word writes a box twice, in a new and an old form; it is read once, after the paragraph it hangs on."""
    box = (
        f"<w:txbxContent>{paragraph('Closed on Mondays.')}{table(['Part', 'Price'], ['Cap', '2 EUR'])}</w:txbxContent>"
    )
    anchor = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing>'
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    old = (
        f"<w:r><w:pict><v:textbox><w:txbxContent>{paragraph('Ring twice.')}</w:txbxContent></v:textbox></w:pict></w:r>"
    )
    body = paragraph("Our hours.", anchor) + paragraph("After the box.") + paragraph(old)
    assert texts(word(tmp_path, body)) == [
        "Our hours.",
        "Closed on Mondays.",
        "Part | Price / Cap | 2 EUR",
        "After the box.",
        "Ring twice.",
    ]


def reference(kind: str, number: int) -> str:
    """The mark of a note in the text."""
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def test_a_note_stands_in_the_sentence_it_limits(tmp_path: Path) -> None:
    """Before the full stop, whether its mark stood before or after it; several sentences become one aside."""
    footnotes = note("footnote", 2, paragraph("Only above 80 EUR. Islands pay 9 EUR.")) + note(
        "footnote", 3, paragraph("仅限工作日。")
    )
    endnotes = note("endnote", 2, paragraph("Except scooters; quads too."), paragraph("And spare parts."))
    body = (
        paragraph("Delivery is free.", reference("footnote", 2), " We ship daily.")
        + paragraph("All tyres are covered", reference("endnote", 2), ".")
        + paragraph("当天发货", reference("footnote", 3), "。")
    )
    assert texts(word(tmp_path, body, footnotes=footnotes, endnotes=endnotes)) == [
        "Delivery is free (Only above 80 EUR; Islands pay 9 EUR). We ship daily.",
        "All tyres are covered (Except scooters; quads too; And spare parts).",
        "当天发货（仅限工作日）。",
    ]


def test_a_note_to_a_heading_stands_below_it(tmp_path: Path) -> None:
    """The heading stays short; a note whose words are struck is none."""
    footnotes = note("footnote", 2, paragraph("Prices without delivery.")) + note(
        "footnote", 3, paragraph(run("Old remark.", "<w:strike/>"))
    )
    heading = paragraph("Prices", reference("footnote", 2), properties='<w:pStyle w:val="H1"/>')
    body = heading + paragraph("A stool is 40 EUR", reference("footnote", 3), ".")
    found = elements(word(tmp_path, body, footnotes=footnotes))
    assert [(element.kind, element.text) for element in found] == [
        ("heading", "Prices"),
        ("text", "Prices without delivery."),
        ("text", "A stool is 40 EUR."),
    ]


def field(code: str, result: str) -> str:
    """A field in its long form."""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_fields_give_their_results(tmp_path: Path) -> None:
    """Long and short ones, one within the other, and a link; never their codes."""
    simple = f'<w:fldSimple w:instr=" DOCPROPERTY Price ">{run("49 EUR")}</w:fldSimple>'
    link = '<w:hyperlink w:anchor="a"><w:smartTag>' + run("our shop") + "</w:smartTag></w:hyperlink>"
    body = paragraph("The stand costs ", simple, ", its bag ", field("MERGEFIELD bag", "12 EUR"), "; see ", link, ".")
    assert texts(word(tmp_path, body)) == ["The stand costs 49 EUR, its bag 12 EUR; see our shop."]


def test_symbols_formulas_ruby_and_raised_digits_keep_their_meaning(tmp_path: Path) -> None:
    """A symbol font's signs are those signs, a raised 1 is no digit of the price, the base of ruby text is read."""
    parts = "".join(f"<m:{name}><m:r><m:t>{text}</m:t></m:r></m:{name}>" for name, text in (("e", "10"), ("sup", "-6")))
    formula = f"<m:oMath><m:r><m:t>a=</m:t></m:r><m:sSup>{parts}</m:sSup></m:oMath>"
    body = (
        paragraph("Up to ", '<w:r><w:sym w:font="Symbol" w:char="F0A3"/></w:r>', "150 kg at 25 ", degree(), "C.")
        + paragraph("Waterproof: ", '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>')
        + paragraph("It costs 29,90", run("1", '<w:vertAlign w:val="superscript"/>'), " EUR.")
        + paragraph("Area ", formula, ".")
        + paragraph(
            "<w:r><w:ruby><w:rt>" + run("zhú") + "</w:rt><w:rubyBase>" + run("竹") + "</w:rubyBase></w:ruby></w:r>",
            "篮",
        )
    )
    assert texts(word(tmp_path, body)) == [
        "Up to ≤150 kg at 25 °C.",
        "Waterproof: ✓",
        "It costs 29,90¹ EUR.",
        "Area a=10⁻⁶.",
        "竹篮",
    ]


def degree() -> str:
    """The degree sign of the Symbol font."""
    return '<w:r><w:sym w:font="Symbol" w:char="00B0"/></w:r>'


def test_a_nested_table_stays_in_its_row(tmp_path: Path) -> None:
    """Which packs belong to which tea is told by the row that the inner table stands in."""
    packs = table(["Pack", "Price"], ["100 g", "4.50 EUR"], ["250 g", "9.00 EUR"]) + paragraph("")
    body = table(["Tea", "Packs"], ["Cardamom", packs], ["Mint", "on request"])
    assert elements(word(tmp_path, body))[0].cells == (
        ("Tea", "Packs"),
        ("Cardamom", "Pack: Price / 100 g: 4.50 EUR / 250 g: 9.00 EUR"),
        ("Mint", "on request"),
    )


def test_a_table_that_only_lays_out_the_page_is_none(tmp_path: Path) -> None:
    """What stands side by side in a frame of one row is read as what it is."""
    prices = table(["Model", "Price"], ["Ivo", "20 EUR"], ["Ilse", "30 EUR"])
    heading = paragraph("Chairs", properties='<w:pStyle w:val="H1"/>')
    found = elements(word(tmp_path, table([heading + prices, paragraph("Call us.")])))
    assert [(e.kind, e.text, e.cells) for e in found] == [
        ("heading", "Chairs", ()),
        ("row", "Model: Ivo\nPrice: 20 EUR", ()),
        ("row", "Model: Ilse\nPrice: 30 EUR", ()),
        ("text", "Call us.", ()),
    ]


def test_a_cell_merged_over_rows_counts_for_each(tmp_path: Path) -> None:
    """Also where a row begins later and where the cells are in content controls."""
    merged = ('<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>', "<w:tcPr><w:vMerge/></w:tcPr>")
    rows = table(["Boot", "Size", "Price"], ["Marsh", "38", "80 EUR"], ["", "42", "86 EUR"], ["Dune", "38", "70 EUR"])
    parts = rows.split("<w:tr>")
    parts[2] = parts[2].replace("<w:tcPr/>", merged[0], 1)
    parts[3] = parts[3].replace("<w:tcPr/>", merged[1], 1)
    assert texts(word(tmp_path, "<w:tr>".join(parts))) == [
        "Boot | Size | Price / Marsh | 38 | 80 EUR / Marsh | 42 | 86 EUR / Dune | 38 | 70 EUR"
    ]


def test_a_document_without_a_title_has_none(tmp_path: Path) -> None:
    """Neither the library's own words nor a program's are its title; the first heading is, if any."""
    assert document_of("a.docx", "docx", elements(word(tmp_path, paragraph("Hello."))))[0].title == ""
    body = paragraph("Care", properties='<w:pStyle w:val="H1"/>') + paragraph("Wipe it.")
    assert document_of("a.docx", "docx", elements(word(tmp_path, body, title="Word Document")))[0].title == "Care"
    assert document_of("a.docx", "docx", elements(word(tmp_path, body, title="Care guide")))[0].title == "Care guide"


def test_headers_are_read_like_the_body(tmp_path: Path) -> None:
    """A control in the header counts, hidden words of it do not."""
    header = control(paragraph("Orla Ltd", run(" draft", "<w:vanish/>")))
    assert texts(word(tmp_path, paragraph("Hello."), header=header)) == ["Orla Ltd", "Hello."]
