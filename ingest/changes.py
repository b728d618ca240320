"""`Changes`: what became of the products between two readings, in a shopkeeper's words.

A product is known by its SKU, whichever file and row it stands in; a row without one by what it says. It compares what
it is shown and knows nothing of files or databases.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from index.chunk import Chunk, Value
from index.text.letters import fold

Kind = Literal["new", "withdrawn", "price", "stock", "edited"]

WORDS: Mapping[Kind, tuple[str, str]] = {
    "price": ("1 price changed", "{} prices changed"),
    "stock": ("1 stock figure changed", "{} stock figures changed"),
    "edited": ("1 row edited", "{} rows edited"),
    "withdrawn": ("1 SKU withdrawn", "{} SKUs withdrawn"),
    "new": ("1 new", "{} new"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One product's change. `before` and `after` are its price or stock; a price change may have changed more."""

    kind: Kind
    sku: str
    name: str
    document: str
    where: str
    before: Value | None = None
    after: Value | None = None

    def as_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Row:
    """What is compared of a product's row."""

    sku: str
    name: str
    document: str
    where: str
    price: Value | None
    currency: Value | None
    stock: Value | None
    content: int
    rest: int

    @classmethod
    def of(cls, chunk: Chunk) -> Row:
        """The row that a chunk is (the first part of, where it is long)."""
        attributes = chunk.attributes
        typed = ("price", "currency", "stock")
        rest = sorted((name, str(value)) for name, value in attributes.items() if name not in typed)
        return cls(
            str(attributes.get("sku", "")),
            str(attributes.get("name", chunk.label)),
            chunk.document,
            str(chunk.locator),
            attributes.get("price"),
            attributes.get("currency"),
            attributes.get("stock"),
            chunk.text_id,
            hash(tuple(rest)),
        )

    @property
    def key(self) -> str:
        """What it is known by."""
        return _key(self.sku, self.content)

    @staticmethod
    def key_of(chunk: Chunk) -> str:
        """The key of the row that a chunk is, at less cost than the row's."""
        return _key(str(chunk.attributes.get("sku", "")), chunk.text_id)

    def became(self, after: Row) -> Change | None:
        """The change from this row to a later one of the same product; None where it only moved."""
        common = (after.sku, after.name, after.document, after.where)
        if (self.price, self.currency) != (after.price, after.currency):
            return Change("price", *common, _money(self), _money(after))
        if self.stock != after.stock:
            return Change("stock", *common, self.stock, after.stock)
        if (self.content, self.rest) != (after.content, after.rest):
            return Change("edited", *common)
        return None


def _key(sku: str, content: int) -> str:
    return f"sku {fold(sku)}" if sku else f"text {content}"


def in_order(where: str) -> list[tuple[int, str]]:
    """A locator in words as what sorts row 2 before row 10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", where)]


def _money(row: Row) -> Value | None:
    return row.price if row.currency is None or row.price is None else f"{row.price:g} {row.currency}"


@dataclass(slots=True)
class Changes:
    """The rows that are gone and those that came, until `settle` pairs them."""

    gone: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    came: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    edited: dict[str, Row] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    """The hashed keys of products of which a row stayed as it was."""

    def add(self, before: Iterable[Chunk], after: Iterable[Chunk], stayed: Mapping[int, int] = {}) -> None:
        """Note rows of files that are gone and rows that came; chunks that are no product rows are passed over.

        A long row has several chunks, and is counted once. `stayed` are a file's rows whose first chunk is as it was,
        `place` -> hash of `Row.key_of`: where another part of such a row is gone or came, the row was edited; where
        another row of such a product is, the product.
        """
        self.kept.update(stayed.values())
        for chunks, rows in ((before, self.gone), (after, self.came)):
            seen = set()
            for chunk in sorted(chunks, key=lambda chunk: chunk.ordinal):
                here = place(chunk)
                if not chunk.attributes or (chunk.document, here) in seen:
                    continue
                seen.add((chunk.document, here))
                row = Row.of(chunk)
                if here in stayed:
                    self.edited[row.key] = row
                else:
                    rows[row.key].append(row)

    def pairs(self) -> list[tuple[Row, Row]]:
        """Rows of the same product before and after, in the order in which they stand now."""
        found = [
            pair for key in self.gone.keys() & self.came.keys() for pair in _pair(self.gone[key], self.came[key])[0]
        ]
        return sorted(found, key=lambda pair: (pair[1].document, in_order(pair[1].where)))

    def settle(self) -> list[Change]:
        """Every change, by kind and SKU."""
        found = []
        edited = dict(self.edited)
        for key in self.gone.keys() | self.came.keys():
            paired, gone, came = _pair(self.gone.get(key, []), self.came.get(key, []))
            found += [change for before, after in paired if (change := before.became(after))]
            if hash(key) in self.kept:
                edited |= {row.key: row for row in (*gone, *came)}
                continue
            found += [Change("withdrawn", row.sku, row.name, row.document, row.where) for row in gone]
            found += [Change("new", row.sku, row.name, row.document, row.where) for row in came]
        found += [Change("edited", row.sku, row.name, row.document, row.where) for row in edited.values()]
        order = list(WORDS)
        return sorted(found, key=lambda change: (order.index(change.kind), change.sku, change.document, change.where))


def place(chunk: Chunk) -> int:
    """The row that a chunk is of, within its file, as a number that costs little to keep."""
    return hash((chunk.locator.sheet, chunk.locator.row))


SAME: tuple[Callable[[Row], Hashable], ...] = (
    lambda row: (row.document, row.content, row.rest),
    lambda row: (row.document, row.currency, row.rest),
    lambda row: (row.document, row.currency),
    lambda row: row.document,
    lambda row: (row.content, row.rest),
    lambda row: row.currency,
    lambda row: None,
)
"""What two rows of one product have in common when they are the same row, the surest first: a product may have a row
for each currency and each period."""


def _pair(gone: list[Row], came: list[Row]) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
    """Pairs of the same row, and those left over; within each of `SAME`, in the order in which they come."""
    paired: list[tuple[Row, Row]] = []
    for common in SAME:
        waiting: dict[Hashable, deque[Row]] = defaultdict(deque)
        for row in came:
            waiting[common(row)].append(row)
        left = []
        for before in gone:
            if same := waiting.get(common(before)):
                paired.append((before, same.popleft()))
            else:
                left.append(before)
        gone, came = left, [row for rows in waiting.values() for row in rows]
        if not gone or not came:
            break
    return paired, gone, came


def counts(changes: Iterable[Change]) -> dict[str, int]:
    """How many changes there are of each kind, none left out."""
    found = Counter(change.kind for change in changes)
    return {kind: found[kind] for kind in WORDS}


def in_words(counts: Mapping[str, int]) -> str:
    """ "12 prices changed, 3 SKUs withdrawn, 40 new"; "no product changed" where all are 0."""
    told = [
        one if counts[kind] == 1 else many.format(f"{counts[kind]:,}")
        for kind, (one, many) in WORDS.items()
        if counts.get(kind)
    ]
    return ", ".join(told) or "no product changed"
