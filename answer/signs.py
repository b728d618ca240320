"""`signs`: by what a unit is judged to answer a question, as numbers, and what each of them weighs.

A unit's chance is the softmax of its weighted signs over all units considered. `benchmarks/learn_evidence.py` learnt
the weights from public questions that none of the reported figures use.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from answer.kinds import KINDS, asked_kinds, counted
from answer.units import Unit
from index.analysis import terms
from index.embedder import Floats

WEIGHTS = {
    # by meaning: the cosine, less the best unit's, in twentieths; the second beside it across languages
    "near": 1.9,
    "near across languages": 2.3,
    # by words: the share of the question's words, rare ones counting more
    "own words": 1.4,
    "words with neighbours": 1.9,
    "passage's words": 0.5,
    # the passage's place in the ranking (minus the logarithm of the rank), the unit's length
    "rank": 0.8,
    "length": 0.35,
    "very short": -0.57,
    # what is asked for is there
    "counted": 1.3,
    "date": 1.7,
    "duration": 0.2,
    "number": 1.5,
    "person": 0.6,
    "place": 1.0,
    "reason": 0.8,
    "manner": 0.7,
    "list": 0.7,
    "definition": 0.4,
    "yes or no": 0.3,
}
"""Logits for one of each sign, in the order of the columns of `signs`."""

TWENTIETH = 20.0
"""e5's cosines with the sentences of one passage lie within about 0.1 of each other."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")


def logits(query: str, units: Sequence[Unit], cosines: Floats) -> Floats:
    """(n units) -> (n,): higher for a unit that more likely answers. `cosines` are the units' with the question."""
    found: Floats = signs(query, units, cosines) @ np.array(list(WEIGHTS.values()), dtype=np.float32)
    return found


def signs(query: str, units: Sequence[Unit], cosines: Floats) -> Floats:
    """(n units) -> (n, len(WEIGHTS)). The units come passage by passage, better passages first."""
    page = _Page(query, units)
    near = TWENTIETH * (cosines - cosines.max())
    chinese = is_chinese(query)
    across = np.array([is_chinese(unit.text) != chinese for unit in units])
    widths = np.array([_width(unit) for unit in units])
    columns = {
        "near": near,
        "near across languages": near * across,
        "own words": 3 * page.own(),
        "words with neighbours": 3 * page.with_neighbours(),
        "passage's words": 3 * page.of_passage(),
        "rank": -np.log(1 + page.ranks()),
        "length": np.log(widths) - 4,
        "very short": widths < 25,
    }
    pattern = counted(query)
    columns["counted"] = np.array([pattern is not None and bool(pattern.search(unit.text)) for unit in units])
    asked = asked_kinds(query)
    for kind in KINDS:
        columns[kind.name] = np.array([kind in asked and bool(kind.held.search(unit.text)) for unit in units])
    return np.stack([columns[name] for name in WEIGHTS], axis=1).astype(np.float32)


def is_chinese(text: str) -> bool:
    """Whether a question or a sentence is Chinese, whatever names and units it holds."""
    return 4 * len(_HAN.findall(text)) > len(_LETTER.findall(text))


def overlaps(query: str, units: Sequence[Unit]) -> list[float]:
    """For each unit the share (0 to 1) of the question's words it has."""
    return [float(share) for share in _Page(query, units).own()]


def _width(unit: Unit) -> float:
    """Letters, a Chinese sign counting for two and a half. A cell is as long as it must be: of middling length."""
    if unit.header:
        return math.exp(4)
    return len(unit.text) * (2.5 if is_chinese(unit.text) else 1.0)


@dataclass(frozen=True)
class _Page:
    """The units of a question and which of its words each has."""

    query: str
    units: Sequence[Unit]

    @cached_property
    def bags(self) -> list[frozenset[str]]:
        """The question's words in each unit."""
        return [self.wanted & frozenset(terms(unit.text)) for unit in self.units]

    @cached_property
    def wanted(self) -> frozenset[str]:
        return frozenset(terms(self.query))

    @cached_property
    def weights(self) -> Mapping[str, float]:
        seen = Counter(word for bag in self.bags for word in bag)
        return {word: math.log(1 + len(self.units) / (1 + seen[word])) for word in self.wanted}

    @cached_property
    def passages(self) -> Mapping[str, list[int]]:
        """The places of each passage's units."""
        found: dict[str, list[int]] = {}
        for place, unit in enumerate(self.units):
            found.setdefault(unit.passage.chunk.id, []).append(place)
        return found

    def share(self, bag: frozenset[str]) -> float:
        return sum(self.weights[word] for word in bag) / (sum(self.weights.values()) or 1.0)

    def own(self) -> Floats:
        return np.array([self.share(bag) for bag in self.bags], dtype=np.float32)

    def with_neighbours(self) -> Floats:
        """Those of the sentence before and after it too; a cell stands for itself."""
        found = np.zeros(len(self.units), dtype=np.float32)
        for places in self.passages.values():
            for at, place in enumerate(places):
                around = [place] if self.units[place].header else places[max(0, at - 1) : at + 2]
                found[place] = self.share(frozenset().union(*(self.bags[near] for near in around)))
        return found

    def of_passage(self) -> Floats:
        """Those of its whole passage, with its title and heading."""
        found = np.zeros(len(self.units), dtype=np.float32)
        for places in self.passages.values():
            chunk = self.units[places[0]].passage.chunk
            above = frozenset(terms("\n".join((chunk.label, *chunk.section))))
            found[places] = self.share(self.wanted & above.union(*(self.bags[place] for place in places)))
        return found

    def ranks(self) -> Floats:
        """0 for the units of the best passage, 1 for those of the next."""
        place = {id: rank for rank, id in enumerate(self.passages)}
        return np.array([place[unit.passage.chunk.id] for unit in self.units], dtype=np.float32)
