"""`Home`, the folder that holds everything Xuanji keeps: database, snapshots, models, and which one is current."""

from __future__ import annotations

import errno
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import StorageUnavailable
from index.exclusive import describe, locked_file


class Home:
    """Paths below one folder, and the two acts that need care: naming the current snapshot, and being the one writer.

    `database_url` is an SQLAlchemy URL; without one the database is an SQLite file in the folder.
    """

    def __init__(self, path: Path, database_url: str | None = None) -> None:
        self.path = path.expanduser().absolute()
        self.database_url = database_url or f"sqlite:///{self.path / 'xuanji.db'}"
        self.snapshots = self.path / "snapshots"
        self.models = self.path / "models"

    def create(self) -> None:
        """Make the folder. Raises StorageUnavailable where it cannot be written."""
        try:
            self.snapshots.mkdir(parents=True, exist_ok=True)
            self.models.mkdir(exist_ok=True)
        except OSError as error:
            raise StorageUnavailable(f"cannot write to {self.path}: {reason(error)}") from error

    def current(self) -> str | None:
        """The published snapshot's id, or None where nothing was published."""
        try:
            return (self.path / "CURRENT").read_text().strip() or None
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageUnavailable(f"cannot read {self.path / 'CURRENT'}: {reason(error)}") from error

    def point_to(self, snapshot: str) -> None:
        """Make `snapshot` the current one, by an atomic rename."""
        write_durably(self.path / "CURRENT", f"{snapshot}\n".encode())

    def identity(self) -> str:
        """A name for this home that no other has, made at first use."""
        path = self.path / "ID"
        try:
            if found := path.read_text(encoding="utf-8").strip():
                return found
        except FileNotFoundError:
            pass
        except OSError as error:
            raise StorageUnavailable(f"cannot read {path}: {reason(error)}") from error
        made = uuid.uuid4().hex
        write_durably(path, f"{made}\n".encode())
        return made

    @contextmanager
    def writing(self, command: str = "") -> Iterator[None]:
        """Be the only process that writes here. Raises WriterBusy at once, naming the other one and since when."""
        self.create()
        with locked_file(self.path / "WRITER.lock", describe(command), str(self.path)):
            yield


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file's content so that a reader, even after a power cut, sees the old or the new whole."""
    beside = path.with_name(path.name + ".new")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise StorageUnavailable(f"cannot write {path}: {reason(error)}") from error


def checksum(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable (a no-op where folders cannot be opened)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def reason(error: OSError) -> str:
    """An operating system's error in words a person can act on."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; free some space and run this again"
    if error.errno == errno.EROFS:
        return "the disk is read-only"
    return error.strerror or str(error)
