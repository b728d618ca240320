"""`Snapshot`: a manifest and what is searched under it. It never changes once published.

Publishing writes the vector files beside, the manifest last, renames the folder, and then renames `CURRENT`: whatever
instant a process dies at, a reader finds the old snapshot whole or the new one whole.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from index.embedder import Embedder, Floats
from index.errors import EmbedderMismatch, NotFound, NothingPublished, SnapshotDamaged, StorageUnavailable
from index.home import Home, checksum, reason, sync_folder, write_durably
from index.vectorfile import Ids
from index.vectors import VectorIndex, build

KEEP = 3
"""How many snapshots are kept, the current one included."""


@dataclass(frozen=True, slots=True)
class CollectionEntry:
    """A collection in a manifest: its database id, its counts, and the file and kind of its vector index."""

    id: int
    documents: int
    chunks: int
    file: str
    kind: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot consists of. `files` maps each file's name to the SHA-256 of its bytes, in hex."""

    snapshot: str
    generation: int
    created: str
    embedder: str
    fingerprint: str
    dimension: int
    collections: Mapping[str, CollectionEntry]
    files: Mapping[str, str]

    def to_json(self) -> bytes:
        """The manifest as it stands on disk."""
        return json.dumps({"format": 1, **asdict(self)}, ensure_ascii=False, indent=2).encode()

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read a snapshot folder's manifest. Raises SnapshotDamaged where it is missing or not one."""
        try:
            parts = json.loads((folder / "manifest.json").read_bytes())
            if parts.pop("format") != 1:
                raise SnapshotDamaged(f"snapshot {folder.name} was written by a newer version of Xuanji")
            entries = {name: CollectionEntry(**entry) for name, entry in parts.pop("collections").items()}
            return cls(collections=entries, **parts)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SnapshotDamaged(f"the manifest of snapshot {folder.name} cannot be read: {error}. {MEND}") from error

    def check(self, folder: Path) -> None:
        """Compare every file with its checksum. Raises SnapshotDamaged naming the first that differs."""
        for name, expected in self.files.items():
            path = folder / name
            try:
                found = checksum(path)
            except OSError as error:
                raise SnapshotDamaged(f"{path} cannot be read: {reason(error)}. {MEND}") from error
            if found != expected:
                raise SnapshotDamaged(f"{path} is damaged: its bytes are not those that were published. {MEND}")

    def collection(self, name: str) -> CollectionEntry:
        """A collection's entry. Raises NotFound with the names there are."""
        if name not in self.collections:
            known = ", ".join(sorted(self.collections)) or "none"
            raise NotFound(f"there is no collection {name!r}; the published ones are: {known}")
        return self.collections[name]


MEND = "Run ingest on its folder again: the index is rebuilt from the database and nothing is embedded anew"


class Snapshot:
    """An open snapshot: the manifest and one vector index for each collection."""

    def __init__(self, manifest: Manifest, indexes: Mapping[str, VectorIndex]) -> None:
        self.manifest = manifest
        self.indexes = indexes

    @classmethod
    def open(cls, home: Home, id: str, embedder: Embedder, *, device: str = "auto", threads: int = 0) -> Snapshot:
        """Check a snapshot's files and open them.

        Raises EmbedderMismatch where `embedder` did not make it, SnapshotDamaged where its files are not as published.
        """
        folder = home.snapshots / id
        manifest = Manifest.read(folder)
        if manifest.fingerprint != embedder.fingerprint:
            raise EmbedderMismatch(
                f"snapshot {id} was made by the embedder {manifest.embedder} ({manifest.fingerprint}), but "
                f"{embedder.name} ({embedder.fingerprint}) is in use; name the former in the settings, or run ingest "
                "again to embed the catalogue with the latter"
            )
        manifest.check(folder)
        indexes: dict[str, VectorIndex] = {}
        try:
            for name, entry in manifest.collections.items():
                indexes[name] = VectorIndex.open(folder / entry.file, device=device, threads=threads)
        except BaseException:
            for index in indexes.values():
                index.close()
            raise
        return cls(manifest, indexes)

    def index(self, collection: str) -> VectorIndex:
        """The vectors of a collection. Raises NotFound with the names there are."""
        self.manifest.collection(collection)
        return self.indexes[collection]

    def close(self) -> None:
        """Let the vector indexes go."""
        for index in self.indexes.values():
            index.close()

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


def published_generation(home: Home) -> int:
    """The newest generation that any snapshot on disk names; 0 where there is none."""
    newest = 0
    for folder in home.snapshots.iterdir() if home.snapshots.is_dir() else ():
        if not folder.name.endswith(BUILDING):
            try:
                newest = max(newest, Manifest.read(folder).generation)
            except SnapshotDamaged:
                # its name carries the number, so that damage never lets a generation be written twice
                number = folder.name.partition("-")[0]
                newest = max(newest, int(number) if number.isdigit() else 0)
    return newest


BUILDING = ".building"


@dataclass(frozen=True, slots=True)
class CollectionContent:
    """A collection to publish: its counts and where its vectors come from, in pages of ids and vectors."""

    id: int
    documents: int
    chunks: int
    pages: Callable[[], Iterator[tuple[Ids, Floats]]]


def publish(
    home: Home,
    generation: int,
    embedder: Embedder,
    rebuilt: Mapping[str, CollectionContent],
    kept: Mapping[str, CollectionEntry],
    *,
    kind: str = "auto",
) -> Manifest:
    """Write a snapshot and make it the current one.

    `rebuilt` are collections whose vectors are written anew; `kept` those whose files of the current snapshot still
    hold (they are linked, not copied). Raises StorageUnavailable with nothing published.
    """
    now = datetime.now(UTC)
    id = f"{generation:06d}-{now:%Y%m%dT%H%M%SZ}"
    folder = home.snapshots / (id + BUILDING)
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        entries, files = {}, {}
        for name, entry in kept.items():
            current = current_manifest(home)
            _link(home.snapshots / current.snapshot / entry.file, folder / entry.file)
            entries[name], files[entry.file] = entry, current.files[entry.file]
        for name, content in rebuilt.items():
            file = f"{content.id}.faiss"
            made = build(folder / file, content.pages(), count=content.chunks, dimension=embedder.dimension, kind=kind)
            entries[name] = CollectionEntry(content.id, content.documents, content.chunks, file, made)
            for path in sorted(folder.glob(f"{file}*")):
                files[path.name] = checksum(path)
        manifest = Manifest(
            id,
            generation,
            now.isoformat(timespec="seconds"),
            embedder.name,
            embedder.fingerprint,
            embedder.dimension,
            entries,
            files,
        )
        write_durably(folder / "manifest.json", manifest.to_json())
        folder.rename(home.snapshots / id)
        sync_folder(home.snapshots)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise StorageUnavailable(f"cannot write the snapshot {folder}: {reason(error)}") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    home.point_to(id)
    return manifest


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)


def prune(home: Home, keep: int = KEEP) -> list[Manifest]:
    """Remove snapshots beyond the newest `keep` (never the current one) and unfinished ones; the manifests kept."""
    current = home.current()
    folders = sorted((path for path in home.snapshots.iterdir() if path.is_dir()), reverse=True)
    whole = [folder for folder in folders if not folder.name.endswith(BUILDING)]
    kept = [folder for place, folder in enumerate(whole) if place < keep or folder.name == current]
    for folder in folders:
        if folder not in kept:
            shutil.rmtree(folder, ignore_errors=True)
    manifests = []
    for folder in kept:
        try:
            manifests.append(Manifest.read(folder))
        except SnapshotDamaged:
            continue
    return manifests
