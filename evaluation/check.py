"""`Check`: one thing the gate looked at, and what it has to say of it; with the means to time and to word one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Check:
    """`name` is "counts", "lint", "canaries" or "names". `sentences`, for a shopkeeper: one for each thing that failed,
    or, where the check passed, what was found. `seconds`: how long looking took.
    """

    name: str
    passed: bool
    sentences: tuple[str, ...]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """For a manifest and for `--json`."""
        return {
            "name": self.name,
            "passed": self.passed,
            "sentences": list(self.sentences),
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Runs from when it is made until the check is `settled`."""

    began: float = field(default_factory=time.perf_counter)

    def settled(self, name: str, failures: Sequence[str], found: str) -> Check:
        """The check that failed with these sentences, or else passed and found this."""
        return Check(name, not failures, tuple(failures) or (found,), time.perf_counter() - self.began)


def listed(things: Sequence[str], most: int) -> str:
    """The first `most` things in a row, and how many more there are: "a, b and 3 more"."""
    shown = ", ".join(things[:most])
    return f"{shown} and {len(things) - most:,} more" if len(things) > most else shown


def sentence(text: object) -> str:
    """An error's or a finding's text, ended with a full stop."""
    return f"{str(text).rstrip('.')}."
