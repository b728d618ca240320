"""One nested record as flat fields: the rule for every feed, JSON, XML and the data in pages alike.

Keys are paths joined by dots. What only holds fields together (`attributes`, `ARTICLE_DETAILS`) is no part of a path.
Pairs of name and value become fields named by the names, amounts with a currency one text, lists of prices a field for
each kind, texts by language a field for each language. It does not know which fields make a row: see `variants`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from index.text.currencies import codes, currency_of
from index.text.naming import singular
from ingest.amounts import decimal_of, in_major_units, quantity, tells_of_amounts, with_unit
from ingest.entries import by_language, by_tag, is_default, objects, pair_of, thing
from ingest.feed_words import contains, has_word, means, plain, role
from ingest.price_lists import SCHEMA, amount_of, are_prices, kind_of_price, money_under, priced

DEEPEST = 20
PERIOD = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ][\d:.]*(?:Z|[+-]\d\d:?\d\d)?)?\s*/\s*(\d{4}-\d\d-\d\d)(?:[T ]\S*)?\s*")
LINKS = frozenset(("@type", "@id", "@context"))
"""Keys by which linked data says what an object is."""


@dataclass(slots=True)
class Flat:
    """The fields of a record, and which of them were pairs of name and value."""

    record: Mapping[str, Any]
    fields: dict[str, Any] = field(default_factory=dict)
    pairs: set[str] = field(default_factory=set)

    def add(self, key: str, value: Any, prefix: str = "") -> None:
        """Put a field in; where the key is taken by another value, its container's name tells them apart."""
        held = self.fields.get(key)
        if held is None or held == "" or held == value:
            self.fields[key] = value
        elif prefix and f"{prefix}.{key}" not in self.fields:
            self.fields[f"{prefix}.{key}"] = value
        elif value not in (None, ""):
            self.fields[key] = [*(held if isinstance(held, list) else [held]), value]

    def takes(self, key: str) -> bool:
        """Whether the record itself has a field of that key, which nothing lifted from inside may take."""
        return key in self.record and not isinstance(self.record[key], dict | list)


def flatten(record: Mapping[str, Any], without: Collection[str] = ()) -> Flat:
    """The fields of a record but those named."""
    flat = Flat(record)
    _fields({key: value for key, value in record.items() if key not in without} if without else record, "", flat, 0)
    if _count_key(tuple(flat.fields)):
        _per_quantity(flat.fields)
    return flat


@lru_cache(1024)
def _count_key(keys: tuple[str, ...]) -> str:
    """The field that says for how many pieces the prices hold, "" where none does."""
    return next((key for key in keys if plain(key) == "price quantity"), "")


def _per_quantity(fields: dict[str, Any]) -> None:
    """Prices that hold for several pieces (`PRICE_QUANTITY` 100) say so."""
    count = decimal_of(fields[_count_key(tuple(fields))])
    if count is None or count == 1:
        return
    unit = next((value for key, value in fields.items() if plain(key) == "order unit"), "")
    for key, value in fields.items():
        if role(key) == "price" and isinstance(value, str) and currency_of(value):
            fields[key] = f"{value} / {with_unit(count, unit)}"


def _fields(record: Mapping[str, Any], path: str, flat: Flat, depth: int) -> None:
    if not _are_plain(tuple(record)):
        record = {bare(key): value for key, value in in_major_units(record).items() if key not in LINKS}
    fields = flat.fields
    for key, value in record.items():
        name, type_ = path + key, type(value)
        if type_ is dict and value and depth < DEEPEST:
            if _is_telling_shape(key, tuple(value)):
                _object(name or "value", key, value, path, flat, depth)
            else:
                _fields(value, f"{name}.", flat, depth + 1)
        elif type_ is list and value and type(value[0]) is dict and _is_telling_shape(key, tuple(value[0])):
            _objects(name, key, value, path, flat, depth)
        elif type_ is str and "/" in value and (value[0].isdigit() or value.startswith("http")):
            _text(name or "value", value, flat)
        elif key and name not in fields:
            fields[name] = value
        else:
            flat.add(name.removesuffix(".") or "value", value)


def bare(key: str) -> str:
    """A key without its namespace or the mark of an attribute: `g:price`, `@currency`, `#text`."""
    return "" if key == "#text" else re.sub(r"^(?:[a-z]{1,3}:(?=\w)|@)", "", key)


@lru_cache(4096)
def _are_plain(keys: tuple[str, ...]) -> bool:
    """Whether keys are names of fields as they stand and say nothing of the values beside them."""
    return not any(key in LINKS or bare(key) != key or tells_of_amounts(key) for key in keys)


@lru_cache(4096)
def _is_telling_shape(key: str, inner: tuple[str, ...]) -> bool:
    """Whether an object of these keys may be more than fields under its own name."""
    if contains(key) or means(key, "offers") or role(key) == "price" or has_word(key, "beside"):
        return True
    lists = ("amounts", "pair_names", "wrappers", "languages", "units")
    one = len(inner) == 1 and singular(plain(key)) == plain(inner[0])
    return one or any(means(name, words) for name in inner for words in lists) or any(map(tells_of_amounts, inner))


def _text(name: str, value: str, flat: Flat) -> None:
    """A period `a/b` becomes its two days; an address of schema.org the word at its end."""
    if found := PERIOD.fullmatch(value):
        flat.add(f"{name} from", found[1])
        flat.add(f"{name} to", found[2])
    elif found := SCHEMA.fullmatch(value):
        flat.add(name, re.sub(r"(?<=[a-z])(?=[A-Z])", " ", found[1]).lower())
    else:
        flat.add(name.removesuffix("."), value)


def _object(name: str, key: str, value: dict[str, Any], path: str, flat: Flat, depth: int) -> None:
    if (listed := objects(key, value)) is not None or (listed := [value] if "" in (by_tag([value]) or {}) else None):
        _objects(name, key, listed, path, flat, depth)
    elif (text := thing(value) or quantity(value)) is not None:
        flat.add(name, text)
    elif means(key, "offers") or (contains(key) and sum(role(inner) == "price" for inner in value) > 1):
        _lifted(key, value, name, path, flat, depth)
    elif (role(key) == "price" or has_word(key, "beside")) and kind_of_price(value) and amount_of(value):
        for inner, item in priced(name, [value]):
            flat.add(inner, item)
    elif (amount := money_under(key, value)) is not None:
        flat.add(name, amount[0])
        _fields({inner: item for inner, item in amount[1].items() if inner != "type"}, f"{name}.", flat, depth + 1)
    elif pair := pair_of(value) if contains(key) else None:
        _pairs([pair], name, path, flat)
    elif contains(key) and not by_language(value):
        _lifted(key, value, name, path, flat, depth)
    else:
        _fields(value, f"{name}.", flat, depth + 1)


def _objects(name: str, key: str, items: list[Any], path: str, flat: Flat, depth: int) -> None:
    if not all(isinstance(item, dict) for item in items):
        flat.add(name, items)
    elif means(key, "offers") and len(items) == 1:
        _lifted(key, items[0], name, path, flat, depth)
    elif texts := by_tag(items):
        for tag, fields in texts.items():
            for inner, value in fields.items():
                flat.add(f"{name}.{tag}" if not inner else f"{path}{inner}.{tag}", value)
    elif are_prices(key, items):
        for inner, item in priced(name, items):
            flat.add(inner, item)
    elif all(pairs := [pair_of(item) for item in items]):
        _pairs([pair for pair in pairs if pair], name, path, flat)
    elif all(things := [thing(item) for item in items]):
        flat.add(name, things)
    else:
        flat.add(name, items)


def _lifted(key: str, value: Mapping[str, Any], name: str, path: str, flat: Flat, depth: int) -> None:
    """Fields of a container, without its name where that leaves them apart from the record's own."""
    inner = Flat(flat.record)
    _fields(value, "", inner, depth + 1)
    flat.pairs |= {path + pair for pair in inner.pairs}
    for field_key, item in inner.fields.items():
        if role(key) == "price" and role(field_key) not in ("price", "currency"):
            by_currency = field_key in codes() and decimal_of(item) is not None
            flat.add(f"{path}price.{field_key}", f"{item} {field_key}" if by_currency else item)
        elif not path and flat.takes(field_key):
            flat.add(f"{name}.{field_key}", item)
        else:
            flat.add(path + field_key, item, name)


def _pairs(pairs: list[tuple[Any, Any]], name: str, path: str, flat: Flat) -> None:
    for label, value in pairs:
        if is_default(value):
            continue
        labels = label if isinstance(label, dict) else {"": label}
        for tag, word in labels.items():
            said = value.get(tag, value) if isinstance(value, dict) else value
            texts = by_language(said) if isinstance(said, dict) else None
            for inner, text in (texts or {"": said}).items():
                key = f"{path}{word}.{inner}" if inner else f"{path}{word}"
                key = f"{name}.{word}" if flat.takes(key) else key
                flat.add(key, text, name)
                flat.pairs.add(key)
