"""`SheetPlans`: a part of a message as a checked query over one sheet of a collection: which sheet, which names, which
of what the model wrote holds. It computes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from engine.engine import Caller
from index.database.aggregates import Among
from index.database.filters import All, Holding, Within
from index.database.sheets import Sheet, read_sheets
from index.database.store import Store
from index.database.view import View
from index.embedding.embedder import Embedder
from index.text.analysis import terms
from retriever.by_generation import ByGeneration
from retriever.constraints import Constraint
from retriever.current import Serving
from retriever.passage import Passage
from retriever.planner.checked import checked, named_kinds
from retriever.planner.plan import PlannedPart
from retriever.planner.planner import Planner
from retriever.translation import Dictionary
from retriever.understood import NOTHING, Understood

NEAR = 8
"""Names of products that a model is shown beside a question."""
CHOSEN_AMONG = 24
"""Sheets among which a model chooses; of more, the one that most of the passages stand in is asked."""
WARMED = 12
"""Sheets that a model reads ahead: some five seconds of work and 15 MB of keys and values each."""
MOST_SHEETS = 40
"""Sheets of which each is looked at for the kind of product that a question names."""


class SheetPlans:
    """Safe for many threads."""

    def __init__(self, store: Store, embedder: Embedder, dictionary: Dictionary | None = None) -> None:
        self._store, self._embedder, self._dictionary = store, embedder, dictionary
        self._sheets = ByGeneration(store.engine, read_sheets)

    def warm(self, planner: Planner, language: str, serving: Serving, caller: Caller) -> None:
        """Have a model read the largest sheets before anybody asks."""
        sheets = self._sheets.of(serving.entry.id, serving.manifest.generation)
        planner.warm(sheets[:WARMED], language, caller=caller)

    def understood(
        self,
        part: PlannedPart,
        passages: Sequence[Passage],
        planner: Planner,
        serving: Serving,
        view: View,
        caller: Caller,
    ) -> Understood:
        """What the part asks of the sheet with most products of the kind that it names, else of the one that the model
        chooses; `NOTHING` where there is none, or the model fails, or nothing of its query holds."""
        vocabulary, collection = serving.facts.vocabulary, serving.entry.id
        sheets = self._sheets.of(collection, view.generation)
        named = named_kinds(part.text, vocabulary)
        among = Among(self._store.engine, collection, view, tuple(one.test for one in named))
        sheet = _with_most(sheets, among) if named else None
        if sheet is None:
            named, sheet = (), self._chosen(sheets, part.text, passages, planner, caller)
        if sheet is None:
            return NOTHING
        query = planner.query(part.text, sheet, _names_near(sheet, passages), caller=caller)
        if query is None:
            return NOTHING
        found = checked(
            query, part.text, sheet, self._embedder, named, whole=len(sheets) == 1, dictionary=self._dictionary
        )
        found = _fitting(found, named, Among(self._store.engine, collection, view, (Within(sheet.places),)), sheet)
        widened = (replace(one, test=vocabulary.widened(one.test)) for one in found.constraints)
        return replace(found, constraints=tuple(widened))

    def _chosen(
        self,
        sheets: Sequence[Sheet],
        question: str,
        passages: Sequence[Passage],
        planner: Planner,
        caller: Caller,
    ) -> Sheet | None:
        if len(sheets) < 2:
            return sheets[0] if sheets else None
        if len(sheets) > CHOSEN_AMONG:
            return _pointed_to(sheets, passages)
        return planner.sheet(question, sheets, caller=caller)


def _fitting(found: Understood, named: Sequence[Constraint], among: Among, sheet: Sheet) -> Understood:
    """What was understood, less the words that cannot be met in a sheet and say nothing of its rows: what the sheet is
    called, words of a text that no row has, which are left open, and a kind under which none of what else is asked is.
    """
    title, constraints, left = set(terms(sheet.title)), list(found.constraints), found.left
    for one in found.constraints:
        if one in named or not one.words or not isinstance(one.test, (Holding, All)):
            continue
        if one.field == "kind" and set(terms(one.words)) <= title:
            constraints.remove(one)
        elif one.field != "kind" and not among.where(one.test).any():
            constraints.remove(one)
            left = ", ".join(filter(None, (left, one.words)))
    others = [one for one in constraints if one not in named]
    tests, fewer = (tuple(one.test for one in some) for some in (constraints, others))
    if len(others) < len(constraints) and not among.where(*tests).any() and among.where(*fewer).any():
        constraints = others
    return replace(found, constraints=tuple(constraints), left=left)


def _with_most(sheets: Sequence[Sheet], among: Among) -> Sheet | None:
    """The sheet with the most of some products; None where there are none, or too many sheets to look at each."""
    if len(sheets) > MOST_SHEETS:
        return None
    counts = [among.where(Within(sheet.places)).found().count for sheet in sheets]
    return sheets[counts.index(max(counts))] if any(counts) else None


def _pointed_to(sheets: Sequence[Sheet], passages: Sequence[Passage]) -> Sheet | None:
    """The sheet that most of the first passages stand in, better ones counting more."""
    score: dict[int, float] = defaultdict(float)
    for rank, passage in enumerate(passages, 1):
        place = (passage.chunk.document, passage.chunk.locator.sheet)
        for at, sheet in enumerate(sheets):
            if place in sheet.sources:
                score[at] += 1 / (2 + rank)
    return sheets[max(score, key=score.__getitem__)] if score else None


def _names_near(sheet: Sheet, passages: Sequence[Passage]) -> list[str]:
    """What the rows of a sheet that were found are called, the nearest first."""
    chunks = [passage.chunk for passage in passages if passage.chunk.attributes.get("name")]
    own = [chunk for chunk in chunks if (chunk.document, chunk.locator.sheet) in sheet.sources]
    return list(dict.fromkeys(str(chunk.attributes["name"]) for chunk in own))[:NEAR]
