"""`Search`: one question over one collection of a snapshot: candidates of both legs, fused, as passages.

It knows neither which snapshot is published nor how questions are parsed or answers worded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from index.arrays import Floats, Ids
from index.chunk import Chunk
from index.database.filters import Restriction
from index.database.store import Store
from index.database.view import View
from index.segments.keyword_fields import BILINGUAL, CHINESE, in_title, own_sku
from index.segments.segments import Segments
from index.snapshot.manifest import CollectionEntry
from index.text.analysis import is_chinese, terms
from index.text.identifiers import identifiers
from retriever.background import Background, expected_maximum, in_deviations
from retriever.duplicates import Shown
from retriever.fusion import Candidates, Signals, fused
from retriever.learned import FUSION
from retriever.passage import Passage
from retriever.relevance import relevance
from retriever.translation import Dictionary, Translation

_WORDS = re.compile(r"[a-z0-9]+(?:[ ./_-][a-z0-9]+)+")

Legs = Literal["fused", "dense", "keywords"]
"""Which legs search: both, or one alone, to be measured."""

DEPTH = 64
"""Candidates of each leg; deeper ones change nothing that is shown (docs/evaluation.md)."""
PARTS = 4
"""Words that one SKU may be written in."""
SPARE = 4
"""Times `top_k` that is fetched, so that a loose filter, a withdrawn row or a duplicate needs no second round."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is searched: its text, its (1, dimension) vector, its terms, its identifiers as compared, its
    script."""

    text: str
    vector: Floats
    terms: tuple[str, ...]
    identifiers: tuple[str, ...]
    chinese: bool

    @classmethod
    def of(cls, query: str, vector: Floats) -> Question:
        """A question's text and its (1, dimension) vector."""
        return cls(query, vector, tuple(dict.fromkeys(terms(query))), tuple(identifiers(query)), is_chinese(query))

    def with_skus(self, index: Segments) -> Question:
        """With the SKUs that are written with blanks ("MSH06 32 Blue" is MSH06-32-Blue), instead of their parts."""
        found = {sku: parts for sku, parts in _joined(self.text) if index.share(own_sku(sku))}
        if not found:
            return self
        parts = frozenset().union(*found.values())
        others = (name for name in self.identifiers if name not in parts)
        return replace(self, identifiers=tuple(dict.fromkeys((*found, *others))))


def _joined(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What neighbouring words would be as one identifier, as it is compared, and those words."""
    for run in _WORDS.findall(text.casefold()):
        words = re.findall(r"[a-z0-9]+", run)
        for start in range(len(words)):
            for end in range(start + 2, min(len(words), start + PARTS) + 1):
                joined = "".join(words[start:end])
                if any(sign.isdigit() for sign in joined):
                    yield joined, tuple(words[start:end])


def _has_other_language(index: Segments, question: Question) -> bool:
    """Whether a collection has texts in another language than the question's."""
    chinese = index.share(CHINESE)
    return chinese < 1 if question.chinese else chinese > 0


class Search:
    """Finds the passages for a question; `view` and the conditions say which may be seen."""

    def __init__(
        self,
        store: Store,
        index: Segments,
        entry: CollectionEntry,
        view: View,
        background: Background,
        question: Question,
        legs: Legs = "fused",
        dictionary: Dictionary | None = None,
    ) -> None:
        self.store, self.index, self.entry, self.view = store, index, entry, view
        self.question, self.legs = question, legs
        self._spreads = background.against(question.vector[0])
        self.chance = expected_maximum(index.count)
        other = background.towards_the_other(question.vector[0], self._spreads) if legs == "fused" else None
        self._vectors = question.vector if other is None else np.stack([question.vector[0], other])
        idf = index.idf(question.terms)
        self._mass = float(idf.sum()) or 1.0
        self._known = float(idf[index.known(question.terms)].sum()) / self._mass
        self._translation: Translation | None = None
        if dictionary is not None and legs != "dense" and _has_other_language(index, question):
            self._translation = Translation(dictionary.groups(question.text), index)
            self._known = max(self._known, self._translation.known)
        self._signals: Signals | None = None

    def nearest(self, top_k: int, conditions: Sequence[Restriction]) -> list[Passage]:
        """At most `top_k` passages, best first; equal texts and near-duplicates once.

        Where too few of the first candidates may be seen, or meet the conditions, all that do are searched, so that a
        filter is exact however rare its matches are.
        """
        if not self.index.count:
            return []
        depth = max(DEPTH, top_k * SPARE)
        allowed: Ids | None = None
        found = self._chosen(self.candidates(depth, None), top_k, conditions)
        if len(found) < top_k and conditions:
            allowed = self.store.matching(self.entry.id, self.view, conditions)
            found = self._chosen(self.candidates(depth, allowed), top_k, ()) if len(allowed) else []
        most = self.index.count if allowed is None else len(allowed)
        while len(found) < top_k and depth < most:
            depth *= SPARE  # what may not be seen crowds the first candidates
            found = self._chosen(self.candidates(depth, allowed), top_k, ())
        return found

    def candidates(self, depth: int = DEPTH, allowed: Ids | None = None) -> Candidates:
        """What either leg brings of those that may come."""
        ids = self._ids(depth, allowed)
        cosine: Floats = self.index.vectors(ids) @ self.question.vector[0]
        # what is written in both languages is in the question's
        both = self.index.having(BILINGUAL, ids)
        chinese = np.where(both, self.question.chinese, self.index.having(CHINESE, ids))
        foreign = chinese != self.question.chinese
        k = self.index.keyword_scores(self.question.terms, ids) / self._mass
        if self._translation is not None:
            k = np.where(foreign | both, np.maximum(k, self._translation.scores(ids)), k)
        named, titled, own = (self._having(mark, ids) for mark in (str, in_title, own_sku))
        return Candidates(
            ids=ids,
            cosine=cosine,
            z=in_deviations(cosine, chinese, self._spreads),
            k=k,
            foreign=foreign,
            named=named,
            titled=titled,
            own=own,
        )

    def _having(self, mark: Callable[[str], str], ids: Ids) -> Floats:
        """(n,) the share of the question's identifiers whose mark each text has; 0 where it has none."""
        found = np.zeros(len(ids), np.float32)
        for identifier in self.question.identifiers:
            found += self.index.having(mark(identifier), ids) / np.float32(len(self.question.identifiers))
        return found

    def _ids(self, depth: int, allowed: Ids | None) -> Ids:
        found = [np.zeros(0, np.int64)]
        if self.legs != "keywords":
            _, ids = self.index.search(self._vectors, min(depth, self.index.count), allowed)
            found.append(ids[ids >= 0])
        if self.legs != "dense":
            found.append(self.index.keyword_search(self.question.terms, depth, allowed)[1])
            if self._translation is not None and self._translation.terms:
                found.append(self.index.keyword_search(self._translation.terms, depth, allowed)[1])
            if self.question.identifiers:
                wanted = [mark(name) for name in self.question.identifiers for mark in (str, in_title, own_sku)]
                found.append(self.index.keyword_search(wanted, depth, allowed)[1])
        return np.unique(np.concatenate(found))

    def signals(self, candidates: Candidates) -> Signals:
        """What is known of the question, once the first candidates have come."""
        return candidates.signals(len(self.question.terms), self._known, self.question.chinese)

    def _chosen(self, candidates: Candidates, top_k: int, conditions: Sequence[Restriction]) -> list[Passage]:
        """The best candidates that something says, under these conditions and to this reader."""
        if self._signals is None:  # those of the first search: a second, deeper one must not change the order
            self._signals = self.signals(candidates)
        scores = fused(candidates, self._signals, FUSION)
        chances = relevance(scores, candidates.foreign, self._signals, self.chance)
        ranked = {"fused": scores, "dense": candidates.cosine, "keywords": candidates.k}[self.legs]
        order = np.lexsort((candidates.ids, -ranked))
        shown, found = Shown(), []
        page = max(top_k * 2, 16)
        for start in range(0, len(order), page):
            places = order[start : start + page]
            chunks = self.store.chunks(candidates.ids[places].tolist(), self.entry.id, self.view, conditions)
            for place in places.tolist():
                chunk = chunks.get(int(candidates.ids[place]))
                if chunk is not None and shown.is_new(chunk):
                    found.append(self._passage(chunk, candidates, place, float(chances[place])))
                    if len(found) == top_k:
                        return found
        return found

    def _passage(self, chunk: Chunk, candidates: Candidates, place: int, relevance: float) -> Passage:
        k = float(candidates.k[place])
        reason = "identifier" if candidates.named[place] > 0 or candidates.own[place] > 0 else self._reason(k)
        return Passage(chunk, float(candidates.cosine[place]), relevance, reason, k)

    def _reason(self, k: float) -> str:
        if self.legs != "fused":
            return self.legs
        return "dense and keywords" if k > 0 else "dense"
