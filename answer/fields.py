"""`Field`: what may be asked of a product (price, warranty, ...), how it is asked and what a reply calls it.

The words are the lexicon's, those of all languages together; which column of a catalogue is which field, `ingest` has
decided (`Cell.role`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

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

_PHRASE = re.compile(r"(?:[\w-]+ ){0,3}\b(?:prices?|costs?|fees?)\b(?: [\w.+-]+){0,4}|[\u3400-\u9fff\d]{0,6}[价费金]")
"""A price in a question with the words around it, which say which one."""


def asked_fields(query: str) -> tuple[Field, ...]:
    """The fields a question names, in the order of `FIELDS`."""
    query = folded(query)
    return tuple(field for field in FIELDS if field.asked.search(query))


@lru_cache(1024)
def asked_prices(query: str) -> frozenset[str]:
    """The kinds of price (`Cell.kind`) that a question asks for by name: "member price", 批发价, "to rent"; empty where
    it asks for the price."""
    text = folded(query.casefold())
    phrases = _PHRASE.findall(text)
    found = {kind for phrase in phrases for kind in _kinds_in(phrase)}
    found |= {tax for tax in ("included", "excluded") if any(map(pattern("prices", tax).search, phrases))}
    for table in sections("prices").values():
        found |= {kind for kind, said in table.get("asked", {}).items() if re.search(said, text)}
        found |= {kind for name in table.get("alone", ()) for kind in _kinds_in(name) if _stands_in(name, kind, text)}
    return frozenset(found)


def _stands_in(name: str, kind: str, text: str) -> bool:
    """Whether a name that stands for a price by itself (RRP, UVP, 押金) is in a question."""
    return kind in ("recommended", "deposit") and bool(re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", text))


def _kinds_in(phrase: str) -> list[str]:
    """The first kind that the words around a price name in any language, as a header with them would be of it."""
    if any(phrase.strip().endswith(one) for one in words("prices", "plain")):
        return []
    for table in sections("prices").values():
        for kind, said in table["kinds"]:
            if re.search(said, phrase):
                return [kind]
    return []


def price_label(kind: str, form: str) -> str:
    """What a reply calls a price of a kind; "" for the price itself."""
    return str(sections("prices")[form]["labels"].get(kind, ""))
