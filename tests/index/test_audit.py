"""The audit: a home that went through ordinary nights is clean, and each single fault is named."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.database.store import Store
from index.database.withdrawals import withdraw
from index.hashing import HashingEmbedder
from index.keeping.audit import Disagreement, audit
from index.snapshot.home import Home
from index.snapshot.rollback import roll_back
from index.snapshot.shelf import current_manifest, pin
from ingest.pipeline import ingest_folder
from ingest.report import Report


def lamps(count: int, price: int = 10) -> list[tuple[str, ...]]:
    return [(f"LX-{number}", f"Lantern zirconia{number}", "Acme", str(price + number)) for number in range(count)]


class Shop:
    """A folder, a home, and the parts that ingest needs."""

    def __init__(self, root: Path, database_url: str | None = None, home: str = "home") -> None:
        self.folder = root / "catalog"
        self.folder.mkdir(exist_ok=True)
        self.home = Home(root / home, database_url)
        self.home.create()
        self.store = Store.open(self.home.database_url, lock_wait=0.5)
        self.embedder = HashingEmbedder(root / "hashing", dimension=256)

    def write(self, rows: list[tuple[str, ...]], name: str = "prices.csv") -> Path:
        path = self.folder / name
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("SKU", "Name", "Brand", "Price"), *rows])
        return path

    def night(self, collection: str = "default", folder: Path | None = None) -> Report:
        parts = {"home": self.home, "store": self.store, "embedder": self.embedder}
        return ingest_folder(folder or self.folder, collection=collection, jobs=1, **parts)  # type: ignore[arg-type]

    def sql(self, statement: str, *values: object) -> None:
        """Change the database behind everybody's back."""
        connection = sqlite3.connect(self.home.path / "xuanji.db")
        connection.execute(statement, values)
        connection.commit()
        connection.close()

    def current(self) -> Path:
        return self.home.snapshots / current_manifest(self.home).snapshot

    def told(self, severity: str = "wrong") -> list[tuple[str, str]]:
        """What the audit says: about what, and the message."""
        found = audit(self.home, self.store)
        assert all(isinstance(one, Disagreement) for one in found)
        return [(one.about, one.message) for one in found if one.severity == severity]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.store.close()


def test_a_home_is_clean_after_every_kind_of_night(shop: Shop) -> None:
    """New, changed, gone and renamed, a file that is refused, a second collection, a withdrawal, a rollback, a pin:
    no disagreement and no note; and the figures say that everything was looked at."""
    assert shop.told() == []  # nothing was published yet
    shop.write(lamps(8))
    shop.night()
    first = current_manifest(shop.home).snapshot
    assert (shop.told(), shop.told("note")) == ([], [])
    (shop.folder / "faq.md").write_text("# Shipping\n\nParcels leave on weekdays.\n", encoding="utf-8")
    (shop.folder / "bad.pdf").write_bytes(b"%PDF-1.7 cut off")
    shop.write([*lamps(6, price=50), lamps(1)[0]])
    shop.night()
    assert (shop.told(), shop.told("note")) == ([], [])
    (shop.folder / "prices.csv").rename(shop.folder / "list.csv")
    other = shop.folder.parent / "other"
    other.mkdir()
    (other / "terms.txt").write_text("Two years of warranty.\n", encoding="utf-8")
    shop.night()
    shop.night("terms", other)
    pin(shop.home, current_manifest(shop.home).snapshot)
    withdraw(shop.store.engine, "sku", "LX-3", by="test")
    assert (shop.told(), shop.told("note")) == ([], [])
    roll_back(shop.home, shop.store, by="test")
    assert (shop.told(), shop.told("note")) == ([], [])
    assert first not in {path.name for path in shop.home.snapshots.iterdir()}
    checked: Counter[str] = Counter()
    audit(shop.home, shop.store, checked)
    expected = {"snapshots": 3, "files": 8, "collections": 1, "chunks": 8, "documents": 3}
    assert checked == {**expected, "vectors": 8, "keyword texts": 8}


def broken(shop: Shop, spoil: Callable[[Shop], None]) -> list[tuple[str, str]]:
    shop.write(lamps(8))
    shop.night()
    spoil(shop)
    return shop.told()


def test_a_lost_row_is_named(shop: Shop) -> None:
    """A deleted chunk row: its vector has no text, and every count that it was in is told."""
    told = broken(shop, lambda shop: shop.sql("DELETE FROM chunks WHERE sku = 'lx-3'"))
    assert [about for about, _ in told] == ["database", "manifest", "manifest", "manifest", "manifest", "vectors"]
    assert told[0][1] == "prices.csv is noted with 8 chunks, and 7 are stored"
    assert told[1][1] == "the manifest tells of 8 chunks, the database of 7"
    assert "1 vectors are in the index that no text of the database has" in told[-1][1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("text = text || ' and more'", "content hash, text id, signature"),
        ("text_id = text_id", None),
        ("signature = 'x'", "signature"),
        ("sku = 'lx-99'", "sku"),
        ("price = 1", "price"),
        ("valid_to = '2020-01-01'", "valid_to"),
    ],
)
def test_an_altered_row_is_named(shop: Shop, change: str, said: str | None) -> None:
    """Whatever of a row no longer follows from the rest of it: file and row are told, and what differs."""
    told = broken(shop, lambda shop: shop.sql(f"UPDATE chunks SET {change} WHERE sku = 'lx-3'"))
    expected = [("database", f"1 rows are not what they were when they were written: prices.csv, row 5 ({said})")]
    assert told == (expected if said else [])


def test_an_altered_cached_vector_is_named(shop: Shop) -> None:
    """The cache is the master copy that every rebuild reads: one flipped byte of it is found."""
    ours = "(SELECT content_hash FROM chunks WHERE sku = 'lx-3')"
    spoil = f"UPDATE embeddings SET vector = zeroblob(length(vector)) WHERE content_hash = {ours}"
    assert broken(shop, lambda shop: shop.sql(spoil)) == [
        ("cache", "1 vectors of the index are not those that are cached: prices.csv, row 5")
    ]


@pytest.mark.parametrize("spoil", ["DELETE FROM embeddings WHERE", "UPDATE embeddings SET vector = x'00' WHERE"])
def test_a_lost_cached_vector_is_named(shop: Shop, spoil: str) -> None:
    """Gone, or of another length."""
    ours = "content_hash = (SELECT content_hash FROM chunks WHERE sku = 'lx-3')"
    assert broken(shop, lambda shop: shop.sql(f"{spoil} {ours}")) == [
        ("cache", "1 texts have no cached embedding of this embedder: prices.csv, row 5")
    ]


def test_a_vector_that_is_not_of_length_1_is_named(shop: Shop) -> None:
    """Cache and index agree, and a cosine with it would be wrong all the same."""

    class Long(HashingEmbedder):
        def embed_passages(self, texts):  # type: ignore[no-untyped-def]
            return super().embed_passages(texts) * 2

    shop.embedder = Long(shop.folder.parent / "long", dimension=256)
    told = broken(shop, lambda shop: None)
    assert [(about, message.partition(":")[0]) for about, message in told] == [
        ("vectors", "8 vectors have not the length 1")
    ]


def test_a_flipped_byte_of_a_vector_is_named(shop: Shop) -> None:
    """The file by its checksum, and the row whose vector it is."""

    def flip(shop: Shop) -> None:
        (file,) = shop.current().glob("*.vectors")
        data = bytearray(file.read_bytes())
        place = next(at for at in range(4096, len(data)) if data[at] == 0x3F or data[at] == 0x3E)
        data[place] ^= 0x80
        file.write_bytes(data)

    (damaged, other, *more) = broken(shop, flip)
    assert damaged[0] == "vectors"
    assert damaged[1].endswith("is damaged: its bytes are not those that were published")
    assert (other[0], more) == ("cache", [])
    assert other[1].startswith("1 vectors of the index are not those that are cached: prices.csv, row ")


def test_a_lost_vector_file_is_named_once(shop: Shop) -> None:
    """By its path."""
    ((about, message),) = broken(shop, lambda shop: next(shop.current().glob("*.vectors")).unlink())
    assert about == "vectors"
    assert message.endswith(".vectors cannot be read: No such file or directory")


def test_a_wrong_count_in_the_manifest_is_named(shop: Shop) -> None:
    """What is told of a collection is what it has."""

    def spoil(shop: Shop) -> None:
        path = shop.current() / "manifest.json"
        manifest = json.loads(path.read_bytes())
        manifest["collections"]["default"]["priced"] += 1
        path.write_text(json.dumps(manifest))

    assert broken(shop, spoil) == [("manifest", "the manifest tells of 9 prices, the database of 8")]


def test_pointers_to_nothing_are_named(shop: Shop) -> None:
    """CURRENT and ROLLBACK that name a snapshot which is not there; a snapshot whose manifest cannot be read."""
    shop.write(lamps(3))
    first = shop.night().snapshot
    shop.write(lamps(4))
    second = shop.night().snapshot
    assert first is not None
    (shop.home.path / "CURRENT").write_text("000009-x\n")
    assert shop.told() == [("manifest", "CURRENT names the snapshot 000009-x, and there is none of that name")]
    shop.home.point_to(first)
    (shop.home.path / "ROLLBACK").write_text(f"000007-x {first}\n")
    assert shop.told() == [("manifest", "ROLLBACK names the snapshot 000007-x, and there is none of that name")]
    (shop.home.path / "ROLLBACK").write_text(f"{second} {first}\n")
    (shop.home.snapshots / str(second) / "manifest.json").write_text("{")
    assert shop.told() == [("snapshot", f"the manifest of snapshot {second} cannot be read")]


def test_rows_of_an_older_snapshot_that_are_gone_are_named(shop: Shop) -> None:
    """A rollback to it would answer from less than it says."""
    shop.write(lamps(3))
    first = shop.night().snapshot
    shop.write(lamps(2))
    shop.night()
    shop.sql("DELETE FROM chunks WHERE died IS NOT NULL")
    assert shop.told() == [("manifest", f"snapshot {first} names 3 chunks, the database has 2 of them")]


def test_what_the_next_run_puts_right_is_a_note(shop: Shop) -> None:
    """Rows of an ended ingest, an embedding that no row uses, a generation and holdings that were not noted."""
    shop.write(lamps(3))
    shop.night()
    row = (
        "document_id, uid, signature, content_hash, text_id, ordinal, title, section, text, locator, attributes, tokens"
    )
    shop.sql(
        f"INSERT INTO chunks (collection_id, {row}, born) SELECT collection_id, {row}, 2 FROM chunks WHERE sku = 'lx-1'"
    )
    shop.sql("INSERT INTO embeddings VALUES ('abc', 'hashing-256', x'00')")
    shop.sql("DELETE FROM generations")
    shop.sql("DELETE FROM holdings")
    assert shop.told() == []
    assert [message.partition(":")[0] for _, message in shop.told("note")] == [
        "1 unpublished rows",
        "1 cached embeddings that no row uses; they cost nothing but disk",
        "generation 1 lacks in the record",
        "it is not noted which snapshots this home keeps",
    ]


def test_strangers_and_lost_generations_are_named(shop: Shop) -> None:
    """Rows that belong to nothing, and a publication of which nothing is left."""
    shop.write(lamps(2))
    shop.night()
    shop.sql("INSERT INTO documents (collection_id, path) VALUES (77, 'x.csv')")
    shop.sql("INSERT INTO generations VALUES (5, '000005-x')")
    assert shop.told() == [
        ("database", "1 documents of no collection"),
        ("database", "generation 5 was published, and no snapshot of it is kept"),
    ]
