"""What confines a worker process: its memory, and the life of its parent."""

from __future__ import annotations

import os
import sys
import time

MIB = 1 << 20


def die_with_parent(parent: int) -> None:
    """End this process when it is no longer the child of `parent`; for a thread of its own."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def cap_memory(memory_mib: int) -> None:
    """Let an allocation far over the limit fail at once; the parent's watch catches slower growth."""
    if sys.platform == "linux":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        cap = max(2 * memory_mib, memory_mib + 512) * MIB
        resource.setrlimit(resource.RLIMIT_DATA, (cap if hard < 0 else min(cap, hard), hard))
