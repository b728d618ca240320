"""`SheetPlans`: a part of a message as a checked query over one sheet of a collection: which sheet, which names, which
of what the model wrote holds. It computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Engine

from engine.engine import Caller
from index.arrays import Floats
from index.database.aggregates import Among
from index.database.filters import Within
from index.database.sheets import Sheet, read_sheets
from index.database.store import Store
from index.database.view import View
from index.database.vocabulary import Vocabulary
from index.embedding.embedder import Embedder
from index.text.analysis import simplified, terms
from index.text.letters import fold
from index.text.spoken import in_figures
from retriever import phrases
from retriever.bounds import bare_prices, bounds
from retriever.by_generation import ByGeneration
from retriever.concepts import PRICE
from retriever.constraints import Constraint, Reading
from retriever.current import Serving
from retriever.passage import Passage
from retriever.planner.checked import checked, named_kinds, of_sheet
from retriever.planner.described_sheets import DescribedSheets, Sought
from retriever.planner.fitting import fitted, with_said_words
from retriever.planner.linked import linked, needs_other_words
from retriever.planner.near_kinds import of_kind, shown_kind
from retriever.planner.plan import PlannedPart
from retriever.planner.planner import Planner
from retriever.planner.wish_links import Met, met, with_product
from retriever.planner.wishes import Wish
from retriever.translation import Dictionary
from retriever.understanding import understand
from retriever.understood import NOTHING, Understood

NEAR = 8
"""Names of products that a model is shown beside a question."""
WARMED = 12
"""Sheets that a model reads ahead: some five seconds of work and 15 MB of keys and values each."""
MOST_TRIED, LIKELY = 6, 0.5
"""Sheets of which each is asked what it has of a wish, and what one counts for being the likeliest."""
MOST_SHEETS = 40
"""Sheets of which each is looked at for the kind of product that a question names."""


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A question beside the sheets: how likely each is meant (n sheets,), the question's vector (dimensions,), how many
    products each has (n sheets,) of the kinds that are `named`, what the parser read (`said`), and the rows of each."""

    text: str
    described: DescribedSheets
    likelihoods: Floats
    vector: Floats
    counts: Floats
    named: tuple[Constraint, ...]
    said: tuple[Constraint, ...]
    vocabulary: Vocabulary
    within: tuple[Among, ...]

    @property
    def likeliest(self) -> list[int]:
        """The places of the sheets, the likeliest first."""
        return [int(at) for at in np.argsort(-self.likelihoods, kind="stable")]

    def near_kind(self, at: int) -> tuple[int, Constraint] | None:
        """The kind of a sheet that the question is near to."""
        return self.described.kinds.nearest(self.vector, at)

    def of_its_sheet(self, understood: Understood, at: int) -> Understood:
        """What was understood, of the rows of one sheet where there are several."""
        if len(self.described.sheets) == 1:
            return understood
        constraints = (*understood.constraints, of_sheet(self.described.sheets[at]))
        return replace(understood, constraints=constraints)


class SheetPlans:
    """Safe for many threads."""

    def __init__(self, store: Store, embedder: Embedder, dictionary: Dictionary | None = None) -> None:
        self._store, self._embedder, self._dictionary = store, embedder, dictionary
        self._sheets = ByGeneration(store.engine, self._read)

    def _read(self, engine: Engine, collection_id: int, generation: int) -> DescribedSheets:
        """The sheets of a collection: made once for a generation."""
        return DescribedSheets.of(read_sheets(engine, collection_id, generation), self._embedder)

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
        where there is none, or the model fails, or nothing of its query holds. A wish that one of the likeliest sheets
        has all of needs no query."""
        asked = self._asked(part.text, found, serving, view)
        if rank >= len(asked.described.sheets):
            return NOTHING
        wish = planner.wish(part.text, caller=caller)
        best = self._met(wish, asked) if rank == 0 and wish is not None else None
        if best is not None and best.whole:
            understood = best.understood
        else:
            understood = self._queried(asked, wish, found, planner, caller, rank)
        widened = (replace(one, test=asked.vocabulary.widened(one.test)) for one in understood.constraints)
        return replace(understood, constraints=tuple(widened))

    def _asked(self, text: str, found: Sought, serving: Serving, view: View) -> _Asked:
        """A question beside the sheets of its collection."""
        vocabulary, collection = serving.facts.vocabulary, serving.entry.id
        described = self._sheets.of(collection, view.generation)
        named, said = named_kinds(text, vocabulary), understand(text, vocabulary).constraints
        counts = np.zeros(len(described.sheets), np.float32)
        if named and len(counts) <= MOST_SHEETS:
            among = Among(self._store.engine, collection, view, tuple(one.test for one in named))
            counts += [among.where(Within(sheet.places)).found().count for sheet in described.sheets]
        vector = self._embedder.embed_queries([text])[0]
        groups = self._dictionary.groups(text) if self._dictionary is not None else ()
        by_price = _asks_by_price(text, said)
        likelihoods = described.likelihoods(text, vector, found, counts, groups, by_price=by_price)
        within = tuple(
            Among(self._store.engine, collection, view, (Within(sheet.places),)) for sheet in described.sheets
        )
        return _Asked(text, described, likelihoods, vector, counts, named, said, vocabulary, within)

    def _met(self, wish: Wish, asked: _Asked) -> Met | None:
        """What the sheet has of a wish that has the most of it, of the likeliest ones; None where there is no sheet."""
        text, likelihoods = asked.text, asked.likelihoods
        said = _bounds(text, asked.vocabulary)
        best: tuple[float, Met, int] | None = None
        for at in asked.likeliest[:MOST_TRIED]:
            near_kind = asked.near_kind(at)
            otherwise = near_kind[1] if near_kind else None
            found = met(wish, text, asked.described.sheets[at], asked.within[at], said, otherwise=otherwise)
            worth = found.worth + LIKELY * float(likelihoods[at] - likelihoods.max())
            if best is None or worth > best[0]:
                best = worth, found, at
        if best is None:
            return None
        _, found, at = best
        return replace(found, understood=asked.of_its_sheet(found.understood, at))

    def _queried(
        self, asked: _Asked, wish: Wish | None, found: Sought, planner: Planner, caller: Caller, rank: int
    ) -> Understood:
        """What a query over one sheet asks, as far as it holds."""
        at = asked.likeliest[rank]
        text, sheet, among, near_kind = asked.text, asked.described.sheets[at], asked.within[at], asked.near_kind(at)
        named = asked.named if asked.counts[at] else self._kinds_in(sheet, text)
        links = linked(text, sheet, self._dictionary, () if wish is None else wish.words)
        near, free = _names_near(sheet, found.passages), needs_other_words(text, sheet)
        query = planner.query(text, sheet, near, links, free=free, caller=caller)
        if query is None:
            return NOTHING
        whole = len(asked.described.sheets) == 1
        understood = checked(query, text, sheet, self._embedder, named, whole=whole, dictionary=self._dictionary)
        if not understood and near_kind is not None:
            understood = asked.of_its_sheet(_of_kind_alone(near_kind[1], text), at)
        understood = fitted(understood, text, sheet, among, named=named, said=asked.said)
        understood = with_said_words(_of_kind(understood, near_kind, among), text, links, among)
        return understood if wish is None else with_product(understood, wish, text, sheet)

    def _kinds_in(self, sheet: Sheet, question: str) -> tuple[Constraint, ...]:
        """The kinds of a sheet that a question names in the other language, as the dictionary has them."""
        groups = self._dictionary.groups(question) if self._dictionary is not None else ()
        said = {frozenset(rendering) for group in groups for rendering in group}
        meant = {
            (column, kind): cells
            for column in sheet.columns
            if column.name == "category" and len(column.choices) > 1
            for kind, cells in column.choices.items()
            if frozenset(terms(fold(simplified(shown_kind(kind))))) in said
        }
        if not meant:
            return ()
        words = ", ".join(kind for _, kind in meant)
        cells = tuple(dict.fromkeys(cell for some in meant.values() for cell in some))
        return (of_kind(next(iter(meant))[0], words, cells, words),)


def _bounds(text: str, vocabulary: Vocabulary) -> tuple[Constraint, ...]:
    """The bounds on amounts of a question, a bare one on the price where no other is on it."""
    found = tuple(bounds(Reading(in_figures(simplified(text))), vocabulary))
    if any(one.field == "price" for one in found):
        return found
    used = " ".join(one.words for one in found)
    return (*found, *(one for one in bare_prices(text) if one.words not in used))


def _of_kind_alone(kind: Constraint, text: str) -> Understood:
    """All of a kind, or the cheapest or dearest of it."""
    operation = phrases.ranked(fold(text))
    return Understood((kind,), operation or "list", PRICE if operation else None)


def _of_kind(understood: Understood, near_kind: tuple[int, Constraint] | None, among: Among) -> Understood:
    """What was understood, with the kind of product that a question is near to, where it says none that any row is of,
    and some row of it meets all else."""
    if near_kind is None or not understood:
        return understood
    others = [one for one in understood.constraints if one.field != "kind" or among.where(one.test).any()]
    if any(one.field == "kind" for one in others):
        return understood
    constraints = (*others, near_kind[1])
    if not among.where(*(one.test for one in constraints)).any():
        return understood
    return replace(understood, constraints=constraints)


def _asks_by_price(text: str, said: Sequence[Constraint]) -> bool:
    """Whether a wish sets a bound to the price, or asks for the cheapest or dearest: rows with one tell it."""
    bounded = any(one.field == "price" for one in said) or bool(bare_prices(text))
    return bounded or phrases.ranked(fold(text)) is not None


def _names_near(sheet: Sheet, passages: Sequence[Passage]) -> list[str]:
    """What the rows of a sheet that were found are called, the nearest first."""
    chunks = [passage.chunk for passage in passages if passage.chunk.attributes.get("name")]
    own = [chunk for chunk in chunks if chunk.table in sheet.sources]
    return list(dict.fromkeys(str(chunk.attributes["name"]) for chunk in own))[:NEAR]
