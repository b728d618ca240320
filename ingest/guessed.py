"""The columns of a table without a header, guessed from their values where the evidence over the column is clear."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from index.text.currencies import currency_of
from ingest.evidence import HAN, is_code, share
from ingest.line_words import is_number, is_unit
from ingest.money import is_price
from ingest.numbers import number_of

NEARLY = 0.9
"""Share of a column's cells that must be of a kind."""
FEWEST = 2
"""Rows that are needed before anything is guessed."""
LETTERS = re.compile(rf"[^\W\d_]{{3}}|[{HAN}]{{2}}")
CENTS = re.compile(r".*\d[.,]\d\d(?!\d).*", re.DOTALL)


def guessed_labels(rows: Sequence[Sequence[str]], prices: bool = False) -> list[str]:
    """A label for each column: "sku", "name", "price", or "" where it is not clear what it holds.

    `prices`: a title says that prices are told, so that the only column of numbers is one.
    """
    width = max(map(len, rows), default=0)
    columns = [
        [row[place].strip() for row in rows if place < len(row) and row[place].strip()] for place in range(width)
    ]
    labels = [""] * width
    if len(rows) < FEWEST:
        return labels
    filled = {place: cells for place, cells in enumerate(columns) if len(cells) >= max(FEWEST, len(rows) / 2)}
    if (price := _price(filled, prices)) is not None:
        labels[price] = "price"
    if (sku := next((place for place, cells in filled.items() if _is_key(cells)), None)) is not None:
        labels[sku] = "sku"
    if any(labels) and (name := _name(filled)) is not None:  # words alone may be of anything
        labels[name] = "name"
    return labels


def _price(columns: dict[int, list[str]], prices: bool) -> int | None:
    """The only column of money: with a currency, else with cents, else of numbers where prices are told of."""
    numbers = {place: cells for place, cells in columns.items() if share(cells, is_price) >= NEARLY}
    for test in (currency_of, CENTS.fullmatch):
        found = [place for place, cells in numbers.items() if share(cells, test) >= NEARLY]
        if found:
            return found[0] if len(found) == 1 else None
    if prices and len(numbers) == 1:
        (place, cells), *_ = numbers.items()
        return None if _counts(cells) or all(map(is_code, cells)) else place
    return None


def _is_key(cells: Sequence[str]) -> bool:
    """Item numbers: like codes, and each another."""
    return share(cells, is_code) >= NEARLY and len(set(cells)) == len(cells) and not _counts(cells)


def _counts(cells: Sequence[str]) -> bool:
    """Whether the cells count the rows: each is one more than the one before."""
    numbers = [number_of(cell) for cell in cells]
    return all(a is not None and b is not None and b - a == 1 for a, b in pairwise(numbers))


def _name(columns: dict[int, list[str]]) -> int | None:
    """The column of words that differ most from row to row, the first of equals; short of prose."""
    best, most = None, 0.0
    for place, cells in columns.items():
        if share(cells, _is_worded) < NEARLY or share(cells, is_code) > 0.5:
            continue
        length = sum(map(len, cells)) / len(cells)
        differing = len(set(cells)) / len(cells)
        if differing > 0.5 and length <= 120 and differing > most:
            best, most = place, differing
    return best


def _is_worded(cell: str) -> bool:
    return bool(LETTERS.search(cell)) and not is_number(cell) and not is_unit(cell)
