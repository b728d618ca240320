"""`Building`: a snapshot being made beside the published ones, named only when it is whole.

The files are written first, the manifest last; then the folder is renamed, and then `CURRENT`. Whatever instant the
process dies at, a reader finds the old snapshot whole or the new one whole.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from index.disk import sync_folder, unavailable, write_durably
from index.embedding.embedder import Embedder
from index.errors import StorageUnavailable
from index.snapshot.home import Home
from index.snapshot.manifest import NAME, CollectionEntry, FileEntry, Manifest
from index.snapshot.shelf import BUILDING


class Building:
    """Use as a context: leaving it before `publish` removes what was built. OSError comes out as StorageUnavailable."""

    def __init__(self, home: Home, generation: int, embedder: Embedder, created: datetime | None = None) -> None:
        self.home, self.generation, self.embedder = home, generation, embedder
        self.created = created or datetime.now(UTC)
        stem = f"{generation:06d}-{self.created:%Y%m%dT%H%M%SZ}"
        taken = {path.name for path in home.snapshots.iterdir()} if home.snapshots.is_dir() else set()
        # a snapshot of the same generation may be rebuilt within the second
        self.id = next(id for id in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if id not in taken)
        self.folder = home.snapshots / (self.id + BUILDING)
        self._published = False

    def __enter__(self) -> Building:
        try:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
        except OSError as error:
            raise self._unavailable(error) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if not self._published:
            shutil.rmtree(self.folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise self._unavailable(error) from error

    def link(self, previous: Manifest, files: Iterable[str]) -> None:
        """Take over files of an earlier snapshot; they are linked, not copied, and never written to."""
        for name in files:
            source, target = self.home.snapshots / previous.snapshot / name, self.folder / name
            try:
                os.link(source, target)
            except OSError:  # another file system, or one without links
                shutil.copy2(source, target)

    def manifest(
        self, collections: Mapping[str, CollectionEntry], story: Mapping[str, Any], previous: Manifest | None = None
    ) -> Manifest:
        """The manifest of what lies here; files that nothing names are removed.

        The checksums of files taken over from `previous` are its, only new files are read.
        """
        named = set().union(*(entry.files for entry in collections.values()))
        for path in self.folder.iterdir():
            if path.name not in named and path.name != NAME:
                path.unlink()
        known = previous.files if previous else {}
        files = {name: known.get(name) or FileEntry.of(self.folder / name) for name in sorted(named)}
        return Manifest(
            self.id,
            self.generation,
            self.created.isoformat(timespec="seconds"),
            self.embedder.name,
            self.embedder.fingerprint,
            self.embedder.dimension,
            collections,
            files,
            story,
        )

    def publish(self, manifest: Manifest) -> None:
        """Write the manifest, give the folder its name, and make it the current snapshot."""
        write_durably(self.folder / NAME, manifest.to_json())
        self.folder.rename(self.home.snapshots / self.id)
        self._published = True
        sync_folder(self.home.snapshots)
        self.home.point_to(self.id)

    def _unavailable(self, error: OSError) -> StorageUnavailable:
        return unavailable(f"cannot write the snapshot {self.folder}", error)
