"""Delimited files: every data row comes out once, with its header, whatever the dialect and the damage."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest

from ingest.document import Element, RowRefused
from ingest.sheets import read_csv, read_workbook


def read(tmp_path: Path, content: str | bytes, name: str = "a.csv") -> list[Element | RowRefused]:
    """The elements of a file with this content."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_csv(path))


def brief(elements: list[Element | RowRefused]) -> list[tuple[str, int | str | None, str]]:
    """(kind, row or place, text or reason) of each."""
    return [
        (e.kind, e.locator.row, e.text) if isinstance(e, Element) else ("refused", e.where, e.reason) for e in elements
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_round_trip_of_random_rows(tmp_path: Path, delimiter: str, encoding: str) -> None:
    """Rows written by the csv module in any dialect come back equal, with their row numbers."""
    chance = random.Random(f"{delimiter}{encoding}")
    pieces = ["kettle", "00012", "电热水壶", 'say "hi"', "a,b;c|d", "two\nlines", "tab\there", "1.5", "'quoted'", "是"]
    headers = ["sku", "name", "colour", "remark", "size"]
    rows = [
        [f"{number:05d}", *(" ".join(chance.choices(pieces, k=chance.randint(0, 3))) for _ in headers[1:])]
        for number in range(200)
    ]
    path = tmp_path / "a.csv"
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        writer.writerows([headers, *rows])
    elements = list(read_csv(path))
    assert [element.kind for element in elements] == ["row"] * 200
    for number, (row, element) in enumerate(zip(rows, elements, strict=True), start=2):
        assert isinstance(element, Element)
        assert element.locator.row == number
        expected = {
            header: " / ".join(" ".join(line.split()) for line in cell.splitlines() if line.strip())
            for header, cell in zip(headers, row, strict=True)
            if cell.strip()
        }
        assert element.attributes == expected
        assert element.text == "\n".join(f"{header}: {value}" for header, value in expected.items())


def test_titles_blank_lines_bands_notes_and_sums(tmp_path: Path) -> None:
    """Titles and notes are text, a band is a heading, repeated headers and blank lines are nothing."""
    elements = read(
        tmp_path,
        "Price list 2026,,\n,,\nSKU,Name,Price\nKettles,,\n001,Red kettle,12\n,,\nSKU,Name,Price\n002,Blue kettle,\n"
        "Total,,12\nNote: prices include tax.,,\n",
    )
    assert brief(elements) == [
        ("text", 1, "Price list 2026"),
        ("heading", 4, "Kettles"),
        ("row", 5, "SKU: 001\nName: Red kettle\nPrice: 12"),
        ("row", 8, "SKU: 002\nName: Blue kettle"),
        ("text", 9, "Total 12"),
        ("text", 10, "Note: prices include tax."),
    ]


def test_a_second_table_has_its_own_header(tmp_path: Path) -> None:
    """After a blank line a new header is recognised."""
    elements = read(tmp_path, "sku,name,price\n1,a,2\n,,\nname,category,stock\nb,Tools,7\n")
    assert brief(elements)[1] == ("row", 5, "name: b\ncategory: Tools\nstock: 7")


def test_short_and_long_rows(tmp_path: Path) -> None:
    """A row with fewer cells has blanks, one with more keeps them under the column's letter."""
    elements = read(tmp_path, "sku,name,price\n1,a,2\n2,b\n3,c,4,extra\n")
    assert [text for _, _, text in brief(elements)][1:] == [
        "sku: 2\nname: b",
        "sku: 3\nname: c\nprice: 4\nColumn D: extra",
    ]


def test_unclosed_quote_costs_one_row(tmp_path: Path) -> None:
    """A quotation mark that is never closed is named, and the rows below it are read."""
    elements = read(tmp_path, 'sku,name,price\n1,a,2\n2,"b,3\n3,c,4\n4,d,5\n')
    assert [(kind, place) for kind, place, _ in brief(elements)] == [
        ("row", 2),
        ("refused", "row 3"),
        ("row", 4),
        ("row", 5),
    ]
    assert "never closed" in brief(elements)[1][2]


def test_quote_closed_by_another_row_costs_one_row(tmp_path: Path) -> None:
    """A stray quotation mark that meets the next quoted cell does not merge the rows between."""
    elements = read(tmp_path, 'sku,name,price\n1,"a,2\n2,b,3\n3,"c",4\n4,"d",5\n')
    assert [(kind, place) for kind, place, _ in brief(elements)] == [
        ("refused", "row 2"),
        ("row", 3),
        ("row", 4),
        ("row", 5),
    ]


def test_broken_line_above_the_header_is_named(tmp_path: Path) -> None:
    """What is refused above the header is told as well; a line of spaces is nothing."""
    elements = read(tmp_path, '"Prices "2026,,,\n"open,,,\nsku,name,price,stock\n1,a,2,3\n" "," "," "," "\n')
    assert [(kind, place) for kind, place, _ in brief(elements)] == [("text", 1), ("refused", "row 2"), ("row", 4)]


def test_bad_byte_costs_one_row(tmp_path: Path) -> None:
    """A byte that does not decode refuses its row by number."""
    elements = read(tmp_path, "sku,品名\n1,水壶\n".encode() + b"2,\xff\n" + "3,多士炉\n".encode())
    assert [(kind, place) for kind, place, _ in brief(elements)] == [("row", 2), ("refused", "row 3"), ("row", 4)]


def test_decimal_commas_do_not_make_columns(tmp_path: Path) -> None:
    """The header decides between semicolons and decimal commas."""
    elements = read(tmp_path, "sku;price;weight\n1;12,50;1,5\n2;13,50;2,5\n")
    assert brief(elements)[0] == ("row", 2, "sku: 1\nprice: 12,50\nweight: 1,5")


def test_header_of_two_lines(tmp_path: Path) -> None:
    """Blank cells beside a word and a second line under them are one header of two levels."""
    elements = read(tmp_path, "Model,Colour,Weight,\n,,net,gross\nA,red,1,2\nB,blue,3,4\n")
    assert brief(elements)[0] == ("row", 3, "Model: A\nColour: red\nWeight / net: 1\nWeight / gross: 2")


def test_specification_is_text(tmp_path: Path) -> None:
    """Two columns of properties and values are not products."""
    elements = read(tmp_path, "名称,电热水壶\n品牌,Acme\n重量,1.2 kg\n")
    assert brief(elements) == [
        ("text", 1, "名称: 电热水壶"),
        ("text", 2, "品牌: Acme"),
        ("text", 3, "重量: 1.2 kg"),
    ]


def test_no_header_loses_nothing(tmp_path: Path) -> None:
    """Rows without a header keep their cells in order; a single column is text, commas and all."""
    assert brief(read(tmp_path, "1,kettle,9\n2,toaster,8\n"))[0] == ("row", 1, "1 | kettle | 9")
    assert brief(read(tmp_path, "Hello, world\nlast line\nmore\n"))[0] == ("text", 1, "Hello, world")


def test_spreadsheet_hint_and_escapes(tmp_path: Path) -> None:
    """`sep=;` is obeyed and not a row; backslash escapes and single quotes are understood."""
    assert brief(read(tmp_path, "sep=;\nsku;name\n1;a,b\n"))[0] == ("row", 2, "sku: 1\nname: a,b")
    escaped = 'sku,name,price\n1,"a \\"big\\" one",2\n2,"the \\"b\\" c",3\n'
    assert brief(read(tmp_path, escaped))[0][2] == 'sku: 1\nname: a "big" one\nprice: 2'


def test_text_named_xls_is_read_and_a_page_without_words_gives_nothing(tmp_path: Path) -> None:
    """A workbook's name does not make one."""
    path = tmp_path / "a.xls"
    path.write_text("sku\tname\n007\tKettle\n")
    first = next(read_workbook(path))
    assert isinstance(first, Element)
    assert first.attributes == {"sku": "007", "name": "Kettle"}
    path.write_text("<html><table><tr><td></td></tr></table></html>")
    assert list(read_workbook(path)) == []


def test_real_catalogue(shared_data: Path) -> None:
    """The 1,994 products of a real export come out, each with its SKU, name and price."""
    path = shared_data / "magento_catalog" / "products.csv"
    elements = list(read_csv(path))
    with io.StringIO(path.read_text(encoding="utf-8"), newline="") as file:
        written = [row["sku"] for row in csv.DictReader(file)]
    assert [element.attributes["sku"] for element in elements if isinstance(element, Element)] == written
    assert len(written) == 1994
    assert all("name" in element.attributes for element in elements if isinstance(element, Element))
