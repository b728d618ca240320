"""The pipeline: what a folder becomes, what a second run costs, and what a bad file cannot do."""

from __future__ import annotations

import csv
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.database.store import Store
from index.errors import BadRequest, EmptyFolder, StorageUnavailable, WriterBusy
from index.hashing import HashingEmbedder
from index.snapshot.home import Home
from index.snapshot.shelf import current_manifest
from index.snapshot.snapshot import Snapshot
from ingest.folder import list_folder
from ingest.pipeline import Progress, ingest_folder
from ingest.report import Report
from ingest.workers import Limits, Read, Reading, read_all
from tests.waiting import LONGEST

KETTLES = [("007", "Kettle", "Acme", "19.50"), ("008", "Toaster", "Acme", "25"), ("009", "Blender", "Bolt", "40")]


class Shop:
    """A folder, a home, and the parts that ingest needs."""

    def __init__(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "catalog"
        self.folder.mkdir()
        self.home = Home(tmp_path / "home")
        self.home.create()
        self.store = Store.open(self.home.database_url, lock_wait=0.2)
        self.embedder = HashingEmbedder(tmp_path / "hashing")

    def ingest(self, **options: object) -> Report:
        return ingest_folder(
            self.folder,
            home=self.home,
            store=self.store,
            embedder=self.embedder,
            jobs=1,
            **options,  # type: ignore[arg-type]
        )

    def price_list(self, rows: list[tuple[str, ...]], name: str = "prices.csv") -> Path:
        path = self.folder / name
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("SKU", "Name", "Brand", "Price"), *rows])
        return path

    def served(self) -> dict[str, float | None]:
        """Each published chunk's title with its price."""
        manifest = current_manifest(self.home)
        entry = manifest.collections["default"]
        chunks = self.store.of_rows(rows_of(self.store, entry.id, manifest.generation)).values()
        return {chunk.title: chunk.attributes.get("price") for chunk in chunks}  # type: ignore[misc]


def rows_of(store: Store, collection_id: int, generation: int) -> list[int]:
    """The database ids of a collection's chunks in a generation."""
    documents = [version.document_id for version in store.versions(collection_id, generation).values()]
    return [id for document in documents for id in store.living(document, generation).values()]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.store.close()


def test_a_folder_becomes_a_snapshot(shop: Shop) -> None:
    """Rows and paragraphs are in, counted by format, and every vector is findable."""
    shop.price_list(KETTLES)
    (shop.folder / "faq.md").write_text("# Shipping\n\nParcels leave on weekdays.\n", encoding="utf-8")
    seen: list[Progress] = []
    report = shop.ingest(progress=seen.append)
    told = report.as_dict()
    assert told["files"] == {"seen": 2, "indexed": 2, "unchanged": 0, "refused": 0, "withdrawn": 0}
    assert told["rows"] == {"seen": 3, "indexed": 3, "unchanged": 0, "refused": 0, "withdrawn": 0}
    assert told["chunks"] == {"added": 4, "removed": 0, "total": 4}
    assert (told["embedded"], told["published"], told["refused"]) == (4, True, [])
    assert report.reconciles
    assert report.exit_code == 0
    assert {name: line.chunks for name, line in report.formats.items()} == {"csv": 3, "markdown": 1}
    assert shop.served() == {"Kettle": 19.5, "Toaster": 25.0, "Blender": 40.0, "Shipping": None}
    assert (seen[-1].files_seen, seen[-1].files_done, seen[-1].chunks_read) == (2, 2, 4)
    manifest = current_manifest(shop.home)
    with Snapshot.open(shop.home, manifest.snapshot, shop.embedder) as snapshot:
        assert snapshot.index("default").count == 4


def test_a_second_run_embeds_and_publishes_nothing(shop: Shop) -> None:
    """The same folder again: no text to the embedder, no new snapshot, and the counts say unchanged."""
    shop.price_list(KETTLES)
    first = shop.ingest()
    second = shop.ingest()
    assert second.files.as_dict() == {"seen": 1, "indexed": 0, "unchanged": 1, "refused": 0, "withdrawn": 0}
    assert second.rows.as_dict() == {"seen": 3, "indexed": 0, "unchanged": 3, "refused": 0, "withdrawn": 0}
    assert (second.embedded, second.published, second.snapshot) == (0, False, first.snapshot)


def test_a_changed_price_costs_one_row(shop: Shop) -> None:
    """One changed, one gone, one new row: two texts embedded, and the old price is nowhere."""
    shop.price_list(KETTLES)
    shop.ingest()
    shop.price_list([("007", "Kettle", "Acme", "21"), KETTLES[1], ("010", "Grill", "Bolt", "99")])
    report = shop.ingest()
    assert report.rows.as_dict() == {"seen": 3, "indexed": 2, "unchanged": 1, "refused": 0, "withdrawn": 1}
    assert (report.embedded, report.chunks_added, report.chunks_removed) == (2, 2, 2)
    assert shop.served() == {"Kettle": 21.0, "Toaster": 25.0, "Grill": 99.0}


def test_a_moved_file_embeds_nothing(shop: Shop) -> None:
    """A renamed file is withdrawn at its old place and served at its new one, from cached vectors."""
    path = shop.price_list(KETTLES)
    shop.ingest()
    path.rename(shop.folder / "renamed.csv")
    report = shop.ingest()
    assert (report.embedded, report.files.withdrawn, report.files.indexed) == (0, 1, 1)
    assert shop.served() == {"Kettle": 19.5, "Toaster": 25.0, "Blender": 40.0}


def test_equal_files_are_embedded_once(shop: Shop) -> None:
    """Two files of equal content are both in; their texts go to the embedder once."""
    shop.price_list(KETTLES)
    shop.price_list(KETTLES, "copy.csv")
    report = shop.ingest()
    assert (report.chunks_total, report.embedded, report.rows.indexed) == (6, 3, 6)


def test_a_withdrawn_file_is_gone(shop: Shop) -> None:
    """A file that left the folder has no row in the next snapshot."""
    shop.price_list(KETTLES)
    other = shop.price_list([("1", "Lamp", "Acme", "5")], "lamps.csv")
    shop.ingest()
    other.unlink()
    report = shop.ingest()
    assert (report.files.withdrawn, report.rows.withdrawn, report.chunks_removed) == (1, 1, 1)
    assert "Lamp" not in shop.served()


def test_a_dry_run_writes_nothing(shop: Shop) -> None:
    """A dry run counts what would change and leaves home as it was."""
    shop.price_list(KETTLES)
    report = shop.ingest(dry_run=True)
    assert (report.rows.indexed, report.chunks_added, report.published, report.embedded) == (3, 3, False, 0)
    assert shop.home.current() is None
    assert shop.store.collections() == {}
    shop.ingest()
    shop.price_list(KETTLES[:2])
    again = shop.ingest(dry_run=True)
    assert (again.rows.withdrawn, again.chunks_removed) == (1, 1)
    assert len(shop.served()) == 3


def test_collections_do_not_touch_each_other(shop: Shop) -> None:
    """Ingesting one collection leaves another's rows and vectors served as they were."""
    shop.price_list(KETTLES)
    shop.ingest()
    shop.price_list([("1", "Lamp", "Acme", "5")])
    report = shop.ingest(collection="lamps")
    assert report.chunks_total == 1
    assert len(shop.served()) == 3
    assert set(current_manifest(shop.home).collections) == {"default", "lamps"}


def test_deleting_all_snapshots_loses_no_collection(shop: Shop) -> None:
    """With every index file gone, ingesting one collection brings all of them back from the database."""
    shop.price_list(KETTLES)
    shop.ingest()
    shop.ingest(collection="second")
    shutil.rmtree(shop.home.snapshots)
    (shop.home.path / "CURRENT").unlink()
    report = shop.ingest(collection="second")
    assert (report.embedded, report.published) == (0, True)
    entries = current_manifest(shop.home).collections
    assert {name: entry.chunks for name, entry in entries.items()} == {"default": 3, "second": 3}


def test_a_snapshot_that_was_never_named_is_not_lost(shop: Shop) -> None:
    """A process that died between writing a snapshot and naming it: the next run publishes what the folder says."""
    shop.price_list(KETTLES)
    first = shop.ingest().snapshot
    assert first is not None
    shop.price_list(KETTLES[:1])
    shop.ingest()
    shop.home.point_to(first)
    assert len(shop.served()) == 3
    report = shop.ingest()
    assert (report.published, report.embedded) == (True, 0)
    assert shop.served() == {"Kettle": 19.5}


def test_a_home_inside_the_folder_is_not_read(tmp_path: Path) -> None:
    """A home that lies in the catalogue is no part of the catalogue."""
    shop = Shop(tmp_path)
    shop.home = Home(shop.folder / "index")
    shop.home.create()
    shop.price_list(KETTLES)
    shop.ingest()
    report = shop.ingest()
    assert (report.files.seen, report.published, report.refused) == (1, False, [])
    shop.store.close()


def test_a_bad_row_is_named_and_the_others_are_in(shop: Shop) -> None:
    """Rows seen = rows indexed + rows refused, the refused one with its row number, and again on the next run."""
    rows = ["1,Lamp 灯,5", "2,Torch 手电筒,6", *(f"{number},Wire 电线,8" for number in range(3, 54))]
    damaged = "\n".join(["SKU,Name,Price", *rows]).encode().replace("手电筒".encode(), b"\xff")
    (shop.folder / "prices.csv").write_bytes(damaged)
    report = shop.ingest()
    assert report.rows.as_dict() == {"seen": 53, "indexed": 52, "unchanged": 0, "refused": 1, "withdrawn": 0}
    assert [(refusal.path, refusal.where) for refusal in report.refused] == [("prices.csv", "row 3")]
    assert (report.exit_code, report.reconciles) == (1, True)
    again = shop.ingest()
    assert again.rows.as_dict() == {"seen": 53, "indexed": 0, "unchanged": 52, "refused": 1, "withdrawn": 0}
    assert again.refused == report.refused


def test_a_new_embedder_reembeds_every_collection(shop: Shop, tmp_path: Path) -> None:
    """Another vector space: all collections are embedded anew from the stored texts, and published together."""
    shop.price_list(KETTLES)
    shop.ingest()
    shop.ingest(collection="second")
    shop.embedder = HashingEmbedder(tmp_path / "wider", dimension=128)
    report = shop.ingest()
    assert (report.embedded, report.published, report.rows.unchanged) == (3, True, 3)
    manifest = current_manifest(shop.home)
    assert manifest.dimension == 128
    assert {name: entry.chunks for name, entry in manifest.collections.items()} == {"default": 3, "second": 3}


@pytest.mark.parametrize("damage", ["flip", "delete the snapshots", "delete CURRENT"])
def test_index_files_can_be_thrown_away(shop: Shop, damage: str) -> None:
    """Whatever happens to the index files, ingest rebuilds them and embeds nothing."""
    shop.price_list(KETTLES)
    snapshot = shop.ingest().snapshot
    assert snapshot is not None
    if damage == "flip":
        path = next((shop.home.snapshots / snapshot).glob("*.vectors"))
        path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    elif damage == "delete the snapshots":
        shutil.rmtree(shop.home.snapshots)
        (shop.home.path / "CURRENT").unlink()
    else:
        (shop.home.path / "CURRENT").unlink()
    report = shop.ingest()
    assert (report.embedded, report.published, report.chunks_total) == (0, True, 3)
    Snapshot.open(shop.home, current_manifest(shop.home).snapshot, shop.embedder).close()


def test_a_bad_file_costs_itself_only(shop: Shop) -> None:
    """A file that is not what it claims is refused by name and reason; its neighbours are in; the exit code is 1."""
    shop.price_list(KETTLES)
    (shop.folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing of a PDF follows")
    (shop.folder / "what.bin").write_bytes(bytes(range(256)) * 8)
    report = shop.ingest()
    assert [refusal.path for refusal in report.refused] == ["broken.pdf", "what.bin"]
    assert all(refusal.reason for refusal in report.refused)
    assert (report.files.seen, report.files.indexed, report.files.refused, report.exit_code) == (3, 1, 2, 1)
    assert len(shop.served()) == 3
    again = shop.ingest()
    assert ([r.path for r in again.refused], again.published) == (["broken.pdf", "what.bin"], False)


def test_a_folder_of_refused_files_publishes_nothing(shop: Shop) -> None:
    """When no file at all can be read, nothing is published and the exit code says so."""
    (shop.folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing of a PDF follows")
    report = shop.ingest()
    assert (report.exit_code, report.published, report.snapshot) == (3, False, None)
    assert shop.home.current() is None
    shop.price_list(KETTLES)
    assert shop.ingest().exit_code == 1
    assert len(shop.served()) == 3


def test_a_file_that_broke_is_still_answered_from(shop: Shop) -> None:
    """When a good file turns bad, the version read before stays, and the report says so."""
    path = shop.price_list(KETTLES, "prices.csv")
    shop.ingest()
    path.write_bytes(b"%PDF-1.7\nnothing of a PDF follows")
    report = shop.ingest()
    assert report.refused[0].reason.endswith("the version read before is still answered from")
    assert len(shop.served()) == 3
    shop.price_list(KETTLES[:1])
    assert shop.ingest().rows.as_dict()["indexed"] == 0
    assert list(shop.served()) == ["Kettle"]


def test_a_slow_file_is_stopped(shop: Shop) -> None:
    """A file beyond its time is refused, and may be tried again."""
    shop.price_list([(str(number), f"Lamp {number}", "Acme", "5") for number in range(200_000)])
    (shop.folder / "a.md").write_text("# Hello\n\nWorld.\n")
    report = shop.ingest(limits=Limits(seconds=0.0, seconds_per_mib=0.0))
    assert {refusal.path for refusal in report.refused} >= {"prices.csv"}
    assert "took more than 0 seconds" in report.refused[-1].reason


def test_a_greedy_file_is_stopped(shop: Shop) -> None:
    """A file that needs more memory than allowed is refused with the limit named."""
    shop.price_list([(str(number), f"Lamp {number}", "Acme", "5") for number in range(100_000)])
    report = shop.ingest(limits=Limits(memory_mib=8))
    assert report.refused[0].reason == "reading it needs more than 8 MiB of memory"
    assert report.rows.seen == 0


def test_links_out_of_the_folder_are_not_followed(shop: Shop, tmp_path: Path) -> None:
    """A symbolic link that leads out is refused, be it a file or a folder; one that leads inside is not read twice."""
    outside = tmp_path / "secret"
    outside.mkdir()
    (outside / "secret.md").write_text("# Secret\n\nThe margin is 80 percent.\n")
    shop.price_list(KETTLES)
    (shop.folder / "file.md").symlink_to(outside / "secret.md")
    (shop.folder / "folder").symlink_to(outside)
    (shop.folder / "again.csv").symlink_to(shop.folder / "prices.csv")
    report = shop.ingest()
    assert [refusal.path for refusal in report.refused] == ["file.md", "folder"]
    assert all("leads out of the folder" in refusal.reason for refusal in report.refused)
    assert "Secret" not in shop.served()
    assert len(shop.served()) == 3


def test_a_file_nobody_can_read_is_named(shop: Shop) -> None:
    """Something in the folder that is not a regular file is refused, not waited for."""
    shop.price_list(KETTLES)
    os.mkfifo(shop.folder / "pipe.csv")
    report = shop.ingest()
    assert [(refusal.path, refusal.reason) for refusal in report.refused] == [("pipe.csv", "it is not a regular file")]


def test_a_folder_that_cannot_be_listed_withdraws_nothing(shop: Shop) -> None:
    """What lies in a folder that cannot be listed is still answered from, and is named."""
    shop.price_list(KETTLES[:1])
    (shop.folder / "sub").mkdir()
    shop.price_list(KETTLES[1:], "sub/more.csv")
    shop.ingest()

    def hide(progress: Progress) -> None:
        if progress.files_seen == 1 and (shop.folder / "sub").exists():
            (shop.folder / "sub").rename(shop.folder.parent / "hidden")

    report = shop.ingest(progress=hide)
    assert [refusal.path for refusal in report.refused] == ["sub", "sub/more.csv"]
    assert report.refused[1].reason.endswith("the version read before is still answered from")
    assert (report.files.withdrawn, len(shop.served())) == (0, 3)


def test_a_worker_that_dies_while_it_waits_is_replaced(shop: Shop) -> None:
    """A reader process killed between two files costs nothing."""
    listing = list_folder(shop.price_list(KETTLES).parent, shop.home.path)
    (job,) = listing.jobs
    reading = Reading("default", shop.embedder.tokenizer_file, 500, False, 1024)
    last, killed = [], []
    others = set(multiprocessing.active_children())
    for seen, message in read_all([job, job], reading, Limits(), workers=1):
        if isinstance(message, Read):
            last.append((seen.path, message.rows))
            for worker in set(multiprocessing.active_children()) - others:
                worker.kill()
                worker.join(LONGEST)
                killed.append(worker.exitcode)
    assert last == [("prices.csv", 3), ("prices.csv", 3)]
    assert killed == [-signal.SIGKILL, -signal.SIGKILL]


def test_a_file_that_changes_while_it_is_read_is_refused(shop: Shop) -> None:
    """Bytes that differ from those that were listed are not indexed."""
    path = shop.price_list([(str(number), f"Lamp {number}", "Acme", "5") for number in range(2_000)])

    def append(progress: Progress) -> None:
        if progress.files_seen and not progress.chunks_read:
            with path.open("a") as file:
                file.write("9999,Late,Acme,1\r\n")

    report = shop.ingest(progress=append)
    assert report.refused[0].reason.startswith("the file changed while it was being read")
    assert (report.chunks_total, report.files.refused) == (0, 1)
    assert shop.ingest().rows.indexed >= 2_001


def test_an_empty_folder_withdraws_nothing(shop: Shop) -> None:
    """A folder that is suddenly empty (an unmounted share) is an error, and the catalogue stays."""
    path = shop.price_list(KETTLES)
    shop.ingest()
    path.unlink()
    with pytest.raises(EmptyFolder, match="holds no files"):
        shop.ingest()
    assert len(shop.served()) == 3


def test_a_wrong_folder_is_named(shop: Shop, tmp_path: Path) -> None:
    """No such folder, a file instead of a folder, and a collection name that cannot be one are refused by name."""
    missing = tmp_path / "nowhere"
    with pytest.raises(BadRequest, match="nowhere does not exist"):
        ingest_folder(missing, home=shop.home, store=shop.store, embedder=shop.embedder)
    path = shop.price_list(KETTLES)
    with pytest.raises(BadRequest, match="is a file, not a folder"):
        ingest_folder(path, home=shop.home, store=shop.store, embedder=shop.embedder)
    with pytest.raises(BadRequest, match="cannot name a collection"):
        shop.ingest(collection="../etc")


def test_two_writers_do_not_mix(shop: Shop) -> None:
    """While one process writes, another is refused at once."""
    shop.price_list(KETTLES)
    with Home(shop.home.path).writing(), pytest.raises(WriterBusy):
        shop.ingest()


def test_an_embedder_that_fails_publishes_nothing(shop: Shop) -> None:
    """When embedding fails, the old snapshot serves, and the next run finishes the work."""
    shop.price_list(KETTLES)
    shop.ingest()
    shop.price_list([*KETTLES, ("011", "Juicer", "Bolt", "60")])
    good = shop.embedder

    class Failing(HashingEmbedder):
        def embed_passages(self, texts):  # type: ignore[no-untyped-def]
            raise StorageUnavailable("the disk is full")

    shop.embedder = Failing(good.tokenizer_file.parent)
    with pytest.raises(StorageUnavailable):
        shop.ingest()
    assert len(shop.served()) == 3
    shop.embedder = good
    report = shop.ingest()
    assert (report.embedded, len(shop.served())) == (1, 4)


CHILD = """
import sys
from pathlib import Path
from index.hashing import HashingEmbedder
from index.snapshot.home import Home
from index.database.store import Store
from ingest.pipeline import ingest_folder
if __name__ == "__main__":
    root = Path(sys.argv[1])
    home = Home(root / "home")
    def told(progress):
        print(progress.chunks_read, flush=True)
    ingest_folder(root / "catalog", home=home, store=Store.open(home.database_url),
                  embedder=HashingEmbedder(root / "hashing"), jobs=1, progress=told)
    print("published", flush=True)
"""


@pytest.mark.parametrize("after", [1, 6, 11])
def test_a_kill_loses_nothing_published(shop: Shop, tmp_path: Path, after: int) -> None:
    """Kill -9 in the middle of a run: the old snapshot is whole, and the next run completes the new one."""
    shop.price_list(KETTLES)
    before = shop.ingest().snapshot
    shop.price_list([(str(number), f"Lamp {number}", "Acme", "5") for number in range(6_000)])
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if line.strip() == "published":
            break
        if int(line) >= after * 500:
            child.kill()
            break
    child.stdout.close()
    child.wait(LONGEST)
    if shop.home.current() == before:
        assert len(shop.served()) == 3
    report = shop.ingest()
    assert report.chunks_total == 6_000
    assert len(shop.served()) == 6_000
    manifest = current_manifest(shop.home)
    with Snapshot.open(shop.home, manifest.snapshot, shop.embedder) as snapshot:
        assert snapshot.index("default").count == 6_000


def test_readers_see_one_generation_during_a_run(shop: Shop) -> None:
    """While the next generation is written, every read of the current one gives its rows and no others."""
    shop.price_list([(str(number), f"Lamp {number}", "Acme", "5") for number in range(3_000)])
    shop.ingest()
    manifest = current_manifest(shop.home)
    entry = manifest.collections["default"]
    shop.price_list([(str(number), f"Lamp {number}", "Acme", "6") for number in range(3_000)])
    prices: set[object] = set()
    ended = threading.Event()

    def read_on() -> None:
        while not ended.is_set():
            ids = rows_of(shop.store, entry.id, manifest.generation)
            prices.update(chunk.attributes["price"] for chunk in shop.store.of_rows(ids[:500]).values())
            prices.add(len(ids))

    reader = threading.Thread(target=read_on, daemon=True)
    reader.start()
    shop.ingest()
    ended.set()
    reader.join(LONGEST)
    assert prices == {5.0, 3_000}
    assert set(shop.served().values()) == {6.0}


FULL_DISK = """
import resource, sys
from pathlib import Path
from index.errors import StorageUnavailable
from index.hashing import HashingEmbedder
from index.snapshot.home import Home
from index.database.store import Store
from ingest.pipeline import ingest_folder
if __name__ == "__main__":
    root = Path(sys.argv[1])
    home, embedder = Home(root / "home"), HashingEmbedder(root / "hashing")
    store = Store.open(home.database_url)
    limit = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))  # no file may grow beyond this, as on a full disk
    try:
        ingest_folder(root / "catalog", home=home, store=store, embedder=embedder, jobs=1)
    except StorageUnavailable as error:
        print(error)
        sys.exit(3)
"""


@pytest.mark.parametrize("limit", [200_000, 2_000_000])
def test_a_disk_that_fills_up_loses_nothing(shop: Shop, tmp_path: Path, limit: int) -> None:
    """When the disk is full in the middle of a run, the error says so, and what was published goes on serving."""
    shop.price_list(KETTLES)
    shop.ingest()
    shop.price_list([(str(number), f"Lamp {number}", "Acme", "5") for number in range(6_000)])
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path), str(limit)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)
    assert (ran.returncode, "the disk is full" in ran.stdout) == (3, True), ran.stderr
    assert shop.served() == {"Kettle": 19.5, "Toaster": 25.0, "Blender": 40.0}
    assert shop.ingest().chunks_total == 6_000
