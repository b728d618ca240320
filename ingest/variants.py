"""Rows of a record: one for each thing that is sold. A variant inherits what it does not say itself.

A record with variants, offers or products in it gives a row for each of them; it is a row of its own only where it has
an article number and a price and none of them has that number. It knows the fields of `flatten`, and no files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ingest.entries import is_default, objects
from ingest.feed_words import is_identity, kept_whole, language_of, means, plain, role
from ingest.flatten import Flat, flatten

DEEPEST = 6
OPTION = re.compile(r"option ?(\d)")
LONGEST_OPTION = 40
"""Characters of a value that can stand in a name."""


def rows(record: Mapping[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    """The fields of each thing that a record sells; a record without children is one row."""
    found = _children(record) if depth < DEEPEST else {}
    if not found:
        yield flatten(record).fields
        return
    own = flatten(record, found)
    children = [child for listed in found.values() for child in listed]
    flats = [flatten(_with_options(child, record)) for child in children]
    grouped = any(means(key, "products") for key in found) and not any(map(is_identity, own.fields))
    if _is_sold(own.fields, [flat.fields for flat in flats]):
        yield own.fields
    varying = _varying(flats)
    for child, flat in zip(children, flats, strict=True):
        if _children(child):
            for row in rows(child, depth + 1):
                yield _combined(own.fields, row, [], grouped)
        else:
            yield _combined(own.fields, flat.fields, varying, grouped)


def _children(record: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Key -> the children listed there: variants before products before offers, other lists if they are articles."""
    listed: dict[str, list[dict[str, Any]]] = {}
    for key, value in record.items():
        first = value[0] if type(value) is list and value else value
        if type(first) is not dict or not _may_list(key, tuple(first)):
            continue
        items = objects(key, value)
        if items is None and isinstance(value, dict) and means(key, "variants"):
            by_key = all(isinstance(item, dict) for item in value.values())
            items = [{"key": name, **item} for name, item in value.items()] if by_key else [value]
        if items:
            listed[key] = items
    if not listed:
        return listed
    for name in ("variants", "products"):
        found = {key: items for key, items in listed.items() if means(key, name) and all(map(_is_child, items))}
        if found:
            return found
    found = {key: items for key, items in listed.items() if means(key, "offers") and len(items) > 1}
    return found or {key: items for key, items in listed.items() if all(map(_is_article, items))}


@lru_cache(4096)
def _may_list(key: str, inner: tuple[str, ...]) -> bool:
    """Whether an object of these keys, or a list of such, can be or wrap the things that a record sells."""
    if means(key, "references") or role(key) == "price":
        return False
    if any(means(key, name) for name in ("variants", "products", "offers")):
        return True
    return any(is_identity(name) or means(name, "wrappers") for name in inner) or len(inner) == 1


def _is_child(item: Mapping[str, Any]) -> bool:
    return any(role(key) in ("sku", "price") or (role(key) == "name" and len(item) > 1) for key in item)


def _is_article(item: Mapping[str, Any]) -> bool:
    return any(map(is_identity, item)) and any(role(key) == "price" for key in item)


def _is_sold(own: Mapping[str, Any], children: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the parent is itself sold: an article number of its own, a price, and no sign that it only groups."""
    number = next((str(own[key]) for key in own if is_identity(key) and own[key]), None)
    priced = any(role(key) == "price" and own[key] not in (None, "", 0, "0") for key in own)
    if number is None or not priced or any(isinstance(v, str) and means(v, "unsold") for v in own.values()):
        return False
    return not any(str(value) == number for child in children for key, value in child.items() if is_identity(key))


def _with_options(child: Mapping[str, Any], parent: Mapping[str, Any]) -> dict[str, Any]:
    """`option1: "Large"` under the name that the parent's `options` give it; the choice of nothing left out."""
    if not any(OPTION.fullmatch(plain(key)) for key in child):
        return dict(child)
    defined: Any = next(
        (value for key, value in parent.items() if means(key, "options") or plain(key) == "options"), []
    )
    names = [item.get("name", "") if isinstance(item, dict) else str(item) for item in defined or []]
    said: dict[str, Any] = {}
    chosen: list[dict[str, Any]] = []
    for key, value in child.items():
        if (found := OPTION.fullmatch(plain(key))) is None:
            said[key] = value
        elif value and not is_default(value):
            place = int(found[1]) - 1
            chosen.append({"name": names[place] if place < len(names) else key, "value": value})
    return said | ({"options": chosen} if chosen else {})


def _varying(flats: Sequence[Flat]) -> list[str]:
    """The fields by which siblings are told apart: pairs and words for options, of different values."""
    keys = dict.fromkeys(key for flat in flats for key in flat.fields)
    chosen = [
        key for key in keys if any(key in flat.pairs for flat in flats) or means(key.partition(".")[0], "options")
    ]
    chosen = [key for key in chosen if not role(key)]
    if len(flats) == 1:
        return [key for key in chosen if key in flats[0].pairs][:3] if len(chosen) <= 3 else []
    return [key for key in chosen if len({str(flat.fields.get(key)) for flat in flats}) > 1][:4]


def _combined(
    parent: Mapping[str, Any], child: Mapping[str, Any], options: Sequence[str], grouped: bool
) -> dict[str, Any]:
    """A child's fields, and the parent's where the child says nothing; a price or stock is inherited as a whole."""
    said = {key: value for key, value in child.items() if value not in (None, "", [], {})}
    kept = {kind for key in said if (kind := kept_whole(key))}
    names = _names(parent)
    row: dict[str, Any] = {}
    for key, value in parent.items():
        if grouped and key in names:
            row.setdefault("category", value)
        elif key in said or kept_whole(key) not in kept:
            row[key] = said.get(key, value)
    row |= {key: value for key, value in said.items() if key not in row}
    if not grouped:
        row |= _named(parent, said, names, options)
        for key in _names(said):
            if key not in names:
                row.pop(key, None)
    return row


def _names(fields: Mapping[str, Any]) -> list[str]:
    """The fields that hold a thing's name, in each language: those of the first word for a name that is used."""
    for word in fields:
        base = _base(word)
        if role(base) == "name" and fields[word]:
            return [key for key in fields if _base(key) == base and isinstance(fields[key], str)]
    return []


def _base(key: str) -> str:
    base, _, tag = key.rpartition(".")
    return base if base and language_of(tag) else key


def _named(
    parent: Mapping[str, Any], child: Mapping[str, Any], names: Sequence[str], options: Sequence[str]
) -> dict[str, str]:
    """The name of a variant in each language: the parent's, and what is chosen."""
    own = _names(child)
    named: dict[str, str] = {}
    for key in names:
        tag = key.removeprefix(_base(key)).removeprefix(".")
        chosen = [
            str(child[option])
            for option in options
            if child.get(option) and (language_of(option.rpartition(".")[2]) or tag) == tag
        ]
        chosen = [value for value in dict.fromkeys(chosen) if len(value) <= LONGEST_OPTION]
        said = next((str(child[name]) for name in own if name.removeprefix(_base(name)).removeprefix(".") == tag), "")
        named[key] = variant_name(str(parent[key]), said, chosen)
    return named


def variant_name(parent: str, own: str, options: Sequence[str]) -> str:
    """`Ember Ridge mug, Large`; a name of its own that holds most of the parent's words stands by itself."""
    above, below = _words(parent), _words(own)
    if own and not is_default(own):
        if above and len(above & below) * 2 >= len(above):
            return own
        if not below <= {word for option in options for word in _words(option)}:
            return f"{parent}, {own}" if parent else own
    missing = [option for option in options if not _words(option) <= above]
    return ", ".join([parent, *missing] if parent else missing)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.casefold()))
