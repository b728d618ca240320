"""What a shop declares of its files: patterns of paths, sheets and headers, and the currency of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.database.view import View
from ingest.columns import Columns
from ingest.declared import Declared, TableOptions, matching
from ingest.folder import list_folder
from ingest.reading import reader_fingerprint
from ingest.workers import QUOTED
from tests.ingest.test_nights import Shop


@pytest.mark.parametrize(
    ("path", "pattern", "fits"),
    [
        ("internal/costs.xlsx", "internal/", True),
        ("internal/2026/costs.xlsx", "internal/**", True),
        ("shop/internal/costs.xlsx", "internal/", False),
        ("shop/internal/costs.xlsx", "*/internal/", True),
        ("shop/EK-Preise.XLSX", "ek-*.xlsx", True),
        ("shop/weeks.xlsx", "ek*.xlsx", False),
        ("采购/价格.csv", "采购/*", True),
        ("usa/list.csv", "/usa/list.csv", True),
        ("Müller.csv", "mu\u0308ller.csv", True),
    ],
)
def test_a_pattern_names_files(path: str, pattern: str, fits: bool) -> None:
    """A folder, a name in any folder, anything for a star; case and Unicode forms do not matter."""
    assert (matching(path, [pattern]) is not None) is fits


def test_the_first_pattern_says_the_currency() -> None:
    """By file; where none fits it is unknown."""
    declared = Declared(currencies=(("usa/", "USD"), ("*.tsv", "GBP"), ("eu/", "EUR")))
    paths = ("usa/a.csv", "usa/a.tsv", "eu/a.tsv", "eu/a.csv", "a.csv")
    assert [declared.of(path).currency for path in paths] == ["USD", "USD", "GBP", "EUR", ""]


def test_a_declared_currency_is_that_of_prices_that_name_none() -> None:
    """A cell, a column or a header that names one goes first."""
    options = TableOptions(currency="CHF")
    columns = Columns(["SKU", "Price", "Currency"], options, [["1", "9", ""], ["2", "9", "EUR"]])
    assert columns.row(["1", "9", ""]).attributes["currency"] == "CHF"
    assert columns.row(["2", "9", "EUR"]).attributes["currency"] == "EUR"
    assert [cell.unit for cell in columns.row(["1", "9", ""]).cells if cell.role == "price"] == ["CHF"]
    assert Columns(["SKU", "Price"], options).row(["1", "$9"]).attributes["currency"] == "USD"
    assert Columns(["SKU", "Price (GBP)"], options).row(["1", "9"]).attributes["currency"] == "GBP"
    assert "currency" not in Columns(["SKU", "Note"], options).row(["1", "9"]).attributes


def test_what_is_declared_is_part_of_the_fingerprint() -> None:
    """Each rule makes other rows; a private file makes none, and does not matter to the others."""
    kinds = (
        TableOptions(),
        TableOptions(keys=("Ref",)),
        TableOptions(private=("EK*",)),
        TableOptions(public=("EK*",)),
        TableOptions(private_sheets=("Calc",)),
        TableOptions(currency="EUR"),
    )
    assert len({reader_fingerprint(ocr=False, options=options) for options in kinds}) == len(kinds)
    assert Declared(private_files=("a.csv",)).of("b.csv") == TableOptions()


def test_a_private_file_is_not_opened(tmp_path: Path) -> None:
    """It is named beside those that are read, and a folder of nothing else is no empty one."""
    for name in ("shop/list.csv", "internal/costs.csv", "shop/calc-2026.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("SKU,Price\nA-1,9\n")
    (tmp_path / "internal/costs.csv").chmod(0)
    declared = Declared(private_files=("internal/", "calc*"))
    listing = list_folder(tmp_path, tmp_path / "home", is_private=lambda path: declared.private_file(path) is not None)
    assert [job.path for job in listing.jobs] == ["shop/list.csv"]
    assert (sorted(listing.private), listing.refused) == (["internal/costs.csv", "shop/calc-2026.csv"], [])
    assert list_folder(tmp_path, tmp_path / "home", is_private=lambda path: True).jobs == []


def test_a_change_of_currency_reads_again_what_it_concerns(tmp_path: Path) -> None:
    """The files whose currency it is; the others are unchanged."""
    shop = Shop(tmp_path)
    for name in ("usa", "eu"):
        (shop.folder / name).mkdir()
        shop.write([(f"{name}-1", "Lamp", "Acme", "9"), (f"{name}-2", "Lamp", "Acme", "$5")], f"{name}/list.csv")
    shop.night(declared=Declared(currencies=(("usa/", "USD"), ("*", "EUR"))))
    found = shop.store.sample(shop.store.collections()["default"][0], View(1, "2026-01-01"), 10)
    said = {chunk.attributes["sku"]: chunk.attributes["currency"] for chunk in found.values()}
    assert said == {"usa-1": "USD", "usa-2": "USD", "eu-1": "EUR", "eu-2": "USD"}
    report = shop.night(declared=Declared(currencies=(("usa/", "USD"), ("*", "CHF"))))
    assert (report.files.unchanged, report.files.indexed, report.rows.indexed) == (1, 1, 1)
    shop.store.close()


def test_what_a_library_quotes_is_not_told() -> None:
    """It may be a cell of a private column."""
    assert QUOTED.sub("…", "could not convert string to float: '73317 x' in cell C7") == (
        "could not convert string to float: … in cell C7"
    )
    assert QUOTED.sub("…", "row 4: bad value 73,317.50") == "row 4: bad value …"
