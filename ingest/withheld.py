"""Tables of documents and records of feeds without what is private in them; which names are private, `private` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations, islice
from typing import Any

from index.lexicon import words
from ingest.declared import TableOptions
from ingest.entries import pair_of
from ingest.feed_words import means, plain
from ingest.headers import find_header
from ingest.line import Line
from ingest.own_business import LONGEST, are_goods, tell_outside
from ingest.price_lists import kind_of_price
from ingest.private import is_private, private_places, spread

Cells = tuple[tuple[str, ...], ...]
_are_goods = lru_cache(4096)(are_goods)
MOST = 200
"""Runs of words of a header that are looked at."""


def public_table(cells: Cells, options: TableOptions) -> tuple[Cells, list[str]]:
    """A document's table without its private columns and lines, and the names of these."""
    if not cells:
        return cells, []
    header = find_header([Line(number, row) for number, row in enumerate(cells, start=1)])
    texts = tuple(header.texts) if header else cells[0]
    labels = tuple(row[0] if row else "" for row in cells)
    columns = (spread(private_places(texts, options), texts) | _run_together(texts, options)) - (
        set() if header else {0}
    )
    heads = range(header.place + header.height) if header else range(0)
    lines = private_places(labels, options) - set(heads)
    kept = [_without_pairs(row, options) for number, row in enumerate(cells) if number not in lines]
    if not (columns or lines) and all(row is before for row, before in zip(kept, cells, strict=False)):
        return cells, []
    public = tuple(tuple(cell for place, cell in enumerate(row) if place not in columns) for row in kept)
    names = [texts[place] for place in sorted(columns)] + [labels[number] for number in sorted(lines)]
    names += [cell for row in cells for cell in _private_pairs(row, options)]
    return public, [name for name in dict.fromkeys(names) if name]


def _run_together(texts: Sequence[str], options: TableOptions) -> set[int]:
    """Columns whose headers stand as one text over the first of them, as a PDF may have it, where one is private."""
    found: set[int] = set()
    for place, text in enumerate(texts):
        blank = next((at for at in range(place + 1, len(texts)) if texts[at].strip()), len(texts))
        words = text.split()
        if not words or blank == place + 1:
            continue
        spans = (" ".join(words[first:last]) for first, last in combinations(range(len(words) + 1), 2))
        if any(is_private(span, options, goods=False) for span in islice(spans, MOST)):
            found |= set(range(place, blank))
    return found


def _private_pairs(row: Sequence[str], options: TableOptions) -> list[str]:
    """The private labels of a line of labels and values in turn, the first aside."""
    return [row[place] for place in range(2, len(row) - 1, 2) if is_private(row[place], options, goods=False)]


def _without_pairs(row: tuple[str, ...], options: TableOptions) -> tuple[str, ...]:
    """Such a line without the values of these."""
    gone = set(_private_pairs(row, options))
    if not gone:
        return row
    return tuple("" if place and row[place - 1] in gone else cell for place, cell in enumerate(row))


def public_record(record: Mapping[str, Any], options: TableOptions, held: set[str]) -> Mapping[str, Any]:
    """A record of a feed without its private fields, at whatever depth; their names are put into `held`.

    The record itself where nothing in it is private. Feeds have few shapes, so that keys are judged once.
    """
    return _public_fields(record, "", options, _are_goods(tuple(record)), held)


def _public_fields(
    record: Mapping[str, Any], path: str, options: TableOptions, goods: bool, held: set[str]
) -> Mapping[str, Any]:
    private = _private_keys(tuple(record), path, options, goods)
    held |= {path + key for key in private}
    changed = {}
    for key, value in record.items():
        if (type(value) is dict or type(value) is list) and key not in private:
            public = _public_value(value, f"{path}{key}.", options, goods, held)
            if public is not value:
                changed[key] = public
    if not private and not changed:
        return record
    return {key: changed.get(key, value) for key, value in record.items() if key not in private}


def _public_value(value: Any, path: str, options: TableOptions, goods: bool, held: set[str]) -> Any:
    if isinstance(value, list):
        found = [_public_value(item, path, options, goods, held) for item in value]
        if all(item is before for item, before in zip(found, value, strict=True)):
            return value
        return [item for item, before in zip(found, value, strict=True) if item or not before]
    if not isinstance(value, dict):
        return value
    for name in _told_by(value) if _may_name(tuple(value)) else ():
        if isinstance(name, str) and is_private(name, options, goods=goods):
            held.add(name)
            return {}
    return _public_fields(value, path, options, goods, held)


def _told_by(item: Mapping[str, Any]) -> list[Any]:
    """The names by which an object tells what its value is: of a pair, by language or not, or a kind of price."""
    if pair := pair_of(item):
        return list(pair[0].values()) if isinstance(pair[0], dict) else [pair[0]]
    return [kind_of_price(item)]


@lru_cache(4096)
def _may_name(keys: tuple[str, ...]) -> bool:
    return any(plain(key) in words("feeds", "pair_names") or means(key, "price_kinds") for key in keys)


@lru_cache(4096)
def _private_keys(keys: tuple[str, ...], path: str, options: TableOptions, goods: bool) -> frozenset[str]:
    outside = tell_outside(keys)
    return frozenset(
        key for key in keys if key and is_private(f"{path}{key}"[-LONGEST:], options, goods=goods, outside=outside)
    )
