"""`Restriction`: an exact test of products, and its form in SQL: a `Condition`, a word of the name, or several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, case, false, func, not_, or_, true

from index.chunk import Value
from index.database.tables import FOLDED, RANGED, ChunkRow
from index.text.letters import HAN, fold
from index.text.measures import measure_key
from index.text.naming import AFTER_HEAD, FOLLOW, HAN_VARIANTS, NAMES, OTHERS_FOLLOW, compounds

MOST_FIRST = 100
"""Names of one filter that are looked for among several of a product: a database bounds an expression's depth."""


class Restriction(Protocol):
    """What a row must meet."""

    def clause(self) -> ColumnElement[bool]:
        """The restriction on `ChunkRow`, for rows that are found by something else: it suits no index."""
        ...

    def lookup(self) -> ColumnElement[bool]:
        """The same restriction, for finding rows by it."""
        ...


@dataclass(frozen=True, slots=True)
class Condition:
    """`name` is any of `values`, or (without values) lies in the range; `negated` turns it round.

    The range holds its ends unless `strict`. Of a name without a column of its own it is a range of measures of
    `dimension`, in base units (`index.text.quantities`); `also` names further columns any of which may lie in it, as
    sheets call one thing by several names. A chunk without the attribute does not meet a condition, and so meets its
    negation.
    """

    name: str
    values: tuple[Value, ...] | None = None
    minimum: float | str | None = None
    maximum: float | str | None = None
    negated: bool = False
    strict: bool = False
    dimension: str = ""
    also: tuple[str, ...] = ()

    def clause(self) -> ColumnElement[bool]:
        """The condition on `ChunkRow`, for rows that are found by something else: it suits no index."""
        met = func.coalesce(self._met(), false())
        return not_(met) if self.negated else met

    def lookup(self) -> ColumnElement[bool]:
        """The same condition, for finding rows by it: a plain one by the index of its column."""
        return self.clause() if self.negated else self._met()

    def _met(self) -> ColumnElement[bool]:
        names = (self.name, *self.also)
        if self.values is not None:
            return or_(*(_is_one_of(name, self.values) for name in names))
        # a row that lacks one of several columns must not make the whole unknown
        ranges = [self._in_range(name) for name in names]
        return ranges[0] if len(ranges) == 1 else or_(*(func.coalesce(part, false()) for part in ranges))

    def _in_range(self, name: str) -> ColumnElement[bool]:
        column = amount(name, self.dimension)
        bounds = []
        if self.minimum is not None:
            bounds.append(column > self.minimum if self.strict else column >= self.minimum)
        if self.maximum is not None:
            bounds.append(column < self.maximum if self.strict else column <= self.maximum)
        return and_(*bounds)


@dataclass(frozen=True, slots=True)
class Worded:
    """A folded column (`name`, `category`, `brand`) has one of `forms`, all folded, as a word.

    With `head`, as the word for what it is: a "kettle lid" and a "descaler for kettles" are no kettles. Chinese is
    written without blanks: there a form counts wherever it stands, and as the head at the end of a run of characters.
    """

    name: str
    forms: tuple[str, ...]
    head: bool = False
    negated: bool = False

    def clause(self) -> ColumnElement[bool]:
        """The test on `ChunkRow`; a row without the column does not meet it."""
        column = _column(self.name)
        said = ((_has(column, form), _says(column, form, self.head)) for form in self.forms)
        # as a value and not a condition, SQLite would compute both sides of an AND
        met = or_(*(case((has, says), else_=false()) for has, says in said))
        return not_(met) if self.negated else met

    def lookup(self) -> ColumnElement[bool]:
        """The same, for reading a whole collection: no index knows words."""
        if self.negated:
            return self.clause()
        column = _column(self.name)
        return or_(*(and_(_has(column, form), _says(column, form, self.head)) for form in self.forms))


@dataclass(frozen=True, slots=True)
class Holding:
    """An attribute without a column of its own has a text in it; capital letters do not matter."""

    name: str
    text: str

    def clause(self) -> ColumnElement[bool]:
        """The test on `ChunkRow`; a row without the attribute does not meet it."""
        said = func.lower(ChunkRow.attributes[self.name].as_string())
        return func.coalesce(said.contains(self.text.lower(), autoescape=True), false())

    lookup = clause


@dataclass(frozen=True, slots=True)
class Within:
    """A row stands in one of these places: a document, by its database id, and a sheet of it (None: no sheet)."""

    places: tuple[tuple[int, str | None], ...]

    def clause(self) -> ColumnElement[bool]:
        """The test on `ChunkRow`."""
        sheet = ChunkRow.locator["sheet"].as_string()
        return or_(
            false(),
            *(
                and_(ChunkRow.document_id == document, sheet.is_(None) if name is None else sheet == name)
                for document, name in self.places
            ),
        )

    lookup = clause


@dataclass(frozen=True, slots=True)
class Either:
    """One of `tests` at least is met; `negated`: none is."""

    tests: tuple[Restriction, ...]
    negated: bool = False

    def clause(self) -> ColumnElement[bool]:
        """The test on `ChunkRow`."""
        met = or_(false(), *(test.clause() for test in self.tests))
        return not_(met) if self.negated else met

    def lookup(self) -> ColumnElement[bool]:
        """The same, each by its own index where it has one."""
        return self.clause() if self.negated else or_(false(), *(test.lookup() for test in self.tests))


@dataclass(frozen=True, slots=True)
class All:
    """Every one of `tests` is met."""

    tests: tuple[Restriction, ...]

    def clause(self) -> ColumnElement[bool]:
        """The test on `ChunkRow`."""
        return and_(true(), *(test.clause() for test in self.tests))

    def lookup(self) -> ColumnElement[bool]:
        """The same, each by its own index where it has one."""
        return and_(true(), *(test.lookup() for test in self.tests))


def amount(name: str, dimension: str = "") -> ColumnElement[Any]:
    """What is compared or ordered by a name: the typed column, or the measure in base units."""
    if name in RANGED and not dimension:
        return _column(name)
    measured: ColumnElement[Any] = ChunkRow.measures[measure_key(name, dimension)].as_float()
    return measured


def _is_one_of(name: str, values: Sequence[Value]) -> ColumnElement[bool]:
    if name in FOLDED:
        said = [fold(str(value)) for value in values]
        # of a product with several names the best stands first
        first = [_column(name).between(one + NAMES, one + NAMES + "\uffff") for one in said] if name == "name" else []
        return or_(_column(name).in_(said), *first[:MOST_FIRST])
    if name in RANGED:
        return _column(name).in_(values)
    attribute = ChunkRow.attributes[name]
    texts = {form for value in values if not isinstance(value, bool) for form in (str(value), _plain(value))}
    truths = [value for value in values if isinstance(value, bool)]
    return or_(attribute.as_string().in_(texts), *(attribute.as_boolean() == value for value in set(truths)))


def _has(column: ColumnElement[Any], form: str) -> ColumnElement[bool]:
    """LIKE, which every database does quickly: the pattern then looks at the few rows that are left."""
    return column.contains(form, autoescape=True)


def _says(column: ColumnElement[Any], form: str, head: bool) -> ColumnElement[bool]:
    word = re.escape(form)
    if re.search(f"[{HAN}]$", form):
        return column.regexp_match(f"{word}({HAN_VARIANTS})*([^{HAN}]|$)") if head else true()
    if not head:
        return column.regexp_match(f"(^|[^a-z0-9]){word}([^a-z0-9]|$)")
    if form in compounds():
        before = [column.not_like(f"% {mark} %{form}%") for mark in FOLLOW]
        return and_(*before, column.regexp_match(f"{word}([^a-z0-9à-ÿ]|$)"))
    after = f"([^a-z0-9 -]|[a-z]*[0-9]|-[ 0-9]|({'|'.join(AFTER_HEAD)})([^a-z]|$)|$)"
    others = [column.not_like(f"% {mark} %{form}%") for mark in OTHERS_FOLLOW]
    return and_(*others, column.regexp_match(f"(^|[^a-z0-9]){word} *{after}"))


def _column(name: str) -> ColumnElement[Any]:
    column: ColumnElement[Any] = ChunkRow.__table__.c[name]
    return column


def _plain(value: Value) -> str:
    """A number as a sheet would show it: 16.0 is "16"."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
