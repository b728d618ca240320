"""`Part`: an open segment as one snapshot sees it, and the files under it, which several snapshots may share."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.arrays import Ids, Mask
from index.segments.keyword_fields import FINGERPRINT
from index.segments.keywords import KeywordFile
from index.segments.vectors import VectorIndex

Key = tuple[str, str, str, int]  # files, device asked for, threads: what makes two openings the same


class OpenFiles:
    """An open vector file and its keyword file, and how many `Segments` use them."""

    def __init__(self, key: Key, folder: Path) -> None:
        file, keywords, device, threads = self.key = key
        self.keywords = KeywordFile.open(folder / keywords) if keywords else None
        self.index = VectorIndex.open(folder / file, device=device, threads=threads)
        self._users = 1
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Use it too; False where its last user has left already."""
        with self._lock:
            self._users += self._users > 0
            return self._users > 0

    def drop(self) -> None:
        """Use it no more; the last one closes the file."""
        with self._lock:
            self._users -= 1
            last = self._users == 0
        if last:
            self.index.close()


@dataclass(frozen=True, slots=True)
class Part:
    """An open file as one snapshot sees it: the rows that live in it, None where all do."""

    shared: OpenFiles
    alive: Mask | None
    living: int

    @property
    def keywords(self) -> KeywordFile | None:
        """The keyword file, if its terms are those that questions have now."""
        file = self.shared.keywords
        return file if file is not None and file.header.fingerprint == FINGERPRINT else None

    def permitted(self, allowed: Ids | None) -> Mask | None:
        """(count,) true at the living rows of these ids (None: all ids), None where that is all rows."""
        if allowed is None:
            return self.alive
        mask = self.shared.index.mask(allowed)
        return mask if self.alive is None else mask & self.alive

    def rows(self, ids: Ids) -> Ids:
        """(n,) row numbers of these ids, -1 where it does not live here."""
        rows = self.shared.index.locate(ids)
        return rows if self.alive is None or not len(self.alive) else np.where(self.alive[rows], rows, -1)
