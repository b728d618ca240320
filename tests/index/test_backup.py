"""Backup and restore: the same answers on another machine, from one moment, or nothing at all."""

from __future__ import annotations

import csv
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from index.backup import backup
from index.building import pin, pinned
from index.hashing import HashingEmbedder
from index.history import history
from index.home import Home
from index.restore import restore
from index.rollback import roll_back
from index.snapshot import current_manifest
from index.store import Store
from index.tables import Base, HoldingRow, WriterRow
from index.withdrawals import withdraw, withdrawals
from ingest.pipeline import ingest_folder
from ingest.report import Report
from retriever.retriever import Retriever

SAVED = "shop.backup"


class Shop:
    """A folder, a home, and what ingest and search need."""

    def __init__(self, root: Path, home: str = "home", database_url: str | None = None) -> None:
        self.root, self.folder = root, root / "catalog"
        self.folder.mkdir(exist_ok=True)
        self.home = Home(root / home, database_url)
        self.home.create()
        self.store = Store.open(self.home.database_url)
        self.embedder = HashingEmbedder(root / "hashing", dimension=64)

    def write(self, price: float, count: int = 6) -> None:
        with (self.folder / "prices.csv").open("w", newline="", encoding="utf-8") as file:
            rows = [(f"P-{number}", f"Lamp model {number}", "Acme", str(price)) for number in range(count)]
            csv.writer(file).writerows([("SKU", "Name", "Brand", "Price"), *rows])

    def ingest(self, **options: Any) -> Report:
        return ingest_folder(
            self.folder, home=self.home, store=self.store, embedder=self.embedder, jobs=1, by="test", **options
        )

    def night(self, price: float, count: int = 6) -> str:
        """Publish the catalogue at one price; the snapshot's id."""
        self.write(price, count)
        return str(self.ingest().snapshot)

    def backup(self, name: str = SAVED, **options: Any) -> Path:
        return backup(self.home, self.store, self.root / name, **options).file

    def answers(self) -> list[tuple[str, float, Any]]:
        return answers(self.home, self.store, self.embedder)


def answers(home: Home, store: Store, embedder: HashingEmbedder) -> list[tuple[str, float, Any]]:
    """What some questions find: each chunk's id with its score and its attributes."""
    retriever = Retriever(home, store, embedder)
    try:
        return [
            (passage.chunk.id, passage.score, passage.chunk.attributes)
            for query in ("lamp model 3", "Acme", "P-4")
            for passage in retriever.search(query, top_k=100).passages
        ]
    finally:
        retriever.close()


def prices(home: Home, store: Store, embedder: HashingEmbedder) -> dict[str, float]:
    return {str(row["sku"]): float(row["price"]) for _, _, row in answers(home, store, embedder)}


def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that a backup holds, by table; the restore's own event left out."""
    own = {HoldingRow.__table__, WriterRow.__table__}
    with store.engine.connect() as connection:
        found = {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
            if table not in own
        }
    found["events"] = [row for row in found["events"] if row[3] != "restored"]
    return found


def everything(folder: Path) -> dict[str, bytes]:
    """Each file below a folder with its bytes, lock files left out."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".lock")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.store.close()


@pytest.fixture
def empty_postgresql(postgresql: str) -> Iterator[str]:
    """The URL of a server's database, emptied afterwards."""
    yield postgresql
    engine = create_engine(postgresql)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


def test_a_restored_home_gives_the_same_answers(shop: Shop, tmp_path: Path) -> None:
    """Every row, file and search result is as it was; the home is another, and its record says how it came."""
    shop.night(10)
    served = shop.night(20)
    (shop.home.path / "xuanji.toml").write_text("keep = 7\n", encoding="utf-8")
    (shop.home.path / "canaries.jsonl").write_text('{"query": "lamp"}\n', encoding="utf-8")
    file = shop.backup()
    other = Home(tmp_path / "other")
    report = restore(file, other, by="ann")
    assert (report.snapshot, report.snapshots, report.rebuild) == (served, (served,), False)
    assert (report.aside, report.settings) == (None, None)
    store = Store.open(other.database_url)
    assert rows(store) == rows(shop.store)
    assert answers(other, store, shop.embedder) == shop.answers()
    assert len(shop.answers()) == 18
    assert other.identity() != shop.home.identity()
    with store.engine.connect() as connection:
        assert connection.execute(select(*HoldingRow.__table__.c)).all() == [(other.identity(), 2)]
    event = history(store.engine)[0]
    assert (event.what, event.by, event.snapshot) == ("restored", "ann", served)
    store.close()
    for name in ("xuanji.toml", "canaries.jsonl", "CURRENT"):
        assert (other.path / name).read_bytes() == (shop.home.path / name).read_bytes()
    assert everything(other.snapshots / served) == everything(shop.home.snapshots / served)
    manifest = current_manifest(other)
    manifest.check(other.snapshots / served)
    for name, entry in manifest.files.items():
        assert (other.snapshots / served / name).stat().st_mtime_ns == entry.written
    assert sorted(path.name for path in other.path.iterdir() if not path.name.startswith("xuanji.db-")) == [
        "CURRENT",
        "ID",
        "WRITER.lock",
        "canaries.jsonl",
        "models",
        "snapshots",
        "xuanji.db",
        "xuanji.toml",
        "xuanji.writer.lock",
    ]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(SAVED)] == [SAVED]
    assert file.stat().st_mode & 0o077 == 0


def test_a_restored_home_goes_on_where_the_old_one_was(shop: Shop, tmp_path: Path) -> None:
    """The unchanged folder publishes and embeds nothing; a changed one costs what changed."""
    served = shop.night(10)
    restore(shop.backup(), Home(tmp_path / "other"))
    other = Shop(tmp_path, "other")
    report = other.ingest()
    assert (report.embedded, report.published, report.snapshot) == (0, False, served)
    other.write(10, count=8)
    assert other.ingest().embedded == 2
    other.store.close()


def test_backups_while_nights_go_by(shop: Shop, tmp_path: Path) -> None:
    """Each backup taken while generation follows generation holds one of them whole: one price, never two."""
    shop.night(1)
    files: list[Path] = []
    failed: list[Exception] = []
    over = threading.Event()
    store = Store.open(shop.home.database_url)

    def save() -> None:
        try:
            while not over.is_set() or len(files) < 3:
                file = tmp_path / f"{len(files)}.backup"
                files.append(backup(shop.home, store, file).file)
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    saver = threading.Thread(target=save)
    saver.start()
    published = {1: 1}
    try:
        for price in range(2, 14):
            published[price] = int(shop.night(price, count=6 + price % 3).partition("-")[0])
            roll = price % 5 == 0
            if roll:
                roll_back(shop.home, shop.store, by="test")
    finally:
        over.set()
        saver.join()
        store.close()
    assert failed == []
    seen = set()
    for place, file in enumerate(files):
        other = Home(tmp_path / f"other-{place}")
        restore(file, other)
        manifest = current_manifest(other)
        manifest.check(other.snapshots / manifest.snapshot)
        opened = Store.open(other.database_url)
        found = prices(other, opened, shop.embedder)
        assert set(found.values()) == {float(manifest.generation)}
        assert len(found) == (6 + manifest.generation % 3 if manifest.generation > 1 else 6)
        assert opened.count(1, manifest.generation) == manifest.collections["default"].chunks
        seen.add(manifest.generation)
        opened.close()
    assert len(files) >= 3
    assert published[13] == 13


def test_what_is_written_meanwhile_is_not_in_it(shop: Shop, tmp_path: Path) -> None:
    """A publication that ends between the lease and the copy of the rows leaves the backup of the snapshot before."""
    first = shop.night(10)
    moved = False

    def publish(what: str, _share: float) -> None:
        nonlocal moved
        if what == "database" and not moved:
            moved = True
            shop.write(20)
            shop.ingest(keep=1)
            shop.write(30)
            shop.ingest(keep=1)

    report = backup(shop.home, shop.store, tmp_path / SAVED, progress=publish)
    assert (report.current, moved, shop.home.current() != first) == (first, True, True)
    other = Home(tmp_path / "other")
    restore(report.file, other)
    store = Store.open(other.database_url)
    assert set(prices(other, store, shop.embedder).values()) == {10.0}
    assert store.published() == 1
    assert store.count(1, 2) == store.count(1, 1) == 6
    store.close()


def test_withdrawals_and_pins_survive(shop: Shop, tmp_path: Path) -> None:
    """What is withdrawn stays so, a pinned snapshot can be gone back to, and files that two share are saved once."""
    shop.night(10)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "faq.md").write_text("# Shipping\n\nParcels leave on weekdays.\n", encoding="utf-8")
    notes = {"home": shop.home, "store": shop.store, "embedder": shop.embedder, "collection": "notes", "jobs": 1}
    pinned_one = str(ingest_folder(tmp_path / "notes", **notes).snapshot)  # type: ignore[arg-type]
    pin(shop.home, pinned_one)
    served = shop.night(10, count=7)
    withdraw(shop.store.engine, "sku", "P-3", by="ann", reason="recall")
    report = backup(shop.home, shop.store, tmp_path / SAVED)
    assert report.snapshots == (pinned_one, served)
    (shared,) = current_manifest(shop.home).collections["notes"].files
    with tarfile.open(report.file) as tar:
        assert [name for name in tar.getnames() if name.endswith(shared)] == [f"snapshots/{pinned_one}/{shared}"]
    other = Home(tmp_path / "other")
    restore(report.file, other)
    store = Store.open(other.database_url)
    assert withdrawals(store.engine) == withdrawals(shop.store.engine)
    assert "P-3" not in prices(other, store, shop.embedder)
    assert pinned(other) == {pinned_one}
    assert roll_back(other, store, by="test").now == pinned_one
    assert len(prices(other, store, shop.embedder)) == 5
    store.close()
