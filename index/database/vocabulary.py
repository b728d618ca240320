"""`Vocabulary`: what can be asked of a collection: its brands, categories, columns and what its products are called.

It is read once for a snapshot and only tells what words mean; which rows meet a question is always asked of the
database. It knows nothing of questions.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, func, or_, select

from index.database.filters import Condition, Restriction
from index.database.tables import ChunkRow, alive
from index.text.letters import HAN, fold
from index.text.measures import TYPED, UNCOMPARED, one_of
from index.text.naming import accessories, heads, singular, wares, words

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
_PLACED = re.compile(r"(?:⟨(\d+)⟩ )?(.*)", re.DOTALL)
_BILINGUAL = re.compile(f"[{HAN}]+|[^{HAN}]+")


@dataclass(frozen=True, slots=True)
class NumericColumn:
    """A column of measures of one dimension (see `index.text.quantities`), how many of the sample have it, and how many
    values a cell of it has at most."""

    name: str
    dimension: str
    count: int
    several: int = 1


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of few different values: each value, or part of a list of them, folded, to the cells that have it."""

    name: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """`brands` and `categories`: what they are called, folded (of "Orvane 欧梵" also each half; of a path each level;
    a category in the singular too), to the folded values that it stands for.

    `heads`: the words for what the products are (`naming.heads`), to how many of the sample are, `beside` those among
    `accessories`, the categories of what comes beside the things themselves; `leads`: the words with which several
    names begin, and not most; `words`: all words of names and categories, in the singular. `spelled`: a folded brand
    or category as it is written. `truths`: the columns of yes and no.
    """

    products: int = 0
    priced: int = 0
    stocked: int = 0
    brands: Mapping[str, frozenset[str]] = field(default_factory=dict)
    categories: Mapping[str, frozenset[str]] = field(default_factory=dict)
    currencies: Mapping[str, int] = field(default_factory=dict)
    numeric: tuple[NumericColumn, ...] = ()
    texts: tuple[TextColumn, ...] = ()
    truths: tuple[str, ...] = ()
    heads: Mapping[str, int] = field(default_factory=dict)
    leads: frozenset[str] = frozenset()
    beside: Mapping[str, int] = field(default_factory=dict)
    accessories: frozenset[str] = frozenset()
    words: Mapping[str, int] = field(default_factory=dict)
    spelled: Mapping[str, str] = field(default_factory=dict)

    def widened(self, test: Restriction) -> Restriction:
        """A condition as it is met by any value of a cell that is a list of them."""
        if not isinstance(test, Condition):
            return test
        if test.values is None:
            also = [one_of(column.name, at) for column in self._listed(test) for at in range(column.several)]
            return replace(test, also=(*test.also, *also)) if also else test
        texts = next((column.values for column in self.texts if column.name == test.name), {})
        asked = [value for value in test.values if isinstance(value, str)]
        cells = [cell for value in asked for cell in texts.get(fold(value), ()) if value in _LIST.split(cell)]
        return replace(test, values=tuple(dict.fromkeys((*test.values, *cells)))) if cells else test

    def _listed(self, test: Condition) -> list[NumericColumn]:
        names = (test.name, *test.also)
        return [
            one for one in self.numeric if one.several > 1 and one.name in names and one.dimension == test.dimension
        ]

    def columns(self, dimension: str) -> tuple[NumericColumn, ...]:
        """The numeric columns of one dimension, the commonest first."""
        return tuple(column for column in self.numeric if column.dimension == dimension)


def read_vocabulary(engine: Engine, collection_id: int, generation: int) -> Vocabulary:
    """The vocabulary of a collection in a generation. A few passes over its rows, none of which are held."""
    with engine.connect() as connection:
        brands, categories, currencies = (
            _values(connection, column, collection_id, generation)
            for column in (ChunkRow.brand, ChunkRow.category, ChunkRow.currency)
        )
        called, sorts = _forms(brands, _halves), _forms(categories, _levels)
        extra = frozenset[str]().union(*(sorts.get(form, ()) for form in accessories()))
        sample = _Sample(frozenset(called) | {word for form in called for word in form.split()}, extra)
        for row in _sampled(connection, collection_id, generation):
            sample.add(row)
        texts = sample.texts()
        if sample.products == SAMPLE:
            texts = tuple(_whole(connection, column, collection_id, generation) for column in texts)
    return Vocabulary(
        products=sample.products,
        priced=sample.priced,
        stocked=sample.stocked,
        brands=called,
        categories=sorts,
        currencies={code.upper(): count for code, count in currencies.items()},
        numeric=sample.numeric(),
        texts=tuple(column for column in texts if column.values),
        truths=tuple(sample.truths),
        heads=dict(sample.heads),
        leads=sample.leads(),
        beside=dict(sample.beside),
        accessories=extra,
        words=dict(sample.words),
        spelled=sample.spelled,
    )


class _Sample:
    """What the names and columns of some products say, gathered row by row."""

    def __init__(self, makers: frozenset[str], accessories: frozenset[str]) -> None:
        self.products = self.priced = self.stocked = 0
        self.heads: Counter[str] = Counter()
        self._leads: dict[str, set[str]] = defaultdict(set)
        self.beside: Counter[str] = Counter()
        self._accessories = accessories
        self.words: Counter[str] = Counter()
        self.spelled: dict[str, str] = {}
        self._makers = makers
        self.truths: dict[str, None] = {}
        self._measured: Counter[str] = Counter()
        self._cells: dict[str, set[str] | None] = defaultdict(set)

    def add(self, row: Any) -> None:
        """One product."""
        self.products += 1
        self.priced += row.price is not None
        self.stocked += row.stock is not None
        if row.name:
            said = heads(row.name, self._makers)
            self.heads.update(said)
            if (lead := next(iter(words(row.name)), "")).isalpha() and len(lead) > 2 and lead not in self._makers:
                self._leads[lead].add(row.name)
            self.beside.update(said if row.category in self._accessories else ())
        self.words.update(set(words(f"{row.name or ''} {row.category or ''}")))
        measures = [key for key in row.measures if not key.endswith(f"[{UNCOMPARED}]")]
        self._measured.update(measures)
        measured = {_placed(key)[1] for key in measures}
        for name, value in row.attributes.items():
            if name in ("brand", "category"):
                self.spelled.setdefault(fold(str(value)), str(value))
            if isinstance(value, bool):
                self.truths[name] = None
            if name in TYPED or name in measured or isinstance(value, bool):
                continue
            known = self._cells[name]
            if known is not None:
                known.add(str(value))
                if len(known) > MOST_WORDS or len(str(value)) > 2 * LONGEST or _SENTENCE.search(str(value)):
                    self._cells[name] = None

    def leads(self) -> frozenset[str]:
        """The words with which several names begin, and not most: "padlock" in "Padlock Sentry 40", "Padlock Tally"."""
        named = sum(map(len, self._leads.values()))
        return frozenset(lead for lead, names in self._leads.items() if 1 < len(names) <= named / 2) - self.heads.keys()

    def numeric(self) -> tuple[NumericColumn, ...]:
        """The columns of measures, the commonest first."""
        counts: Counter[tuple[str, str]] = Counter()
        several: dict[tuple[str, str], int] = defaultdict(lambda: 1)
        for key, count in self._measured.items():
            place, *of = _placed(key)
            counts[of[0], of[1]] += count if place == 1 else 0
            several[of[0], of[1]] = max(several[of[0], of[1]], place)
        return tuple(NumericColumn(*of, count, several[of]) for of, count in counts.most_common())

    def texts(self) -> tuple[TextColumn, ...]:
        """The columns of few different values."""
        return tuple(TextColumn(name, _parts(known)) for name, known in self._cells.items() if known)


def _placed(key: str) -> tuple[int, str, str]:
    """Which value of a cell's list, counted from 1, of which column and dimension a measure is."""
    said, _, dimension = key.removesuffix("]").rpartition(" [")
    found = _PLACED.fullmatch(said)
    assert found is not None
    return int(found[1] or 1), found[2], dimension


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


def _sampled(connection: Connection, collection_id: int, generation: int) -> Iterator[Any]:
    """Products in the order of their texts' hashes, which is random and has an index."""
    statement = (
        select(ChunkRow.name, ChunkRow.category, ChunkRow.price, ChunkRow.stock, ChunkRow.attributes, ChunkRow.measures)
        .where(*_products(collection_id, generation))
        .order_by(ChunkRow.text_id)
        .limit(SAMPLE)
    )
    for page in connection.execution_options(yield_per=1_000).execute(statement).partitions():
        yield from page


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
    found |= {head for level in found if " " in level for head in heads(level) & wares("en")}  # a case fan is a fan
    return found | {" ".join((*form.split()[:-1], singular(form.split()[-1]))) for form in found if form.split()}
