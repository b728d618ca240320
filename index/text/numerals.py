"""What numerals are worth, in the words of the lexicon: a run of Chinese ones, and each word of another language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from index.lexicon import sections

_CHINESE: Mapping[str, int] = sections("numbers")["zh"]
DIGITS = {char: value for char, value in _CHINESE.items() if value < 10}
TENS = {char: value for char, value in _CHINESE.items() if 10 <= value < 10_000}
SCALES = {char: value for char, value in _CHINESE.items() if value >= 10_000}
"""What a number in figures may stand before, too: 3.2万."""
HAN = frozenset(_CHINESE)
WORDS: Mapping[str, int] = {
    word.casefold(): value
    for language, table in sections("numbers").items()
    if language != "zh"
    for word, value in table.items()
}
"""Words of alphabetic languages."""
_LARGE = (12, 100, 1000)
_WORD = "|".join(WORDS)
RUN = rf"(?:{_WORD})(?:(?:[ -]|(?<=hundred) and |(?<=thousand) and )(?:{_WORD}))*"
"""The source of an expression for number words in a row, to be compiled with IGNORECASE."""


def han_value(written: str) -> int | None:
    """三百 is 300, 二〇二六 is 2026, and as people say it 一千二 is 1200; None for what is no number (万一)."""
    if not written or written[0] in SCALES:
        return None
    if all(char in DIGITS for char in written):
        return int("".join(str(DIGITS[char]) for char in written))
    above = total = section = digit = 0
    last, ended = 1, True  # the unit that stood before a closing digit; whether a digit may come
    for char in written:
        if char in DIGITS:
            if digit and not ended:
                return None  # 一二百: one or two hundred
            digit, ended = DIGITS[char], False
            last = last if digit else 1
        elif char in TENS:
            section, digit = section + (digit or 1) * TENS[char], 0
            last, ended = TENS[char], True
        else:
            part, section, digit = total + section + digit, 0, 0
            above, total = (above + part * SCALES[char], 0) if SCALES[char] > 10_000 else (above, part * SCALES[char])
            last, ended = SCALES[char], True
    if last >= 100:
        digit *= last // 10
    return above + total + section + digit


def number_words(spelled: str) -> list[str]:
    """The number words of a `RUN`."""
    return [word for word in re.split(r"[ -]", spelled.lower()) if word in WORDS]


def values_of_words(words: Sequence[str]) -> list[int]:
    """What number words in a row say: "two hundred five" is one number, "five six" are two."""
    told: list[int] = []
    total = current = before = 0
    for word in words:
        value = WORDS[word]
        if value in _LARGE:
            current = (current or 1) * value
            if value == 1000:
                total, current = total + current, 0
        elif before and not (before in range(20, 100, 10) and value < 10) and before < 100:
            told.append(total + current)
            total, current = 0, value
        else:
            current += value
        before = value
    return [*told, total + current]
