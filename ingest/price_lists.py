"""Prices in a record: an amount under a key, and lists of prices, each with what says which of them it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ingest.amounts import decimal_of, money
from ingest.entries import thing
from ingest.feed_words import means, role

SCHEMA = re.compile(r"https?://schema\.org/(\w+)")
"""The address of a word of schema.org."""


def money_under(key: str, value: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The amount of an object under a key, which is no product that has a price."""
    found = money(value)
    if found and (role(key) == "price" or not any(role(name) in ("sku", "name") for name in found[1])):
        return found
    return None


def amount_of(item: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The amount of one of several prices, which needs no currency."""
    if (found := money(item)) is not None:
        return found
    key = next((key for key in item if means(key, "amounts") and decimal_of(item[key]) is not None), None)
    if key is None:
        return None
    return format(decimal_of(item[key]) or Decimal(0), "f"), {name: v for name, v in item.items() if name != key}


def kind_of_price(item: Mapping[str, Any]) -> str:
    """What says which of several prices it is: `net_customer`, `dealer DE`, `from 10`."""
    said = []
    for key, value in item.items():
        if means(key, "least"):
            number = decimal_of(value)
            said += [f"from {number}"] if number is not None and number > 1 else []
        elif means(key, "price_kinds") and not key.startswith("@"):
            value = thing(value) or value.get("key") if isinstance(value, dict) else value
            if isinstance(value, str) and value and not value.endswith("Precision") and not value.startswith("#"):
                found = SCHEMA.fullmatch(value)
                said.append(found[1] if found else value)
    return " ".join(said)


def are_prices(key: str, items: list[dict[str, Any]]) -> bool:
    """Whether a list holds the prices of a thing, or of what comes beside it."""
    if role(key) == "price":
        return all(amount_of(item) is not None for item in items)
    return all(money_under("", item) is not None for item in items)


def priced(name: str, items: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """One field per kind of price, its key naming the kind; what the prices say beside it follows."""
    base = re.sub(r"(?i)(?<=price)s$", "", name) if role(name) == "price" else f"{name}.price"
    found = [(amount[0], kind_of_price(item), amount[1]) for item in items if (amount := amount_of(item)) is not None]
    by_currency = len(found) > 1 and len({text.rpartition(" ")[2] for text, _, _ in found}) == len(found)
    for text, kind, rest in found:
        kind = kind or (text.rpartition(" ")[2] if by_currency else "")
        key = f"{base}.{kind}" if kind else base
        yield key, text
        for inner, value in rest.items():
            if isinstance(value, dict | list) or value in (None, "") or _says_which(inner):
                continue
            differs = len({str(other.get(inner)) for _, _, other in found}) > 1
            yield f"{key if differs else base}.{inner}", value


def _says_which(key: str) -> bool:
    return key.startswith("@") or any(means(key, name) for name in ("price_kinds", "least", "technical"))
