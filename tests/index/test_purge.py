"""Purging: what is withdrawn is nowhere in the home any more, whatever instant the purge is ended at."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import event

from index.database.history import history, was_purged
from index.database.leftovers import leftovers
from index.database.store import Store
from index.database.withdrawals import release, withdraw
from index.errors import BadRequest, EmbedderMismatch, WriterBusy
from index.hashing import HashingEmbedder
from index.keeping.audit import audit
from index.keeping.purge import purge_withdrawn
from index.keeping.purge_report import PurgeReport
from index.snapshot.rollback import roll_back
from index.snapshot.shelf import current_manifest, pin, pinned, snapshots
from retriever.retriever import Retriever
from tests.index.test_audit import Shop, lamps
from tests.waiting import LONGEST

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    # many builds of SQLite overwrite what is deleted, and others do not: the purge must not rely on it
    event.listen(shop.store.engine, "connect", lambda connection, _: connection.execute("PRAGMA secure_delete=OFF"))
    shop.store.engine.dispose()
    yield shop
    shop.store.close()


def purge(shop: Shop) -> PurgeReport:
    return purge_withdrawn(shop.home, shop.store, shop.embedder, by="test")


def skus(shop: Shop) -> set[str]:
    retriever = Retriever(shop.home, shop.store, shop.embedder)
    found = retriever.search("lantern", top_k=100).passages
    retriever.close()
    return {str(passage.chunk.attributes.get("sku", passage.chunk.document)) for passage in found}


def holding(shop: Shop, *needles: bytes) -> list[str]:
    """The files of the home that hold any of these bytes, in whatever case."""
    files = [path for path in shop.home.path.rglob("*") if path.is_file()]
    return [path.name for path in files if any(needle in path.read_bytes().lower() for needle in needles)]


def vector_bytes(shop: Shop, *texts: str) -> list[bytes]:
    return [vector.astype("<f4").tobytes().lower() for vector in shop.embedder.embed_passages(texts)]


def test_nothing_of_a_purged_row_is_left(shop: Shop) -> None:
    """Rows of several nights, vectors living and dead, kept and pinned snapshots, lint findings: no byte of the row's
    name or of its vectors is in any file of the home."""
    shop.write([*lamps(30), ("LX-3", "Lantern zirconia3 again", "Acme", "")])
    first = shop.night().snapshot
    pin(shop.home, str(first))
    rows = [list(row) for row in lamps(30)]
    rows[3][3] = "99.50"
    shop.write([tuple(row) for row in rows])
    shop.night()
    rows[4][3] = "98"
    shop.write([tuple(row) for row in rows])
    second = shop.night().snapshot
    texts = [chunk.embedded_text for chunk in shop.store.of_rows(list(range(1, 100))).values() if "a3\n" in chunk.text]
    texts += [chunk.embedded_text for chunk in shop.store.of_rows(list(range(1, 100))).values() if "a3 a" in chunk.text]
    assert len(texts) == 3
    needles = [b"zirconia3\n", b"zirconia3 ", b'zirconia3"', *vector_bytes(shop, *texts)]
    assert len(holding(shop, *needles)) >= 3
    withdraw(shop.store.engine, "sku", "lx-3", by="test")
    report = purge(shop)
    assert (report.rows, report.published, report.pinned) == (3, True, (first,))
    assert set(report.snapshots) == {first, second, *report.snapshots}
    assert len(report.snapshots) == 3
    assert list(snapshots(shop.home)) == [report.snapshot] == [current_manifest(shop.home).snapshot]
    assert pinned(shop.home) == set()
    assert holding(shop, *needles) == []
    assert [(one.about, one.message) for one in audit(shop.home, shop.store)] == []
    assert skus(shop) == {f"LX-{number}" for number in range(30)} - {"LX-3"}
    assert history(shop.store.engine)[0].what == "purged"
    assert was_purged(shop.store.engine, "sku", "lx-3")
    assert not was_purged(shop.store.engine, "sku", "lx-4")


def test_the_next_nights_after_a_purge(shop: Shop) -> None:
    """An unchanged file embeds nothing and publishes nothing; a changed one stores the row again, unanswerable, and a
    second purge removes it again and leaves the snapshots alone that do not hold it."""
    shop.write(lamps(10))
    shop.night()
    withdraw(shop.store.engine, "sku", "LX-3", by="test")
    purged = purge(shop)
    unchanged = shop.night()
    assert (unchanged.embedded, unchanged.published, unchanged.snapshot) == (0, False, purged.snapshot)
    assert unchanged.reconciles
    assert unchanged.chunks_total == 9
    shop.write([*lamps(10), ("LX-50", "Lantern zirconia50", "Acme", "5")])
    changed = shop.night()
    assert (changed.embedded, changed.chunks_added) == (2, 2)
    assert audit(shop.home, shop.store) == []
    assert "LX-3" not in skus(shop)
    again = purge(shop)
    assert (again.rows, again.snapshots, again.published) == (1, (changed.snapshot,), True)
    assert list(snapshots(shop.home)) == [again.snapshot, purged.snapshot]
    assert audit(shop.home, shop.store) == []
    third = purge(shop)
    assert (third.rows, third.snapshots, third.published, third.snapshot) == (0, (), False, again.snapshot)
    release(shop.store.engine, "sku", "LX-3")
    assert purge(shop).notes == ("nothing is withdrawn",)


def test_a_dead_vector_of_a_row_that_is_forgotten_goes_too(shop: Shop) -> None:
    """The row left the catalogue nights ago and the database since; a file of vectors still has it among its dead."""
    for count in (30, 29, 28, 27, 26, 25):
        shop.write(lamps(count))
        shop.night()
    assert shop.store.stored("sku", "lx-29") == 0
    (name, text) = ("Lantern zirconia29", "SKU: LX-29\nName: Lantern zirconia29\nBrand: Acme\nPrice: 39")
    (vector,) = vector_bytes(shop, f"{name}\n{text}" if name not in text else text)
    assert holding(shop, vector) != []
    withdraw(shop.store.engine, "sku", "LX-29", by="test")
    report = purge(shop)
    assert (report.rows, report.published) == (0, True)
    assert holding(shop, vector) == []
    assert audit(shop.home, shop.store) == []
    assert skus(shop) == {f"LX-{number}" for number in range(25)}


def test_a_purged_file_is_gone_with_its_title_and_the_others_are_taken_over(shop: Shop) -> None:
    """Its chunks, title and findings; another collection's files are linked, not written anew."""
    (shop.folder / "secret.md").write_text("# Obsidian plans\n\nThe obsidian lantern is late.\n", encoding="utf-8")
    shop.write(lamps(4))
    shop.night()
    other = shop.folder.parent / "other"
    other.mkdir()
    (other / "terms.md").write_text("# Terms\n\nThe obsidian lantern has a warranty.\n", encoding="utf-8")
    shop.night("terms", other)
    before = {path.name: path.stat().st_ino for path in shop.current().glob("*.vectors")}
    withdraw(shop.store.engine, "document", "secret.md", by="test", collection_id=1)
    assert purge(shop).documents == ("secret.md",)
    assert holding(shop, b"obsidian plans", b"lantern is late") == []
    assert audit(shop.home, shop.store) == []
    after = {path.name: path.stat().st_ino for path in shop.current().glob("*.vectors")}
    kept = after.keys() & before.keys()
    assert {name: after[name] for name in kept} == {name: inode for name, inode in before.items() if name[0] == "2"}
    assert (len(kept), len(after)) == (1, 2)
    report = shop.night()
    assert (report.embedded, report.published) == (0, False)
    assert skus(shop) == {f"LX-{number}" for number in range(4)}


def test_a_text_that_another_row_says_too_keeps_its_vector(shop: Shop) -> None:
    """Two files say the same; one of them is withdrawn and purged, the other is found as before."""
    for name in ("one.md", "two.md"):
        (shop.folder / name).write_text("# Lantern\n\nThe lantern needs no battery.\n", encoding="utf-8")
    shop.night()
    withdraw(shop.store.engine, "document", "one.md", by="test")
    report = purge(shop)
    assert (report.rows, report.embeddings) == (1, 0)
    assert skus(shop) == {"two.md"}
    assert audit(shop.home, shop.store) == []


def test_a_running_search_goes_on_through_a_purge(shop: Shop) -> None:
    """A retriever that has the removed snapshot open answers, and from the new one."""
    shop.write(lamps(6))
    shop.night()
    retriever = Retriever(shop.home, shop.store, shop.embedder)
    assert len(retriever.search("lantern", top_k=10).passages) == 6
    withdraw(shop.store.engine, "sku", "LX-3", by="test")
    report = purge(shop)
    found = retriever.search("lantern", top_k=10)
    assert found.snapshot == report.snapshot
    assert len(found.passages) == 5
    retriever.close()


def test_a_rollback_is_not_ended_by_a_purge(shop: Shop) -> None:
    """Publishing would serve again what was rolled back: it is refused with what to do, and nothing is changed."""
    shop.write(lamps(5))
    first = shop.night().snapshot
    shop.write(lamps(5, price=90))
    second = shop.night().snapshot
    roll_back(shop.home, shop.store, by="test")
    withdraw(shop.store.engine, "sku", "LX-3", by="test")
    with pytest.raises(BadRequest, match="was rolled back"):
        purge(shop)
    assert shop.home.current() == first
    assert audit(shop.home, shop.store) == []
    roll_back(shop.home, shop.store, second, by="test")
    assert purge(shop).rows == 2
    assert audit(shop.home, shop.store) == []
    assert not (shop.home.path / "ROLLBACK").exists()


def test_a_purge_needs_the_embedder_and_the_locks(shop: Shop, tmp_path: Path) -> None:
    """Another embedder or another writer: nothing is changed."""
    shop.write(lamps(5))
    shop.night()
    withdraw(shop.store.engine, "sku", "LX-3", by="test")
    with pytest.raises(EmbedderMismatch, match="hashing-256"):
        purge_withdrawn(shop.home, shop.store, HashingEmbedder(tmp_path / "h", dimension=64), by="test")
    with shop.home.writing("xuanji reindex"), pytest.raises(WriterBusy, match="xuanji reindex"):
        purge(shop)
    assert audit(shop.home, shop.store) == []
    assert purge(shop).rows == 1


DIE = """
import os, sys
from pathlib import Path
from index.snapshot.building import Building
from index.hashing import HashingEmbedder
from index.snapshot.home import Home
from index.keeping.purge import _Purge, purge_withdrawn
from index.database.store import Store
from index.database.writing import Writing

owner, name, when = {"Building.publish": (Building, "publish", 0), "published_as": (Writing, "published_as", 0),
    "record": (Writing, "record", 1), "remove": (_Purge, "_remove", 1), "rows": (_Purge, "_drop_rows", 1),
    "before removing": (_Purge, "_remove", 0), "before rows": (_Purge, "_drop_rows", 0),
    "hold": (Writing, "hold", 1), "compact": (_Purge, "_compact", 1)}[sys.argv[2]]
whole = getattr(owner, name)
def die(*args, **kwargs):
    if when:
        whole(*args, **kwargs)
    os._exit(9)
setattr(owner, name, die)
root = Path(sys.argv[1])
home = Home(root / "home")
purge_withdrawn(home, Store.open(home.database_url), HashingEmbedder(root / "hashing", dimension=256), by="test")
"""


@pytest.mark.parametrize(
    "instant",
    [
        "record",
        "Building.publish",
        "published_as",
        "before removing",
        "remove",
        "before rows",
        "rows",
        "hold",
        "compact",
    ],
)
def test_a_purge_that_is_ended_is_finished_by_the_next(shop: Shop, tmp_path: Path, instant: str) -> None:
    """Ended there, the home disagrees nowhere, answers for the rest alone, and is purged by the next run."""
    shop.write(lamps(8))
    shop.night()
    shop.write([*lamps(8), ("LX-50", "Lantern zirconia50", "Acme", "5")])
    shop.night()
    withdraw(shop.store.engine, "sku", "LX-3", by="test")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", DIE, str(tmp_path), instant], env=environment, cwd=ROOT, check=False, timeout=LONGEST
    )
    assert ended.returncode == 9
    assert [one for one in audit(shop.home, shop.store) if one.severity == "wrong"] == []
    expected = {f"LX-{number}" for number in (*range(8), 50)} - {"LX-3"}
    assert skus(shop) == expected
    assert shop.night().embedded == 0
    assert [one for one in audit(shop.home, shop.store) if one.severity == "wrong"] == []
    purge(shop)
    assert audit(shop.home, shop.store) == [] or instant == "published_as"
    assert [one for one in audit(shop.home, shop.store) if one.severity == "wrong"] == []
    assert skus(shop) == expected
    assert holding(shop, b"zirconia3") == []
    assert len(list(shop.home.snapshots.iterdir())) == 1


def test_leftovers_are_counted_across_blocks_and_not_within_longer_numbers(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same figure whatever the size of the blocks; P-1 is not found in P-10 or XP-1."""
    shop.write([("P-1", "one", "A", "1"), ("P-10", "two", "A", "1"), ("XP-1", "three", "A", "1")])
    shop.night()
    whole = leftovers(shop.store, "p-1")
    assert whole.clean
    assert whole.in_file == whole.in_copy
    assert whole.in_file is not None
    assert whole.in_file >= 3  # the row's column, its attributes, its text, the index
    for size in (1, 7, 64, 4096):
        monkeypatch.setattr("index.database.leftovers._BLOCK", size)
        assert leftovers(shop.store, "p-1") == whole


def test_two_homes_over_one_postgresql(tmp_path: Path, postgresql: str) -> None:
    """The rows go from the shared database; the other home is told of, and is clean when it has purged too."""
    here, there = Shop(tmp_path, postgresql, "here"), Shop(tmp_path, postgresql, "there")
    try:
        here.write(lamps(6))
        here.night()
        there.night()
        withdraw(here.store.engine, "sku", "LX-3", by="test")
        report = purge(here)
        assert report.rows == 1
        assert "1 other homes" in " ".join(report.notes)
        assert [one for one in audit(here.home, here.store) if one.severity == "wrong"] == []
        assert purge(there).published
        for shop in (here, there):
            assert [one for one in audit(shop.home, shop.store) if one.severity == "wrong"] == []
            assert skus(shop) == {f"LX-{number}" for number in range(6)} - {"LX-3"}
        assert np.all([shop.night().embedded == 0 for shop in (here, there)])
    finally:
        with here.store.engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        for shop in (here, there):
            shop.store.close()


def test_a_store_elsewhere_is_purged_where_it_is(tmp_path: Path) -> None:
    """An SQLite database beside the home."""
    shop = Shop(tmp_path, f"sqlite:///{tmp_path / 'elsewhere.db'}")
    shop.write(lamps(4))
    shop.night()
    withdraw(shop.store.engine, "sku", "LX-3", by="test")
    purge(shop)
    assert isinstance(shop.store, Store)
    assert b"zirconia3" not in (tmp_path / "elsewhere.db").read_bytes()
    shop.store.close()
