"""After a rollback: what is rolled back is neither the measure of the next night nor brought back by the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from evaluation.gate import Verdict, check_lint, run_gate
from index.publishing.gate import Candidate
from index.snapshot.rollback import roll_back
from index.snapshot.shelf import current_manifest
from ingest.findings import severities
from ingest.pipeline import Outcome, Source
from ingest.report import Report
from tests.ingest.test_nights import Shop, products

MORE = ("P-99", "Lamp model 99", "Acme", "7")


def lint(_: Candidate, reports: Sequence[Report], *, force: bool) -> Verdict:
    """The gate's check of findings alone."""
    fresh = [found for report in reports for found in report.fresh]
    return run_gate([partial(check_lint, fresh, severities({}))], force=force)


def hundredfold(count: int) -> list[tuple[str, ...]]:
    return [(*row[:3], str(float(row[3]) * 100)) for row in products(count)]


def night(shop: Shop, *, rebuild: bool = False, force: bool = False) -> Outcome:
    """The nightly job."""
    return shop.nights([Source("default", shop.folder)], gate=partial(lint, force=force), rebuild=rebuild, force=force)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Twenty prices, then a hundred times as much, let in by hand and rolled back."""
    shop = Shop(tmp_path)
    shop.write(products(20))
    shop.night()
    shop.write(hundredfold(20))
    shop.night()
    roll_back(shop.home, shop.store, by="test")
    yield shop
    shop.store.close()


def test_the_bad_export_with_one_more_row_is_stopped(shop: Shop) -> None:
    """Its prices are a hundred times those that are served, though they are as they were in what was rolled back."""
    shop.write([*hundredfold(20), MORE])
    outcome = night(shop)
    assert (outcome.published, outcome.exit_code) == (False, 3)
    assert outcome.failures[0] == (
        "prices.csv, row 2, column Price: the price of “P-0” goes from 10 to 1000; look for a lost decimal mark."
    )
    assert outcome.reports[0].changes == {"price": 20, "stock": 0, "edited": 0, "withdrawn": 0, "new": 1}
    assert shop.prices()["P-0"] == 10.0


def test_the_mended_export_is_published(shop: Shop) -> None:
    """It differs from what is served by one row, and that is what is told; a dry run tells the same."""
    shop.write([*products(20), MORE])
    assert [change.sku for change in shop.night(dry_run=True).change_list] == ["P-99"]
    outcome = night(shop)
    assert (outcome.published, outcome.failures) == (True, ())
    assert [(change.kind, change.sku) for change in outcome.reports[0].change_list] == [("new", "P-99")]
    assert outcome.embedded == 1
    assert (shop.prices()["P-0"], len(shop.prices())) == (10.0, 21)


def test_a_column_that_the_rolled_back_export_had_lost(shop: Shop) -> None:
    """A file that is as it was when it was rolled back still lacks what it has where customers are answered from."""
    shop.write([row[:3] for row in products(20)], headers=("SKU", "Name", "Brand"))
    shop.night()
    roll_back(shop.home, shop.store, by="test")
    shop.write([MORE], name="more.csv")
    assert [finding.kind for _, finding in night(shop).reports[0].fresh] == ["price_column_lost"]
    assert shop.prices()["P-0"] == 1000.0


@pytest.mark.parametrize("rebuild", [True, False])
def test_an_index_made_anew_does_not_end_it(shop: Shop, rebuild: bool) -> None:
    """Neither `--rebuild` nor damage to what was rolled back serves it again, unless by force."""
    served = current_manifest(shop.home)
    if not rebuild:
        newest = sorted(shop.home.snapshots.iterdir())[-1]
        victim = next(newest.glob("*.vectors"))
        victim.unlink()
        victim.write_bytes(b"damaged")
    outcome = night(shop, rebuild=rebuild)
    assert (outcome.published, outcome.exit_code, outcome.snapshot) == (False, 3, served.snapshot)
    assert ["“default” is still as it was" in failure for failure in outcome.failures] == [True]
    assert shop.prices()["P-0"] == 10.0
    forced = night(shop, rebuild=rebuild, force=True)
    assert (forced.published, shop.prices()["P-0"]) == (True, 1000.0)


def test_the_gate_judges_whatever_is_not_served(shop: Shop) -> None:
    """What lies in the database and was never served is judged, though no file changed since."""
    judged = []

    def gate(candidate: Candidate, _: object) -> Verdict:
        judged.append(candidate.snapshot.manifest.generation)
        return run_gate([], force=False)

    shop.nights([Source("default", shop.folder)], gate=gate, rebuild=True, force=True)
    assert judged == [2]
    shop.nights([Source("default", shop.folder)], gate=gate, rebuild=True)
    assert judged == [2]  # what is served already is only made anew


def test_what_was_let_through_does_not_stop_later_nights(tmp_path: Path) -> None:
    """A finding of the gate's that is served already is told, and stops nothing; a new one does."""
    shop = Shop(tmp_path)
    headers = ("SKU", "Name", "Brand", "Stock", "Price")
    rows = [(f"P-{n}", f"Lamp model {n}", "Acme", "3", f"{10 + n}") for n in range(40)]
    broken = list(rows)
    broken[7] = ("P-7", "Lamp model 7", " large", "Acme", "3", "17")  # a comma in the name, without quotes
    shop.write(broken, headers=headers)
    shop.night()
    shop.write([MORE], name="more.csv")
    outcome = night(shop)
    assert outcome.published
    assert [finding.kind for _, finding in outcome.reports[0].findings] == ["shifted_columns"]
    broken[3] = ("P-3", "Lamp model 3", " small", "Acme", "3", "13")
    shop.write(broken, headers=headers)
    outcome = night(shop)
    assert (outcome.published, len(outcome.failures)) == (False, 1)
    assert outcome.failures[0].startswith("prices.csv, row 5")
    shop.store.close()
