"""`SheetPlans`: a part of a message as a checked query over one sheet of a collection: which sheet, which names, which
of what the model wrote holds. It computes nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine

from engine.engine import Caller
from index.arrays import Floats
from index.database.aggregates import Among
from index.database.filters import Condition, Within
from index.database.sheets import MOST_KEPT, Sheet, read_sheets
from index.database.store import Store
from index.database.view import View
from index.embedding.embedder import Embedder
from index.text.analysis import is_chinese, simplified, terms
from index.text.letters import fold
from retriever import phrases
from retriever.by_generation import ByGeneration
from retriever.concepts import PRICE, plain_name
from retriever.constraints import Constraint
from retriever.current import Serving
from retriever.passage import Passage
from retriever.planner.checked import checked, named_kinds, of_sheet
from retriever.planner.fitting import fitted
from retriever.planner.linked import linked, needs_other_words
from retriever.planner.near_kinds import NearKinds
from retriever.planner.plan import PlannedPart
from retriever.planner.planner import Planner
from retriever.translation import Dictionary, Group
from retriever.understanding import understand
from retriever.understood import NOTHING, Operation, Understood

NEAR = 8
"""Names of products that a model is shown beside a question."""
KINDS, IN_SHORT = 8, 100
"""Kinds of a sheet that stand beside its name where sheets are told apart, and characters of each thing said of it."""
NEARNESS, MEANT, SHARED = 10.0, 5.0, 0.5
"""What a difference of cosines counts beside the share of passages (0.03 between sheets is a lot), that a sheet's
document is named, and the most words shared with any sheet. Of 82 wishes over sheets of seven shops the first choice is
right for 63, one of the first two for 74."""
PRICED = 10.0
"""What it counts that a sheet has prices where they are spoken of: without them it answers nothing."""
ABOVE = 0.01
"""What a sheet of all products is likelier than one of a part of them, where prices are spoken of."""
ONCE, LISTED, MORE = 0.2, 0.8, 1.2
"""The share of rows that name a product once more, below which a sheet lists products; that of the names of one sheet
that another has, from which on it is a part of it; and how many times as many the other has."""
SIZE = 0.5
"""What a sheet's share of the rows with prices counts where prices are spoken of."""
WARMED = 12
"""Sheets that a model reads ahead: some five seconds of work and 15 MB of keys and values each."""
MOST_SHEETS = 40
"""Sheets of which each is looked at for the kind of product that a question names."""


_RANKS: tuple[tuple[Operation, re.Pattern[str]], ...] = (("cheapest", phrases.CHEAPEST), ("dearest", phrases.DEAREST))


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
        vectors = self._embedder.embed_passages(said)
        kinds = NearKinds(sheets, self._embedder)
        return _Described(sheets, vectors, chinese, tuple(map(_words, sheets)), kinds, tuple(_wholes(sheets)))

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
        named, said = named_kinds(part.text, vocabulary), understand(part.text, vocabulary).constraints
        counts = np.zeros(len(described.sheets), np.float32)
        if named and len(counts) <= MOST_SHEETS:
            among = Among(self._store.engine, collection, view, tuple(one.test for one in named))
            counts += [among.where(Within(sheet.places)).found().count for sheet in described.sheets]
        likeliest = np.argsort(-self._likelihoods(described, part, found, counts, said), kind="stable")
        if rank >= len(likeliest):
            return NOTHING
        sheet = described.sheets[likeliest[rank]]
        near_kind = described.kinds.nearest(self._embedder.embed_queries([part.text])[0], int(likeliest[rank]))
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
        if not understood and near_kind is not None:
            understood = _of_kind_alone(near_kind[1], part.text)
            if not whole:
                understood = replace(understood, constraints=(*understood.constraints, of_sheet(sheet)))
        understood = fitted(understood, part.text, sheet, among, named=named, said=said)
        understood = _of_kind(understood, near_kind, among)
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

    def _likelihoods(
        self, described: _Described, part: PlannedPart, found: Sought, counts: Floats, said: Sequence[Constraint]
    ) -> Floats:
        """(n sheets,) how likely each is meant: the first passages that stand in it, its nearness by what is said of
        it, rare words that it shares with the question in either language, the products of the kind that is named
        (`counts`), prices where the question bounds them (`said`), and whether its document is named. Nearness counts
        beside that of other sheets in its script: a question is nearer to all that is in its own."""
        sheets = described.sheets
        cosines = described.vectors @ self._embedder.embed_queries([part.text])[0]
        for script in (described.chinese, ~described.chinese):
            cosines[script] -= cosines[script].mean() if script.any() else 0.0
        groups = self._dictionary.groups(part.text) if self._dictionary is not None else ()
        shared = described.shared(set(terms(fold(simplified(part.text)))), groups)
        own = np.array([any(path in found.meant for path, _ in sheet.sources) for sheet in sheets], np.float32)
        likelihoods = _votes(sheets, found.passages) + NEARNESS * cosines + MEANT * own
        by_price = _asks_by_price(part.text, said)
        if by_price:
            priced = [sheet.rows * any(column.name == "price" for column in sheet.columns) for sheet in sheets]
            rows = np.array(priced, np.float32)
            likelihoods += PRICED * (rows > 0) + SIZE * rows / max(float(rows.sum()), 1.0)
        likelihoods -= np.array([_repeats(sheet) for sheet in sheets], np.float32)
        if near_kind := described.kinds.nearest(self._embedder.embed_queries([part.text])[0]):
            likelihoods[near_kind[0]] += 1.0
        likelihoods += SHARED * shared / max(float(shared.max()), 1e-9) + counts / max(float(counts.sum()), 1.0)
        for part_of, whole in described.wholes if by_price else ():
            likelihoods[whole] = max(likelihoods[whole], likelihoods[part_of] + ABOVE)
        return np.asarray(likelihoods, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Described:
    """Sheets, what is said of each (`_in_short`) as a vector (n sheets, dimensions), whether it is Chinese, and the
    words of its headers and values; the `kinds` of all; the places of sheets that are a part of another one."""

    sheets: tuple[Sheet, ...]
    vectors: Floats
    chinese: npt.NDArray[np.bool_]

    words: tuple[frozenset[str], ...]
    kinds: NearKinds
    wholes: tuple[tuple[int, int], ...]

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


def _repeats(sheet: Sheet) -> float:
    """The share of a sheet's rows that name a product once more, as reviews do and sizes in stock."""
    own = next((column for column in sheet.columns if column.name == "name"), None)
    return max(0.0, 1.0 - len(own.texts) / sheet.rows) if own is not None and sheet.rows <= MOST_KEPT else 0.0


def _wholes(sheets: Sequence[Sheet]) -> Iterator[tuple[int, int]]:
    """The places of each sheet and of the largest one that lists nearly all of its products as well, each once."""
    names = [{fold(text) for one in sheet.columns if one.name == "name" for text in one.texts} for sheet in sheets]
    lists = [at for at, sheet in enumerate(sheets) if _repeats(sheet) < ONCE]
    for at, own in enumerate(names):
        larger = (other for other in lists if len(names[other]) > len(own) and own)
        if (
            whole := next((other for other in larger if len(own & names[other]) >= LISTED * len(own)), None)
        ) is not None:
            yield at, whole


def _of_kind_alone(kind: Constraint, text: str) -> Understood:
    """All of a kind, or the cheapest or dearest of it."""
    said = fold(text)
    for operation, words in _RANKS:
        if words.search(said):
            return Understood((kind,), operation, PRICE)
    return Understood((kind,), "list")


def _of_kind(understood: Understood, near_kind: tuple[int, Constraint] | None, among: Among) -> Understood:
    """What was understood, with the kind of product that a question is near to, where it says none and some row of it
    meets all else."""
    if near_kind is None or not understood or any(one.field == "kind" for one in understood.constraints):
        return understood
    constraints = (*understood.constraints, near_kind[1])
    if not among.where(*(one.test for one in constraints)).any():
        return understood
    return replace(understood, constraints=constraints)


def _asks_by_price(text: str, said: Sequence[Constraint]) -> bool:
    """Whether a wish sets a bound to the price, or asks for the cheapest or dearest: rows with one tell it."""
    folded = fold(text)
    bounded = any(one.field == "price" for one in said)
    return bounded or any(pattern.search(folded) for pattern in (phrases.CHEAPEST, phrases.DEAREST))


def _words(sheet: Sheet) -> frozenset[str]:
    said = (text for column in sheet.columns for text in (column.header, *column.choices))
    return frozenset(terms(fold(simplified("\n".join((sheet.title, *said))))))


def _names_near(sheet: Sheet, passages: Sequence[Passage]) -> list[str]:
    """What the rows of a sheet that were found are called, the nearest first."""
    chunks = [passage.chunk for passage in passages if passage.chunk.attributes.get("name")]
    own = [chunk for chunk in chunks if (chunk.document, chunk.locator.sheet) in sheet.sources]
    return list(dict.fromkeys(str(chunk.attributes["name"]) for chunk in own))[:NEAR]
