"""Aggregates: how many products meet some tests, the first of them by a measure, averages, and which values there are.

All are computed by the database over what a `View` may see, so that a withdrawn or expired row never counts. A product
is its SKU, else its row: one that stands in two sheets, or in several chunks, is counted once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Engine, Select, Text, cast, func, literal, or_, select

from index.chunk import Chunk
from index.database import translated
from index.filters import Restriction, amount
from index.store import CHUNKS, chunk_of
from index.tables import ChunkRow, DocumentRow
from index.view import View, seen

PAGE = 64


@dataclass(frozen=True, slots=True)
class Among:
    """The products of a collection that a view may see and that meet all tests."""

    engine: Engine
    collection_id: int
    view: View
    tests: tuple[Restriction, ...] = ()

    def where(self, *tests: Restriction) -> Among:
        """Those that meet further tests."""
        return Among(self.engine, self.collection_id, self.view, (*self.tests, *tests))

    def without(self, test: Restriction) -> Among:
        """Those that meet all tests but one."""
        return Among(self.engine, self.collection_id, self.view, tuple(one for one in self.tests if one is not test))

    def select(self, *columns: Any) -> Select[Any]:
        """A statement over their rows, `self.view.values` to be bound."""
        return (
            select(*columns)
            .select_from(ChunkRow)
            .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
            .where(
                ChunkRow.collection_id == self.collection_id,
                or_(ChunkRow.sku.is_not(None), ChunkRow.name.is_not(None)),
                *seen(behind=self.view.behind),
                *(test.lookup() for test in self.tests),
            )
        )

    def run(self, statement: Select[Any]) -> Sequence[Any]:
        """The rows of a statement."""
        with translated(), self.engine.connect() as connection:
            return connection.execute(statement, self.view.values).all()


@dataclass(frozen=True, slots=True)
class By:
    """What products are ordered by: the first of some columns that a row has (`filters.amount`), in one dimension."""

    names: tuple[str, ...]
    dimension: str = ""

    def value(self) -> ColumnElement[Any]:
        """Its expression."""
        parts = [amount(name, self.dimension) for name in self.names]
        return parts[0] if len(parts) == 1 else func.coalesce(*parts)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A product's row and its value, in base units; None where it has none."""

    chunk: Chunk
    value: float | None


def product() -> ColumnElement[str]:
    """What two rows of one product have in common."""
    place = literal("row ").concat(cast(ChunkRow.document_id, Text)).concat(cast(ChunkRow.locator, Text))
    return func.coalesce(literal("sku ").concat(ChunkRow.sku), place)


def count(among: Among) -> int:
    """How many products there are."""
    return int(among.run(among.select(func.count(product().distinct())))[0][0])


def currencies(among: Among) -> dict[str, int]:
    """How many products have a price in each currency ("" for none), the most first."""
    code = func.coalesce(ChunkRow.currency, "")
    statement = among.select(code, func.count(product().distinct())).where(ChunkRow.price.is_not(None)).group_by(code)
    return {str(found).upper(): int(n) for found, n in sorted(among.run(statement), key=lambda row: (-row[1], row[0]))}


def valued(among: Among, by: By) -> int:
    """How many products have a value."""
    statement = among.select(func.count(product().distinct())).where(by.value().is_not(None))
    return int(among.run(statement)[0][0])


def average(among: Among, by: By) -> float | None:
    """The mean of the products' values, in base units; None where none has one. Of a product's rows the least."""
    value = by.value()
    of_each = among.select(func.min(value).label("value")).where(value.is_not(None)).group_by(product()).subquery()
    found = among.run(select(func.avg(of_each.c.value)))[0][0]
    return None if found is None else float(found)


def ranked(among: Among, by: By | None, *, descending: bool = False, limit: int) -> list[Ranked]:
    """The first products by a value, those without it left out; without `by` the first by name. Equals by name."""
    value = by.value() if by is not None else literal(None)
    statement = among.select(ChunkRow.id, product(), value.label("value")).limit(1)
    order: list[Any] = [ChunkRow.name, ChunkRow.document_id, ChunkRow.ordinal, ChunkRow.id]
    if by is not None:
        statement = statement.where(value.is_not(None))
        order.insert(0, value.desc() if descending else value.asc())
    statement = statement.order_by(*order)
    found: dict[str, tuple[int, float | None]] = {}
    wanted = max(PAGE, 2 * limit)
    while True:
        rows = among.run(statement.limit(wanted))
        for id, key, at in rows:
            found.setdefault(key, (id, at))
        if len(found) >= limit or len(rows) < wanted:
            break
        wanted *= 4
    first = list(found.values())[:limit]
    chunks = _chunks(among.engine, [id for id, _ in first])
    return [Ranked(chunks[id], None if at is None else float(at)) for id, at in first]


def values(among: Among, column: Literal["brand", "category"]) -> list[tuple[str, int]]:
    """The values (folded) of a column, and how many products have each, the most first."""
    of = ChunkRow.__table__.c[column]
    statement = among.select(of, func.count(product().distinct())).where(of.is_not(None)).group_by(of)
    return sorted(((str(value), int(n)) for value, n in among.run(statement)), key=lambda row: (-row[1], row[0]))


def _chunks(engine: Engine, ids: Sequence[int]) -> dict[int, Chunk]:
    with translated(), engine.connect() as connection:
        return {row.id: chunk_of(row) for row in connection.execute(CHUNKS.where(ChunkRow.id.in_(ids)))}
