"""A change of what is private: what was indexed before goes, from every snapshot, and `verify` proves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evaluation.verify import verify
from index.snapshot.shelf import snapshots
from ingest.declared import Declared
from ingest.pipeline import Options, Source, ingest_folders
from tests.ingest.test_nights import Shop

HEADERS = ("SKU", "Name", "P2", "Price")
SECRET = "73317"
"""In every value that must not be left."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.store.close()


def goods(count: int, price: int = 20) -> list[tuple[str, ...]]:
    """Rows whose third cell is to become private."""
    return [(f"A-{n}", f"Lamp model {n}", f"{SECRET}.{n:02}", str(price + n)) for n in range(count)]


def left(shop: Shop, secret: str = SECRET) -> list[str]:
    """The files of a home in which the secret stands."""
    shop.store.engine.dispose()
    return [str(path) for path in shop.home.path.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


def told(shop: Shop, declared: Declared) -> list[str]:
    """What `verify` finds wrong."""
    return [one.message for one in verify(shop.home, shop.store, declared).disagreements]


def test_a_column_that_becomes_private_goes_from_all_snapshots(shop: Shop) -> None:
    """Of three kept snapshots none is left that says it; the products stay; the next night changes nothing."""
    for price in (20, 30, 40):
        shop.write(goods(5, price), headers=HEADERS)
        shop.night()
    private = Declared(private=("P2",))
    (before,) = told(shop, private)
    assert before.startswith("15 rows of prices.csv say what is private (P2), in ")
    assert left(shop)
    report = shop.night(declared=private)
    assert left(shop) == []
    assert told(shop, private) == []
    assert shop.prices() == {f"A-{n}": 40.0 + n for n in range(5)}
    assert (len(snapshots(shop.home)), report.snapshot) == (1, shop.home.current())
    assert not shop.night(declared=private).published


def test_what_was_let_through_comes_back_and_nothing_is_lost(shop: Shop) -> None:
    """A column that the lexicon holds back is read when the settings say so; older snapshots stay."""
    shop.write(goods(3), headers=("SKU", "Name", "Cost", "Price"))
    shop.night()
    assert left(shop) == []
    shop.night(declared=Declared(public=("Cost",)))
    assert left(shop)
    assert len(snapshots(shop.home)) == 2


def test_a_file_that_becomes_private_is_gone(shop: Shop) -> None:
    """With every row it had; the others are as they were."""
    shop.write([(f"A-{n}", f"Lamp model {n}", "Acme", str(n + 1)) for n in range(3)])
    shop.write([(f"B-{n}", f"Secret lamp {SECRET}", "Acme", "1") for n in range(3)], "calc.csv")
    shop.night()
    private = Declared(private_files=("calc*",))
    assert told(shop, private)[0].startswith("3 rows of calc.csv say what is private (the file)")
    report = shop.night(declared=private)
    assert [finding.kind for path, finding in report.findings if path == "calc.csv"] == ["held_back"]
    assert (left(shop), told(shop, private)) == ([], [])
    assert sorted(shop.prices()) == ["A-0", "A-1", "A-2"]


def test_a_sheet_and_a_table_of_a_document(shop: Shop) -> None:
    """Rows of a sheet, and the text that a document's table became."""
    book = openpyxl.Workbook()
    book.active.append(["SKU", "Name", "Price"])
    book.active.append(["A-1", "Lamp model 1", 9])
    book.create_sheet("Calc").append(["SKU", "Sum"])
    book["Calc"].append(["A-1", f"{SECRET}.5"])
    book["Calc"].append(["A-2", f"{SECRET}.6"])
    book.save(shop.folder / "list.xlsx")
    page = "<p>Cost: nothing to customers.</p><table><tr><td>Lamp<td>model 2</tr><tr><td>Quelle<td>{0}</tr></table>"
    (shop.folder / "page.html").write_text(page.format(SECRET))
    shop.night()
    private = Declared(private=("Quelle",), private_sheets=("calc",))
    shop.night(declared=private)
    assert (left(shop), told(shop, private)) == ([], [])
    assert list(shop.prices()) == ["A-1"]


def test_a_file_that_can_no_longer_be_read_is_served_without_what_is_private(shop: Shop) -> None:
    """What is published of a broken file goes on, but for rows that say what is private now."""
    shop.write(goods(3), headers=HEADERS)
    shop.write([("B-1", "Lamp model B", "Acme", "9")], "other.csv")
    shop.night()
    (shop.folder / "prices.csv").write_bytes(b"")
    shop.night(declared=Declared(private=("P2",)))
    assert left(shop) == []
    assert list(shop.prices()) == ["B-1"]


@dataclass(frozen=True, slots=True)
class Stopped:
    """A gate that does not open, and its verdict."""

    opens: bool = False
    failures: tuple[str, ...] = ("every price is gone",)

    def __call__(self, *_: object) -> Stopped:
        return self

    def as_dict(self) -> dict[str, Any]:
        """For the record."""
        return {}


def test_where_the_gate_stops_a_night_it_is_told(shop: Shop) -> None:
    """What is served stays, as customers would miss it; `verify` names it and the next night that passes ends it."""
    shop.write(goods(3), headers=HEADERS)
    shop.night()
    private = Declared(private=("P2",))
    outcome = ingest_folders(
        [Source("default", shop.folder)],
        home=shop.home,
        store=shop.store,
        embedder=shop.embedder,
        options=Options(jobs=1, declared=private),
        gate=Stopped(),
    )
    assert not outcome.published
    assert "3 rows of prices.csv were read before" in outcome.note
    assert len(told(shop, private)) == 1
    shop.night(declared=private)
    assert (left(shop), told(shop, private)) == ([], [])
