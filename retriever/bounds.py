"""Bounds in a question: "under 50 EUR", 「1.5升以上」, "between 40 and 60 dB", as constraints on columns.

It knows comparisons and amounts; whether the question asks for products at all is `understanding`'s to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from index.database.filters import Condition
from index.database.vocabulary import NumericColumn, Vocabulary
from index.lexicon import pattern as words_of
from index.text.analysis import simplified
from index.text.currencies import sharing
from index.text.currencies import words as names_of
from index.text.identifiers import identifiers
from index.text.measures import column_unit
from index.text.quantities import Quantity, quantities
from index.text.spoken import in_figures
from index.text.units import unit as unit_called
from retriever.concepts import CONCEPTS, STOCK, Measured, alike, concept_of, measured_by, plain_name
from retriever.constraints import Constraint, Reading, measured_range, price_range
from retriever.values import BEFORE_SIZE, BEHIND_SIZE

AROUND = Decimal("0.15")
"""Share by which a value may differ from one that was asked for with "around", 「左右」."""

_BEFORE = tuple(
    (bound, strict, re.compile(rf"(?:{words_of('bounds', said).pattern})\s*(?:a |an |the |of |是|为|在|有)*\s*$"))
    for said, bound, strict in (
        ("at_most", "max", False),
        ("at_least", "min", False),
        ("below", "max", True),
        ("above", "min", True),
        ("about", "about", False),
        ("from", "min", False),
        ("exactly", "equal", False),
    )
)
_AFTER = tuple(
    (bound, False, re.compile(rf"\s*(?:{words_of('bounds', said).pattern})"))
    for said, bound in (("or_less", "max"), ("or_more", "min"), ("or_so", "about"))
)
_REFUSED = re.compile(rf"(?:{words_of('bounds', 'refused').pattern})\s*$")
_THAN = re.compile(r"比\s*(?:起)?\s*$")
_THAN_LESS = re.compile(r"(?:还|要)?(?:更)?(?:安静|静|低|小|轻|便宜|少|短|矮|窄)(?:一些|一点|些|点)?")
_THAN_MORE = re.compile(r"(?:还|要)?(?:更)?(?:高|大|重|贵|多|长|强|响|吵|宽)(?:一些|一点|些|点)?")
_BETWEEN = re.compile(r"(?:\bbetween|\bfrom|\bin the range(?: of)?|介于|从|在)\s*$")
_TO = re.compile(r"\s*(?:and|to|至|到|和|-|–|—|~)\s*")
_SIZES = words_of("sorting", "sizes")
_BETWEEN_END = re.compile(r"\s*(?:之间|区间|范围内?)")
_CLAUSE = re.compile(r"[,;.?!，。；、？！\n]\s|[，。；、？！\n]|\b(?:and|but|that|which)\b|,")
_PRICED = re.compile(
    r"\bpric(?:e|es|ed|ey)\b|\bcost(?:s|ing)?\b|\bcheaper\b|\bdearer\b|\bbudget\b|\bspend|价|预算|便宜|[更比]贵|花"
)
_SPENT = re.compile(r"\bbudget\b|\bspend(?:ing)?\b|预算|想花|花费")
"""An amount beside these is money, whatever column is called by another word of the clause."""
_STOCKED = re.compile(r"\bstock(?:ed)?\b|\bunits?\b|\bpieces\b|\bpcs\b|\bleft\b|库存|现货")
_ENDS = re.compile(
    r"\s*(?:$|[,;.?!)，。；、？！）:：]|(?:的|以|之|左右|上下|内|起|块|元)"
    r"|(?:and|with|that|which|but|please|for|in|or|not|no|is|are|by|except|excluding|without|available|total|each)\b)"
)
_BEFORE_BOUND = re.compile(r"(?:\s|is|are|of|at|with|an?|:|=|为|是|在|应|要|的)*")
_AFTER_BOUND = re.compile(r"(?:\s|of|in|的)*")
_COUNTED = re.compile(r"\s*(?:units?|pieces|pcs\.?|件|台|个|只|套)(?![a-z])")


@dataclass(frozen=True, slots=True)
class _Bounded:
    low: Quantity | None
    high: Quantity | None
    strict: bool
    about: bool
    start: int
    end: int
    compared: bool
    """Whether words compare it: a bare "16 GB" has none."""


def bounds(reading: Reading, vocabulary: Vocabulary) -> Iterator[Constraint]:
    """The constraints that the question's amounts are, each taken out of the reading."""
    for found in list(_bounded(reading)):
        if reading.free(found.start, found.end):
            yield from _constraint(reading, vocabulary, found)


def bare_prices(question: str) -> tuple[Constraint, ...]:
    """The bounds of a question that are no amounts of anything but money, as prices: "under 40", 「40以内」."""
    reading = Reading(in_figures(simplified(question)))
    found = []
    for one in _bounded(reading):
        amount = one.low or one.high
        if amount is None or not one.compared or one.about or _COUNTED.match(reading.lower, amount.end):
            continue
        if not amount.dimension or amount.dimension.startswith("money:"):
            low, high = (end.value if end is not None else None for end in (one.low, one.high))
            code = amount.dimension.removeprefix("money:") or None
            found.append(price_range(low, high, one.strict, code, amount.written, False))
    return tuple(found)


def compared_amounts(question: str) -> tuple[tuple[Quantity | None, Quantity | None, bool], ...]:
    """The amounts of a question that words compare, but for money: least, most, and whether these do not count."""
    found = _bounded(Reading(in_figures(simplified(question))))
    return tuple((one.low, one.high, one.strict) for one in found if one.compared and not _is_money(one))


def _is_money(found: _Bounded) -> bool:
    return any(end is not None and end.dimension.startswith("money:") for end in (found.low, found.high))


def _bounded(reading: Reading) -> Iterator[_Bounded]:
    amounts = [one for one in quantities(reading.text, bare=True) if not _of_a_name(reading, one)]
    at = 0
    while at < len(amounts):
        one = amounts[at]
        before, after = reading.lower[: one.start], reading.lower[one.end :]
        later = amounts[at + 1] if at + 1 < len(amounts) else None
        if later and later.dimension == one.dimension and _TO.fullmatch(reading.lower[one.end : later.start]):
            opened = _BETWEEN.search(before)
            closed = _BETWEEN_END.match(reading.lower, later.end)
            start, end = opened.start() if opened else one.start, closed.end() if closed else later.end
            low, high = sorted((one, later), key=lambda amount: amount.value)
            yield _Bounded(low, high, False, False, start, end, True)
            at += 2
            continue
        yield _single(one, before, after)
        at += 1


class _Said(NamedTuple):
    bound: str
    strict: bool
    match: re.Match[str]


def _single(one: Quantity, before: str, after: str) -> _Bounded:
    """One amount with the words that compare it."""
    start, end = one.start, one.end
    if than := _THAN.search(before):
        for pattern, most in ((_THAN_LESS, True), (_THAN_MORE, False)):
            if said := pattern.match(after):
                low, high = (None, one) if most else (one, None)
                return _Bounded(low, high, True, False, than.start(), end + said.end(), True)
    behind = next((_Said(b, s, match) for b, s, pattern in _AFTER if (match := pattern.match(after))), None)
    ahead = next((_Said(b, s, match) for b, s, pattern in _BEFORE if (match := pattern.search(before))), None)
    if behind:
        end += behind.match.end()
    if ahead:
        start = ahead.match.start()
    first = ahead or behind
    if ahead and behind and ahead.bound == "about":
        first = behind  # 大概3000元以下
    elif ahead and behind and behind.bound == "about" and "预算" in ahead.match[0]:
        first = behind  # 预算3000元左右
    bound, strict = (first.bound, first.strict) if first else ("equal", False)
    compared = first is not None
    if bound == "min" and _REFUSED.search(before[: min(start, one.start)]):
        bound, strict = "max", not strict  # "I can't spend more than 100"
    if bound == "max":
        return _Bounded(None, one, strict, False, start, end, compared)
    if bound == "min":
        return _Bounded(one, None, strict, False, start, end, compared)
    return _Bounded(one, one, False, bound == "about", start, end, compared)


def _of_a_name(reading: Reading, one: Quantity) -> bool:
    """Whether the digits belong to a model number or a word."""
    around = re.search(r"[a-z0-9_./-]*$", reading.lower[: one.start])
    token = (around[0] if around else "") + one.written.casefold()
    if around and around[0]:
        return re.search(r"[a-z]-?$", around[0]) is not None or bool(not one.dimension and identifiers(token))
    before = reading.lower[: one.start]
    compared = any(pattern.search(before) for bound, _, pattern in _BEFORE if bound in ("max", "min"))
    return not one.dimension and not compared and bool(identifiers(token))


def _constraint(reading: Reading, vocabulary: Vocabulary, found: _Bounded) -> Iterator[Constraint]:
    amount = found.high or found.low
    assert amount is not None
    first, last = _clause_of(reading.lower, found.start, found.end)
    clause = reading.lower[first:last]
    if amount.dimension.startswith("money:"):
        if found.compared and vocabulary.priced:
            yield from _priced(reading, vocabulary, found, amount.dimension.removeprefix("money:"))
    elif found.compared and vocabulary.priced and (coin := _coin(amount, vocabulary, clause)):
        bare = replace(found, low=found.low and _bare(found.low), high=found.high and _bare(found.high))
        yield from _priced(reading, vocabulary, bare, coin)
    elif amount.dimension:
        field = _field(vocabulary, amount.dimension, clause)
        if field is not None:
            yield _measured(reading, field, found, Decimal(1))
            _take_named(reading, field, first, last)
    elif not found.compared:
        if size := _size(reading.lower, found, vocabulary):
            column, start, end = size
            words = reading.take(start, end)
            low = (amount.value, amount.written)
            yield measured_range(
                Measured((column,), "", plain_name(column), plain_name(column)), low, low, False, words
            )
    elif vocabulary.stocked and _STOCKED.search(clause) and found.low is not None and found.high is None:
        counted = _COUNTED.match(reading.lower, found.end)
        yield _measured(reading, STOCK, replace(found, end=counted.end() if counted else found.end), Decimal(1))
        for match in _STOCKED.finditer(reading.lower, first, last):
            reading.take(*match.span())
    elif vocabulary.priced and _SPENT.search(clause):
        yield from _priced(reading, vocabulary, found, None)
    elif named := _named_column(vocabulary, reading.lower, found.start, found.end):
        yield _measured(reading, named[0], found, named[1])
        _take_named(reading, named[0], first, last)
    elif vocabulary.priced and (_PRICED.search(clause) or _is_amount(reading, found)):
        yield from _priced(reading, vocabulary, found, None)


def _coin(amount: Quantity, vocabulary: Vocabulary, clause: str) -> str | None:
    """The shop's own currency that a word of measure may mean ("under 20 pounds"), where nothing is said of weight."""
    word = _unit_of(amount)
    coin = next((code for code in vocabulary.currencies if word in names_of(code)), None)
    measured = [concept for concept in CONCEPTS if amount.dimension in concept.dimensions] if coin else []
    said = any(part.search(clause) for concept in measured for part in (concept.asked, concept.more, concept.less))
    return None if said else coin


def _unit_of(amount: Quantity) -> str:
    return re.sub(r"[\W\d_]+", " ", amount.written).strip().casefold()


def _bare(amount: Quantity) -> Quantity:
    """An amount as its number alone."""
    measured = unit_called(_unit_of(amount))
    return replace(amount, value=amount.value / measured.factor if measured else amount.value, dimension="")


def _size(text: str, found: _Bounded, vocabulary: Vocabulary) -> tuple[str, int, int] | None:
    """The column of sizes that a bare number is a value of, by the word before it or the sign behind ("size 40", 40码);
    and where both begin and end."""
    columns = [one.name for one in vocabulary.numeric if not one.dimension and _SIZES.search(one.name)]
    before, behind = BEFORE_SIZE.search(text[: found.start]), BEHIND_SIZE.match(text, found.end)
    if len(columns) != 1 or not (before or behind):
        return None
    return columns[0], before.start() if before else found.start, behind.end() if behind else found.end


def _take_named(reading: Reading, field: Measured, start: int, end: int) -> None:
    """Account for the words in a clause that name its field ("holds", "warranty", 噪音)."""
    text = reading.lower
    patterns = [concept.asked for concept in CONCEPTS if concept.en == field.en]
    patterns += [concept.more for concept in CONCEPTS if concept.en == field.en]
    patterns += [concept.less for concept in CONCEPTS if concept.en == field.en]
    patterns += [re.compile(rf"(?<![a-z]){re.escape(plain_name(name).casefold())}(?![a-z])") for name in field.names]
    for pattern in patterns:
        for match in pattern.finditer(text, start, end):
            if match[0] and reading.free(*match.span()):
                reading.take(*match.span())


def _is_amount(reading: Reading, found: _Bounded) -> bool:
    """Whether a bare number with a comparison is an amount of money: nothing is counted by it, and it is no year."""
    value = (found.high or found.low).value  # type: ignore[union-attr]
    year = 1990 <= value <= 2100 and re.search(
        r"\b(?:from|in|since|until|before|after)\s*$", reading.lower[: found.start + 5]
    )
    return bool(_ENDS.match(reading.lower, found.end)) and not year and value > 0


def _clause_of(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of the question around a span, up to the next comma or "and" on either side."""
    before = 0
    for mark in _CLAUSE.finditer(text, 0, start):
        before = mark.end()
    after = _CLAUSE.search(text, end)
    return before, after.start() if after else len(text)


def _field(vocabulary: Vocabulary, dimension: str, clause: str) -> Measured | None:
    """What an amount of a dimension is of: what its clause names, else what such an amount commonly is."""
    columns = vocabulary.columns(dimension)
    if not columns:
        return None
    named = [column for column in columns if _names(clause, column)]
    if named and (field := _of_one_concept(named, vocabulary)):
        return field
    hinted = [
        concept
        for concept in CONCEPTS
        if dimension in concept.dimensions
        and any(p.search(clause) for p in (concept.asked, concept.more, concept.less))
    ]
    for concept in hinted:
        if field := measured_by(concept, vocabulary, dimension):
            return field
    usual = next((concept for concept in CONCEPTS if dimension in concept.dimensions), None)
    if usual is not None and dimension != "length" and (field := measured_by(usual, vocabulary, dimension)):
        return field
    if dimension == "storage" and len(columns) > 1:
        return Measured(tuple(column.name for column in columns), dimension, "容量", "capacity")
    return alike(columns)


def _of_one_concept(columns: Sequence[NumericColumn], vocabulary: Vocabulary) -> Measured | None:
    concept = concept_of(columns[0])
    if concept is not None:
        return measured_by(concept, vocabulary, columns[0].dimension)
    return alike(columns[:1])


def _names(clause: str, column: NumericColumn) -> bool:
    """Whether a clause has the words of a column's header."""
    return bool(_header(column).search(clause))


@lru_cache(1024)
def _header(column: NumericColumn) -> re.Pattern[str]:
    said = plain_name(column.name).casefold()
    return re.compile(rf"(?<![a-z]){re.escape(said)}(?![a-z])" if len(said) > 1 else r"(?!)")


def _beside(text: str, start: int, end: int, name: re.Pattern[str]) -> bool:
    """Whether a property is named right before a bound ("power over 1000") or right after it ("over 1000 of power")."""
    return any(
        (match.end() <= start and _BEFORE_BOUND.fullmatch(text, match.end(), start))
        or (match.start() >= end and _AFTER_BOUND.fullmatch(text, end, match.start()))
        for match in name.finditer(text)
        if match[0]
    )


def _named_column(vocabulary: Vocabulary, text: str, start: int, end: int) -> tuple[Measured, Decimal] | None:
    """The property whose name stands beside a bare bound, and what a number in its columns' own unit is worth."""
    columns = [column for column in vocabulary.numeric if _beside(text, start, end, _header(column))]
    field = _of_one_concept(columns, vocabulary) if columns else None
    if field is None:
        hinted = (
            concept
            for concept in CONCEPTS
            if _beside(text, start, end, concept.asked)
            or any(pattern.search(text, start, end) for pattern in (concept.more, concept.less))
        )
        field = next((found for concept in hinted if (found := measured_by(concept, vocabulary))), None)
    if field is None:
        return None
    factors = {unit.factor if (unit := column_unit(name)) else None for name in field.names}
    factor = factors.pop()
    if factors or (factor is None and field.dimension):
        return None  # the columns are in different units: the number could be of any
    return field, factor or Decimal(1)


def _measured(reading: Reading, field: Measured, found: _Bounded, factor: Decimal) -> Constraint:
    words = reading.take(found.start, found.end)
    low, high = (None if bound is None else (bound.value * factor, bound.written) for bound in (found.low, found.high))
    if found.about and low:
        low, high = (low[0] * (1 - AROUND), low[1]), (low[0] * (1 + AROUND), low[1])
    return measured_range(field, low, high, found.strict, words, found.about)


def _priced(reading: Reading, vocabulary: Vocabulary, found: _Bounded, currency: str | None) -> Iterator[Constraint]:
    known = vocabulary.currencies
    if currency is not None and known and currency not in known and len(known) == 1:
        written = (found.high or found.low).written  # type: ignore[union-attr]
        (only,) = known
        if only in sharing(written):
            currency = only  # another country's dollars, or yuan
    words = reading.take(found.start, found.end)
    low, high = (None if bound is None else bound.value for bound in (found.low, found.high))
    if found.about and low is not None:
        low, high = low * (1 - AROUND), low * (1 + AROUND)
    yield price_range(low, high, found.strict, currency if known else None, words, found.about)
    if currency is not None and known:
        yield currency_is(currency, words)


def currency_is(currency: str, words: str) -> Constraint:
    """The constraint that a price is in a currency."""
    return Constraint(
        "currency", Condition("currency", (currency,)), words, f"以 {currency} 计价", f"priced in {currency}"
    )
