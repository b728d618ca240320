"""Backup and restore: the same answers on another machine, from one moment, or nothing at all."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, select

from index.chunk import Chunk, chunk_id
from index.database.history import history
from index.database.store import Store
from index.database.tables import Base, HoldingRow, WriterRow
from index.database.withdrawals import withdraw, withdrawals
from index.database.writing import Writing
from index.errors import BadRequest, NothingPublished, SnapshotDamaged, StorageUnavailable, WriterBusy
from index.hashing import HashingEmbedder
from index.keeping.archive import ArchiveWriter, Contents, Entry
from index.keeping.backup import backup
from index.keeping.restore import restore
from index.publishing.gate import Ungated
from index.snapshot.home import Home
from index.snapshot.rollback import roll_back
from index.snapshot.shelf import current_manifest, pin, pinned, rolled_back
from ingest.pipeline import Options, ingest_folder, ingest_folders
from ingest.report import Report
from retriever.retriever import Retriever
from tests.waiting import LONGEST

ROOT = Path(__file__).resolve().parents[2]
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


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a home with one generation, every price in it 10."""
    shop = Shop(tmp_path_factory.mktemp("saved"))
    shop.night(10)
    file = shop.backup()
    shop.store.close()
    return file


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
    files: list[Path] = []
    failed: list[Exception] = []
    kept: dict[str, int] = {}
    news, over = threading.Condition(), threading.Event()
    store = Store.open(shop.home.database_url)

    def save() -> None:
        try:
            while not over.is_set():
                report = backup(shop.home, store, tmp_path / f"{len(files)}.backup", overwrite=True)
                overtaken = shop.home.current() != report.current
                with news:
                    kept[report.current] = kept.get(report.current, 0) + 1
                    if kept[report.current] == 1 or overtaken:
                        files.append(report.file)
                    news.notify_all()
        except Exception as error:  # noqa: BLE001
            with news:
                failed.append(error)
                news.notify_all()

    def saved(snapshot: str) -> None:
        """Wait until a backup holds this snapshot; the next one is being made while the next night begins."""
        with news:
            assert news.wait_for(lambda: failed or snapshot in kept, timeout=60), f"no backup of {snapshot}"

    first = shop.night(1)
    saver = threading.Thread(target=save, daemon=True)
    saver.start()
    try:
        saved(first)
        for price in range(2, 8):
            saved(shop.night(price, count=6 + price % 3))
            if price == 5:
                roll_back(shop.home, shop.store, by="test")
    finally:
        over.set()
        saver.join(LONGEST)
        store.close()
    assert failed == []
    seen = []
    for place, file in enumerate(files):
        other = Home(tmp_path / f"other-{place}")
        restore(file, other)
        manifest = current_manifest(other)
        manifest.check(other.snapshots / manifest.snapshot)
        opened = Store.open(other.database_url)
        found = prices(other, opened, shop.embedder)
        generation = manifest.generation
        assert set(found.values()) == {float(generation)}
        assert len(found) == (6 + generation % 3 if generation > 1 else 6)
        assert opened.count(1, generation) == manifest.collections["default"].chunks
        assert opened.published() in (generation, generation + 1)  # one that was rolled back is in it
        seen.append(generation)
        opened.close()
    assert set(seen) == set(range(1, 8))


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
    with tarfile.open(report.file) as tar:
        tar.extract("xuanji.db", tmp_path, filter="data")
    with closing(sqlite3.connect(tmp_path / "xuanji.db")) as connection:
        assert connection.execute("SELECT count(*), max(born), max(died) FROM chunks").fetchone() == (6, 1, None)
    other = Home(tmp_path / "other")
    restore(report.file, other)
    store = Store.open(other.database_url)
    assert set(prices(other, store, shop.embedder).values()) == {10.0}
    assert store.published() == 1
    assert store.count(1, 2) == store.count(1, 1) == 6
    store.close()


def test_commits_of_others_do_not_start_the_copy_anew(shop: Shop, tmp_path: Path) -> None:
    """While somebody commits between any two steps of the copy, it goes on to its end, of the moment it began at."""
    shop.night(10)
    fingerprint = "of nobody"
    big = np.zeros((3, 2_000_000), np.float32)
    Writing(shop.store, 1).cache(["a", "b", "c"], big, fingerprint)
    other = Store.open(shop.home.database_url)
    shares: list[float] = []

    def commit(what: str, share: float) -> None:
        if what == "database" and len(shares) < 100:
            shares.append(share)
            if share:
                withdraw(other.engine, "sku", f"W-{len(shares)}", by="test")

    restore(shop.backup(progress=commit), Home(tmp_path / "other"))
    assert len(shares) >= 4
    assert shares == sorted(shares)
    restored = Store.open(Home(tmp_path / "other").database_url)
    assert withdrawals(restored.engine) == []
    assert len(withdrawals(other.engine)) == len(shares) - 1
    for store in (restored, other):
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
    shared = sorted(current_manifest(shop.home).collections["notes"].files)
    assert [Path(name).suffix for name in shared] == [".keywords", ".vectors"]
    with tarfile.open(report.file) as tar:
        saved = sorted(name for name in tar.getnames() if name.endswith(tuple(shared)))
    assert saved == [f"snapshots/{pinned_one}/{name}" for name in shared]
    other = Home(tmp_path / "other")
    restore(report.file, other)
    store = Store.open(other.database_url)
    assert withdrawals(store.engine) == withdrawals(shop.store.engine)
    assert "P-3" not in prices(other, store, shop.embedder)
    assert pinned(other) == {pinned_one}
    assert roll_back(other, store, by="test").now == pinned_one
    assert len(prices(other, store, shop.embedder)) == 5
    store.close()


def test_a_rollback_survives(shop: Shop, tmp_path: Path) -> None:
    """What was rolled back stays so: the unchanged folder does not bring it back in the restored home either."""
    first = shop.night(10)
    second = shop.night(20)
    roll_back(shop.home, shop.store, by="test")
    report = backup(shop.home, shop.store, tmp_path / SAVED)
    assert (report.current, report.snapshots) == (first, (first, second))
    restore(report.file, Home(tmp_path / "other"))
    other = Shop(tmp_path, "other")
    assert rolled_back(other.home) == (second, first)
    assert other.ingest().published is False
    assert set(prices(other.home, other.store, shop.embedder).values()) == {10.0}
    other.store.close()


def test_from_sqlite_to_postgresql_and_back(shop: Shop, tmp_path: Path, postgresql: str) -> None:
    """The same rows and answers in either kind of database; new rows get new ids; a full one is not written to."""
    shop.night(10)
    shop.night(20)
    withdraw(shop.store.engine, "document", "old.csv", by="ann")
    there = Home(tmp_path / "there", postgresql)
    restore(shop.backup(), there)
    store = Store.open(there.database_url)
    assert rows(store) == rows(shop.store)
    assert answers(there, store, shop.embedder) == shop.answers()
    with pytest.raises(BadRequest, match="not empty"):
        restore(tmp_path / SAVED, Home(tmp_path / "third", postgresql))
    assert Home(tmp_path / "third").current() is None
    (there.path / "CURRENT").unlink()  # as if it had died just before its end
    (there.path / "restore.partial").mkdir()
    assert restore(tmp_path / SAVED, there).snapshot == there.current()
    assert rows(store) == rows(shop.store)
    back = Home(tmp_path / "back")
    restore(backup(there, store, tmp_path / "second.backup").file, back)
    again = Store.open(back.database_url)
    assert rows(again) == rows(shop.store)
    assert answers(back, again, shop.embedder) == shop.answers()
    again.close()
    shop.write(30, count=7)
    options: dict[str, Any] = {"home": there, "store": store, "embedder": shop.embedder, "jobs": 1}
    assert ingest_folder(shop.folder, **options).embedded == 7
    assert set(prices(there, store, shop.embedder).values()) == {30.0}
    store.close()


def archive(path: Path, parts: dict[str, bytes], **changed: Any) -> Path:
    """A backup made by hand: its members, and what its contents say differently."""
    ids = tuple(sorted({name.split("/")[1] for name in parts if name.startswith("snapshots/")}))
    members = {name: Entry(hashlib.sha256(data).hexdigest(), len(data)) for name, data in parts.items()}
    said: dict[str, Any] = {"id": "1", "version": "0.1", "schema": "0001", "created": "2026-01-01T00:00:00+00:00"}
    said |= {"current": ids[-1], "snapshots": ids, "pins": (), "rollback": None, "linked": {}, "members": members}
    contents = Contents(**(said | changed))
    writer = ArchiveWriter(path, contents)
    for place, (name, data) in enumerate(parts.items()):
        source = path.with_name(f"part-{place}")
        source.write_bytes(data)
        assert writer.add(name, source, lambda _: None)
    writer.close()
    return path


def first_tables(path: Path) -> bytes:
    """An SQLite file of the first migration, with one product in generation 1."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parents[2] / "index" / "database" / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql("INSERT INTO collections VALUES (1, 'default', '/shop')")
        connection.exec_driver_sql("INSERT INTO documents VALUES (1, 1, 'prices.csv')")
        connection.exec_driver_sql("INSERT INTO generations VALUES (1, '000001-20260101T000000Z')")
        connection.exec_driver_sql(
            "INSERT INTO versions VALUES (1, 1, 'csv', 'prices', 'h1', 'r1', 1, 1, '[]', NULL, 0, 1, NULL)"
        )
        chunk = Chunk(chunk_id("default", "prices.csv", "A"), "prices.csv", 0, "SKU: A\nPrice: 10", "Kettle")
        connection.exec_driver_sql(
            "INSERT INTO chunks (id, collection_id, document_id, uid, signature, content_hash, ordinal, title, section,"
            " text, locator, attributes, tokens, sku, price, born) VALUES (7, 1, 1, ?, 's', ?, 0, ?, '[]', ?, '{}', ?,"
            " 9, 'a', 10, 1)",
            (chunk.id, chunk.content_hash, chunk.title, chunk.text, '{"sku": "A", "price": 10}'),
        )
        vector = np.full(64, 0.125, "<f4").tobytes()
        fingerprint = HashingEmbedder(path.parent / "hashing", dimension=64).fingerprint
        connection.exec_driver_sql("INSERT INTO embeddings VALUES (?, ?, ?)", (chunk.content_hash, fingerprint, vector))
    engine.dispose()
    return path.read_bytes()


def test_a_backup_of_an_older_version(tmp_path: Path) -> None:
    """Its tables are brought up to date; its index, of an older format, is made anew from them, with no embedding."""
    id = "000001-20260101T000000Z"
    parts = {
        "xuanji.db": first_tables(tmp_path / "old.db"),
        f"snapshots/{id}/manifest.json": b'{"format": 1, "snapshot": "x"}',
        f"snapshots/{id}/default.index": b"of another time",
    }
    home = Home(tmp_path / "home")
    report = restore(archive(tmp_path / SAVED, parts), home)
    assert (report.snapshot, report.rebuild, report.version) == (id, True, "0.1")
    store, embedder = Store.open(home.database_url), HashingEmbedder(tmp_path / "hashing", dimension=64)
    outcome = ingest_folders(
        [], home=home, store=store, embedder=embedder, gate=Ungated("a test"), options=Options(jobs=1), rebuild=True
    )
    assert (outcome.embedded, outcome.published) == (0, True)
    assert prices(home, store, embedder) == {"A": 10.0}
    store.close()


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])


def cut_between(path: Path) -> None:
    """End the file neatly after its second member."""
    with tarfile.open(path) as tar:
        tar.next()
        tar.next()
        third = tar.next()
        assert third is not None
    path.write_bytes(path.read_bytes()[: third.offset] + bytes(10_240))


def flip(path: Path) -> None:
    """Change one bit of the last member's bytes."""
    with tarfile.open(path) as tar:
        last = tar.getmembers()[-1]
    data = bytearray(path.read_bytes())
    data[last.offset_data + last.size // 2] ^= 1
    path.write_bytes(data)


def rewritten(change: Callable[[dict[str, Any], list[tuple[tarfile.TarInfo, bytes]]], None]) -> Callable[[Path], None]:
    """Take the tar apart, let `change` alter its contents and members, and put it together again."""

    def act(path: Path) -> None:
        with tarfile.open(path) as tar:
            parts = [(member, tar.extractfile(member).read()) for member in tar]  # type: ignore[union-attr]
        said = json.loads(parts[0][1])
        change(said, parts)
        head = json.dumps(said).encode()
        parts[0][0].size = len(head)
        parts[0] = (parts[0][0], head)
        with tarfile.open(path, "w") as tar:
            for member, data in parts:
                tar.addfile(member, io.BytesIO(data))

    return act


def outside(name: str) -> Callable[[dict[str, Any], list[tuple[tarfile.TarInfo, bytes]]], None]:
    """A member of this name, named in the contents as if it belonged there."""

    def change(said: dict[str, Any], parts: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        member = tarfile.TarInfo(name)
        member.size = 4
        parts.append((member, b"evil"))
        said["members"][name] = {"sha256": hashlib.sha256(b"evil").hexdigest(), "bytes": 4}

    return change


def unnamed(said: dict[str, Any], parts: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    """A member that the contents do not name."""
    outside("../evil")(said, parts)
    del said["members"]["../evil"]


def as_link(said: dict[str, Any], parts: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    """A member that is a link to a file elsewhere."""
    member = parts[-1][0]
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda path: path.unlink(), "there is no file"),
        (lambda path: path.write_bytes(b"not a tar, " * 1_000), "not a backup of Xuanji"),
        (lambda path: path.write_bytes(b""), "not a backup of Xuanji|not whole"),
        (cut, "not whole: it ends too early"),
        (cut_between, "not whole: snapshots/.* is missing"),
        (flip, "is damaged: snapshots/"),
        (rewritten(outside("../evil")), r"'../evil' is no place in a home"),
        (rewritten(outside("/tmp/evil")), r"'/tmp/evil' is no place in a home"),
        (rewritten(outside("snapshots/../evil")), "no place in a home"),
        (rewritten(outside("snapshots/000001/../../evil")), "no place in a home"),
        (rewritten(outside("ID")), "'ID' is no place in a home"),
        (rewritten(unnamed), r"should not hold '../evil'"),
        (rewritten(as_link), "should not hold 'snapshots/"),
        (rewritten(lambda said, _: said.update(format=2)), "newer version of Xuanji"),
        (rewritten(lambda said, _: said.update(schema="9999")), "newer version of Xuanji"),
        (rewritten(lambda said, _: said.update(current="../..")), "snapshots are not all there"),
        (rewritten(lambda said, _: said.pop("members")), "cannot be understood"),
    ],
)
def test_a_backup_that_is_not_whole_is_refused(
    saved: Path, tmp_path: Path, harm: Callable[[Path], None], said: str
) -> None:
    """Each harm is told by name, and nothing is written, not even the home's folder."""
    file = Path(shutil.copy(saved, tmp_path))
    harm(file)
    with pytest.raises(BadRequest, match=said):
        restore(file, Home(tmp_path / "other"))
    assert not (tmp_path / "other").exists()
    assert not (tmp_path / "evil").exists()


def test_a_home_in_use_is_not_overwritten(shop: Shop, tmp_path: Path) -> None:
    """A used home is refused and stays as it was; with force its content is moved aside, and nothing of it is lost."""
    shop.night(10)
    file = shop.backup()
    other = Home(tmp_path / "other")
    restore(file, other)
    later = shop.night(20)
    newer = shop.backup("newer.backup")
    before = everything(other.path)
    with pytest.raises(BadRequest, match="is in use: it serves snapshot 000001"):
        restore(newer, other)
    assert everything(other.path) == before
    report = restore(newer, other, force=True)
    assert (report.snapshot, other.current()) == (later, later)
    assert report.aside is not None
    assert report.aside.parent == other.path
    kept = everything(report.aside)
    assert kept == {name: data for name, data in before.items() if name != "ID"}
    store = Store.open(other.database_url)
    assert answers(other, store, shop.embedder) == shop.answers()
    store.close()


DYING = """
import os, sys
from pathlib import Path
from index.snapshot.home import Home
from index.keeping.restore import restore

CHANGES = {"os.rename", "os.mkdir", "os.remove", "os.link", "os.rmdir", "os.utime", "shutil.move", "shutil.rmtree"}

def die_at(step):
    def hook(event, args):
        nonlocal step
        writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
        if event in CHANGES or event == "sqlite3.connect" or writes:
            step -= 1
            if step < 0:
                os._exit(9)
    sys.addaudithook(hook)

for step in range(1000):
    pid = os.fork()
    if pid == 0:
        die_at(step)
        restore(Path(sys.argv[1]), Home(Path(sys.argv[2]) / f"{step:03}"), force=True)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code != 9:
        sys.exit(code)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("used", [False, True], ids=["empty home", "used home"])
def test_a_restore_that_dies_publishes_nothing(saved: Path, tmp_path: Path, used: bool) -> None:
    """Dead before each of its changes to the disk, it has published all or nothing; run again it is whole."""
    homes = tmp_path / "homes"
    homes.mkdir()
    before = None
    if used:
        shop = Shop(tmp_path, "before")
        before = shop.night(99)
        shop.store.close()
        for step in range(100):
            shutil.copytree(shop.home.path, homes / f"{step:03}")
    subprocess.run([sys.executable, "-c", DYING, str(saved), str(homes)], cwd=ROOT, check=True, timeout=LONGEST)
    embedder = HashingEmbedder(tmp_path / "hashing", dimension=64)
    states = []
    for path in sorted(homes.iterdir()):
        home = Home(path)
        current = home.current()
        states.append("nothing" if current is None else "before" if current == before else "after")
        if len(states) % 3 and states[-1:] == states[-2:-1]:
            continue  # of neighbours in the same state, every third is looked at closely
        if current is None:
            restore(saved, home)
        store = Store.open(home.database_url)
        expected = {99.0} if states[-1] == "before" else {10.0}
        assert set(prices(home, store, embedder).values()) == expected
        store.close()
    steps = [state for state, _ in itertools.groupby(states)]
    assert steps == (["before", "nothing", "after", "before"] if used else ["nothing", "after"])
    assert len(states) > 20


def test_a_full_disk_leaves_no_backup(shop: Shop, tmp_path: Path) -> None:
    """A write that fails ends the backup by name, with nothing left beside it, and the older file as it was."""
    shop.night(10)
    file = shop.backup()
    data = file.read_bytes()
    for limit in (0, 4_096, len(data) - 10_240):  # the copy of the database, and the last member
        with no_file_beyond(limit), pytest.raises(StorageUnavailable, match=SAVED):
            shop.backup(overwrite=True)
    assert file.read_bytes() == data
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(SAVED)] == [SAVED]


@pytest.mark.parametrize("limit", [4_096, 100_000])
def test_a_full_disk_leaves_nothing_restored(saved: Path, tmp_path: Path, limit: int) -> None:
    """A write that fails ends the restore by name; nothing is there, and once there is room it can be run again."""
    home = Home(tmp_path / "other")
    with no_file_beyond(limit), pytest.raises(StorageUnavailable):
        restore(saved, home)
    left = {path.name for path in home.path.iterdir()}
    assert left <= {"models", "snapshots", "WRITER.lock", "xuanji.writer.lock", "ID"}
    assert list(home.snapshots.iterdir()) == []
    assert restore(saved, home).snapshot == home.current()


@contextmanager
def no_file_beyond(limit: int) -> Iterator[None]:
    """No file may grow beyond `limit` bytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_where_a_backup_may_not_go(shop: Shop, tmp_path: Path) -> None:
    """An existing file, the home itself, a folder and a folder that is not there are refused; so is an empty home."""
    with pytest.raises(NothingPublished, match="nothing to back up"):
        shop.backup()
    shop.night(10)
    file = shop.backup()
    data = file.read_bytes()
    with pytest.raises(BadRequest, match="exists already"):
        shop.backup()
    assert file.read_bytes() == data
    for name, said in (("home/x", "lies in the home"), ("catalog", "is a folder"), ("no/x", "there is no folder")):
        with pytest.raises(BadRequest, match=said):
            shop.backup(name)
    shop.backup(overwrite=True)
    assert file.read_bytes() != data


def test_one_backup_to_a_file_at_a_time(shop: Shop, tmp_path: Path) -> None:
    """A second one to the same file is told so; what a dead one left beside it does not matter."""
    shop.night(10)
    (tmp_path / f"{SAVED}.partial").mkdir()
    (tmp_path / f"{SAVED}.partial" / "xuanji.db").write_bytes(b"half")
    told: list[str] = []

    def meanwhile(what: str, _share: float) -> None:
        if what == "files" and not told:
            with pytest.raises(WriterBusy, match="another backup") as error:
                shop.backup()
            told.append(str(error.value))

    file = shop.backup(progress=meanwhile)
    assert len(told) == 1
    restore(file, Home(tmp_path / "other"))


def test_a_damaged_index_is_not_backed_up(shop: Shop) -> None:
    """A file that is not as it was published is named, with what to do, and no backup is made of it."""
    served = shop.night(10)
    name = next(iter(current_manifest(shop.home).files))
    path = shop.home.snapshots / served / name
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(SnapshotDamaged, match=rf"{name} is damaged.*reindex --rebuild"):
        shop.backup()
    assert not (shop.root / SAVED).exists()


def test_settings_of_another_place_are_laid_beside(shop: Shop, tmp_path: Path) -> None:
    """Settings that name another database, and settings where there are some, do not come into force by themselves."""
    shop.night(10)
    (shop.home.path / "xuanji.toml").write_text('database_url = "postgresql://old/shop"\n', encoding="utf-8")
    report = restore(shop.backup(), Home(tmp_path / "other"))
    assert report.settings == tmp_path / "other" / "xuanji.restored.toml"
    assert not (tmp_path / "other" / "xuanji.toml").exists()
    (shop.home.path / "xuanji.toml").write_text("keep = 2\n", encoding="utf-8")
    third = Home(tmp_path / "third")
    third.create()
    (third.path / "xuanji.toml").write_text("keep = 9\n", encoding="utf-8")
    report = restore(shop.backup("second.backup"), third)
    assert report.settings == third.path / "xuanji.restored.toml"
    assert (third.path / "xuanji.toml").read_text(encoding="utf-8") == "keep = 9\n"


def test_settings_and_questions_that_lie_elsewhere_are_saved(shop: Shop, tmp_path: Path) -> None:
    """Those that are named are saved, not those in the home, and come back under the names that they have in a home."""
    shop.night(10)
    etc = tmp_path / "etc"
    etc.mkdir()
    (etc / "shop.toml").write_text("keep = 5\n", encoding="utf-8")
    (etc / "asked.jsonl").write_text('{"question": "lamp"}\n', encoding="utf-8")
    (shop.home.path / "xuanji.toml").write_text("keep = 9\n", encoding="utf-8")
    settings, canaries = etc / "shop.toml", etc / "asked.jsonl"
    report = backup(shop.home, shop.store, tmp_path / SAVED, settings=settings, canaries=canaries)
    assert report.as_dict()["kept"] == {
        "xuanji.toml": str(etc / "shop.toml"),
        "canaries.jsonl": str(etc / "asked.jsonl"),
    }
    assert report.as_dict()["absent"] == {}
    assert str(report).endswith(
        f"holds snapshot {report.current}, the database, the settings of {etc}/shop.toml, the test questions of "
        f"{etc}/asked.jsonl; not in it: settings of the environment and of flags, the models"
    )
    other = Home(tmp_path / "other")
    assert restore(report.file, other).settings is None
    assert (other.path / "xuanji.toml").read_text(encoding="utf-8") == "keep = 5\n"
    assert (other.path / "canaries.jsonl").read_text(encoding="utf-8") == '{"question": "lamp"}\n'


def test_what_is_not_there_is_not_said_to_be_saved(shop: Shop, tmp_path: Path) -> None:
    """Settings and questions that there are none of are named with the place where they were looked for; what is there
    and cannot be read ends the backup."""
    shop.night(10)
    report = backup(shop.home, shop.store, tmp_path / SAVED, canaries=tmp_path / "asked.jsonl")
    assert report.as_dict()["kept"] == {}
    assert str(report).endswith(
        f"holds snapshot {report.current}, the database; not in it: the settings (there is no file "
        f"{shop.home.path}/xuanji.toml), the test questions (there is no file {tmp_path}/asked.jsonl), settings of the "
        "environment and of flags, the models"
    )
    other = Home(tmp_path / "other")
    restore(report.file, other)
    assert not any((other.path / name).exists() for name in ("xuanji.toml", "canaries.jsonl"))
    with pytest.raises(StorageUnavailable, match=f"cannot read {tmp_path}, which belongs in the backup"):
        backup(shop.home, shop.store, tmp_path / "second.backup", settings=tmp_path)
    assert not (tmp_path / "second.backup").exists()


@pytest.mark.parametrize(
    ("settings", "fits"),
    [
        ('home = "."\n', False),
        ('canaries = "ROOT/gone.jsonl"\n', False),
        ('canaries = "ROOT/there.jsonl"\n', True),
        ('canaries = ""\ndatabase_url = ""\n', True),
        ("keep = \n", False),
    ],
)
def test_settings_that_lay_outside_a_home_come_into_force_where_they_can(
    shop: Shop, tmp_path: Path, settings: str, fits: bool
) -> None:
    """One that names its home would be refused inside of it, and questions that are not here would fail every night:
    such settings are laid beside."""
    shop.night(10)
    (tmp_path / "there.jsonl").touch()
    etc, other = tmp_path / "etc.toml", Home(tmp_path / "other")
    etc.write_text(settings.replace("ROOT", str(tmp_path)), encoding="utf-8")
    report = restore(shop.backup(settings=etc), other)
    assert report.settings == (None if fits else other.path / "xuanji.restored.toml")
    placed = other.path / ("xuanji.toml" if fits else "xuanji.restored.toml")
    assert placed.read_bytes() == etc.read_bytes()
