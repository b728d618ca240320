"""What each column of a table is: by its header, by what its cells hold, and by what the other columns are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

from index.text.currencies import currency_of
from index.text.measures import unit_name
from index.text.price_kinds import is_number_of_pieces
from ingest.cell_readers import Readers
from ingest.column import Column, label_of
from ingest.dates import days_of, is_open
from ingest.declared import TableOptions
from ingest.money import money_of
from ingest.names import are_wordy, codes_among, language_of, more_names
from ingest.own_business import are_goods
from ingest.private import is_named, private_places, spread
from ingest.roles import STANDING, TYPED, Priced, field_of, period_of, plain_header, price_of_header, ranks

MONEY = 0.5
"""Share of a column's cells that must be amounts for a column to hold prices that is not headed by that very word."""
JUDGED = 200
"""Cells of a column by which it is judged."""
LOWEST = 0.4
"""Share of the lowest price below which a number under a number of pieces is a discount and no price."""
FLAGS = frozenset("01")
"""Cells that say yes and no, where a column has no others."""
WORDED = ("name", "brand", "category")
"""Roles whose columns are in a language."""
_DIGIT = re.compile(r"\d")


def roles_of(
    headers: Sequence[str], options: TableOptions, cells: Sequence[Sequence[str]], readers: Readers
) -> list[Column]:
    """What each column is. Of several for one typed name the best is that; a declared key is the best SKU."""
    keys = options.keys
    declared = {plain_header(key): rank - len(keys) for rank, key in reversed(list(enumerate(keys)))}
    labels = tuple(label_of(header, place) for place, header in enumerate(headers))
    private = spread(private_places(labels, options), headers)
    coded = codes_among([ranks().get(plain_header(header), ("", 0))[0] for header in headers], cells)
    found: list[Column] = []
    best: dict[str, tuple[tuple[int, ...], int]] = {}
    for place, header in enumerate(headers):
        plain = plain_header(header)
        role, rank = ("sku", declared[plain]) if plain in declared else ranks().get(plain, ("", 0))
        if place in coded:
            role, rank = "sku", len(headers)
        elif not role and _is_period(header, cells[place]):
            role = period_of(header)
        priced = None if plain in declared else _priced(header, role, cells[place])
        wordy = role == "sku" and plain not in declared and are_wordy(cells[place])
        if wordy and len(set(cells[place])) < len(cells[place]):
            role = "name"  # a model that stands there once for each of its sizes is no key
        order: tuple[int, ...] = (wordy, rank)  # "Code: HP-1" is the key before "Item: Padlock Sentry"
        kind = tax = ""
        if priced is not None:
            role, kind, tax = "price", priced.kind, priced.tax
            if kind == "cost" and place not in private and not are_goods(headers):
                kind = ""  # what a service costs is its price
            order = (STANDING.get(kind, 99), tax == "excluded")
        elif role == "price":
            role = ""
        elif role:
            kind = language_of(header, cells[place], headers) if role in WORDED else ""
        unit = currency_of(header) or "" if role == "price" else unit_name(header)
        if not role and readers.is_truth(place):
            kind = "truth"  # "Noise cancelling: yes" is no level of noise
        tag = role or ("" if kind == "truth" else field_of(header))
        hidden = place in private and (plain not in declared or is_named(header, options.private))
        found.append(Column("", "", None, tag, kind, tax, unit, hidden))
        candidate = role in TYPED and (role != "price" or kind in STANDING)
        if candidate and not hidden and (role not in best or order < best[role][0]):
            best[role] = (order, place)
    for place in more_names(headers, _said_of(found, best), cells):
        language = language_of(headers[place], cells[place], headers)
        found[place] = replace(found[place], tag="name", kind=language)
        best.setdefault("name", ((len(headers),), place))
    _alone(found, best)
    if "price" in best:
        told = (some for column, some in zip(found, cells, strict=True) if column.tag == "price")
        prices = [amount for some in told for amount in _amounts(some)]
        found = [_step(*each, prices) for each in zip(found, headers, cells, strict=True)]
    if "currency" not in best and not options.currency:
        found = [_in_one_currency(column, some) for column, some in zip(found, cells, strict=True)]
    for role, (_, place) in best.items():
        found[place] = replace(found[place], role=role)
    return found


def _said_of(found: Sequence[Column], best: Mapping[str, tuple[tuple[int, ...], int]]) -> list[str]:
    """What each column is; "" where it may yet hold names, as one that is known for nothing but its number's sake."""
    key = best["sku"][1] if "sku" in best else None
    said = [column.tag or column.kind for column in found]
    spare = [column.tag == "sku" and key != place for place, column in enumerate(found)]
    return [
        "private" if column.private else "" if free else word
        for column, free, word in zip(found, spare, said, strict=True)
    ]


def _alone(found: list[Column], best: dict[str, tuple[tuple[int, ...], int]]) -> None:
    """The typed price column is the one that nearly every row fills: a sale price only where there is no other."""
    if "price" not in best or found[best["price"][1]].kind != "sale":
        return
    others = [
        ((STANDING[column.kind], column.tax == "excluded"), place)
        for place, column in enumerate(found)
        if column.tag == "price" and column.kind in STANDING and column.kind != "sale"
    ]
    if others:
        best["price"] = min(others)


def _step(column: Column, header: str, cells: Sequence[str], prices: Sequence[float]) -> Column:
    """A column of prices of a number of pieces, which heads it alone: they are no higher than the prices
    beside them, and no fraction of them."""
    if column.tag or column.private or not is_number_of_pieces(header):
        return column
    amounts = _amounts(cells)
    if not prices or not amounts or len(amounts) < len(cells[:JUDGED]) or max(amounts) > max(prices):
        return column
    if min(amounts) < LOWEST * min(prices) or median(amounts) < LOWEST * median(prices):
        return column  # discounts
    return replace(column, tag="price", kind="break")


def _amounts(cells: Sequence[str]) -> list[float]:
    read = (money_of(cell) for cell in cells[:JUDGED])
    return [float(money.amount) for money in read if money is not None and money.amount is not None]


def _is_period(header: str, cells: Sequence[str]) -> bool:
    """Whether a column says the days of a sale: what its header calls so and is no price by its cells."""
    if not period_of(header):
        return False
    some = cells[:JUDGED]
    days = sum(is_open(cell) or days_of(cell, numeric=True) is not None for cell in some)
    return days >= MONEY * len(some) or _priced(header, "", cells) is None


def _in_one_currency(column: Column, cells: Sequence[str]) -> Column:
    """A column of prices in the one currency that some of its cells name, where its header names none."""
    if column.tag != "price" or column.unit:
        return column
    named = {money.currency for cell in cells[:JUDGED] if (money := money_of(cell)) is not None and money.currency}
    return replace(column, unit=named.pop()) if len(named) == 1 else column


def _priced(header: str, role: str, cells: Sequence[str]) -> Priced | None:
    """Which price a column holds, by its header and its cells; None where it holds none."""
    priced = price_of_header(header)
    if priced is None or role not in ("", "price"):
        return None
    if role == "price" or not cells:
        return priced
    some = cells[:JUDGED]
    if priced.kind in STANDING and FLAGS.issuperset(some):
        return None  # "sale: 1" says that there is one
    amounts = sum(money_of(cell) is not None or bool(_DIGIT.search(cell) and currency_of(cell)) for cell in some)
    return priced if amounts >= MONEY * len(some) else None
