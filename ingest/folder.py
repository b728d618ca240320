"""`Listing`: the files of a folder as ingest sees them, and the ones it will not touch, with the reason."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from index.disk import checksum
from index.errors import BadRequest, EmptyFolder, StorageUnavailable
from ingest.formats import is_clutter
from ingest.report import Refusal
from ingest.workers import Job


@dataclass(slots=True)
class Listing:
    """Files to read, in the order of their paths, files refused before reading (each may be tried again), and the paths
    of private ones, which are not even opened."""

    jobs: list[Job] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    private: list[str] = field(default_factory=list)


def list_folder(
    folder: Path,
    leave_out: Path,
    progress: Callable[[int], None] = lambda seen: None,
    is_private: Callable[[str], bool] = lambda path: False,
) -> Listing:
    """Walk a folder, hashing each file, but for what lies in `leave_out` (the home, if somebody put it there) and for
    files whose path `is_private`.

    Symbolic links are not followed: one that leads inside is read where it leads to, one that leads out is refused.
    Raises BadRequest where there is no such folder, EmptyFolder where it holds no file, StorageUnavailable where it
    cannot be listed.
    """
    if not folder.is_dir():
        kind = "is a file, not a folder: name the folder that holds it" if folder.exists() else "does not exist"
        raise BadRequest(f"{folder} {kind}")
    root = folder.resolve()
    listing = Listing()

    def cannot_list(error: OSError) -> None:
        path = os.path.relpath(str(error.filename), root)
        if path == ".":
            raise StorageUnavailable(f"{folder} cannot be listed: {error.strerror}; nothing was changed") from error
        listing.refused.append(Refusal(readable(path), "", f"the folder cannot be listed: {error.strerror}"))

    for where, folders, files in os.walk(root, onerror=cannot_list):
        here = Path(where)
        folders[:] = sorted(name for name in folders if not is_clutter(here / name) and here / name != leave_out)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if name not in links]
        for name in sorted(links + [name for name in files if not is_clutter(here / name)]):
            path = readable((here / name).relative_to(root).as_posix())
            if is_private(path):
                listing.private.append(path)
                continue
            _list_file(here / name, path, root, listing)
            progress(len(listing.jobs) + len(listing.refused))
    if not (listing.jobs or listing.refused or listing.private):
        raise EmptyFolder(
            f"{folder} holds no files, so nothing was changed. Is it the right folder, and is its disk mounted?"
        )
    listing.jobs.sort(key=lambda job: job.path)
    return listing


def readable(path: str) -> str:
    """A path that can be printed and stored, whatever bytes the file system gave its name."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").replace(os.sep, "/")


def _list_file(file: Path, path: str, root: Path, listing: Listing) -> None:
    def refuse(why: str) -> None:
        listing.refused.append(Refusal(path, "", why))

    try:
        if file.is_symlink():
            target = file.resolve()
            if not target.is_relative_to(root):
                refuse("it is a symbolic link that leads out of the folder, and such links are not followed")
            elif not target.exists():
                refuse("it is a symbolic link to nothing")
            return
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            refuse("it is not a regular file")
        elif "\\x" in path and path != file.relative_to(root).as_posix():
            refuse("its name is not valid UTF-8; rename it")
        else:
            listing.jobs.append(Job(file, path, checksum(file), status.st_size))
    except OSError as error:
        refuse(f"the file cannot be read: {error.strerror}")
