"""`Gate`: what looks at a snapshot before it is served, and may keep it back. What it looks at is not known here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from index.snapshot.manifest import Manifest
from index.snapshot.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Candidate:
    """A snapshot before it is served: open, beside the manifest of the one that is (None: there is none)."""

    snapshot: Snapshot
    before: Manifest | None


class Verdict(Protocol):
    """What a gate says: whether the snapshot may be served (`opens`), and what failed, a sentence each."""

    @property
    def opens(self) -> bool: ...
    @property
    def failures(self) -> tuple[str, ...]: ...
    def as_dict(self) -> dict[str, Any]: ...


Gate = Callable[[Candidate], Verdict]


@dataclass(frozen=True, slots=True)
class Ungated:
    """The one gate that looks at nothing, and its verdict: for what holds no catalogue that anybody is served, or only
    less of one. `why` stands in the manifest and in the record."""

    why: str
    opens: bool = True
    failures: tuple[str, ...] = ()

    def __call__(self, candidate: Candidate, *_: object) -> Ungated:
        return self

    def as_dict(self) -> dict[str, Any]:
        """For a manifest."""
        return {"ungated": self.why}


def look(gate: Gate, folder: Path, manifest: Manifest, before: Manifest | None) -> Verdict:
    """What a gate says of a snapshot whose files lie in `folder`, opened for it before it is published."""
    with Snapshot(folder, manifest, device="cpu", check=False) as snapshot:
        return gate(Candidate(snapshot, before))
