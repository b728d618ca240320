"""The lexicon: what words mean to a shop, one data file per language, read by ingest, retriever and answer.

A third language is a third file. The file's stem is its language (BCP 47); `sections` yields one table of every file.
It knows words and what they stand for; it does not know files, rows or questions.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any


@cache
def languages() -> Mapping[str, Mapping[str, Any]]:
    """Each language's whole file, by language, in the order of their names."""
    found = sorted((file for file in files(__name__).iterdir() if file.name.endswith(".toml")), key=lambda f: f.name)
    return {file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8")) for file in found}


def sections(name: str) -> Mapping[str, Mapping[str, Any]]:
    """One table of each language that has it: `sections("months")["en"]`, `sections("fields.price")["en"]`."""
    found = languages()
    for part in name.split("."):
        found = {language: table[part] for language, table in found.items() if part in table}
    return found


@cache
def words(section: str, name: str) -> list[str]:
    """One list of words of a table, of every language: `words("truth", "yes")`."""
    return list(dict.fromkeys(word for table in sections(section).values() for word in table.get(name, ())))


@cache
def word_set(section: str, name: str) -> frozenset[str]:
    """The same words in small letters, to look one up among them."""
    return frozenset(word.casefold() for word in words(section, name))


def either(names: Iterable[str]) -> str:
    """The source of an expression for any of some words, the longest first.

    Words in Latin letters stand by themselves ("in" is not found in "inch"); Chinese ones may stand between others.
    """
    ordered = sorted(set(names), key=lambda name: (-len(name), name))
    # words with the same bounds share them: an expression with bounds at every word takes seconds to compile
    parts = (
        f"{before}(?:{'|'.join(map(re.escape, alike))}){after}" for (before, after), alike in groupby(ordered, _bounds)
    )
    return "(?:" + "|".join(parts) + ")"


def _bounds(name: str) -> tuple[str, str]:
    letter = "(?-i:[A-Za-z\u00c0-\u024f\u0370-\u052f])"  # a class of all letters takes long to compile
    before = f"(?<!{letter})" if re.match(letter, name) else ""
    after = f"(?!{letter})" if re.search(f"{letter}$", name) else ""
    return before, after


@cache
def _folding() -> dict[int, str]:
    pairs = " ".join(table["characters"] for table in sections("fold").values()).split()
    return {ord(pair[0]): pair[1] for pair in pairs if pair[0] != pair[1]}


def folded(text: str) -> str:
    """A short text in the characters that the lexicon is written in: 價格 is 价格."""
    return text if text.isascii() else text.translate(_folding())


@cache
def _same() -> tuple[re.Pattern[str], dict[str, str]]:
    groups = [group for table in sections("same").values() for group in table["groups"]]
    first = {word: group[0] for group in groups for word in group[1:]}
    return re.compile(either(first)), first


def alike(text: str) -> str:
    """A text in small letters and simplified characters with one word for each thing: 保固 is 保修."""
    said, first = _same()
    return said.sub(lambda found: first[found[0]], text)


@cache
def same_words(word: str) -> frozenset[str]:
    """The other words for the same thing in the same language."""
    groups = (group for table in sections("same").values() for group in table["groups"] if word in group)
    return frozenset(other for group in groups for other in group if other != word)


@cache
def pattern(section: str, key: str) -> re.Pattern[str]:
    """What any language says under a key of a section, as one pattern that ignores case; a list is one of its parts.

    What stands in it in braces is one of the `parts` of the section in that language.
    """
    said = [_source(table, key) for table in sections(section).values() if table.get(key)]
    return re.compile("|".join(said) or r"(?!)", re.IGNORECASE)


@cache
def patterns(section: str, language: str) -> Mapping[str, re.Pattern[str]]:
    """What one language says in a section, each key a pattern as `pattern` makes it."""
    table = sections(section)[language]
    return {key: re.compile(_source(table, key), re.IGNORECASE) for key in table if key != "parts"}


def _source(table: Mapping[str, Any], key: str) -> str:
    said = table[key]
    source = str(said) if isinstance(said, str) else "|".join(said)
    for name, part in table.get("parts", {}).items():
        source = source.replace(f"{{{name}}}", part)
    return source
