"""`Backup`: a live installation in one file, as it is at one moment, while others go on writing and asking.

What is served is held by a lease first, so that nobody clears its rows or files away; then the database is copied in
one reading transaction, and what is newer than the snapshots in the backup is taken out of the copy. Models are not in
it: they are prepared anew where it is restored. Neither is the home's ID: a restored home is another home. Settings and
test questions are saved under the names that they have in a home, wherever they lie here.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select

from index.database.database import SCHEMA, connect
from index.database.store import Store
from index.database.tables import GenerationRow, HoldingRow, WriterRow, now
from index.database.writing import Writing
from index.disk import checksum, sync_folder, unavailable
from index.errors import BadRequest, NothingPublished, SnapshotDamaged, WriterBusy
from index.keeping.archive import DATABASE, KEPT_FILES, ArchiveWriter, Contents, Entry, Progress, counted
from index.keeping.database_file import copy_out, one_file
from index.snapshot.home import Home
from index.snapshot.manifest import MEND, NAME, Manifest
from index.snapshot.shelf import holding, pinned, rolled_back

try:
    import fcntl
except ImportError:  # not POSIX
    fcntl = None  # type: ignore[assignment]

_TRIES = 100  # publications that may come between two looks at what is current
_CALLED = dict(zip(KEPT_FILES, ("the settings", "the test questions"), strict=True))


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was saved: `current` is the snapshot that was served, `left_out` are pinned ones that cannot be read.

    `kept`: where an operator's own files (`KEPT_FILES`) lay that it holds; `absent`: where the others were looked for.
    """

    file: Path
    bytes: int
    current: str
    snapshots: tuple[str, ...]
    left_out: tuple[str, ...]
    kept: Mapping[str, Path]
    absent: Mapping[str, Path]

    def __str__(self) -> str:
        more = len(self.snapshots) - 1
        inside = [f"snapshot {self.current}" + (f" and {more} more" if more else ""), "the database"]
        inside += [f"{_CALLED[name]} of {path}" for name, path in self.kept.items()]
        outside = [f"{_CALLED[name]} (there is no file {path})" for name, path in self.absent.items()]
        outside += ["settings of the environment and of flags", "the models"]
        outside += [f"snapshot {id}, which cannot be read" for id in self.left_out]
        return f"{self.file} ({self.bytes / 1e6:,.1f} MB) holds {', '.join(inside)}; not in it: {', '.join(outside)}"

    def as_dict(self) -> dict[str, Any]:
        """The fields by name, for `--json`."""
        return {
            "file": str(self.file),
            "bytes": self.bytes,
            "current": self.current,
            "snapshots": list(self.snapshots),
            "left_out": list(self.left_out),
            "kept": {name: str(path) for name, path in self.kept.items()},
            "absent": {name: str(path) for name, path in self.absent.items()},
        }


@dataclass(frozen=True, slots=True)
class _Held:
    """The snapshots that a backup is of, leased, each with its manifest."""

    current: str
    manifests: dict[str, Manifest]
    left_out: tuple[str, ...]
    rollback: tuple[str, str] | None

    @property
    def generation(self) -> int:
        """The newest that any of them is of."""
        return max(manifest.generation for manifest in self.manifests.values())


def backup(
    home: Home,
    store: Store,
    file: Path,
    *,
    settings: Path | None = None,
    canaries: Path | None = None,
    overwrite: bool = False,
    progress: Progress = lambda _what, _share: None,
) -> BackupReport:
    """Save what a home serves, its pinned snapshots, its database, settings and test questions to one file.

    `settings` and `canaries` are where these two lie, if not in the home. The file has its name only when it is whole.
    Beside it there must be room for the database twice while it is made. Raises BadRequest (the file exists, or lies in
    the home, where it would be lost with it), NothingPublished, SnapshotDamaged, WriterBusy (another backup to the same
    file) or StorageUnavailable, and leaves no file then.
    """
    file = file.expanduser().absolute()
    _check_target(home, file, overwrite=overwrite)
    with _storage(file), _held(home) as held, _beside(file) as folder:
        database, archive = folder / DATABASE, folder / "archive"
        progress("database", 0.0)
        copy_out(store.engine, database, progress)
        _forget_later(database, held)
        places = {
            name: (place or home.path / name) for name, place in zip(KEPT_FILES, (settings, canaries), strict=True)
        }
        copies = _copied(places, folder)
        contents, sources = _contents(home, held, database, copies)
        writer = ArchiveWriter(archive, contents)
        try:
            told = counted(progress, "files", contents.bytes)
            for name, source in sources.items():
                if not writer.add(name, source, told):
                    raise SnapshotDamaged(f"{source} is damaged: its bytes are not those that were published. {MEND}")
            writer.close()
        except BaseException:
            writer.abandon()
            raise
        size = archive.stat().st_size
        archive.replace(file)
        sync_folder(file.parent)
    kept = {name: place for name, place in places.items() if name in copies}
    absent = {name: place for name, place in places.items() if name not in copies}
    return BackupReport(file, size, held.current, contents.snapshots, held.left_out, kept, absent)


def _check_target(home: Home, file: Path, *, overwrite: bool) -> None:
    if file.resolve().is_relative_to(home.path.resolve()):
        raise BadRequest(f"{file} lies in the home {home.path} and would be lost with it; name a file elsewhere")
    if file.is_dir() or not file.parent.is_dir():
        wrong = "is a folder" if file.is_dir() else f"cannot be made: there is no folder {file.parent}"
        raise BadRequest(f"{file} {wrong}; name a file to write the backup to")
    if file.exists() and not overwrite:
        raise BadRequest(f"{file} exists already and is left as it is; name another file, or allow it to be replaced")


@contextmanager
def _storage(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unavailable(f"cannot write the backup {file}", error) from error


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A folder to work in, on the same disk, empty; what a process that died there left behind goes."""
    folder = file.with_name(file.name + ".partial")
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY) if fcntl is not None else None
    try:
        if handle is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise WriterBusy(
                    f"another backup to {file} is being made; wait for it, or name another file"
                ) from error
        for path in folder.iterdir():
            path.unlink()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        if handle is not None:
            os.close(handle)


@contextmanager
def _held(home: Home) -> Iterator[_Held]:
    """Lease the current snapshot, the pinned ones, and the newest where it was rolled back.

    Once they are leased and `CURRENT` is still the same, whoever clears snapshots away later sees the leases.
    """
    for _ in range(_TRIES):
        current = home.current()
        if current is None:
            raise NothingPublished(f"nothing has been ingested into {home.path} yet; there is nothing to back up")
        note, pins = rolled_back(home), pinned(home)
        rollback = note if note is not None and note[1] == current else None
        ids = sorted({current, *pins, *(rollback or ())})
        with holding(home, *ids):
            if home.current() == current:
                yield _read(home, current, ids, rollback)
                return
    raise WriterBusy(f"{home.path} publishes faster than it can be read; try the backup again")


def _read(home: Home, current: str, ids: list[str], rollback: tuple[str, str] | None) -> _Held:
    manifests, left_out = {}, []
    for id in ids:
        try:
            manifests[id] = Manifest.read(home.snapshots / id)
        except SnapshotDamaged:
            if id == current:
                raise
            left_out.append(id)
    return _Held(current, manifests, tuple(left_out), rollback if rollback and rollback[0] in manifests else None)


def _forget_later(database: Path, held: _Held) -> None:
    """Take out of a copy what was written or published after the snapshots held, and what is only of this place."""
    engine = connect(f"sqlite:///{database}")
    try:
        Writing(Store(engine), published=held.generation)
        with engine.begin() as connection:
            connection.execute(delete(GenerationRow).where(GenerationRow.number > held.generation))
            known = set(connection.execute(select(GenerationRow.number)).scalars())
            for id, manifest in held.manifests.items():  # one may have become current, and not been noted yet
                if manifest.generation not in known:
                    connection.execute(insert(GenerationRow).values(number=manifest.generation, snapshot=id))
                    known.add(manifest.generation)
            for table in (HoldingRow, WriterRow):  # homes and processes that mean nothing elsewhere
                connection.execute(delete(table))
    finally:
        engine.dispose()
    one_file(database)


def _copied(places: Mapping[str, Path], folder: Path) -> dict[str, Path]:
    """Copies of those of an operator's own files that are there: an editor may be open."""
    made = {}
    for name, place in places.items():
        try:
            content = place.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise unavailable(f"cannot read {place}, which belongs in the backup", error) from error
        made[name] = folder / name
        made[name].write_bytes(content)
    return made


def _contents(home: Home, held: _Held, database: Path, copies: Mapping[str, Path]) -> tuple[Contents, dict[str, Path]]:
    """What is to be in the file, and where each member is read from. Files that snapshots share are in it once."""
    members = {DATABASE: Entry(checksum(database), database.stat().st_size)}
    sources, linked, places = {DATABASE: database}, {}, dict[tuple[str, int], str]()
    for name, copy in copies.items():
        sources[name], members[name] = copy, Entry(checksum(copy), copy.stat().st_size)
    for id, manifest in held.manifests.items():
        folder = home.snapshots / id
        own = folder / NAME
        name = f"snapshots/{id}/{NAME}"
        sources[name], members[name] = own, Entry(checksum(own), own.stat().st_size)
        for file, entry in manifest.files.items():
            name = f"snapshots/{id}/{file}"
            place = places.setdefault((entry.sha256, entry.bytes), name)
            if place != name:
                linked[name] = place
                continue
            sources[name], members[name] = folder / file, Entry(entry.sha256, entry.bytes)
    ids = tuple(held.manifests)
    contents = Contents(
        id=uuid.uuid4().hex,
        version=version("xuanji"),
        schema=SCHEMA,
        created=now(),
        current=held.current,
        snapshots=ids,
        pins=tuple(sorted(pinned(home) & set(ids))),
        rollback=" ".join(held.rollback) if held.rollback else None,
        members=members,
        linked=linked,
    )
    return contents, sources
