"""`Concept`: a property that many shops' columns measure, under many headers, and how questions speak of it.

General knowledge of wares in the lexicon's words, none of any shop: which columns there are is the catalogue's to say
(`index.database.vocabulary`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.database.vocabulary import NumericColumn, Vocabulary
from index.lexicon import pattern, sections

_UNIT = re.compile(r"\s*[(（\[【][^()（）\[\]【】]*[)）\]】]\s*$")


@dataclass(frozen=True, slots=True)
class Concept:
    """`header` recognizes its columns, `asked` its name in a question, `more` and `less` comparatives and superlatives.

    `dimensions` are those in which it is measured, the base of `index.text.quantities`.
    """

    name: str
    zh: str
    en: str
    dimensions: tuple[str, ...]
    header: re.Pattern[str]
    asked: re.Pattern[str]
    more: re.Pattern[str]
    less: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Measured:
    """What is compared: columns that hold the same property (a row has one of them), in one dimension, and its name.

    Price and stock are columns of the database: `names` is then ("price",) or ("stock",) and the dimension "".
    """

    names: tuple[str, ...]
    dimension: str
    zh: str
    en: str

    def label(self, form: str) -> str:
        """Its name in a reply."""
        return self.zh if form == "zh" else self.en


PRICE = Measured(("price",), "", "价格", "price")
STOCK = Measured(("stock",), "", "库存", "stock")


_DIMENSIONS: dict[str, tuple[str, ...]] = {
    "power": ("power",),
    "weight": ("mass",),
    "noise": ("noise",),
    "capacity": ("volume",),
    "warranty": ("months", "days"),
    "memory": ("storage",),
    "storage": ("storage",),
    "battery": ("charge", "energy"),
    "run time": ("duration",),
    "voltage": ("voltage",),
    "room size": ("area",),
    "length": ("length",),
    "width": ("length",),
    "height": ("length",),
    "diameter": ("length",),
}
"""The first concept that a header and its dimension fit is the column's."""


def _concept(name: str) -> Concept:
    section = f"concepts.{name}"
    label = {language: table["label"] for language, table in sections(section).items() if "label" in table}
    said = (pattern(section, part) for part in ("header", "asked", "more", "less"))
    return Concept(name, label["zh"], label["en"], _DIMENSIONS[name], *said)


CONCEPTS = tuple(map(_concept, _DIMENSIONS))


def concept_of(column: NumericColumn) -> Concept | None:
    """The concept that a column's header names and its dimension allows."""
    plain = _UNIT.sub("", column.name)
    return next((one for one in CONCEPTS if column.dimension in one.dimensions and one.header.search(plain)), None)


def plain_name(column: str) -> str:
    """A column's header without its unit."""
    return _UNIT.sub("", column).strip()


def measured_by(concept: Concept, vocabulary: Vocabulary, dimension: str | None = None) -> Measured | None:
    """The columns of a concept: in `dimension`, or else in that which most products have; None where there are none."""
    columns = [column for column in vocabulary.numeric if concept_of(column) is concept]
    if dimension is None and columns:
        counts = {of: sum(column.count for column in columns if column.dimension == of) for of in concept.dimensions}
        dimension = max(counts, key=counts.__getitem__)
    names = tuple(column.name for column in columns if column.dimension == dimension)
    return Measured(names, dimension or "", concept.zh, concept.en) if names else None


def alike(columns: Sequence[NumericColumn]) -> Measured | None:
    """Columns of one dimension as one thing to be compared; None where they are of several."""
    if not columns or len({column.dimension for column in columns}) > 1:
        return None
    concepts = {concept.name: concept for column in columns if (concept := concept_of(column))}
    if len(concepts) == 1 and all(concept_of(column) for column in columns):
        (concept,) = concepts.values()
        return Measured(tuple(c.name for c in columns), columns[0].dimension, concept.zh, concept.en)
    if len(columns) > 1:
        return None
    name = plain_name(columns[0].name)
    return Measured((columns[0].name,), columns[0].dimension, name, name)
