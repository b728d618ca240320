"""`understand`: what a question asks of the catalogue as a whole: constraints, and what is to be computed, or neither.

A parser, no model. Every slot is checked against the catalogue's own columns and values. It errs towards neither: a
question about a policy, a fault or one product must be searched for as it stands, whatever numbers it holds; and
nothing is computed unless every word of the question has been accounted for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.filters import Condition
from index.naming import singular
from index.vocabulary import Vocabulary
from retriever import phrases
from retriever.bounds import bounds, currency_is
from retriever.brands import brands
from retriever.concepts import CONCEPTS, PRICE, STOCK, Measured, alike, concept_of, measured_by, plain_name
from retriever.constraints import Constraint, Reading
from retriever.identifiers import identifiers
from retriever.kinds import Kind, kinds, refused_words, wanted_kinds
from retriever.values import worded_values

Operation = Literal["count", "cheapest", "dearest", "most", "least", "average", "list", "compare"]

HARD = frozenset(("price", "stock", "currency"))
"""Fields on which a constraint always filters."""
COMMON = 3
"""Names that have an identifier beyond which it is no model but a property (i7, 5g)."""


@dataclass(frozen=True, slots=True)
class Understood:
    """`constraints` must all be met. `operation` is what to compute over what meets them, None where passages answer.

    `field` is what it is about: a measure for most, least and average ("price" for cheapest and dearest); for list and
    count "brand" or "category" where those, and not products, are asked for. `names` are the products to compare, as
    written; `asked` the further measures that are asked about; `limit` how many are asked for.
    """

    constraints: tuple[Constraint, ...] = ()
    operation: Operation | None = None
    field: Measured | None = None
    values_of: Literal["brand", "category"] | None = None
    names: tuple[str, ...] = ()
    asked: tuple[Measured, ...] = ()
    limit: int | None = None

    def __bool__(self) -> bool:
        return bool(self.constraints or self.operation)


NOTHING = Understood()
_MONEY = re.compile(r"\bpric(?:e|es|ed)\b|\bcosts?\b|\bhow much\b|价格|价钱|多少钱|售价|价")
_STOCK = re.compile(r"\bstock\b|\bavailab\w+|库存|有没有货|有货|现货|有无货")
_WORD = r"[a-z0-9à-ÿ][a-z0-9à-ÿ'-]*"
_ARTICLES = frozenset("the a an your please".split())


def understand(query: str, vocabulary: Vocabulary, today: date | None = None) -> Understood:
    """What a question asks of a catalogue with this vocabulary; `NOTHING` where it asks for something else.

    `today` is for what is said relative to it; nothing is yet.
    """
    reading = Reading(query)
    if not vocabulary.products or phrases.POLICY.search(reading.lower):
        return NOTHING
    models = _models(query, vocabulary)
    names = models if len(models) > 1 else _named_beside(reading.lower, vocabulary)
    if len(names) > 1:
        return _comparison(reading, names, vocabulary)
    if models or phrases.NOT_ASKING.search(reading.lower) or phrases.DIFFERENCE.search(reading.lower):
        return NOTHING
    return _Parser(reading, vocabulary).parse()


def _models(query: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The model numbers and SKUs that a question names, as written, folded."""
    found = []
    text = query.casefold()
    for compared, written in identifiers(query).items():
        if vocabulary.words.get(compared, 0) > COMMON:
            continue
        ends = re.findall(rf"(?<![a-z0-9]){re.escape(written)}((?: [a-z]+)?)(?![a-z0-9])", text) or [""]
        words = dict.fromkeys(end.strip() for end in ends)  # "B650 Pro" is another product than "B650"
        found += [f"{written} {word}" if _is_rare(word, vocabulary) else written for word in words]
    return tuple(dict.fromkeys(found))


def _is_rare(word: str, vocabulary: Vocabulary) -> bool:
    """Whether a word belongs to few names, and is no word for a kind nor one that any question has."""
    plain = word in phrases.STOP_EN or singular(word) in vocabulary.heads
    return bool(word) and not plain and 0 < vocabulary.words.get(singular(word), 0) <= COMMON


def _named_beside(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Two products that are named in words, where the question sets them beside each other.

    Each name must consist of words that names of the catalogue have, one of them rarely.
    """
    for pattern in phrases.BESIDE:
        if match := pattern.search(text):
            sides = [" ".join(tokens(match[group])) for group in ("one", "other")]
            if sides[0] != sides[1] and all(_is_named(side.split(), vocabulary) for side in sides):
                return tuple(sides)
    return ()


def _is_named(said: list[str], vocabulary: Vocabulary) -> bool:
    """Whether words name one product: names have all of them, and one rarely that is no word for a kind."""
    counts = {word: vocabulary.words.get(singular(word), 0) for word in said}
    own = [count for word, count in counts.items() if singular(word) not in vocabulary.heads]
    return bool(own) and min(counts.values()) > 0 and min(own) <= COMMON


def tokens(text: str) -> list[str]:
    """The words of a product's name in Latin letters, articles and asides left out."""
    return [word for word in re.findall(r"[a-z0-9à-ÿ]+(?:-[a-z0-9]+)*", text) if word not in _ARTICLES]


def _comparison(reading: Reading, models: tuple[str, ...], vocabulary: Vocabulary) -> Understood:
    """Several models beside each other, where the question compares them and asks for nothing else."""
    text = reading.lower
    compares = bool(phrases.COMPARE.search(text))
    asked = _asked(text, vocabulary)
    if not compares and not (phrases.COMPARED.search(text) and (asked or _comparative(text, vocabulary))):
        return NOTHING
    if re.search(r"兼容|通用|适用于|配件|替换|\b(?:fits?|compatible|lid|spare|parts?|accessor\w+|instead)\b", text):
        return NOTHING
    if (field := _comparative(text, vocabulary)) and field not in asked:
        asked = (field, *asked)
    if _unaccounted(text, models, vocabulary):
        return NOTHING
    return Understood(operation="compare", names=models, asked=asked)


def _unaccounted(text: str, models: tuple[str, ...], vocabulary: Vocabulary) -> str:
    """What a comparison also asks that no column is known to hold."""
    for name in sorted(models, key=len, reverse=True):
        text = text.replace(name, "\x00")
    patterns = [pattern for concept in CONCEPTS for pattern in (concept.asked, concept.more, concept.less)]
    for pattern in (*patterns, phrases.COMPARE, phrases.COMPARED, _STOCK, _MONEY):
        text = pattern.sub("\x00", text)
    for header in [*(column.name for column in vocabulary.numeric), *(column.name for column in vocabulary.texts)]:
        text = re.sub(rf"(?<![a-z]){re.escape(plain_name(header).casefold())}(?![a-z])", "\x00", text)
    latin = [word for word in re.findall(_WORD, text) if word not in phrases.STOP_EN]
    latin = [word for word in latin if singular(word) not in vocabulary.words and word not in vocabulary.brands]
    return " ".join([*latin, *_han_left(text, vocabulary)])


def _han_left(text: str, vocabulary: Vocabulary | None = None) -> list[str]:
    """The Chinese words that are neither plain ones nor, with a vocabulary, for kinds or brands."""
    left: list[str] = []
    known = () if vocabulary is None else (form for form in (*vocabulary.heads, *vocabulary.brands) if len(form) > 1)
    said = sorted((form for form in known if form in text), key=len, reverse=True)
    for run in re.findall(r"[\u3400-\u9fff]+", text):
        for word in (*said, *phrases.STOP_ZH):
            run = run.replace(word, " ")
        left += run.split()
    return left


def _comparative(text: str, vocabulary: Vocabulary) -> Measured | None:
    if vocabulary.priced and re.search(
        r"\b(?:cheaper|dearer|more expensive|less expensive)\b|便宜|更贵|哪个贵|哪款贵", text
    ):
        return PRICE
    for concept in CONCEPTS:
        if (concept.more.search(text) or concept.less.search(text)) and (field := measured_by(concept, vocabulary)):
            return field
    return None


def _asked(text: str, vocabulary: Vocabulary) -> tuple[Measured, ...]:
    """The measures that a text names."""
    found: dict[str, Measured] = {}
    if vocabulary.priced and _MONEY.search(text):
        found["price"] = PRICE
    if vocabulary.stocked and _STOCK.search(text):
        found["stock"] = STOCK
    for concept in CONCEPTS:
        if concept.asked.search(text) and (field := measured_by(concept, vocabulary)):
            found.setdefault(field.names[0], field)
    for column in vocabulary.numeric:
        said = plain_name(column.name).casefold()
        if len(said) > 2 and concept_of(column) is None and re.search(rf"(?<![a-z]){re.escape(said)}(?![a-z])", text):
            found.setdefault(column.name, Measured((column.name,), column.dimension, said, said))
    return tuple(found.values())


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
        mentioned = list(brands(reading, vocabulary))
        named = kinds(reading, vocabulary)
        if any(self._definite(kind) for kind in named):
            return NOTHING
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
        if left or not clear:
            hard = any(_is_hard(constraint) for constraint in constraints)
            return Understood(tuple(constraints) if hard else ())
        if computation.operation is None and (phrases.LISTING.search(reading.lower) or constraints):
            computation.operation = "list"
        if computation.operation == "list" and not constraints and not computation.values_of and not self._all():
            return NOTHING
        return Understood(
            tuple(constraints), computation.operation, computation.field, computation.values_of, limit=computation.limit
        )

    def _operation(self) -> None:
        """What is to be computed, taken out of the reading."""
        reading, vocabulary = self.reading, self.vocabulary
        if vocabulary.priced:
            for pattern, operation in ((phrases.CHEAPEST, "cheapest"), (phrases.DEAREST, "dearest")):
                for match in reading.find(pattern):
                    self._superlative(operation, PRICE, *match.span())  # type: ignore[arg-type]
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
        limit = None
        if few := phrases.FEW.search(text[:start]):
            limit, start = few["n"] or few["m"], few.start()
        elif behind := phrases.FEW_BEHIND.match(text, end):
            limit, end = behind["n"], behind.end()
        reading.take(start, end)
        self.computation.operation, self.computation.field = operation, field
        self.computation.limit = None if limit is None else phrases.COUNTS.get(limit) or int(limit)

    def _average(self) -> bool:
        for match in self.reading.find(phrases.AVERAGE):
            asked = _asked(self.reading.lower, self.vocabulary)
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
        latin = [word for word in re.findall(_WORD, rest) if word not in phrases.STOP_EN]
        return " ".join([*latin, *_han_left(rest)])

    def _asks(self, named: bool, constraints: list[Constraint], left: str) -> bool:
        """Whether the question asks for products."""
        text = self.reading.lower
        if phrases.ASKING_A_FACT.search(text) and self.computation.operation in (None, "count", "list"):
            return False
        whole = not left and bool(constraints)
        target = named or self.computation.values_of is not None or bool(phrases.GENERIC.search(text))
        if self.computation.operation is not None:
            return target or whole
        if re.match(r"^(?:what|which)\b", text) and not whole and not self._which():
            return False
        if re.search(r"(?:吗|嘛|么)\W*$", text) and not self._has_any():
            return False
        return (target and bool(phrases.ASKING.search(text))) or whole or (named and self._is_fragment(constraints))

    def _is_fragment(self, constraints: list[Constraint]) -> bool:
        """Whether the question is no sentence but a thing with a price: "a kettle below 50 EUR, easy to clean"."""
        rest = self.reading.rest()
        opening = re.match(r"\W*(?:an?\b|any\b|some\b|想要?|要|买|找|求)?\s*\x00", rest)
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


def _is_hard(constraint: Constraint) -> bool:
    """Whether a constraint filters even where other words of the question were not understood."""
    test = constraint.test
    if constraint.field in HARD or (isinstance(test, Condition) and test.values is None):
        return True
    return bool(getattr(test, "negated", False))
