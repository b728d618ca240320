"""Nearest vectors, by faiss: among all, in clusters of compressed ones, on a GPU. The one file that knows faiss."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import IO, Any

import numpy as np

from index.arrays import Floats, Ids
from index.errors import MissingPackage, SnapshotDamaged
from index.segments.vectorfile import VectorFile

TARGET_RECALL = 0.99
"""Recall@10 that the number of clusters searched is chosen for, on invented queries; the promise is 0.95."""

LEAST = 30  # candidates, however few are wanted: what the search effort was chosen with
_PROBES = (4, 6, 8, 12, 16, 24, 32, 40, 48, 64, 80, 96, 128, 192, 256, 384, 512)
_TRAINED_ON = 40  # vectors per cluster; faiss asks for 39
_BLOCK = 50_000  # vectors that are handed to faiss at a time
_GPU_TEMPORARY = 256 << 20  # bytes; faiss reserves 1.5 GiB unless told, and the language model needs them

Candidates = Callable[[Floats, int], tuple[Floats, Ids]]


def check_installed() -> None:
    """Raise MissingPackage where faiss is not there."""
    _faiss()


def use_threads(threads: int) -> None:
    """How many threads a batch of the calling thread's queries may use from now on."""
    _faiss().omp_set_num_threads(threads)


def sees_gpu() -> bool:
    """Whether faiss has a GPU to work with."""
    return bool(_faiss().get_num_gpus())


def nearest(queries: Floats, vectors: Floats, k: int) -> tuple[Floats, Ids]:
    """Inner products (q, k) and rows (q, k) of the best of all vectors."""
    faiss = _faiss()
    scores, rows = faiss.knn(queries, vectors, k, metric=faiss.METRIC_INNER_PRODUCT)
    return scores, rows


def products(queries: Floats, vectors: Floats, rows: Ids) -> Floats:
    """(q, n) inner products of each query with its own (q, n) rows; -inf where a row is -1."""
    faiss = _faiss()
    found = np.empty(rows.shape, np.float32)
    rows, swig = np.ascontiguousarray(rows), faiss.swig_ptr
    faiss.fvec_inner_products_by_idx(
        swig(found), swig(queries), swig(vectors), swig(rows), vectors.shape[1], *rows.shape
    )
    return found


def cluster(vectors: Floats) -> Any:
    """The vectors in about 2 sqrt(n) clusters, each vector compressed to one byte per dimension."""
    faiss = _faiss()
    lists = max(1, min(2 ** round(math.log2(2 * math.sqrt(len(vectors)))), len(vectors) // _TRAINED_ON))
    clusters = faiss.index_factory(vectors.shape[1], f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    clusters.cp.niter = 10
    clusters.train(vectors[_sample_rows(len(vectors), max(_TRAINED_ON * lists, 1000), seed=0)])
    for start in range(0, len(vectors), _BLOCK):
        clusters.add(vectors[start : start + _BLOCK])
    return clusters


def probe(clusters: Any, probes: int) -> Candidates:
    """Search this many clusters (nprobe), and more where more than `LEAST` candidates are wanted."""
    faiss = _faiss()

    def search(queries: Floats, n: int) -> tuple[Floats, Ids]:
        parameters = faiss.SearchParametersIVF(nprobe=min(probes * max(1, -(-n // LEAST)), clusters.nlist))
        scores, rows = clusters.search(queries, n, params=parameters)
        return scores, rows

    return search


def choose_probes(clusters: Any, vectors: Floats) -> dict[str, Any]:
    """The fewest clusters to search that reaches `TARGET_RECALL`@10 on made-up queries, and the recall it reached.

    A stored vector finds itself too easily, and so does one moved a little: questions lie apart from all passages. So a
    query here is a stored vector moved by one and a half times the difference of two others, about as far from its
    nearest neighbour as e5's questions are (cosine 0.80 to 0.86), and hardest to serve of the movements tried.
    """
    faiss = _faiss()
    moved = vectors[np.random.default_rng(1).permutation(_sample_rows(len(vectors), 300, seed=1))]
    there, back = (np.roll(moved, shift, axis=0) for shift in (1, 2))
    queries = np.ascontiguousarray(moved + 1.5 * (there - back), np.float32)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    k = min(10, len(vectors))
    truth = faiss.knn(queries, vectors, k, metric=faiss.METRIC_INNER_PRODUCT)[0][:, -1:]
    chosen: dict[str, Any] = {}
    for probes in _PROBES:
        rows = probe(clusters, probes)(queries, min(LEAST, len(vectors)))[1]
        products = np.einsum("qd,qnd->qn", queries, vectors[rows]) - np.where(rows < 0, np.inf, 0)
        found = np.minimum((products >= truth - 1e-6).sum(axis=1), k)
        chosen = {"probes": probes, "recall": round(float(found.mean()) / k, 4)}
        if chosen["recall"] >= TARGET_RECALL:
            break
    return chosen


def write_clusters(clusters: Any, to: IO[bytes]) -> None:
    """The clusters as faiss writes it. OSError where the disk refuses."""
    faiss = _faiss()
    refusals: list[OSError] = []

    def write(data: bytes) -> int:
        try:
            return to.write(data)
        except OSError as error:  # faiss would make a RuntimeError of it
            refusals.append(error)
            raise

    try:
        faiss.write_index(clusters, faiss.PyCallbackIOWriter(write))
    except RuntimeError:
        if refusals:
            raise refusals[0] from None
        raise


def read_clusters(file: VectorFile) -> Any:
    """The clusters that `_write` wrote. SnapshotDamaged where faiss cannot read them or they are another's."""
    faiss = _faiss()
    try:
        with file.read_structure() as stream:
            clusters = faiss.read_index(faiss.PyCallbackIOReader(stream.read))
    except RuntimeError as error:
        raise SnapshotDamaged(f"The vector index {file.path} has unreadable clusters: {error}") from error
    if clusters.ntotal != file.header.count or clusters.d != file.header.dimension:
        raise SnapshotDamaged(f"The vector index {file.path} has clusters of {clusters.ntotal} x {clusters.d} vectors")
    return clusters


def to_gpu(vectors: Floats) -> Candidates:
    """The vectors on the first GPU, in float16; tried with one add and one search first. RuntimeError on failure.

    The function that comes back belongs to one thread. faiss ignores selectors there, so it takes none.
    """
    faiss = _faiss()
    resources = faiss.StandardGpuResources()
    resources.setTempMemory(_GPU_TEMPORARY)
    config = faiss.GpuIndexFlatConfig()
    config.useFloat16 = True
    index = faiss.GpuIndexFlatIP(resources, vectors.shape[1], config)
    index.add(vectors[:1])
    if index.search(vectors[:1], 1)[1][0, 0] != 0:
        raise RuntimeError("it did not find the one vector it was given")
    for start in range(1, len(vectors), _BLOCK):
        index.add(vectors[start : start + _BLOCK])

    def search(queries: Floats, n: int) -> tuple[Floats, Ids]:
        assert resources is not None  # held here: the index would not survive it
        scores, rows = index.search(queries, n)
        return scores, rows

    return search


def _sample_rows(count: int, n: int, seed: int) -> Ids:
    """At most `n` different row numbers, ascending (so that the disk is read forwards)."""
    chosen = np.random.default_rng(seed).choice(count, min(n, count), replace=False)
    return np.sort(chosen).astype(np.int64)


def _faiss() -> Any:
    """The module, imported late because it takes a while and exists in two packages."""
    try:
        import faiss
    except ImportError as error:
        raise MissingPackage(
            "Vector search needs faiss: install `xuanji[cpu]`, or `xuanji[gpu]` on a machine with an NVIDIA GPU."
        ) from error
    return faiss
