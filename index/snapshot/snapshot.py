"""`Snapshot`: an open manifest and what is searched under it. It never changes once published.

`index.snapshot.building` makes one. A reader finds the old snapshot whole or the new one whole, whatever instant a
process dies.
"""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType

from index.embedding.embedder import Embedder
from index.errors import EmbedderMismatch
from index.segments.segments import Segments
from index.snapshot.home import Home
from index.snapshot.lease import Lease
from index.snapshot.manifest import CollectionEntry, FileEntry, Manifest


class Snapshot:
    """A manifest and one vector index for each collection, opened when it is first asked for; while the snapshot is
    open, its files and rows are kept. Several threads may open collections at once."""

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        *,
        device: str = "auto",
        threads: int = 0,
        reuse: Snapshot | None = None,
        check: bool = True,
        lease: Lease | None = None,
    ) -> None:
        self.manifest = manifest
        self._folder, self._device, self._threads, self._lease = folder, device, threads, lease
        self._locks = {name: threading.Lock() for name in manifest.collections}
        self._opened: dict[str, Segments] = {}
        self._lent = reuse.lend() if reuse is not None else {}
        self._known: dict[str, FileEntry] = dict(reuse._known) if reuse is not None else {}
        self._check = check

    @classmethod
    def open(
        cls,
        home: Home,
        id: str,
        embedder: Embedder,
        *,
        device: str = "auto",
        threads: int = 0,
        reuse: Snapshot | None = None,
        whole: bool = True,
    ) -> Snapshot:
        """Open a snapshot: with `whole` every collection, else each when it is first asked for. Their files are checked
        then, less those that `reuse`, an open snapshot, has open or checked.

        Raises EmbedderMismatch where `embedder` did not make it, SnapshotDamaged where its manifest cannot be read or a
        file is not as it was published.
        """
        folder = home.snapshots / id
        lease = Lease(folder)
        close = lease.close
        try:
            manifest = Manifest.read(folder)
            if manifest.fingerprint != embedder.fingerprint:
                raise EmbedderMismatch(
                    f"snapshot {id} was made by the embedder {manifest.embedder} ({manifest.fingerprint}), but "
                    f"{embedder.name} ({embedder.fingerprint}) is in use; name the former in the settings, or run "
                    "ingest again to embed the catalogue with the latter"
                )
            snapshot = cls(folder, manifest, device=device, threads=threads, reuse=reuse, lease=lease)
            close = snapshot.close
            for name in manifest.collections if whole else ():
                snapshot.index(name)
            return snapshot
        except BaseException:
            close()
            raise

    def index(self, collection: str) -> Segments:
        """The vectors of a collection. Raises NotFound with the names there are, or SnapshotDamaged."""
        entry = self.manifest.collection(collection)
        with self._locks[collection]:
            if collection not in self._opened:
                self._opened[collection] = self._open(collection, entry)
            return self._opened[collection]

    def _open(self, collection: str, entry: CollectionEntry) -> Segments:
        before, lent = self._lent.get(collection, (None, None))
        if lent is not None and before == entry:
            del self._lent[collection]
            return lent
        if self._check:
            self._known |= self.manifest.check(self._folder, entry.files, known=self._known)
        opened = Segments.open(
            self._folder,
            entry.segments,
            self.manifest.dimension,
            device=self._device,
            threads=self._threads,
            reuse=lent,
        )
        if lent is not None:
            del self._lent[collection]
            lent.close()
        return opened

    def lend(self) -> dict[str, tuple[CollectionEntry, Segments]]:
        """What is open here, once more, for a newer snapshot that has files of it, too; it is the taker's to close."""
        known = {name: (self.manifest.collections[name], index) for name, index in list(self._opened.items())}
        again = {name: (entry, index.again()) for name, (entry, index) in {**dict(self._lent), **known}.items()}
        return {name: (entry, index) for name, (entry, index) in again.items() if index is not None}

    def close(self) -> None:
        """Let the vector indexes go."""
        for index in (*self._opened.values(), *(index for _, index in self._lent.values())):
            index.close()
        if self._lease is not None:
            self._lease.close()

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
