"""One SKU at two prices, in two sheets or two files: both places are named, and the column."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

from index.database.store import Store
from index.hashing import HashingEmbedder
from index.snapshot.home import Home
from ingest.findings import Finding
from ingest.pipeline import ingest_folder

HEADER = ["SKU", "Name", "List price (EUR)"]


def told(folder: Path, home: Path) -> list[tuple[str, Finding]]:
    """What is found in a folder that is ingested into an empty home."""
    store = Store.open(f"sqlite:///{home}.db")
    try:
        embedder = HashingEmbedder(home.with_name("embedder"))
        return ingest_folder(folder, home=Home(home), store=store, embedder=embedder).findings
    finally:
        store.close()


def test_two_sheets_of_a_workbook(tmp_path: Path) -> None:
    """The later row is told, with the sheet and row of the earlier one."""
    book = Workbook()
    book.active.title = "All"
    for title, rows in (("All", [["K-1", "Kettle", 10], ["K-2", "Pot", 8]]), ("Sale", [["K-2", "Pot", 6.5]])):
        page = book["All"] if title == "All" else book.create_sheet(title)
        for row in [HEADER, *rows]:
            page.append(row)
    (tmp_path / "shop").mkdir()
    book.save(tmp_path / "shop" / "list.xlsx")
    message = "“K-2” costs 6.5 here and 8 in list.xlsx, sheet All, row 3; see which of the two holds"
    assert told(tmp_path / "shop", tmp_path / "home") == [
        ("list.xlsx", Finding("duplicate_sku", "sheet Sale, row 2", "List price (EUR)", message))
    ]


def test_two_files(tmp_path: Path) -> None:
    """Rows of both files are named; another currency is no conflict."""
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "list.csv").write_text("SKU,Name,Price,Currency\nK-1,Kettle,10,EUR\nK-2,Pot,8,EUR\nK-3,Pan,7,EUR\n")
    (shop / "sale.csv").write_text("Item,SKU,Now: price,Price,Currency\nPot,K-2,x,6.5,EUR\n")
    (shop / "us.csv").write_text("SKU,Name,Price,Currency\nK-3,Pan,9,USD\n")
    message = "“K-2” costs 6.5 here and 8 in list.csv, row 3; see which of the two holds"
    assert told(shop, tmp_path / "home") == [("sale.csv", Finding("duplicate_sku", "row 2", "Price", message))]
