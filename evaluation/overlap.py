"""How far a reply says what was expected: in these words or numbers, and by its overlap with a gold answer."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from answer.language import detect
from answer.numbers import numbers
from evaluation.wording import comparable, contains
from index.text.quantities import number, quantities
from index.text.spelled import in_digits

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PIECES = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_MARK = re.compile(r"[\[【［]\d{1,3}[\]】］]")
_PUNCTUATION = frozenset(string.punctuation)
_DIGITS = re.compile(r"(?<![A-Za-z\d.,-])\d[\d.,]*(?<=\d)")


def says(reply: str, expected: str) -> bool:
    """Whether a reply says what is expected.

    A number is said where one of the same value is ("79,90" in "€79.90", "12" in "twelve"), a quantity where an equal
    one is ("1.7 L" in "1700 ml"), whatever the spelling; other texts as `evaluation.wording.contains` finds them:
    without regard to case, width and blanks, also inside longer words, but a number never inside a longer one.
    """
    reply = _MARK.sub("", reply)
    value = number(expected)
    if value is not None:
        return _plain(value) in numbers(reply) or any(number(found) == value for found in _DIGITS.findall(reply))
    spelled = in_digits(expected)
    wanted = quantities(spelled)
    if len(wanted) == 1 and not re.sub(r"[\W_]", "", spelled.replace(wanted[0].written, "", 1)):
        key = (wanted[0].value, wanted[0].dimension)
        if any((found.value, found.dimension) == key for found in quantities(in_digits(reply))):
            return True
    return bool(comparable(expected)) and contains(reply.replace("’", "'"), expected.replace("’", "'"))


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f") if value else "0"


def exact(reply: str, gold: str) -> bool:
    """Whether a reply is the gold answer: without case, punctuation and articles (SQuAD 1.1, Rajpurkar et al. 2016)."""
    return _squad(reply) == _squad(gold)


def f1(reply: str, gold: str) -> float:
    """The overlap of reply and gold answer, 0 to 1.

    Of English the F1 of words as SQuAD 1.1 counts it (Rajpurkar et al. 2016). Of Chinese that of the longest common
    run of characters, Latin words counting as one, as CMRC 2018 does (Cui et al. 2019).
    """
    if detect(gold) == "zh":
        first, second = _PIECES.findall(_folded(reply)), _PIECES.findall(_folded(gold))
        shared = _longest_run(first, second)
    else:
        first, second = _squad(reply).split(), _squad(gold).split()
        shared = sum((Counter(first) & Counter(second)).values())
    return 2 * shared / (len(first) + len(second)) if shared else 0.0


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _squad(text: str) -> str:
    bare = "".join(char for char in _folded(text) if char not in _PUNCTUATION)
    bare = "".join(char for char in bare if unicodedata.category(char)[0] != "P")
    return " ".join(_ARTICLES.sub(" ", bare).split())


def _longest_run(first: Sequence[str], second: Sequence[str]) -> int:
    """The length of the longest common contiguous run of two sequences."""
    longest, ends = 0, [0] * (len(second) + 1)
    for piece in first:
        row = [0] * (len(second) + 1)
        for place, other in enumerate(second, 1):
            if piece == other:
                row[place] = ends[place - 1] + 1
                longest = max(longest, row[place])
        ends = row
    return longest
