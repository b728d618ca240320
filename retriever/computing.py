"""`compute`: what was understood of a question, computed over the catalogue: rows with their places, and figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from index.chunk import Chunk
from index.database.aggregates import PRICE, Among, By, Found
from index.database.filters import All, Condition, Either, Restriction, Worded
from index.database.view import View
from index.text.measures import UNCOMPARED
from index.text.naming import OTHERS_FOLLOW, forms
from retriever.concepts import STOCK
from retriever.constraints import Constraint
from retriever.understood import Understood

SHOWN = 10
"""Rows told at most; the others are counted."""
VALUES = 20
"""Brands or categories told at most."""
NEARBY = 3
"""Rows told of what one constraint less would find."""


@dataclass(frozen=True, slots=True)
class Group:
    """Products whose values may be compared: those priced in one currency ("" where nothing was compared by price).

    `rows` are the first of them, `total` how many there are; `average` in base units, where it was asked for. `tied`:
    how many share the first place, where the first were asked for.
    """

    currency: str
    rows: tuple[Chunk, ...]
    total: int
    average: float | None = None
    tied: int = 0


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The constraint without which most is found, how many products that are, and a few of them."""

    constraint: Constraint
    count: int
    rows: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A brand or category, how many products have it, and the row of one."""

    row: Chunk
    count: int


@dataclass(frozen=True, slots=True)
class Computed:
    """`count`: the products that meet all constraints. Where it is 0, `relaxed` may say which one to give up.

    `values`: the brands or categories where those were asked for, `count` how many there are. `left_out`: the products
    that meet all else and were not compared, as their price or measure is none that can be ("from 49", on request).
    """

    understood: Understood
    count: int
    groups: tuple[Group, ...] = ()
    values: tuple[Value, ...] = ()
    relaxed: Relaxed | None = None
    left_out: int = 0


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
    field = understood.field
    found = among.named_alike(among.found(By(field.names, field.dimension) if field is not None else None))
    left_out = _left_out(understood, among)
    if not len(found.ids):
        return Computed(understood, 0, relaxed=_relaxed(understood, among), left_out=left_out)
    groups = _listed(among, found) if field is None else _figured(understood, among, found)
    return Computed(understood, found.count, groups, left_out=left_out) if groups else None


def _left_out(understood: Understood, among: Among) -> int:
    """The products that meet all else and have a price, or a list of measures, that cannot be compared."""
    field = understood.field
    if field is not None and field.names not in (PRICE.names, STOCK.names):
        name, *also = field.names
        test = Condition(name, minimum=1.0, dimension=UNCOMPARED, also=tuple(also))
        bounds = [one.test for one in understood.constraints if getattr(one.test, "name", "") in field.names]
        return among.without(*bounds).where(test).found().count
    by_price = field is not None and field.names == PRICE.names
    bounds = [one.test for one in understood.constraints if one.field in ("price", "currency")]
    if not by_price and not any(one.field == "price" for one in understood.constraints):
        return 0
    return among.without(*bounds).where(Condition("price", minimum=1.0, dimension=UNCOMPARED)).found().count


def _figured(understood: Understood, among: Among, found: Found) -> tuple[Group, ...]:
    """By a measure: prices in each currency for themselves."""
    assert understood.field is not None
    if understood.field.names != PRICE.names:
        parts = {"": found.having_values()}
    else:
        parts = {code: found.of_currency(code) for code in found.priced()}
    return tuple(_group(understood, among, code, part) for code, part in parts.items() if len(part.ids))


def _group(understood: Understood, among: Among, code: str, part: Found) -> Group:
    if understood.operation == "average":
        rows = part.first(SHOWN)
        return Group(code, _rows(among, rows), part.count, part.average())
    descending = understood.operation in ("dearest", "most")
    ranked = part.first(None, descending=descending)
    tied = sum(value == ranked[0][1] for _, value in ranked)
    shown = ranked[: min(understood.limit or tied, SHOWN)]
    return Group(code, _rows(among, shown), part.count, tied=tied)


def _listed(among: Among, found: Found) -> tuple[Group, ...]:
    """The first by price in each currency, then those without a price."""
    parts = [(code, found.of_currency(code)) for code in found.priced()]
    if len((rest := found.unpriced()).ids):
        parts.append(("", rest))
    groups, room = [], SHOWN
    for left, (code, part) in zip(range(len(parts), 0, -1), parts, strict=True):
        rows = part.first(-(-room // left), by_price=True)
        room -= len(rows)
        groups.append(Group(code, _rows(among, rows), part.count))
    return tuple(groups)


def _rows(among: Among, ranked: Sequence[tuple[int, float]]) -> tuple[Chunk, ...]:
    chunks = among.chunks([id for id, _ in ranked])
    return tuple(chunks[id] for id, _ in ranked if id in chunks)


def _relaxed(understood: Understood, among: Among) -> Relaxed | None:
    """The constraint whose loss finds most. What is asked for is given up only where nothing else helps."""
    best: tuple[bool, int] | None = None
    relaxed: tuple[Constraint, Found] | None = None
    for constraint in understood.constraints:
        given_up = [constraint.test]
        if constraint.field == "price":  # its currency says nothing by itself
            said = (other for other in understood.constraints if other.words == constraint.words)
            given_up += [other.test for other in said if other.field == "currency"]
        found = among.without(*given_up).found(_bounded(constraint))
        if constraint.field == "kind" and len(understood.constraints) == len(given_up):
            continue  # that there is nothing of the kind is the answer
        rank = (constraint.field != "kind", found.count)
        if rank[1] and (best is None or rank > best):
            best, relaxed = rank, (constraint, found)
    if best is None or relaxed is None:
        return None
    constraint, found = relaxed
    descending = getattr(constraint.test, "maximum", None) is None
    by = _bounded(constraint)
    nearest = found.having_values().first(NEARBY, descending=descending) if by else found.first(NEARBY, by_price=True)
    return Relaxed(constraint, best[1], _rows(among, nearest or found.first(NEARBY, by_price=True)))


def _bounded(constraint: Constraint) -> By | None:
    """What a constraint bounds, so that what comes nearest to it is told first."""
    test = constraint.test
    if isinstance(test, Condition) and test.values is None and not test.negated:
        return By((test.name, *test.also), test.dimension)
    return None


def _values(understood: Understood, among: Among) -> Computed | None:
    assert understood.values_of is not None
    found = among.values(understood.values_of)
    chunks = among.chunks([id for _, _, id in found[:VALUES]])
    told = tuple(Value(chunks[id], n) for _, n, id in found[:VALUES] if id in chunks)
    return Computed(understood, len(found), values=told) if told else None


def _compared(understood: Understood, among: Among) -> Computed | None:
    rows: dict[str, Chunk] = {}
    for name in understood.names:
        found = _rows(among, among.where(_called(name)).found().first(SHOWN))
        own = [chunk for chunk in found if not _is_for(chunk, name)]
        if not own:
            return None
        chosen = min(own, key=lambda chunk: len(str(chunk.attributes.get("name", ""))))
        rows[chosen.id] = chosen
    if len(rows) < 2 or not all(_has_asked(chunk, understood) for chunk in rows.values()):
        return None
    return Computed(understood, len(rows), (Group("", tuple(rows.values()), len(rows)),))


def _has_asked(chunk: Chunk, understood: Understood) -> bool:
    """Whether a row has something of what is asked of those that are compared: a list of models has no prices."""
    names = [name for field in understood.asked for name in field.names]
    return not names or any(name in chunk.attributes for name in names)


def _called(name: str) -> Restriction:
    """That a product is called so: by its SKU, or by all the words of the name."""
    words = [
        Worded("name", tuple(dict.fromkeys((*forms(word), re.sub(r"[^a-z0-9]", "", word))))) for word in name.split()
    ]
    return Either((Condition("sku", (name,)), All(tuple(words))))


def _is_for(chunk: Chunk, name: str) -> bool:
    """Whether a product is one *for* the product of this name."""
    called = str(chunk.attributes.get("name", "")).casefold()
    return bool(re.search(rf"\b(?:{'|'.join(OTHERS_FOLLOW)})\b.*{re.escape(name)}", called))
