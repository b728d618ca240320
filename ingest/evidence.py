"""Whether a cell heads the cells below it or is one of them, told by their kinds, shapes and words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from statistics import median

from ingest.cell_type import kind_of
from ingest.line_words import is_number

MOSTLY = 0.7
"""Share of a column's cells of one kind that makes it a column of that kind."""
SHARED = 1 / 3
"""Share of a column's cells that have a word in common with a cell that is one of them."""
OFTEN = 0.1
"""Share of a column's cells that are the same word, above which the word is a value."""
PROSE = 20
"""Characters of a typical cell of prose."""
LONGEST_HEAD = 25
"""Characters of a cell that may head prose."""
ENOUGH = 6
"""Cells that must be seen before their repetition says anything."""
CODE = re.compile(r"(?=.*[A-Za-z])[A-Za-z\d\-_./#]+|\d+-[\d-]+")
HAN = "\u4e00-\u9fff"
TOKEN = re.compile(rf"[^\W\d_{HAN}]{{2,}}|[{HAN}]{{2,}}")


def vote(word: str, below: Sequence[str]) -> int:
    """1 where the word heads the cells below it, -1 where it is one of them, 0 where that cannot be told."""
    values = [value for cell in below if (value := cell.strip())]
    if not values or kind_of(word) == "":
        return 0
    if belongs(word, values):
        return -1
    return 1 if heads_numbers(word, values) or _heads_words(word, values) else 0


def belongs(word: str, values: Sequence[str]) -> bool:
    """Whether a cell is like the others: repeated, of the same words, or a code as they are."""
    if recurs(word, values):
        return True
    if has_digit(word) and share(values, _is_worded) >= MOSTLY and not _repeat(values):
        return True
    if _is_prose(word, values):
        return False
    own = tokens(word)
    alike = sum(not own.isdisjoint(other := tokens(value)) and not own <= other for value in values)
    return alike >= max(min(2, len(values)), SHARED * len(values))


def recurs(word: str, values: Sequence[str]) -> bool:
    """Whether a cell stands in its column again, and not just by chance."""
    plain = word.casefold()
    return sum(value.casefold() == plain for value in values) > OFTEN * len(values)


def heads_numbers(word: str, values: Sequence[str]) -> bool:
    """Whether a word stands over a column of numbers, dates, or yes and no."""
    return not is_number(word) and kind_of(word) == "word" and are_numbers(values)


def are_numbers(values: Sequence[str]) -> bool:
    """Whether most values are numbers, most are dates, or most say yes or no."""
    kinds = [kind_of(value) for value in values]
    most = max(kinds.count("number") + kinds.count("date"), sum(map(is_number, values)), kinds.count(""))
    return bool(values) and most >= MOSTLY * len(values)


def _heads_words(word: str, values: Sequence[str]) -> bool:
    if has_digit(word):
        return False
    if _is_prose(word, values):
        return True
    if len(values) >= 3 and share(values, is_code) >= MOSTLY:
        return True
    return _repeat(values)


def _repeat(values: Sequence[str]) -> bool:
    """Whether a column has few values, each of them often."""
    return len(values) >= ENOUGH and len(set(values)) <= len(values) / 2


def _is_prose(word: str, values: Sequence[str]) -> bool:
    """Whether a short word stands over texts."""
    return len(word) <= LONGEST_HEAD and median(map(len, values)) >= max(PROSE, 3 * len(word))


def share(values: Sequence[str], test: Callable[[str], object]) -> float:
    """The share of values that meet a test."""
    return sum(map(bool, map(test, values))) / len(values) if values else 0.0


def is_code(text: str) -> bool:
    """Whether a text is like an item number: digits, no spaces, and a letter or sign, or many digits."""
    text = text.strip()
    if " " in text or len(text) > 32 or not has_digit(text) or re.search(f"[{HAN}]", text):
        return False
    return (text.isdigit() and len(text) >= 5) or CODE.fullmatch(text) is not None


def has_digit(text: str) -> bool:
    """Whether a digit stands in it."""
    return any(char.isdigit() for char in text)


def _is_worded(text: str) -> bool:
    """Words with a digit among them: a code, or a name with a size."""
    return has_digit(text) and not is_number(text)


def tokens(text: str) -> frozenset[str]:
    """The words of a text, in a script without spaces its pairs of characters."""
    found: set[str] = set()
    for token in TOKEN.findall(text.casefold()):
        if "\u4e00" <= token[0] <= "\u9fff":
            found.update(token[place : place + 2] for place in range(len(token) - 1))
        else:
            found.add(token)
    return frozenset(found)
