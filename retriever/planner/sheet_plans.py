"""`SheetPlans`: a part of a message as a checked query over one sheet of a collection: which sheet, which names, which
of what the model wrote holds. It computes nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine

from engine.engine import Caller
from index.arrays import Floats
from index.database.aggregates import Among
from index.database.filters import All, Condition, Holding, Within, Worded
from index.database.sheets import Sheet, read_sheets
from index.database.store import Store
from index.database.view import View
from index.embedding.embedder import Embedder
from index.text.analysis import is_chinese, simplified, terms
from index.text.letters import fold
from index.text.naming import forms
from retriever.by_generation import ByGeneration
from retriever.concepts import plain_name
from retriever.constraints import Constraint
from retriever.current import Serving
from retriever.passage import Passage
from retriever.planner.checked import checked, named_kinds
from retriever.planner.linked import linked, needs_other_words
from retriever.planner.plan import PlannedPart
from retriever.planner.planner import Planner
from retriever.translation import Dictionary, Group
from retriever.understanding import understand
from retriever.understood import NOTHING, Understood

NEAR = 8
"""Names of products that a model is shown beside a question."""
KINDS, IN_SHORT = 8, 100
"""Kinds of a sheet that stand beside its name where sheets are told apart, and characters of each thing said of it."""
NEARNESS, MEANT, SHARED = 10.0, 5.0, 0.5
"""What a difference of cosines counts beside the share of passages (0.03 between sheets is a lot), that a sheet's
document is named, and the most words shared with any sheet. Of 57 wishes over sheets of five shops the first choice is
right for 50, one of the first two for 56."""
WARMED = 12
"""Sheets that a model reads ahead: some five seconds of work and 15 MB of keys and values each."""
MOST_SHEETS = 40
"""Sheets of which each is looked at for the kind of product that a question names."""


class Sought(Protocol):
    """What a search found: passages, best first, and the documents (their paths) that the question names."""

    @property
    def passages(self) -> tuple[Passage, ...]: ...

    @property
    def meant(self) -> frozenset[str]: ...


class SheetPlans:
    """Safe for many threads."""

    def __init__(self, store: Store, embedder: Embedder, dictionary: Dictionary | None = None) -> None:
        self._store, self._embedder, self._dictionary = store, embedder, dictionary
        self._sheets = ByGeneration(store.engine, self._read)

    def _read(self, engine: Engine, collection_id: int, generation: int) -> _Described:
        """The sheets of a collection, and what is said of each as a vector: made once for a generation."""
        sheets = read_sheets(engine, collection_id, generation)
        said = [_in_short(sheet) for sheet in sheets]
        chinese = np.array([is_chinese(one) for one in said])
        return _Described(sheets, self._embedder.embed_passages(said), chinese, tuple(map(_words, sheets)))

    def warm(self, planner: Planner, language: str, serving: Serving, caller: Caller) -> None:
        """Have a model read the largest sheets before anybody asks."""
        sheets = self._sheets.of(serving.entry.id, serving.manifest.generation).sheets
        planner.warm(sheets[:WARMED], language, caller=caller)

    def understood(
        self,
        part: PlannedPart,
        found: Sought,
        planner: Planner,
        serving: Serving,
        view: View,
        caller: Caller,
        rank: int = 0,
    ) -> Understood:
        """What the part asks of one sheet, the likeliest one where `rank` is 0, of which it asks something; `NOTHING`
        where there is none, or the model fails, or nothing of its query holds."""
        vocabulary, collection = serving.facts.vocabulary, serving.entry.id
        described = self._sheets.of(collection, view.generation)
        named = named_kinds(part.text, vocabulary)
        counts = np.zeros(len(described.sheets), np.float32)
        if named and len(counts) <= MOST_SHEETS:
            among = Among(self._store.engine, collection, view, tuple(one.test for one in named))
            counts += [among.where(Within(sheet.places)).found().count for sheet in described.sheets]
        likeliest = np.argsort(-self._likelihoods(described, part, found, counts), kind="stable")
        if rank >= len(likeliest):
            return NOTHING
        sheet = described.sheets[likeliest[rank]]
        named = named if counts[likeliest[rank]] else self._kinds_in(sheet, part.text)
        query = planner.query(
            part.text,
            sheet,
            _names_near(sheet, found.passages),
            linked(part.text, sheet, self._dictionary),
            free=needs_other_words(part.text, sheet),
            caller=caller,
        )
        if query is None:
            return NOTHING
        whole = len(described.sheets) == 1
        understood = checked(query, part.text, sheet, self._embedder, named, whole=whole, dictionary=self._dictionary)
        among = Among(self._store.engine, collection, view, (Within(sheet.places),))
        understood = _priced(understood, understand(part.text, vocabulary).constraints, sheet)
        understood = _in_names(_fitting(understood, named, among, sheet), part.text, among)
        understood = _as_said(understood, part.text, among)
        widened = (replace(one, test=vocabulary.widened(one.test)) for one in understood.constraints)
        return replace(understood, constraints=tuple(widened))

    def _kinds_in(self, sheet: Sheet, question: str) -> tuple[Constraint, ...]:
        """The kinds of a sheet that a question names in the other language, as the dictionary has them."""
        groups = self._dictionary.groups(question) if self._dictionary is not None else ()
        said = {frozenset(rendering) for group in groups for rendering in group}
        meant = {
            (column, kind): cells
            for column in sheet.columns
            if column.name == "category" and len(column.choices) > 1
            for kind, cells in column.choices.items()
            if frozenset(terms(fold(simplified(kind.rpartition(" > ")[2])))) in said
        }
        if not meant:
            return ()
        words = ", ".join(kind for _, kind in meant)
        cells = tuple(dict.fromkeys(cell for some in meant.values() for cell in some))
        label = plain_name(next(iter(meant))[0].header)
        test = Condition("category", cells)
        return (Constraint("kind", test, words, f"{label}为“{words}”", f"{label} ‘{words}’"),)

    def _likelihoods(self, described: _Described, part: PlannedPart, found: Sought, counts: Floats) -> Floats:
        """(n sheets,) how likely each is meant: the first passages that stand in it, its nearness by what is said of
        it, rare words that it shares with the question in either language, the products of the kind that is named
        (`counts`), and whether its document is named. Nearness counts beside that of other sheets in its script: a
        question is nearer to all that is in its own."""
        sheets = described.sheets
        cosines = described.vectors @ self._embedder.embed_queries([part.text])[0]
        for script in (described.chinese, ~described.chinese):
            cosines[script] -= cosines[script].mean() if script.any() else 0.0
        groups = self._dictionary.groups(part.text) if self._dictionary is not None else ()
        shared = described.shared(set(terms(fold(simplified(part.text)))), groups)
        own = np.array([any(path in found.meant for path, _ in sheet.sources) for sheet in sheets], np.float32)
        likelihoods = _votes(sheets, found.passages) + NEARNESS * cosines + MEANT * own
        likelihoods += SHARED * shared / max(float(shared.max()), 1e-9) + counts / max(float(counts.sum()), 1.0)
        return np.asarray(likelihoods, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Described:
    """Sheets, what is said of each (`_in_short`) as a vector (n sheets, dimensions), whether it is Chinese, and the
    words of its headers and values."""

    sheets: tuple[Sheet, ...]
    vectors: Floats
    chinese: npt.NDArray[np.bool_]

    words: tuple[frozenset[str], ...]

    def shared(self, said: Set[str], groups: Sequence[Group]) -> Floats:
        """(n sheets,) what each has of some words, and of what they are called in the other language: rare ones count
        more (inverse document frequency)."""
        common = Counter(word for words in self.words for word in words)

        def worth(words: Iterable[str]) -> float:
            return sum(math.log(len(self.words) / common[word]) for word in words)

        found = np.zeros(len(self.words), np.float32)
        for at, words in enumerate(self.words):
            found[at] = worth(said & words)
            for group in groups:
                had = (one for one in group if words.issuperset(one))
                found[at] += max((worth(one) / len(one) for one in had if one), default=0.0)
        return found


def _fitting(found: Understood, named: Sequence[Constraint], among: Among, sheet: Sheet) -> Understood:
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


def _priced(understood: Understood, said: Sequence[Constraint], sheet: Sheet) -> Understood:
    """What was understood, with the bounds of the price that the parser read, where a query has none."""
    prices = [one for one in said if one.field in ("price", "currency")]
    has_prices = any(column.name == "price" for column in sheet.columns)
    if not has_prices or not understood or any(one.field == "price" for one in understood.constraints):
        return understood
    words = " ".join(one.words for one in prices)
    left = [amount for amount in filter(None, understood.left.split(", ")) if amount not in words]
    return replace(understood, constraints=(*understood.constraints, *prices), left=", ".join(left))


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
        test = All((Worded("name", (written,)), Worded("name", forms(word) if word.isascii() else (word,))))
        if word and among.where(test).any():
            words = f"{written} {word}"
            constraints.append(Constraint("kind", test, words, f"品名有“{words}”", f"‘{words}’ in the name"))
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


def _votes(sheets: Sequence[Sheet], passages: Sequence[Passage]) -> Floats:
    """(n sheets,) which share of the first passages of any sheet stands in each, better ones counting more."""
    votes = np.zeros(len(sheets), np.float32)
    for rank, passage in enumerate(passages, 1):
        place = (passage.chunk.document, passage.chunk.locator.sheet)
        votes += np.array([place in sheet.sources for sheet in sheets], np.float32) / (2 + rank)
    return votes / max(float(votes.sum()), 1e-9)


def _in_short(sheet: Sheet) -> str:
    """What a sheet is called, its kinds, its columns, and what its first products are called."""
    kinds = next((list(one.choices)[:KINDS] for one in sheet.columns if one.name == "category"), [])
    own = next((one for one in sheet.columns if one.name in ("name", "sku")), sheet.columns[0])
    said = [", ".join(kinds), ", ".join(one.header for one in sheet.columns), *list(own.choices)[:2]]
    return " | ".join(" ".join(one.split())[:IN_SHORT] for one in (sheet.title, *said) if one)


def _words(sheet: Sheet) -> frozenset[str]:
    said = (text for column in sheet.columns for text in (column.header, *column.choices))
    return frozenset(terms(fold(simplified("\n".join((sheet.title, *said))))))


def _names_near(sheet: Sheet, passages: Sequence[Passage]) -> list[str]:
    """What the rows of a sheet that were found are called, the nearest first."""
    chunks = [passage.chunk for passage in passages if passage.chunk.attributes.get("name")]
    own = [chunk for chunk in chunks if (chunk.document, chunk.locator.sheet) in sheet.sources]
    return list(dict.fromkeys(str(chunk.attributes["name"]) for chunk in own))[:NEAR]
