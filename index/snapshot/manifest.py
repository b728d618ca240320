"""`Manifest`: what a snapshot consists of, how it came to be, and whether its files are as they were published."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from index.disk import checksum, reason
from index.errors import NotFound, SnapshotDamaged
from index.segments.segment import Segment

FORMAT = 2
NAME = "manifest.json"
AS_IT_WAS = "as it was"
"""What a story says was `built` of a collection that was taken over from the snapshot before."""
MEND = "Run: xuanji reindex --rebuild. The index is rebuilt from the database, and nothing is embedded anew"


@dataclass(frozen=True, slots=True)
class CollectionEntry:
    """A collection in a manifest: its database id, what it holds, and the segments of its index.

    `products` and `priced` are how many chunks have a SKU and a price; `keywords` tells how its keyword files were made
    (`keyword_fields.Weights.fingerprint`), "" where it has none.
    """

    id: int
    documents: int
    chunks: int
    products: int
    priced: int
    segments: tuple[Segment, ...]
    keywords: str = ""

    @property
    def texts(self) -> int:
        """Different texts: the vectors that can be found."""
        return sum(segment.living for segment in self.segments)

    @property
    def kind(self) -> str:
        """The kinds of its segments, as "ivf8 + flat"."""
        return " + ".join(dict.fromkeys(segment.kind for segment in self.segments)) or "flat"

    @property
    def files(self) -> set[str]:
        """The files that its segments consist of."""
        return {
            name for segment in self.segments for name in (segment.file, segment.dead_file, segment.keywords) if name
        }


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of a snapshot: the SHA-256 of its bytes in hex, its size, and when it was written (ns since 1970)."""

    sha256: str
    bytes: int
    written: int

    @classmethod
    def of(cls, path: Path) -> FileEntry:
        """The entry of a file as it is now."""
        status = path.stat()
        return cls(checksum(path), status.st_size, status.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in `manifest.json`.

    `story` is how the snapshot came to be: who asked (`by`), `seconds`, the `changes` of each collection, how each
    index was `built`, what the `gate` said.
    """

    snapshot: str
    generation: int
    created: str
    embedder: str
    fingerprint: str
    dimension: int
    collections: Mapping[str, CollectionEntry]
    files: Mapping[str, FileEntry]
    story: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """The manifest as it stands on disk."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=2).encode()

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read a snapshot folder's manifest. Raises SnapshotDamaged where it is missing or not one."""
        try:
            parts = json.loads((folder / NAME).read_bytes())
            if (format := parts.pop("format")) != FORMAT:
                version = "an older" if format < FORMAT else "a newer"
                raise SnapshotDamaged(f"snapshot {folder.name} was written by {version} version of Xuanji. {MEND}")
            collections = {name: _entry(entry) for name, entry in parts.pop("collections").items()}
            files = {name: FileEntry(**entry) for name, entry in parts.pop("files").items()}
            return cls(collections=collections, files=files, **parts)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SnapshotDamaged(f"the manifest of snapshot {folder.name} cannot be read: {error}. {MEND}") from error

    def check(
        self, folder: Path, names: Iterable[str] | None = None, known: Mapping[str, FileEntry] = MappingProxyType({})
    ) -> dict[str, FileEntry]:
        """Compare its files, or some of them, with their checksums; what was checked. Raises SnapshotDamaged naming the
        first that differs.

        Those in `known`, which were checked before, are not read again.
        """
        checked = {}
        for name in sorted(self.files if names is None else names):
            entry = self.files[name]
            if known.get(name) == entry:
                continue
            path = folder / name
            try:
                found = checksum(path)
            except OSError as error:
                raise SnapshotDamaged(f"{path} cannot be read: {reason(error)}. {MEND}") from error
            if found != entry.sha256:
                raise SnapshotDamaged(f"{path} is damaged: its bytes are not those that were published. {MEND}")
            checked[name] = entry
        return checked

    def intact(self, folder: Path) -> bool:
        """Whether every file is as it was published, told by size and time; by its checksum only where those differ.

        What changes bytes and neither size nor time (a failing disk) is found by `check`: a server opens nothing
        without it, and `verify` runs it.
        """
        for name, entry in self.files.items():
            path = folder / name
            try:
                status = path.stat()
                same = (status.st_size, status.st_mtime_ns) == (entry.bytes, entry.written)
                if not same and checksum(path) != entry.sha256:
                    return False
            except OSError:
                return False
        return True

    def took_over(self, name: str) -> bool:
        """Whether a collection is that of the snapshot before, as the story tells; True where it tells nothing."""
        return bool(self.story.get("built", {}).get(name, AS_IT_WAS) == AS_IT_WAS)

    def collection(self, name: str) -> CollectionEntry:
        """A collection's entry. Raises NotFound with the names there are."""
        if name not in self.collections:
            known = ", ".join(sorted(self.collections)) or "none"
            raise NotFound(f"there is no collection {name!r}; the published ones are: {known}")
        return self.collections[name]


def _entry(parts: dict[str, Any]) -> CollectionEntry:
    return CollectionEntry(segments=tuple(Segment(**segment) for segment in parts.pop("segments")), **parts)
