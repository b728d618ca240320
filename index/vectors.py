"""`VectorIndex`: which stored vectors lie nearest to a query. The one file that knows faiss.

It knows nothing of texts, chunks or filters: callers name vectors by id, and a filter is the ids it allows.

Exact up to `EXACT_UP_TO` vectors.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from index.embedder import Floats
from index.errors import MissingPackage
from index.vectorfile import Ids, VectorFile, VectorFileWriter

EXACT_UP_TO = 50_000


def build(path: Path, batches: Iterable[tuple[Ids, Floats]], *, count: int, dimension: int, kind: str = "auto") -> str:
    """Write the index of `count` unit vectors to `path` and return its kind.

    `batches` is consumed once; each is (n,) ids and (n, dimension) vectors. The vectors go straight to the
    disk, and a kind that must be trained reads its sample from there. `kind` is "auto" or one of `KINDS`.

    Raises ValueError for wrong shapes, counts or repeated ids, and StorageUnavailable where the disk refuses;
    in both cases whatever stood at `path` still does.
    """
    with VectorFileWriter(path, count, dimension) as file:
        file.write_vectors(batches)
        file.finish("flat", {})
    return "flat"


class VectorIndex:
    """An open index. Searches may come from several threads at once; all results are (queries, k), best first."""

    def __init__(self, file: VectorFile, device: str = "auto", threads: int = 0) -> None:
        self._faiss = _faiss()
        if threads:
            self._faiss.omp_set_num_threads(threads)
        self.kind = file.header.kind
        self.count = file.header.count
        self.dimension = file.header.dimension
        self.device = "cpu"
        self._vectors = file.vectors
        self._ids = file.ids
        self._order = None if bool(np.all(np.diff(file.ids) > 0)) else np.argsort(file.ids)

    @classmethod
    def open(cls, path: Path, *, device: str = "auto", threads: int = 0) -> VectorIndex:
        """Open the file that `build` wrote.

        `device` is "auto", "cpu" or "gpu"; the attribute `device` says what is used, and why where it is not
        what was asked for. `threads` (0: all cores) is how many a batch of queries may use. SnapshotDamaged
        on a broken file.
        """
        return cls(VectorFile.open(path), device, threads)

    def search(self, queries: Floats, k: int, allowed: Ids | None = None) -> tuple[Floats, Ids]:
        """Inner products (q, k) and ids (q, k) of the nearest vectors; missing ones are -inf and -1.

        With `allowed` only those ids may come, and each of them can: the search among them is exact.
        """
        queries = np.ascontiguousarray(queries, np.float32)
        if queries.ndim != 2 or queries.shape[1] != self.dimension:
            raise ValueError(f"queries of shape {queries.shape} for an index of dimension {self.dimension}")
        if k < 1:
            raise ValueError(f"k is {k}; it must be at least 1")
        if allowed is not None:
            scores, rows = self._among(queries, k, self._rows(allowed))
        elif self.count:
            scores, rows = self._faiss.knn(
                queries, self._vectors, min(k, self.count), metric=self._faiss.METRIC_INNER_PRODUCT
            )
        else:
            scores, rows = np.empty((len(queries), 0), np.float32), np.empty((len(queries), 0), np.int64)
        return self._answer(scores, rows, k)

    def vectors(self, ids: Ids) -> Floats:
        """The stored vectors (n, dimension) of these ids, in their order; KeyError names an id that is not
        stored."""
        rows = self._locate(ids)
        if len(missing := np.asarray(ids)[rows < 0]):
            raise KeyError(f"no vector has the id {missing[0]}")
        return np.array(self._vectors[rows])

    def sample(self, n: int, seed: int = 0) -> Floats:
        """At most `n` different stored vectors, the same for the same seed."""
        return np.array(self._vectors[_sample_rows(self.count, n, seed)])

    def close(self) -> None:
        """Let go of the file."""
        self._vectors = np.zeros((0, self.dimension), np.float32)
        self._ids = np.zeros(0, np.int64)
        self._order, self.count = None, 0

    def _among(self, queries: Floats, k: int, rows: Ids) -> tuple[Floats, Ids]:
        """The best of these rows, by every inner product."""
        scores = np.empty((len(queries), min(k, len(rows))), np.float32)
        best = np.empty(scores.shape, np.int64)
        for i in range(len(queries) if len(rows) else 0):
            products = self._products(queries[i : i + 1], rows[None])[0]
            top = np.argpartition(-products, scores.shape[1] - 1)[: scores.shape[1]]
            scores[i], best[i] = products[top], rows[top]
        return scores, best

    def _products(self, queries: Floats, rows: Ids) -> Floats:
        """(q, n) inner products of each query with its own (q, n) rows; -inf where a row is -1."""
        swig = self._faiss.swig_ptr
        products = np.empty(rows.shape, np.float32)
        rows = np.ascontiguousarray(rows)
        self._faiss.fvec_inner_products_by_idx(
            swig(products), swig(queries), swig(self._vectors), swig(rows), self.dimension, *rows.shape
        )
        return products

    def _answer(self, scores: Floats, rows: Ids, k: int) -> tuple[Floats, Ids]:
        """Rows to ids, best first, equal scores by row, padded to k."""
        order = np.lexsort((rows, -scores), axis=-1)[:, :k]
        scores, rows = np.take_along_axis(scores, order, -1), np.take_along_axis(rows, order, -1)
        all_scores = np.full((len(scores), k), -np.inf, np.float32)
        all_ids = np.full((len(scores), k), -1, np.int64)
        all_scores[:, : scores.shape[1]] = np.where(rows < 0, -np.inf, scores)
        all_ids[:, : rows.shape[1]] = np.where(rows < 0, -1, self._ids[rows] if self.count else -1)
        return all_scores, all_ids

    def _locate(self, ids: Ids) -> Ids:
        """(n,) row numbers of these ids, -1 for one that is not stored."""
        ids = np.asarray(ids, np.int64)
        if not self.count:
            return np.full(len(ids), -1, np.int64)
        at = np.minimum(np.searchsorted(self._ids, ids, sorter=self._order), self.count - 1)
        rows = at if self._order is None else self._order[at]
        return np.where(self._ids[rows] == ids, rows, -1)

    def _rows(self, ids: Ids) -> Ids:
        """The rows of the stored ones among these ids, ascending and each once."""
        rows = np.unique(self._locate(ids))
        return rows[rows >= 0]


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
