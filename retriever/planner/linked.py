"""`linked`: which words of a question stand in the cells of a sheet's text columns, and in which column.

A model that writes a query invents words that no cell has; here the words are found first, in the question's language
and in the other one, and the model chooses among them (schema linking: Lin, Socher, Xiong, "Bridging Textual and
Tabular Data", 2020).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from statistics import median

from index.database.sheets import Column, Sheet
from index.text.analysis import PARTICLES, STOP, is_chinese, simplified, terms
from index.text.letters import fold
from index.text.naming import forms
from retriever.planner.column_words import is_prose
from retriever.translation import Dictionary

Link = tuple[Column, str]
"""A column and a word that some of its cells have."""
MOST, LONGEST = 4, 8
"""Words that are told to a model, the rarest first, and characters of the longest Chinese one."""
LIKELIEST = 4
"""Ways to say a word in the other language that are looked for."""
COMMON = 0.6
"""Share of a column's cells from which on a word says nothing of a row."""
SHORT, SHORT_FOREIGN = 4, 5
"""Letters of the shortest word in Latin letters, and of one out of the dictionary."""
GENERIC = frozenset(
    (
        "only ones just want need like looking something anything good best better cheap cheapest cheaper kind sort "
        "type side more less most least much many have under over than which what with without your mine please show"
    ).split()
)
"""Words of a wish that say nothing of what is wished for."""
_LATIN = re.compile(r"[a-zà-ÿ0-9]+(?:[-./][a-zà-ÿ0-9]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]+")


def linked(
    question: str, sheet: Sheet, dictionary: Dictionary | None = None, others: Sequence[str] = ()
) -> tuple[Link, ...]:
    """The words, each as a cell of one column has it: of the names', else of that with the shortest cells; those of the
    question's own language first, the rarest first. `others` say what is asked in other words."""
    text = fold(simplified("\n".join((question, *others))))
    foreign, title = _foreign(question, dictionary), fold(simplified(sheet.title))
    best: dict[str, tuple[bool, float, float, Link]] = {}
    values = {
        fold(simplified(value)) for column in sheet.columns if column.sort == "choice" for value in column.choices
    }
    for column in sheet.columns:
        if column.sort != "text" or not column.texts or is_prose(column):
            continue
        cells = _folded(column)
        length = 0.0 if column.role in ("name", "sku") else median(map(len, cells))
        own = dict.fromkeys((*_latin(text, cells), *_han(text, cells)))
        for word in (
            *own,
            *(other for other in (*_stemmed(foreign, cells), *_han(foreign, cells)) if other not in own),
        ):
            having = [at for at, cell in enumerate(cells) if word in cell]
            if word not in title and word not in values and 0 < len(having) <= max(1.0, COMMON * len(cells)):
                written = _as_written(word, column.texts[having[0]])
                found = (word not in own, length, len(having) / len(cells), (column, written))
                best[word] = min(best.get(word, found), found, key=lambda one: one[:3])
    ranked = sorted(best.items(), key=lambda item: (item[1][0], item[1][2], -len(item[0])))
    kept = [(word, found) for word, found in ranked if not any(word != other and word in other for other in best)]
    return tuple(link for _, (_, _, _, link) in kept[:MOST])


def needs_other_words(question: str, sheet: Sheet) -> bool:
    """Whether a query may look for words that are not known to stand in the sheet: it is in another language than the
    question, or not all of its cells were read."""
    texts, chinese = _scripts(sheet)
    same = chinese <= texts / 10 if not is_chinese(question) else chinese >= texts * 0.9
    return not same or sheet.rows > max((len(column.texts) for column in sheet.columns), default=0) * 4


@lru_cache(128)
def _scripts(sheet: Sheet) -> tuple[int, int]:
    """How many texts a sheet has, and how many of them are Chinese."""
    texts = [cell for column in sheet.columns if column.sort == "text" for cell in column.texts]
    return len(texts), sum(map(is_chinese, texts))


@lru_cache(1024)
def _folded(column: Column) -> tuple[str, ...]:
    return tuple(fold(simplified(text)) for text in column.texts)


@lru_cache(1024)
def _tokens(cells: tuple[str, ...]) -> frozenset[str]:
    return frozenset(token for cell in cells for token in _LATIN.findall(cell))


def _latin(text: str, cells: tuple[str, ...]) -> Iterator[str]:
    """Words in Latin letters of a text that stand in some cell, in the form in which they do."""
    known = _tokens(cells)
    for word in _LATIN.findall(text):
        is_code = any(map(str.isdigit, word)) and any(map(str.isalpha, word))  # M5, X4
        if (len(word) >= SHORT or is_code) and word not in STOP and word not in GENERIC and not word.isdigit():
            shapes = dict.fromkeys((word, *forms(word)))
            yield from (form for form in shapes if form in known and (len(form) >= SHORT or is_code))


@lru_cache(1024)
def _stems(cells: tuple[str, ...]) -> dict[str, str]:
    """The stem of each word in Latin letters to the shortest word of it."""
    longest_first = sorted(_tokens(cells), key=lambda word: (-len(word), word))
    return {own[0]: word for word in longest_first if len(word) >= SHORT and (own := terms(word))}


def _stemmed(stems: str, cells: tuple[str, ...]) -> Iterator[str]:
    """The words of some cell that have one of these stems, as a dictionary tells them."""
    known = _stems(cells)
    found = (known[stem] for stem in _LATIN.findall(stems) if stem in known)
    yield from (word for word in found if len(word) >= SHORT_FOREIGN and word.isalpha())


def _han(text: str, cells: tuple[str, ...]) -> Iterator[str]:
    """The longest runs of Chinese signs of a text, two at least, that stand in some cell."""
    joined = "\n".join(cells)
    for run in _HAN.findall(text):
        start = 0
        while start < len(run) - 1:
            ends = range(min(len(run), start + LONGEST), start + 1, -1)
            end = next((end for end in ends if run[start:end] in joined), 0)
            word = run[start:end]
            if end and terms(word) and (len(word) > 2 or not PARTICLES.intersection(word)):
                yield word
            start = max(start + 1, end - 1) if end else start + 1


def _foreign(question: str, dictionary: Dictionary | None) -> str:
    """What the words of a question are called in the other language, one after the other."""
    groups = dictionary.groups(question) if dictionary is not None else ()
    return "\n".join(_phrase(rendering) for group in groups for rendering in group[:LIKELIEST])


def _phrase(rendering: Sequence[str]) -> str:
    """A rendering as it is written: its pairs of Chinese signs as one run."""
    pairs = [term for term in rendering if len(term) == 2 and _HAN.fullmatch(term)]
    if not pairs:
        return " ".join(rendering)
    overlapping = all(one[1] == other[0] for one, other in pairwise(pairs))
    return pairs[0] + "".join(pair[1] for pair in pairs[1:]) if overlapping else pairs[0]


def _as_written(word: str, cell: str) -> str:
    """A folded word as a cell has it; as it is, where folding changed the cell's length."""
    plain = fold(simplified(cell))
    start = plain.find(word)
    return cell[start : start + len(word)] if len(plain) == len(cell) and start >= 0 else word
