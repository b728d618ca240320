"""`Withdrawal`: a SKU or a document that nothing may answer for, until it is released.

It holds in every process from the moment it is committed: `index.database.view` looks here with every reading of
chunks.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, insert, or_, select, update

from index.database.tables import ChunkRow, DocumentRow, Kind, VersionRow, WithdrawalRow, now
from index.text.letters import fold


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """`written` is the SKU or path as it was given, `collection_id` None for all collections, `at` ISO 8601."""

    kind: Kind
    written: str
    collection_id: int | None
    at: str
    by: str
    reason: str
    hashes: frozenset[str] = frozenset()
    """The checksums of the files that a withdrawn path has named."""

    @property
    def value(self) -> str:
        """What rows are compared with: a SKU without regard to case and width, a path as it stands."""
        return comparable(self.kind, self.written)


def comparable(kind: Kind, written: str) -> str:
    """A SKU folded as the store folds it; a path with forward slashes and no `./` in front."""
    return fold(written) if kind == "sku" else written.replace("\\", "/").removeprefix("./")


def covers(one: Withdrawal) -> ColumnElement[bool]:
    """The condition on `ChunkRow` joined with `DocumentRow` that a withdrawal covers a row."""
    covered = ChunkRow.sku == one.value if one.kind == "sku" else DocumentRow.path == one.value
    return covered if one.collection_id is None else and_(covered, ChunkRow.collection_id == one.collection_id)


def withdraw(
    engine: Engine, kind: Kind, written: str, *, by: str, reason: str = "", collection_id: int | None = None
) -> Withdrawal:
    """Withdraw from this moment on; one that stands already is left as it is."""
    made = Withdrawal(kind, written, collection_id, now(), by, reason)
    with engine.begin() as connection:
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
                    hashes=_stored_hashes(connection, made) if kind == "document" else [],
                )
            )
    return made


def _stored_hashes(connection: Connection, made: Withdrawal) -> list[str]:
    """The checksums of every stored version of a document."""
    here = [DocumentRow.path == made.value]
    if made.collection_id is not None:
        here.append(DocumentRow.collection_id == made.collection_id)
    versions = select(VersionRow.file_hash).join(DocumentRow, DocumentRow.id == VersionRow.document_id)
    return sorted(set(connection.execute(versions.where(*here)).scalars()))


def remember(engine: Engine, standing: Withdrawal, file_hash: str) -> None:
    """Note that a withdrawn path names a file of this checksum now."""
    here = (
        WithdrawalRow.kind == standing.kind,
        WithdrawalRow.value == standing.value,
        WithdrawalRow.collection_id.is_not_distinct_from(standing.collection_id),
    )
    with engine.begin() as connection:
        connection.execute(update(WithdrawalRow).where(*here).values(hashes=sorted({*standing.hashes, file_hash})))


def release(engine: Engine, kind: Kind, written: str, collection_id: int | None = None) -> int:
    """Let it be answered again, from this moment on; how many withdrawals that ended."""
    here = [WithdrawalRow.kind == kind, WithdrawalRow.value == comparable(kind, written)]
    if collection_id is not None:
        here.append(WithdrawalRow.collection_id == collection_id)
    with engine.begin() as connection:
        return connection.execute(delete(WithdrawalRow).where(*here)).rowcount


def withdrawals(engine: Engine) -> list[Withdrawal]:
    """All that is withdrawn now, oldest first."""
    with engine.connect() as connection:
        return [
            Withdrawal(row.kind, row.written, row.collection_id, row.at, row.by, row.reason, frozenset(row.hashes))
            for row in connection.execute(select(*WithdrawalRow.__table__.c).order_by(WithdrawalRow.id))
        ]
