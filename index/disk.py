"""What is asked of a disk: a file's checksum, a file written durably or read, and why something was refused.

It imports little, since every process that reads files imports it.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import SnapshotDamaged, StorageUnavailable


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
        raise unavailable(f"cannot write {path}", error) from error


@contextmanager
def reading(what: str, path: Path) -> Iterator[None]:
    """While a file of a snapshot is read: SnapshotDamaged where it is missing or makes no sense (a ValueError),
    StorageUnavailable where the disk refuses. `what` is its kind, as "vector index"."""
    try:
        yield
    except FileNotFoundError as error:
        raise SnapshotDamaged(f"The {what} {path} is missing. Run `ingest` again.") from error
    except OSError as error:
        raise StorageUnavailable(f"Cannot read the {what} {path}: {reason(error)}.") from error
    except (ValueError, TypeError, KeyError) as error:
        raise SnapshotDamaged(f"The {what} {path} is damaged: {error}. Run `ingest` again.") from error


def unwritten(what: str, path: Path, error: OSError) -> StorageUnavailable:
    """What to raise where a file of a snapshot cannot be written."""
    return StorageUnavailable(f"Cannot write the {what} {path}: {reason(error)}. Nothing was published.")


def unavailable(what: str, error: OSError) -> StorageUnavailable:
    """What to raise where something was refused, with what it was and why."""
    return StorageUnavailable(f"{what}: {reason(error)}")


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
