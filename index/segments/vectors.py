"""`VectorIndex`: which stored vectors lie nearest to a query.

It knows nothing of texts, chunks or filters: callers name vectors by id, and a filter is the ids it allows.

The file's full vectors are the master. Whatever finds candidates faster (clusters of compressed vectors, a GPU with
half the precision) is followed by the full vectors' inner products, so that scores are the same on every kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.arrays import Floats, Ids
from index.gather import Gathered, searching
from index.segments.faiss_search import (
    LEAST,
    TARGET_RECALL,
    Candidates,
    check_installed,
    choose_probes,
    cluster,
    nearest,
    probe,
    products,
    read_clusters,
    sees_gpu,
    to_gpu,
    use_threads,
    write_clusters,
)
from index.segments.vectorfile import Header, VectorFile, VectorFileWriter

EXACT_UP_TO = 50_000
FEW_ROWS = 4_096
"""Up to here `auto` searches exhaustively; docs/benchmarks.md has the measurement."""

KINDS = ("flat", "ivf8")
"""`flat` compares with every vector; `ivf8` with those in the clusters nearest to the query, at one
byte per dimension."""

_SPARE = 3  # candidates per wanted result: compressed vectors are near, the full ones decide
_FEW = 20_000  # among so few, all inner products are cheaper than searching and checking
_MOSTLY = 0.75  # from this share of the rows on, what is spare anyhow makes up for those that may not come
_MORE = 8  # times as many candidates, where too few of them may come
_TOGETHER = 128  # searches that a GPU does in one batch
_MOST = 1024  # candidates of one search; a GPU index gives at most 2048


def build(path: Path, batches: Iterable[tuple[Ids, Floats]], *, count: int, dimension: int, kind: str = "auto") -> str:
    """Write the index of `count` unit vectors to `path` and return its kind.

    `batches` is consumed once; each is (n,) ids and (n, dimension) vectors. The vectors go straight to the disk, and
    what must be trained reads its sample from there, so that no more than one batch and
    the one-byte copy are in memory.
    `kind` is "auto" or one of `KINDS`; clusters that miss `TARGET_RECALL` at every effort are given up for "flat".

    Raises ValueError for wrong shapes, counts or repeated ids, and StorageUnavailable where the disk refuses; in both
    cases whatever stood at `path` still does.
    """
    if kind not in ("auto", *KINDS):
        raise ValueError(f"unknown kind of index {kind!r}; there are {', '.join(KINDS)}")
    if kind == "auto":
        kind = "flat" if count <= EXACT_UP_TO else "ivf8"
    with VectorFileWriter(path, count, dimension) as file:
        vectors = file.write_vectors(batches)
        if kind == "ivf8" and count:
            clusters = cluster(vectors)
            parameters = choose_probes(clusters, vectors)
            if parameters["recall"] >= TARGET_RECALL:
                file.finish(kind, parameters, lambda to: write_clusters(clusters, to))
                return kind
        file.finish("flat", {})
        return "flat"


class VectorIndex:
    """An open index. Searches may come from several threads at once; all results are (queries, k), best first."""

    def __init__(self, file: VectorFile, device: str = "auto", threads: int = 0) -> None:
        check_installed()
        self._threads = threads
        self.kind = file.header.kind
        self.count = file.header.count
        self.dimension = file.header.dimension
        self._file = file
        self._vectors = file.vectors
        self._ids = file.ids
        self._candidates: Candidates | None = None  # None: exhaustive search is the way
        self.device = self._choose_device(device)
        if self._candidates is None and self.kind == "ivf8":
            self._candidates = probe(read_clusters(file), int(file.header.parameters["probes"]))

    @classmethod
    def open(cls, path: Path, *, device: str = "auto", threads: int = 0) -> VectorIndex:
        """Open the file that `build` wrote.

        `device` is "auto", "cpu" or "gpu"; the attribute `device` says what is used, and why where it is not what was
        asked for. `threads` (0: all cores) is how many a batch of queries may use. SnapshotDamaged on a broken file.
        """
        if device not in ("auto", "cpu", "gpu"):
            raise ValueError(f"unknown device {device!r}; there are auto, cpu and gpu")
        return cls(VectorFile.open(path), device, threads)

    def search(
        self, queries: Floats, k: int, allowed: Ids | None = None, alive: npt.NDArray[np.bool_] | None = None
    ) -> tuple[Floats, Ids]:
        """Inner products (q, k) and ids (q, k) of the nearest vectors; missing ones are -inf and -1.

        With `allowed` only those ids may come, with `alive` (count,) only rows that are true in it; and each of them
        can. Exact for `flat`, and on every kind among up to 20,000 such rows; beyond, the kind's candidates
        are over-fetched and checked, and where fewer than k of them may come the search is repeated exactly.
        """
        queries = np.ascontiguousarray(queries, np.float32)
        if queries.ndim != 2 or queries.shape[1] != self.dimension:
            raise ValueError(f"queries of shape {queries.shape} for an index of dimension {self.dimension}")
        if k < 1:
            raise ValueError(f"k is {k}; it must be at least 1")
        if self._threads:
            use_threads(self._threads)  # holds for the calling thread alone
        mask = alive
        if allowed is not None:
            mask = self._file.mask(allowed) if alive is None else self._file.mask(allowed) & alive
        if mask is not None:
            scores, rows = self._among(queries, k, mask)
        elif self._candidates is not None and _SPARE * k <= _MOST:
            scores, rows = self._near(queries, max(LEAST, _SPARE * k), self._candidates)
        else:
            scores, rows = self._exhaustive(queries, k)
        return self._answer(scores, rows, k)

    def vectors(self, ids: Ids) -> Floats:
        """The stored vectors (n, dimension) of these ids, in their order; KeyError names an id that is not
        stored."""
        rows = self.locate(ids)
        if len(missing := np.asarray(ids)[rows < 0]):
            raise KeyError(f"no vector has the id {missing[0]}")
        return np.array(self._vectors[rows])

    def close(self) -> None:
        """Let go of the file, and of the GPU's memory."""
        self._file = VectorFile(self._file.path, Header(0, self.dimension))
        self._vectors, self._ids = self._file.vectors, self._file.ids
        self._candidates, self.count = None, 0

    def _exhaustive(self, queries: Floats, k: int) -> tuple[Floats, Ids]:
        """The best of all rows."""
        if not self.count:
            return np.empty((len(queries), 0), np.float32), np.empty((len(queries), 0), np.int64)
        return nearest(queries, self._vectors, min(k, self.count))

    def _near(self, queries: Floats, n: int, candidates: Candidates) -> tuple[Floats, Ids]:
        """(q, n) candidates with their true inner products, in no order; a row may be -1."""
        rows = candidates(queries, min(n, self.count))[1]
        return self._products(queries, rows), rows

    def _among(self, queries: Floats, k: int, mask: npt.NDArray[np.bool_]) -> tuple[Floats, Ids]:
        """The best of the rows that are true in `mask`."""
        living, wanted = int(np.count_nonzero(mask)), max(LEAST, _SPARE * k)
        if living > (self.count // 2 if self._candidates is None else _FEW):
            enough = min(living, k if self._candidates is None else 2 * k)
            if living < _MOSTLY * self.count:
                wanted = int(1.5 * wanted * self.count / living)
            while wanted <= _MOST:
                if self._candidates is None:
                    scores, near = self._exhaustive(queries, wanted)
                else:
                    scores, near = self._near(queries, wanted, self._candidates)
                valid = (near >= 0) & mask[near]
                if np.all(valid.sum(axis=1) >= enough):
                    scores[~valid], near[~valid] = -np.inf, -1
                    return scores, near
                wanted *= _MORE
        rows = np.flatnonzero(mask)
        scores = np.empty((len(queries), min(k, len(rows))), np.float32)
        best = np.empty(scores.shape, np.int64)
        for i in range(len(queries) if len(rows) else 0):
            products = self._products(queries[i : i + 1], rows[None])[0]
            top = np.argpartition(-products, scores.shape[1] - 1)[: scores.shape[1]]
            scores[i], best[i] = products[top], rows[top]
        return scores, best

    def _products(self, queries: Floats, rows: Ids) -> Floats:
        """(q, n) inner products of each query with its own (q, n) rows; -inf where a row is -1."""
        if len(queries) == 1 and rows.size <= FEW_ROWS and (rows >= 0).all():
            # waking faiss's threads for this costs ten times the work itself when the cores are busy
            alone: Floats = (self._vectors[rows[0]] @ queries[0])[None]
            return alone
        return products(queries, self._vectors, rows)

    def _answer(self, scores: Floats, rows: Ids, k: int) -> tuple[Floats, Ids]:
        """Rows to ids, best first, equal scores by row, padded to k."""
        order = np.lexsort((rows, -scores), axis=-1)[:, :k]
        scores, rows = np.take_along_axis(scores, order, -1), np.take_along_axis(rows, order, -1)
        all_scores = np.full((len(scores), k), -np.inf, np.float32)
        all_ids = np.full((len(scores), k), -1, np.int64)
        all_scores[:, : scores.shape[1]] = np.where(rows < 0, -np.inf, scores)
        all_ids[:, : rows.shape[1]] = np.where(rows < 0, -1, self._ids[rows] if self.count else -1)
        return all_scores, all_ids

    @property
    def ids(self) -> Ids:
        """(count,) the stored ids, by row."""
        return self._ids

    def mask(self, ids: Ids) -> npt.NDArray[np.bool_]:
        """(count,) true at the rows of these ids."""
        return self._file.mask(ids)

    def locate(self, ids: Ids) -> Ids:
        """(n,) row numbers of these ids in the file, -1 for one that is not stored."""
        return self._file.locate(ids)

    def _choose_device(self, wanted: str) -> str:
        """Move the vectors to the GPU if that is wanted and works; say in words what is used."""
        if wanted == "cpu":
            return "cpu"
        if not sees_gpu():
            return "cpu" if wanted == "auto" else "cpu (faiss sees no GPU)"
        if not self.count:
            return "cpu (nothing to search)"
        try:
            search = to_gpu(self._vectors)
        except RuntimeError as error:  # faiss's one exception: out of memory, driver, architecture
            return f"cpu (the GPU failed: {str(error).splitlines()[0]})"
        calls = Gathered(searching(search), _TOGETHER)  # faiss's GPU indexes are not safe for two threads
        self._candidates = lambda queries, n: calls((queries, n))
        return "gpu"
