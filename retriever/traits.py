"""Yes and no in a question: the columns that say so and that it wants one way or the other ("waterproof", 不防水的)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from index.database.filters import Condition
from index.database.vocabulary import Vocabulary
from index.lexicon import folded, sections
from retriever.concepts import plain_name
from retriever.constraints import Constraint, Reading

_NOT_BEFORE = re.compile(
    r"(?:\b(?:not|isn't|aren't|isnt|arent|never|non|without|no|don't have|doesn't have)[ -]"
    r"(?:be |have |come with |include |offer )?"
    r"|(?:不能|不可以|不带|不含|没有|不是|非|不|没|无))$"
)
_AROUND = re.compile(r"(?:\b(?:that|which|who)\s+(?:is|are|has|have|can be|comes? with)\s+|\b(?:is|are|with|and)\s+)$")
_BEHIND = re.compile(r"(?:\s*(?:ones?\b)|功能|的)?")


def traits(reading: Reading, vocabulary: Vocabulary) -> Iterator[Constraint]:
    """A constraint for each column of yes and no that the question names, taken out of the reading."""
    text = folded(reading.lower)
    for column, said in _called(vocabulary):
        for match in said.finditer(text):
            if not reading.free(*match.span()):
                continue
            refused = _NOT_BEFORE.search(text[: match.start()])
            start = refused.start() if refused else match.start()
            if around := _AROUND.search(text[:start]):
                start = around.start()
            words = reading.text[match.start() : match.end()]
            reading.take(start, match.end())
            name = plain_name(column)
            wanted = refused is None
            zh, en = f"{name}：{'是' if wanted else '否'}", f"{name.lower()}: {'yes' if wanted else 'no'}"
            yield Constraint(column, Condition(column, (wanted,)), words, zh, en)
            break


def without_traits(text: str, vocabulary: Vocabulary) -> str:
    """A folded question without the names of its columns of yes and no: "noise cancelling" cancels no order."""
    for _, said in _called(vocabulary):
        text = said.sub(" ", text)
    return text


@lru_cache(8)
def _called(vocabulary: Vocabulary) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each column of yes and no and the words for it: its header, and what the lexicon calls the same."""
    found = []
    for column in vocabulary.truths:
        header = folded(plain_name(column).casefold()).strip(" ?？")
        forms = {header, re.sub(r"^(?:is|has|是否|是|可否|有无)\s*", "", header)} - {""}
        for table in sections("traits").values():
            for trait, known in table.items():
                if forms & {one.replace("-", " ") for one in known} | forms & set(known):
                    forms |= {one for other in sections("traits").values() for one in other.get(trait, ())}
        parts = sorted((re.escape(form).replace("\\ ", "[ -]").replace("\\-", "[ -]") for form in forms), key=len)
        found.append((column, re.compile("|".join(rf"(?<![a-z]){part}(?![a-z])" for part in reversed(parts)))))
    return tuple(sorted(found, key=lambda one: -len(one[0])))
