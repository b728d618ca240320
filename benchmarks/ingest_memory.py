"""Peak memory of `ingest` on a sheet of many rows, with a stand-in embedder (the only thing that is not real here).

    python benchmarks/ingest_memory.py [--rows 1000000]

Prints the peak, over the whole run, of the private memory (resident less shared: mapped files are the page cache's) of
the main process and of its workers, and how much of it is beside the vectors.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from index.database.store import Store
from index.hashing import HashingEmbedder
from index.snapshot.home import Home
from ingest.pipeline import ingest_folder

MIB = 1 << 20
DIMENSION = 384


def price_list(path: Path, rows: int) -> None:
    """A sheet with nine columns and about 200 bytes a row."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["SKU", "Name", "Brand", "Category", "Price", "Currency", "Stock", "Colour", "Description"])
        for n in range(rows):
            words = f"article {n} of range {n % 977} for kitchen {n % 31} and garden {n % 53}, warranty {n % 5} years"
            writer.writerow(
                [f"{n:08d}", f"Article {n}", f"Brand {n % 89}", f"Category {n % 211}", f"{n % 9973 / 7:.2f}", "EUR"]
                + [str(n % 400), ("red", "blue", "green")[n % 3], words]
            )


@contextmanager
def shop(rows: int) -> Iterator[tuple[Path, Home, Store]]:
    """A folder with a price list of so many rows, and a new home and its store beside it, for as long as needed."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "catalog"
        folder.mkdir()
        price_list(folder / "prices.csv", rows)
        home = Home(Path(scratch) / "home")
        home.create()
        store = Store.open(home.database_url)
        try:
            yield folder, home, store
        finally:
            store.close()


class Peak:
    """Watches this process and its children until stopped; remembers the most private memory seen at once."""

    def __init__(self) -> None:
        self.main = self.workers = self.together = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        this = psutil.Process()
        while not self._stop.wait(0.1):
            mine = private(this)
            theirs = sum(private(child) for child in this.children())
            self.main, self.workers = max(self.main, mine), max(self.workers, theirs)
            self.together = max(self.together, mine + theirs)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


def private(process: psutil.Process) -> int:
    """Resident memory that is not shared, in bytes."""
    try:
        memory = process.memory_info()
    except psutil.NoSuchProcess:
        return 0
    return int(memory.rss - memory.shared)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    with shop(options.rows) as (folder, home, store):
        embedder = HashingEmbedder(folder.parent / "hashing", dimension=DIMENSION)
        peak = Peak()
        try:
            report = ingest_folder(folder, home=home, store=store, embedder=embedder, jobs=1)
        finally:
            peak.stop()
        vectors = report.chunks_total * DIMENSION * 4
        print(f"{report.rows.indexed} rows, {report.chunks_total} chunks, {report.seconds:.0f} s")
        print(f"reconciles: {report.reconciles}")
        print(f"peak: main process {peak.main / MIB:.0f} MiB, workers {peak.workers / MIB:.0f} MiB")
        print(
            f"together {peak.together / MIB:.0f} MiB; the vectors alone are {vectors / MIB:.0f} MiB, on disk and mapped"
        )


if __name__ == "__main__":
    main()
