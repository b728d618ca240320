"""The kinds of products that a question names: "kettles", "robot vacuum", 电饭煲, with what is said before them.

A kind is a category, a value of a column that sorts products, or a word by which names say what a product is; the
dictionary of wares bridges the two languages. Everything is checked against the catalogue's vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from index.database.filters import All, Condition, Either, Restriction, Worded
from index.database.vocabulary import Vocabulary
from index.lexicon import same_words
from index.text.analysis import simplified
from index.text.letters import HAN
from index.text.naming import forms, han_endings, singular
from retriever.constraints import Constraint, Reading
from retriever.mentions import LATIN, NOT, STOP, mentions
from retriever.values import described, looked, sorts
from retriever.wares import translations

_JOINED = re.compile(r"\s*(?:,|and|or|&|/|和|或|、|以及|跟)\s*(?:the |any |的)?")
_OF = re.compile(r"的\s*$")
_DEPENDENT = re.compile(r"\b(?:for|with|without|from|to|in|fits?|fitting|of) (?:(?:the|a|an|my|your) )?$")
_ONE_SIGN = re.compile(
    rf"(?:^|(?<=[^{HAN}])|(?<=[的款个把口台种只件双条些]))[{HAN}](?=$|[^{HAN}]|[吗呢有是哪最里中要多])"
)
LONGEST = 4
"""Words of a kind with what is said before it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of products that a question names: where, in which words, and what it asks.

    `constraint` is what the product is, `described` what is said before it, each a constraint of its own.
    """

    start: int
    end: int
    plural: bool
    constraint: Constraint
    described: tuple[Constraint, ...] = ()


def kinds(reading: Reading, vocabulary: Vocabulary) -> list[Kind]:
    """The kinds that the question names, in order, each taken out of the reading."""
    found = [*_latin_kinds(reading, vocabulary), *_han_kinds(reading, vocabulary)]
    return sorted(found, key=lambda kind: kind.start)


def wanted_kinds(found: list[Kind], reading: Reading) -> tuple[Constraint, ...] | None:
    """The kinds as constraints: of several that are joined by "or" one, those after "not" excluded.

    None where it is not clear which of them is wanted: filters *for* espresso machines. In Chinese it is what stands
    last, after 的; what is named before it is then left to be accounted for.
    """
    wanted: list[Kind] = []
    refused: list[Kind] = []
    if len(found) > 1 and _OF.search(reading.lower[: found[-1].start]) and _apart(found, reading):
        for kind in found[:-1]:
            reading.give_back(kind.start, kind.end)
        found = found[-1:]
    for kind in found:
        if before := NOT.search(reading.lower[: kind.start]):
            reading.take(before.start(), kind.end)
            refused.append(kind)
        elif wanted and _DEPENDENT.search(reading.lower[: kind.start]):
            return None
        else:
            wanted.append(kind)
    for one, other in pairwise(wanted):
        if not _JOINED.fullmatch(reading.lower[one.end : other.start]):
            return None
        reading.take(one.end, other.start)
    constraints = []
    if len(wanted) == 1:
        constraints += [wanted[0].constraint, *wanted[0].described]
    elif wanted:
        said = [reading.text[kind.start : kind.end] for kind in wanted]
        constraints.append(_kind_constraint(Either(tuple(map(_whole, wanted))), said, negated=False))
    for kind in refused:
        said = [reading.text[kind.start : kind.end]]
        constraints.append(_kind_constraint(Either((_whole(kind),), negated=True), said, negated=True))
    return tuple(constraints)


def _apart(found: list[Kind], reading: Reading) -> bool:
    """Whether kinds are neither a list nor one after "not"."""
    gaps = (reading.lower[one.end : other.start] for one, other in pairwise(found))
    return not all(map(_JOINED.fullmatch, gaps)) and not any(NOT.search(reading.lower[: kind.start]) for kind in found)


def refused_words(reading: Reading, vocabulary: Vocabulary) -> Iterator[Constraint]:
    """Words after "not" that names, categories or columns of words have: "no robot", 不要迷你的."""
    for match in list(LATIN.finditer(reading.lower)):
        before = NOT.search(reading.lower[: match.start()])
        if before and reading.free(*match.span()) and match[0] not in STOP and _is_said(match[0], vocabulary):
            said = reading.text[match.start() : match.end()]
            reading.take(before.start(), match.end())
            test = Either(_description(match[0], vocabulary), negated=True)
            yield Constraint("described", test, said, f"名称、类别或属性不含“{said}”", f"not described as ‘{said}’")


def _whole(kind: Kind) -> Restriction:
    return All((kind.constraint.test, *(one.test for one in kind.described)))


def _kind_constraint(test: Restriction, said: list[str], negated: bool) -> Constraint:
    zh, en = "”或“".join(said), "’ or ‘".join(said)
    if negated:
        return Constraint("kind", test, ", ".join(said), f"不是“{zh}”", f"not ‘{en}’")
    return Constraint("kind", test, ", ".join(said), f"品名或类别为“{zh}”", f"‘{en}’ in name or category")


def _latin_kinds(reading: Reading, vocabulary: Vocabulary) -> Iterator[Kind]:
    tokens = list(LATIN.finditer(reading.lower))
    at = len(tokens) - 1
    while at >= 0:
        found = _kind_ending_at(tokens, at, reading, vocabulary)
        if found is None:
            at -= 1
            continue
        begin, core = found
        yield _latin_kind(tokens, begin, core, at, reading, vocabulary)
        at = begin - 1


def _kind_ending_at(
    tokens: list[re.Match[str]], at: int, reading: Reading, vocabulary: Vocabulary
) -> tuple[int, int] | None:
    """Of the kind whose last word is this: where what is said before it begins, and where it does itself."""
    if not reading.free(*tokens[at].span()) or tokens[at][0] in STOP:
        return None
    first = at
    while first > 0 and at - first < LONGEST and _goes_on(tokens, first, at, reading, vocabulary):
        first -= 1
    core = next(
        (start for start in range(first, at + 1) if _is_kind(_phrase(tokens, start, at, reading), vocabulary)), -1
    )
    if core < 0:
        return None
    begin = core
    while begin > first and _is_said(tokens[begin - 1][0], vocabulary):
        begin -= 1
    return begin, core


def _goes_on(tokens: list[re.Match[str]], first: int, at: int, reading: Reading, vocabulary: Vocabulary) -> bool:
    """Whether the word before belongs to the same few words."""
    word = tokens[first - 1]
    gap = reading.lower[word.end() : tokens[first].start()]
    joined = gap == " " or (gap == " & " and _phrase(tokens, first - 1, at, reading) in vocabulary.categories)
    return joined and reading.free(*word.span()) and word[0] not in STOP


def _is_kind(phrase: str, vocabulary: Vocabulary) -> bool:
    """Whether a phrase, its last word in the singular, is a category, a head of a name, or a ware that is one."""
    if phrase in vocabulary.categories or phrase in sorts(vocabulary):
        return True
    if phrase in vocabulary.leads or (phrase in translations() and _in_names(phrase, vocabulary)):
        return True
    return (len(phrase) > 2 and phrase in vocabulary.heads) or bool(_translated(phrase, vocabulary))


def _is_said(word: str, vocabulary: Vocabulary) -> bool:
    """Whether a word before a kind is one that names, categories or columns of words have."""
    return singular(word) in vocabulary.words or word in described(vocabulary)


def _phrase(tokens: list[re.Match[str]], start: int, end: int, reading: Reading) -> str:
    return reading.lower[tokens[start].start() : tokens[end].start()] + singular(tokens[end][0])


def _latin_kind(
    tokens: list[re.Match[str]], begin: int, core: int, at: int, reading: Reading, vocabulary: Vocabulary
) -> Kind:
    start, end = tokens[begin].start(), tokens[at].end()
    said = reading.text[tokens[core].start() : end]
    constraint = _kind_constraint(_kind_test(_phrase(tokens, core, at, reading), vocabulary), [said], negated=False)
    before = tuple(_described(token, reading, vocabulary) for token in tokens[begin:core])
    reading.take(start, end)
    return Kind(start, end, tokens[at][0] != singular(tokens[at][0]), constraint, before)


def _description(said: str, vocabulary: Vocabulary) -> tuple[Restriction, ...]:
    """That a product is said to be so: in the name, in the category, or in a column of words."""
    word = forms(singular(said))
    return Worded("name", word), Worded("category", word), *described(vocabulary).get(said, ())


def _described(token: re.Match[str], reading: Reading, vocabulary: Vocabulary) -> Constraint:
    """A word before a kind."""
    said, tests = reading.text[token.start() : token.end()], _description(token[0], vocabulary)
    return Constraint("described", Either(tests), said, f"名称、类别或属性含“{said}”", f"described as ‘{said}’")


def _kind_test(phrase: str, vocabulary: Vocabulary) -> Restriction:
    tests = _kind_tests(phrase, vocabulary)
    return tests[0] if len(tests) == 1 else Either(tuple(tests))


def _kind_tests(phrase: str, vocabulary: Vocabulary) -> list[Restriction]:
    tests: list[Restriction] = []
    if phrase in vocabulary.categories:
        tests.append(Condition("category", tuple(sorted(vocabulary.categories[phrase]))))
    tests += sorts(vocabulary).get(phrase, ())
    tests += _in_names(phrase, vocabulary)
    tests += [Worded("name", forms(phrase))] if phrase in vocabulary.leads else []
    return list(dict.fromkeys(tests + _translated(phrase, vocabulary)))


def _in_names(word: str, vocabulary: Vocabulary) -> list[Restriction]:
    """That names say it is this, where some do. Accessories are none: a lamp's name is on its shade."""
    lead, _, head = word.rpartition(" ")
    head = singular(head)
    if head not in vocabulary.heads and head.endswith(han_endings()) and head in translations():
        head = head[:-1]
    head = next(iter(_traditional(vocabulary).get(head, ())), head) if head not in vocabulary.heads else head
    if head not in vocabulary.heads or (lead and lead.split()[-1] not in vocabulary.words):
        return []
    test = Worded("name", tuple(f"{lead} {form}".strip() for form in forms(head)), head=True)
    if not 0 < vocabulary.beside.get(head, 0) < vocabulary.heads[head]:
        return [test]
    return [All((test, Condition("category", tuple(sorted(vocabulary.accessories)), negated=True)))]


def _translated(word: str, vocabulary: Vocabulary) -> list[Restriction]:
    """What a word for a ware is called in the other language, where the catalogue calls something so."""
    tests: list[Restriction] = []
    for other in sorted(translations().get(word, frozenset()) | same_words(word)):
        if other in vocabulary.categories:
            tests.append(Condition("category", tuple(sorted(vocabulary.categories[other]))))
        tests += sorts(vocabulary).get(other, ())
        tests += _in_names(other, vocabulary)
    return tests


def _han_kinds(reading: Reading, vocabulary: Vocabulary) -> Iterator[Kind]:
    known = _known_kinds(vocabulary)
    for start, end, word in mentions(reading, known):
        if reading.free(start, end):
            cut = _cut(reading.lower, start, end, known, vocabulary)
            yield _han_kind(cut, end, word[cut - start :], reading, vocabulary)
    for match in list(_ONE_SIGN.finditer(reading.rest())):
        said = vocabulary.heads.get(match[0], 0) > 1 or (
            match[0] in translations() and _kind_tests(match[0], vocabulary)
        )
        if said and match[0] not in "的款个些种类有是吗呢":
            yield _han_kind(*match.span(), match[0], reading, vocabulary)


def _cut(text: str, start: int, end: int, known: dict[str, None], vocabulary: Vocabulary) -> int:
    """Where a kind begins that was found with the end of a word before it: 黑色卫衣 is no 色卫衣."""
    looks = looked(vocabulary)
    for first in range(max(0, start - 3), start):
        for last in range(start + 1, end):
            if text[first:last] in looks and text[last:end] in known:
                return last
    return start


@lru_cache(8)
def _traditional(vocabulary: Vocabulary) -> dict[str, list[str]]:
    """The simplified forms of kinds that names have in traditional characters."""
    found: dict[str, list[str]] = {}
    for head in vocabulary.heads:
        if not head.isascii() and len(head) > 1 and (plain := simplified(head)) != head:
            found.setdefault(plain, []).append(head)
    return found


@lru_cache(8)
def _known_kinds(vocabulary: Vocabulary) -> dict[str, None]:
    """The Chinese words for kinds of two characters and more."""
    known = {form for form in vocabulary.heads if len(form) > 1 and not form.isascii()}
    known |= {*vocabulary.categories, *sorts(vocabulary), *_traditional(vocabulary)}
    known |= {
        word
        for word in {*translations(), *(one for said in list(known) for one in same_words(said))}
        if len(word) > 1 and not word.isascii() and (_in_names(word, vocabulary) or _translated(word, vocabulary))
    }
    return dict.fromkeys(form for form in known if re.fullmatch(f"[{HAN}]{{2,}}|[a-z][{HAN}]+", form))


def _han_kind(start: int, end: int, word: str, reading: Reading, vocabulary: Vocabulary) -> Kind:
    reading.take(start, end)
    return Kind(start, end, True, _kind_constraint(_kind_test(word, vocabulary), [word], negated=False))
