"""Aggregates: the products that meet some tests, counted, ranked, averaged, and the values of a column.

The database finds them, in one pass over what a `View` may see, so that a withdrawn or expired row never counts and all
figures are of one moment. A product is its SKU, else its row: one that stands in two sheets, or in several chunks, is
counted once; `named_alike` finds those that stand in several sheets under one name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Engine, Select, Text, case, cast, func, literal, or_, select

from index.arrays import Ids
from index.chunk import Chunk
from index.database.filters import Restriction, amount
from index.database.rows import CHUNKS, PAGE, chunk_of
from index.database.tables import ChunkRow, DocumentRow
from index.database.view import View, seen

MOST_NAMED = 2_000
"""Rows up to which their names are compared."""


@dataclass(frozen=True, slots=True)
class By:
    """What products are ordered by: the first of some columns that a row has (`filters.amount`), in one dimension."""

    names: tuple[str, ...]
    dimension: str = ""

    def value(self) -> ColumnElement[Any]:
        """Its expression."""
        parts = [amount(name, self.dimension) for name in self.names]
        return parts[0] if len(parts) == 1 else func.coalesce(*parts)


Figures = NDArray[np.float64]
PRICE = By(("price",))


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of products, of one moment: 40 bytes each. A figure that a row does not have is NaN.

    `keys` tells products apart, by the hash of their SKU or place. `currencies` are codes in upper case, "" for none;
    `currency` is an index into them, of rows with a price, else -1.
    """

    ids: Ids
    keys: Ids
    values: Figures
    prices: Figures
    currency: Ids
    currencies: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many products there are."""
        return len(np.unique(self.keys))

    def priced(self) -> dict[str, int]:
        """How many products have a price in each currency, the most first."""
        counts = {code: self.of_currency(code).count for code in self.currencies}
        return {code: n for code, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if n}

    def of_currency(self, code: str) -> Found:
        """Those rows whose price is in a currency."""
        return self._where(self.currency == (self.currencies.index(code) if code in self.currencies else -2))

    def unpriced(self) -> Found:
        """The rows of products that have no price in any row."""
        return self._where(~np.isin(self.keys, self.keys[self.currency >= 0]))

    def having_values(self) -> Found:
        """Those rows that have a value."""
        return self._where(~np.isnan(self.values))

    def average(self) -> float:
        """The mean of the products' values; of a product in several rows the least one counts."""
        least = self._first(self.values)
        return float(np.mean(self.values[least]))

    def first(self, limit: int | None, *, by_price: bool = False, descending: bool = False) -> list[tuple[int, float]]:
        """(database id, value) of the first products by value or price, the earlier row first among equals.

        Those without it come last.
        """
        of = self.prices if by_price else self.values
        chosen = self._first(-of if descending else of)[:limit]
        return list(zip(self.ids[chosen].tolist(), of[chosen].tolist(), strict=True))

    def _first(self, of: Figures) -> NDArray[np.intp]:
        """The places of each product's first row, in order; NaN is last."""
        order = np.lexsort((self.ids, of))
        _, earliest = np.unique(self.keys[order], return_index=True)
        return order[np.sort(earliest)]

    def _where(self, mask: NDArray[np.bool_]) -> Found:
        return Found(
            self.ids[mask],
            self.keys[mask],
            self.values[mask],
            self.prices[mask],
            self.currency[mask],
            self.currencies,
        )


@dataclass(frozen=True, slots=True)
class Among:
    """The products of a collection that a view may see and that meet all tests."""

    engine: Engine
    collection_id: int
    view: View
    tests: tuple[Restriction, ...] = field(default=())

    def where(self, *tests: Restriction) -> Among:
        """Those that meet further tests."""
        return Among(self.engine, self.collection_id, self.view, (*self.tests, *tests))

    def without(self, *tests: Restriction) -> Among:
        """Those that meet all tests but these."""
        kept = tuple(one for one in self.tests if not any(one is test for test in tests))
        return Among(self.engine, self.collection_id, self.view, kept)

    def any(self) -> bool:
        """Whether there is one."""
        with self.engine.connect() as connection:
            return connection.execute(self._select(ChunkRow.id).limit(1), self.view.values).first() is not None

    def found(self, by: By | None = None) -> Found:
        """Their rows, each with its value of `by`."""
        value = by.value() if by is not None and by != PRICE else literal(None)
        place = case((ChunkRow.sku.is_(None), cast(ChunkRow.locator, Text)), else_=None)
        statement = self._select(
            ChunkRow.id, ChunkRow.sku, ChunkRow.document_id, place, ChunkRow.currency, ChunkRow.price, value
        )
        codes: dict[str, int] = {}
        pages = [_columns((), codes, False)]
        with self.engine.connect() as connection:
            rows = connection.execution_options(yield_per=PAGE).execute(statement, self.view.values)
            pages.extend(_columns(page, codes, by == PRICE) for page in rows.partitions())
        ids, keys, values, prices, currency = (np.concatenate(parts) for parts in zip(*pages, strict=True))
        return Found(ids, keys, values, prices, currency, tuple(codes))

    def named_alike(self, found: Found) -> Found:
        """The rows with one key for what several sheets list under one name: the first row of a name in one sheet and
        the first in another are the same product, the second of each another one. Rows that share a code and bear
        different names in one sheet are as many products: the code is that of a series. Of more than `MOST_NAMED` rows
        each stays what it is."""
        if not 1 < len(found.ids) <= MOST_NAMED:
            return found
        sheet = ChunkRow.locator["sheet"].as_string().label("sheet")
        columns = (ChunkRow.id, ChunkRow.sku, ChunkRow.name, ChunkRow.document_id, sheet)
        with self.engine.connect() as connection:
            statement = select(*columns).where(ChunkRow.id.in_(found.ids.tolist())).order_by(ChunkRow.id)
            rows = connection.execute(statement).all()
        places = {row.id: (row.document_id, row.sheet) for row in rows}
        known: dict[int, int] = dict(zip(found.ids.tolist(), found.keys.tolist(), strict=True))
        names: dict[tuple[int, Any], set[str]] = {}
        for row in rows:
            if row.name:
                names.setdefault((known[row.id], places[row.id]), set()).add(row.name)
        series = {key for (key, _), own in names.items() if len(own) > 1}
        known |= {row.id: hash((known[row.id], row.name)) for row in rows if known[row.id] in series}
        if series:
            found = replace(found, keys=np.array([known[id] for id in found.ids.tolist()], np.int64))
        if len(set(places.values())) < 2:
            return found
        same: dict[int, int] = {}
        firsts: dict[tuple[str, int], int] = {}
        counts: Counter[tuple[Any, ...]] = Counter()
        for row in sorted(rows, key=lambda row: row.sku is None):  # a key of its own names it best
            if row.name:
                nth = counts[row.name, places[row.id]]
                counts[row.name, places[row.id]] += 1
                same[known[row.id]] = firsts.setdefault((row.name, nth), known[row.id])
        return replace(found, keys=np.array([same.get(key, key) for key in found.keys.tolist()], np.int64))

    def values(self, column: Literal["brand", "category"]) -> list[tuple[str, int, int]]:
        """(value folded, how many products have it, the database id of one) of a column, the commonest first."""
        of = ChunkRow.__table__.c[column]
        statement = self._select(of, func.count(_product().distinct()), func.min(ChunkRow.id))
        with self.engine.connect() as connection:
            rows = connection.execute(statement.where(of.is_not(None)).group_by(of), self.view.values).all()
        return sorted(((str(value), int(n), int(id)) for value, n, id in rows), key=lambda row: (-row[1], row[0]))

    def chunks(self, ids: Sequence[int]) -> dict[int, Chunk]:
        """Chunks by their database ids."""
        with self.engine.connect() as connection:
            page = CHUNKS.where(ChunkRow.id.in_(list(ids)))
            return {row.id: chunk_of(row) for row in connection.execute(page)}

    def _select(self, *columns: Any) -> Select[Any]:
        return (
            select(*columns)
            .select_from(ChunkRow)
            .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
            .where(
                ChunkRow.collection_id == self.collection_id,
                or_(ChunkRow.sku.is_not(None), ChunkRow.name.is_not(None)),
                *(test.lookup() for test in self.tests),
                *seen(behind=self.view.behind),
            )
        )


def _columns(page: Sequence[Any], codes: dict[str, int], by_price: bool) -> tuple[NDArray[Any], ...]:
    ids, skus, documents, places, currencies, prices, values = zip(*page, strict=True) if page else [()] * 7
    keys = [
        hash(sku if sku is not None else (document, place))
        for sku, document, place in zip(skus, documents, places, strict=True)
    ]
    currency = [
        codes.setdefault((code or "").upper(), len(codes)) if price is not None else -1
        for code, price in zip(currencies, prices, strict=True)
    ]
    priced = np.array(prices, dtype=np.float64)
    return (
        np.array(ids, dtype=np.int64),
        np.array(keys, dtype=np.int64),
        priced if by_price else np.array(values, dtype=np.float64),
        priced,
        np.array(currency, dtype=np.int64),
    )


def _product() -> ColumnElement[str]:
    """What two rows of one product have in common."""
    place = literal("row ").concat(cast(ChunkRow.document_id, Text)).concat(cast(ChunkRow.locator, Text))
    return func.coalesce(literal("sku ").concat(ChunkRow.sku), place)
