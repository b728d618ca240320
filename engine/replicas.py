"""`Replicas`: which of several equal servers a prompt goes to. It knows addresses and counts, and no HTTP."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

REST = 5.0
"""Seconds for which a replica that failed, or was busy, is left out."""


@dataclass(slots=True)
class _Replica:
    url: str
    running: int = 0
    rests_until: float = 0.0

    def affinity(self, key: str) -> bytes:
        return hashlib.sha256(f"{self.url}\n{key}".encode("utf-8", "replace")).digest()


class Replicas:
    """The servers at `urls`, with what runs on each. Safe for any number of threads.

    A key goes to the server with the highest hash of both (rendezvous hashing: Thaler and Ravishankar, 1998), so that
    a server still holds the prompt it saw before, and only the keys of a lost server move. One that runs more than
    twice as much as the least busy, and two more, is passed over for that one.
    """

    def __init__(self, urls: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._replicas = {url: _Replica(url) for url in urls}
        self._clock = clock
        self._lock = threading.Lock()

    @property
    def urls(self) -> tuple[str, ...]:
        """All addresses, the rested ones first."""
        now = self._clock()
        with self._lock:
            ordered = sorted(self._replicas.values(), key=lambda one: max(one.rests_until, now))
        return tuple(one.url for one in ordered)

    def take(self, key: str) -> str:
        """The address for a request, which counts as running there until `give`."""
        now = self._clock()
        with self._lock:
            all_of_them = self._replicas.values()
            fit = [one for one in all_of_them if one.rests_until <= now]
            # with none left, the first to come back is as good a guess as there is
            fit = fit or [min(all_of_them, key=lambda one: one.rests_until)]
            chosen = max(fit, key=lambda one: one.affinity(key))
            least = min(fit, key=lambda one: one.running)
            if chosen.running > 2 * least.running + 2:
                chosen = least
            chosen.running += 1
            return chosen.url

    def give(self, url: str) -> None:
        """A request that was taken has ended."""
        with self._lock:
            self._replicas[url].running -= 1

    def rest(self, url: str, seconds: float = REST) -> bool:
        """Leave a server out for a while; whether another one is left."""
        now = self._clock()
        with self._lock:
            self._replicas[url].rests_until = now + seconds
            return any(one.rests_until <= now for one in self._replicas.values())
