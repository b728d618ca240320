"""The invented shop of the benchmarks: its files say what it believes, and its expectations are what a night does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.database.store import Store
from index.hashing import HashingEmbedder
from index.publishing.gate import Ungated
from index.snapshot.home import Home
from ingest.pipeline import Outcome, Source, ingest_folder, ingest_folders
from ingest.reading import read

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))

import wares
from shop import Shop
from shop_night import Expectation

FORMATS = {"csv": "csv", "gb18030": "csv", "xlsx": "xlsx", "jsonl": "jsonl"}


class Installation:
    """A home beside the shop, and what a night does to it."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "home")
        self.home.create()
        self.store = Store.open(self.home.database_url)
        self.embedder = HashingEmbedder(folder / "embedder")

    def night(self, folder: Path) -> Outcome:
        """The folder as it is, published without a gate."""
        return ingest_folders(
            [Source("default", folder)],
            home=self.home,
            store=self.store,
            embedder=self.embedder,
            gate=Ungated("a test"),
            tolerant=True,
        )


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An empty home."""
    made = Installation(tmp_path)
    yield made
    made.store.close()


def test_files_say_what_the_shop_believes(tmp_path: Path) -> None:
    """Every sheet of every form reads back row by row: SKU, name, price, stock, in order."""
    shop = Shop(tmp_path / "catalog", rows=600)
    assert {file.form for file in shop.files.values()} == {"csv", "gb18030", "xlsx", "jsonl", "md"}
    for file in shop.files.values():
        if file.is_sheet:
            elements = list(read(shop.folder / file.path, FORMATS[file.form], ocr=False))
            found = [tuple(row.attributes[name] for name in ("sku", "name", "price", "stock")) for row in elements]
            assert found == [
                (row[wares.SKU], row[wares.NAME], float(row[wares.PRICE]), int(row[wares.STOCK])) for row in file.rows
            ]


def test_the_same_seed_makes_the_same_shop(tmp_path: Path) -> None:
    """Two shops of one seed are equal, one of another seed is not; a larger one begins with the smaller."""
    one, same, other, larger = (
        Shop(tmp_path / name, rows=rows, files=files, seed=seed)
        for name, rows, files, seed in (("a", 600, 12, 1), ("b", 600, 12, 1), ("c", 600, 12, 2), ("d", 1200, 24, 1))
    )
    assert one.files == same.files
    assert one.files["suppliers/pricelist-000.csv"] != other.files["suppliers/pricelist-000.csv"]
    sheets = {path: file for path, file in one.files.items() if file.is_sheet}
    assert sheets.items() <= larger.files.items()


def test_every_night_is_as_expected(tmp_path: Path, installation: Installation) -> None:
    """Texts embedded, changes by kind, refusals and publication are, each night, what the shop's truth says."""
    shop = Shop(tmp_path / "catalog", rows=600)
    expected = shop.expect()
    first = ingest_folder(shop.folder, home=installation.home, store=installation.store, embedder=installation.embedder)
    assert (first.embedded, first.refused) == (expected.embedded, [])
    assert expected.embedded == shop.rows + 4 * 6
    shop.morning()
    for number, acts in enumerate(
        (
            (shop.stock, 20), (shop.prices, 30), (shop.descriptions, 10), (shop.add, 8), (shop.withdraw, 9),
            (shop.reorder, 3), (shop.move, 3), (shop.remove,), (shop.touch,), (shop.revert, 12), (shop.cut, 2),
            (shop.swap,), (shop.duplicate,), (shop.break_rows,), (shop.garble,), (shop.empty,), (shop.edit_manuals, 2),
            (shop.prices, 10),
        )
    ):  # fmt: skip
        shop.repair()
        act, *sizes = acts
        told = act(*sizes)
        expected = shop.expect()
        outcome = installation.night(shop.folder)
        assert summary(outcome) == {
            "embedded": expected.embedded,
            "published": expected.published,
            "refused": expected.refused,
            "changes": {} if expected.unreadable else dict(expected.changes),
            "exit": expected.exit,
        }, f"night {number}: {told}"
        assert not expected.because
        shop.morning()


def summary(outcome: Outcome) -> dict[str, object]:
    """What of an outcome is compared."""
    report = outcome.reports[0]
    return {
        "embedded": outcome.embedded,
        "published": outcome.published,
        "refused": len(report.refused),
        "changes": report.changes,
        "exit": outcome.exit_code,
    }


def test_what_the_gate_must_stop_is_known(tmp_path: Path) -> None:
    """A hundredfold price, a renamed key column and a third of the rows gone close the gate; yesterday returns."""
    shop = Shop(tmp_path / "catalog", rows=600)
    shop.expect(), shop.morning()
    served = dict(shop.served)
    for act, reason in (
        (shop.inflate, "the price of "),
        (shop.rename_key, "has no SKUs"),
        (shop.cut_many, " rows are gone"),
    ):
        act()
        expected = shop.expect()
        assert reason in expected.because
        assert (expected.exit, expected.published) == (3, False)
        assert expected.embedded > 0
        shop.morning()
        assert shop.served == served
        shop.repair()
        assert shop.expect() == Expectation()


def test_spots_ask_for_what_is_served(tmp_path: Path) -> None:
    """After a changed price the new one is asked for, after a night that was stopped the old one, and a withdrawn
    product must not be found."""
    shop = Shop(tmp_path / "catalog", rows=600)
    shop.expect(), shop.morning()
    shop.withdraw(3)
    shop.expect(), shop.morning()
    assert [spot.prices for spot in shop.spots(3)] == [frozenset()] * 3
    path = "suppliers/pricelist-000.csv"
    shop.prices(5, [path])
    shop.expect(), shop.morning()
    prices = {row[wares.SKU]: float(row[wares.PRICE]) for row in shop.files[path].rows}
    new = shop.spots(5)
    assert [spot.prices for spot in new] == [frozenset((prices[spot.sku],)) for spot in new]
    shop.inflate()
    shop.expect(), shop.morning()
    assert all(max(spot.prices) < 3_000 for spot in shop.spots(5))
