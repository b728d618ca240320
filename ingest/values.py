"""Typed values out of a cell's text where its column tells nothing of it. What is not certain is None."""

from __future__ import annotations

from index.text.currencies import currency_of as currency_of
from ingest import numbers, stock
from ingest.dates import date_of as date_of
from ingest.money import money_of


def number_of(text: str) -> float | None:
    """A number: `1,200` -> 1200, `1.299,00` -> 1299, `12,5` -> 12.5, `1 299` -> 1299."""
    value = numbers.number_of(text)
    return None if value is None else float(value)


def price_of(text: str) -> tuple[float, str | None] | None:
    """The price of one piece and the currency it names: `¥1,299.00` -> (1299.0, "CNY"). None for ranges and words."""
    money = money_of(text)
    return (float(money.amount), money.currency) if money is not None and money.comparable else None


def stock_of(text: str) -> int | float | None:
    """A quantity: `1,200`, `35 pcs`, `12件`. Integers stay integers; "in stock" and "sold out" are none."""
    if text.isascii() and text.isdigit() and len(text) < 16:
        return int(text)
    found = stock.stock_of(text)
    if found is None or found.count is None or found is stock.NONE:
        return None
    return int(found.count) if found.count == int(found.count) else float(found.count)
