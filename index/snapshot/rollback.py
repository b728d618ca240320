"""Rolling back: an older snapshot, still kept whole, becomes the current one at once. Nothing is built or embedded."""

from __future__ import annotations

from dataclasses import dataclass

from index.database.history import record
from index.database.store import Store
from index.errors import BadRequest, EmbedderMismatch, NotFound, NothingPublished, SnapshotDamaged
from index.snapshot.home import Home
from index.snapshot.manifest import Manifest
from index.snapshot.shelf import note_rollback, snapshots


@dataclass(frozen=True, slots=True)
class Rollback:
    """What was current, and what is."""

    before: str
    now: str


def roll_back(home: Home, store: Store, to: str | None = None, *, by: str, reason: str = "") -> Rollback:
    """Make `to` the current snapshot, or without it the newest one older than the current; it stands in the record.

    It holds until a catalogue is published that differs from the one rolled back: an unchanged folder publishes
    nothing. Use under `Home.writing()` and `Store.alone()`. Raises NothingPublished, NotFound, BadRequest (it is
    current already), SnapshotDamaged or EmbedderMismatch, with nothing changed.
    """
    current = home.current()
    if current is None:
        raise NothingPublished(f"nothing has been ingested into {home.path} yet, so there is nothing to go back to")
    known = snapshots(home)
    target = to or _older(known, current)
    if target not in known:
        raise NotFound(f"there is no snapshot {target}; there are: {', '.join(known)}")
    if target == current:
        raise BadRequest(f"snapshot {target} is the current one already")
    manifest = known[target]
    if manifest is None or not manifest.intact(home.snapshots / target):
        raise SnapshotDamaged(f"snapshot {target} is damaged, so {current} goes on; others: {', '.join(known)}")
    serving = known.get(current)
    if serving is not None and serving.fingerprint != manifest.fingerprint:
        raise EmbedderMismatch(
            f"snapshot {target} was made by the embedder {manifest.embedder} ({manifest.fingerprint}), and a running "
            f"server could not search it; {current} goes on"
        )
    # first why the newest is not the current one, then that it is not: a process that dies between changes nothing
    note_rollback(home, next(iter(known)), target)
    home.point_to(target)
    record(store.engine, "rolled back", by, target, {"from": current, "reason": reason})
    return Rollback(current, target)


def _older(known: dict[str, Manifest | None], current: str) -> str:
    older = [id for id, manifest in known.items() if id < current and manifest is not None]
    if not older:
        raise NotFound(f"there is no snapshot older than the current one, {current}")
    return older[0]
