"""`VectorFile`: vectors, their ids and an opaque search structure in one file, read through the page cache.

It knows the layout of the file and nothing of searching. A file is written beside its name, synced and
renamed, so that a name always means a whole file:

    header (4096 bytes)   magic, length and checksum of a JSON object, the object
    vectors               count x dimension float32, row-major
    ids                   count int64
    structure             bytes that only `index.segments.vectors` understands; may be empty

Ids and structure carry a checksum of their own, because a wrong one could lead a search outside its memory; a
wrong vector only gives a wrong score, and is found by the checksum of the whole file in the snapshot's
manifest.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from index.arrays import Floats, Ids
from index.disk import reading, sync_folder, unwritten
from index.segments.header import HEADER_BYTES, pack_header, unpack_header

MAGIC = b"XUANJIV1"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Header:
    """What stands in front: shapes, the kind of the structure and the parameters it is searched with."""

    count: int
    dimension: int
    kind: str = "flat"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    structure_bytes: int = 0
    ids_crc: int = 0
    structure_crc: int = 0
    ascending: bool = False  # the ids are; False also where nobody looked

    @property
    def ids_offset(self) -> int:
        """Where the ids begin, in bytes."""
        return HEADER_BYTES + 4 * self.count * self.dimension

    @property
    def structure_offset(self) -> int:
        """Where the structure begins, in bytes."""
        return self.ids_offset + 8 * self.count

    def pack(self) -> bytes:
        """Exactly `HEADER_BYTES` bytes."""
        return pack_header(MAGIC, asdict(self))

    @classmethod
    def unpack(cls, data: bytes) -> Header:
        """The inverse of `pack`; ValueError where `data` is no header."""
        return cls(**unpack_header(MAGIC, data, "a vector index"))


class VectorFile:
    """An open file: `vectors` (count, dimension) and `ids` (count,) are read-only views of it."""

    def __init__(self, path: Path, header: Header) -> None:
        self.path = path
        self.header = header
        self.vectors: Floats = _view(path, HEADER_BYTES, np.float32, (header.count, header.dimension))
        self.ids: Ids = _view(path, header.ids_offset, np.int64, (header.count,))
        ascending = header.ascending or bool(np.all(self.ids[1:] > self.ids[:-1]))
        self._order = None if ascending else np.argsort(self.ids)

    @classmethod
    def open(cls, path: Path, *, check: bool = True) -> VectorFile:
        """Read the header and check ids and structure; SnapshotDamaged where anything is amiss.

        Without `check` only the header and the file's length are looked at, whatever the file's size.
        """
        with reading("vector index", path):
            with path.open("rb") as file:
                header = Header.unpack(file.read(HEADER_BYTES))
                expected = header.structure_offset + header.structure_bytes
                if (size := path.stat().st_size) != expected:
                    raise ValueError(f"it has {size:,} bytes instead of {expected:,}")
                file.seek(header.ids_offset)
                if check and _crc(file, 8 * header.count) != header.ids_crc:
                    raise ValueError("its ids differ from their checksum")
                if check and _crc(file, header.structure_bytes) != header.structure_crc:
                    raise ValueError("its search structure differs from its checksum")
            return cls(path, header)

    def locate(self, ids: Ids) -> Ids:
        """(n,) row numbers of these ids, -1 for one that is not stored."""
        ids = np.asarray(ids, np.int64)
        if not self.header.count:
            return np.full(len(ids), -1, np.int64)
        at = np.minimum(np.searchsorted(self.ids, ids, sorter=self._order), self.header.count - 1)
        rows = at if self._order is None else self._order[at]
        return np.where(self.ids[rows] == ids, rows, -1)

    def mask(self, ids: Ids) -> npt.NDArray[np.bool_]:
        """(count,) true at the rows of these ids; an id that is not stored is nobody."""
        ids = np.asarray(ids, np.int64)
        if len(ids) > self.header.count and bool(np.all(ids[1:] >= ids[:-1])):
            # the few look themselves up among the many: twenty times cheaper for a small file
            found: npt.NDArray[np.bool_] = ids[np.minimum(np.searchsorted(ids, self.ids), len(ids) - 1)] == self.ids
            return found
        mask = np.zeros(self.header.count, np.bool_)
        rows = self.locate(ids)
        mask[rows[rows >= 0]] = True
        return mask

    def read_structure(self) -> IO[bytes]:
        """The file, open at the first byte of the structure; the caller closes it."""
        file = self.path.open("rb")
        file.seek(self.header.structure_offset)
        return file


class VectorFileWriter:
    """Writes one file beside `path` and renames it in `finish`; leaving the `with` block early leaves no
    trace.

    OSError inside the block (a full or read-only disk) comes out as StorageUnavailable.
    """

    def __init__(self, path: Path, count: int, dimension: int) -> None:
        self.path = path
        self.beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
        self.header = Header(count, dimension)
        self.finished = False

    def __enter__(self) -> VectorFileWriter:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.beside.open("w+b")
        except OSError as error:
            raise unwritten("vector index", self.path, error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
        except OSError as late:
            error = error or late
        if not self.finished:
            self.beside.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise unwritten("vector index", self.path, error) from error

    def write_vectors(self, batches: Iterable[tuple[Ids, Floats]]) -> Floats:
        """Stream all vectors and ids to the disk; return the vectors as a read-only view of the file.

        Nothing but the ids and one batch is held in memory. ValueError where shapes, the count or ids are
        wrong.
        """
        count, dimension = self.header.count, self.header.dimension
        ids = np.empty(count, np.int64)
        done = 0
        self._file.seek(HEADER_BYTES)
        for keys, vectors in batches:
            if vectors.shape != (len(keys), dimension) or done + len(keys) > count:
                raise ValueError(f"{vectors.shape} vectors for {len(keys)} ids, after {done} of {count} x {dimension}")
            self._file.write(np.ascontiguousarray(vectors, np.float32).data)
            ids[done : done + len(keys)] = keys
            done += len(keys)
        if done != count:
            raise ValueError(f"{done} vectors came instead of {count}")
        self._ascending = bool(np.all(ids[1:] > ids[:-1]))
        if not self._ascending and len(np.unique(ids)) != count:
            raise ValueError("an id came twice")
        self._file.write(ids.data)
        self._file.flush()
        self._ids_crc = zlib.crc32(ids.data)
        return _view(self.beside, HEADER_BYTES, np.float32, (count, dimension))

    def finish(
        self,
        kind: str,
        parameters: Mapping[str, Any],
        write_structure: Callable[[IO[bytes]], None] | None = None,
    ) -> None:
        """Append the structure, write the header, sync, and give the file its name."""
        counted = _CountingFile(self._file)
        if write_structure is not None:
            write_structure(counted)  # type: ignore[arg-type]
        count, dimension = self.header.count, self.header.dimension
        header = Header(
            count, dimension, kind, dict(parameters), counted.size, self._ids_crc, counted.crc, self._ascending
        )
        self._file.seek(0)
        self._file.write(header.pack())
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self.beside.replace(self.path)
        self.finished = True
        sync_folder(self.path.parent)


class _CountingFile:
    """A file that is only written to, and remembers how much and with which checksum."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = self.crc = 0

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self.crc = zlib.crc32(data, self.crc)
        return self._file.write(data)


def _view(path: Path, offset: int, dtype: type, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """A read-only view of a part of a file, as a plain array (an empty part cannot be mapped)."""
    if 0 in shape:
        return np.zeros(shape, dtype)
    return np.asarray(np.memmap(path, dtype, "r", offset, shape))


def _crc(file: IO[bytes], size: int) -> int:
    """The checksum of the next `size` bytes."""
    crc = 0
    while size and (block := file.read(min(size, _BLOCK))):
        crc = zlib.crc32(block, crc)
        size -= len(block)
    return crc
