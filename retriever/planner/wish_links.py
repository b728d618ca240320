"""`met`: how the rows of one sheet meet a wish: each term of it as an exact test of the cells that say it.

A term counts in either language. What no cell says is open: it is told, and never dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.database.aggregates import Among
from index.database.filters import All, Condition, Either, Holding, Restriction, Worded
from index.database.sheets import MOST_KEPT, Column, Sheet
from index.lexicon import pattern
from index.text.analysis import is_chinese, simplified
from index.text.letters import fold
from retriever import phrases
from retriever.concepts import PRICE, plain_name
from retriever.constraints import Constraint
from retriever.planner.amount_links import MOST_CELLS, has_amount, left_over, of_amount
from retriever.planner.checked import AT_ONCE, asks_order
from retriever.planner.column_words import barest, cells_of, is_prose, stems_of, values_of, with_all, words_of
from retriever.planner.wishes import Term, Wish
from retriever.understood import Understood

SURE, NEAR, WEAK = 1.0, 0.7, 0.4
"""What a term counts that a short cell says whole; a product that the question is near to; a term that stands in prose
or is met by its last word alone."""
OF_PRODUCT = ("category", "name", "brand")
"""Columns that say what a product is."""
_PRICED = Condition("price", minimum=0.0)
_HAN = re.compile(r"[\u3400-\u9fff]")
_BESIDE_AMOUNT = re.compile(r"(?i)(?<=\d)\s*(?:max|min)(?:imum)?\b|\b(?:max|min)(?:imum)?\s*(?=[$€£¥]?\d)")
"""The most or least of an amount, which is a bound and no order."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_")


@dataclass(frozen=True, slots=True)
class Met:
    """What a sheet has of a wish: as a query, how well (`worth`), and whether all of the wish is in it."""

    understood: Understood
    worth: float
    whole: bool


@dataclass(frozen=True, slots=True)
class _Found:
    constraint: Constraint
    worth: float


def met(
    wish: Wish, question: str, sheet: Sheet, among: Among, bounds: Sequence[Constraint], *, otherwise: Constraint | None
) -> Met:
    """The wish over the products of a sheet (`among`). `bounds` are the constraints on amounts that rules read;
    `otherwise` is the kind that the question is near to, where no cell says what product is meant."""
    amounts = [one for one in bounds if _can_be_met(one, sheet, among)]
    said = " ".join(one.words for one in amounts)
    constraints: list[Constraint] = []
    left: list[str] = []
    worth, weak = 0.0, False
    called = _is_called(sheet, wish.product)
    product, narrower = (None, None) if called else _of_product(wish.product, sheet)
    if called:
        worth = SURE
    elif product is not None:
        worth = product.worth
        constraints.append(product.constraint)
    elif otherwise is not None:
        worth = NEAR
        constraints.append(otherwise)
    else:
        left.append(_shown(wish.product, question))
    having = (narrower, *wish.having) if narrower else wish.having
    for term, wanted in (*((one, True) for one in having), *((one, False) for one in wish.lacking)):
        if _is_spoken_for(term, said):
            continue
        found = _found(term, question, sheet)
        test = found and (found.constraint if wanted else _not(found.constraint))
        if found and test and among.where(*(one.test for one in constraints), test.test).any():
            constraints.append(test)
            worth += found.worth
            weak |= found.worth < SURE
        else:
            left.append(_shown(term, question))
    operation = phrases.ranked(fold(question))
    limit = phrases.first_ranked(fold(question)) if operation else None
    if operation and limit is None and pattern("questions", "sorts").search(fold(question)):
        limit = AT_ONCE
    constraints += amounts
    weak |= left_over(question, " ".join((*(one.words for one in constraints), str(limit or ""))))
    weak |= operation is None and _computes(question)
    weak |= operation is not None and not among.where(*(one.test for one in constraints), _PRICED).any()
    asks = operation or ("list" if constraints or called else None)
    understood = Understood(tuple(constraints), asks, PRICE if operation else None, limit=limit, left=", ".join(left))
    return Met(understood, worth, whole=not left and not weak and asks is not None)


def _computes(question: str) -> bool:
    """Whether a question asks for an order, or for an average."""
    plain = fold(_BESIDE_AMOUNT.sub(" ", question))
    return asks_order(plain) or phrases.AVERAGE.search(plain) is not None


def with_product(understood: Understood, wish: Wish, question: str, sheet: Sheet) -> Understood:
    """What was understood otherwise, with the product of a wish told as open where nothing in it says what product is
    meant: it is never dropped in silence."""
    if not understood or _is_called(sheet, wish.product) or any(one.field == "kind" for one in understood.constraints):
        return understood
    left = filter(None, (understood.left, _shown(wish.product, question)))
    return replace(understood, left=", ".join(left))


def _can_be_met(bound: Constraint, sheet: Sheet, among: Among) -> bool:
    """Whether the products of a sheet have what a bound is on."""
    priced = any(column.name == "price" for column in sheet.columns)
    return (bound.field == "price" and priced) or among.where(bound.test).any()


def _is_called(sheet: Sheet, product: Term) -> bool:
    """Whether all of a sheet is the product: its title says so, that one kind alone, and no category does."""
    title = stems_of(sheet.title)
    if "," in sheet.title or _in_cells(product.words, [one for one in sheet.columns if one.name == "category"]):
        return False
    return any((own := stems_of(word)) and own <= title for word in product.words)


def _is_spoken_for(term: Term, said: str) -> bool:
    """Whether a term says no more than a bound that was read, or what is cheap or dear."""
    amounts = [word for word in term.words if has_amount(word)]
    if amounts and not all(left_over(word, said) for word in amounts):
        return True
    return any(pattern("questions", "of_price").fullmatch(fold(word)) for word in term.words)


def _of_product(product: Term, sheet: Sheet) -> tuple[_Found | None, Term | None]:
    """The rows that say that they are the product; where none says it whole, by the last words of it, with the others
    as a property: an electric airer is an airer that is electric."""
    columns = [column for name in OF_PRODUCT for column in sheet.columns if column.name == name]
    if found := _in_cells(product.words, columns):
        return _Found(_as_kind(found), SURE), None
    for tail, narrower in _tails(product):
        if found := _in_cells((tail,), columns):
            return _Found(_as_kind(found), WEAK), narrower
    return None, None


def _as_kind(found: Constraint) -> Constraint:
    zh, en = f"品名或类别有“{found.words}”", f"‘{found.words}’ in name or category"
    return replace(found, field="kind", zh=zh, en=en)


def _tails(product: Term) -> Iterator[tuple[str, Term]]:
    """A product by ever fewer of its last words, or signs, two at least, and what stands before them."""
    words, signs = product.en.split(), product.zh
    for fewer in range(1, max(len(words), len(signs) - 1)):
        if fewer < len(words):
            yield " ".join(words[fewer:]), Term(" ".join(words[:fewer]), "")
        if fewer < len(signs) - 1 and _HAN.match(signs):
            yield signs[fewer:], Term("", signs[:fewer])


def _found(term: Term, question: str, sheet: Sheet) -> _Found | None:
    """The rows that meet a term: by the column that it names and its value there, by an amount, by what short cells
    say, by what prose says."""
    if found := _beside_header(term, sheet):
        return _Found(found, SURE)
    if any(map(has_amount, term.words)) and (found := of_amount(term.words, question, sheet)):
        return _Found(found, SURE)
    texts = [column for column in sheet.columns if column.sort in ("choice", "text")]
    prose = [column for column in texts if is_prose(column)]
    if found := _in_cells(term.words, [column for column in texts if column not in prose]):
        return _Found(found, SURE)
    if found := _in_cells(term.words, prose):
        return _Found(found, WEAK)
    return None


def _in_cells(words: Sequence[str], columns: Sequence[Column]) -> Constraint | None:
    """That a cell of one of some columns has all of one of `words`; a value that is no more than that counts alone."""
    tests: list[Restriction] = []
    shown: dict[str, None] = {}
    labels: dict[str, None] = {}
    for column in columns:
        found = {word: cells for word in words if (cells := _having(column, word))}
        if not found or (column.sort == "choice" and _is_all(column, found)):
            continue
        for word, cells in found.items():
            tests.append(_test(column, word, cells))
            shown[word] = None
        labels[plain_name(column.header)] = None
    if not tests:
        return None
    said = " / ".join(shown)
    label = " / ".join(list(labels)[:2])
    test = tests[0] if len(tests) == 1 else Either(tuple(tests))
    return Constraint("feature", test, said, f"{label}有“{said}”", f"‘{said}’ in {label}")


def _is_all(column: Column, found: dict[str, tuple[str, ...]]) -> bool:
    """Whether all cells of a column of several values say it: it tells no row from another."""
    said = {cell for cells in found.values() for cell in cells}
    return len(column.choices) > 1 and said == set(cells_of(column, values_of(column)))


def _test(column: Column, word: str, cells: tuple[str, ...]) -> Restriction:
    known = column.sort == "choice" or len(column.texts) < MOST_KEPT
    if known and len(cells) <= MOST_CELLS and column.name not in ("name", "sku"):
        return Condition(column.name, cells)
    if _HAN.search(word):
        forms: list[tuple[str, ...]] = [(fold(simplified(word)),)]
    else:
        forms = [words_of(column)[stem].forms for stem in stems_of(word)]
    if column.name in OF_PRODUCT or column.name == "sku":
        return All(tuple(Worded(column.name, some) for some in forms))
    return All(tuple(Either(tuple(Holding(column.name, form) for form in some)) for some in forms))


def _having(column: Column, word: str) -> tuple[str, ...]:
    """The cells of a column that have all of a word or phrase; of choices those alone that are no more than it, where
    there are some."""
    plain, own = fold(simplified(word)), stems_of(word)
    if not own and not _HAN.search(plain):
        return ()
    if _HAN.search(plain):
        if len(plain) < 2:
            return ()
        values = [value for value in values_of(column) if plain in fold(simplified(value))]
    else:
        values = with_all(column, own)
    if column.sort != "choice":
        return cells_of(column, values)
    exact = barest([value for value in values if fold(simplified(value)) == plain or stems_of(value) == own])
    return cells_of(column, exact or values)


def _beside_header(term: Term, sheet: Sheet) -> Constraint | None:
    """A column that a term names, with the rest of the term as its value: "stiff flex" over flexRating."""
    for column in sheet.columns:
        if column.sort not in ("choice", "text") or column.name in OF_PRODUCT:
            continue
        for word in term.words:
            found = _beside(plain_name(column.header), word, column)
            cells = cells_of(column, found)
            if 0 < len(cells) <= MOST_CELLS:
                label, value = plain_name(column.header), " / ".join(found[:2])
                test = Condition(column.name, cells)
                return Constraint(column.name, test, word, f"{label}为“{value}”", f"{label} ‘{value}’")
    return None


def _beside(header: str, word: str, column: Column) -> list[str]:
    """The values of a column that have what a term says beside the column's header; those alone that are no more."""
    plain, own = fold(simplified(header)), fold(simplified(word))
    if _HAN.search(plain):
        rest = own.replace(plain, "").removesuffix("的") if plain in own else ""
        found = [value for value in values_of(column) if rest and rest in fold(simplified(value))]
        return barest([value for value in found if fold(simplified(value)) == rest]) or found
    stems = stems_of(word) - stems_of(_CAMEL.sub(" ", header))
    found = with_all(column, stems) if stems != stems_of(word) else []
    return barest([value for value in found if stems_of(value) == stems]) or found


def _not(constraint: Constraint) -> Constraint:
    return replace(
        constraint,
        test=Either((constraint.test,), negated=True),
        zh=f"没有：{constraint.zh}",
        en=f"not {constraint.en}",
    )


def _shown(term: Term, question: str) -> str:
    """A term in the question's language."""
    return (term.zh if is_chinese(question) else term.en) or term.en or term.zh
