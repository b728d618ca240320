"""Which columns of a table hold the products' names, and in which language each is.

A price list of several countries has a name for each ("品名", "Bezeichnung", "Description"); one of a small shop may
head its names by no known word ("Item", 款名), or have nothing but model names. It sees headers and cells, no rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import islice
from statistics import median

from index.lexicon import either, folded, sections, words
from index.text.letters import HAN
from ingest.cell_type import kind_of
from ingest.roles import plain_header, price_of_header, without_language

JUDGED = 200
"""Cells of a column by which it is judged."""
LONGEST = 80
"""Characters of a name; a longer cell is a description."""
MOSTLY = 0.8
"""Share of a column's cells that must be so for the column to be."""
DISTINCT = 0.7
"""Share of different cells of a column of names: brands and groups repeat."""
SHORT, PROSE = 30, 60
"""Characters of a typical cell by which a row is called, and of one from which on a column holds texts."""
FIRST = 3
"""Columns among the first of which names stand beside codes."""
NARROWEST = 3
"""Columns of the narrowest table whose rows are called by its first."""
_NAMED = re.compile(r"\bname$|名称?$")
"""A header that says what its cells are: names of some sort."""
_HAN = re.compile(f"[{HAN}]")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9./_-]*", re.IGNORECASE)


def language_of(header: str, cells: Sequence[str], others: Sequence[str] = ()) -> str:
    """The language of a column of words: what its header says ("Name (EN)", 英文名), its cells' script, or whose word
    its header is; of a word of several languages that of `others`, the table's other headers. "" for a mixed one."""
    if said := _named_language(header):
        return said
    some = list(islice(filter(None, cells), JUDGED))
    chinese = sum(bool(_HAN.search(cell)) for cell in some)
    if not some:
        return ""
    if chinese > MOSTLY * len(some):
        return "zh"
    if chinese >= (1 - MOSTLY) * len(some):
        return ""
    known = _languages_of(plain_header(header))
    if len(known) > 1:
        often = Counter(one for other in others for one in _languages_of(plain_header(other)) if one in known)
        known = {max(known, key=lambda one: (often[one], one == "en", one))}
    return next(iter(known), "en")


def more_names(headers: Sequence[str], roles: Sequence[str], cells: Sequence[Sequence[str]]) -> list[int]:
    """The columns beside those headed as names that hold names: one in a language of its own that is headed by a word
    for descriptions, and in a price list without any name the likeliest column."""
    named = [place for place, role in enumerate(roles) if role == "name"]
    if named:
        known = {language_of(headers[place], cells[place], headers) for place in named}
        found = []
        for place, header in enumerate(headers):
            if roles[place] == "" and _may_name(header) and _are_names(cells[place]):
                language = language_of(header, cells[place], headers)
                if language and known and "" not in known and language not in known:
                    found.append(place)
                    known.add(language)
        return found
    if not any(price_of_header(header) for header in headers):
        headed = [
            place
            for place, role in enumerate(roles)
            if role == "" and _NAMED.search(plain_header(headers[place])) and _are_names(cells[place])
        ]
        beside = [place for place in range(FIRST) if place < len(roles) and _may_call(roles, cells, place)]
        if headed or beside or not all(headers):
            return (headed or beside)[:1]
        return [0] if _are_called_by_the_first(roles, cells) else []
    free = [place for place, role in enumerate(roles) if role == "" and are_wordy(cells[place])]
    told = [place for place in free if _may_name(headers[place])]  # it may stand there once for each of its sizes
    distinct = [place for place in free if _are_names(cells[place])]
    return (told or ([] if stands_for_name(roles, cells) is not None else distinct))[:1]


def _may_call(roles: Sequence[str], cells: Sequence[Sequence[str]], place: int) -> bool:
    """Whether a column beside codes has what the rows are called: short names, each once."""
    return "sku" in roles and roles[place] == "" and _are_names(cells[place]) and _is_short(cells[place])


def _is_short(cells: Sequence[str]) -> bool:
    return median(map(len, cells[:JUDGED])) <= SHORT


def _are_called_by_the_first(roles: Sequence[str], cells: Sequence[Sequence[str]]) -> bool:
    """Whether the rows of a table without names, keys and prices are called by its first column: short, each once, and
    beside it values and no texts, as an entry of questions has."""
    if len(roles) < NARROWEST or "sku" in roles or roles[0] or not (some := cells[0][:JUDGED]):
        return False
    named = len(set(some)) >= MOSTLY * len(some) and _is_short(some)
    worded = sum(any(map(str.isalpha, cell)) for cell in some) >= MOSTLY * len(some)
    return named and worded and all(median(map(len, column)) <= PROSE for column in cells[1:] if column)


def stands_for_name(roles: Sequence[str], cells: Sequence[Sequence[str]]) -> int | None:
    """In a table without names the column of its keys, where those are words ("Aurora V27") and no codes."""
    if "name" in roles or "sku" not in roles:
        return None
    place = list(roles).index("sku")
    return place if are_wordy(cells[place]) else None  # a model may stand there once for each of its sizes


def codes_among(roles: Sequence[str], cells: Sequence[Sequence[str]]) -> list[int]:
    """The column headed as names ("Article") that holds codes, in a table without other keys that has names beside."""
    named = [place for place, role in enumerate(roles) if role == "name"]
    coded = [place for place in named if cells[place] and not any(map(_is_name, cells[place][:JUDGED]))]
    keyed = any(role == "sku" and cells[place] for place, role in enumerate(roles))
    return [] if keyed or not any(_are_names(cells[place]) for place in named) else coded[:1]


def _are_names(cells: Sequence[str]) -> bool:
    """Whether cells are short, wordy, and hardly ever the same."""
    some = list(islice(filter(None, cells), JUDGED))
    return len(set(some)) >= DISTINCT * len(some) and are_wordy(some)


def are_wordy(cells: Sequence[str]) -> bool:
    """Whether most cells are words of a name, and no codes."""
    some = list(islice(filter(None, cells), JUDGED))
    return bool(some) and sum(map(_is_name, some)) >= MOSTLY * len(some)


def _is_name(cell: str) -> bool:
    if len(cell) > LONGEST or kind_of(cell) != "word":
        return False
    if _HAN.search(cell):
        return True
    return not _CODE.fullmatch(cell) or (cell.isalpha() and not cell.isupper())


@lru_cache(1024)
def _may_name(header: str) -> bool:
    """Whether a header is a word under which some shops write names and others descriptions or models."""
    return without_language(plain_header(header)) in words("names", "maybe")


@cache
def _tongues() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found: dict[str, list[str]] = {}
    for table in sections("languages").values():
        for language, said in table.items():
            found.setdefault(language, []).extend(word.casefold() for word in said)
    return tuple((language, re.compile(either(said))) for language, said in found.items())


@lru_cache(1024)
def _named_language(header: str) -> str:
    text = folded(re.sub(r"[_\W]+", " ", unicodedata.normalize("NFKC", header)).casefold())
    return next((language for language, said in _tongues() if said.search(text)), "")


@cache
def _languages_of(plain: str) -> set[str]:
    """The languages, but Chinese, in which a header is known."""
    found = {
        language
        for language, columns in sections("columns").items()
        if any(plain in spellings for lists in columns.values() for spellings in lists)
    }
    found |= {language for language, table in sections("names").items() if plain in table.get("maybe", ())}
    found |= {language for language, table in sections("heads").items() if plain in table.get("words", ())}
    return found - {"zh"}
