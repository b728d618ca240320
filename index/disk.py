"""What is asked of a disk: a file's checksum, a file written durably, and why something was refused.

It imports little, since every process that reads files imports it.
"""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

from index.errors import StorageUnavailable


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
