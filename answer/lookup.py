"""Looking up a cell: which row a question names, and whether a cell is the one that it asks for.

A row is named by its SKU or by all words of its name; a cell is asked for by a field's words (`answer.fields`), or by
its own header. It is exact or it says nothing: likeness is judged elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from answer.fields import asked_fields
from answer.names import spellings
from answer.prices import said_of_prices
from answer.words import words
from index.cell import Cell
from index.chunk import Chunk
from index.lexicon import folded
from index.text.analysis import is_chinese
from index.text.identifiers import identifiers
from index.text.letters import fold
from index.text.quantities import quantities

_UNIT = re.compile(r"\s*[(（\[【][^()（）\[\]【】]*[)）\]】]\s*$")
_APART = re.compile(r"(?<=\d)[x×*](?=\d)", re.IGNORECASE)
_TIMES = re.compile(r"\d+ ?[x×*] ?$", re.IGNORECASE)
CAPITALS = 3
"""Capital letters behind a name that make another model's of it."""
LONGER = frozenset("pro max plus ultra mini lite air se neo premium ii iii iv xl".split())
"""Words behind a name that do the same."""
TOGETHER = 5
"""Letters and figures of the shortest name that is known without its blanks."""
_OWN = frozenset(("sku", "name", "currency", "valid_from", "valid_to", "sale_from", "sale_to", "sale_days"))
"""Roles of the cells that are not asked for by their header: they say which row it is, or hold the shop's books."""


@lru_cache(256)
def _said(query: str) -> tuple[frozenset[str], frozenset[str], str]:
    text = folded(fold(query))
    return frozenset(words(text)), frozenset(identifiers(query)), re.sub(r"[\W_]+", " ", text)


def named(query: str, chunk: Chunk) -> int:
    """How much of a question names a row in full: the words of its name that it has, more for its SKU; 0 where it does
    not name it."""
    said, codes, plain = _said(query)
    best = 0
    for cell in chunk.cells:
        if cell.role == "sku" and cell.chosen:
            sku = re.sub(r"[\W_]+", " ", fold(cell.text)).strip()
            if codes.intersection(identifiers(cell.text)) or (len(sku) > 2 and f" {sku} " in f" {plain} "):
                return 100
            if _run_together(cell.text, query):
                return 100
        elif cell.role == "name":
            for name in spellings(cell):
                if _run_together(name, query):
                    best = max(best, len(words(folded(fold(name)))))
                whole, unsized = frozenset(words(folded(fold(name)))), _unsized(name)
                if _is_of_longer_name(name, query, chunk):
                    continue
                if whole and whole <= said:
                    best = max(best, len(whole))
                elif len(unsized) > 1 and unsized <= said and not is_sized(query):
                    best = max(best, len(unsized))
    return best


def _is_of_longer_name(name: str, query: str, chunk: Chunk) -> bool:
    """Whether a question goes on, behind a name, with what makes a model's name longer and the row knows nothing of:
    the "Slate AX", the "Vega 90 Pro" is no Slate, no Vega 90."""
    found = re.search(
        rf"(?<!\w){re.escape(name)}[ -]([A-Za-z]{{1,8}}|\d{{1,3}}[A-Za-z]?)(?![\w.,])", query, re.IGNORECASE
    )
    if found is None or is_chinese(name):
        return False
    word = found[1]
    longer = (word.isupper() and len(word) <= CAPITALS and not query.isupper()) or word.casefold() in LONGER
    return longer and fold(word) not in set(words(fold(chunk.text)))


def _run_together(name: str, query: str) -> bool:
    """Whether a question has a name of letters and figures without its blanks: "escape1" is the "Escape 1"."""
    plain = re.sub(r"[^a-z0-9]", "", fold(name))
    if len(plain) < TOGETHER or plain.isalpha() or plain.isdigit() or re.search(r"[\u3400-\u9fff]", name):
        return False
    return re.search(rf"(?<![a-z0-9]){re.escape(plain)}(?![a-z0-9])", fold(query)) is not None


@lru_cache(4096)
def _unsized(name: str) -> frozenset[str]:
    return frozenset(words(folded(fold(unsized(name)))))


def unsized(name: str) -> str:
    """A name without its measures, which customers leave out: "Trekking pack 45 L"."""
    name = _APART.sub(" x ", name)
    for found in reversed(quantities(name)):
        name = f"{_TIMES.sub('', name[: found.start])} {name[found.end :]}"
    return name


@lru_cache(256)
def is_sized(query: str) -> bool:
    """Whether a question states a measure, as "45 L", and so which of several sizes it means."""
    return any(not found.dimension.startswith("money:") for found in quantities(query))


def is_of_another(query: str, chunk: Chunk) -> bool:
    """Whether a question speaks of another product than a row it does not name in full: beside a word of the row's name
    it has one that the row knows nothing of ("Solveig desk lamp" for the Solveig table lamp)."""
    names = " ".join(cell.text for cell in chunk.cells if cell.role == "name") or chunk.label
    if not chunk.cells or named(query, chunk) or is_chinese(query) or is_chinese(names):
        return False
    text = fold(query)
    own = set(words(fold(names)))
    known = own | set(words(fold(f"{chunk.text} {' '.join(chunk.section)} {chunk.document}")))
    said = [(word, match) for match in re.finditer(r"[a-zà-ÿ0-9]+(?:[-.][a-z0-9]+)*", text) for word in words(match[0])]
    asked = _asked_spans(text)
    for (one, first), (other, second) in pairwise(said):
        if text[first.end() : second.start()].strip(" -"):
            continue
        for word, match, beside in ((one, first, other), (other, second, one)):
            strange = word not in known and not _like(word, known)
            if beside in own and strange and not any(start <= match.start() < end for start, end in asked):
                return True
    return False


def is_of_another_code(query: str, chunk: Chunk) -> bool:
    """Whether a question names a code that is written as a row's SKU is and stands nowhere in the row."""
    sku, codes = str(chunk.attributes.get("sku", "")), _said(query)[1]
    if not sku or not codes or codes & identifiers(f"{chunk.label}\n{chunk.text}").keys():
        return False
    return any(_shape(code) == _shape(fold(sku)) for code in identifiers(query).values())


def _shape(code: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", code))


def is_of_it_alone(query: str, chunk: Chunk) -> bool:
    """Whether a question in Latin letters names nothing but what a row's names have, two words of them at least: "the
    garden hose" is the "Garden hose 25 m"."""
    if is_chinese(query):
        return False
    text = fold(query)
    asked = _asked_spans(text)
    said = {
        word
        for match in re.finditer(r"[a-zà-ÿ0-9]+(?:[-.][a-z0-9]+)*", text)
        if not any(start <= match.start() < end for start, end in asked)
        for word in words(match[0])
    }
    return len(said) > 1 and said <= set(
        words(fold(" ".join(cell.text for cell in chunk.cells if cell.role == "name")))
    )


def _asked_spans(text: str) -> list[tuple[int, int]]:
    """The parts of a question that ask for a field."""
    spans = [match.span() for field in asked_fields(text) for match in field.asked.finditer(text)]
    return [*spans, *said_of_prices(text)] if any(field.name == "price" for field in asked_fields(text)) else spans


def _like(word: str, known: Iterable[str]) -> bool:
    """Whether a word is one of these with a slip, or a form of it: one letter more, less or other in five; or the
    beginning of it, as people shorten names: moto for Motorola."""
    return any(
        other.startswith(word)
        or (abs(len(word) - len(other)) <= 2 and _distance(word, other) <= max(1, len(word) // 5))
        for other in known
        if len(word) > 3 and len(other) > 3
    )


def _distance(one: str, two: str) -> int:
    """Edit distance (Levenshtein 1966)."""
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(two, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def asks_by_header(query: str, cell: Cell) -> bool:
    """Whether a question has all the words of a cell's header, which no field needs to know."""
    if cell.role in _OWN or cell.role == "price":
        return False
    header = words(folded(fold(_UNIT.sub("", cell.header.split(" / ")[-1]))))
    return bool(header) and set(header) <= _said(query)[0]
