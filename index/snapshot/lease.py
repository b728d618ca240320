"""`Lease`: a mark that a process is reading a snapshot, so that no other one clears it away.

The mark is a shared lock of the operating system on the snapshot's manifest: it ends with the process, however that
ends. Where there are no such locks (Windows, some network disks), the newest snapshots are kept all the same.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # not POSIX
    fcntl = None  # type: ignore[assignment]


class Lease:
    """Held from its making to `close`. `folder` is a snapshot's; one that is gone is leased in vain."""

    def __init__(self, folder: Path) -> None:
        self._handle: int | None = None
        if fcntl is None:
            return
        with contextlib.suppress(OSError):
            self._handle = os.open(folder / "manifest.json", os.O_RDONLY)
            fcntl.flock(self._handle, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def close(self) -> None:
        """Let it go; may be called more than once."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


def leased(folder: Path) -> bool:
    """Whether somebody is reading a snapshot."""
    if fcntl is None:
        return False
    try:
        handle = os.open(folder / "manifest.json", os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    else:
        return False
    finally:
        os.close(handle)
