"""`View`: what a reader may see. The one place that decides it, below every route and every search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from index.database.tables import ChunkRow, DocumentRow, WithdrawalRow


@dataclass(frozen=True, slots=True)
class View:
    """One generation, on one day, less what an operator has withdrawn.

    `today` is an ISO date in the shop's time zone: a row is seen from its `valid_from` to its `valid_to`, both
    included. `newest` is the newest generation that was published: while a reader is still on an older one, it keeps
    the old words of what changed since, but no longer sees what is gone from the newest altogether.
    """

    generation: int
    today: str
    newest: int = 0

    @property
    def values(self) -> dict[str, Any]:
        """What `seen` binds."""
        return {"generation": self.generation, "today": self.today, "newest": self.newest}

    @property
    def behind(self) -> bool:
        """Whether a newer generation was published."""
        return self.newest > self.generation


def seen(*, behind: bool) -> list[ColumnElement[bool]]:
    """Conditions on `ChunkRow` joined with `DocumentRow`, with the names of `View.values` to be bound."""
    generation: BindParameter[int] = bindparam("generation")
    today: BindParameter[str] = bindparam("today")
    conditions: list[ColumnElement[bool]] = [
        ChunkRow.born <= generation,
        or_(ChunkRow.died.is_(None), ChunkRow.died > generation),
        or_(ChunkRow.valid_from.is_(None), ChunkRow.valid_from <= today),
        or_(ChunkRow.valid_to.is_(None), ChunkRow.valid_to >= today),
        ~_withdrawn("sku", ChunkRow.sku),
        ~_withdrawn("document", DocumentRow.path),
    ]
    if behind:
        newest: BindParameter[int] = bindparam("newest")
        later = aliased(ChunkRow)
        living = and_(later.born <= newest, or_(later.died.is_(None), later.died > newest))
        lives_on = exists().where(later.uid == ChunkRow.uid, later.collection_id == ChunkRow.collection_id, living)
        conditions.append(or_(ChunkRow.died.is_(None), ChunkRow.died > newest, lives_on))
    return conditions


def _withdrawn(kind: str, value: Any) -> ColumnElement[bool]:
    here = or_(WithdrawalRow.collection_id.is_(None), WithdrawalRow.collection_id == ChunkRow.collection_id)
    return (
        select(WithdrawalRow.id)
        .where(WithdrawalRow.kind == kind, WithdrawalRow.value == value, here)
        .correlate(ChunkRow, DocumentRow)
        .exists()
    )
