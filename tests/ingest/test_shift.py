"""Rows whose cells stand beside their columns are told, however many they are, and rows with a remark are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from ingest.findings import Finding
from ingest.lint import BATCH
from tests.ingest.test_lint import found, places, sheet

HEADER = ["SKU", "Name", "Brand", "Stock", "Price"]
QUOTES = "look for a delimiter inside a value without quotes"


def lamp(number: int, name: str = "") -> list[str]:
    """An ordinary row, or one whose name has a delimiter in it."""
    return [f"P-{number}", name or f"Lamp model {number}", "Acme", str(5 + number), f"{10 + number}.50"]


def shifted(number: int, stock: str, value: str) -> Finding:
    """What is told of a row whose brand stands under the stock."""
    message = (
        f"in the row of “P-{number}” the cells look shifted one column to the right: “{stock}” stands under “Stock”, "
        f"its value “{value}” beside it; {QUOTES}"
    )
    return Finding("shifted_columns", f"row {number + 2}", "Stock", message)


@pytest.mark.parametrize(
    ("count", "numbers"),
    [
        (200, [50]),
        (15, [7]),
        (4, [2]),
        (200, list(range(5, 200, 12))),
        (120, list(range(1, 120, 3))),
        (60, [*range(20), *range(40, 50)]),
        (10, list(range(10))),
    ],
    ids=["one of 200", "one of 15", "one of four", "a twelfth", "a third", "the first rows and more", "all"],
)
def test_a_comma_in_the_name(tmp_path: Path, count: int, numbers: list[int]) -> None:
    """Each row that it shifts is told, and nothing else, be it one of many, one of few, or so many that the columns
    hold words as well as numbers."""
    rows = [lamp(number, f"Lamp, model {number}" if number in numbers else "") for number in range(count)]
    assert sheet(tmp_path, rows, HEADER) == [shifted(number, "Acme", str(5 + number)) for number in numbers]


def test_a_price_in_the_middle(tmp_path: Path) -> None:
    """Where the name's second half stands under the price, it is the price that is told."""
    header = ["SKU", "Name", "Price", "Brand", "Stock"]
    rows = [
        [f"P-{number}", f"Lamp{',' * (number % 12 == 5)} model {number}", f"{10 + number}.50", "Acme", "7"]
        for number in range(60)
    ]
    assert sheet(tmp_path, rows, header) == [
        Finding(
            "shifted_columns",
            f"row {number + 2}",
            "Price",
            f"in the row of “P-{number}” the cells look shifted one column to the right: “model {number}” stands under "
            f"“Price”, its value “{10 + number}.50” beside it; {QUOTES}",
        )
        for number in range(5, 60, 12)
    ]


def test_a_stock_of_zero_under_the_price(tmp_path: Path) -> None:
    """It is no price of zero, and what a shifted row says of its price is not told a second time."""
    rows = [lamp(number) for number in range(30)]
    rows[9] = ["P-9", "Lamp", " red", "Acme", "0", "19.50"]
    assert sheet(tmp_path, rows, HEADER) == [shifted(9, "Acme", "0")]


def test_a_shifted_row_without_a_price(tmp_path: Path) -> None:
    """Its last cell is blank, and the row is as long as a shifted one."""
    rows = [lamp(number) for number in range(40)]
    rows[9] = ["P-9", "Lamp", " red", "Acme", "14", ""]
    assert sheet(tmp_path, rows, HEADER) == [shifted(9, "Acme", "14")]


def test_two_commas(tmp_path: Path) -> None:
    """In one value they shift by two columns; in two values, the cells between them by one."""
    rows = [lamp(number) for number in range(40)]
    rows[9] = lamp(9, "Lamp, red, small")
    (finding,) = sheet(tmp_path, rows, HEADER)
    assert (finding.where, finding.column) == ("row 11", "Stock")
    assert "shifted 2 columns to the right: “small” stands under “Stock”, its value “14” beside it" in finding.message
    header = ["SKU", "Name", "Price", "Description", "Stock"]
    rows = [[f"P-{number}", "Lamp", f"{number + 3}.50", "nice and red", "7"] for number in range(40)]
    rows[9] = ["P-9", "Lamp", " small", "12.50", "nice", " red", "7"]
    (finding,) = sheet(tmp_path, rows, header)
    assert (finding.where, finding.column) == ("row 11", "Price")


@pytest.mark.parametrize(
    ("header", "row", "beyond"),
    [
        (["SKU", "Name", "Stock", "Price"], ["P-9", "Lamp", "5", "1", "234.50"], "234.50"),
        (["SKU", "Name", "Price"], ["P-9", "Lamp", " 5", "19.50"], "19.50"),
        (["SKU", "Price", "Name", "Brand"], ["P-9", "19", "Lamp", " red", "Acme"], "Acme"),
    ],
    ids=["thousands", "a number cut off", "words only"],
)
def test_the_only_row_with_one_cell_too_many(tmp_path: Path, header: list[str], row: list[str], beyond: str) -> None:
    """It is told even where each of its cells could be what its column holds."""
    cells = {"SKU": "P-{}", "Name": "Lamp {}", "Stock": "{}", "Price": "{}.50", "Brand": "Acme"}
    rows = [[cells[name].format(number) for name in header] for number in range(30)]
    rows[9] = row
    message = (
        f"in the row of “P-9” there are more cells than columns: “{beyond}” stands beyond “{header[-1]}”, as hardly "
        f"anything does in other rows; {QUOTES}"
    )
    assert sheet(tmp_path, rows, header) == [Finding("shifted_columns", "row 11", header[-1], message)]


@pytest.mark.parametrize("remark", ["sold out", "7", "3 left"])
@pytest.mark.parametrize("often", [1, 2, 40])
@pytest.mark.parametrize("header", [["SKU", "Name", "Price"], ["SKU", "Name", "Brand"]])
def test_a_last_column_without_a_header(tmp_path: Path, header: list[str], often: int, remark: str) -> None:
    """Remarks beside the table, in all rows or in a few, in a file and in a workbook, shift nothing."""
    last = "Acme" if header[-1] == "Brand" else "9.50"
    rows = [[f"P-{number}", "Lamp", last, remark if number % often == 0 else ""] for number in range(100)]
    assert sheet(tmp_path, rows, [*header, ""]) == []
    book = Workbook()
    for line in [header, *([*row[:3], row[3]] if row[3] else row[:3] for row in rows)]:
        book.active.append(line)
    book.save(tmp_path / "list.xlsx")
    assert found(tmp_path / "list.xlsx") == []


def test_rows_that_lack_a_cell(tmp_path: Path) -> None:
    """So many that the price would be no column of numbers any more are told none the less."""
    header = ["SKU", "Name", "Price", "Currency"]
    rows = [[f"P-{number}", "Lamp", f"{number + 3}.50", "EUR"] for number in range(60)]
    for number in range(5, 60, 6):
        del rows[number][1]
    findings = sheet(tmp_path, rows, header)
    assert places(findings) == [("shifted_columns", f"row {number + 2}", "Price") for number in range(5, 60, 6)]
    assert "one column to the left: “EUR” stands under “Price”, its value “8.50” beside it" in findings[0].message


def test_a_row_that_is_odd_and_has_a_remark_beside_it(tmp_path: Path) -> None:
    """One more cell and a value of another kind are no shift where the cells fit no better one column on."""
    rows = [[f"P-{number}", "Lamp", "matt"] for number in range(40)]
    rows[9] = ["P-9", "Lamp", "42", "sold out"]
    assert sheet(tmp_path, rows, ["SKU", "Name", "Finish"]) == []
    rows = [[f"P-{number}", "Lamp", "30", "40", "50"] for number in range(40)]
    rows[9] = ["P-9", "Lamp", "wide", "40", "deep", "7"]
    findings = sheet(tmp_path, rows, ["SKU", "Name", "Width", "Height", "Depth"])
    assert places(findings) == [("wrong_type", "row 11", "Width"), ("wrong_type", "row 11", "Depth")]


def test_the_first_row_of_a_sheet_whose_others_are_judged_later(tmp_path: Path) -> None:
    """Elements are judged some hundred at a time; a row waits until enough is known of its columns."""
    book = Workbook()
    book.active.append(["SKU", "Name", "Price"])
    for number in range(BATCH - 2):
        book.active.append([f"A-{number}", "Lamp", 9])
    page = book.create_sheet("More")
    page.append(["SKU", "Name", "Finish", "Width"])
    page.append(["P-0", "Lamp", "red", "matt", 30])
    for number in range(1, 30):
        page.append([f"P-{number}", "Lamp", "matt", 30])
    book.save(tmp_path / "list.xlsx")
    assert places(found(tmp_path / "list.xlsx")) == [("shifted_columns", "sheet More, row 2", "Width")]
