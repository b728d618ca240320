"""`PurgeReport`: what a purge removed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """What was removed: `rows` of any generation, `embeddings` from the cache, whole `snapshots` (and which of those
    were pinned). `snapshot` is the one that is served now, `published` whether it was made for this; `notes` say what
    could not be done from here."""

    rows: int
    embeddings: int
    documents: tuple[str, ...]
    snapshots: tuple[str, ...]
    pinned: tuple[str, ...]
    snapshot: str | None
    published: bool
    notes: tuple[str, ...]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return asdict(self)

    def __str__(self) -> str:
        where = f" of {', '.join(self.documents)}" if self.documents else ""
        words = [f"removed {self.rows:,} stored rows{where} and {self.embeddings:,} cached vectors"]
        if self.published:
            words.append(f"snapshot {self.snapshot} is served, made without them")
        if self.snapshots:
            words.append(f"these snapshots held them and are gone: {', '.join(self.snapshots)}")
        if self.pinned:
            words.append(f"pinned were: {', '.join(self.pinned)}")
        return "; ".join([*words, *self.notes])
