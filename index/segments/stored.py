"""`StoredSegment`: a segment's rows as they lie in its files. No search structure is opened, nothing is searched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.arrays import Floats, Ids
from index.errors import SnapshotDamaged
from index.segments.segment import Segment, read_dead_rows, write_dead_rows
from index.segments.vectorfile import VectorFile


@dataclass(slots=True)
class StoredSegment:
    """A segment, its vector file, and the numbers of the rows of it that are dead by now, ascending."""

    segment: Segment
    file: VectorFile
    dead: Ids

    @classmethod
    def open(cls, folder: Path, segment: Segment, dimension: int = 0) -> StoredSegment:
        """Open it without reading its vectors. SnapshotDamaged where it is not as published (0: of any dimension)."""
        file = VectorFile.open(folder / segment.file, check=False)
        if (file.header.count, file.header.dimension) != (segment.count, dimension or file.header.dimension):
            raise SnapshotDamaged(
                f"The vector index {file.path} is {file.header.count} x {file.header.dimension} instead of "
                f"{segment.count} x {dimension or file.header.dimension}. Run `ingest` again."
            )
        if not segment.dead_file:
            return cls(segment, file, np.zeros(0, np.int64))
        return cls(segment, file, read_dead_rows(folder / segment.dead_file, segment.dead, segment.count))

    @property
    def rows(self) -> Ids:
        """The numbers of the living rows, ascending."""
        return np.delete(np.arange(self.segment.count), self.dead)

    @property
    def ids(self) -> Ids:
        """The ids of the living rows."""
        return self.file.ids[self.rows]

    def locate(self, ids: Ids) -> Ids:
        """(n,) row numbers of these ids, -1 where it does not live here."""
        rows = self.file.locate(ids)
        if not len(self.dead):
            return rows
        at = np.minimum(np.searchsorted(self.dead, rows), len(self.dead) - 1)
        return np.where(self.dead[at] == rows, -1, rows)

    def checked_vectors(self) -> Floats:
        """All rows' vectors, once ids and structure are found to be as they were written."""
        return VectorFile.open(self.file.path).vectors

    def kill(self, ids: Ids) -> Ids:
        """Let those die that live here; the others come back."""
        rows = self.locate(ids)
        dying = np.sort(rows[rows >= 0])
        if len(dying):
            self.dead = np.insert(self.dead, np.searchsorted(self.dead, dying), dying)
            self.segment = replace(self.segment, dead=len(self.dead), dead_file="")
        return ids[rows < 0]

    def keep(self, folder: Path, name: str) -> Segment:
        """The segment as it stands in the new snapshot; newly dead rows go to a new file."""
        if self.segment.dead_file or not self.segment.dead:
            return self.segment
        write_dead_rows(folder / name, self.dead)
        return replace(self.segment, dead_file=name)
