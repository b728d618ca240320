"""CPU seconds of a whole ingest, reading and all else apart, in one process and with invented vectors.

    PYTHONPATH=.:benchmarks python benchmarks/ingest_cost.py [--rows 100000]

The sheet is `ingest_memory.price_list`'s. Pages are pickled as between processes. To compare two versions, run it in a
checkout of each, in turns.
"""

from __future__ import annotations

import argparse
import pickle
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from index_kinds import invent
from ingest_memory import DIMENSION, shop

from index.arrays import Floats
from index.embedding.tokens import TokenCounter
from index.hashing import HashingEmbedder
from ingest import collection_run
from ingest.pipeline import ingest_folder
from ingest.workers import Job, Limits, Message, Reading, read_file

INVENTED = 20_000


class Invented(HashingEmbedder):
    """Vectors that cost nothing."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, DIMENSION)
        self._stock = invent(INVENTED, DIMENSION, np.random.default_rng(0))
        self._used = 0

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        """The next so many."""
        rows = np.arange(self._used, self._used + len(texts)) % INVENTED
        self._used += len(texts)
        return self._stock[rows]


class Here:
    """Reads files in this process, and counts what that costs."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def read_all(
        self, jobs: Iterable[Job], reading: Reading, limits: Limits, workers: int
    ) -> Iterator[tuple[Job, Message]]:
        """As `ingest.workers.read_all`."""
        counter = TokenCounter(reading.tokenizer_file)
        for job in jobs:
            began = time.process_time()
            for message in read_file(job, reading, counter.count):
                sent = pickle.dumps(message)
                self.seconds += time.process_time() - began
                yield job, pickle.loads(sent)
                began = time.process_time()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    here = Here()
    vars(collection_run).update(read_all=here.read_all)
    with shop(options.rows) as (folder, home, store):
        embedder = Invented(folder.parent / "hashing")
        began = time.process_time()
        report = ingest_folder(folder, home=home, store=store, embedder=embedder, jobs=1)
        total = time.process_time() - began
    print(f"{report.rows.indexed:,} rows: {total:.1f} s CPU, of that reading {here.seconds:.1f} s")


if __name__ == "__main__":
    main()
