"""What a shop hides, strikes through or gets wrong in a sheet is not told to customers, and is told to the shop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.document import Element, Refused, RowRefused
from ingest.findings import Finding
from ingest.lint import Lint
from ingest.reading import read as read_file
from ingest.sheet import MOST_RUNS, Row, Sheet, Shown
from ingest.sheets import read_csv, read_workbook
from ingest.valued import is_error

Rows = list[list[Any]]

PRICES: Rows = [
    ["SKU", "Name", "Club price", "Price EUR", "Stock"],
    ["MG-1", "Morgan mug", 3.1, 8.9, 40],
    ["MG-2", "Morgan bowl", 4.2, 11.5, 12],
    ["MG-3", "Morgan plate", 2.7, 7.4, 0],
    ["MG-4", "Morgan jug", 9.9, 24.0, 3],
]


def book(rows: Rows) -> Any:
    """A workbook of one sheet and that sheet."""
    from openpyxl import Workbook

    made = Workbook()
    made.active.title = "Tableware"
    for row in rows:
        made.active.append(row)
    return made, made.active


def told(path: Path, book: Any = None) -> tuple[list[str], list[tuple[str, str]], list[tuple[str, str, str]]]:
    """(texts of rows and other elements, refusals, findings) of a workbook, saved first where it is given."""
    if book is not None:
        book.save(path)
    texts, refused, findings = [], [], []
    for element in read_csv(path) if path.suffix in (".csv", ".txt") else read_workbook(path):
        if isinstance(element, Element):
            texts.append(element.text)
        elif isinstance(element, RowRefused):
            refused.append((element.where, element.kind))
        else:
            findings.append((element.kind, element.where, element.column))
    return texts, refused, findings


def test_hidden_rows_and_columns_are_not_read_and_are_named(tmp_path: Path) -> None:
    """A hidden column and two hidden rows: what is left reads as if they were not there."""
    made, sheet = book(PRICES)
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[3].hidden = sheet.row_dimensions[4].hidden = True
    texts, refused, findings = told(tmp_path / "a.xlsx", made)
    assert texts == [
        "SKU: MG-1\nName: Morgan mug\nPrice EUR: 8.9\nStock: 40",
        "SKU: MG-4\nName: Morgan jug\nPrice EUR: 24\nStock: 3",
    ]
    assert refused == [("sheet Tableware, rows 3 to 4", "2 rows"), ("sheet Tableware, column C", "column")]
    assert findings == []


def test_rows_a_filter_hides_are_named_with_what_to_do(tmp_path: Path) -> None:
    """A filter left on hides products that their owner may mean to sell, so the reason says how to get them in."""
    made, sheet = book(
        [["货号", "品名", "品牌", "售价"], ["01", "茶壶", "甲", 88], ["02", "茶杯", "乙", 20], ["03", "茶盘", "甲", 60]]
    )
    sheet.auto_filter.ref = "A1:D4"
    sheet.auto_filter.add_filter_column(2, ["甲"])
    sheet.row_dimensions[3].hidden = True
    made.save(tmp_path / "a.xlsx")
    refused = [element for element in read_workbook(tmp_path / "a.xlsx") if isinstance(element, RowRefused)]
    assert [(one.where, one.kind) for one in refused] == [("sheet Tableware, row 3", "row")]
    assert "by a filter" in refused[0].reason
    assert "show the rows" in refused[0].reason


def test_many_hidden_runs_are_told_as_one() -> None:
    """Every other row filtered out: the first runs one by one, the rest together, and every row counted."""
    shown = Shown(Sheet(None, False, iter(Row(number, ["x"], number % 2 == 0) for number in range(1, 401))))
    assert len(list(shown.lines())) == 200
    assert len(shown.refused) == MOST_RUNS + 1
    assert (shown.refused[-1].where, shown.refused[-1].kind) == ("rows 102 to 400", "150 rows")


@pytest.mark.parametrize("column", ["A", "B", "C"])
def test_a_merged_title_survives_its_hidden_first_column(tmp_path: Path, column: str) -> None:
    """A title over all columns is shown beside whichever of them is hidden."""
    made, sheet = book([["Spring prices", None, None, None], *[row[:2] + row[3:] for row in PRICES]])
    sheet.merge_cells("A1:D1")
    sheet.column_dimensions[column].hidden = True
    texts, refused, _ = told(tmp_path / "a.xlsx", made)
    assert texts[0] == "Spring prices"
    assert len(texts) == 5
    assert refused == [(f"sheet Tableware, column {column}", "column")]


def test_hidden_columns_without_content_are_nothing(tmp_path: Path) -> None:
    """Shops hide all columns to the right of their table; blank ones need no word."""
    made, sheet = book(PRICES)
    sheet.column_dimensions.group("G", "XFD", hidden=True)
    assert told(tmp_path / "a.xlsx", made)[1] == []


def test_a_formula_without_a_value_in_a_hidden_column_costs_nothing(tmp_path: Path) -> None:
    """What nobody sees need not be calculated."""
    made, sheet = book([["SKU", "Name", "Margin", "Price"], ["1", "Hook", "=D2/2", 4], ["2", "Nail", "=D3/2", 1]])
    sheet.column_dimensions["C"].hidden = True
    assert told(tmp_path / "a.xlsx", made)[0] == ["SKU: 1\nName: Hook\nPrice: 4", "SKU: 2\nName: Nail\nPrice: 1"]


def test_values_merged_over_a_hidden_first_row_hold_below(tmp_path: Path) -> None:
    """The category of a group whose first product is hidden is still the category of the others."""
    made, sheet = book([["SKU", "Category", "Price"], ["1", "Ropes", 5], ["2", None, 6], ["3", None, 7]])
    sheet.merge_cells("B2:B4")
    sheet.row_dimensions[2].hidden = True
    assert told(tmp_path / "a.xlsx", made)[0] == [
        "SKU: 2\nCategory: Ropes\nPrice: 6",
        "SKU: 3\nCategory: Ropes\nPrice: 7",
    ]


def test_struck_cells_and_runs_are_no_values(tmp_path: Path) -> None:
    """A struck price is none, of a cell half struck the rest holds, a row struck whole is refused by name."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont
    from openpyxl.styles import Font

    made, sheet = book(PRICES)
    sheet["D2"].font = Font(strike=True)
    sheet["D3"] = CellRichText(TextBlock(InlineFont(strike=True), "11.50"), " ", TextBlock(InlineFont(b=True), "9.90"))
    for cell in sheet[4]:
        cell.font = Font(strike=True)
    sheet["E5"].font = Font(strike=False, bold=True)
    texts, refused, findings = told(tmp_path / "a.xlsx", made)
    assert texts == [
        "SKU: MG-1\nName: Morgan mug\nClub price: 3.1\nStock: 40",
        "SKU: MG-2\nName: Morgan bowl\nClub price: 4.2\nPrice EUR: 9.90\nStock: 12",
        "SKU: MG-4\nName: Morgan jug\nClub price: 9.9\nPrice EUR: 24\nStock: 3",
    ]
    assert refused == [("sheet Tableware, row 4", "row")]
    assert findings == [
        ("struck_out", "sheet Tableware, row 2", "Price EUR"),
        ("struck_out", "sheet Tableware, row 3", "Price EUR"),
    ]


def test_an_old_workbook_hides_and_strikes_alike() -> None:
    """The same in .xls: a hidden column, row and sheet, struck cells, runs and rows, errors, a header alone."""
    texts, refused, findings = told(Path(__file__).with_name("lamps.xls"))
    assert texts == [
        "SKU: LP-1\nName: Nimbus lamp\nPrice EUR: 24.9\nStock: 3",
        "SKU: LP-3\nName: Cirrus lamp\nPrice EUR: 34.5",
        "SKU: LP-4\nName: Stratus lamp\nPrice EUR: 44\nStock: 2",
        "SKU: LP-6\nName: Alto lamp\nPrice EUR: 49.00\nStock: 4",
        "SKU: LP-7\nName: Cumulus lamp",
    ]
    assert refused == [
        ("sheet Lamps, row 6", "row"),
        ("sheet Lamps, row 3", "row"),
        ("sheet Lamps, column C", "column"),
        ("sheet Margins", "sheet"),
        ("sheet New", "sheet"),
    ]
    assert findings == [
        ("struck_out", "sheet Lamps, row 4", "Stock"),
        ("struck_out", "sheet Lamps, row 7", "Price EUR"),
        ("error_value", "sheet Lamps, row 8", "Price EUR"),
        ("error_value", "sheet Lamps, row 8", "Stock"),
    ]


@pytest.mark.parametrize(
    "cell",
    ["#N/A", " #REF! ", "#DIV/0!", "#NAME?", "#NV", "#BEZUG!", "#WERT!", "#zahl!", "Err:502", "######", "#SPILL!"],
)
def test_errors_of_spreadsheet_programs(cell: str) -> None:
    """In English and German, typed or computed."""
    assert is_error(cell)


@pytest.mark.parametrize("cell", ["#5", "#12-A", "# of units", "N/A", "Err: see manual", "#SALE", "C#", "##", "12:30"])
def test_what_only_looks_like_an_error(cell: str) -> None:
    """Numbers with a fence before them and words are values."""
    assert not is_error(cell)


def test_errors_in_delimited_text_are_blank_and_told(tmp_path: Path) -> None:
    """An export writes them as text; each cell is named by its row and column."""
    path = tmp_path / "a.csv"
    path.write_text(
        "Artikelnummer;Bezeichnung;Preis;Bestand\nB-1;Bürste;#NV;4\nB-2;Besen;12,50;#BEZUG!\nB-3;Eimer;####;9\n"
    )
    texts, refused, findings = told(path)
    assert texts == [
        "Artikelnummer: B-1\nBezeichnung: Bürste\nBestand: 4",
        "Artikelnummer: B-2\nBezeichnung: Besen\nPreis: 12,50",
        "Artikelnummer: B-3\nBezeichnung: Eimer\nBestand: 9",
    ]
    assert refused == []
    assert findings == [
        ("error_value", "row 2", "Preis"),
        ("error_value", "row 3", "Bestand"),
        ("error_value", "row 4", "Preis"),
    ]


def test_computed_errors_of_a_workbook(tmp_path: Path) -> None:
    """A looked-up price that was not found is no price, and the row stays."""
    made, sheet = book([["货号", "品名", "售价"], ["T1", "台灯", "#N/A"], ["T2", "吊灯", 128]])
    sheet["C2"].data_type = "e"
    texts, _, findings = told(tmp_path / "a.xlsx", made)
    assert texts == ["货号: T1\n品名: 台灯", "货号: T2\n品名: 吊灯\n售价: 128"]
    assert findings == [("error_value", "sheet Tableware, row 2", "售价")]


def test_lint_keeps_the_findings_and_counts_hidden_rows(tmp_path: Path) -> None:
    """Rows seen are rows indexed and refused, the hidden ones with their number."""
    made, sheet = book(PRICES)
    sheet["D2"] = "#VALUE!"
    sheet.row_dimensions[3].hidden = sheet.row_dimensions[4].hidden = True
    made.save(tmp_path / "a.xlsx")
    lint = Lint("a.xlsx", "xlsx")
    passed = list(lint.watch(read_workbook(tmp_path / "a.xlsx")))
    assert not any(isinstance(element, Finding) for element in passed)
    assert lint.rows == 4
    assert [(one.kind, one.column) for one in lint.findings if one.kind == "error_value"] == [
        ("error_value", "Price EUR")
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "sku,name,price\n"),
        ("a.csv", "\n \n"),
        ("a.tsv", "货号\t品名\t价格\n\n"),
        ("a.json", '{"products": []}'),
        ("a.jsonl", "\n\n"),
    ],
)
def test_a_table_that_gives_nothing_is_refused(tmp_path: Path, name: str, content: str) -> None:
    """A header alone, blank lines, an empty list: never indexed without a word."""
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(Refused, match="no row and no text"):
        list(read_file(path, name.split(".")[1], ocr=False))


def test_a_sheet_that_gives_nothing_is_named(tmp_path: Path) -> None:
    """One sheet of several with a header alone is named; a blank one is not worth a word."""
    made, _ = book(PRICES)
    made.create_sheet("Next season").append(["SKU", "Name", "Price"])
    made.create_sheet("Sheet3")
    assert told(tmp_path / "a.xlsx", made)[1] == [("sheet Next season", "sheet")]
