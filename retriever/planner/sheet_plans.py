"""`SheetPlans`: a part of a message as a checked query over one sheet of a collection: which sheet, which names, which
of what the model wrote holds. It computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import Engine

from engine.engine import Caller
from index.arrays import Floats
from index.database.aggregates import Among
from index.database.filters import Within
from index.database.sheets import Sheet, read_sheets
from index.database.store import Store
from index.database.view import View
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
from retriever.planner.wish_links import Met, met
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
        where there is none, or the model fails, or nothing of its query holds."""
        vocabulary, collection = serving.facts.vocabulary, serving.entry.id
        described = self._sheets.of(collection, view.generation)
        named, said = named_kinds(part.text, vocabulary), understand(part.text, vocabulary).constraints
        counts = np.zeros(len(described.sheets), np.float32)
        if named and len(counts) <= MOST_SHEETS:
            among = Among(self._store.engine, collection, view, tuple(one.test for one in named))
            counts += [among.where(Within(sheet.places)).found().count for sheet in described.sheets]
        vector = self._embedder.embed_queries([part.text])[0]
        groups = self._dictionary.groups(part.text) if self._dictionary is not None else ()
        likelihoods = described.likelihoods(
            part.text, vector, found, counts, groups, by_price=_asks_by_price(part.text, said)
        )
        likeliest = np.argsort(-likelihoods, kind="stable")
        if rank >= len(likeliest):
            return NOTHING
        wish = planner.wish(part.text, caller=caller)
        if rank == 0 and wish is not None:
            best = self._met(wish, part.text, described, likelihoods, vector, serving, view)
            if best is not None and best.whole:
                return best.understood
        sheet = described.sheets[likeliest[rank]]
        near_kind = described.kinds.nearest(vector, int(likeliest[rank]))
        named = named if counts[likeliest[rank]] else self._kinds_in(sheet, part.text)
        links = linked(part.text, sheet, self._dictionary, () if wish is None else wish.words)
        query = planner.query(
            part.text,
            sheet,
            _names_near(sheet, found.passages),
            links,
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
        understood = with_said_words(_of_kind(understood, near_kind, among), part.text, links, among)
        widened = (replace(one, test=vocabulary.widened(one.test)) for one in understood.constraints)
        return replace(understood, constraints=tuple(widened))

    def _met(
        self,
        wish: Wish,
        question: str,
        described: DescribedSheets,
        likelihoods: Floats,
        vector: Floats,
        serving: Serving,
        view: View,
    ) -> Met | None:
        """What the sheet has of a wish that has the most of it, of the likeliest ones; None where there is no sheet."""
        reading = Reading(in_figures(simplified(question)))
        said = tuple(bounds(reading, serving.facts.vocabulary)) or bare_prices(question)
        best: tuple[float, Met] | None = None
        for at in np.argsort(-likelihoods, kind="stable")[:MOST_TRIED].tolist():
            sheet = described.sheets[at]
            among = Among(self._store.engine, serving.entry.id, view, (Within(sheet.places),))
            near_kind = described.kinds.nearest(vector, at)
            found = met(wish, question, sheet, among, said, otherwise=near_kind[1] if near_kind else None)
            worth = found.worth + LIKELY * float(likelihoods[at] - likelihoods.max())
            if best is None or worth > best[0]:
                if len(described.sheets) > 1:
                    understood = found.understood
                    found = replace(
                        found,
                        understood=replace(understood, constraints=(*understood.constraints, of_sheet(sheet))),
                    )
                best = worth, found
        return None if best is None else best[1]

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
