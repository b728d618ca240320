"""One nested record as flat fields: the rule for every feed, JSON, XML and the data in pages alike.

Keys are paths joined by dots. What only holds fields together (`attributes`, `ARTICLE_DETAILS`) is no part of a path.
Pairs of name and value become fields named by the names, amounts with a currency one text, lists of prices a field for
each kind, texts by language a field for each language. It does not know which fields make a row: see `variants`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from index.text.currencies import codes, currency_of
from ingest.amounts import decimal_of, in_minor_units, money, quantity, scaled, with_unit
from ingest.feed_words import contains, has_word, language_of, means, plain, role, words

DEEPEST = 20
PERIOD = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ][\d:.]*(?:Z|[+-]\d\d:?\d\d)?)?\s*/\s*(\d{4}-\d\d-\d\d)(?:[T ]\S*)?\s*")
SCHEMA = re.compile(r"https?://schema\.org/(\w+)")


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
        record = {
            key.rpartition(":")[2] if key.count(":") == 1 else key: value
            for key, value in _in_major_units(record).items()
            if not key.startswith("@")
        }
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


@lru_cache(4096)
def _are_plain(keys: tuple[str, ...]) -> bool:
    """Whether keys are names of fields as they stand and say nothing of the values beside them."""
    return not any(key.startswith("@") or ":" in key or _is_telling(key) for key in keys)


@lru_cache(4096)
def _is_telling_shape(key: str, inner: tuple[str, ...]) -> bool:
    """Whether an object of these keys may be more than fields under its own name."""
    if contains(key) or means(key, "offers") or role(key) == "price" or has_word(key, "beside"):
        return True
    lists = ("amounts", "pair_names", "wrappers", "languages", "units")
    one = len(inner) == 1 and _singular(plain(key)) == plain(inner[0])
    return one or any(means(name, words) for name in inner for words in lists) or any(map(_is_telling, inner))


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
    if (listed := objects(key, value)) is not None or (listed := [value] if "" in (_by_tag([value]) or {}) else None):
        _objects(name, key, listed, path, flat, depth)
    elif (text := thing(value) or quantity(value)) is not None:
        flat.add(name, text)
    elif means(key, "offers") or (contains(key) and sum(role(inner) == "price" for inner in value) > 1):
        _lifted(key, value, name, path, flat, depth)
    elif (role(key) == "price" or has_word(key, "beside")) and _kind(value) and _amount(value):
        _prices(name, [value], flat)
    elif (amount := _money(key, value)) is not None:
        flat.add(name, amount[0])
        _fields({inner: item for inner, item in amount[1].items() if inner != "type"}, f"{name}.", flat, depth + 1)
    elif pair := _pair(value) if contains(key) else None:
        _pairs([pair], name, path, flat)
    elif contains(key) and not by_language(value):
        _lifted(key, value, name, path, flat, depth)
    else:
        _fields(value, f"{name}.", flat, depth + 1)


def _objects(name: str, key: str, items: list[Any], path: str, flat: Flat, depth: int) -> None:
    if not all(isinstance(item, dict) for item in items):
        flat.add(name, items)
    elif texts := _by_tag(items):
        for tag, fields in texts.items():
            for inner, value in fields.items():
                flat.add(f"{name}.{tag}" if not inner else f"{path}{inner}.{tag}", value)
    elif all(_money("", item) is not None for item in items) or _are_prices(key, items):
        _prices(name, items, flat)
    elif all(pairs := [_pair(item) for item in items]):
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
            flat.add(
                f"{path}price.{field_key}", f"{item} {field_key}" if decimal_of(item) and field_key in codes() else item
            )
        elif not path and flat.takes(field_key):
            flat.add(f"{name}.{field_key}", item)
        else:
            flat.add(path + field_key, item, name)


def objects(key: str, value: Any) -> list[dict[str, Any]] | None:
    """The objects that are listed under a key, however a feed wraps them; None where it is no list of objects.

    Wrapped are `{"edges": [{"node": {...}}]}`, `{"variant": [...]}` under `variants`, and an only child of such.
    """
    if isinstance(value, list):
        items = [_unwrapped(item) for item in value]
        return items if items and all(isinstance(item, dict) for item in items) else None
    if not isinstance(value, dict):
        return None
    inner = [(name, item) for name, item in value.items() if not means(name, "technical") and not name.startswith("@")]
    if len(inner) != 1:
        return None
    name, item = inner[0]
    said, under = plain(name), plain(key)
    single = said in words("wrappers") or (under != said and _singular(under) == said)
    if isinstance(item, list) and single:
        return objects(name, item)
    if isinstance(item, dict) and single:
        return objects(name, item) or [_unwrapped(item)]
    return None


def _singular(said: str) -> str:
    return f"{said[:-3]}y" if said.endswith("ies") else said.removesuffix("s")


def _unwrapped(item: Any) -> Any:
    return item["node"] if isinstance(item, dict) and isinstance(item.get("node"), dict) else item


def thing(value: Mapping[str, Any]) -> str | None:
    """The name of an object that says nothing but its name: `{"id": 5, "name": "Acme", "slug": "acme"}`."""
    named = [key for key in value if plain(key) in ("name", "label", "title", "")]
    if not named or any(
        not (means(key, "technical") or key.startswith("@") or key == "key") for key in value if key not in named
    ):
        return None
    said = value[named[-1] if named[0] == "" else named[0]]
    return said if isinstance(said, str) else None


def _money(key: str, value: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    found = money(value)
    if found and (role(key) == "price" or not any(role(name) in ("sku", "name") for name in found[1])):
        return found
    return None


def _are_prices(key: str, items: list[dict[str, Any]]) -> bool:
    return role(key) == "price" and all(_amount(item) is not None for item in items)


def _amount(item: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The amount of one of several prices, which needs no currency."""
    if (found := money(item)) is not None:
        return found
    key = next((key for key in item if means(key, "amounts") and decimal_of(item[key]) is not None), None)
    if key is None:
        return None
    return format(decimal_of(item[key]) or Decimal(0), "f"), {name: v for name, v in item.items() if name != key}


def _kind(item: Mapping[str, Any]) -> str:
    """What says which of several prices it is: `net_customer`, `dealer DE`, `from 10`."""
    said = []
    for key, value in item.items():
        if means(key, "least"):
            number = decimal_of(value)
            said += [f"from {number}"] if number is not None and number > 1 else []
        elif means(key, "price_kinds"):
            value = thing(value) or value.get("key") if isinstance(value, dict) else value
            if isinstance(value, str) and value and not value.endswith("Precision") and not value.startswith("#"):
                found = SCHEMA.fullmatch(value)
                said.append(found[1] if found else value)
    return " ".join(said)


def _prices(name: str, items: list[dict[str, Any]], flat: Flat) -> None:
    """One field per kind of price, its key naming the kind; what the prices say beside it follows."""
    base = re.sub(r"(?i)(?<=price)s$", "", name) if role(name) == "price" else f"{name}.price"
    found = [(amount[0], _kind(item), amount[1]) for item in items if (amount := _amount(item)) is not None]
    currencies = {text.rpartition(" ")[2] for text, _, _ in found}
    for text, kind, rest in found:
        if not kind and len(found) > 1 and len(currencies) == len(found):
            kind = text.rpartition(" ")[2]
        key = f"{base}.{kind}" if kind else base
        flat.add(key, text)
        for inner, value in rest.items():
            known = means(inner, "price_kinds") or means(inner, "least") or means(inner, "technical")
            if (
                not known
                and not inner.startswith("@")
                and not isinstance(value, dict | list)
                and value not in (None, "")
            ):
                said = (
                    f"{key}.{inner}" if len({str(other.get(inner)) for _, _, other in found}) > 1 else f"{base}.{inner}"
                )
                flat.add(said, value)


def _pair(item: Mapping[str, Any]) -> tuple[Any, Any] | None:
    """(name, value) of an object that is such a pair; None where it says anything else."""
    keys = {plain(key): key for key in item}
    name = next((keys[word] for word in words("pair_names") if keys.get(word)), None)
    value = next((keys[word] for word in words("pair_values") if word in keys and keys[word] != name), None)
    if name is None or value is None or not item[name]:
        return None
    label, said = _texts(item[name]), _texts(item[value])
    if not isinstance(label, str | dict):
        return None
    for key in item:
        others = means(key, "technical") or means(key, "units") or means(key, "languages") or means(key, "pair_names")
        if key not in (name, value) and not others and not key.startswith("@") and not means(key, "pair_values"):
            return None
    unit = next((item[key] for key in item if means(key, "units") and key != value), "")
    if isinstance(said, dict):
        inner = next((item for key, item in said.items() if plain(key) == "label" and isinstance(item, dict)), said)
        said = thing(said) or quantity(said) or inner
    return label, with_unit(said, unit) if unit and not isinstance(said, dict | list) else said


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


def _texts(value: Any) -> Any:
    """Texts that name their languages as one object by language; anything else as it is."""
    items = value if isinstance(value, list) else [value]
    found = _by_tag(items) if items and all(isinstance(item, dict) for item in items) else None
    return (
        {tag: said[""] for tag, said in found.items()}
        if found and all("" in said for said in found.values())
        else value
    )


def is_default(value: Any) -> bool:
    """Whether a value says that there is nothing to choose (`Default Title`)."""
    if isinstance(value, list):
        return bool(value) and all(map(is_default, value))
    return isinstance(value, str) and means(value, "default")


def by_language(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """The texts of an object whose keys are languages."""
    tags = {key: language_of(key) for key in value}
    if not value or not all(tags.values()) or any(isinstance(item, dict | list) for item in value.values()):
        return None
    return {tag: value[key] for key, tag in tags.items() if tag}


def _by_tag(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]] | None:
    """Tag -> the fields of the object in that language; the field "" is a lone text."""
    texts: dict[str, dict[str, Any]] = {}
    for item in items:
        key = next((key for key in item if means(key, "languages")), None)
        tag = language_of(str(item[key])) if key else None
        if tag is None or any(isinstance(value, dict | list) for value in item.values()):
            return None
        rest = {name: value for name, value in item.items() if name != key and not means(name, "technical")}
        lone = len(rest) == 1 and means(next(iter(rest)), "pair_values")
        for name, value in rest.items():
            texts.setdefault(tag, {})["" if lone else name] = value
    return texts


def _in_major_units(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record with its amounts in minor units divided, where a key of it says that they are such, and one range."""
    if not any(map(_is_telling, record)):
        return record
    digits = next((key for key in record if plain(key) in ("currency minor unit", "currency exponent")), None)
    low, high = (next((key for key in record if plain(key) == word), "") for word in ("low price", "high price"))
    currency = next((str(value).upper() for key, value in record.items() if role(key) == "currency"), "")
    changed: dict[str, Any] = {}
    for key, value in record.items():
        number = decimal_of(value)
        renamed = in_minor_units(key)
        if key == digits or (key == high and low):
            continue
        if key == low and high:
            changed["price"] = value if value == record[high] else f"{value} - {record[high]}"
            continue
        if number is not None and (renamed or (digits and role(key) == "price")):
            value = scaled(key, number, currency, record.get(digits) if digits else None)
            changed.setdefault(renamed or key, f"{value} {currency}" if currency else value)
        else:
            changed.setdefault(key, value)
    return changed


@lru_cache(8192)
def _is_telling(key: str) -> bool:
    said = plain(key)
    return in_minor_units(key) is not None or said in ("currency minor unit", "currency exponent", "low price")
