"""`understand`: what a question asks of the catalogue as a whole: constraints, and what is to be computed, or neither.

A parser, no model. Every slot is checked against the catalogue's own columns and values. It errs towards neither: a
question about a policy, a fault or one product must be searched for as it stands, whatever numbers it holds; and
nothing is computed unless every word of the question has been accounted for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from index.database.filters import Condition
from index.database.vocabulary import Vocabulary
from index.text.analysis import simplified
from index.text.spoken import in_figures
from retriever import phrases
from retriever.bounds import bounds, currency_is
from retriever.brands import brands
from retriever.chatter import plainly, without_chatter
from retriever.comparing import WORD, asked_measures, comparison, han_left, models, named_beside
from retriever.concepts import CONCEPTS, PRICE, STOCK, Measured, alike, measured_by, plain_name
from retriever.constraints import Constraint, Reading
from retriever.kinds import Kind, kinds, refused_words, wanted_kinds
from retriever.traits import traits, without_traits
from retriever.understood import NOTHING, Operation, Understood
from retriever.values import worded_values

FEW = 2
"""Words that were not understood, up to which the rest of a question is answered and they are said to be open."""
_ABOUT_ONE = re.compile(
    r"(?:so |and |but )?(?:is|are|does|do|has|have|can|could|will|would)\s+(?!you\b|there\b|your\b|we\b|i\b)"
)
_OF_ANY = re.compile(r"\b(?:any|all|an?|some|every|each|which|what)\b|s\b\s+(?:are|do|have|can)\b")
HARD = frozenset(("price", "stock", "currency"))
"""Fields on which a constraint always filters."""


def understand(query: str, vocabulary: Vocabulary, today: date | None = None) -> Understood:
    """What a question asks of a catalogue with this vocabulary; `NOTHING` where it asks for something else.

    `today` is for what is said relative to it; nothing is yet.
    """
    query = in_figures(plainly(query))
    found = _understood(query, vocabulary)
    if not found and (asked := without_chatter(query)) != query:
        found = _understood(asked, vocabulary)
    if not found and (plain := simplified(query)) != query:
        return understand(plain, vocabulary, today)
    widened = (replace(one, test=vocabulary.widened(one.test)) for one in found.constraints)
    return replace(found, constraints=tuple(widened)) if found.constraints else found


def _understood(query: str, vocabulary: Vocabulary) -> Understood:
    reading = Reading(query)
    if not vocabulary.products or phrases.POLICY.search(without_traits(reading.lower, vocabulary)):
        return NOTHING
    numbered = models(query, vocabulary)
    names = numbered if len(numbered) > 1 else named_beside(reading.lower, vocabulary)
    if len(names) > 1:
        return comparison(reading, names, vocabulary)
    if numbered or phrases.NOT_ASKING.search(reading.lower) or phrases.DIFFERENCE.search(reading.lower):
        return NOTHING
    return _Parser(reading, vocabulary).parse()


@dataclass(slots=True)
class _Computation:
    operation: Operation | None = None
    field: Measured | None = None
    values_of: Literal["brand", "category"] | None = None
    limit: int | None = None


class _Parser:
    """Takes the question apart, the surest parts first, and judges what the rest makes of it."""

    def __init__(self, reading: Reading, vocabulary: Vocabulary) -> None:
        self.reading, self.vocabulary = reading, vocabulary
        self.computation = _Computation()

    def parse(self) -> Understood:
        """The whole question."""
        reading, vocabulary = self.reading, self.vocabulary
        for match in list(reading.find(phrases.INCLUDED)):
            reading.take(*match.span())
        self._operation()
        found = list(bounds(reading, vocabulary))
        found += [*self._stock(), *self._currency(found)]
        self._values_of()
        found += traits(reading, vocabulary)
        mentioned = list(brands(reading, vocabulary))
        named = kinds(reading, vocabulary)
        if any(self._definite(kind) for kind in named):
            return NOTHING
        named = self._without_measures(named)
        wanted = wanted_kinds(named, reading)
        clear = wanted is not None
        constraints = [*(wanted or ()), *mentioned, *found, *worded_values(reading, vocabulary)]
        constraints += refused_words(reading, vocabulary)
        self._measure_asked()
        left = self._left()
        if wanted is None:
            constraints = [*mentioned, *found]
        if not self._asks(bool(named or mentioned), constraints, left):
            return NOTHING
        computation = self.computation
        if not clear:
            return NOTHING  # what is under a price is not clear
        if left:
            hard = any(self._is_hard(constraint) for constraint in constraints)
            if hard and (len(left.split()) <= FEW or any(_is_priced(constraint) for constraint in constraints)):
                return Understood(tuple(constraints), left=left)
            return Understood(tuple(constraints) if hard else ())
        if computation.operation is None and (phrases.LISTING.search(reading.lower) or constraints):
            computation.operation = "list"
        if computation.operation == "list" and not constraints and not computation.values_of and not self._all():
            return NOTHING
        return Understood(
            tuple(constraints), computation.operation, computation.field, computation.values_of, limit=computation.limit
        )

    def _without_measures(self, named: list[Kind]) -> list[Kind]:
        """The kinds less those that an amount follows, where there are others: "a stick vacuum, dust bin 0.5 l"."""
        rest = self.reading.rest()
        others = [kind for kind in named if not re.match(r"\s?(?:of )?\x00", rest[kind.end :])]
        return others or named

    def _operation(self) -> None:
        """What is to be computed, taken out of the reading."""
        reading, vocabulary = self.reading, self.vocabulary
        if vocabulary.priced:
            for rank, pattern in phrases.RANKS:
                for match in reading.find(pattern):
                    self._superlative(rank, PRICE, *match.span())
                    return
        for pattern, operation in ((phrases.MOST_STOCK, "most"), (phrases.LEAST_STOCK, "least")):
            for match in reading.find(pattern):
                self._superlative(operation, STOCK, *match.span())  # type: ignore[arg-type]
                return
        if self._average() or self._extreme():
            return
        for match in reading.find(phrases.COUNT):
            reading.take(*match.span())
            self.computation.operation = "count"
            return

    def _superlative(self, operation: Operation, field: Measured, start: int, end: int) -> None:
        reading, text = self.reading, self.reading.lower
        limit, start, end = phrases.few(text, start, end)
        reading.take(start, end)
        self.computation.operation, self.computation.field, self.computation.limit = operation, field, limit

    def _average(self) -> bool:
        for match in self.reading.find(phrases.AVERAGE):
            asked = asked_measures(self.reading.lower, self.vocabulary)
            field = next(iter(asked), PRICE if self.vocabulary.priced else None)
            if field is None:
                return False
            self.reading.take(*match.span())
            self.computation.operation, self.computation.field = "average", field
            return True
        return False

    def _extreme(self) -> bool:
        """The most or least of a measure: by a concept's own words, or by the words of a column."""
        text = self.reading.lower
        superlative = re.compile(r"est\b|\bmost\b|\bleast\b|最")
        said = [
            (match, operation, concept, field)
            for concept in CONCEPTS
            for pattern, operation in ((concept.more, "most"), (concept.less, "least"))
            for match in self.reading.find(pattern)
            if superlative.search(match[0]) and (field := measured_by(concept, self.vocabulary))
        ]
        for match, operation, concept, field in sorted(said, key=lambda found: -len(found[0][0])):
            if not self._other_size(match[0], text):
                start = match.start() - len("the ") if text[: match.start()].endswith("the ") else match.start()
                self._superlative(operation, field, start, match.end())  # type: ignore[arg-type]
                self._take_asked(concept.asked)
                return True
        for column in self.vocabulary.numeric:
            name = plain_name(column.name).casefold()
            for named in re.finditer(rf"(?<![a-z]){re.escape(name)}(?![a-z])", text) if len(name) > 1 else ():
                if self._around_column(alike([column]), *named.span()):
                    return True
        for concept in CONCEPTS:
            for named in concept.asked.finditer(text):
                if self._around_column(measured_by(concept, self.vocabulary), *named.span()):
                    return True
        return False

    def _other_size(self, said: str, text: str) -> bool:
        """Whether "largest" is said of another measure than the capacity ("largest room size")."""
        if not re.fullmatch(r"(?:bigg|larg|great|small)est", said):
            return False
        return any(
            re.search(rf"{said} (?:\w+ )?{re.escape(plain_name(column.name).casefold())}", text)
            for column in self.vocabulary.numeric
        )

    def _around_column(self, field: Measured | None, start: int, end: int) -> bool:
        text = self.reading.lower
        if field is None or not self.reading.free(start, end):
            return False
        for ahead, behind, operation in (
            (phrases.MOST_OF, phrases.MOST_BEHIND, "most"),
            (phrases.LEAST_OF, phrases.LEAST_BEHIND, "least"),
        ):
            if before := ahead.search(text[:start]):
                self._superlative(operation, field, before.start(), end)  # type: ignore[arg-type]
                return True
            if after := behind.match(text, end):
                self._superlative(operation, field, start, after.end())  # type: ignore[arg-type]
                return True
        return False

    def _take_asked(self, pattern: re.Pattern[str]) -> None:
        for match in list(self.reading.find(pattern)):
            self.reading.take(*match.span())

    def _measure_asked(self) -> None:
        """The words for what is computed ("what does the lightest kettle weigh") are accounted for with it."""
        if self.computation.field is None:
            return
        for concept in CONCEPTS:
            if concept.en == self.computation.field.en:
                self._take_asked(concept.asked)
        for name in self.computation.field.names:
            said = re.escape(plain_name(name).casefold())
            for match in list(self.reading.find(re.compile(rf"(?<![a-z]){said}(?![a-z])"))):
                self.reading.take(*match.span())

    def _stock(self) -> list[Constraint]:
        if not self.vocabulary.stocked:
            return []
        for match in list(self.reading.find(phrases.OUT_OF_STOCK)):
            words = self.reading.take(*match.span())
            return [Constraint("stock", Condition("stock", maximum=0.0), words, "缺货", "out of stock")]
        for match in list(self.reading.find(phrases.IN_STOCK)):
            words = self.reading.take(*match.span())
            return [Constraint("stock", Condition("stock", minimum=0.0, strict=True), words, "有货", "in stock")]
        return []

    def _currency(self, found: list[Constraint]) -> list[Constraint]:
        """A currency that is named without an amount."""
        if any(constraint.field == "currency" for constraint in found):
            return []
        for code, pattern in phrases.CURRENCIES.items():
            for match in list(self.reading.find(pattern)) if self.vocabulary.currencies else ():
                return [currency_is(code, self.reading.take(*match.span()))]
        return []

    def _values_of(self) -> None:
        """Whether brands or categories themselves are asked for: "which brands do you carry"."""
        if self.computation.operation not in (None, "count"):
            return
        for name, pattern in phrases.FIELDS_OF_TEXT.items():
            asked = re.compile(
                rf"(?:\b(?:which|what|all|list(?: of)?|many(?: different)?)(?: the| your)? |哪些|哪几个|什么"
                rf"|几个|几种|多少个?|多少种?|所有的?|全部的?)(?:{pattern.pattern})"
            )
            for match in asked.finditer(self.reading.lower):
                self.reading.take(*match.span())
                self.computation.values_of = name  # type: ignore[assignment]
                self.computation.operation = self.computation.operation or "list"
                return

    def _definite(self, kind: Kind) -> bool:
        """Whether a kind is one certain thing: "the kettle", "that kettle"."""
        before = self.reading.rest()[: kind.start]
        return not kind.plural and bool(re.search(r"\b(?:the|this|that|your)\s+$", before))

    def _left(self) -> str:
        """What is not accounted for: words that mean something."""
        rest = self.reading.rest()
        latin = [word for word in re.findall(WORD, rest) if word not in phrases.STOP]
        return " ".join([*latin, *han_left(rest)])

    def _asks(self, named: bool, constraints: list[Constraint], left: str) -> bool:
        """Whether the question asks for products."""
        text = self.reading.lower
        if phrases.ASKING_A_FACT.search(text) and self.computation.operation in (None, "count", "list"):
            return False
        whole = not left and bool(constraints)
        target = named or self.computation.values_of is not None or bool(phrases.GENERIC.search(text))
        if self.computation.operation is not None:
            return target or whole or (self.computation.field is not None and not left)
        if named and any(_is_priced(constraint) for constraint in constraints) and not self._of_one():
            return True
        if self._of_one():
            return False
        if re.match(r"^(?:what|which)\b", text) and not whole and not self._which():
            return False
        if re.search(r"(?:吗|嘛|么)\W*$", text) and not self._has_any():
            return False
        return (target and bool(phrases.ASKING.search(text))) or whole or (named and self._is_fragment(constraints))

    def _of_one(self) -> bool:
        """Whether the question is about one thing that it names: "is the Adler tarp waterproof", 这款防水吗."""
        text = self.reading.lower
        return bool(_ABOUT_ONE.match(text)) and not _OF_ANY.search(text)

    def _is_fragment(self, constraints: list[Constraint]) -> bool:
        """Whether the question is no sentence but a thing with a price: "a kettle below 50 EUR, easy to clean"."""
        rest = self.reading.rest()
        opening = re.match(
            r"\W*(?:(?:need|want|looking for|after)\s+)?(?:an?\b|any\b|some\b|想要?|要|买|找|求)?\s*\x00", rest
        )
        closing = re.search(r"的\x00+\W*$", rest)
        priced = any(constraint.field in HARD for constraint in constraints)
        return priced and bool(opening or closing) and not phrases.STATEMENT.search(rest)

    def _which(self) -> bool:
        """Whether "which" is followed by what was understood, or by a word for any product."""
        rest = self.reading.rest()
        first = re.match(
            r"(?:what|which)(?:'s)?\s+(?:(?:of|are|is|the|your|other|kind of|kinds of|do you have|about)\s+)*(\S+)",
            rest,
        )
        return bool(first) and ("\x00" in first[1][:1] or bool(phrases.GENERIC.match(first[1])))  # type: ignore[index]

    def _has_any(self) -> bool:
        """Whether a question that ends with 吗 asks what there is: 有 before what is wanted, or 的吗 behind it."""
        rest = self.reading.rest()
        return bool(re.search(r"(?:有|推荐|找|介绍|卖)[^\x00]*\x00|的\s*(?:吗|嘛|么)|有\s*(?:吗|嘛|么)\W*$", rest))

    def _all(self) -> bool:
        """Whether all products are asked for: there is no constraint, and every word was a plain one."""
        return bool(re.search(r"\ball\b|所有|全部", self.reading.lower))

    def _is_hard(self, constraint: Constraint) -> bool:
        """Whether a constraint filters even where other words of the question were not understood."""
        return constraint.field in self.vocabulary.truths or _is_hard(constraint)


def _is_priced(constraint: Constraint) -> bool:
    """Whether a constraint is a bound on the price."""
    return constraint.field == "price"


def _is_hard(constraint: Constraint) -> bool:
    """As `_Parser._is_hard`, by the constraint alone."""
    test = constraint.test
    if constraint.field in HARD or (isinstance(test, Condition) and test.values is None):
        return True
    return bool(getattr(test, "negated", False))
