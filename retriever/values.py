"""Values of a catalogue's columns of words (colour, material, audience, ...) in a question."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from index.database.filters import Condition, Either, Restriction
from index.database.vocabulary import TextColumn, Vocabulary
from index.lexicon import pattern
from index.text.naming import forms, singular
from retriever.concepts import plain_name
from retriever.constraints import Constraint, Reading
from retriever.mentions import LATIN, NOT, STOP, mentions
from retriever.wares import looks

Forms = Mapping[str, tuple[Condition, ...]]
"""What is said, folded -> the columns and cells that say it, one condition for each column."""

_LOOKED = pattern("sorting", "looks")
"""Columns whose values are named by themselves: a red one, a small one, a leather one."""
_SORTED = pattern("sorting", "kinds")
"""Columns that say what a product is, besides the category."""
_IN = re.compile(r"\b(?:in|of|made (?:of|from)) (?:the )?(?:colou?r )?$")
BEFORE_SIZE = re.compile(rf"(?:{pattern('sorting', 'before').pattern})[:\s是为]*$")
BEHIND_SIZE = re.compile(r"[码号]")
_BEHIND = re.compile(r"色的?|[码号]的?|的|款")


def worded_values(reading: Reading, vocabulary: Vocabulary) -> Iterator[Constraint]:
    """The values that the question names: of a column that says how a thing looks, or beside the column's own name."""
    yield from _said(reading, looked(vocabulary))
    for column in vocabulary.texts:
        if not _LOOKED.search(column.name) and plain_name(column.name).casefold() in reading.lower:
            yield from _said(reading, _forms((column,)))


def _said(reading: Reading, forms: Forms) -> Iterator[Constraint]:
    for start, end, form in sorted(mentions(reading, forms)):
        headers = [plain_name(test.name) for test in forms[form]]
        certain = len(form) > 1 or _follows(headers, start, reading) or BEHIND_SIZE.match(reading.lower, end)
        if form in STOP or not reading.free(start, end) or not certain:
            continue
        before = NOT.search(reading.lower[:start])
        told = reading.text[start:end]
        words = reading.take(before.start() if before else start, end)
        for extra in _around(headers, start, end, reading.lower):
            if reading.free(*extra):
                reading.take(*extra)
        tests = forms[form]
        test: Restriction = tests[0] if len(tests) == 1 and not before else Either(tests, negated=bool(before))
        no = ("不为", "not ") if before else ("为", "")
        yield Constraint(tests[0].name, test, words, f"{headers[0]}{no[0]}“{told}”", f"{headers[0]} {no[1]}‘{told}’")


def _follows(headers: list[str], start: int, reading: Reading) -> bool:
    """Whether one letter is a value: its column is named before it ("size M")."""
    named = "|".join(re.escape(form) for header in headers for form in forms(header.casefold()))
    text = reading.lower[:start]
    return bool(re.search(rf"(?:{named})[:\s是为]*$", text) or BEFORE_SIZE.search(text))


def _around(headers: list[str], start: int, end: int, text: str) -> Iterator[tuple[int, int]]:
    """The column's own name beside a value, and the mark of a colour."""
    for header in headers:
        for form in forms(header.casefold()):
            for found in re.finditer(rf"(?<![a-z]){re.escape(form)}(?![a-z])", text):
                yield found.span()
    if behind := _BEHIND.match(text, end):
        yield behind.span()
    if size := BEFORE_SIZE.search(text[:start]):
        yield size.span()
    if before := _IN.search(text[:start]):
        yield before.span()


@lru_cache(8)
def looked(vocabulary: Vocabulary) -> Forms:
    """Values of columns that say how a thing looks, with each word of them, and their names in the other language."""
    columns = [column for column in vocabulary.texts if _LOOKED.search(column.name)]
    return _forms(tuple(TextColumn(column.name, _every_word(column.values)) for column in columns))


@lru_cache(8)
def described(vocabulary: Vocabulary) -> Forms:
    """All values of columns of words, as they may stand before what a thing is ("waterproof bag")."""
    plain = _forms(vocabulary.texts)
    return {**plain, **{form: tests for form, tests in looked(vocabulary).items() if form not in plain}}


@lru_cache(8)
def sorts(vocabulary: Vocabulary) -> Forms:
    """Values of columns that say what a product is, the last word in the singular too."""
    found: dict[str, tuple[Condition, ...]] = {}
    for form, tests in _forms(tuple(column for column in vocabulary.texts if _SORTED.search(column.name))).items():
        found[form] = tests
        if words := form.split():
            found.setdefault(" ".join((*words[:-1], singular(words[-1]))), tests)
    return found


def _forms(columns: tuple[TextColumn, ...]) -> dict[str, tuple[Condition, ...]]:
    found: dict[str, list[Condition]] = defaultdict(list)
    for column in columns:
        for form, cells in column.values.items():
            found[form].append(Condition(column.name, cells))
    return {form: tuple(tests) for form, tests in found.items()}


def _every_word(values: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found = {form: set(cells) for form, cells in values.items()}
    said = {form: LATIN.findall(form) for form in values}
    for form, cells in values.items():
        if 0 < len(said[form]) <= 3:
            for word in said[form]:
                if len(word) > 2 and not word.isdigit():
                    found.setdefault(word, set()).update(cells)
                    found.setdefault(f"{word}'s", set()).update(cells)
    for word, others in looks().items():
        for name in (*others, *(() if word.isascii() else (word,))):
            having = (cells for form, cells in values.items() if _says(form, said[form], name))
            if every := {cell for several in having for cell in several}:
                found.setdefault(word, set()).update(every)
    return {form: tuple(sorted(cells)) for form, cells in found.items()}


def _says(form: str, words: list[str], name: str) -> bool:
    return (name == form or name in words or (" " in name and name in form)) if name.isascii() else name in form
