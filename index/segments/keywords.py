"""`KeywordFile`: which rows have a term, and how much it counts in each (its impact), in one immutable file.

It knows neither questions nor ids: its rows are those of the vector file of the same segment. A term is known by the
first 8 bytes of its BLAKE2b; that any two of ten million share them has a probability of 3e-6. The layout:

    header (4096 bytes)   magic, length and checksum of a JSON object, the object
    rows                  uint32, for each term ascending
    impacts               float16, one for each of these rows
    terms                 uint64, ascending
    offsets               int64, where each term's rows begin, and the end
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.arrays import Floats, Ids
from index.disk import reading
from index.segments.header import HEADER_BYTES, pack_header, unpack_header

MAGIC = b"XUANJIK1"

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.uint32]
Impacts = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Averages:
    """The fields' mean lengths in terms, over those of so many texts that have the field."""

    lengths: tuple[float, ...]
    measured: int


@dataclass(frozen=True)
class KeywordHeader:
    """What stands in front. `averages` are the fields' mean lengths in terms, measured on so many texts."""

    count: int
    terms: int
    postings: int
    fingerprint: str
    averages: tuple[float, ...]
    measured: int
    crc: int = 0

    @property
    def impacts_offset(self) -> int:
        """Where the impacts begin, in bytes."""
        return HEADER_BYTES + 4 * self.postings

    @property
    def terms_offset(self) -> int:
        """Where the terms begin, in bytes."""
        return -(-(self.impacts_offset + 2 * self.postings) // 8) * 8

    @property
    def offsets_offset(self) -> int:
        """Where the offsets begin, in bytes."""
        return self.terms_offset + 8 * self.terms

    @property
    def size(self) -> int:
        """The length of the whole file, in bytes."""
        return self.offsets_offset + 8 * (self.terms + 1)

    def pack(self) -> bytes:
        """Exactly `HEADER_BYTES` bytes."""
        return pack_header(MAGIC, asdict(self))

    @classmethod
    def unpack(cls, data: bytes) -> KeywordHeader:
        """The inverse of `pack`; ValueError where `data` is no header."""
        parts = unpack_header(MAGIC, data, "a keyword file")
        return cls(averages=tuple(parts.pop("averages")), **parts)


@lru_cache(1 << 18)
def term_hash(term: str) -> int:
    """What a term is known by."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")


def term_hashes(terms: Sequence[str]) -> Hashes:
    """(n,) what these terms are known by."""
    return np.fromiter(map(term_hash, terms), np.uint64, len(terms))


class KeywordFile:
    """An open file: `rows`, `impacts`, `terms` and `offsets` are read-only views of it."""

    def __init__(self, path: Path, header: KeywordHeader) -> None:
        self.path, self.header = path, header
        self.rows: Rows = _view(path, HEADER_BYTES, np.uint32, header.postings)
        self.impacts: Impacts = _view(path, header.impacts_offset, np.float16, header.postings)
        self.terms: Hashes = _view(path, header.terms_offset, np.uint64, header.terms)
        self.offsets: Ids = _view(path, header.offsets_offset, np.int64, header.terms + 1)

    @classmethod
    def open(cls, path: Path, *, check: bool = True) -> KeywordFile:
        """Read the header and check the terms and their offsets; SnapshotDamaged where anything is amiss.

        Without `check` only the header and the file's length are looked at. A damaged row or impact is found by the
        checksum of the whole file in the snapshot's manifest.
        """
        with reading("keyword file", path):
            with path.open("rb") as file:
                header = KeywordHeader.unpack(file.read(HEADER_BYTES))
                if (size := path.stat().st_size) != header.size:
                    raise ValueError(f"it has {size:,} bytes instead of {header.size:,}")
                file.seek(header.terms_offset)
                if check and zlib.crc32(file.read()) != header.crc:
                    raise ValueError("its terms differ from their checksum")
            return cls(path, header)

    @property
    def averages(self) -> Averages:
        """Those that it was written with."""
        return Averages(self.header.averages, self.header.measured)

    def find(self, hashes: Hashes) -> tuple[Ids, Ids]:
        """Where the postings of each of these terms begin and end, (n,) and (n,); equal where nothing has the term."""
        if not self.header.terms:
            return np.zeros(len(hashes), np.int64), np.zeros(len(hashes), np.int64)
        at = np.minimum(np.searchsorted(self.terms, hashes), self.header.terms - 1)
        start, end = self.offsets[at], self.offsets[at + 1]
        return start, np.where(self.terms[at] == hashes, end, start)

    def add_scores(self, hashes: Hashes, weights: Floats, scores: Floats) -> None:
        """Add weight times impact of each of these terms to the (count,) scores of the rows that have it."""
        for start, end, weight in zip(*self.find(hashes), weights, strict=True):
            if end > start:
                impacts = self.impacts[start:end].astype(np.float32)
                impacts *= weight
                np.add.at(scores, self.rows[start:end], impacts)  # four times faster than scores[rows] += ...

    def scores(self, hashes: Hashes, weights: Floats, rows: Ids) -> Floats:
        """(n,) the sums of weight times impact of these terms in each of these rows; 0 where none of them is."""
        found: Floats = weights @ self.impacts_in(hashes, rows)
        return found

    def impacts_in(self, hashes: Hashes, rows: Ids) -> Floats:
        """(n terms, n rows) the impact of each of these terms in each of these rows; 0 where it is not."""
        found = np.zeros((len(hashes), len(rows)), np.float32)
        rows32 = np.asarray(rows, np.uint32)  # of the same type as the postings, which would be copied otherwise
        for term, (start, end) in enumerate(zip(*self.find(hashes), strict=True)):
            if end > start:
                having = self.rows[start:end]
                at = np.minimum(np.searchsorted(having, rows32), end - start - 1)
                here = having[at] == rows32
                found[term, here] = self.impacts[start:end][at[here]]
        return found


def _view(path: Path, offset: int, dtype: type, count: int) -> npt.NDArray[Any]:
    """A read-only view of a part of a file, as a plain array (an empty part cannot be mapped)."""
    return np.asarray(np.memmap(path, dtype, "r", offset, (count,))) if count else np.zeros(0, dtype)
