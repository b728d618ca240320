"""`Snapshot`: an open manifest and what is searched under it. It never changes once published.

`index.snapshot.building` makes one. A reader finds the old snapshot whole or the new one whole, whatever instant a
process dies.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from index.embedding.embedder import Embedder
from index.errors import EmbedderMismatch, NothingPublished, SnapshotDamaged
from index.segments.segments import Segments
from index.snapshot.home import Home
from index.snapshot.lease import Lease
from index.snapshot.manifest import Manifest

BUILDING = ".building"


class Snapshot:
    """The manifest and one vector index for each collection; while it is open, its files and rows are kept."""

    def __init__(self, manifest: Manifest, indexes: Mapping[str, Segments], lease: Lease | None = None) -> None:
        self.manifest = manifest
        self.indexes = indexes
        self._lease = lease

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
    ) -> Snapshot:
        """Check a snapshot's files and open them; those that `reuse`, an open snapshot, has too are shared with it.

        Raises EmbedderMismatch where `embedder` did not make it, SnapshotDamaged where its files are not as published.
        """
        folder = home.snapshots / id
        lease = Lease(folder)
        try:
            manifest = Manifest.read(folder)
            if manifest.fingerprint != embedder.fingerprint:
                raise EmbedderMismatch(
                    f"snapshot {id} was made by the embedder {manifest.embedder} ({manifest.fingerprint}), but "
                    f"{embedder.name} ({embedder.fingerprint}) is in use; name the former in the settings, or run "
                    "ingest again to embed the catalogue with the latter"
                )
            manifest.check(folder, known=reuse.manifest if reuse else None)
            return cls.load(folder, manifest, device=device, threads=threads, reuse=reuse, lease=lease)
        except BaseException:
            lease.close()
            raise

    @classmethod
    def load(
        cls,
        folder: Path,
        manifest: Manifest,
        *,
        device: str = "auto",
        threads: int = 0,
        reuse: Snapshot | None = None,
        lease: Lease | None = None,
    ) -> Snapshot:
        """Open the indexes of a manifest whose files lie in `folder`, checked by nobody: one that is being built."""
        indexes: dict[str, Segments] = {}
        try:
            for name, entry in manifest.collections.items():
                lent = reuse.indexes.get(name) if reuse else None
                indexes[name] = Segments.open(
                    folder, entry.segments, manifest.dimension, device=device, threads=threads, reuse=lent
                )
        except BaseException:
            for index in indexes.values():
                index.close()
            raise
        return cls(manifest, indexes, lease)

    def index(self, collection: str) -> Segments:
        """The vectors of a collection. Raises NotFound with the names there are."""
        self.manifest.collection(collection)
        return self.indexes[collection]

    def close(self) -> None:
        """Let the vector indexes go."""
        for index in self.indexes.values():
            index.close()
        if self._lease is not None:
            self._lease.close()

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def current_manifest(home: Home) -> Manifest:
    """The published snapshot's manifest. Raises NothingPublished or SnapshotDamaged."""
    id = home.current()
    if id is None:
        raise NothingPublished(f"nothing has been ingested into {home.path} yet; run: ingest FOLDER")
    return Manifest.read(home.snapshots / id)


def snapshots(home: Home) -> dict[str, Manifest | None]:
    """All finished snapshots of a home, newest first, by id; None where the manifest cannot be read."""
    found: dict[str, Manifest | None] = {}
    if not home.snapshots.is_dir():
        return found
    for folder in sorted(home.snapshots.iterdir(), reverse=True):
        if folder.is_dir() and not folder.name.endswith(BUILDING):
            try:
                found[folder.name] = Manifest.read(folder)
            except SnapshotDamaged:
                found[folder.name] = None
    return found


def generation_of(id: str) -> int:
    """The generation that a snapshot's name tells, so that damage never lets one be written twice; 0 for a stranger."""
    number = id.partition("-")[0]
    return int(number) if number.isdigit() else 0


def published_generation(home: Home) -> int:
    """The newest generation that any snapshot on disk names; 0 where there is none."""
    return max((generation_of(id) for id in snapshots(home)), default=0)
