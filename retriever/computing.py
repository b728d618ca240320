"""`compute`: what was understood of a question, computed over the catalogue: rows with their places, and figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from index.aggregates import Among, By, Ranked, average, count, currencies, ranked, valued, values
from index.chunk import Chunk
from index.filters import OTHERS_FOLLOW, Condition, Either, Restriction, Worded
from index.view import View
from retriever.concepts import Measured
from retriever.constraints import Constraint
from retriever.understanding import Understood

SHOWN = 10
"""Rows told at most; the others are counted."""
TIED = 3
"""Rows that share the first place and are told without more having been asked for."""
NEARBY = 3
"""Rows told of what one constraint less would find."""


@dataclass(frozen=True, slots=True)
class Group:
    """Products whose values may be compared: those priced in one currency ("" where nothing was compared by price).

    `rows` are the first of them, `total` how many there are; `average` in base units, where it was asked for.
    """

    currency: str
    rows: tuple[Ranked, ...]
    total: int
    average: float | None = None


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The constraint without which most is found, how many products that are, and a few of them."""

    constraint: Constraint
    count: int
    rows: tuple[Ranked, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A brand or category, how many products have it, and the row of one."""

    row: Chunk
    count: int


@dataclass(frozen=True, slots=True)
class Computed:
    """`count`: the products that meet all constraints. Where it is 0, `relaxed` may say which one to give up.

    `values`: the brands or categories where those were asked for, `count` how many there are.
    """

    understood: Understood
    count: int
    groups: tuple[Group, ...] = ()
    values: tuple[Value, ...] = ()
    relaxed: Relaxed | None = None


def conditions(understood: Understood) -> tuple[Restriction, ...]:
    """The constraints as `Store.chunks` and `Store.matching` take them."""
    return tuple(constraint.test for constraint in understood.constraints)


def compute(
    understood: Understood, engine: Engine, collection_id: int, view: View, filters: Sequence[Restriction] = ()
) -> Computed | None:
    """What the operation finds among the products that a view may see; `filters` hold besides the constraints.

    None where it cannot be computed (no operation, a product to be compared that the catalogue does not have, no
    product with the measure): then the question is one for retrieval.
    """
    among = Among(engine, collection_id, view, tuple(filters))
    if understood.operation is None:
        return None
    if understood.operation == "compare":
        return _compared(understood, among)
    among = among.where(*conditions(understood))
    if understood.values_of:
        return _values(understood, among)
    found = count(among)
    if not found:
        return Computed(understood, 0, relaxed=_relaxed(understood, among))
    groups = _groups(understood, among, found)
    return Computed(understood, found, groups) if groups else None


def _groups(understood: Understood, among: Among, found: int) -> tuple[Group, ...]:
    field = understood.field
    if understood.operation in ("count", "list"):
        return _listed(among, found)
    assert field is not None
    if field.names == ("price",):
        groups = []
        priced = currencies(among)
        for code in priced:
            group = _group(understood, field, among.where(_priced_in(code, priced)), code)
            if group is not None:
                groups.append(group)
        return tuple(groups)
    group = _group(understood, field, among, "")
    return (group,) if group is not None else ()


def _group(understood: Understood, field: Measured, among: Among, code: str) -> Group | None:
    by = By(field.names, field.dimension)
    total = valued(among, by)
    if not total:
        return None
    if understood.operation == "average":
        return Group(code, tuple(ranked(among, by, limit=SHOWN)), total, average(among, by))
    descending = understood.operation in ("dearest", "most")
    limit = understood.limit or SHOWN
    rows = ranked(among, by, descending=descending, limit=min(limit, SHOWN))
    if understood.limit is None:
        rows = [row for row in rows if row.value == rows[0].value]
    return Group(code, tuple(rows), total)


def _listed(among: Among, found: int) -> tuple[Group, ...]:
    """The first by price in each currency, then those without a price."""
    priced = currencies(among)
    groups = []
    room = SHOWN
    left = len(priced)
    for code, total in priced.items():
        share = max(1, room // left) if left > 1 else room
        rows = ranked(among.where(_priced_in(code, priced)), By(("price",)), limit=min(share, max(room, 1)))
        groups.append(Group(code, tuple(rows), total))
        room, left = room - len(rows), left - 1
    if rest := found - sum(priced.values()):
        unpriced = among.where(Condition("price", minimum=0.0, negated=True))
        rows = ranked(unpriced, None, limit=room) if room > 0 else []
        groups.append(Group("", tuple(rows), max(rest, len(rows))))
    return tuple(groups)


def _priced_in(code: str, codes: Iterable[str]) -> Restriction:
    """That a price is in a currency; without one where the code is ""."""
    if code:
        return Condition("currency", (code,))
    return Condition("currency", tuple(codes), negated=True)


def _relaxed(understood: Understood, among: Among) -> Relaxed | None:
    """The constraint whose loss finds most. What is asked for is given up only where nothing else helps."""
    best: tuple[bool, int, Constraint, Among] | None = None
    for constraint in understood.constraints:
        wider = among.without(constraint.test)
        if constraint.field == "price":  # its currency says nothing by itself
            for other in understood.constraints:
                if other.field == "currency" and other.words == constraint.words:
                    wider = wider.without(other.test)
        n = count(wider)
        if n and (best is None or (constraint.field != "kind", n) > best[:2]):
            best = (constraint.field != "kind", n, constraint, wider)
    if best is None:
        return None
    return Relaxed(best[2], best[1], tuple(_nearest(best[2], best[3])))


def _nearest(constraint: Constraint, wider: Among) -> list[Ranked]:
    """A few products without a constraint: those that come nearest to a bound it had."""
    test = constraint.test
    if isinstance(test, Condition) and test.values is None and not test.negated:
        by = By((test.name, *test.also), test.dimension)
        if found := ranked(wider, by, descending=test.maximum is None, limit=NEARBY):
            return found
    return ranked(wider, None, limit=NEARBY)


def _values(understood: Understood, among: Among) -> Computed | None:
    assert understood.values_of is not None
    found = values(among, understood.values_of)
    told = []
    for value, n in found[: 2 * SHOWN]:
        (row,) = ranked(among.where(Condition(understood.values_of, (value,))), None, limit=1)
        told.append(Value(row.chunk, n))
    return Computed(understood, len(found), values=tuple(told)) if told else None


def _compared(understood: Understood, among: Among) -> Computed | None:
    rows = []
    for name in understood.names:
        plain = re.sub(r"[^a-z0-9]", "", name)
        said = Either((Condition("sku", (name,)), Worded("name", tuple(dict.fromkeys((name, plain))))))
        found = [row for row in ranked(among.where(said), None, limit=SHOWN) if not _is_for(row.chunk, name)]
        if not found:
            return None
        rows.append(min(found, key=lambda row: len(str(row.chunk.attributes.get("name", "")))))
    if len({row.chunk.id for row in rows}) < 2:
        return None
    return Computed(understood, len(rows), (Group("", tuple(rows), len(rows)),))


def _is_for(chunk: Chunk, name: str) -> bool:
    """Whether a product is one *for* the product of this name."""
    called = str(chunk.attributes.get("name", "")).casefold()
    return bool(re.search(rf"\b(?:{'|'.join(OTHERS_FOLLOW)})\b.*{re.escape(name)}", called))
