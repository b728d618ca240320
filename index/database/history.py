"""`Event`: something that was done to what is served, by whom and when. The record is only ever added to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, insert, select

from index.database.tables import EventRow, Kind, now


@dataclass(frozen=True, slots=True)
class Event:
    """`what` is "published", "not published", "rolled back", "withdrawn", "released", "purged" or "restored";
    `at` is ISO 8601; `detail` says more, by name."""

    at: str
    by: str
    what: str
    snapshot: str | None
    detail: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return {"at": self.at, "by": self.by, "what": self.what, "snapshot": self.snapshot, **self.detail}


def record(
    engine: Engine, what: str, by: str, snapshot: str | None = None, detail: Mapping[str, Any] | None = None
) -> Event:
    """Add an event to the record."""
    event = Event(now(), by, what, snapshot, dict(detail or {}))
    with engine.begin() as connection:
        connection.execute(
            insert(EventRow).values(at=event.at, by=by, what=what, snapshot=snapshot, detail=event.detail)
        )
    return event


def history(engine: Engine, last: int = 50) -> list[Event]:
    """The last events, the newest first, in the order they happened (a clock that was set back does not matter)."""
    with engine.connect() as connection:
        return [
            Event(row.at, row.by, row.what, row.snapshot, row.detail)
            for row in connection.execute(select(*EventRow.__table__.c).order_by(EventRow.id.desc()).limit(last))
        ]


def was_purged(engine: Engine, kind: Kind, value: str) -> bool:
    """Whether the record tells of a purge of this SKU (folded) or path."""
    with engine.connect() as connection:
        told = connection.execute(select(EventRow.detail).where(EventRow.what == "purged")).scalars()
        return any([kind, value] in detail.get("values", ()) for detail in told)
