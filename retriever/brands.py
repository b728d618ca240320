"""The brands that a question wants, and those that it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.database.filters import Condition
from index.database.vocabulary import Vocabulary
from index.text.letters import HAN
from retriever.constraints import Constraint, Reading
from retriever.mentions import NOT, mentions

_NOT_BEHIND = re.compile(r"\s*(?:牌|品牌|牌子)?(?:的)?\s*(?:以外|之外|除外|不要|就不要)")
_BRAND_BEHIND = re.compile(r"\s*(?:brand(?:ed)?\b|(?:这个)?(?:品牌|牌子|牌))?(?:的)?")
_OR = re.compile(r"\s*(?:(?:牌)?(?:的)?(?:和|或者?|跟|、|/|,)(?:是)?|(?:,\s*)?\b(?:or|and|nor)\b)\s*")
_UNKNOWN_BRAND = re.compile(
    rf"\bbrand\s+([a-z0-9][a-z0-9-]*)|([a-z0-9-]+|[{HAN}]{{1,6}}?)(?:这个)?(?:品牌|牌子|牌)(?:的)?"
)


def brands(reading: Reading, vocabulary: Vocabulary) -> Iterator[Constraint]:
    """The brands that are wanted, as one constraint, and those that are not."""
    wanted: dict[str, frozenset[str]] = {}
    refused: dict[str, frozenset[str]] = {}
    last_refused = last_end = -1
    spans = sorted(mentions(reading, vocabulary.brands))
    for start, end, form in spans:
        if not reading.free(start, end):
            continue
        before = NOT.search(reading.lower[:start])
        behind = _NOT_BEHIND.match(reading.lower, end)
        goes_on = last_refused == last_end and last_end >= 0 and _OR.fullmatch(reading.lower[last_end:start])
        target = refused if before or behind or goes_on else wanted
        closed = _BRAND_BEHIND.match(reading.lower, end)
        stop = behind.end() if behind else closed.end() if closed else end
        reading.take(before.start() if before else last_end if goes_on else start, stop)
        target[form] = vocabulary.brands[form]
        last_end = stop
        last_refused = stop if target is refused else -1
    for match in list(reading.find(_UNKNOWN_BRAND)):
        name = match[1] or match[2]
        if (before := NOT.search(reading.lower[: match.start()])) and name:
            reading.take(before.start(), match.end())
            refused[name] = frozenset((name,))
    if wanted:
        yield _brand(wanted, vocabulary, negated=False)
    if refused:
        yield _brand(refused, vocabulary, negated=True)


def _brand(known: dict[str, frozenset[str]], vocabulary: Vocabulary, negated: bool) -> Constraint:
    values = tuple(sorted(set().union(*known.values())))
    told = [_spelled(form, vocabulary) for form in known]
    test = Condition("brand", values, negated=negated)
    if negated:
        return Constraint(
            "brand", test, ", ".join(told), f"品牌不是 {'、'.join(told)}", f"brand not {' or '.join(told)}"
        )
    return Constraint("brand", test, ", ".join(told), f"品牌为 {'或 '.join(told)}", f"brand {' or '.join(told)}")


def _spelled(form: str, vocabulary: Vocabulary) -> str:
    return vocabulary.spelled.get(form, form if not form.isascii() else form.title())
