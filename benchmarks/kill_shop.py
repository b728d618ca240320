"""`Scenario`: an operation on a small home that has lived, to be killed somewhere in it. Used by kill_storm.py."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from index.arrays import Floats
from index.database.history import record
from index.database.store import Store
from index.database.withdrawals import withdraw
from index.hashing import HashingEmbedder
from index.keeping.backup import backup
from index.keeping.purge import purge_withdrawn
from index.keeping.restore import restore
from index.publishing.gate import Ungated
from index.snapshot.home import Home
from index.snapshot.rollback import roll_back
from index.snapshot.shelf import snapshots
from ingest.pipeline import Options, Source, ingest_folders
from server import nightly
from server.parts import IndexParts
from server.settings import Settings
from server.stages import Stages


class Counting(HashingEmbedder):
    """Remembers the content hashes of the passages that it was sent."""

    sent: list[str]

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        self.sent += [hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in texts]
        return super().embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> Floats:
        return super().embed_passages(texts)


@dataclass
class Shop:
    """A catalogue of two folders and a home under one root; what is opened stays open until the process ends."""

    root: Path
    rows: int
    keep: int = 2

    @property
    def folders(self) -> dict[str, Path]:
        return {name: self.root / name for name in ("default", "parts")}

    @property
    def saved(self) -> Path:
        return self.root / "saved" / "shop.backup"

    @cached_property
    def home(self) -> Home:
        home = Home(self.root / "home")
        home.create()
        return home

    @cached_property
    def store(self) -> Store:
        return Store.open(self.home.database_url)

    @cached_property
    def embedder(self) -> Counting:
        embedder = Counting(self.root / "hashing", dimension=128)
        embedder.sent = []
        return embedder

    def open(self) -> None:
        """Open all of it now."""
        _ = self.store, self.embedder

    def write(self, name: str, file: str, first: int, rows: int, price: Callable[[int], int]) -> None:
        """A price list of SKUs from number `first` on."""
        with (self.folders[name] / file).open("w", newline="", encoding="utf-8") as target:
            lines = ((f"{name[0].upper()}-{n:05d}", f"Lamp {name} {n}", f"{price(n)}.50") for n in _span(first, rows))
            csv.writer(target).writerows([("SKU", "Name", "Price"), *lines])

    def listed(self) -> set[tuple[str, str, str, str]]:
        """What the price lists say: collection, document, SKU, price."""
        found = set()
        for name, folder in self.folders.items():
            for path in folder.glob("*.csv"):
                with path.open(newline="", encoding="utf-8") as file:
                    found |= {(name, path.name, sku, price) for sku, _, price in list(csv.reader(file))[1:]}
        return found

    def ingest(self, *, rebuild: bool = False) -> None:
        """Make both collections equal to their folders and publish."""
        sources = [] if rebuild else [Source(name, folder) for name, folder in self.folders.items()]
        options = Options(jobs=1, keep=self.keep, ocr="off", batch_size=64)
        ingest_folders(
            sources,
            home=self.home,
            store=self.store,
            embedder=self.embedder,
            gate=Ungated("a storm of kills"),
            options=options,
            rebuild=rebuild,
        )

    def reindex(self) -> None:
        """The nightly job with its gate, but for the models that `nightly.reindex` would open."""
        settings = Settings(home=self.home.path, jobs=1, keep=self.keep, ocr="off", gate_sample=10, least_found=0.0)
        parts = IndexParts(self.home, self.store, self.embedder)
        nightly._run(settings, Namespace(rebuild=False, force=False), parts, Stages().stage, "kill_storm")

    def withdraw(self, kind: Any, what: str, *, purge: bool = False) -> None:
        """As `xuanji withdraw` does it."""
        withdraw(self.store.engine, kind, what, by="kill_storm")
        record(self.store.engine, "withdrawn", "kill_storm", self.home.current(), {"kind": kind, "value": what})
        if purge:
            purge_withdrawn(self.home, self.store, self.embedder, by="kill_storm")

    def roll_back(self, place: int) -> None:
        """Serve the snapshot at a place among those kept, 0 the newest."""
        target = list(snapshots(self.home))[place]
        if self.home.current() != target:
            with self.home.writing(), self.store.alone("kill_storm"):
                roll_back(self.home, self.store, target, by="kill_storm")

    def back_up(self) -> None:
        self.saved.parent.mkdir(exist_ok=True)
        backup(self.home, self.store, self.saved, overwrite=True)

    def restore(self, place: str) -> None:
        restore(self.saved, Home(self.root / place), force=True, by="kill_storm")


def _span(first: int, rows: int) -> range:
    return range(first, first + rows)


def lived(shop: Shop) -> None:
    """A home of three generations with something withdrawn, segments, dead rows and two collections."""
    for folder in shop.folders.values():
        folder.mkdir(parents=True)
    shop.keep = 3
    shop.write("default", "prices.csv", 0, shop.rows, lambda n: 1)
    shop.write("default", "old.csv", 80_000, 8, lambda n: 1)
    for number in (2, 3):
        shop.write("default", f"gone-{number}.csv", 10_000 * number, 40, lambda n: 1)
    shop.write("parts", "parts.csv", 0, 100, lambda n: 1)
    (shop.folders["default"] / "care.md").write_text("# Care\n\nClean the lamp when it is cold.\n")
    shop.ingest()
    for number in (2, 3):
        (shop.folders["default"] / f"gone-{number}.csv").unlink()
        shop.ingest()
    shop.withdraw("sku", "D-00007")
    canary = {"question": "lamp D-00041", "sku": "D-00041"}
    (shop.home.path / "canaries.jsonl").write_text(json.dumps(canary) + "\n", encoding="utf-8")


def edit(shop: Shop) -> None:
    """Some prices, and a file gone."""
    shop.write("parts", "parts.csv", 0, 100, lambda n: 3 if n % 20 == 0 else 1)
    (shop.folders["default"] / "old.csv").unlink()


def night(shop: Shop) -> None:
    """Many prices, new rows, rows gone."""
    shop.write("default", "prices.csv", 20, shop.rows, lambda n: 4 if n % 7 == 0 else 1)
    shop.write("default", "new.csv", 60_000, shop.rows // 8, lambda n: 4)


def move(shop: Shop) -> None:
    folder = shop.folders["default"]
    (folder / "old.csv").rename(folder / "moved.csv")


def drop(shop: Shop) -> None:
    (shop.folders["default"] / "old.csv").unlink()


def empty_out(shop: Shop) -> None:
    (shop.folders["parts"] / "parts.csv").unlink()
    (shop.folders["parts"] / "rest.md").write_text("# Rest\n\nNothing is left.\n")


def rolled(shop: Shop) -> None:
    shop.roll_back(1)


def backed_up(shop: Shop) -> None:
    """A backup of what was served before the last change."""
    shop.back_up()
    drop(shop)
    shop.ingest()


def nothing(shop: Shop) -> None:
    """Leave everything as it is."""


def first(shop: Shop) -> None:
    """A folder, and no home yet."""
    shop.home.path.rename(shop.root / "gone")
    shutil.rmtree(shop.root / "gone")


@dataclass(frozen=True)
class Scenario:
    """`setup` and then `act` on a home that has lived; of the acts, all or only those after opening may be killed.

    `follows`: afterwards the price lists are what is served. `elsewhere` is a home that the operation or `look` makes.
    """

    operation: str
    name: str
    act: Callable[[Shop], None]
    setup: Callable[[Shop], None] = nothing
    fresh: bool = False
    follows: bool = False
    elsewhere: str = ""
    look: Callable[[Shop], None] = nothing

    def __str__(self) -> str:
        return f"{self.operation} ({self.name})"


def _both(one: Callable[[Shop], None], other: Callable[[Shop], None]) -> Callable[[Shop], None]:
    def done(shop: Shop) -> None:
        one(shop)
        other(shop)

    return done


def look_into_backup(shop: Shop) -> None:
    """Restore what lies under the backup's name."""
    shutil.rmtree(shop.root / "looked", ignore_errors=True)
    if shop.saved.exists():
        shop.restore("looked")


SCENARIOS = (
    Scenario("ingest", "a night's changes", Shop.ingest, night, follows=True),
    Scenario("publish", "a file gone", Shop.ingest, drop, follows=True),
    Scenario("withdraw", "a SKU", partial(Shop.withdraw, kind="sku", what="D-00023")),
    Scenario("rollback", "to the one before", partial(Shop.roll_back, place=1)),
    Scenario("backup", "a new file", Shop.back_up, elsewhere="looked", look=look_into_backup),
    Scenario("ingest", "a file moved", Shop.ingest, move, follows=True),
    Scenario("publish", "through the gate", Shop.reindex, drop, follows=True),
    Scenario("withdraw", "a SKU, purged", partial(Shop.withdraw, kind="sku", what="D-00023", purge=True)),
    Scenario("rollback", "to the oldest", partial(Shop.roll_back, place=2)),
    Scenario("backup", "over an older file", Shop.back_up, backed_up, elsewhere="looked", look=look_into_backup),
    Scenario("ingest", "the first", Shop.ingest, first, fresh=True, follows=True),
    Scenario("publish", "some prices", Shop.ingest, edit, follows=True),
    Scenario("withdraw", "a file, purged", partial(Shop.withdraw, kind="document", what="old.csv", purge=True)),
    Scenario("rollback", "and forward again", partial(Shop.roll_back, place=0), rolled),
    Scenario("backup", "restored", partial(Shop.restore, place="copy"), Shop.back_up, elsewhere="copy"),
    Scenario("publish", "every index anew", partial(Shop.ingest, rebuild=True)),
    Scenario("publish", "stopped at the gate", Shop.reindex, empty_out),
    Scenario("publish", "after a rollback", Shop.ingest, _both(rolled, drop), follows=True),
    Scenario("ingest", "an unchanged folder after a rollback", Shop.ingest, rolled),
)
