"""Evidence: the few sentences and cells of the retrieved passages that answer a question.

"Read the sentence, not the page": a small model, and a customer, do better with the nearest sentence than with all
passages. What speaks for a sentence is weighed in `answer.signs`; here the field that is asked for (price, warranty,
...) and the product that is named are put on top.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np

from answer.fields import Field, asked_fields
from answer.links import without_links
from answer.lookup import asks_by_header, is_of_another, is_of_another_code, named
from answer.numbers import numbers
from answer.orders import without_orders
from answer.prices import of_asked_prices, told_prices
from answer.reader import READ, PassageReader, read_units
from answer.signs import overlaps, shares, signs, weighed
from answer.units import Unit, split
from answer.words import words
from index.arrays import Floats
from index.embedding.embedder import Embedder
from index.text.analysis import is_chinese, terms
from index.text.quantities import quantities
from retriever import phrases
from retriever.passage import Passage

LIMIT = 32
"""Sentences embedded for one question at most, so that it costs a fraction of a second on two cores."""
DEEPER = 3
"""Times as many sentences and passages that are looked at where there is time."""
REMEMBERED = 8192
"""Sentence vectors kept, least recently used forgotten first (1.5 KiB each at 384 dimensions); no sentence is."""

# Logits on top of the learnt ones. Public questions have neither cells nor model numbers, so these are set by hand.
FIELD = 4.0
NAMED = 2.0
MEASURED = 1.5
SURE = 8.0

BOOKKEEPING = frozenset(("currency", "valid_from", "valid_to", "sale_from", "sale_to", "sku"))
"""Roles of the cells in which a shop keeps its own books."""
_FILE_MARKS = re.compile(r"[-_./\\]+")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A unit, how likely (0 to 1) it is to be what answers among those considered, whether it is the very cell that was
    asked for, whether it is `sure` since the question names its row in full, its cosine with the question, the shares
    of the question's words that it has (`signs.shares`), and what was read of it (`reader.ReadUnits`), where something
    was."""

    unit: Unit
    score: float
    answers_field: bool = False
    sure: bool = False
    cosine: float = 0.0
    shares: tuple[float, ...] = (0.0, 0.0, 0.0)
    read: tuple[float, ...] = ()


class EvidenceSelector:
    """Ranks the units of passages for a question. Safe for several threads; remembers sentence vectors.

    With a `reader` the passages of the best units are read together with the question.
    """

    def __init__(self, embedder: Embedder, reader: PassageReader | None = None, *, limit: int = LIMIT) -> None:
        self._embedder = embedder
        self._reader = reader
        self._limit = limit
        self._vectors: OrderedDict[bytes, Floats] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def reads(self) -> bool:
        """Whether a reader reads the likeliest passages."""
        return self._reader is not None

    def select(self, query: str, passages: Sequence[Passage], *, deep: bool = False) -> list[Evidence]:
        """All considered units, best first. One call to the embedder for the question, one for unseen sentences.

        `deep` considers and reads more of them, where a model has been waited for anyhow.
        """
        models = named_models(query)
        limit = self._limit * (DEEPER if deep else 1)
        units = _candidates(query, _of_named_products(passages, models), limit)
        if not units:
            return []
        fields = asked_fields(query)
        cosines = self._embed([unit.context for unit in units]) @ self._embedder.embed_queries([query])[0]
        found = signs(query, units, cosines)
        strange = _strangers(query, units, fields)
        answers = [
            _is_asked(query, unit, fields) and not of_another and unit.passage.chunk.id not in strange
            for unit, of_another in zip(units, _of_another(query, units), strict=True)
        ]
        sure = _looked_up(query, units, answers)
        by_hand = np.array(
            [
                FIELD * is_field + NAMED * _named_by(unit, models) + SURE * is_sure
                for unit, is_field, is_sure in zip(units, answers, sure, strict=True)
            ]
        )
        by_hand += [
            MEASURED * (unit.field is None and any(field.measured_in(unit.text) for field in fields)) for unit in units
        ]
        logits, words_had, read = weighed(found) + by_hand, shares(found), None
        if self._reader is not None:
            read = read_units(self._reader, query, units, logits, READ * (DEEPER if deep else 1))
            logits = weighed(found, read) + by_hand
        chances = np.exp(logits - logits.max())
        chances /= chances.sum()
        best_first = np.argsort(-chances, kind="stable").tolist()
        return [
            Evidence(
                units[at],
                float(chances[at]),
                answers[at],
                sure[at],
                float(cosines[at]),
                tuple(words_had[at].tolist()),
                () if read is None else tuple(read[at].tolist()),
            )
            for at in best_first
        ]

    def covering(self, asked: str, names: Sequence[str], passages: Sequence[Passage]) -> list[Unit]:
        """The fewest of the best units that together have the words asked, of passages on any of these products; where
        none has any, the best one, if it was read as an answer."""
        models = frozenset().union(*(named_models(name) for name in names))
        of_them = [passage for passage in passages if _names(passage, models)]
        missing = set(terms(asked))
        best_first = self.select(f"{asked} {' '.join(names)}", of_them)
        had = [(item.unit, missing.intersection(terms(item.unit.text))) for item in best_first]
        chosen: list[Unit] = []
        while any(missing & words_of for _, words_of in had):
            unit, words_of = max(had, key=lambda pair: len(missing & pair[1]))
            chosen.append(unit)
            missing -= words_of
        if not chosen and best_first and best_first[0].read and best_first[0].read[1] > 0:
            chosen.append(best_first[0].unit)
        return chosen

    def _embed(self, texts: Sequence[str]) -> Floats:
        keys = {text: _key(text) for text in texts}
        with self._lock:
            known = {text: self._vectors[key] for text, key in keys.items() if key in self._vectors}
            for text in known:
                self._vectors.move_to_end(keys[text])
        unseen = sorted(set(texts).difference(known), key=len)
        if unseen:
            known.update(zip(unseen, self._embedder.embed_passages(unseen), strict=True))
            with self._lock:
                self._vectors.update((keys[text], known[text]) for text in unseen)
                while len(self._vectors) > REMEMBERED:
                    self._vectors.popitem(last=False)
        return np.stack([known[text] for text in texts])


def _key(text: str) -> bytes:
    """What a sentence is remembered by: not by itself, as it may be withdrawn and purged tomorrow."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def named_models(text: str) -> frozenset[str]:
    """The model numbers a text names (letters with digits, such as K200), normalized."""
    return frozenset(number for number in numbers(text) if number[0].isalpha())


def _names(passage: Passage, models: frozenset[str]) -> bool:
    return bool(models & numbers(f"{_called(passage)}\n{passage.chunk.text}")) if models else False


def _named_by(unit: Unit, models: frozenset[str]) -> float:
    """The share of the named models and codes that the unit has itself or that its source is called by; one that only
    stands elsewhere in its passage counts half, unless that is a row, which is about all it names: "fits K200"."""
    if not models:
        return 0.0
    own = models & numbers(f"{_called(unit.passage)}\n{unit.text}")
    near = own | models & numbers(unit.passage.chunk.text)
    return len(near) / len(models) if unit.passage.chunk.locator.row else (len(own) + len(near)) / (2 * len(models))


def _is_asked(query: str, unit: Unit, fields: Sequence[Field]) -> bool:
    """Whether a unit is a cell that was asked for, by its field or its header, of no other product than was meant."""
    cell, field = unit.cell, unit.field
    chunk = unit.passage.chunk
    if cell is None or is_of_another(query, chunk) or is_of_another_code(query, chunk):
        return False
    return (field in fields and field.in_cell(cell.text)) if field in fields else asks_by_header(query, cell)  # type: ignore[union-attr]


def _strangers(query: str, units: Sequence[Unit], fields: Sequence[Field]) -> set[str]:
    """The rows that have no word of the question but its field's, where another passage has some: "what does postage
    cost?" is not asked of the candles. Of a row in another script nothing can be said."""
    text = query
    for field in fields:
        text = field.asked.sub(" ", text)
    asked = set(terms(text))
    chunks = {unit.passage.chunk.id: unit.passage.chunk for unit in units}
    had = {
        id: asked.intersection(terms(f"{chunk.label}\n{' '.join(chunk.section)}\n{chunk.text}"))
        for id, chunk in chunks.items()
    }
    if not any(had.values()):
        return set()
    return {
        id
        for id, chunk in chunks.items()
        if chunk.cells and not had[id] and is_chinese(query) == is_chinese(chunk.text)
    }


def _looked_up(query: str, units: Sequence[Unit], answers: Sequence[bool]) -> list[bool]:
    """The cells that were asked for of the row that the question names most of, by all its name or its SKU."""
    chunks = {unit.passage.chunk.id: unit.passage.chunk for unit in units}
    much = {id: named(query, chunk) for id, chunk in chunks.items()}
    most = max(much.values(), default=0)
    return [
        answer and most > 0 and much[unit.passage.chunk.id] == most for unit, answer in zip(units, answers, strict=True)
    ]


def _of_another(query: str, units: Sequence[Unit]) -> list[bool]:
    """For each unit of a row whether the title of another row has all that its own has of the question, and more: what
    is asked of the cloths for the mop is not in the mop's row."""
    asked = set(words(query))
    titles = {
        unit.passage.chunk.id: frozenset(asked.intersection(words(unit.passage.chunk.label)))
        for unit in units
        if unit.passage.chunk.locator.row is not None
    }
    return [
        (own := titles.get(unit.passage.chunk.id)) is not None and any(own < other for other in titles.values())
        for unit in units
    ]


def is_of_named(query: str, unit: Unit) -> bool:
    """Whether a question names models, and the unit stands in a row that is called by all of them."""
    models = named_models(query)
    return bool(models) and unit.passage.chunk.locator.row is not None and models <= numbers(_called(unit.passage))


def names_all(query: str, unit: Unit) -> bool:
    """Whether a question names a code and the model it is of, two at least, and the unit has them, one of them itself:
    "B650 shows E3" and the line on E3 in the B650's manual."""
    models, called = named_models(query), numbers(_called(unit.passage))
    own = models & numbers(unit.text)
    return bool(own - called) and bool(models & called) and models <= own | called


def _called(passage: Passage) -> str:
    """What the source is called: its title, and its file's name as words."""
    return f"{passage.chunk.label}\n{_FILE_MARKS.sub(' ', passage.chunk.document)}"


def _of_named_products(passages: Sequence[Passage], models: frozenset[str]) -> Sequence[Passage]:
    """Without the rows of other products, where the question names a model and one of the passages is about it."""
    mine = {passage.chunk.id for passage in passages if _names(passage, models)}
    if not mine:
        return passages
    return [passage for passage in passages if passage.chunk.id in mine or passage.chunk.locator.row is None]


def states(query: str, passages: Sequence[Passage], about: str = "") -> bool:
    """Whether the passages may say anything of a field that the question asks for.

    False where it asks for a measured field (watts, decibels, ...) and none of the passages, of those that may be
    about the model it names, holds such a measure or the field's name: then any quote would answer another question.
    `about` is the question with what it refers back to, where that names the model.
    """
    fields = asked_fields(query)
    models = named_models(about or query)
    mine = [passage for passage in passages if _names(passage, models)]
    if mine:
        mine += [passage for passage in passages if _of_any_product(passage) and passage not in mine]
    said = mine or passages
    if any(cell.role == field.name for passage in said for cell in passage.chunk.cells for field in fields):
        return True
    texts = [f"{passage.chunk.label}\n{passage.chunk.text}" for passage in said]
    return not fields or any(field.stated_in(text) for field in fields for text in texts)


def may_be_of(models: frozenset[str], passage: Passage) -> bool:
    """Whether a passage is on one of these models, or on none that has a number, and so may hold for them."""
    return _names(passage, models) or not named_models(f"{_called(passage)}\n{passage.chunk.text}")


def _of_any_product(passage: Passage) -> bool:
    """Whether a passage (a policy, a guide that names no model) may hold for any product."""
    return passage.chunk.locator.row is None and not named_models(f"{_called(passage)}\n{passage.chunk.text}")


def _says_something(unit: Unit, asked: Set[str]) -> bool:
    """Whether a unit may answer a question that asks for these fields.

    A cell that only repeats the product's name answers nothing, and is the nearest to every question that names it; the
    cells of the shop's own bookkeeping answer only who asks for them.
    """
    if unit.value and unit.value == unit.passage.chunk.title:
        return False
    if unit.cell is not None and unit.cell.role in BOOKKEEPING:
        return unit.cell.role in asked
    return bool(words(without_links(unit.text)))


def _compares_prices(query: str) -> bool:
    """Whether a question is about the prices of several: the cheapest, those under an amount. One row's price is then
    no answer; what can be compared was computed before."""
    bounded = any(amount.dimension.startswith("money:") for amount in quantities(query))
    return bounded or phrases.ranked(query) is not None


def _of_asked_prices(query: str, units: Sequence[Unit]) -> list[Unit]:
    """The units without prices that were not asked for: of a row the price alone, or those that were asked by name."""
    if _compares_prices(query) and not any(named(query, unit.passage.chunk) for unit in units):
        return [unit for unit in units if unit.cell is None or unit.cell.role != "price"]
    kinds = of_asked_prices(query, [unit.cell for unit in units if unit.cell is not None])
    rows = {unit.passage.chunk.id: unit.passage.chunk.cells for unit in units}
    told = {id: told_prices(query, kinds, row) for id, row in rows.items()}
    return [
        unit
        for unit in units
        if unit.cell is None or unit.cell.role != "price" or unit.cell in told[unit.passage.chunk.id]
    ]


def _candidates(query: str, passages: Sequence[Passage], limit: int) -> list[Unit]:
    """The units of all passages; where there are too many, those that share words with the question go first and
    better passages before worse."""
    units = list({(unit.passage.chunk.id, unit.text): unit for passage in passages for unit in split(passage)}.values())
    units = _of_asked_prices(query, without_orders(units))
    asked = {field.name for field in asked_fields(query)}
    units = [unit for unit in units if _says_something(unit, asked)] or units
    if len(units) <= limit:
        return units
    shared = overlaps(query, units)
    place = {passage.chunk.id: number for number, passage in enumerate(passages)}

    def worth(at: int) -> float:
        field = units[at].field
        is_asked = field is not None and field.name in asked
        return shared[at] + is_asked - 0.15 * place[units[at].passage.chunk.id]

    kept = sorted(sorted(range(len(units)), key=lambda at: -worth(at))[:limit])
    return [units[at] for at in kept]
