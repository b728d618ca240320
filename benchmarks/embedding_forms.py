"""Speed of each numeric form of the embedder over a bare `SentenceTransformer.encode(chunks, batch_size=32)` in fp32.

    python benchmarks/embedding_forms.py --data ../shared/data --models ~/.local/share/xuanji/models

All in one process, the forms taking turns within each round; of each form the fastest round counts. The chunks are
three quarters short product rows and one quarter manual sections, English and Chinese (benchmarks/corpora.py).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from corpora import mixed_chunks
from sentence_transformers import SentenceTransformer

from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from index.embedding.tokens import TokenCounter


def timed(work: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    """Seconds of wall time, and the result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def query_latency(embed: Callable[[list[str]], np.ndarray]) -> float:
    """Median milliseconds of one query of about a dozen tokens."""
    spent = [timed(lambda n=n: embed([f"how long is the warranty of kettle {n}?"]))[0] for n in range(50)]
    return 1000 * float(np.median(spent))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--forms", nargs="+", default=["fp32", "onnx-fp32", "onnx-int8"])
    parser.add_argument("--rows", type=int, default=225)
    parser.add_argument("--sections", type=int, default=75)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()

    folder = prepare_embedder(options.models, measure=False)
    chunks = mixed_chunks(options.data, options.rows, options.sections)
    opened = {form: open_embedder(folder, form=form, device="cpu") for form in options.forms}
    bare = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    runs: dict[str, Callable[[], np.ndarray]] = {
        "bare encode": lambda: bare.encode(chunks, batch_size=32, prompt_name="passage", show_progress_bar=False),
        **{form: (lambda embedder=embedder: embedder.embed_passages(chunks)) for form, embedder in opened.items()},
    }

    counter = TokenCounter(opened[options.forms[0]].tokenizer_file)
    counts = np.array(counter.count(["passage: " + chunk for chunk in chunks]))
    by_characters = np.argsort([-len(chunk) for chunk in chunks])
    padded = sum(
        len(batch) * counts[batch].max() for batch in (by_characters[i : i + 32] for i in range(0, len(chunks), 32))
    )
    print(
        f"{len(chunks)} chunks, {counts.sum()} tokens; bare encode computes {padded / counts.sum():.2f} times as many"
    )

    best: dict[str, float] = {}
    vectors: dict[str, np.ndarray] = {}
    for _ in range(options.rounds):
        for name, work in runs.items():
            seconds, vectors[name] = timed(work)
            best[name] = min(seconds, best.get(name, seconds))
    print(f"{'form':16} {'chunks/s':>9} {'ratio':>6} {'lowest cosine':>14} {'largest gap':>12} {'query p50 ms':>13}")
    for name, seconds in best.items():
        cosine = (vectors[name] * vectors["bare encode"]).sum(1).min()
        gap = np.abs(vectors[name] - vectors["bare encode"]).max()
        latency = query_latency(opened[name].embed_queries) if name in opened else float("nan")
        ratio = best["bare encode"] / seconds
        print(f"{name:16} {len(chunks) / seconds:9.1f} {ratio:6.2f} {cosine:14.5f} {gap:12.1e} {latency:13.1f}")


if __name__ == "__main__":
    main()
