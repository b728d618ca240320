"""What is private is held back from every kind of table, and told by name; its values are nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import docx
import openpyxl
import pytest
from reportlab.platypus import SimpleDocTemplate, Table

from ingest.declared import TableOptions
from ingest.document import Element, RowRefused
from ingest.findings import Finding
from ingest.formats import detect
from ingest.lint import Lint
from ingest.reading import read

SECRET = "73317"
"""In every value that must not be seen."""


def seen(path: Path, options: TableOptions = TableOptions()) -> tuple[str, list[Finding]]:
    """Everything that comes out of a file, as text, and the lint's findings."""
    lint = Lint(path.name, detect(path))
    found = list(lint.watch(read(path, detect(path), ocr=False, options=options)))
    out = [repr(one) for one in found] + [repr(one.raw) for one in found if isinstance(one, Element)]
    return "\n".join([*out, *map(repr, lint.findings)]), lint.findings


def held(findings: list[Finding]) -> list[str]:
    """The names of what was held back."""
    return sorted(finding.column for finding in findings if finding.kind == "held_back")


def workbook(path: Path, *lines: list[object], merged: tuple[str, ...] = ()) -> None:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(path)


TEXTS = {
    "plain.csv": "SKU,Name,Cost,Price\nA-1,Kettle,{0},19\nA-2,Teapot,{0},29\n",
    "tabs.tsv": "SKU\tName\tSupplier\tPrice\nA-1\tKettle\tFoo {0}\t19\nA-2\tTeapot\tBar {0}\t29\n",
    "deutsch.csv": "Artikelnr;Bezeichnung;EK netto;VK\nA-1;Kettle;{0},50;19,00\nA-2;Teapot;{0},90;29,00\n",
    "zh.csv": "货号,品名,进价,售价,内部备注\nA-1,Kettle,{0},19,找{0}\nA-2,Teapot,{0},29,\n",
    "banded.csv": "SKU,Name,Margin,Price\nKitchen,,,\nA-1,Kettle,{0},19\nTotal,,{0},48\nTea,,,\nA-2,Teapot,{0},29\n",
    "turned.csv": "Name,Kettle,Teapot\nSKU,A-1,A-2\nPrice,19,29\nPurchase price,{0},{0}\nColour,red,blue\n",
    "apart.csv": "SKU,Name,Cost,Price,,SKU,Name,Cost,Price\nA-1,Kettle,{0},19,,A-2,Teapot,{0},29\n"
    "A-3,Pan,{0},9,,A-4,Pot,{0},8\n",
    "again.csv": "SKU,Name,Cost,Price\nA-1,Kettle,{0},19\nSKU,Name,Cost,Price\nA-2,Teapot,{0},29\n",
    "spec.csv": "Name,Kettle\nSKU,A-1\nPrice,19\nColour,Teapot red\nCost,{0}\nSupplier,Foo {0}\n",
    "titles.csv": "Price list of Kettle and Teapot\nSupplier: Foo {0}\nSKU,Name,Price\nA-1,Kettle,19\nA-2,Teapot,29\n",
    "unknown.csv": "Ref,Supplier,Margin\nKettle,Foo {0},{0}\nTeapot,Bar {0},{0}\n",
    "feed.jsonl": '{{"sku":"A-1","name":"Kettle","price":19,"attributes":{{"cost":{0},"colour":"red"}}}}\n'
    '{{"sku":"A-2","name":"Teapot","price":29,"stocks":[{{"place":"shop","supplier":"Foo {0}"}}]}}\n',
    "wrapped.json": '{{"margin":{0},"products":[{{"sku":"A-1","name":"Kettle","price":19,"custom_attributes":'
    '[{{"attribute_code":"cost","value":"{0}"}},{{"attribute_code":"colour","value":"red"}}]}},'
    '{{"sku":"A-2","name":"Teapot","price":29,"prices":[{{"type":"dealer","amount":{0}}}]}}]}}',
    "feed.xml": "<shop><margin>{0}</margin><item><sku>A-1</sku><name>Kettle</name><price>19</price>"
    '<cost>{0}</cost></item><item><sku>A-2</sku><name>Teapot</name><supplier id="{0}"><name>Foo {0}</name></supplier>'
    "</item></shop>",
    "one.xml": "<product><name>Kettle</name><note>Not the Teapot</note><cost>{0}</cost><supplier><city>Foo {0}</city>"
    "</supplier></product>",
    "page.html": "<title>Kettle</title><table><tr><th>Name<th>Purchase price<th>Price</tr>"
    "<tr><td>Kettle<td>{0}<td>19</tr><tr><td>Teapot<td>{0}<td>29</tr></table>"
    "<table><tr><td>Name<td>Kettle</tr><tr><td>Colour<td>red</tr><tr><td>Supplier<td>Foo {0}</tr></table>",
    "data.html": "<title>Kettle</title><p>Beside the Teapot.</p><script type='application/ld+json'>"
    '{{"@type":"Product","name":"Kettle","sku":"A-1","supplier":{{"name":"Foo {0}"}},"additionalProperty":'
    '[{{"@type":"PropertyValue","name":"Unit cost","value":"{0}"}}]}}</script>',
    "table.md": "# Kettle\n\n| Name | Cost | Price |\n|---|---|---|\n| Kettle | {0} | 19 |\n| Teapot | {0} | 29 |\n",
    "pairs.html": "<table><tr><td>SKU<td>A-1<td>Name<td>Kettle Teapot</tr><tr><td>Price<td>19<td>Cost price<td>{0}</tr>"
    "</table>",
    "terms.html": "<dl><dt>Name<dd>Kettle Teapot<dt>Purchase price<dd>{0}</dl>",
    "spread.csv": "SKU,Name,Price,,Internal calculation,\nA-1,Kettle,19,,Cost,{0}\nA-2,Teapot,29,,Margin,{0}\n",
    "lists.json": '[["SKU","Name","Cost","Price"],["A-1","Kettle",{0},19],["A-2","Teapot",{0},29]]',
    "keyed.json": '{{"A-1":{{"name":"Kettle","price":19,"cost":{0}}},"A-2":{{"name":"Teapot","price":29,"cost":{0}}}}}',
    "params.xml": '<shop><item sku="A-1" name="Kettle" price="19" cost="{0}"/><item sku="A-2" name="Teapot" price="29">'
    '<param name="Purchase price">{0}</param></item></shop>',
    "groups.csv": ",,EK,EK,VK\nSKU,Name,netto,brutto,brutto\nA-1,Kettle,{0},{0},19\nA-2,Teapot,{0},{0},29\n",
    "sheet.xls": "<html><table><tr><td>SKU<td>Name<td>Supplier<td>Price</tr><tr><td>A-1<td>Kettle<td>Foo {0}<td>19</tr>"
    "<tr><td>A-2<td>Teapot<td>Foo {0}<td>29</tr></table></html>",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_private_value_comes_out_of_no_text_file(tmp_path: Path, name: str) -> None:
    """The products do; what is held back is told by its name."""
    (tmp_path / name).write_text(TEXTS[name].format(SECRET), encoding="utf-8")
    text, findings = seen(tmp_path / name)
    assert SECRET not in text
    assert "Kettle" in text
    assert "Teapot" in text
    assert held(findings)


def test_a_header_of_two_lines(tmp_path: Path) -> None:
    """`Prices / Cost` is private, `Prices / Retail` is the price."""
    lines = [["SKU", "Name", "Prices", None], [None, None, "Cost", "Retail"]]
    rows = [["A-1", "Kettle", f"{SECRET}.5", 19.0], ["A-2", "Teapot", f"{SECRET}.7", 29.0]]
    workbook(tmp_path / "a.xlsx", *lines, *rows, merged=("C1:D1",))
    text, findings = seen(tmp_path / "a.xlsx")
    assert SECRET not in text
    assert "'price': 19.0" in text
    assert held(findings) == ["Prices / Cost"]


def test_an_opendocument_sheet_under_titles(tmp_path: Path) -> None:
    """Its header in the sixth line, a sum at its end."""
    lines = [["Winter list"], [], ["Prices in EUR"], [], [], ["SKU", "Name", "Supplier", "Cost", "Price"]]
    rows = [["A-1", "Kettle", f"Foo {SECRET}", SECRET, "19"], ["A-2", "Teapot", f"Bar {SECRET}", SECRET, "29"]]
    cells = [
        [f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in line] for line in lines + rows
    ]
    body = "".join(f"<table:table-row>{''.join(line) or '<table:table-cell/>'}</table:table-row>" for line in cells)
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" '
        f'xmlns:text="{names}:text:1.0"><office:body><office:spreadsheet><table:table table:name="List">{body}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    text, findings = seen(tmp_path / "a.ods")
    assert [word in text for word in (SECRET, "Kettle", "Teapot")] == [False, True, True]
    assert held(findings) == ["Cost", "Supplier"]


def test_a_document_s_tables(tmp_path: Path) -> None:
    """Columns and lines of tables in Word and PDF files."""
    word = docx.Document()
    for rows in ([["Name", "EK", "Preis"], ["Kettle", SECRET, "19"]], [["Name", "Teapot"], ["Supplier", SECRET]]):
        table = word.add_table(len(rows), len(rows[0]))
        for line, row in zip(table.rows, rows, strict=True):
            for cell, text in zip(line.cells, row, strict=True):
                cell.text = text
    word.save(tmp_path / "a.docx")
    rows = [["Model", "Purchase price", "Price"], ["Kettle", SECRET, "299.00"], ["Teapot", SECRET, "399.00"]]
    SimpleDocTemplate(str(tmp_path / "b.pdf")).build([Table(rows, colWidths=120)])
    assert [word in seen(tmp_path / "b.pdf")[0] for word in (SECRET, "Kettle", "Teapot")] == [False, True, True]
    text, findings = seen(tmp_path / "a.docx")
    assert [word in text for word in (SECRET, "Kettle", "Teapot")] == [False, True, True]
    assert held(findings) == ["EK", "Supplier"]


def test_a_row_that_is_shifted_is_refused_where_a_column_is_private(tmp_path: Path) -> None:
    """A stray delimiter would put a private cell under the price; where nothing is private the lint tells."""
    path = tmp_path / "a.csv"
    path.write_text(f"SKU,Name,Cost,Price\nA-1,Kettle, large,{SECRET},19\nA-2,Teapot,{SECRET},29\n")
    text, _ = seen(path)
    refused = [one.where for one in read(path, "csv", ocr=False) if isinstance(one, RowRefused)]
    assert (SECRET in text, refused) == (False, ["row 2"])


def test_a_sheet_is_private_by_its_name(tmp_path: Path) -> None:
    """It is not read, and told; the others are."""
    book = openpyxl.Workbook()
    book.active.title = "Shop"
    book.active.append(["SKU", "Name", "Price"])
    book.active.append(["A-1", "Kettle", 19])
    hidden = book.create_sheet("Calc 2026")
    hidden.append(["SKU", "Sum"])
    hidden.append(["A-1", int(SECRET)])
    book.save(tmp_path / "a.xlsx")
    text, findings = seen(tmp_path / "a.xlsx", TableOptions(private_sheets=("calc*",)))
    assert (SECRET in text, "Kettle" in text) == (False, True)
    assert [(one.kind, one.where) for one in findings] == [("held_back", "sheet Calc 2026")]
    assert SECRET in seen(tmp_path / "a.xlsx")[0]


def test_a_column_is_named_by_the_settings(tmp_path: Path) -> None:
    """Private by a pattern, public by name, without a header by its letter."""
    (tmp_path / "a.csv").write_text(f"SKU,Name,P2 net,Price\nA-1,Kettle,{SECRET},19\nA-2,Teapot,{SECRET},29\n")
    assert SECRET in seen(tmp_path / "a.csv")[0]
    text, findings = seen(tmp_path / "a.csv", TableOptions(private=("P2*",)))
    assert (SECRET in text, held(findings)) == (False, ["P2 net"])
    assert "private_columns names it" in findings[0].message
    (tmp_path / "b.csv").write_text(f"SKU,Name,Cost,Price\nA-1,Kettle,{SECRET},19\nA-2,Teapot,{SECRET},29\n")
    assert SECRET in seen(tmp_path / "b.csv", TableOptions(public=("cost",)))[0]
    (tmp_path / "c.csv").write_text(f"A-1,Kettle,red,{SECRET}\nA-2,Teapot,blue,{SECRET}\nA-3,Pan,grey,{SECRET}\n")
    assert SECRET not in seen(tmp_path / "c.csv", TableOptions(private=("Column D",)))[0]


def test_a_private_column_of_words_names_nothing(tmp_path: Path) -> None:
    """Beside a column of names that no known word heads; nor is a declared key that the settings hold back a SKU."""
    lines = ["Ref,Item,Supplier,Price", "A-1,Kettle,Foo Works,19", "A-2,Teapot,Bar Ltd,29", "A-3,Pan,Baz Inc,9"]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    text, _ = seen(tmp_path / "a.csv", TableOptions(keys=("Ref",)))
    assert ("'name': 'Kettle'" in text, "Foo" in text) == (True, False)
    assert "A-1" not in seen(tmp_path / "a.csv", TableOptions(keys=("Ref",), private=("Ref",)))[0]


def test_suspects_are_asked_about_with_the_line_to_write(tmp_path: Path) -> None:
    """They are read; naming them in either setting ends the question."""
    (tmp_path / "a.csv").write_text("SKU,Name,Notes,Price\nA-1,Kettle,good,19\nA-2,Teapot,better,29\n")
    text, findings = seen(tmp_path / "a.csv")
    assert "better" in text
    (asked,) = [finding for finding in findings if finding.kind == "suspect_column"]
    assert "private_columns = 'Notes'" in asked.message
    assert "public_columns = 'Notes'" in asked.message
    for options in (TableOptions(private=("Notes",)), TableOptions(public=("Notes",))):
        assert [one for one in seen(tmp_path / "a.csv", options)[1] if one.kind == "suspect_column"] == []


def test_a_record_s_field_is_named_once(tmp_path: Path) -> None:
    """However many records have it."""
    lines = [json.dumps({"sku": f"A-{n}", "name": f"Kettle {n}", "cost": SECRET, "price": n}) for n in range(1, 90)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    text, findings = seen(tmp_path / "a.jsonl")
    assert (SECRET in text, held(findings)) == (False, ["cost"])
