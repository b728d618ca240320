"""`Pace`: how often a place became free lately, which an honest "try again in" goes by. Not thread-safe."""

from __future__ import annotations

import time

RECENT = 0.2
"""The weight of the newest interval in the mean."""


class Pace:
    """`interval`: the mean of the seconds between two ends, 1 before any was seen; idle times are not counted."""

    def __init__(self) -> None:
        self.interval = 1.0
        self._last = 0.0

    @property
    def since(self) -> float:
        """Seconds since the last end, or since work came after an idle time."""
        return time.monotonic() - self._last

    def begin(self) -> None:
        """Work comes after an idle time."""
        self._last = time.monotonic()

    def end(self) -> None:
        """A piece of work has ended."""
        self.interval += RECENT * (self.since - self.interval)
        self.begin()
