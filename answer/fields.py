"""`Field`: what may be asked of a product (price, warranty, ...), how it is asked and what a reply calls it.

The words are the lexicon's, those of all languages together; which column of a catalogue is which field, `ingest` has
decided (`Cell.role`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from index.lexicon import folded, pattern, sections, words
from index.text.quantities import quantities

_DIMENSIONS: dict[str, tuple[str, ...]] = {
    "price": ("money",),
    "warranty": ("months", "days"),
    "power": ("power",),
    "voltage": ("voltage",),
    "weight": ("mass",),
    "size": ("length",),
    "capacity": ("volume", "storage", "charge", "energy"),
    "noise": ("noise",),
}


@dataclass(frozen=True, slots=True)
class Field:
    """`labels` are the field's names in a reply, by language.

    `measure` is what every statement of the field has in it (a unit, a currency); a text without it, and without the
    field's name, says nothing of the field. Fields that can be stated in any words have none. It errs towards "may be
    stated": a quote beside the point costs a customer less than a refusal of what the shop does say. `dimensions` are
    those of `index.text.quantities` (or what theirs begin with) in which it is measured; `told`, where it has none, is
    how a sentence states it. `cell`: what a cell of a column with its name must hold to state it.
    """

    name: str
    labels: Mapping[str, str]
    asked: re.Pattern[str]
    header: re.Pattern[str]
    measure: re.Pattern[str] | None = None
    dimensions: tuple[str, ...] = ()
    told: re.Pattern[str] | None = None
    cell: re.Pattern[str] | None = None

    def measured_in(self, text: str) -> bool:
        """Whether a text has a quantity of the kind that this field is measured in, or states it in words."""
        text = folded(text)
        if self.told is not None:
            return bool(self.told.search(text))
        return bool(self.dimensions) and any(found.dimension.startswith(self.dimensions) for found in quantities(text))

    def in_cell(self, value: str) -> bool:
        """Whether the value of a cell under the field's name states it."""
        return self.cell is None or bool(self.cell.search(value))

    def stated_in(self, text: str) -> bool:
        """Whether a text may say anything of this field."""
        if self.measure is None:
            return True
        text = folded(text)
        return any(pattern.search(text) for pattern in (self.measure, self.asked, self.header))

    def label(self, form: str) -> str:
        """The field's name in a reply."""
        return self.labels.get(form, self.name)


def _field(name: str) -> Field:
    section = f"fields.{name}"
    labels = {language: str(table["label"]) for language, table in sections(section).items()}
    some = [pattern(section, part) if words(section, part) else None for part in ("measure", "told", "cell")]
    measure, told, cell = some
    asked, header = pattern(section, "asked"), pattern(section, "header")
    return Field(name, labels, asked, header, measure, _DIMENSIONS.get(name, ()), told, cell)


FIELDS = tuple(map(_field, dict.fromkeys(name for table in sections("fields").values() for name in table)))
BY_NAME = {field.name: field for field in FIELDS}
ARRIVAL = BY_NAME["arrival"]


def asked_fields(query: str) -> tuple[Field, ...]:
    """The fields a question names, in the order of `FIELDS`."""
    query = folded(query)
    return tuple(field for field in FIELDS if field.asked.search(query))
