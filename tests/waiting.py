"""How long a test waits for what must come: far longer than it ever takes, so that only a hang gets there."""

from __future__ import annotations

import time
from collections.abc import Callable

LONGEST = 600.0
"""Seconds."""


def within(seconds: float, true: Callable[[], bool]) -> bool:
    """Whether something comes true in time."""
    deadline = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found
