"""Invented vectors in the default embedder's space: an index of any size in a minute, searched by real questions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from index_kinds import invent

from index.arrays import Floats
from index.database.store import Store
from index.embedding.embedder import Embedder
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from index.snapshot.home import Home
from ingest.pipeline import ingest_folder


class InventedPassages:
    """The real embedder's name and space, with invented vectors for passages."""

    def __init__(self, real: Embedder) -> None:
        self.name, self.dimension, self.max_tokens = real.name, real.dimension, real.max_tokens
        self.fingerprint, self.tokenizer_file = real.fingerprint, real.tokenizer_file
        self.embed_queries = real.embed_queries
        self._stock = invent(120_000, real.dimension, np.random.default_rng(0))
        self._used = 0

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        """The next so many invented vectors."""
        rows = np.arange(self._used, self._used + len(texts)) % len(self._stock)
        self._used += len(texts)
        return self._stock[rows]


def fill(home: Path, folder: Path) -> float:
    """Ingest a folder with invented vectors; how many seconds that took."""
    place = Home(home)
    store = Store.open(place.database_url)
    embedder = InventedPassages(open_embedder(prepare_embedder(place.models)))
    report = ingest_folder(folder, home=place, store=store, embedder=embedder)
    store.close()
    return report.seconds
