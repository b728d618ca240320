"""Building: texts become a keyword file, and keyword files become one, in bounded memory.

Texts are taken in runs, each of which is a keyword file of its own; the runs are merged by ranges of terms. So are the
files of old segments when they become one: nothing is read from the database, and no text is taken apart again.
"""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple

import numpy as np
import numpy.typing as npt

from index.arrays import Floats, Ids
from index.disk import sync_folder, unwritten
from index.segments.header import HEADER_BYTES
from index.segments.keyword_fields import FIELDS, WEIGHTS, Fields, Weights
from index.segments.keywords import Averages, Hashes, Impacts, KeywordFile, KeywordHeader, Rows, term_hash
from index.text.analysis import terms

RUN = 4_000_000
"""Terms that are in memory at a time, some 100 bytes each."""
_SHORT = 200  # characters; fields that are no longer repeat themselves: categories, headings, titles
_COPY = 1 << 20

Texts = Callable[[Ids], Sequence[Fields]]
"""The fields of the texts of these ids, in their order; each lives."""
Pages = Iterable[tuple[Ids, Sequence[Fields]]]
"""(n,) row numbers, ascending from page to page, and the text of each of these rows."""


def build_keywords(
    path: Path,
    pages: Pages,
    count: int,
    *,
    averages: Averages | None = None,
    weights: Weights = WEIGHTS,
    run_size: int = RUN,
) -> None:
    """Write the keyword file of `count` rows to `path`; a row that no page has gets no term.

    `averages` are those of the file that scores shall be comparable with; None measures them, on the first run (texts
    come in the order of their hashes, so that the first run is a sample). `run_size` is how many terms are in memory.
    StorageUnavailable where the disk refuses.
    """
    runs: list[Path] = []
    try:
        run = _Run(weights)
        for rows, texts in pages:
            run.add(rows, texts)
            if run.size >= run_size:
                averages = averages or run.averages()
                runs.append(path.with_name(f".{path.name}.run{len(runs)}"))
                run.write(runs[-1], count, averages)
                run = _Run(weights)
        averages = averages or run.averages()
        if not runs:
            run.write(path, count, averages)
            return
        if run.size:
            runs.append(path.with_name(f".{path.name}.run{len(runs)}"))
            run.write(runs[-1], count, averages)
        same = np.arange(count)
        merge_keywords(path, [(KeywordFile.open(name, check=False), same) for name in runs], count)
    finally:
        for name in runs:
            name.unlink(missing_ok=True)


def postings_of(texts: Sequence[Fields], averages: Averages) -> tuple[Hashes, Ids, Rows, Impacts]:
    """What a keyword file has of these texts, their places as rows: terms, how many rows have each, rows, impacts."""
    run = _Run(WEIGHTS)
    run.add(np.arange(len(texts)), texts)
    return run.postings(averages)


def merge_keywords(path: Path, sources: Sequence[tuple[KeywordFile, Ids]], count: int) -> None:
    """Write one keyword file of `count` rows from several; each comes with the (count,) new numbers of its rows.

    A row whose new number is -1 is left out, and so is a term that no row has any more. The files share fingerprint and
    averages: the first one's are taken. StorageUnavailable where the disk refuses.
    """
    head = sources[0][0].header
    with KeywordWriter(path, replace(head, count=count, terms=0, postings=0, crc=0)) as writer:
        for low, high in _ranges([file for file, _ in sources]):
            pieces = [_piece(file, rows, low, high) for file, rows in sources]
            hashes = np.unique(np.concatenate([piece.terms for piece in pieces]))
            places = np.concatenate([np.repeat(np.searchsorted(hashes, piece.terms), piece.counts) for piece in pieces])
            rows = np.concatenate([piece.rows for piece in pieces])
            order = np.argsort((places << 32) | rows, kind="stable")
            impacts = np.concatenate([piece.impacts for piece in pieces])
            writer.write(hashes, np.bincount(places, minlength=len(hashes)), rows[order], impacts[order])


class _Run:
    """The terms of some texts, field by field, until they are written."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.vocabulary = _Vocabulary()
        self.size = 0
        self.rows: list[Ids] = []
        self.lengths: list[list[Ids]] = [[] for _ in FIELDS]
        self.terms: list[list[npt.NDArray[np.int32]]] = [[] for _ in FIELDS]

    def add(self, rows: Ids, texts: Sequence[Fields]) -> None:
        number = self.vocabulary.__getitem__
        self.rows.append(np.asarray(rows, np.int64))
        for field, name in enumerate(FIELDS):
            found = [text[field].split() if name == "marks" else _terms(text[field]) for text in texts]
            lengths = np.fromiter(map(len, found), np.int64, len(found))
            total = int(lengths.sum())
            self.lengths[field].append(lengths)
            self.terms[field].append(np.fromiter(map(number, chain.from_iterable(found)), np.int32, total))
            self.size += total

    def averages(self) -> Averages:
        lengths = [np.concatenate([*pages, np.zeros(0, np.int64)]) for pages in self.lengths]
        means = [float(some.mean()) if len(some := field[field > 0]) else 1.0 for field in lengths]
        return Averages(tuple(means), sum(map(len, self.rows)))

    def write(self, path: Path, count: int, averages: Averages) -> None:
        hashes, counts, rows, impacts = self.postings(averages)
        header = KeywordHeader(count, 0, 0, self.weights.fingerprint, averages.lengths, averages.measured)
        with KeywordWriter(path, header) as writer:
            writer.write(hashes, counts, rows, impacts)

    def postings(self, averages: Averages) -> tuple[Hashes, Ids, Rows, Impacts]:
        """The terms, ascending, how many rows have each, and those rows, ascending for each term, with the impacts."""
        hashes = np.fromiter(map(term_hash, self.vocabulary), np.uint64, len(self.vocabulary))
        order = np.argsort(hashes)
        rank = np.empty(len(hashes), np.int64)
        rank[order] = np.arange(len(hashes))
        keys, tf = self._frequencies(rank, averages)
        counts = np.bincount(keys >> 32, minlength=len(hashes))
        impacts = (tf / (self.weights.k1 + tf)).astype(np.float16)
        return hashes[order], counts, (keys & 0xFFFFFFFF).astype(np.uint32), impacts

    def _frequencies(self, rank: Ids, averages: Averages) -> tuple[Ids, Floats]:
        """Term's rank << 32 | row, ascending, and the weighted, length-normalized count of the term in the row."""
        rows = np.concatenate([*self.rows, np.zeros(0, np.int64)])
        keys, values = [], []
        for field, (weight, b) in enumerate(zip(self.weights.weight, self.weights.b, strict=True)):
            lengths = np.concatenate([*self.lengths[field], np.zeros(0, np.int64)])
            norms = weight / (1 - b + b * lengths / averages.lengths[field])
            places = np.repeat(np.arange(len(rows)), lengths)
            ranks = rank[np.concatenate([*self.terms[field], np.zeros(0, np.int32)])]
            found, first, counts = np.unique((ranks << 32) | rows[places], return_index=True, return_counts=True)
            keys.append(found)
            values.append((counts * norms[places[first]]).astype(np.float32))
        together, back = np.unique(np.concatenate(keys), return_inverse=True)
        return together, np.bincount(back, np.concatenate(values), len(together)).astype(np.float32)


class _Vocabulary(dict[str, int]):
    """Numbers terms in the order in which they come."""

    def __missing__(self, term: str) -> int:
        self[term] = number = len(self)
        return number


def _terms(text: str) -> Sequence[str]:
    return _short_terms(text) if len(text) <= _SHORT else terms(text)


@lru_cache(1 << 14)
def _short_terms(text: str) -> tuple[str, ...]:
    return tuple(terms(text))


class _Piece(NamedTuple):
    """A range of a file's terms: how many rows have each, and those rows, renumbered, with their impacts."""

    terms: Hashes
    counts: Ids
    rows: Rows
    impacts: Impacts


def _piece(file: KeywordFile, numbers: Ids, low: int, high: int) -> _Piece:
    """What a file has of the terms from `low` to `high`, both included, without the rows that are left out."""
    first = int(np.searchsorted(file.terms, np.uint64(low)))
    last = int(np.searchsorted(file.terms, np.uint64(high), side="right"))
    offsets = file.offsets[first : last + 1]
    begin, end = int(offsets[0]), int(offsets[-1])
    rows = numbers[file.rows[begin:end]]
    stay = rows >= 0
    counts = np.bincount(np.repeat(np.arange(last - first), np.diff(offsets))[stay], minlength=last - first)
    return _Piece(file.terms[first:last], counts, rows[stay].astype(np.uint32), file.impacts[begin:end][stay])


def _ranges(files: Sequence[KeywordFile]) -> Iterator[tuple[int, int]]:
    """Ranges of term hashes, each with about `RUN` postings in all files together: hashes are evenly spread."""
    parts = max(1, -(-sum(file.header.postings for file in files) // RUN))
    edges = [(1 << 64) * part // parts for part in range(parts + 1)]
    return ((low, high - 1) for low, high in pairwise(edges))


class KeywordWriter:
    """Writes one file beside `path`, postings as they come, and gives it its name at the end of the `with` block.

    Leaving it early leaves no trace. OSError inside (a full or read-only disk) comes out as StorageUnavailable.
    """

    def __init__(self, path: Path, header: KeywordHeader) -> None:
        self.path, self.header = path, header
        self.beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
        self._side = self.beside.with_suffix(".impacts")
        self._terms: list[Hashes] = []
        self._counts: list[Ids] = []

    def __enter__(self) -> KeywordWriter:
        try:
            self._file: IO[bytes] = self.beside.open("w+b")
            self._impacts: IO[bytes] = self._side.open("w+b")
            self._file.seek(HEADER_BYTES)
        except OSError as error:
            raise unwritten("keyword file", self.path, error) from error
        return self

    def write(self, terms: Hashes, counts: Ids, rows: Rows, impacts: Impacts) -> None:
        """Append these terms, ascending and above all before, with so many postings each; terms of none are dropped."""
        self._terms.append(terms[counts > 0])
        self._counts.append(counts[counts > 0])
        self._file.write(np.ascontiguousarray(rows, "<u4").data)
        self._impacts.write(np.ascontiguousarray(impacts, "<f2").data)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if error is None:
                self._finish()
        except OSError as refused:
            error = refused
        finally:
            for file in (self._file, self._impacts):
                file.close()
            for path in (self.beside, self._side):
                path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise unwritten("keyword file", self.path, error) from error

    def _finish(self) -> None:
        terms = np.concatenate([*self._terms, np.zeros(0, np.uint64)])
        offsets = np.concatenate([[0], np.cumsum(np.concatenate([*self._counts, np.zeros(0, np.int64)]))])
        header = replace(self.header, terms=len(terms), postings=int(offsets[-1]))
        self._impacts.seek(0)
        shutil.copyfileobj(self._impacts, self._file, _COPY)
        self._file.write(b"\0" * (header.terms_offset - self._file.tell()))
        end = terms.astype("<u8").tobytes() + offsets.astype("<i8").tobytes()
        self._file.write(end)
        self._file.seek(0)
        self._file.write(replace(header, crc=zlib.crc32(end)).pack())
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self.beside.replace(self.path)
        sync_folder(self.path.parent)
