"""`Segments`: a collection's vectors and keywords as a few immutable files, of which a change writes only the newest.

A segment is a file as `index.segments.vectors.build` writes it, sorted by id, beside it a keyword file of the same
rows, and the numbers of its rows that are dead. A text that dies is noted in a new file of dead rows; new ones make a
new segment. No file is ever written twice, so snapshots share them by hard links. `index.segments.growth` writes
segments and holds the rule of when they are merged.

The first segment (the base) is `ivf8` where that pays; all newer ones (the tail) are flat, so that a trained
quantizer never meets a vector that it was not trained on: it cannot drift.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.arrays import Floats, Ids, Mask
from index.errors import SnapshotDamaged
from index.segments.keywords import Hashes, term_hashes
from index.segments.open_segment import OpenFiles, Part
from index.segments.segment import Segment

_BLOCK = 64  # scores of which the best is taken first


class Segments:
    """A collection's open segments, searched as one index. Searches may come from several threads at once."""

    def __init__(self, parts: Sequence[Part], dimension: int) -> None:
        self._parts = tuple(parts)
        self._lock = threading.Lock()
        self.dimension = dimension
        self.count = sum(part.living for part in parts)
        indexes = [part.shared.index for part in parts]
        self.kind = " + ".join(dict.fromkeys(index.kind for index in indexes)) or "flat"
        largest = max(indexes, key=lambda index: index.count, default=None)
        self.device = "cpu (nothing to search)" if largest is None else largest.device

    @classmethod
    def open(
        cls,
        folder: Path,
        segments: Sequence[Segment],
        dimension: int,
        *,
        device: str = "auto",
        threads: int = 0,
        reuse: Segments | None = None,
    ) -> Segments:
        """Open these segments of a snapshot's folder; the largest uses `device`, the others the CPU.

        A vector file that `reuse` has open under the same name is shared with it and not read again (names are never
        used twice); it is closed with its last user. SnapshotDamaged where a file is broken or not the one named.
        """
        if device not in ("auto", "cpu", "gpu"):
            raise ValueError(f"unknown device {device!r}; there are auto, cpu and gpu")
        lent = {} if reuse is None else {part.shared.key: part.shared for part in reuse._parts}
        largest = max(segments, key=lambda segment: segment.count, default=None)
        taken: list[OpenFiles] = []
        parts: list[Part] = []
        try:
            for segment in segments:
                key = (segment.file, segment.keywords, device if segment is largest else "cpu", threads)
                shared = lent.get(key)
                if shared is None or not shared.take():
                    shared = OpenFiles(key, folder)
                taken.append(shared)
                found = (shared.index.count, shared.index.dimension, shared.index.kind)
                if found != (segment.count, dimension, segment.kind):
                    raise SnapshotDamaged(
                        f"The vector index {folder / segment.file} is {found[0]} x {found[1]} {found[2]} instead of "
                        f"{segment.count} x {dimension} {segment.kind}. Run `ingest` again."
                    )
                if shared.keywords is not None and shared.keywords.header.count != segment.count:
                    raise SnapshotDamaged(
                        f"The keyword file {shared.keywords.path} is of another segment. Run `ingest` again."
                    )
                parts.append(Part(shared, segment.alive(folder), segment.living))
        except BaseException:
            for shared in taken:
                shared.drop()
            raise
        return cls(parts, dimension)

    def again(self) -> Segments | None:
        """The same once more, to be closed for itself; None where it was closed."""
        taken = [part.shared for part in self._parts if part.shared.take()]
        if len(taken) == len(self._parts):
            return Segments(self._parts, self.dimension)
        for shared in taken:
            shared.drop()
        return None

    def search(self, queries: Floats, k: int, allowed: Ids | None = None) -> tuple[Floats, Ids]:
        """Inner products (q, k) and ids (q, k) of the nearest living vectors, best first, equal scores by id.

        Missing ones are -inf and -1. With `allowed` (fastest when ascending) only those ids may come, and each that
        lives can. How exact it is, `VectorIndex.search` says for each kind. ValueError for a wrong shape or k.
        """
        queries = np.ascontiguousarray(queries, np.float32)
        if queries.ndim != 2 or queries.shape[1] != self.dimension:
            raise ValueError(f"queries of shape {queries.shape} for an index of dimension {self.dimension}")
        if k < 1:
            raise ValueError(f"k is {k}; it must be at least 1")
        parts = [part for part in self._parts if part.living]
        if not parts:
            return np.full((len(queries), k), -np.inf, np.float32), np.full((len(queries), k), -1, np.int64)
        found = [part.shared.index.search(queries, k, allowed, part.alive) for part in parts]
        if len(found) == 1:
            return found[0]
        scores, ids = (np.concatenate(columns, axis=1) for columns in zip(*found, strict=True))
        best = np.lexsort((ids, -scores), axis=-1)[:, :k]
        return np.take_along_axis(scores, best, -1), np.take_along_axis(ids, best, -1)

    def keyword_search(self, terms: Sequence[str], k: int, allowed: Ids | None = None) -> tuple[Floats, Ids]:
        """BM25 scores (n,), best first, equal scores by id, and ids (n,) of at most `k` living texts that have a term.

        Segments whose keyword files are missing, or of other terms than `analysis` makes now, find nothing.
        A term counts as often as it is given. With `allowed` (fastest when ascending) only those ids may come.
        ValueError for a `k` below 1.
        """
        if k < 1:
            raise ValueError(f"k is {k}; it must be at least 1")
        hashes, weights = self._weighed(terms)
        all_scores, all_ids = [np.zeros(0, np.float32)], [np.zeros(0, np.int64)]
        for part in self._parts if len(hashes) else ():
            if part.keywords is not None:
                scores = np.zeros(part.shared.index.count, np.float32)
                part.keywords.add_scores(hashes, weights, scores)
                rows = _best(scores, k, part.permitted(allowed))
                all_scores.append(scores[rows])
                all_ids.append(part.shared.index.ids[rows])
        scores, ids = np.concatenate(all_scores), np.concatenate(all_ids)
        best = np.lexsort((ids, -scores))[:k]
        return scores[best], ids[best]

    def keyword_scores(self, terms: Sequence[str], ids: Ids) -> Floats:
        """(n,) the BM25 scores of these ids, in their order; 0 for one that has none of the terms or does not live."""
        ids = np.asarray(ids, np.int64)
        found = np.zeros(len(ids), np.float32)
        hashes, weights = self._weighed(terms)
        for part in self._parts if len(hashes) else ():
            if part.keywords is not None:
                rows = part.rows(ids)
                here = rows >= 0
                found[here] = part.keywords.scores(hashes, weights, rows[here])
        return found

    def keyword_impacts(self, terms: Sequence[str], ids: Ids) -> Floats:
        """(n terms, n ids) what each of these terms gives each of these ids, less its idf; 0 for one that does not live
        or has it not."""
        ids = np.asarray(ids, np.int64)
        found = np.zeros((len(terms), len(ids)), np.float32)
        hashes = term_hashes(terms)
        for part in self._parts:
            if part.keywords is not None:
                rows = part.rows(ids)
                here = np.flatnonzero(rows >= 0)
                found[:, here] = part.keywords.impacts_in(hashes, rows[here])
        return found

    def having(self, term: str, ids: Ids) -> Mask:
        """(n,) true for each of these ids that lives and has the term."""
        ids = np.asarray(ids, np.int64)
        found = np.zeros(len(ids), np.bool_)
        hashes = term_hashes([term])
        for part in self._parts:
            if part.keywords is not None:
                rows = part.rows(ids)
                here = rows >= 0
                found[here] |= part.keywords.scores(hashes, np.ones(1, np.float32), rows[here]) > 0
        return found

    def known(self, terms: Sequence[str]) -> Mask:
        """(n,) true for each of these terms that any text has, or had until its segment is merged."""
        hashes = term_hashes(terms)
        found = np.zeros(len(hashes), np.bool_)
        for part in self._parts:
            if part.keywords is not None:
                start, end = part.keywords.find(hashes)
                found |= end > start
        return found

    def idf(self, terms: Sequence[str]) -> Floats:
        """(n,) how rare each of these terms is: log(1 + (N - df + 0.5) / (df + 0.5)), as in Lucene.

        N rows in all, of which df have the term; rows that have died count until their segment is merged.
        """
        return self._idf(term_hashes(terms))

    def share(self, term: str) -> float:
        """The share (0 to 1) of the rows that have a term; rows that have died count until their segment is merged."""
        having, rows = self._having(term_hashes([term]))
        return int(having[0]) / rows if rows else 0.0

    def _having(self, hashes: Hashes) -> tuple[Ids, int]:
        """How many rows have each of these terms, (n,), and how many rows there are."""
        having, rows = np.zeros(len(hashes), np.int64), 0
        for part in self._parts:
            if part.keywords is not None:
                start, end = part.keywords.find(hashes)
                having += end - start
                rows += part.keywords.header.count
        return having, rows

    def _idf(self, hashes: Hashes) -> Floats:
        having, rows = self._having(hashes)
        return np.log1p((rows - having + 0.5) / (having + 0.5)).astype(np.float32)

    def _weighed(self, terms: Sequence[str]) -> tuple[Hashes, Floats]:
        """The different terms, and the weight of each: its idf times how often it was given."""
        counted = Counter(terms)
        hashes = term_hashes(list(counted))
        return hashes, self._idf(hashes) * np.fromiter(counted.values(), np.float32, len(counted))

    def vectors(self, ids: Ids) -> Floats:
        """The stored vectors (n, dimension) of these ids, in their order; KeyError names one that does not live."""
        ids = np.asarray(ids, np.int64)
        vectors = np.empty((len(ids), self.dimension), np.float32)
        missing = np.ones(len(ids), np.bool_)
        for part in self._parts:
            here = part.rows(ids) >= 0
            if here.any():
                vectors[here] = part.shared.index.vectors(ids[here])
                missing &= ~here
        if missing.any():
            raise KeyError(f"no vector has the id {ids[missing][0]}")
        return vectors

    def has(self, ids: Ids) -> Mask:
        """(n,) true for each of these ids that lives in the index."""
        ids = np.asarray(ids, np.int64)
        found = np.zeros(len(ids), np.bool_)
        for part in self._parts:
            found |= part.rows(ids) >= 0
        return found

    def ids(self) -> Ids:
        """All living ids, ascending."""
        living = [
            part.shared.index.ids if part.alive is None else part.shared.index.ids[part.alive] for part in self._parts
        ]
        return np.sort(np.concatenate([*living, np.zeros(0, np.int64)]))

    def close(self) -> None:
        """Let the files go, but for those that another `Segments` uses; may be repeated."""
        with self._lock:
            parts, self._parts, self.count = self._parts, (), 0
        for part in parts:
            part.shared.drop()


def _best(scores: Floats, k: int, permitted: Mask | None) -> Ids:
    """The rows of the `k` best scores above 0 (more where the last are equal) among those permitted, in no order."""
    if permitted is not None:
        scores = np.where(permitted, scores, 0)
    least = np.float32(0)
    if len(scores) > k * _BLOCK:  # the k-th best of the blocks' best: few scores reach it, and partition takes long
        blocks = len(scores) // _BLOCK
        maxima = scores[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(axis=1)
        least = np.partition(maxima, blocks - k)[blocks - k]
    rows = np.flatnonzero(scores >= least if least > 0 else scores > 0)
    if len(rows) > k:
        least = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
        rows = rows[scores[rows] >= least]
    return rows
