"""`Vocabulary`: what can be asked of a collection: its brands, categories, columns and what its products are called.

It is read once for a snapshot and only tells what words mean; which rows meet a question is always asked of the
database. It knows nothing of questions.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, func, or_, select

from index.database import translated
from index.filters import HAN, fold
from index.measures import TYPED, measure
from index.naming import heads, singular, words
from index.tables import ChunkRow, alive

SAMPLE = 20_000
"""Products whose names and columns are read, at random where there are more."""
MOST_VALUES = 50_000
"""Brands, and categories, that are known; a collection with more has none to a question."""
MOST_WORDS = 500
"""Values of a column of words; one with more is no choice but a text."""
LONGEST = 40
"""Characters of such a value, and of one part of a list of them."""

_LEVELS = re.compile(r"\s*(?:[>›»|\n]|\s/\s)\s*")
_LIST = re.compile(r"\s*(?:[,，;；、\n]|\s/\s)\s*")
_SENTENCE = re.compile(r"[。！？]|[a-zà-ÿ][.!?](?:\s|$)")
_BILINGUAL = re.compile(f"[{HAN}]+|[^{HAN}]+")


@dataclass(frozen=True, slots=True)
class NumericColumn:
    """A column of measures of one dimension (see `index.quantities`), and how many of the sample have it."""

    name: str
    dimension: str
    count: int


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of few different values: each value, or part of a list of them, folded, to the cells that have it."""

    name: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`brands` and `categories`: what they are called, folded (of "Orvane 欧梵" also each half; of a path each level;
    a category in the singular too), to the folded values that it stands for.

    `heads`: the words for what the products are (`naming.heads`), to how many of the sample are; `words`: all words of
    names and categories, in the singular. `spelled`: a folded brand or category as it is written.
    """

    products: int = 0
    priced: int = 0
    stocked: int = 0
    brands: Mapping[str, frozenset[str]] = field(default_factory=dict)
    categories: Mapping[str, frozenset[str]] = field(default_factory=dict)
    currencies: Mapping[str, int] = field(default_factory=dict)
    numeric: tuple[NumericColumn, ...] = ()
    texts: tuple[TextColumn, ...] = ()
    heads: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, int] = field(default_factory=dict)
    spelled: Mapping[str, str] = field(default_factory=dict)

    def columns(self, dimension: str) -> tuple[NumericColumn, ...]:
        """The numeric columns of one dimension, the commonest first."""
        return tuple(column for column in self.numeric if column.dimension == dimension)


def read_vocabulary(engine: Engine, collection_id: int, generation: int) -> Vocabulary:
    """The vocabulary of a collection in a generation. A few passes over its rows, of which a sample is held at most."""
    with translated(), engine.connect() as connection:
        brands, categories, currencies = (
            _values(connection, column, collection_id, generation)
            for column in (ChunkRow.brand, ChunkRow.category, ChunkRow.currency)
        )
        rows = _sample(connection, collection_id, generation)
        numeric, texts = _columns([row.attributes for row in rows])
        if len(rows) == SAMPLE:
            texts = tuple(_whole(connection, column, collection_id, generation) for column in texts)
    called = _forms(brands, _halves)
    makers = frozenset(called) | {word for form in called for word in form.split()}
    names = Counter(head for row in rows if row.name for head in heads(row.name, makers))
    said = Counter(word for row in rows for word in set(words(f"{row.name or ''} {row.category or ''}")))
    spelled = {
        fold(str(row.attributes[of])): str(row.attributes[of])
        for row in rows
        for of in _SPELLED
        if of in row.attributes
    }
    return Vocabulary(
        products=len(rows),
        priced=sum(row.price is not None for row in rows),
        stocked=sum(row.stock is not None for row in rows),
        brands=called,
        categories=_forms(categories, _levels),
        currencies={code.upper(): count for code, count in currencies.items()},
        numeric=numeric,
        texts=tuple(column for column in texts if column.values),
        heads=dict(names),
        words=dict(said),
        spelled=spelled,
    )


_SPELLED = ("brand", "category")


def _products(collection_id: int, generation: int) -> tuple[ColumnElement[bool], ...]:
    named = or_(ChunkRow.sku.is_not(None), ChunkRow.name.is_not(None))
    return ChunkRow.collection_id == collection_id, alive(ChunkRow, generation), named


def _values(connection: Connection, column: Any, collection_id: int, generation: int) -> dict[str, int]:
    statement = (
        select(column, func.count())
        .where(*_products(collection_id, generation), column.is_not(None))
        .group_by(column)
        .limit(MOST_VALUES + 1)
    )
    found = {value: count for value, count in connection.execute(statement) if value}
    return found if len(found) <= MOST_VALUES else {}


def _sample(connection: Connection, collection_id: int, generation: int) -> Sequence[Any]:
    """Products in the order of their texts' hashes, which is random and has an index."""
    statement = (
        select(ChunkRow.name, ChunkRow.category, ChunkRow.price, ChunkRow.stock, ChunkRow.attributes)
        .where(*_products(collection_id, generation))
        .order_by(ChunkRow.text_id)
        .limit(SAMPLE)
    )
    return connection.execute(statement).all()


def _columns(rows: Iterable[Mapping[str, Any]]) -> tuple[tuple[NumericColumn, ...], tuple[TextColumn, ...]]:
    measured: Counter[tuple[str, str]] = Counter()
    cells: dict[str, set[str] | None] = defaultdict(set)
    for attributes in rows:
        for name, value in attributes.items():
            if name in TYPED or isinstance(value, bool):
                continue
            if found := measure(name, value):
                measured[name, found[1]] += 1
            elif (known := cells[name]) is not None:
                known.add(str(value))
                if len(known) > MOST_WORDS or len(str(value)) > 2 * LONGEST or _SENTENCE.search(str(value)):
                    cells[name] = None
    numeric = tuple(NumericColumn(*key, count) for key, count in measured.most_common())
    texts = tuple(TextColumn(name, _parts(known)) for name, known in cells.items() if known)
    return numeric, texts


def _parts(cells: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What a cell, or a part of the list in it, says -> the cells that say it."""
    found: dict[str, set[str]] = defaultdict(set)
    for cell in cells:
        for part in {cell, *_LIST.split(cell)}:
            if 0 < len(part) <= LONGEST and any(map(str.isalpha, part)):
                found[fold(part)].add(cell)
    return {part: tuple(sorted(having)) for part, having in found.items()}


def _whole(connection: Connection, column: TextColumn, collection_id: int, generation: int) -> TextColumn:
    """The column with the cells that the sample has not met; without any where they are too many."""
    cell = ChunkRow.attributes[column.name].as_string()
    statement = select(cell).where(*_products(collection_id, generation)).distinct().limit(MOST_WORDS + 2)
    cells = [value for value in connection.execute(statement).scalars() if value is not None]
    return TextColumn(column.name, _parts(cells) if len(cells) <= MOST_WORDS else {})


def _forms(values: Iterable[str], called: Any) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for value in values:
        for form in called(value):
            found[form].add(value)
    return {form: frozenset(known) for form, known in found.items()}


def _halves(value: str) -> set[str]:
    """A value, and of a bilingual one each half: "orvane 欧梵" is also "orvane" and 欧梵."""
    halves = {half.strip(" -–/|()（）·,") for half in _BILINGUAL.findall(value)}
    return {value} | {half for half in halves if len(half) > 1}


def _levels(value: str) -> set[str]:
    """A category, each level of its path, and each in the singular."""
    found = {half for level in (value, *_LEVELS.split(value)) if level for half in _halves(level)}
    return found | {" ".join((*form.split()[:-1], singular(form.split()[-1]))) for form in found if form.split()}
