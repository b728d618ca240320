"""`Restore`: a backup becomes a home's content, on this or another machine, or nothing of it is there.

The whole file is checked before anything is written. Then it is unpacked beside, its database brought up to date, and
all is put in its place by renames, the database first and `CURRENT` last: whatever instant the process dies at, either
nothing is published or everything is there. What was there before is moved aside, never deleted.
"""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine, create_engine

from index.database.database import connect
from index.database.exclusive import describe, exclusive
from index.database.history import history, record
from index.database.store import Store
from index.database.writing import Writing
from index.disk import reason, sync_folder, unavailable, write_durably
from index.errors import BadRequest, SnapshotDamaged, StorageUnavailable
from index.keeping.archive import DATABASE, KEPT_FILES, Contents, Entry, Progress, counted, read_archive
from index.keeping.database_file import check_empty, fill, has_rows, one_file, sqlite_file, with_companions
from index.snapshot.home import Home
from index.snapshot.manifest import Manifest
from index.snapshot.shelf import NOTE, generation_of, snapshots

PARTIAL = "restore.partial"
SETTINGS, CANARIES = KEPT_FILES
ASIDE_SETTINGS = "xuanji.restored.toml"


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What is there now. `created` and `version` are the backup's, ISO 8601 and Xuanji's.

    `rebuild`: its snapshot is of an older format, so the index is to be made anew from the database, at no embedding.
    `aside` is the folder to which what was there before has gone, `settings` a settings file that was not put in place.
    """

    snapshot: str
    snapshots: tuple[str, ...]
    created: str
    version: str
    rebuild: bool
    aside: Path | None
    settings: Path | None

    def __str__(self) -> str:
        told = [f"snapshot {self.snapshot} is served, as it was saved {self.created}"]
        if self.rebuild:
            told = [f"the catalogue is there as it was saved {self.created}, and its index is made anew from it"]
        if self.aside is not None:
            told.append(f"what was here before lies in {self.aside}")
        if self.settings is not None:
            told.append(f"the saved settings may not fit here and lie in {self.settings}")
        return "; ".join(told)

    def as_dict(self) -> dict[str, Any]:
        """The fields by name, for `--json`."""
        return {name: str(value) if isinstance(value, Path) else value for name, value in asdict(self).items()}


def restore(
    file: Path,
    home: Home,
    *,
    force: bool = False,
    by: str = "",
    progress: Progress = lambda _what, _share: None,
) -> RestoreReport:
    """Make a backup the content of a home and of its database. Servers of this home are to be stopped before.

    With `force`, what is published in the home is moved aside; without it BadRequest is raised. A PostgreSQL database
    must be empty in any case. Raises BadRequest (no backup, a damaged one, or one of a newer version), WriterBusy or
    StorageUnavailable, with nothing changed.
    """
    file, by = file.expanduser().absolute(), by or describe("restore")
    size = file.stat().st_size if file.is_file() else 0
    read_archive(file, lambda _: None, counted(progress, "check", size))
    with home.writing(by), _database(home, by) as engine:
        interrupted = home.current() is None and (home.path / PARTIAL).is_dir()
        if not (force or interrupted) and (used := _used(home)):
            raise BadRequest(
                f"{home.path} is in use: {used}. Name an empty home, or allow what is there to be moved aside (--force)"
            )
        return _Restoring(file, home, engine, by, progress, interrupted=interrupted).run(size)


@contextmanager
def _database(home: Home, by: str) -> Iterator[Engine | None]:
    """The server's database, ours alone while this lasts; None for an SQLite file."""
    if (path := sqlite_file(home.database_url)) is not None:
        engine = create_engine(f"sqlite:///{path}")  # nothing opens the file: it is about to be replaced
        with exclusive(engine, by):
            yield None
        return
    engine = connect(home.database_url)
    try:
        with exclusive(engine, by):
            yield engine
    finally:
        engine.dispose()


def _used(home: Home) -> str:
    """What stands in the way of filling this home, in words; "" where nothing does."""
    if (current := home.current()) is not None:
        return f"it serves snapshot {current}"
    if known := snapshots(home):
        return f"it has snapshot {next(iter(known))}"
    path = sqlite_file(home.database_url)
    if path is not None and path.exists() and has_rows(path):
        return f"{path} holds rows"
    return ""


class _Restoring:
    """One restore, under the locks: unpack beside, bring up to date, put in place."""

    def __init__(
        self, file: Path, home: Home, engine: Engine | None, by: str, progress: Progress, *, interrupted: bool
    ) -> None:
        self.file, self.home, self.engine, self.by, self.progress = file, home, engine, by, progress
        self.interrupted = interrupted
        """An earlier restore died here: what lies here unpublished is its own."""
        self.partial = home.path / PARTIAL
        self.filled = False
        path = sqlite_file(home.database_url)
        self.database = path or self.partial / DATABASE
        self.staged = self.database.with_name(self.database.name + ".restored")

    def run(self, size: int) -> RestoreReport:
        try:
            self._clear_staged()
            self.partial.mkdir()
            contents = read_archive(self.file, self._place, counted(self.progress, "unpack", size))
            for name, same in contents.linked.items():
                _link(self.partial / same, self._parent(name))
            rebuild = not self._whole(contents)
            if self.engine is not None:
                self.filled = self.interrupted and _filled_by(self.engine, contents)
                if not self.filled:
                    check_empty(self.engine)
            self._update(contents)
        except BaseException as error:
            self._clear_staged()
            if self.interrupted:
                self.partial.mkdir()
            if isinstance(error, OSError):
                raise unavailable(f"cannot write to {self.home.path}", error) from error
            raise
        try:
            return self._put_in_place(contents, rebuild)
        except OSError as error:  # the folder beside stays: it tells that this is to be run again
            raise StorageUnavailable(
                f"{self.home.path} is half restored: {reason(error)}. Run the restore again; nothing is published yet"
            ) from error

    def _clear_staged(self) -> None:
        shutil.rmtree(self.partial, ignore_errors=True)
        for path in with_companions(self.staged):
            path.unlink(missing_ok=True)

    def _place(self, name: str) -> IO[bytes]:
        if name == DATABASE:
            return os.fdopen(os.open(self.staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        return self._parent(name).open("xb")

    def _parent(self, name: str) -> Path:
        path = self.partial / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _whole(self, contents: Contents) -> bool:
        """Whether the current snapshot can be opened by this version; gives all files the time of their writing."""
        entries, whole = contents.entries(), False
        for id in contents.snapshots:
            folder = self.partial / "snapshots" / id
            try:
                manifest = Manifest.read(folder)
            except SnapshotDamaged:
                continue
            same = True
            for name, entry in manifest.files.items():
                same = same and entries.get(f"snapshots/{id}/{name}") == Entry(entry.sha256, entry.bytes)
                if same:  # the time by which a file is known to be as it was published, without reading it
                    os.utime(folder / name, ns=(entry.written, entry.written))
            whole = whole or (same and id == contents.current)
        return whole

    def _update(self, contents: Contents) -> None:
        """Bring the tables up to date, and write down whose they are now and how that came."""
        engine = connect(f"sqlite:///{self.staged}")
        try:
            store = Store(engine)
            generations = {generation_of(id) for id in contents.snapshots}
            writing = Writing(store, published=max(*generations, store.published()))
            writing.hold(self.home.identity(), generations)
            told = {"backup": contents.id, "saved": contents.created, "version": contents.version}
            record(engine, "restored", self.by, contents.current, told)
        finally:
            engine.dispose()
        one_file(self.staged)
        with self.staged.open("rb") as file:
            os.fsync(file.fileno())

    def _put_in_place(self, contents: Contents, rebuild: bool) -> RestoreReport:
        home = self.home
        aside = self._move_aside()
        if self.engine is None:
            self.staged.rename(self.database)
            sync_folder(self.database.parent)
        elif not self.filled:
            fill(self.staged, self.engine, self.progress)
        home.snapshots.mkdir(exist_ok=True)
        for id in contents.snapshots:
            folder = self.partial / "snapshots" / id
            sync_folder(folder)
            folder.rename(home.snapshots / id)
        sync_folder(home.snapshots)
        for id in contents.pins:
            (home.path / "pins").mkdir(exist_ok=True)
            write_durably(home.path / "pins" / id, b"")
        if contents.rollback is not None:
            write_durably(home.path / NOTE, f"{contents.rollback}\n".encode())
        if (self.partial / CANARIES).exists():
            (self.partial / CANARIES).replace(home.path / CANARIES)
        settings = self._place_settings()
        home.point_to(contents.current)
        self._clear_staged()
        return RestoreReport(
            contents.current, contents.snapshots, contents.created, contents.version, rebuild, aside, settings
        )

    def _move_aside(self) -> Path | None:
        """Whatever is in the way goes to a folder of its own, what is published first; an empty database just goes."""
        home = self.home
        if self.engine is None and self.database.exists() and not has_rows(self.database):
            for path in with_companions(self.database):
                path.unlink(missing_ok=True)
        known = [home.path / name for name in ("CURRENT", NOTE, "pins", CANARIES)]
        database = with_companions(self.database) if self.engine is None else []
        folders = [path for path in home.snapshots.iterdir() if path.is_dir()] if home.snapshots.is_dir() else []
        there = [path for path in (*known, *database, *folders) if path.exists()]
        if not there:
            return None
        stem = f"before-restore-{datetime.now():%Y%m%dT%H%M%S}"
        names = (stem, *(f"{stem}-{n}" for n in range(2, 1000)))
        aside = next(home.path / name for name in names if not (home.path / name).exists())
        (aside / "snapshots").mkdir(parents=True)
        for path in there:
            target = aside / path.relative_to(home.path) if path.is_relative_to(home.path) else aside / path.name
            shutil.move(path, target)
        for folder in {path.parent for path in there}:
            sync_folder(folder)
        return aside

    def _place_settings(self) -> Path | None:
        """Put the saved settings in place, unless there are some, or they name what is not here: another database, a
        home of their own (they lay outside it), test questions."""
        saved, place = self.partial / SETTINGS, self.home.path / SETTINGS
        if not saved.exists():
            return None
        if place.exists() and place.read_bytes() == saved.read_bytes():
            return None
        try:
            named = tomllib.loads(saved.read_text(encoding="utf-8"))
        except ValueError:
            named = {"home": ""}
        fits = "home" not in named and named.get("database_url", "") in ("", self.home.database_url)
        fits = fits and (not (asked := str(named.get("canaries", ""))) or Path(asked).is_file())
        if fits and not place.exists():
            saved.replace(place)
            return None
        saved.replace(self.home.path / ASIDE_SETTINGS)
        return self.home.path / ASIDE_SETTINGS


def _filled_by(engine: Engine, contents: Contents) -> bool:
    """Whether an earlier try to restore this backup got as far as filling the database, and nothing was done since."""
    last = history(engine, last=1)
    return bool(last) and last[0].what == "restored" and last[0].detail.get("backup") == contents.id


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copyfile(source, target)
