"""What a product's name says the product is: its head words, and the forms of a word in English.

"Orvane K210 gooseneck kettle with hold" is a kettle, "Kettle lid with knob" is a lid. Chinese puts what a thing is at
the end of a run of characters: 智能电饭煲 is a 电饭煲.
"""

from __future__ import annotations

import re
from functools import cache

from index.lexicon import sections
from index.lexicon import words as words_of
from index.text.letters import HAN, fold
from index.text.units import unit

FOLLOW = tuple(words_of("naming", "follow"))
"""As `OTHERS_FOLLOW`, in every language."""
OTHERS_FOLLOW = tuple(sections("naming")["en"]["follow"])
"""Words in an English product name after which another thing is named than the product: a lid *for* kettles."""
VARIANTS = frozenset(words_of("variants", "words"))
"""Words at the end of a name that tell one of a kind from another: sizes, colours, editions."""
_LATIN_VARIANTS = tuple(sorted(word for word in VARIANTS if re.fullmatch("[a-zà-ÿ]+", word)))
_BEHIND = tuple("size set pair pack kit no type model version series edition of new".split())
AFTER_HEAD = ("and", "or", "plus", *_BEHIND, *OTHERS_FOLLOW, *_LATIN_VARIANTS)
"""Words that may follow what the product is."""
HAN_VARIANTS = "|".join(sorted((word for word in VARIANTS if re.search(f"[{HAN}]", word)), key=len, reverse=True))
"""The same at the end of a run of Chinese, as an expression."""
LONGEST_HEAD = 6
"""Characters of a Chinese head at most."""

_IRREGULAR = {
    "knives": "knife", "shelves": "shelf", "leaves": "leaf", "loaves": "loaf", "feet": "foot", "teeth": "tooth",
    "people": "person", "men": "man", "women": "woman", "children": "child", "mice": "mouse",
}  # fmt: skip
_PLURALS = {one: many for many, one in _IRREGULAR.items()}
_WORD = re.compile(r"[a-z0-9à-ÿ]+(?:['’-][a-z0-9à-ÿ]+)*")
_HAN_RUN = re.compile(f"[{HAN}]+")
_BETWEEN = " \t/|／｜,，;；-–—()（）[]【】"
_HALVES = re.compile(
    rf"(?P<zh>[^A-Za-z]*[{HAN}][^A-Za-z]*?)(?P<after>[A-Za-z][^{HAN}]*)|(?P<before>[^{HAN}]*[A-Za-z][^{HAN}]*?)(?P<last>[{HAN}][^A-Za-z]*)"
)
_PLAIN_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{3,}(?![A-Za-z0-9])")
NAMES = " | "
"""What stands between the names of a product that has several, in several languages."""
_SHORT = re.compile(f"(?<![a-z])[a-z][{HAN}]{{1,3}}(?![{HAN}])")
"""A Chinese word that begins with a letter: T恤, U盘."""
LONG = 5
"""Letters of a word that may end a compound and still be told from another's end."""
_PACK = re.compile(r"^(?:an? |the |\d+ )?(?:set|pack|pair|box|bag|case|roll|bundle)s? of (?:\d+ |the )?")
_CUT = re.compile(rf"[,;:(\[|]| - |\s/\s|\b(?:{'|'.join(FOLLOW)})\b|[{HAN}]")
_TOGETHER = re.compile(r"\s+(?:and|or|plus)\s+|\s*[&+/]\s*")
_NO_HEADS = VARIANTS | {*_BEHIND}


def singular(word: str) -> str:
    """An English noun without its plural: "kettles" -> "kettle", "batteries" -> "battery"."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.isascii() or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word[:-1] in wares("en"):
        return word[:-1]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "zzes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


def forms(word: str) -> tuple[str, ...]:
    """The singular and the plural of a word; a Chinese word has one form."""
    if not word.isascii():
        return (word,)
    one = singular(word)
    if one in _PLURALS:
        return one, _PLURALS[one]
    if re.search(r"[^aeiou]y$", one):
        return one, one[:-1] + "ies"
    return one, one + ("es" if one.endswith(("s", "x", "z", "ch", "sh")) else "s")


def words(text: str) -> tuple[str, ...]:
    """The words of a folded text in Latin letters, each in the singular."""
    return tuple(singular(word) for word in _WORD.findall(text))


def halves(text: str) -> tuple[str, str] | None:
    """A name in two languages as its Chinese half and the other: "马克杯 Stoneware mug" or "Desk lamp / 台灯"."""
    found = _HALVES.fullmatch(text.strip())
    if found is None:
        return None
    chinese, other = (found["zh"], found["after"]) if found["zh"] else (found["last"], found["before"])
    return (chinese.strip(_BETWEEN), other.strip(_BETWEEN)) if _PLAIN_WORD.search(other) else None


def heads(name: str, without: frozenset[str] = frozenset()) -> frozenset[str]:
    """The words that say what a product of this name is, in the singular, folded; `without` are its maker's words.

    Of a run of Chinese characters every ending of two characters or more, and its last character.
    """
    text = fold(name)
    if NAMES in text:
        return frozenset().union(*(heads(one, without) for one in text.split(NAMES)))
    found: set[str] = set()
    for run in _HAN_RUN.findall(text):
        run = re.sub(f"(?:{HAN_VARIANTS})+$", "", run) if len(run) > 2 else run
        if run and run not in without:
            found |= {run[-length:] for length in range(1, min(len(run), LONGEST_HEAD) + 1)}
    found |= {word[0] for word in _SHORT.finditer(text)}
    both = halves(text)
    latin = _PACK.sub("", both[1] if both else text)
    if cut := _CUT.search(latin):
        latin = latin[: cut.start()]
    for part in _TOGETHER.split(latin):
        every = _WORD.findall(part)
        said = list(every)
        while said and (any(map(str.isdigit, said[-1])) or said[-1] in _NO_HEADS or unit(said[-1])):
            said.pop()
        if said and len(said[-1]) > 2 and said[-1] not in without:
            found.add(singular(said[-1]))
        found |= {end for word in every for end in _compounded(word)}
    return frozenset(found)


@cache
def wares(language: str) -> frozenset[str]:
    """The common wares of a language, folded."""
    known = sections("wares").get(language, {})
    return frozenset(fold(word.strip("()")) for said in known.values() for word in said)


@cache
def accessories() -> frozenset[str]:
    """The words for what comes beside the things themselves, in every language."""
    said = (table.get(ware, ()) for table in sections("wares").values() for ware in ("accessory", "spare part"))
    return frozenset(fold(word) for some in said for word in some)


@cache
def compounds() -> frozenset[str]:
    """Wares of languages that say what a thing is at the end of a compound, as in "LED-Stehlampe Aldo"."""
    found = {
        ware for language, table in sections("naming").items() if table.get("compounds") for ware in wares(language)
    }
    return frozenset(ware for ware in found - wares("en") if len(ware) >= LONG and " " not in ware)


def _compounded(word: str) -> list[str]:
    """What a compound is, as its whole last part and as the ware at its end."""
    last = word.rpartition("-")[2]
    ends = [ware for ware in compounds() if last.endswith(ware)] if len(last) >= LONG else []
    return [last, *ends] if ends else []


@cache
def han_endings() -> tuple[str, ...]:
    """Characters that a Chinese word for a thing may have at its end or not: 帽子 is 帽 in 棒球帽."""
    return tuple(words_of("naming", "endings"))
