"""`Withdrawal`: a SKU or a document that nothing may answer for, until it is released.

It holds in every process from the moment it is committed: `index.view` looks here with every reading of chunks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine, delete, insert, or_, select

from index.database import translated
from index.exclusive import now
from index.filters import fold
from index.tables import WithdrawalRow

Kind = Literal["sku", "document"]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """`written` is the SKU or path as it was given, `collection_id` None for all collections, `at` ISO 8601."""

    kind: Kind
    written: str
    collection_id: int | None
    at: str
    by: str
    reason: str

    @property
    def value(self) -> str:
        """What rows are compared with: a SKU without regard to case and width, a path as it stands."""
        return comparable(self.kind, self.written)


def comparable(kind: Kind, written: str) -> str:
    """A SKU folded as the store folds it; a path with forward slashes and no `./` in front."""
    return fold(written) if kind == "sku" else written.replace("\\", "/").removeprefix("./")


def withdraw(
    engine: Engine, kind: Kind, written: str, *, by: str, reason: str = "", collection_id: int | None = None
) -> Withdrawal:
    """Withdraw from this moment on; one that stands already is left as it is."""
    made = Withdrawal(kind, written, collection_id, now(), by, reason)
    with translated(), engine.begin() as connection:
        found = select(WithdrawalRow.id).where(
            WithdrawalRow.kind == kind,
            WithdrawalRow.value == made.value,
            or_(WithdrawalRow.collection_id.is_(None), WithdrawalRow.collection_id == collection_id),
        )
        if connection.execute(found).first() is None:
            connection.execute(
                insert(WithdrawalRow).values(
                    kind=kind,
                    value=made.value,
                    collection_id=collection_id,
                    written=written,
                    at=made.at,
                    by=by,
                    reason=reason,
                )
            )
    return made


def release(engine: Engine, kind: Kind, written: str, collection_id: int | None = None) -> int:
    """Let it be answered again, from this moment on; how many withdrawals that ended."""
    here = [WithdrawalRow.kind == kind, WithdrawalRow.value == comparable(kind, written)]
    if collection_id is not None:
        here.append(WithdrawalRow.collection_id == collection_id)
    with translated(), engine.begin() as connection:
        return connection.execute(delete(WithdrawalRow).where(*here)).rowcount


def withdrawals(engine: Engine) -> list[Withdrawal]:
    """All that is withdrawn now, oldest first."""
    with translated(), engine.connect() as connection:
        return [
            Withdrawal(row.kind, row.written, row.collection_id, row.at, row.by, row.reason)
            for row in connection.execute(select(*WithdrawalRow.__table__.c).order_by(WithdrawalRow.id))
        ]
