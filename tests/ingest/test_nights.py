"""Nights: what a catalogue does from one run to the next, good and bad, and that nothing is lost or paid twice."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from index.database.history import history
from index.database.store import Store
from index.database.withdrawals import withdraw
from index.database.writing import Writing
from index.errors import BadRequest, EmptyFolder, NotFound, WriterBusy
from index.hashing import HashingEmbedder
from index.publishing.gate import Candidate, Ungated
from index.snapshot.building import Building
from index.snapshot.home import Home
from index.snapshot.rollback import roll_back
from index.snapshot.shelf import current_manifest, pin, snapshots
from index.snapshot.snapshot import Snapshot
from ingest.declared import Declared
from ingest.document import Element, RowRefused
from ingest.pipeline import Options, Outcome, Source, ingest_folder, ingest_folders
from ingest.report import Report
from ingest.sheets import read_csv
from retriever.retriever import Retriever

HEADERS = ("SKU", "Name", "Brand", "Price")


def products(count: int, price: float = 10.0) -> list[tuple[str, ...]]:
    return [(f"P-{number}", f"Lamp model {number}", "Acme", f"{price + number}") for number in range(count)]


class Shop:
    """A folder, a home, and what the nightly job needs; an embedder that counts what it is sent."""

    def __init__(self, root: Path, database_url: str | None = None, home: str = "home") -> None:
        self.folder = root / "catalog"
        self.folder.mkdir(exist_ok=True)
        self.home = Home(root / home, database_url)
        self.home.create()
        self.store = Store.open(self.home.database_url, lock_wait=0.5)
        self.embedder = HashingEmbedder(root / "hashing", dimension=64)

    def write(self, rows: list[tuple[str, ...]], name: str = "prices.csv", headers: tuple[str, ...] = HEADERS) -> Path:
        path = self.folder / name
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([headers, *rows])
        return path

    def night(self, **options: Any) -> Report:
        return ingest_folder(self.folder, home=self.home, store=self.store, embedder=self.embedder, jobs=1, **options)

    def nights(self, sources: list[Source], **options: Any) -> Outcome:
        return ingest_folders(
            sources,
            home=self.home,
            store=self.store,
            embedder=self.embedder,
            options=Options(jobs=1),
            tolerant=True,
            **{"gate": Ungated("a test"), **options},
        )

    def prices(self) -> dict[str, float]:
        """Every product that a search can find, with its price."""
        retriever = Retriever(self.home, self.store, self.embedder)
        found = retriever.search("lamp model", top_k=1_000).passages
        retriever.close()
        rows = [passage.chunk.attributes for passage in found if "sku" in passage.chunk.attributes]
        return {str(row["sku"]): float(row["price"]) for row in rows}

    def files(self) -> dict[str, int]:
        """The inode of each file of the current snapshot: which were taken over and which are new."""
        folder = self.home.snapshots / current_manifest(self.home).snapshot
        return {path.name: path.stat().st_ino for path in folder.iterdir() if path.name != "manifest.json"}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.store.close()


def test_a_night_is_told_in_a_shopkeepers_words(shop: Shop) -> None:
    """Prices changed, rows edited, products gone and come: each is counted and named, and embedded once."""
    shop.write(products(20))
    shop.night()
    rows = products(20)
    rows[0] = (*rows[0][:3], "99")
    rows[1] = (rows[1][0], "Lamp model one", *rows[1][2:])
    rows[2:4] = [("P-100", "Lamp model 100", "Bolt", "5")]
    shop.write(rows)
    report = shop.night()
    assert report.changes == {"price": 1, "stock": 0, "edited": 1, "withdrawn": 2, "new": 1}
    assert [(change.kind, change.sku, change.before, change.after) for change in report.change_list] == [
        ("price", "P-0", 10.0, 99.0),
        ("edited", "P-1", None, None),
        ("withdrawn", "P-2", None, None),
        ("withdrawn", "P-3", None, None),
        ("new", "P-100", None, None),
    ]
    assert report.embedded == 3
    assert current_manifest(shop.home).story["changes"] == {"default": report.changes}


def test_a_dry_run_tells_the_same_and_writes_nothing(shop: Shop) -> None:
    """The changes are those of the night that follows, and no byte of the database or the snapshots is touched."""
    shop.write(products(5))
    shop.night()
    shop.write([*products(4), ("N", "Lamp model N", "Acme", "1")])
    before = {path: path.read_bytes() for path in shop.home.path.rglob("*") if path.is_file()}
    told = shop.night(dry_run=True).change_list
    assert {path: path.read_bytes() for path in shop.home.path.rglob("*") if path.is_file()} == before
    assert told == shop.night().change_list
    assert [change.kind for change in told] == ["withdrawn", "new"]


def test_a_reordered_sheet_touches_no_vector(shop: Shop) -> None:
    """Rows that only moved are no change to tell, embed nothing, and the snapshot takes over its files as they are."""
    shop.write(products(30))
    shop.night()
    before = shop.files()
    shop.write(products(30)[::-1])
    report = shop.night()
    assert (report.embedded, sum(report.changes.values()), report.published) == (0, 0, True)
    assert shop.files() == before
    retriever = Retriever(shop.home, shop.store, shop.embedder)
    assert retriever.search("lamp model 0 p-0").passages[0].chunk.locator.row == 31  # where it stands now
    retriever.close()


def test_a_renamed_file_touches_no_vector(shop: Shop) -> None:
    """A file under a new name: nothing embedded, nothing withdrawn in the shopkeeper's words, cited by its new name."""
    path = shop.write(products(10))
    shop.night()
    before = shop.files()
    path.rename(shop.folder / "new.csv")
    report = shop.night()
    assert (report.embedded, sum(report.changes.values())) == (0, 0)
    assert shop.files() == before
    retriever = Retriever(shop.home, shop.store, shop.embedder)
    assert {passage.chunk.document for passage in retriever.search("lamp model").passages} == {"new.csv"}
    retriever.close()


def test_a_small_change_leaves_the_big_file_alone(shop: Shop) -> None:
    """One changed row of 6,000: the file of all vectors is taken over, and a small one is added."""
    shop.write(products(6_000))
    shop.night()
    before = shop.files()
    rows = products(6_000)
    rows[7] = (*rows[7][:3], "0.5")
    shop.write(rows)
    assert shop.night().embedded == 1
    after = shop.files()
    big = max(
        before, key=lambda name: (shop.home.snapshots / current_manifest(shop.home).snapshot / name).stat().st_size
    )
    assert after[big] == before[big]
    retriever = Retriever(shop.home, shop.store, shop.embedder)
    (found,) = retriever.search("lamp", filters={"sku": "P-7"}).passages
    assert found.chunk.attributes["price"] == 0.5
    retriever.close()
    assert current_manifest(shop.home).collections["default"].texts == 6_000


def test_yesterdays_file_back_again(shop: Shop) -> None:
    """What was embedded once and is still kept is not embedded again, and its prices are served."""
    shop.write(products(10))
    shop.night()
    shop.write(products(10, price=50))
    assert shop.night().embedded == 10
    shop.write(products(10))
    report = shop.night()
    assert (report.embedded, report.changes["price"]) == (0, 10)
    assert shop.prices()["P-0"] == 10.0


def test_two_swapped_skus_are_noticed(shop: Shop) -> None:
    """Each SKU answers for what its row now says, and the lint names the pair."""
    rows = products(6)
    shop.write(rows)
    shop.night()
    rows[1], rows[2] = (rows[2][0], *rows[1][1:]), (rows[1][0], *rows[2][1:])
    shop.write(rows)
    report = shop.night()
    assert [finding.kind for _, finding in report.findings] == ["swapped_skus"]
    assert {sku: shop.prices()[sku] for sku in ("P-1", "P-2")} == {"P-1": 12.0, "P-2": 11.0}


def test_a_renamed_key_column_is_an_error(shop: Shop) -> None:
    """A file whose SKU column is called otherwise is found out; with the new name declared, nothing is lost."""
    shop.write(products(30))
    shop.night()
    shop.write(products(30), headers=("Ref. Nr. X", "Name", "Brand", "Price"))
    findings = shop.night(dry_run=True).findings
    assert "sku_column_lost" in {finding.kind for _, finding in findings}
    report = shop.night(declared=Declared(keys=("Ref. Nr. X",)))
    assert (report.changes["withdrawn"], report.changes["new"]) == (0, 0)
    assert len(shop.prices()) == 30


def test_a_price_a_hundred_times_the_old_is_an_error(shop: Shop) -> None:
    """A lost decimal mark is found by comparing with what was published."""
    shop.write(products(3))
    shop.night()
    rows = products(3)
    rows[0] = (*rows[0][:3], "1000")
    shop.write(rows)
    (path, finding), *rest = shop.night(dry_run=True).findings
    assert (path, finding.kind, rest) == ("prices.csv", "price_jump", [])
    assert "from 10 to 1000" in finding.message


def test_findings_of_unchanged_files_are_told_again(shop: Shop) -> None:
    """What is wrong in a file is told every night, without reading it anew."""
    shop.write([*products(3), ("P-0", "Another", "Acme", "7")])
    first = shop.night().findings
    second = shop.night().findings
    assert [finding.kind for _, finding in first] == ["duplicate_sku"]
    assert second == first


def test_one_sku_at_two_prices_in_two_files(shop: Shop) -> None:
    """The conflict is named with both files."""
    shop.write(products(3))
    shop.write([("P-1", "Lamp model 1", "Acme", "8")], "sale.csv")
    assert [(path, finding.kind) for path, finding in shop.night().findings] == [("sale.csv", "duplicate_sku")]


def test_an_empty_folder_leaves_its_collection_and_the_others_go_on(shop: Shop, tmp_path: Path) -> None:
    """An unmounted share withdraws nothing; the other collection is brought up to date in the same night."""
    shop.write(products(5))
    other = tmp_path / "other"
    other.mkdir()
    (other / "faq.md").write_text("# Shipping\n\nParcels leave on weekdays.\n", encoding="utf-8")
    sources = [Source("default", shop.folder), Source("faq", other)]
    assert shop.nights(sources).exit_code == 0
    for path in list(shop.folder.iterdir()):
        path.unlink()
    (other / "faq.md").write_text("# Shipping\n\nParcels leave daily.\n", encoding="utf-8")
    outcome = shop.nights(sources)
    assert (outcome.exit_code, outcome.published) == (1, True)
    assert "holds no files" in (outcome.reports[0].failure or "")
    assert len(shop.prices()) == 5
    shutil.rmtree(other)
    alone = shop.nights(sources)
    assert (alone.exit_code, alone.published) == (3, False)
    assert current_manifest(shop.home).collections["faq"].chunks == 1


@dataclass(frozen=True)
class Refusing:
    """A gate's verdict that can be worked out by hand."""

    opens: bool
    failures: tuple[str, ...] = ("too few lamps",)

    def as_dict(self) -> dict[str, Any]:
        return {"passed": False, "forced": self.opens, "failures": list(self.failures)}


def test_a_gate_that_fails_changes_nothing(shop: Shop) -> None:
    """The old snapshot serves, the record says why, nothing is left behind, and the next night embeds nothing again."""
    shop.write(products(5))
    first = shop.night().snapshot
    shop.write(products(2, price=70))
    seen: list[tuple[int, int]] = []

    def gate(candidate: Candidate, _: object) -> Refusing:
        assert candidate.before is not None
        index = candidate.snapshot.index("default")
        seen.append((candidate.before.collections["default"].chunks, index.count))
        return Refusing(opens=False)

    source = [Source("default", shop.folder)]
    outcome = shop.nights(source, gate=gate)
    assert (outcome.exit_code, outcome.published, outcome.snapshot, outcome.embedded) == (3, False, first, 2)
    assert outcome.failures == ("too few lamps",)
    assert seen == [(5, 2)]
    assert shop.prices() == {f"P-{number}": 10.0 + number for number in range(5)}
    assert [path.name for path in shop.home.snapshots.iterdir()] == [first]
    assert history(shop.store.engine)[0].as_dict()["failures"] == ["too few lamps"]
    forced = shop.nights(source, gate=lambda *_: Refusing(opens=True))
    assert (forced.exit_code, forced.published, forced.embedded) == (0, True, 0)
    assert current_manifest(shop.home).story["gate"]["forced"] is True
    assert shop.prices() == {"P-0": 70.0, "P-1": 71.0}


def test_a_rebuild_drops_vectors_that_nothing_needs(shop: Shop) -> None:
    """What a stopped night embedded is kept for the next try, and goes when the indexes are made anew."""
    shop.write(products(5))
    shop.night()
    shop.write(products(3, price=70))
    source = [Source("default", shop.folder)]
    assert shop.nights(source, gate=lambda *_: Refusing(opens=False)).embedded == 3
    shop.write(products(5))
    assert shop.nights(source, rebuild=True).published
    texts = [chunk.content_hash for chunk in shop.store.of_rows(list(range(1, 6))).values()]
    writing = Writing(shop.store, 1)
    assert writing.uncached(texts, shop.embedder.fingerprint) == set()
    assert writing.sweep() == 0
    shop.write(products(3, price=70))
    assert shop.night().embedded == 3


def test_a_rollback_holds_until_the_catalogue_changes(shop: Shop) -> None:
    """Yesterday's prices at once; an unchanged folder does not bring the bad ones back; a mended one is published."""
    shop.write(products(5))
    first = shop.night().snapshot
    shop.write(products(5, price=90))
    second = shop.night().snapshot
    done = roll_back(shop.home, shop.store, by="test", reason="wrong prices")
    assert (done.before, done.now) == (second, first)
    assert shop.prices()["P-0"] == 10.0
    again = shop.nights([Source("default", shop.folder)])
    assert (again.published, again.snapshot) == (False, first)
    assert "was rolled back" in again.note
    shop.write(products(5, price=20))
    report = shop.night()
    assert report.published
    assert shop.prices() == {f"P-{number}": 20.0 + number for number in range(5)}
    with pytest.raises(BadRequest, match="is the current one already"):
        roll_back(shop.home, shop.store, report.snapshot, by="test")
    with pytest.raises(NotFound, match="no snapshot 000099"):
        roll_back(shop.home, shop.store, "000099", by="test")
    assert [event.what for event in history(shop.store.engine)] == [
        "published",
        "rolled back",
        "published",
        "published",
    ]


def test_another_collection_does_not_bring_back_what_was_rolled_back(shop: Shop, tmp_path: Path) -> None:
    """Prices that were rolled back and are still in the folder are not served again because another folder changed."""
    faq = tmp_path / "faq"
    faq.mkdir()
    (faq / "faq.md").write_text("# Shipping\n\nParcels leave on weekdays.\n", encoding="utf-8")
    sources = [Source("default", shop.folder), Source("faq", faq)]
    shop.write(products(5))
    assert shop.nights(sources).published
    shop.write(products(5, price=90))
    assert shop.nights(sources).published
    roll_back(shop.home, shop.store, by="test")
    (faq / "faq.md").write_text("# Shipping\n\nParcels leave daily.\n", encoding="utf-8")
    outcome = shop.nights(sources)
    assert (outcome.exit_code, outcome.published) == (3, False)
    assert ["“default” is still as it was" in failure for failure in outcome.failures] == [True]
    alone = ingest_folder(faq, home=shop.home, store=shop.store, embedder=shop.embedder, collection="faq", jobs=1)
    assert (alone.exit_code, alone.published) == (3, False)
    assert shop.prices()["P-0"] == 10.0
    shop.write(products(5))
    assert shop.nights(sources).published
    assert shop.prices()["P-0"] == 10.0


def test_a_kept_snapshot_can_be_served_whole_after_many_nights(shop: Shop) -> None:
    """Pinned or among the last `keep`, it still has all its texts; what neither needs is gone."""
    shop.write(products(5))
    first = shop.night(keep=2).snapshot
    assert first is not None
    pin(shop.home, first)
    for price in (20, 30, 40, 50):
        shop.write(products(5, price=price))
        shop.night(keep=2)
    assert [manifest.generation for manifest in snapshots(shop.home).values() if manifest] == [5, 4, 1]
    roll_back(shop.home, shop.store, first, by="test")
    assert shop.prices() == {f"P-{number}": 10.0 + number for number in range(5)}
    assert shop.store.count(1, 5) == 5


def test_a_withdrawn_sku_stays_withdrawn_when_it_comes_again(shop: Shop) -> None:
    """From the next search on, and after the next night that has it, in another file even."""
    shop.write(products(5))
    shop.night()
    retriever = Retriever(shop.home, shop.store, shop.embedder)
    assert "P-3" in {passage.chunk.attributes["sku"] for passage in retriever.search("lamp model 3 p-3").passages}
    withdraw(shop.store.engine, "sku", "p-3", by="test")
    found = retriever.search("lamp model 3 p-3", top_k=100).passages
    assert sorted(str(passage.chunk.attributes["sku"]) for passage in found) == ["P-0", "P-1", "P-2", "P-4"]
    assert retriever.search("p-3", filters={"sku": "P-3"}).passages == ()
    shop.write([("P-3", "Lamp model 3 again", "Acme", "1")], "again.csv")
    shop.night()
    assert "P-3" not in shop.prices()
    retriever.close()


def test_a_dated_export_without_names_embeds_nothing(shop: Shop) -> None:
    """Neither rows nor documents that have no title of their own say what their file is called."""
    rows = [(f"P-{number}", f"A red lamp, {number} watts", f"{number + 1}") for number in range(5)]
    shop.write(rows, "prices_0101.csv", ("SKU", "Description", "Price"))
    (shop.folder / "manual.txt").write_text("Clean the lamp with a dry cloth.\n", encoding="utf-8")
    shop.night()
    (shop.folder / "prices_0101.csv").rename(shop.folder / "prices_0102.csv")
    (shop.folder / "manual.txt").rename(shop.folder / "care.txt")
    report = shop.night()
    assert (report.embedded, sum(report.changes.values()), report.published) == (0, 0, True)


def test_a_price_in_another_currency_is_no_jump(shop: Shop) -> None:
    """13 USD that become 1950 JPY are a change of price, and nothing that stops a night."""
    headers = ("SKU", "Name", "Price", "Currency")
    rows = [(f"P-{number}", f"Lamp model {number}", "13", "USD") for number in range(3)]
    shop.write(rows, headers=headers)
    shop.night()
    rows[1] = ("P-1", "Lamp model 1", "1950", "JPY")
    report = shop.write(rows, headers=headers) and shop.night()
    assert [(change.before, change.after) for change in report.change_list] == [("13 USD", "1950 JPY")]
    assert [finding.kind for _, finding in report.fresh] == ["mixed_currencies"]


def test_a_second_row_of_a_sku_is_watched_as_well(shop: Shop) -> None:
    """A second currency's price that loses its decimal mark is told; without that row, the product lives on."""
    headers = ("SKU", "Name", "Price", "Currency")
    rows = [(f"P-{number}", f"Lamp model {number}", "10", code) for number in range(3) for code in ("USD", "CNY")]
    shop.write(rows, headers=headers)
    shop.night()
    rows[1] = (*rows[1][:2], "1000", "CNY")
    shop.write(rows, headers=headers)
    report = shop.night()
    assert report.changes == {"price": 1, "stock": 0, "edited": 0, "withdrawn": 0, "new": 0}
    assert [(found.kind, found.where, found.column) for _, found in report.fresh] == [("price_jump", "row 3", "Price")]
    shop.write(rows[:1] + rows[2:], headers=headers)
    assert shop.night().changes == {"price": 0, "stock": 0, "edited": 1, "withdrawn": 0, "new": 0}


def test_a_withdrawn_file_stays_withdrawn_when_it_was_away(shop: Shop) -> None:
    """Bytes that were withdrawn are told apart by themselves: a night's absence and another name do not free them."""
    recall = shop.folder / "recall.txt"
    recall.write_text("The lamp P-0 may catch fire.\n", encoding="utf-8")
    shop.write(products(2))
    shop.night()
    withdraw(shop.store.engine, "document", "recall.txt", by="test")
    kept = recall.read_bytes()
    recall.unlink()
    (shop.folder / "new.txt").write_text("The lamp P-0 is hot.\n", encoding="utf-8")
    assert [(path, finding.message) for path, finding in shop.night().findings] == [
        ("recall.txt", "this withdrawn file is gone from the folder; withdraw new.txt too if it says the same")
    ]
    for _ in range(4):  # beyond the snapshots that are kept
        shop.write(products(2, price=20))
        shop.night(keep=1)
        shop.write(products(2))
        shop.night(keep=1)
    (shop.folder / "recall2.txt").write_bytes(kept)
    report = shop.night()
    assert [(path, found.kind) for path, found in report.findings] == [("recall2.txt", "withdrawn")]
    retriever = Retriever(shop.home, shop.store, shop.embedder)
    assert [passage.chunk.document for passage in retriever.search("may catch fire", top_k=9).passages].count(
        "recall2.txt"
    ) == 0
    retriever.close()


def test_a_withdrawn_file_stays_withdrawn_under_a_new_name(shop: Shop) -> None:
    """Renaming a file does not bring it back to the customers; another file of that folder is answered from."""
    shop.write(products(3))
    path = shop.write([("X", "Lamp model x", "Acme", "1")], "secret.csv")
    shop.night()
    withdraw(shop.store.engine, "document", "secret.csv", by="test")
    assert sorted(shop.prices()) == ["P-0", "P-1", "P-2"]
    path.rename(shop.folder / "renamed.csv")
    shop.night()
    assert sorted(shop.prices()) == ["P-0", "P-1", "P-2"]


def test_the_clock_set_back_changes_no_order(shop: Shop) -> None:
    """A snapshot made at an earlier hour than the one before it is still the newer one, and is kept as such."""
    shop.write(products(2))
    shop.night()
    manifest = current_manifest(shop.home)
    with Building(shop.home, 2, shop.embedder, created=datetime(2001, 1, 1, tzinfo=UTC)) as building:
        building.link(manifest, manifest.collections["default"].files)
        building.publish(building.manifest(manifest.collections, {}, manifest))
    assert [found.generation for found in snapshots(shop.home).values() if found] == [2, 1]
    shop.write(products(3))
    assert shop.night(keep=2).snapshot == current_manifest(shop.home).snapshot
    assert [found.generation for found in snapshots(shop.home).values() if found] == [3, 2]
    assert len(shop.prices()) == 3


def test_a_million_rows_and_one_that_is_broken(tmp_path: Path) -> None:
    """Every row comes out but the broken one, which is named by its number."""
    path = tmp_path / "million.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("SKU,Name,Price\n")
        for number in range(1_000_000):
            broken = number == 765_432
            file.write(f'P{number},"Lamp 19 inch,5\n' if broken else f"P{number},Lamp {number},{number % 97}\n")
    rows, refused = 0, []
    for element in read_csv(path):
        if isinstance(element, RowRefused):
            refused.append(element)
        elif isinstance(element, Element) and element.kind == "row":
            rows += 1
    assert rows == 999_999
    assert [(row.where, "never closed" in row.reason) for row in refused] == [("row 765434", True)]


def test_two_machines_over_one_database(tmp_path: Path, postgresql: str) -> None:
    """One PostgreSQL, two homes: one writes at a time and the other hears who; then it serves the same, unembedded."""
    here, there = Shop(tmp_path, postgresql, "here"), Shop(tmp_path, postgresql, "there")
    try:
        here.write(products(5))
        with (
            there.store.alone("xuanji reindex (process 9 on shop2)"),
            pytest.raises(WriterBusy, match=r"shop2.* since 20"),
        ):
            here.night()
        assert here.night().embedded == 5
        second = there.night()
        assert (second.embedded, second.published) == (0, True)
        assert there.prices() == here.prices() == {f"P-{number}": 10.0 + number for number in range(5)}
        for price in (20, 30, 40, 50):
            here.write(products(5, price=price))
            here.night()
        assert there.prices()["P-0"] == 10.0  # what it still serves was not cleared away by the other
        assert (there.night().embedded, there.prices()["P-0"]) == (0, 50.0)
        with Snapshot.open(there.home, current_manifest(there.home).snapshot, there.embedder) as snapshot:
            assert snapshot.manifest.generation == 5
    finally:
        with here.store.engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        for shop in (here, there):
            shop.store.close()


@pytest.mark.parametrize("empty", ["empty", "gone"])
def test_a_folder_that_is_gone_is_an_error_by_name(shop: Shop, empty: str) -> None:
    """Asked for by hand, an empty or missing folder ends the run, and the catalogue is as it was."""
    shop.write(products(3))
    shop.night()
    shutil.rmtree(shop.folder)
    expected: type[Exception] = BadRequest
    act: Callable[[], Any] = shop.night
    if empty == "empty":
        shop.folder.mkdir()
        expected = EmptyFolder
    with pytest.raises(expected, match="catalog"):
        act()
    assert len(shop.prices()) == 3
