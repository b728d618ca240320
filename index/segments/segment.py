"""`Segment`: a vector file of an index, its keyword file, and the numbers of the rows that no search may find any more.

A vector file never changes, and neither does a file of dead rows: when more rows die, all of them are written under
a new name, at four bytes each. Its layout is a magic, the number of rows and the checksum of what follows: the row
numbers as uint32, ascending.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.arrays import Ids, Mask
from index.disk import reading, write_durably

MAGIC = b"XUANJID1"
_HEAD = struct.Struct("<8sII")


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment as it stands in a manifest: its file in the snapshot's folder, and what is in it."""

    file: str
    kind: str
    count: int  # vectors in the file
    dead_file: str  # "" where none is dead
    dead: int
    keywords: str = ""  # the keyword file of the same rows; "" where none was made

    @property
    def living(self) -> int:
        """How many of its vectors may be found."""
        return self.count - self.dead

    def alive(self, folder: Path) -> Mask | None:
        """(count,) false where a row is dead; None where none is. Raises as `read_dead_rows` does."""
        if not self.dead:
            return None
        with reading("segment", folder / self.file):
            if not self.dead_file:
                raise ValueError(f"it names no file of its {self.dead} dead rows")
        alive = np.ones(self.count, np.bool_)
        alive[read_dead_rows(folder / self.dead_file, self.dead, self.count)] = False
        return alive


def write_dead_rows(path: Path, rows: Ids) -> None:
    """Write these row numbers, ascending. StorageUnavailable where the disk refuses."""
    body = np.ascontiguousarray(rows, "<u4").tobytes()
    write_durably(path, _HEAD.pack(MAGIC, len(rows), zlib.crc32(body)) + body)


def read_dead_rows(path: Path, dead: int, count: int) -> Ids:
    """The `dead` row numbers, ascending, of a vector file of `count` rows.

    SnapshotDamaged where the file is missing, broken or of another number of rows, as the dead would rise again;
    StorageUnavailable where it cannot be read.
    """
    with reading("file of dead rows", path):
        data = path.read_bytes()
        body = data[_HEAD.size :]
        if data[: _HEAD.size] != _HEAD.pack(MAGIC, dead, zlib.crc32(body)) or len(body) != 4 * dead:
            raise ValueError("its rows differ from their checksum or number")
        rows = np.frombuffer(body, "<u4").astype(np.int64)
        if dead and rows[-1] >= count:
            raise ValueError("it is of another vector file")
        return rows
