"""`Home`, the folder that holds everything Xuanji keeps: database, snapshots, models, and which one is current."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import StorageUnavailable, WriterBusy


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

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only process that writes here. Raises WriterBusy at once where another one is."""
        self.create()
        lock = FileLock(self.path / "WRITER.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise WriterBusy(
                f"another process is writing to {self.path}; wait for it to end and run this again"
            ) from error
        except OSError as error:
            raise StorageUnavailable(f"cannot write to {self.path}: {reason(error)}") from error
        try:
            yield
        finally:
            lock.release()


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
