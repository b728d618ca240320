"""`Mention`: what a text names: a model, a name, a kind of product, a place. By form and a small word list alone.

It knows no catalogue; whoever does may hand in the shop's own names, which then count first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.lexicon import either, sections, word_set
from index.text.quantities import quantities

Kind = Literal["name", "type", "place"]


@dataclass(frozen=True, slots=True)
class Mention:
    """`text[start:end]` names something. `type` is the kind of product within it, "" where none is said."""

    text: str
    start: int
    end: int
    kind: Kind
    type: str = ""


_BEFORE_TYPE, _TYPES = ("|".join(sections("mentions")["en"][key]) for key in ("before_types", "types"))
_TYPE_EN = re.compile(rf"\b(?:(?:{_BEFORE_TYPE})[ -]){{0,2}}(?:{_TYPES})(?:e?s)?\b", re.IGNORECASE)
_TYPE_ZH = re.compile(either(sections("mentions")["zh"]["types"]))
_TAIL_ZH = re.compile(
    r"\s?(?:(?![的能放在有是多怎可会要和与跟用吗呢这那我你它])[\u4e00-\u9fff]){0,4}?[壶锅煲机器杯灯扇刀秤箱炉罐表车盔包板]"
)
_SIZE_ZH = re.compile(r"\d+(?:\.\d+)?\s?(?:升|毫升|L|l|寸|英寸|厘米|cm|瓦|W|克|千克|kg)的?$")

_TOKEN = re.compile(r"[A-Za-zÀ-ÿ][\w'’-]*|\d+(?:[.,]\d+)?|[^\s\w]|[\u4e00-\u9fff]+", re.ASCII)
_QUOTED = re.compile(r"[“\"「『《]([^”\"」』》\n]{2,60})[”\"」』》]")
_MODEL_ZH = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z-]*\d)[A-Za-z][A-Za-z0-9-]*(?:\s?(?:Pro|Max|Plus|Duo|Mini|Ultra|Air|SE)\b)?", re.ASCII
)
_NO_NAMES = word_set("mentions", "no_names")
_DEMONYM = re.compile(r"[A-Z][a-z]+(?:ish|ese|ian|can)|Swiss|German|French|Dutch|Czech|Greek")
_PLACE_AFTER = frozenset("to in from within outside into at near across via".split())


def mentions(text: str, names: Sequence[str] = ()) -> list[Mention]:
    """What `text` names, in order, without overlaps: the shop's own `names`, quoted names, models and capitalised
    names (each with the kind of product behind it), kinds of product alone, places."""
    found: list[Mention] = []
    for mention in (*_known(text, names), *_quoted(text), *_named(text), *_typed(text)):
        if not any(mention.start < other.end and other.start < mention.end for other in found):
            found.append(mention)
    return sorted(found, key=lambda mention: mention.start)


def type_in(text: str) -> str:
    """The kind of product that a text says last, "" for none."""
    found = [*_TYPE_EN.finditer(text), *_TYPE_ZH.finditer(text)]
    return max(found, key=lambda match: match.end())[0] if found else ""


def _known(text: str, names: Sequence[str]) -> Iterator[Mention]:
    small = text.casefold()
    for name in sorted(names, key=len, reverse=True):
        at = small.find(name.casefold()) if len(name) > 1 else -1
        if at >= 0 and not (name.isascii() and re.match(r"\w", text[at + len(name) : at + len(name) + 1], re.ASCII)):
            yield _with_type(text, at, at + len(name))


def _quoted(text: str) -> Iterator[Mention]:
    for match in _QUOTED.finditer(text):
        yield Mention(match[0], match.start(), match.end(), "name", type_in(match[1]))


def _with_type(text: str, start: int, end: int) -> Mention:
    """The name with the kind of product that follows it."""
    behind = end + (text[end : end + 1] == " ")
    kinds = (
        _TYPE_EN.match(text, behind) if behind > end else None,
        _TYPE_ZH.match(text, behind),
        _TAIL_ZH.match(text, end),
    )
    end = next((kind.end() for kind in kinds if kind), end)
    return Mention(text[start:end], start, end, "name", type_in(text[start:end]))


def _named(text: str) -> Iterator[Mention]:
    tokens = list(_TOKEN.finditer(text))
    at = 0
    while at < len(tokens):
        first = tokens[at]
        if not _begins_name(tokens, at):
            at += 1
            continue
        last = at
        while last + 1 < len(tokens) and _goes_on(text, tokens[last], tokens[last + 1]):
            last += 1
        end = tokens[last].end()
        if written := re.search(r"['’]s?$", text[first.start() : end]):
            end -= len(written[0])
        before = tokens[at - 1][0].lower() if at else ""
        name = text[first.start() : end]
        of_a_place = before in _PLACE_AFTER or _DEMONYM.fullmatch(name)
        if of_a_place and not any(char.isdigit() for char in name):
            yield Mention(name, first.start(), end, "place")
        else:
            yield _with_type(text, first.start(), end)
        at = last + 1


def _begins_name(tokens: Sequence[re.Match[str]], at: int) -> bool:
    word = tokens[at][0]
    plain = re.sub(r"['’]s?$", "", word)
    if not word[0].isalpha() or not word[0].isascii() or plain.lower() in _NO_NAMES:
        return False
    if any(char.isdigit() for char in word):
        return True
    if not word[0].isupper() or len(plain) < 2:
        return False
    opens = at == 0 or tokens[at - 1][0] in ".?!。？！"
    if not opens:
        return not _TYPE_EN.fullmatch(plain)
    # the first word has a capital letter anyhow: a name where another or a number follows at once
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return (
        after is not None
        and after.start() == tokens[at].end() + 1
        and (after[0][0].isupper() or after[0].isdigit())
        and after[0].lower() not in _NO_NAMES
    )


def _goes_on(text: str, last: re.Match[str], token: re.Match[str]) -> bool:
    if text[last.end() : token.start()] != " " or last[0].endswith(("'s", "’s")):
        return False
    word = token[0]
    if word.isdigit():
        return len(word) <= 4 and not quantities(text[token.start() : token.end() + 20])
    return word[0].isupper() and word[0].isascii() and word.lower() not in _NO_NAMES


def _typed(text: str) -> Iterator[Mention]:
    for match in _MODEL_ZH.finditer(text):
        yield _with_type(text, match.start(), match.end())
    for match in _TYPE_EN.finditer(text):
        yield Mention(match[0], match.start(), match.end(), "type", match[0])
    for match in _TYPE_ZH.finditer(text):
        size = _SIZE_ZH.search(text[: match.start()])
        start = size.start() if size else match.start()
        yield Mention(text[start : match.end()], start, match.end(), "type", match[0])
