"""`terms`: what a text is made of for the keyword index, the same for passages and for questions.

English is stemmed, Chinese is taken in pairs of characters and in single ones (as exact as a segmenter here, and many
times faster), a model number is kept whole and in parts, and a quantity stands in its base unit beside its number.
docs/benchmarks.md tells what was measured. It knows nothing of fields, weights or scores.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from operator import add
from typing import Any

from index.text.quantities import number, quantities
from index.text.units import currency_before, unit

VERSION = "3"
"""Another one wherever a text gives other terms than before: keyword files of another version are made anew."""

_HAN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # with kana
_TOKEN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:['’./,_-][^\W_{_HAN}]+)*")
_ASCII_TOKEN = re.compile(r"[a-z0-9]+(?:['./,_-][a-z0-9]+)*")  # the same for most English, three times as fast
_ATOM = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(
    r"(\d[\d.,]*(?:\s?(?:[-~x×*至到]|to|and)\s?\d[\d.,]*)*)"
    r"( ?[\u4e00-\u9fff]{1,5}|[ -]?[a-z%°€$£¥\"][a-z()]{0,11}(?:\.oz|2| (?:days?|oz|met(?:re|er)s))?)?",
    re.IGNORECASE,
)
"""A number, or several of one unit, and what stands behind: perhaps their unit."""
_MINUS = re.compile(r"(?<![\w.)\]])-$")
_HAN_FIGURE = re.compile(
    "[零〇一二两三四五六七八九十百千]+[万亿]?"
    "(?:个[月工小星钟]|[年升米天周毫克斤公千吨厘平瓦伏安帕分赫兆摄度秒小元块欧美英])[\u4e00-\u9fff]{0,2}"
)
_APART = re.compile(r" (\d+[a-z]{0,3})(?![\w.,])")
_LETTERS = re.compile(r"(?<![^\W_])[^\W\d_]{1,4}$")
"""The halves of a model number as people type it: "K 200"."""
_CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_LETTER = re.compile(r"[^\W\d_]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")

STOP = frozenset(
    "a about after all also am an and any are as at be been before but by can could did do does doing for from get give"
    " had has have he her his how i if in into is it its just me my need no not of on or our out please she should so"
    " some such tell than that the their them then there these they this to use used using very was we were what when"
    " where which who whose why will with would you your".split()
)
PARTICLES = frozenset("的了吗呢吧啊么着过很就都也还又在和与或及把被对从到给让我你他她它是有这那哪")
_STOP_PAIRS = frozenset("什么 多少 怎么 怎样 如何 哪个 哪些 请问 是否 能否 可以 有没 没有 是不 不是".split())


def terms(text: str) -> list[str]:
    """The terms of a text, each as often as it occurs; none for a text of stop words and signs alone."""
    plain = text if text.isascii() else simplified(text)
    folded = plain.casefold()
    found: list[str] = []
    if folded.isascii():
        found.extend(chain.from_iterable(map(_word, _ASCII_TOKEN.findall(folded))))
    else:
        for token in _TOKEN.findall(folded):
            found += _han(token) if "\u3040" <= token[0] <= "\ufaff" else _word(token)
    if _DIGIT.search(plain):
        for match in _FIGURE.finditer(plain):
            found += _figure(plain, match)
        for match in _APART.finditer(folded):
            letters = _LETTERS.search(folded[max(0, match.start() - 5) : match.start()])
            if letters is not None and letters[0] not in STOP:
                found.append(letters[0] + match[1])
    if not plain.isascii():
        for figure in _HAN_FIGURE.findall(plain):
            found += _quantities(figure)
    return found


FEW_LETTERS = 40
"""Latin letters that brands, model numbers and units may have in a Chinese text."""


def is_chinese(text: str) -> bool:
    """Whether a text is written in Chinese (it may hold model numbers and units), by its first 400 characters."""
    start = text[:400]
    if start.isascii():
        return False
    return 4 * len(_CHINESE.findall(start)) > len(_LETTER.findall(start))


def is_bilingual(text: str) -> bool:
    """Whether a text is written in Chinese and in Latin letters alike, as a price list is that names everything twice;
    by its first 400 characters. A Chinese text with model numbers and brands is not."""
    start = text[:400]
    if start.isascii():
        return False
    chinese = len(_CHINESE.findall(start))
    latin = len(_LETTER.findall(start)) - chinese
    return latin >= FEW_LETTERS and 16 * chinese >= latin >= chinese


def simplified(text: str) -> str:
    """Compatibility forms resolved, dashes one dash, traditional characters simplified."""
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    if not _CHINESE.search(text):
        return text
    table, traditional = _simplified()
    return text.translate(table) if traditional.search(text) else text


@lru_cache(1)
def _simplified() -> tuple[dict[int, Any], re.Pattern[str]]:
    """The simplified form of every traditional character that has one, by code point, and what finds those; made once,
    in 0.1 s."""
    from opencc import OpenCC

    characters = [chr(code) for code in (*range(0x3400, 0xA000), *range(0xF900, 0xFB00))]
    folded = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {old: new for old, new in zip(characters, folded, strict=True) if old != new}
    return str.maketrans(table), re.compile(f"[{''.join(table)}]")


def _han(run: str) -> list[str]:
    """The pairs of neighbours in a run of Chinese, and its characters, less what any question has."""
    found = [pair for pair in map(add, run, run[1:]) if pair not in _STOP_PAIRS]
    return found + [char for char in run if char not in PARTICLES]


@lru_cache(1 << 16)
def _word(token: str) -> tuple[str, ...]:
    """The terms of a word, a number, or what is written in one with dashes and dots between."""
    if token.isascii() and token.isalpha():
        return () if token in STOP else (_stem(token),)
    token = _bare(re.sub(r"['’](?:s|t|re|ve|ll|d|m)?(?=\W|$)", "", token))
    if not any(char.isdigit() for char in token):
        parts = re.findall(r"[^\W_]+", token)
        words = [_stem(part) for part in parts if part not in STOP]
        joined = [_stem("".join(parts))] if 1 < len(parts) <= 3 and "-" in token else []
        return (*words, *joined)
    return tuple(dict.fromkeys(_identifier(token)))


def _identifier(token: str) -> Iterator[str]:
    """What is written with digits: its parts, the whole, its beginnings that end with a number, its numbers and words.

    Taking every letter and number apart found less (nDCG@10 0.470 instead of 0.514 with sections about boards).
    """
    # "v1.7" is v and 1.7
    parts = [[atom for raw in _ATOM.findall(part) for atom in _numbers(raw)] for part in re.split("[-/_]", token)]
    atoms = [atom for part in parts for atom in part]
    for part in parts:
        word = "".join(part)
        yield from (_stem(word),) * (word not in STOP) if word.isalpha() else (word,) * bool(word)
    yield "".join(atoms)
    if any(atom[0].isalpha() for atom in atoms):
        yield from ("".join(atoms[:end]) for end in range(2, min(len(atoms), 8)) if atoms[end - 1][0].isdigit())
        for part in parts:
            for place, atom in enumerate(part):
                if atom[0].isdigit() and (len(atom) > 2 or place == 0):
                    yield atom
                elif len(atom) > 3:
                    yield _stem(atom)


def _bare(token: str) -> str:
    """A token without accents, as many people type it."""
    if token.isascii():
        return token
    marks = unicodedata.normalize("NFD", token)
    return unicodedata.normalize("NFC", "".join(char for char in marks if unicodedata.category(char) != "Mn"))


def _numbers(atom: str) -> list[str]:
    """A number as it is compared: "1,7" is 1.7, "1,299.00" is 1299; what is no number falls into its digits."""
    if atom.isdigit() or not atom[0].isdigit():
        return [atom]
    value = number(atom)
    return re.findall(r"\d+", atom) if value is None else [f"{value.normalize():f}"]


def _figure(plain: str, match: re.Match[str]) -> tuple[str, ...]:
    """The quantities of a figure. Only what can be one is looked at closely: each form once, and most numbers never."""
    start, behind = match.start(), _unit_in(match[2]) if match[2] else ""
    before = _sign_in(plain[max(0, start - 6) : start])
    if not behind and not before:
        return ()
    if start and plain[start - 1].isascii() and plain[start - 1].isalnum():
        return ()
    return _quantities(f"{before}{match[1]}{behind}")


@lru_cache(1 << 14)
def _sign_in(ahead: str) -> str:
    """What of the text in front of a number belongs to it: a currency, a minus; "" for neither."""
    return currency_before(ahead)[0] or ("-" if _MINUS.search(ahead) else "")


@lru_cache(1 << 15)
def _unit_in(behind: str) -> str:
    """What of the text behind a number is its unit; "" where it begins with none."""
    written = behind.lstrip(" -")
    if "\u4e00" <= written[0] <= "\u9fff":
        return next((written[:end] for end in range(len(written), 0, -1) if unit(written[:end])), "")
    return behind if unit(written) or unit(written.split(" ")[0]) else ""


@lru_cache(1 << 15)
def _quantities(figure: str) -> tuple[str, ...]:
    """What is stated here with a unit, each in its base unit."""
    return tuple(f"{found.dimension}={found.value.normalize():f}" for found in quantities(figure))


@lru_cache(1)
def _stemmer() -> Any:
    from Stemmer import Stemmer  # type: ignore[import-not-found]

    return Stemmer("english", 0)  # the results are cached here


def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))
