"""`fitted`: what was understood of a wish, fitted to the rows of one sheet: conditions that no row can meet go, those
that were said and that the query left out come in, and what is left open is said to be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.database.aggregates import Among
from index.database.filters import All, Condition, Holding, Restriction, Worded
from index.database.sheets import Sheet
from index.lexicon import pattern
from index.text.analysis import simplified, terms
from index.text.letters import fold
from retriever.bounds import bare_prices
from retriever.constraints import Constraint
from retriever.planner.checked import has_word
from retriever.planner.linked import Link
from retriever.understood import Understood


def fitted(
    found: Understood,
    question: str,
    sheet: Sheet,
    among: Among,
    *,
    named: Sequence[Constraint] = (),
    said: Sequence[Constraint] = (),
) -> Understood:
    """What is asked of the products of a sheet (`among`). `named` are the kinds that the question names for sure,
    `said` the conditions that the parser read in it."""
    found = _in_names(_met_somewhere(_priced(found, question, said, sheet), named, among, sheet), question, among)
    return _as_said(found, question, among)


def with_said_words(understood: Understood, question: str, links: Sequence[Link], among: Among) -> Understood:
    """What was understood, with the words of the question itself that stand in names, as far as some row has all: "a
    sleeping bag for kids" is one with "Kids" in its name. Those behind a "no" or "without" must not stand there."""
    if not understood or understood.operation not in (None, "list", "count", "cheapest", "dearest", "most", "least"):
        return understood
    said, constraints = fold(simplified(question)), list(understood.constraints)
    for column, word in links:
        plain = fold(simplified(word))
        used = " ".join(fold(simplified(f"{one.words} {one.en}")) for one in constraints)
        at = said.find(plain)
        if column.name != "name" or at < 0 or plain in used:
            continue
        unwanted = pattern("questions", "unwanted").search(said[:at]) is not None
        one = _in_name(word, has_word("name", fold(word), negated=unwanted), negated=unwanted)
        if among.where(*(other.test for other in (*constraints, one))).any():
            constraints.append(one)
    return replace(understood, constraints=tuple(constraints))


def _in_name(words: str, test: Restriction, *, negated: bool = False) -> Constraint:
    """That words stand in a name, or not."""
    zh, en = ("没有", "not ") if negated else ("有", "")
    return Constraint("kind", test, words, f"品名{zh}“{words}”", f"{en}‘{words}’ in the name")


def _met_somewhere(found: Understood, named: Sequence[Constraint], among: Among, sheet: Sheet) -> Understood:
    """What was understood, less the words that cannot be met in a sheet and say nothing of its rows: what the sheet is
    called; words that no row has, which are left open, unless they are all that is said of the kind; and a kind under
    which none of what else is asked is.
    """
    title, constraints, left = set(terms(sheet.title)), list(found.constraints), [found.left] if found.left else []
    for one in found.constraints:
        if one in named or not one.words or not isinstance(one.test, (Holding, All)):
            continue
        if one.field == "kind" and set(terms(one.words)) <= title:
            constraints.remove(one)
        elif not among.where(one.test).any():
            fewer, missing = _met(one, among)
            more_kinds = any(other.field == "kind" for other in constraints if other is not one)
            if fewer is not None or more_kinds or one.field != "kind":
                at = constraints.index(one)
                constraints[at : at + 1] = [fewer] if fewer is not None else []
                left.append(missing)
    others = [one for one in constraints if one not in named]
    tests, kept = (tuple(one.test for one in some) for some in (constraints, others))
    if len(others) < len(constraints) and not among.where(*tests).any() and among.where(*kept).any():
        constraints = others
    return replace(found, constraints=tuple(constraints), left=", ".join(left))


def _priced(understood: Understood, question: str, said: Sequence[Constraint], sheet: Sheet) -> Understood:
    """What was understood, with the bounds of the price that were said, where a query has none."""
    has_prices = any(column.name == "price" for column in sheet.columns)
    if not has_prices or not understood or any(one.field == "price" for one in understood.constraints):
        return understood
    prices = [one for one in said if one.field in ("price", "currency")]
    if not prices:  # a bare number that no other column was compared with
        used = " ".join(one.words for one in understood.constraints)
        prices = [one for one in bare_prices(question) if one.words not in used]
    words = " ".join(one.words for one in prices)
    left = [amount for amount in filter(None, understood.left.split(", ")) if amount not in words]
    others = [one for one in understood.constraints if not (_is_bound(one) and one.words and one.words in words)]
    return replace(understood, constraints=(*others, *prices), left=", ".join(left))


def _is_bound(one: Constraint) -> bool:
    """Whether a constraint is on an amount: one of money cannot be of another column."""
    return isinstance(one.test, Condition) and one.test.values is None


def _as_said(understood: Understood, question: str, among: Among) -> Understood:
    """What was understood, less the words that are only a dictionary's for what was said, where no row has all."""
    said = fold(simplified(question))
    own = [
        one
        for one in understood.constraints
        if not isinstance(one.test, Holding | All) or not one.words or fold(simplified(one.words)) in said
    ]
    tests, kept = (tuple(one.test for one in some) for some in (understood.constraints, own))
    if len(own) == len(understood.constraints) or not own or among.where(*tests).any() or not among.where(*kept).any():
        return understood
    return replace(understood, constraints=tuple(own))


def _in_names(understood: Understood, question: str, among: Among) -> Understood:
    """What was understood, with the numbers that no column has looked for in names, where some has one with the word
    after it: "12 strings" in "12-string guitar"."""
    constraints, left = list(understood.constraints), []
    for written in filter(None, understood.left.split(", ")):
        said = re.search(rf"(?<![\d.]){re.escape(written)}[\s-]*([^\W\d_]+)", fold(question))
        word = said[1] if said is not None and written.isdigit() else ""
        test = All((Worded("name", (written,)), has_word("name", word)))
        if word and among.where(test).any():
            constraints.append(_in_name(f"{written} {word}", test))
        else:
            left.append(written)
    return replace(understood, constraints=tuple(constraints), left=", ".join(left))


def _met(constraint: Constraint, among: Among) -> tuple[Constraint | None, str]:
    """A constraint on several words with those alone that some row has, None where none has any, and the others."""
    tests = constraint.test.tests if isinstance(constraint.test, All) else ()
    words = constraint.words.split()
    if len(words) != len(tests):
        return None, constraint.words
    had = [among.where(test).any() for test in tests]
    kept = " ".join(word for word, is_had in zip(words, had, strict=True) if is_had)
    missing = " ".join(word for word, is_had in zip(words, had, strict=True) if not is_had)
    if not kept:
        return None, missing
    zh, en = (told.replace(constraint.words, kept) for told in (constraint.zh, constraint.en))
    test = All(tuple(test for test, is_had in zip(tests, had, strict=True) if is_had))
    return replace(constraint, test=test, words=kept, zh=zh, en=en), missing
