"""The kind of thing that rows are, where no column says it: by the section, the sheet or the file in which they stand.

`case-fan.csv`, a sheet 「显示器」 and a line "Headphones" across a table say it; `Sheet1`, `prices.csv` and 价格表 say
nothing. The words that say nothing are the lexicon's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import PurePosixPath

from index.cell import Cell
from index.lexicon import folded, languages, word_set
from index.text.letters import HAN, fold
from index.text.months import months
from index.text.naming import singular, wares
from index.text.units import unit
from ingest.columns import Columns, Row
from ingest.document import Element, RowRefused
from ingest.names import language_of
from ingest.roles import plain_header, ranks

Read = Element | RowRefused
BAND_LEVEL = 2
"""Depth of the headings that are sections of a sheet; a sheet's own name has 1."""
WORDS = 4
"""Words of the longest kind."""
SURE = 1
"""The rank of the words that head columns of kinds for certain; others ("type") may say more of one kind."""
_WORD = re.compile(rf"(?<![A-Za-z])[A-Za-z](?=[{HAN}])[{HAN}]+|[^\W_{HAN}]+(?:['’&-][^\W_{HAN}]+)*|[{HAN}]+")


def with_kinds(path: str, elements: Iterable[Read], *, document: bool = False) -> Iterator[Read]:
    """The elements of a file, each product row with the kind that its place says.

    `document`: its headings are of texts, too, and a kind only where they name a common ware.
    """
    file = _ware_in(PurePosixPath(path).stem)  # a file may be called anything: after its shop, a town, its reader
    heads: dict[int, str] = {}
    for element in elements:
        if isinstance(element, Element):
            if element.kind == "heading":
                heads = {level: text for level, text in heads.items() if level < element.level}
                heads[element.level] = element.text
            elif element.kind == "row" and element.columns is not None and _lacks_kind(element.columns):
                sheet = kind_in(element.locator.sheet or "")
                band = kind_in(heads.get(BAND_LEVEL, ""))
                if document:
                    band = next(filter(None, map(_ware_in, reversed(heads.values()))), "")
                element = _placed(element, (("Section", band), ("Sheet", sheet), ("File", file)))
        yield element


def _ware_in(name: str) -> str:
    """The kind that a name says, where it is a ware."""
    kind = kind_in(name)
    return kind if kind and is_ware(kind) else ""


def kind_in(name: str) -> str:
    """The kind of things that a name says: "Lampen 2026" -> "Lampen"; "" where it says none."""
    text = unicodedata.normalize("NFKC", name)
    said = [part for word in _WORD.findall(re.sub(r"_+|(?<=\w\w)-+|(?<!\w)-+", " ", text)) if (part := _bare(word))]
    kind = " ".join(said)
    if not said or len(said) > WORDS or (len(kind) < 3 and not re.search(f"[{HAN}]", kind)):
        return ""
    return kind


def is_ware(kind: str) -> bool:
    """Whether a kind is a common ware, or a special one: its last word is one."""
    text = fold(kind)
    last = singular(text.split()[-1])
    known = _wares()
    return last in known or text in known or any(text.endswith(word) for word in known if not word.isascii())


@lru_cache(256)
def _lacks_kind(columns: Columns) -> bool:
    """Whether a table is a list of prices in which no column is for certain one of kinds."""
    if not (columns.has_names and any(column.tag == "price" for column in columns.columns)):
        return False
    tags = [column for column in columns.columns if column.tag == "category" and not column.private]
    return all(ranks().get(plain_header(column.header), ("", 0))[1] > SURE for column in tags)


def _placed(element: Element, places: tuple[tuple[str, str], ...]) -> Element:
    """A row with the kind of the innermost place; of one that is no known ware together with those around it."""
    levels: list[tuple[str, str]] = []
    for place, kind in places:
        if kind and not _is_maker(kind, element):
            levels.append((place, kind))
            if is_ware(kind):
                break
    if not levels or "name" not in element.attributes:
        return element
    kind = " > ".join(kind for _, kind in reversed(levels))
    cell = Cell(levels[0][0], kind, "category", language_of("", [kind]), chosen=True)

    def having(row: Row) -> Row:
        attributes = dict(row.attributes)
        assert element.columns is not None
        for column in element.columns.columns:
            if column.role == "category" and "category" in attributes:
                attributes[column.key] = attributes["category"]
        cells = [one._replace(chosen=False) if one.role == "category" else one for one in row.cells]
        return Row(f"{row.text}\n{cell.line}", {**attributes, "category": kind}, (*cells, cell))

    own = having(Row(element.text, dict(element.attributes), element.row))
    also = tuple(having(row) for row in element.also)
    return replace(element, text=own.text, attributes=own.attributes, row=own.cells, also=also)


def _is_maker(kind: str, element: Element) -> bool:
    """Whether what a place is called is the row's brand, or the first word of its name and no ware: a maker's."""
    said, name = fold(kind), fold(str(element.attributes.get("name", "")))
    if said == fold(str(element.attributes.get("brand", ""))):
        return True
    return name.startswith(f"{said} ") and not is_ware(kind)


def _bare(word: str) -> str:
    """A word of a name of a place; "" for one that says nothing of what there is: "prices", "2026", 报价单."""
    if re.match(f"[{HAN}]", word):
        return _idle_han().sub("", folded(word))
    plain = word.casefold()
    idle = plain in word_set("places", "idle") or plain in months() or unit(plain)
    return "" if idle or any(map(str.isdigit, word)) or len(word) < 2 else word


@cache
def _idle_han() -> re.Pattern[str]:
    """Chinese that says nothing, at either end of a run."""
    said = "|".join(sorted((word for word in word_set("places", "idle") if not word.isascii()), key=len, reverse=True))
    return re.compile(rf"^(?:{said})+|(?:{said})+$")


@cache
def _wares() -> frozenset[str]:
    return frozenset[str]().union(*map(wares, languages()))
