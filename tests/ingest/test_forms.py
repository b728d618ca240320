"""Sheets under any name and in any form: read as what they are, or refused by name; prose stays prose."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ingest.document import Element, Refused, RowRefused
from ingest.findings import Finding
from ingest.formats import detect
from ingest.reading import read

LIST = "SKU\tName\tPrice\nWR-1\tWren stool\t34.90\nWR-2\tWren bench\t89.00\n"


def put(folder: Path, name: str, content: str | bytes) -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows(path: Path) -> list[str]:
    """The texts of a file's rows, and of what else is in it."""
    return [element.text for element in read(path, detect(path), ocr=False) if isinstance(element, Element)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("sheet.txt", LIST),
        ("sheet.dat", LIST),
        ("sheet", LIST),
        ("sheet.asc", LIST.replace("\t", ";")),
        ("sheet.txt", LIST.replace("\t", "|")),
        ("sheet.text", LIST.replace("\t", ",")),
        ("price list v1.2", LIST.replace("\t", ";")),
        ("sheet.xls", LIST.replace("\t", "|")),
        ("sheet.txt", LIST.encode("utf-16")),
        ("sheet.dat", LIST.encode("utf-16-be")),
        ("sheet.txt", "sep=;\n" + LIST.replace("\t", ";")),
        ("sheet.txt", "Our stools\n\n" + LIST + "WR-3\tWren table\t149\n"),
        ("sheet.txt", '[{"SKU": "WR-1", "Name": "Wren stool", "Price": "34.90"}, {"SKU": "WR-2"}]'),
        ("sheet.txt", '{"SKU": "WR-1", "Name": "Wren stool", "Price": "34.90"}\n{"SKU": "WR-2"}\n'),
    ],
)
def test_a_sheet_under_any_name(tmp_path: Path, name: str, content: str | bytes) -> None:
    """Delimited text and records, whatever the file is called and however it is encoded."""
    assert "SKU: WR-1\nName: Wren stool\nPrice: 34.90" in rows(put(tmp_path, name, content))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_a_chinese_sheet_named_txt(tmp_path: Path, encoding: str) -> None:
    """An export of three columns whose header is Chinese."""
    text = "货号\t品名\t售价\nC-1\t青花碗\t38\nC-2\t白瓷盘\t26\n"
    assert rows(put(tmp_path, "导出.txt", text.encode(encoding))) == [
        "货号: C-1\n品名: 青花碗\n售价: 38",
        "货号: C-2\n品名: 白瓷盘\n售价: 26",
    ]


def test_a_sheet_without_known_words(tmp_path: Path) -> None:
    """Three columns on every line are a sheet, though nothing in it is known."""
    text = "".join(f"Bolt {number}\tM{number}\tzinc\t{number * 3}\n" for number in range(3, 9))
    assert detect(put(tmp_path, "bolts.txt", text)) == "tsv"
    assert detect(put(tmp_path, "bolts.dat", text.replace("\t", ","))) == "csv"


@pytest.mark.parametrize(
    "text",
    [
        "Dear customers,\n\nfrom May on we open at nine, close at six, and rest on Sundays.\n\nYour Wren team\n",
        "\tOur stools are made of oak.\n\tThey are oiled twice.\n\tThey last.\n",
        "1.\tOpen the box.\n2.\tTake out the legs.\n3.\tScrew them in.\n",
        "Monday:\t9-17\nTuesday:\t9-17\nSunday:\tclosed\n",
        "Care\nWipe with a damp cloth; do not soak; do not bleach.\nDry at once; oil yearly.\n",
        "Roses, red\nViolets, blue\nSugar, sweet\nAnd so are you\n",
        "The stool comes in\toak\nand in ash, beech and walnut.\nAsk us.\tWe are glad to help.\nNo charge.\n",
        "尺寸说明\n凳面直径三十厘米，高四十五厘米，重三公斤。\n请勿站立，请勿暴晒，请勿水洗。\n",
        "Ingredients: water, sugar, salt, oil\nMay contain: nuts, soy, milk, egg\nStore: dry, cool, dark, closed\n",
        "| a | b |\n|---|---|\n| text | more |\n",
    ],
)
def test_prose_with_tabs_and_commas_stays_prose(tmp_path: Path, text: str) -> None:
    """Letters, indented paragraphs, numbered steps, opening hours, verses."""
    assert detect(put(tmp_path, "a.txt", text)) == "text"


def test_prose_under_an_unknown_ending_is_still_refused(tmp_path: Path) -> None:
    """Only evidence for a sheet outweighs a name that says nothing."""
    with pytest.raises(Refused, match=r"\.dat"):
        detect(put(tmp_path, "a.dat", "Some words, and some more.\nAnd others.\n"))


PAGE = (
    "<html><head><meta http-equiv=Content-Type content='text/html; charset={charset}'><style></style></head><body>"
    "<h3>{title}</h3><table border=1><tr>{header}</tr>{body}</table></body></html>"
)


def page(title: str, header: list[str], body: list[list[str]], charset: str = "utf-8") -> bytes:
    """A page with a table whose header is of plain cells, as programs export it."""
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in (header, *body)]
    rest = "".join(f"<tr>{row}</tr>" for row in cells[1:])
    return PAGE.format(charset=charset, title=title, header=cells[0], body=rest).encode(charset)


@pytest.mark.parametrize("name", ["a.xls", "a.xlsx", "a.csv"])
def test_a_web_page_under_the_name_of_a_sheet(tmp_path: Path, name: str) -> None:
    """Its table is the sheet, its heading a title."""
    content = page("Stools", ["SKU", "Name", "Price"], [["007", "Wren stool", "34.90"], ["008", "Wren bench", "89"]])
    assert rows(put(tmp_path, name, content)) == [
        "Stools",
        "SKU: 007\nName: Wren stool\nPrice: 34.90",
        "SKU: 008\nName: Wren bench\nPrice: 89",
    ]


def test_a_chinese_page_in_its_declared_encoding(tmp_path: Path) -> None:
    """What calls itself gbk is decoded so."""
    content = page("库存表", ["编码", "商品名称", "单价"], [["0301", "藤椅", "260"]], "gbk")
    assert rows(put(tmp_path, "库存.xls", content)) == ["库存表", "编码: 0301\n商品名称: 藤椅\n单价: 260"]


@pytest.mark.parametrize("charset", ["gb2312", "iso-8859-1", "utf-16"])
def test_a_page_that_lies_about_its_encoding(tmp_path: Path, charset: str) -> None:
    """Bytes that are UTF-8 from end to end are UTF-8, whatever the page says."""
    content = page("Büromöbel", ["SKU", "名称", "Price"], [["1", "书桌 Schränkchen", "99"]])
    lie = content.replace(b"charset=utf-8", f"charset={charset}".encode())
    assert rows(put(tmp_path, "a.xls", lie)) == ["Büromöbel", "SKU: 1\n名称: 书桌 Schränkchen\nPrice: 99"]


def test_a_page_that_hides_strikes_and_spans(tmp_path: Path) -> None:
    """Hidden rows and columns are named, struck text is gone, spans fill the rows that they stand beside."""
    content = (
        "<table><col><col style='display: none'><col><col>"
        "<tr><th>SKU</th><th>Cost</th><th>Kind</th><th>Price</th></tr>"
        "<tr><td>1</td><td>9</td><td rowspan=3>Chair</td><td><s>20</s> 15</td></tr>"
        "<tr style='display:none'><td>2</td><td>9</td><td>30</td></tr>"
        "<tr><td>3</td><td>9</td><td><span style='text-decoration:line-through'>40</span></td></tr></table>"
        "<table><tr><td>Prices<br>with tax</td></tr></table>"
    )
    path = put(tmp_path, "a.xls", content)
    elements = list(read(path, detect(path), ocr=False))
    assert [element.text for element in elements if isinstance(element, Element)] == [
        "SKU: 1\nKind: Chair\nPrice: 15",
        "SKU: 3\nKind: Chair",
        "Prices / with tax",
    ]
    assert [one.where for one in elements if isinstance(one, RowRefused)] == ["row 3", "column B"]
    assert [one.where for one in elements if isinstance(one, Finding)] == ["row 2", "row 4"]


XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:html="http://www.w3.org/TR/REC-html40">
<Styles><Style ss:ID="p"><NumberFormat ss:Format="00000"/></Style>
<Style ss:ID="s"><Font ss:StrikeThrough="1"/></Style></Styles>
<Worksheet ss:Name="Shelf"><Table>
<Column ss:Index="3" ss:Hidden="1"/>
<Row><Cell><Data ss:Type="String">SKU</Data></Cell><Cell><Data ss:Type="String">Name</Data></Cell>
<Cell><Data ss:Type="String">Cost</Data></Cell><Cell><Data ss:Type="String">Price</Data></Cell>
<Cell><Data ss:Type="String">Since</Data></Cell></Row>
<Row><Cell ss:StyleID="p"><Data ss:Type="Number">71</Data></Cell><Cell><Data ss:Type="String">Shelf A</Data></Cell>
<Cell><Data ss:Type="Number">1</Data></Cell><Cell><Data ss:Type="Number">5.5</Data></Cell>
<Cell><Data ss:Type="DateTime">2026-03-16T00:00:00.000</Data></Cell></Row>
<Row ss:Hidden="1"><Cell><Data ss:Type="Number">72</Data></Cell></Row>
<Row ss:Index="5"><Cell ss:StyleID="p"><Data ss:Type="Number">73</Data></Cell>
<Cell ss:Index="4" ss:StyleID="s"><Data ss:Type="Number">9</Data></Cell></Row>
<Row><Cell ss:StyleID="p"><Data ss:Type="Number">74</Data></Cell>
<Cell ss:Index="4"><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><S>9</S> 7</ss:Data></Cell>
<Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="Costs"><Table><Row><Cell><Data ss:Type="String">secret</Data></Cell></Row></Table>
<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet></Workbook>"""


@pytest.mark.parametrize("name", ["a.xls", "a.xml", "a.xlsx", "a"])
def test_an_excel_2003_xml_workbook(tmp_path: Path, name: str) -> None:
    """Sheets, formats, gaps, hidden parts, struck runs and errors, whatever the file is called."""
    path = put(tmp_path, name, XML)
    elements = list(read(path, detect(path), ocr=False))
    assert [element.text for element in elements if isinstance(element, Element)] == [
        "SKU: 00071\nName: Shelf A\nPrice: 5.5\nSince: 2026-03-16",
        "SKU: 00073",
        "SKU: 00074\nPrice: 7",
    ]
    assert [one.where for one in elements if isinstance(one, RowRefused)] == [
        "sheet Shelf, row 3",
        "sheet Shelf, column C",
        "sheet Costs",
    ]
    assert [(one.kind, one.where) for one in elements if isinstance(one, Finding)] == [
        ("struck_out", "sheet Shelf, row 5"),
        ("struck_out", "sheet Shelf, row 6"),
        ("error_value", "sheet Shelf, row 6"),
    ]


def strict(source: Path, target: Path) -> Path:
    """A workbook in the strict form of its standard."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            text = old.read(name).replace(
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            )
            new.writestr(
                name,
                text.replace(
                    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                    b"http://purl.oclc.org/ooxml/officeDocument/relationships",
                ),
            )
    return target


@pytest.mark.parametrize("name", ["a.xlsx", "a.xlsm", "a.xltx"])
def test_a_workbook_in_the_strict_form(tmp_path: Path, name: str) -> None:
    """Its namespaces are others; its rows, texts and formats are the same."""
    from openpyxl import Workbook

    book = Workbook()
    for row in (["SKU", "Name", "Price"], [5, "Wren stool", 34.9], [6, "Wren bench", 89]):
        book.active.append(row)
    book.active["A2"].number_format = book.active["A3"].number_format = "000"
    book.save(tmp_path / "plain.zip")
    assert rows(strict(tmp_path / "plain.zip", tmp_path / name)) == [
        "SKU: 005\nName: Wren stool\nPrice: 34.9",
        "SKU: 006\nName: Wren bench\nPrice: 89",
    ]


ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:automatic-styles><style:style style:name="gone"><style:text-properties style:text-line-through-style="solid"/>
</style:style><style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles><office:body><office:spreadsheet>
<table:table table:name="Garten"><table:table-column table:number-columns-repeated="2"/>
<table:table-column table:visibility="collapse"/><table:table-column table:number-columns-repeated="2"/>
<table:table-row>{header}</table:table-row>
<table:table-row><table:table-cell office:value-type="float" office:value="7"><text:p>007</text:p></table:table-cell>
{shed}
<table:table-cell office:value-type="currency" office:value="1299"><text:p>1.299,00 €</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2026-05-01"><text:p>01.05.26</text:p></table:table-cell>
<table:table-cell table:number-columns-repeated="1019"/></table:table-row>
<table:table-row table:visibility="filter">{hidden}</table:table-row>
<table:table-row table:number-rows-repeated="2">
<table:table-cell table:number-columns-repeated="1024"/></table:table-row>
<table:table-row>{rake}
<table:table-cell office:value-type="string"><text:p><text:span text:style-name="gone">20</text:span>
15,50</text:p></table:table-cell><table:table-cell table:formula="of:=X"><text:p>#NV</text:p></table:table-cell>
</table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="1024"/>
</table:table-row></table:table>
<table:table table:name="Kosten" table:style-name="ta2"><table:table-row>{hidden}</table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"""


def test_an_opendocument_sheet(tmp_path: Path) -> None:
    """Cells as they are shown, gaps counted, hidden parts named, struck runs and errors told."""

    def cells(*texts: str) -> str:
        return "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in texts)

    content = ODS.format(
        header=cells("Artikelnummer", "Bezeichnung", "EK", "Preis", "gültig bis"),
        shed=cells("Schuppen", "800"),
        hidden=cells("008", "Beet", "9", "12"),
        rake=cells("009", "Rechen", "4"),
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    elements = list(read(tmp_path / "a.ods", detect(tmp_path / "a.ods"), ocr=False))
    assert [element.text for element in elements if isinstance(element, Element)] == [
        "Artikelnummer: 007\nBezeichnung: Schuppen\nPreis: 1.299,00 €\ngültig bis: 2026-05-01",
        "Artikelnummer: 009\nBezeichnung: Rechen\nPreis: 15,50",
    ]
    assert [(one.where, one.kind) for one in elements if isinstance(one, RowRefused)] == [
        ("sheet Garten, row 3", "row"),
        ("sheet Garten, column C", "column"),
        ("sheet Kosten", "sheet"),
    ]
    assert [(one.kind, one.where) for one in elements if isinstance(one, Finding)] == [
        ("struck_out", "sheet Garten, row 6"),
        ("error_value", "sheet Garten, row 6"),
    ]


def test_parts_named_in_another_case_or_with_backslashes(tmp_path: Path) -> None:
    """Office finds its parts all the same, and so do we; shared texts may have readings and struck runs."""
    texts = ["SKU", "名称", "Price", "W-1", "<t>凳子</t><rPh sb='0' eb='1'><t>deng</t></rPh>"]
    texts.append(
        "<r><rPr><strike/></rPr><t>20</t></r><r><rPr><strike val='0'/></rPr><t xml:space='preserve'> 15</t></r>"
    )
    shared = "".join(f"<si>{text if '<' in text else f'<t>{text}</t>'}</si>" for text in texts)
    numbered = [f"<c t='s'><v>{place}</v></c>" for place in range(len(texts))]
    cells = f"<row>{''.join(numbered[:3])}</row><row>{''.join(numbered[3:])}</row>"
    kinds = {"worksheet": "worksheets/sheet1.xml", "sharedStrings": "/xl/sharedStrings.xml"}
    links = "".join(
        f'<Relationship Id="{kind}" Type="http://x.test/relationships/{kind}" Target="{part}"/>'
        for kind, part in kinds.items()
    )
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as new:
        new.writestr("[Content_Types].xml", "<Types>spreadsheetml</Types>")
        new.writestr(
            "xl/Workbook.xml", '<workbook xmlns:r="x"><sheets><sheet name="A" r:id="worksheet"/></sheets></workbook>'
        )
        new.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{links}</Relationships>")
        new.writestr("xl/SharedStrings.xml", f"<sst>{shared}</sst>")
        new.writestr("xl\\worksheets\\sheet1.xml", f"<worksheet><sheetData>{cells}</sheetData></worksheet>")
    elements = list(read(tmp_path / "a.xlsx", detect(tmp_path / "a.xlsx"), ocr=False))
    assert [one.text for one in elements if isinstance(one, Element)] == ["SKU: W-1\n名称: 凳子\nPrice: 15"]
    assert [one.column for one in elements if isinstance(one, Finding)] == ["Price"]


def test_rows_and_cells_without_addresses(tmp_path: Path) -> None:
    """Some programs leave them out; they are counted on."""
    from openpyxl import Workbook

    Workbook().save(tmp_path / "plain.zip")
    cells = [f"<c t='inlineStr'><is><t>{word}</t></is></c>" for word in ("SKU", "Price", "W-1")]
    data = f"<row>{cells[0]}{cells[1]}</row><row>{cells[2]}<c><v>4.50</v></c></row>"
    sheet = f"<worksheet><sheetData>{data}</sheetData></worksheet>"
    with zipfile.ZipFile(tmp_path / "plain.zip") as old, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, sheet if name.startswith("xl/worksheets/sheet") else old.read(name))
    assert rows(tmp_path / "a.xlsx") == ["SKU: W-1\nPrice: 4.5"]


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("yyyy-mm-dd", 46097, "2026-03-16"),
        ('yyyy"年"m"月"d"日"', 46097, "2026-03-16"),
        ("[$-407]d. mmmm yyyy", 46097.5, "2026-03-16 12:00:00"),
        ("h:mm", 0.75, "18:00:00"),
        ("[h]:mm", 1.5, "1 day, 12:00:00"),
        ('#,##0.00 "days"', 3, "3.00 days"),
        ("0.0%", 0.075, "7.5%"),
    ],
)
def test_number_formats_of_a_workbook(tmp_path: Path, code: str, value: float, shown: str) -> None:
    """Dates in any spelling are dates; letters in quotation marks make none."""
    from openpyxl import Workbook

    book = Workbook()
    for row in (["SKU", "Name", "Remark"], ["1", "Stool", value]):
        book.active.append(row)
    book.active["C2"].number_format = code
    book.save(tmp_path / "a.xlsx")
    assert rows(tmp_path / "a.xlsx") == [f"SKU: 1\nName: Stool\nRemark: {shown}"]


@pytest.mark.parametrize(
    ("name", "members", "words"),
    [
        ("a.numbers", ["Index/Document.iwa", "Metadata/Properties.plist"], "Numbers sheet of Apple's.*as .xlsx"),
        ("a.pages", ["Index/Document.iwa"], "Pages document of Apple's.*as .docx"),
        ("a.key", ["Index.zip"], "Keynote presentation of Apple's.*as .pptx"),
        ("a.xlsb", ["xl/workbook.bin"], "binary Excel workbook"),
    ],
)
def test_sheets_of_other_programs_are_refused_by_name(
    tmp_path: Path, name: str, members: list[str], words: str
) -> None:
    """The reason says what the file is and as what to save it."""
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    with pytest.raises(Refused, match=words):
        detect(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html>", "web archive"),
        ('ID;PWXL;N;E\nP;PGeneral\nC;Y1;X1;K"SKU"\n', "SYLK"),
    ],
)
def test_old_exchange_forms_are_refused_by_name(tmp_path: Path, content: str, words: str) -> None:
    """They are no workbooks, and reading them as text would give garbage."""
    with pytest.raises(Refused, match=words):
        detect(put(tmp_path, "a.xls", content))
