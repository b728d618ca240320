"""Which kind of index, at which size? Build time, size, latency and recall of each kind against exact search.

    python benchmarks/index_kinds.py                          # 10,000 and 100,000 vectors: a few minutes
    python benchmarks/index_kinds.py --sizes 300000 --kinds flat scan8 hnsw8
    python benchmarks/index_kinds.py --seeds real.npy         # grow the vectors from real ones, (n, dimension)

Every kind but `flat` finds candidates in a compressed form and re-ranks them with the full vectors. The search
parameter (nprobe or efSearch) is the smallest that reaches the recall asked for. Latencies are of one query at a time
on one thread, `flat` again before and after each kind, so that the ratio compares neighbours in time.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
K = 10
IP = faiss.METRIC_INNER_PRODUCT
SQ = faiss.ScalarQuantizer


def invent(n: int, dimension: int, rng: np.random.Generator) -> Floats:
    """Vectors like e5's: a strong common direction, clusters of uneven size, noise of falling variance.

    Two unrelated ones have a cosine of about 0.75, neighbours of about 0.9.
    """
    spectrum = np.arange(1, dimension + 1, dtype=np.float32) ** -0.4
    spectrum /= np.linalg.norm(spectrum)
    mean = rng.normal(size=dimension).astype(np.float32)
    mean /= np.linalg.norm(mean)
    clusters = max(20, n // 200)
    centres = rng.normal(size=(clusters, dimension)).astype(np.float32) * spectrum
    sizes = 1 / np.arange(1, clusters + 1) ** 0.7
    of = rng.choice(clusters, n, p=sizes / sizes.sum())
    out = np.empty((n, dimension), np.float32)
    for i in range(0, n, 50_000):
        noise = rng.normal(size=(len(of[i : i + 50_000]), dimension)).astype(np.float32) * spectrum
        out[i : i + 50_000] = 0.86 * mean + 0.40 * centres[of[i : i + 50_000]] + 0.30 * noise
    return out / np.linalg.norm(out, axis=1, keepdims=True)


def grow(seeds: Floats, n: int, rng: np.random.Generator) -> Floats:
    """`n` vectors grown from real ones: a point between two neighbours, moved by half the difference of two others."""
    near = faiss.knn(seeds, seeds, 12, metric=IP)[1]

    def pair(size: int) -> tuple[Floats, Floats]:
        first = rng.integers(len(seeds), size=size)
        return seeds[first], seeds[near[first, rng.integers(1, 12, size=size)]]

    out = np.empty((n, seeds.shape[1]), np.float32)
    for i in range(0, n, 50_000):
        size = min(50_000, n - i)
        (a, b), (c, d) = pair(size), pair(size)
        out[i : i + size] = a + rng.random((size, 1), np.float32) * (b - a) + 0.5 * (c - d)
    return out / np.linalg.norm(out, axis=1, keepdims=True)


def recall(found: npt.NDArray[np.int64], truth: npt.NDArray[np.int64]) -> float:
    """The share of the true neighbours that were found."""
    return float(np.mean([len(set(f) & set(t)) / len(t) for f, t in zip(found.tolist(), truth.tolist(), strict=True)]))


def median_ms(search: Callable[[Floats], Any], queries: Floats) -> float:
    """The median time of one query, in milliseconds."""
    times = []
    for i in range(len(queries)):
        start = time.perf_counter()
        search(queries[i : i + 1])
        times.append(time.perf_counter() - start)
    return float(np.median(times) * 1000)


def reranked(index: Any, data: Floats, candidates: int, parameters: Any = None) -> Callable[[Floats], Any]:
    """Search `index` for candidates and order them by the full vectors."""

    def search(queries: Floats) -> Any:
        rows = index.search(queries, candidates, params=parameters)[1]
        products = np.empty(rows.shape, np.float32)
        swig = faiss.swig_ptr
        faiss.fvec_inner_products_by_idx(
            swig(products), swig(queries), swig(data), swig(rows), data.shape[1], *rows.shape
        )
        return np.take_along_axis(rows, np.argsort(-products, axis=1)[:, :K], 1)

    return search


def construct(kind: str, data: Floats) -> tuple[Any, list[tuple[str, Any]]]:
    """A built index of this kind, and the search parameters to try, cheapest first."""
    n, dimension = data.shape
    lists = int(2 ** np.round(np.log2(2 * np.sqrt(n))))
    probes = [
        (f"nprobe {p}", faiss.SearchParametersIVF(nprobe=p))
        for p in (2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
        if p < lists
    ]
    efforts = [(f"efSearch {e}", faiss.SearchParametersHNSW(efSearch=e)) for e in (32, 48, 64, 96, 128, 192, 256, 512)]
    scans = {"scan8": SQ.QT_8bit, "scan16": SQ.QT_fp16, "scanbf16": SQ.QT_bf16}
    if kind in scans:
        index, options = faiss.IndexScalarQuantizer(dimension, scans[kind], IP), [("", None)]
    elif kind == "hnsw32":
        index, options = faiss.IndexHNSWFlat(dimension, 16, IP), efforts
    elif kind == "hnsw8":
        index, options = faiss.IndexHNSWSQ(dimension, SQ.QT_8bit, 16, IP), efforts
    elif kind == "pqfs":
        index, options = faiss.IndexPQFastScan(dimension, dimension // 2, 4, IP), [("", None)]
    else:
        factory = {"ivf32": "Flat", "ivf8": "SQ8", "ivfpqfs": f"PQ{dimension // 2}x4fs"}[kind]
        index, options = faiss.index_factory(dimension, f"IVF{lists},{factory}", IP), probes
        index.cp.niter = 10
    if kind.startswith("hnsw"):
        index.hnsw.efConstruction = 80
    sample = data[np.sort(np.random.default_rng(1).choice(n, min(n, 40 * lists), replace=False))]
    index.train(sample)
    index.add(data)
    return index, options


def measure(kind: str, data: Floats, queries: Floats, truth: Any, goal: float) -> str:
    """One line of the table."""

    def flat(one: Floats) -> Any:
        return faiss.knn(one, data, K, metric=IP)

    if kind == "flat":
        ms = median_ms(flat, queries)
        return f"| {len(data):,} | flat | - | 0 | 0 | {ms:.2f} | 1.00 | 1.000 |"
    start = time.perf_counter()
    faiss.omp_set_num_threads(THREADS)
    index, options = construct(kind, data)
    seconds = time.perf_counter() - start
    size = faiss.serialize_index(index).nbytes / 2**20
    candidates = 10 * K if "pq" in kind else 3 * K
    name = ""
    for name, parameters in options:  # noqa: B007 - the last one stays
        search = reranked(index, data, candidates, parameters)
        reached = recall(search(queries), truth)
        if reached >= goal:
            break
    faiss.omp_set_num_threads(1)
    before, ms, after = median_ms(flat, queries), median_ms(search, queries), median_ms(flat, queries)
    ratio = ms / ((before + after) / 2)
    return f"| {len(data):,} | {kind} | {name} | {seconds:.1f} | {size:.0f} | {ms:.2f} | {ratio:.3f} | {reached:.3f} |"


THREADS = faiss.omp_get_max_threads()
KINDS = ["flat", "scanbf16", "scan16", "scan8", "pqfs", "ivf32", "ivf8", "ivfpqfs", "hnsw32", "hnsw8"]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--recall", type=float, default=0.97)
    parser.add_argument("--seeds", type=Path, help="real vectors, .npy, to grow the data from")
    args = parser.parse_args()
    print("| vectors | kind | searched with | build s | MiB beside the vectors | p50 ms | time / flat | recall@10 |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for n in args.sizes:
        rng = np.random.default_rng(0)
        count = n + args.queries
        data = grow(np.load(args.seeds), count, rng) if args.seeds else invent(count, args.dimension, rng)
        data, queries = np.ascontiguousarray(data[: -args.queries]), np.ascontiguousarray(data[-args.queries :])
        truth = faiss.knn(queries, data, K, metric=IP)[1]
        for kind in args.kinds:
            faiss.omp_set_num_threads(1)
            print(measure(kind, data, queries, truth, args.recall), flush=True)
    print(f"faiss {faiss.__version__}, {THREADS} threads to build, one to search", file=sys.stderr)


if __name__ == "__main__":
    main()
