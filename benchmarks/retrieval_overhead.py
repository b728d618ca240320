"""The retriever (both legs, constraints, fusion, relevance, texts) against raw embed + faiss + BM25 calls, in one run.

    python benchmarks/retrieval_overhead.py --models MODELS [--chunks 100000] [--queries 200] [--home FOLDER]

The same question goes now to `Retriever.search`, now to `embed_queries`, the same faiss index and bm25s (its index
built once; words, and Chinese in single characters), alternating. Fills a home as `search_overhead.py` does. Counts how
many keyword files are written while questions are asked.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

import bm25s
import numpy as np
from invented import InventedPassages
from search_overhead import fill, questions, seconds

from index.database.store import Store
from index.database.view import View
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from index.snapshot.home import Home
from index.snapshot.shelf import current_manifest
from index.snapshot.snapshot import Snapshot
from retriever.retriever import Retriever
from retriever.translation import prepare_dictionary

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")


def tokens(text: str) -> list[str]:
    """What bm25s is given."""
    return _WORD.findall(text.lower())


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--top-k", type=int, default=5)
    parser.add_argument("--home", type=Path, help="kept and found again; without it a temporary folder")
    args = parser.parse_args()
    embedder = open_embedder(prepare_embedder(args.models, measure=False), device="cpu")
    with tempfile.TemporaryDirectory() as scratch:
        home = Home(args.home or Path(scratch) / "home")
        home.create()
        if home.current() is None:
            fill(home, InventedPassages(embedder), args.chunks, Path(scratch))
        measure(home, args.models, questions(args.queries), args.top_k)


def measure(home: Home, models: Path, asked: list[str], top_k: int) -> None:
    """The medians, their ratio and the keyword files written."""
    embedder = open_embedder(prepare_embedder(models, measure=False), device="cpu")
    store = Store.open(home.database_url)
    manifest = current_manifest(home)
    corpus = store.texts(manifest.collection("default").id, manifest.generation).tolist()
    view = View(manifest.generation, "2026-01-01", manifest.generation)
    chunks = {}
    for start in range(0, len(corpus), 5_000):
        chunks |= store.chunks(corpus[start : start + 5_000], manifest.collection("default").id, view)
    words = bm25s.BM25()
    words.index([tokens(chunks[id].embedded_text) for id in corpus if id in chunks], show_progress=False)
    retriever = Retriever(home, store, embedder, dictionary=prepare_dictionary(models))
    retriever.refresh()
    before = {path.name for path in home.snapshots.rglob("*.keywords")}
    with Snapshot.open(home, manifest.snapshot, embedder) as snapshot:
        index = snapshot.index("default")

        def raw(question: str) -> object:
            found = index.search(embedder.embed_queries([question]), top_k)
            return found, words.retrieve([tokens(question)], k=top_k, show_progress=False)

        def ours(question: str) -> object:
            found = retriever.search(question, top_k=top_k)
            assert len(found.passages) == top_k
            return found

        for question in asked[:20]:
            raw(question), ours(question)
        times = [(seconds(raw, question), seconds(ours, question)) for question in asked]
    raw_ms, our_ms = (float(np.median(side)) * 1000 for side in zip(*times, strict=True))
    written = {path.name for path in home.snapshots.rglob("*.keywords")} - before
    print(f"{len(corpus):,} chunks, top {top_k}, {len(asked)} questions")
    print(f"raw embed + faiss + bm25s p50 {raw_ms:.2f} ms, Retriever.search p50 {our_ms:.2f} ms")
    print(f"ratio {our_ms / raw_ms:.3f}; keyword files written meanwhile: {len(written)}")
    retriever.close()
    store.close()


if __name__ == "__main__":
    main()
