"""The shelf: which snapshots lie in a home, which of them are pinned, leased, rolled back or too many."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.disk import write_durably
from index.errors import NotFound, NothingPublished, SnapshotDamaged
from index.snapshot.home import Home
from index.snapshot.lease import Lease, leased
from index.snapshot.manifest import Manifest

BUILDING = ".building"
"""What the name of a folder ends with that is no snapshot yet, or none any more."""
NOTE = "ROLLBACK"
"""The file of a home that tells of its last rollback."""
KEEP = 3
"""How many snapshots are kept, unless a setting says otherwise."""


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


def newest_whole(home: Home, generation: int) -> Manifest | None:
    """The newest snapshot of a generation in this home, if its files are as they were published."""
    for manifest in snapshots(home).values():
        if manifest is not None and manifest.generation == generation:
            return manifest if manifest.intact(home.snapshots / manifest.snapshot) else None
    return None


@contextmanager
def holding(home: Home, *ids: str) -> Iterator[None]:
    """Keep the files and rows of these snapshots while this lasts."""
    leases = [Lease(home.snapshots / id) for id in ids]
    try:
        yield
    finally:
        for lease in leases:
            lease.close()


@contextmanager
def leased_manifest(home: Home, id: str | None) -> Iterator[Manifest | None]:
    """A snapshot's manifest, None where it cannot be read; its files and rows are kept meanwhile."""
    with holding(home, *([id] if id else [])):
        try:
            manifest = Manifest.read(home.snapshots / id) if id else None
        except SnapshotDamaged:
            manifest = None
        yield manifest


def note_rollback(home: Home, newest: str, current: str) -> None:
    """Note that the newest snapshot was rolled back, and which took its place."""
    write_durably(home.path / NOTE, f"{newest} {current}\n".encode())


def rolled_back(home: Home) -> tuple[str, str] | None:
    """The newest snapshot when it was rolled back, and the one that took its place; None where nothing ever was."""
    try:
        parts = (home.path / NOTE).read_text(encoding="utf-8").split()
    except OSError:
        return None
    return (parts[0], parts[1]) if len(parts) == 2 else None


def instead_of(home: Home) -> str | None:
    """The newer snapshot in whose place an older one is served, since that was rolled back; None where none is."""
    note = rolled_back(home)
    return note[0] if note is not None and note[0] != note[1] == home.current() else None


def pinned(home: Home) -> set[str]:
    """The ids of the snapshots that are kept until their pin is taken out."""
    folder = home.path / "pins"
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def pin(home: Home, id: str, *, release: bool = False) -> None:
    """Keep a snapshot for ever, or no longer. Raises NotFound where there is none of that id."""
    folder = home.path / "pins"
    if release:
        if id not in pinned(home):
            raise NotFound(f"snapshot {id} is not pinned; pinned are: {', '.join(sorted(pinned(home))) or 'none'}")
        (folder / id).unlink(missing_ok=True)
        return
    known = snapshots(home)
    if id not in known:
        raise NotFound(f"there is no snapshot {id}; there are: {', '.join(known) or 'none'}")
    folder.mkdir(exist_ok=True)
    write_durably(folder / id, b"")


def prune(home: Home, keep: int = KEEP) -> dict[str, Manifest | None]:
    """Remove unfinished and damaged snapshots and those beyond the newest `keep`; what is left, newest first.

    The current one, pinned ones and those that somebody is reading stay.
    """
    current, pins = home.current(), pinned(home)
    for path in home.snapshots.iterdir():
        if path.name.endswith(BUILDING):
            shutil.rmtree(path, ignore_errors=True)
    kept = {}
    for place, (id, manifest) in enumerate(snapshots(home).items()):
        folder = home.snapshots / id
        recent = place < keep and manifest is not None and manifest.intact(folder)
        if recent or id == current or id in pins or leased(folder):
            kept[id] = manifest
        else:
            _remove(folder)
    return kept


def _remove(folder: Path) -> None:
    """Take the name away first: a folder that is half removed must not look like a damaged snapshot."""
    doomed = folder.with_name(folder.name + BUILDING)
    try:
        folder.rename(doomed)
    except OSError:
        doomed = folder
    shutil.rmtree(doomed, ignore_errors=True)
