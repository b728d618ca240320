"""`checked`: a query that a model wrote, slot by slot against the customer's words and the sheet, as `Understood`.

A number that the customer did not say is no condition of his; an amount that he did say and no condition has is said to
be open. What is left is exact tests, which the database meets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from index.database.filters import All, Condition, Either, Holding, Restriction, Within, Worded
from index.database.sheets import Column, Sheet
from index.database.vocabulary import Vocabulary
from index.embedding.embedder import Embedder
from index.lexicon import pattern
from index.text.analysis import simplified
from index.text.letters import fold
from index.text.naming import forms
from index.text.quantities import Quantity, quantities
from index.text.spoken import in_figures
from retriever.concepts import PRICE, STOCK, Measured, plain_name
from retriever.constraints import Constraint, Reading, measured_range, price_range
from retriever.kinds import kinds, wanted_kinds
from retriever.planner.amounts import factor, is_named, is_said, unit_shown
from retriever.planner.heard import Heard, denies
from retriever.planner.query import Comparison, Query
from retriever.translation import Dictionary
from retriever.understood import NOTHING, Operation, Understood

MANY = 3
"""Alternatives of one condition from which on each must have been said."""
_WORDS = re.compile(r"[a-zà-ÿ0-9]+|[\u3400-\u9fff]+")
_SAID_BY_ROLE = frozenset(("name", "sku", "brand", "category", "price", "stock"))
"""Roles of columns that are spoken of without a condition on them: "which products", "what brand"."""
_FOLDED = frozenset(("name", "brand", "category", "sku"))
SHOWN = 3
"""Values of one condition that are named in a reply."""
AT_ONCE = 10
"""Rows that are told in an order that was asked for, where no number of them was."""


def checked(
    query: Query,
    question: str,
    sheet: Sheet,
    embedder: Embedder,
    named: Sequence[Constraint] = (),
    *,
    whole: bool,
    dictionary: Dictionary | None = None,
) -> Understood:
    """What a query asks of the catalogue; `NOTHING` where no slot of it holds. The kinds of product that the question
    `named` for sure are meant, though the query left them out.

    `whole`: whether the sheet has all products there are, so that it needs no mention. `dictionary`: what words are
    called in the other language.
    """
    said = quantities(in_figures(simplified(question)), bare=True)
    heard = Heard(question, embedder, dictionary)
    where = [kept for tests in _of_budgets(query.where) if (kept := _heard(tests, heard))]
    made = [one for tests in where if (one := _constraint(tests, said, heard)) is not None]
    used = {id(amount) for one, amounts in made for amount in amounts}
    constraints = [one for one, _ in made]
    if query.where and not made and not named:
        return NOTHING
    left = [
        amount.written for amount in said if id(amount) not in used and not is_named(amount, query, where, question)
    ]
    left += _unheard(query, sheet, heard)
    order = _order(query, sheet, heard) if asks_order(question) else None
    operation, field, limit = _operation(replace(query, order=order))
    if operation == "list" and not constraints:
        return NOTHING
    told = {fold(one.words) for one in constraints if one.field == "kind"}
    constraints += [one for one in named if fold(one.words) not in told]
    if not whole:
        constraints.append(of_sheet(sheet))
    values_of = query.columns[0].name if query.wanted == "values" and query.columns else None
    return Understood(
        tuple(constraints),
        operation,
        field,
        values_of if values_of in ("brand", "category") else None,  # type: ignore[arg-type]
        asked=tuple(_measured(column) for column in query.columns if column.name not in _FOLDED),
        limit=limit,
        left=", ".join(left) if len(left) <= 2 else "",
    )


def of_sheet(sheet: Sheet) -> Constraint:
    """That a row stands in a sheet."""
    return Constraint("sheet", Within(sheet.places), "", sheet.title, sheet.title)


def _heard(tests: tuple[Comparison, ...], heard: Heard) -> tuple[Comparison, ...]:
    """The alternatives of a condition that the customer may have meant: of three and more those alone that he said, as
    a model that lists whatever there is has heard nothing of it."""
    held = tuple(filter(heard.holds, tests))
    if len(tests) >= MANY:
        held = tuple(filter(heard.is_said, held))
    first = tests[0]
    if heard.names(first.column) and first.operator == "=" and not any(map(heard.is_said, tests)):
        return tuple(Comparison(first.column, "=", one) for one in first.column.choices if not denies(one))
    return held


def _of_budgets(where: Sequence[tuple[Comparison, ...]]) -> list[tuple[Comparison, ...]]:
    """The tests without a least price that is the highest, too: who has a budget pays less as well."""
    highest = {test.value for tests in where for test in tests if test.column.name == "price" and test.operator == "<="}

    def is_least(tests: tuple[Comparison, ...]) -> bool:
        return all(t.column.name == "price" and t.operator == ">=" and t.value in highest for t in tests)

    return [tests for tests in where if not is_least(tests)]


def named_kinds(question: str, vocabulary: Vocabulary) -> tuple[Constraint, ...]:
    """The kinds of product that a question names for sure."""
    reading = Reading(question)
    for amount in quantities(reading.text):
        reading.take(amount.start, amount.end)  # 700刀 are dollars, and no knives
    plain = [replace(kind, described=()) for kind in kinds(reading, vocabulary)]
    return wanted_kinds(plain, reading) or ()


def _unheard(query: Query, sheet: Sheet, heard: Heard) -> list[str]:
    """The columns that the customer names and that a query says nothing of: what he wants of them is open."""
    used = {test.column for tests in query.where for test in tests} | {*query.columns, query.order}
    free = (column for column in sheet.columns if column not in used and column.role not in _SAID_BY_ROLE)
    return [name for column in free if heard.says_all(name := plain_name(column.header))]


def asks_order(question: str) -> bool:
    """Whether a question speaks of an order among products: a superlative, or how they are to be sorted."""
    return pattern("questions", "ordered").search(fold(question)) is not None


def _order(query: Query, sheet: Sheet, heard: Heard) -> Column | None:
    """What rows are ordered by: the one column of numbers whose header the customer said, where he did not say that of
    the query's; an order by price is said in many words."""
    if query.order is None or query.order.name == "price" or heard.says_all(query.order.header):
        return query.order
    said = [column for column in sheet.columns if column.sort == "number" and heard.says_all(column.header)]
    return said[0] if len(said) == 1 else query.order


def _operation(query: Query) -> tuple[Operation, Measured | None, int | None]:
    if query.wanted == "count":
        return "count", None, None
    if query.wanted == "average":
        return "average", _measured(query.columns[0]), None
    if query.order is None:
        return "list", None, None
    limit = query.limit or AT_ONCE
    field = _measured(query.order)
    if field == PRICE:
        return ("dearest" if query.descending else "cheapest"), field, None if limit == 1 else limit
    return ("most" if query.descending else "least"), field, None if limit == 1 else limit


def _measured(column: Column) -> Measured:
    if column.name == "price":
        return PRICE
    if column.name == "stock":
        return STOCK
    label = plain_name(column.header)
    return Measured((column.name,), column.dimension, label, label)


def _constraint(
    tests: Sequence[Comparison], said: Sequence[Quantity], heard: Heard
) -> tuple[Constraint, list[Quantity]] | None:
    """What one of some tests must meet, and the amounts of the question in it; None where the customer said no such."""
    made = [one for test in tests if (one := _one(test, said, heard)) is not None]
    if not made:
        return None
    amounts = [amount for _, amount in made if amount is not None]
    constraints = [one for one, _ in made]
    if len(constraints) == 1:
        return constraints[0], amounts
    zh, en = " 或 ".join(one.zh for one in constraints), " or ".join(one.en for one in constraints)
    test = Either(tuple(one.test for one in constraints))
    return replace(constraints[0], test=test, zh=zh, en=en), amounts


def _one(test: Comparison, said: Sequence[Quantity], heard: Heard) -> tuple[Constraint, Quantity | None] | None:
    if isinstance(test.value, Decimal):
        return _bounded(test, test.value, said)
    return _worded(test, test.value, heard), None


def _bounded(test: Comparison, value: Decimal, said: Sequence[Quantity]) -> tuple[Constraint, Quantity | None] | None:
    column, field = test.column, _measured(test.column)
    amount = next((one for one in said if is_said(one, value, column)), None)
    if amount is None:
        if value == 0 and column.name == "stock":  # in stock, or not
            return _stock(test), None
        return None
    base = amount.value if column.dimension or column.name == "price" else value
    if column.dimension and not amount.dimension:
        base = value * factor(column)
    if test.operator == "!=":
        exact = Condition(
            column.name, minimum=float(base), maximum=float(base), dimension=column.dimension, negated=True
        )
        label = plain_name(column.header)
        return Constraint(column.name, exact, amount.written, f"{label} 不为 {value}", f"{label} not {value}"), amount
    low = base if test.operator in (">", ">=", "=") else None
    high = base if test.operator in ("<", "<=", "=") else None
    strict = test.operator in ("<", ">")
    if column.name == "price":
        code = amount.dimension.removeprefix("money:") or column.unit
        return price_range(low, high, strict, code or None, amount.written, False), amount
    written = amount.written if amount.dimension or not column.dimension else f"{amount.written} {unit_shown(column)}"
    bound = measured_range(
        field,
        None if low is None else (low, written.strip()),
        None if high is None else (high, written.strip()),
        strict,
        amount.written,
    )
    return bound, amount


def _stock(test: Comparison) -> Constraint:
    none = test.operator in ("=", "<=", "<")
    condition = Condition("stock", maximum=0.0) if none else Condition("stock", minimum=0.0, strict=True)
    return Constraint("stock", condition, "", *(("缺货", "out of stock") if none else ("有货", "in stock")))


def _worded(test: Comparison, value: str, heard: Heard) -> Constraint:
    column, label = test.column, plain_name(test.column.header)
    no = test.operator in ("!=", "lacks")
    restriction: Restriction
    if test.operator == "=" and column.name == "name":
        return Constraint("kind", Condition("name", (value,)), value, value, value)
    if column.sort == "truth":
        restriction = Condition(column.name, ((value == "yes") != no,))
        wanted = (value == "yes") != no
        return Constraint(
            column.name,
            restriction,
            "",
            f"{label}：{'是' if wanted else '否'}",
            f"{label}: {'yes' if wanted else 'no'}",
        )
    if column.sort == "choice":
        meant = [value] if no else heard.meant(column, value)
        cells = tuple(dict.fromkeys(cell for one in meant for cell in column.choices.get(one, (one,))))
        restriction = Condition(column.name, cells, negated=no)
        value = " / ".join(meant[:SHOWN]) + (" …" if len(meant) > SHOWN else "")
    else:
        restriction = _having(column.name, value)
        restriction = Either((restriction,), negated=True) if no else restriction
    field = "kind" if column.name in ("name", "category") and not no else column.name
    return Constraint(
        field,
        restriction,
        value,
        f"{label}{'不为' if no else '为'}“{value}”",
        f"{label} {'not ' if no else ''}‘{value}’",
    )


def _having(name: str, value: str) -> Restriction:
    """That a text has all the words of a value."""
    if name not in _FOLDED:
        return Holding(name, value)
    said = _WORDS.findall(fold(value))
    return All(tuple(has_word(name, word) for word in said))


def has_word(name: str, word: str, *, negated: bool = False) -> Worded:
    """That a folded column has a word, in one of its forms where it is in Latin letters."""
    return Worded(name, forms(word) if word.isascii() else (word,), negated=negated)
