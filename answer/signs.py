"""`signs`: by what a unit is judged to answer a question, as numbers, and what each of them weighs.

A unit's chance is the softmax of its weighted signs over all units considered. `tuning/evidence.py` learnt
the weights from public questions that none of the reported figures use.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from answer.kinds import KINDS, asked_kinds, counted
from answer.numbers import numbers
from answer.units import Unit
from index.arrays import Floats
from index.lexicon import alike
from index.text.analysis import is_chinese, simplified, terms

WEIGHTS = {
    # by meaning: the cosine, less that of the best unit in the same language, in twentieths; the second is added where
    # that is another language than the question's, the third is for the language itself
    "near": 2.14,
    "near across languages": 2.37,
    "another language": 3.68,
    # by words: the share of the question's words, rare ones counting more
    "own words": 1.23,
    "words with neighbours": 1.62,
    "passage's words": 1.24,
    "own numbers": 0.90,
    # the passage's place in the ranking (minus the logarithm of the rank), the unit's length
    "rank": 0.56,
    "length": 0.39,
    "very short": -0.68,
    # what is asked for is there
    "counted": 0.81,
    "date": 1.41,
    "duration": 0.82,
    "number": 1.71,
    "person": 0.56,
    "place": 1.11,
    "reason": 1.40,
    "manner": 0.61,
    "list": 0.50,
    "definition": 0.46,
    "yes or no": 1.11,
}
"""Logits for one of each sign, in the order of the columns of `signs`."""

READ_WEIGHTS = {
    "near": 1.06,
    "near across languages": 0.44,
    "another language": -0.80,  # set by hand: no public set has texts in both languages beside each other
    "own words": -0.07,
    "words with neighbours": 1.08,
    "passage's words": 0.21,
    "own numbers": 0.04,
    "rank": 0.20,
    "length": 0.24,
    "very short": 0.10,
    "counted": 0.19,
    "date": 1.08,
    "duration": 1.01,
    "number": 1.10,
    "person": 0.74,
    "place": 0.89,
    "reason": 0.96,
    "manner": 1.28,
    "list": 0.84,
    "definition": 0.46,
    "yes or no": 1.00,
    "read there": 0.56,
    "passage answers": 0.48,
}
"""The same where a `Reader` has read the passages: two signs more, and less for what it sees by itself."""

SHARE = 3.0
"""Shares of words are told in thirds, so that they are of the size of the other signs."""
TWENTIETH = 20.0
"""e5's cosines with the sentences of one passage lie within about 0.1 of each other."""


def logits(query: str, units: Sequence[Unit], cosines: Floats) -> Floats:
    """(n units) -> (n,): higher for a unit that more likely answers. `cosines` are the units' with the question."""
    return weighed(signs(query, units, cosines))


def weighed(found: Floats, read: Floats | None = None) -> Floats:
    """(n, len(WEIGHTS)) signs -> (n,) logits; with what was read (n, 2), by the weights that were learnt for that."""
    weights = WEIGHTS if read is None else READ_WEIGHTS
    known = found if read is None else np.concatenate([found, read], axis=1)
    total: Floats = known @ np.array(list(weights.values()), dtype=np.float32)
    return total


def shares(found: Floats) -> Floats:
    """(n, len(WEIGHTS)) signs -> (n, 3): the share (0 to 1) of the question's words that each unit has: itself, with
    its neighbours, and in its whole passage."""
    columns = [list(WEIGHTS).index(name) for name in ("own words", "words with neighbours", "passage's words")]
    return found[:, columns] / SHARE


def signs(query: str, units: Sequence[Unit], cosines: Floats) -> Floats:
    """(n units) -> (n, len(WEIGHTS)). The units come passage by passage, better passages first."""
    page = _Page(query, units)
    chinese = is_chinese(query)
    across = np.array([is_chinese(unit.text) != chinese for unit in units])
    near = np.zeros(len(units), dtype=np.float32)
    for group in (across, ~across):  # e5 puts each language in a place of its own: only within one can it be compared
        if group.any():
            near[group] = TWENTIETH * (cosines[group] - cosines[group].max())
    given = numbers(query)
    widths = np.array([_width(unit) for unit in units])
    columns = {
        "near": near,
        "near across languages": near * across,
        # a cell's value may be of no language, and its header of two
        "another language": across & np.array([not unit.header for unit in units]),
        "own words": SHARE * page.own(),
        "words with neighbours": SHARE * page.with_neighbours(),
        "passage's words": SHARE * page.of_passage(),
        "own numbers": np.array([len(given & numbers(_around(unit))) / (len(given) or 1) for unit in units]),
        "rank": -np.log(1 + page.ranks()),
        "length": np.log(widths) - 4,
        "very short": widths < 25,
    }
    pattern = counted(query)
    columns["counted"] = np.array([pattern is not None and bool(pattern.search(unit.text)) for unit in units])
    asked = asked_kinds(query)
    for kind in KINDS:
        columns[kind.name] = np.array(
            [kind in asked and unit.field is None and bool(kind.held.search(unit.text)) for unit in units]
        )
    return np.stack([columns[name] for name in WEIGHTS], axis=1).astype(np.float32)


def overlaps(query: str, units: Sequence[Unit]) -> list[float]:
    """For each unit the share (0 to 1) of the question's words it has."""
    return [float(share) for share in _Page(query, units).own()]


def _width(unit: Unit) -> float:
    """Letters, a Chinese sign counting for two and a half. A cell or row is no longer than it must be: middling."""
    if unit.alone:
        return math.exp(4)
    return len(unit.text) * (2.5 if is_chinese(unit.text) else 1.0)


def _terms(text: str) -> list[str]:
    """A text's terms, with one word for each thing."""
    return terms(alike(simplified(text).casefold()))


def _above(unit: Unit) -> str:
    return "\n".join((unit.passage.chunk.label, *unit.passage.chunk.section))


def _around(unit: Unit) -> str:
    """What a unit is told of by: its title, its headings and itself; a cell, by its whole row."""
    return f"{_above(unit)}\n{unit.passage.chunk.text if unit.header else unit.text}"


@dataclass(frozen=True)
class _Page:
    """The units of a question and which of its words each has."""

    query: str
    units: Sequence[Unit]

    @cached_property
    def bags(self) -> list[frozenset[str]]:
        """The question's words in each unit, with those of the title and heading that it stands under."""
        above = {id: frozenset(_terms(_above(self.units[at[0]]))) for id, at in self.passages.items()}
        return [self.wanted & above[unit.passage.chunk.id].union(_terms(unit.text)) for unit in self.units]

    @cached_property
    def wanted(self) -> frozenset[str]:
        return frozenset(_terms(self.query))

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
        """Those of the sentence before and after it too; a cell and a table's row stand for themselves."""
        found = np.zeros(len(self.units), dtype=np.float32)
        for places in self.passages.values():
            for at, place in enumerate(places):
                around = [place] if self.units[place].alone else places[max(0, at - 1) : at + 2]
                found[place] = self.share(frozenset().union(*(self.bags[near] for near in around)))
        return found

    def of_passage(self) -> Floats:
        """Those of its whole passage."""
        found = np.zeros(len(self.units), dtype=np.float32)
        for places in self.passages.values():
            found[places] = self.share(frozenset().union(*(self.bags[place] for place in places)))
        return found

    def ranks(self) -> Floats:
        """0 for the units of the best passage, 1 for those of the next."""
        place = {id: rank for rank, id in enumerate(self.passages)}
        return np.array([place[unit.passage.chunk.id] for unit in self.units], dtype=np.float32)
