"""Workbooks: number formats, dates, merged cells, hidden sheets, and damage that costs the file only."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.cells import cell_text
from ingest.document import Element, Refused, RowRefused
from ingest.sheets import read_workbook


def workbook() -> Any:
    """An empty workbook and its first sheet."""
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "Prices"
    return book, book.active


def read(tmp_path: Path, book: Any) -> list[Element | RowRefused]:
    """The elements of the workbook once it is saved."""
    path = tmp_path / "a.xlsx"
    book.save(path)
    return list(read_workbook(path))


def brief(elements: list[Element | RowRefused]) -> list[tuple[str, str, str]]:
    """(kind, place, text or reason) of each."""
    return [
        (e.kind, str(e.locator), e.text) if isinstance(e, Element) else ("refused", e.where, e.reason) for e in elements
    ]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (7, "00000", "00007"),
        (1234567, "000-0000", "123-4567"),
        (1.0, "General", "1"),
        (0.1 + 0.2, "General", "0.3"),
        (6901234567892.0, "General", "6901234567892"),
        (12.5, "0.00", "12.50"),
        (12.345, "0.00", "12.345"),
        (0.125, "0%", "12.5%"),
        (1299, "[$¥-804]#,##0.00", "¥1299.00"),
        (9.5, '#,##0.00 "€"', "9.50€"),
        (9.5, '"USD" 0.00', "USD 9.50"),
        (-3, "$#,##0;[Red]-$#,##0", "-$3"),
        (datetime(2026, 1, 2), "yyyy-mm-dd", "2026-01-02"),
        (datetime(2026, 1, 2, 13, 30), "General", "2026-01-02 13:30:00"),
        (date(2026, 1, 2), "General", "2026-01-02"),
        (True, "General", "TRUE"),
        ("00012", "General", "00012"),
        ("a_x000D_b", "General", "a\rb"),
        (None, "General", ""),
    ],
)
def test_cells_as_a_person_sees_them(value: object, code: str, text: str) -> None:
    """Zeros, decimals, percentages and signs are shown; digits are never dropped."""
    assert cell_text(value, code) == text


def test_rows_of_a_price_list(tmp_path: Path) -> None:
    """A title above the header, padded numbers, dates and blanks come out as they are shown."""
    book, sheet = workbook()
    for row in (
        ["春季价格表"],
        [],
        ["货号", "品名", "价格(元)", "生效日期"],
        [12, "水壶", 199, date(2026, 3, 1)],
        [13, "多士炉"],
    ):
        sheet.append(row)
    for cell in ("A4", "A5"):
        sheet[cell].number_format = "00000"
    elements = read(tmp_path, book)
    assert brief(elements) == [
        ("text", "sheet Prices, row 1", "春季价格表"),
        ("row", "sheet Prices, row 4", "货号: 00012\n品名: 水壶\n价格(元): 199\n生效日期: 2026-03-01"),
        ("row", "sheet Prices, row 5", "货号: 00013\n品名: 多士炉"),
    ]
    assert isinstance(elements[1], Element)
    assert elements[1].attributes == {
        "sku": "00012",
        "name": "水壶",
        "price": 199.0,
        "currency": "CNY",
        "valid_from": "2026-03-01",
    }


def test_merged_cells(tmp_path: Path) -> None:
    """Merged over rows: for every row. Merged sideways: a header spans its columns, a band is a heading."""
    book, sheet = workbook()
    for row in (
        ["SKU", "Category", "Price", None],
        [None, None, "CNY", "USD"],
        ["Kitchen"],
        ["001", "Kettles", 199, 29],
        ["002", None, 89, 13],
        ["003", None, 79, None],
    ):
        sheet.append(row)
    for merged in ("A1:A2", "B1:B2", "C1:D1", "A3:D3", "B4:B5"):
        sheet.merge_cells(merged)
    assert brief(read(tmp_path, book)) == [
        ("heading", "sheet Prices, row 3", "Kitchen"),
        ("row", "sheet Prices, row 4", "SKU: 001\nCategory: Kettles\nPrice / CNY: 199\nPrice / USD: 29"),
        ("row", "sheet Prices, row 5", "SKU: 002\nCategory: Kettles\nPrice / CNY: 89\nPrice / USD: 13"),
        ("row", "sheet Prices, row 6", "SKU: 003\nPrice / CNY: 79"),
    ]


def test_several_sheets_and_a_hidden_one(tmp_path: Path) -> None:
    """Each sheet has its own header; a hidden one is named and not read."""
    book, sheet = workbook()
    sheet.append(["sku", "name"])
    sheet.append(["1", "a"])
    costs, spare = book.create_sheet("Costs"), book.create_sheet("Spare parts")
    costs.append(["sku", "cost"])
    costs.sheet_state = "hidden"
    spare.append(["name", "stock"])
    spare.append(["seal", 4])
    elements = brief(read(tmp_path, book))
    assert [(kind, place) for kind, place, _ in elements] == [
        ("row", "sheet Prices, row 2"),
        ("refused", "sheet Costs"),
        ("heading", "sheet Spare parts"),
        ("row", "sheet Spare parts, row 2"),
    ]
    assert "hidden" in elements[1][2]


def test_formula_without_a_value_is_named(tmp_path: Path) -> None:
    """A row whose formula was never calculated is refused rather than read without its price."""
    book, sheet = workbook()
    for row in (["sku", "name", "price"], ["1", "a", "=2*3"], ["2", "b", 5]):
        sheet.append(row)
    elements = brief(read(tmp_path, book))
    assert [(kind, place) for kind, place, _ in elements] == [
        ("refused", "sheet Prices, row 2"),
        ("row", "sheet Prices, row 3"),
    ]
    assert "never calculated" in elements[0][2]


def test_wrong_dimension_cuts_nothing_off(tmp_path: Path) -> None:
    """Some programs write a dimension smaller than the sheet; the rows are there all the same."""
    book, sheet = workbook()
    for row in (["sku", "name"], ["1", "a"], ["2", "b"]):
        sheet.append(row)
    book.save(tmp_path / "good.xlsx")
    with zipfile.ZipFile(tmp_path / "good.xlsx") as good, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as bad:
        for name in good.namelist():
            bad.writestr(name, good.read(name).replace(b'ref="A1:B3"', b'ref="A1"'))
    assert [kind for kind, _, _ in brief(list(read_workbook(tmp_path / "bad.xlsx")))] == ["row", "row"]


def test_bad_workbooks_are_refused_or_read(shared_data: Path) -> None:
    """Fuzzed, truncated and encrypted workbooks raise `Refused` and nothing else; protected ones say so."""
    reasons = {}
    for path in sorted((shared_data / "bad_documents" / "poi").glob("*.xls*")):
        try:
            list(read_workbook(path))
        except Refused as refused:
            reasons[path.name] = str(refused)
    assert "password" in reasons["spreadsheet__password.xls"]
    assert "spreadsheet__poc-xmlbomb-empty.xlsx" in reasons
    assert all(len(reason) > 20 for reason in reasons.values())
    with pytest.raises(Refused, match="password"):
        list(read_workbook(shared_data / "parsing_unstructured" / "password_protected.xlsx"))


def test_old_and_new_workbook_agree(shared_data: Path) -> None:
    """The same sheets saved as .xls and .xlsx give the same elements."""
    folder = shared_data / "parsing_markitdown"
    old, new = (brief(list(read_workbook(folder / name))) for name in ("test.xls", "test.xlsx"))
    assert len(old) == 28
    assert old == new
