"""`ByGeneration`: what is read of a collection once for a generation, and kept for the latest few."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy import Engine

KEPT = 8
"""Collections and generations of which it is kept."""
Read = TypeVar("Read")


class ByGeneration(Generic[Read]):
    """`read` takes the database, a collection's id and a generation. Safe for many threads: two that are first both
    read, and get the same."""

    def __init__(self, engine: Engine, read: Callable[[Engine, int, int], Read]) -> None:
        self._engine, self._read = engine, read
        self._known: dict[tuple[int, int], Read] = {}

    def of(self, collection: int, generation: int) -> Read:
        """What was read of a collection in a generation."""
        key = (collection, generation)
        if (found := self._known.get(key)) is None:
            found = self._known[key] = self._read(self._engine, collection, generation)
            for old in list(self._known)[:-KEPT]:
                self._known.pop(old, None)
        return found
