"""A reply's parts as JSON: each an object whose `type` says what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from answer import parts


@dataclass(frozen=True, slots=True)
class TextBody:
    """Sentences, with their marks of citation."""

    type: Literal["text"]
    text: str


@dataclass(frozen=True, slots=True)
class StepsBody:
    """A procedure, all of it and in order; `n` is the passage that is cited for it."""

    type: Literal["steps"]
    title: str
    steps: Sequence[str]
    n: int


@dataclass(frozen=True, slots=True)
class ProductBody:
    """A product's row; `cells` are headers and values, "" where there is no picture, price, stock or link."""

    n: int
    name: str
    cells: Sequence[Sequence[str]]
    price: str
    stock: str
    picture: str
    link: str


@dataclass(frozen=True, slots=True)
class ProductsBody:
    """Rows that were found, best first."""

    type: Literal["products"]
    products: Sequence[ProductBody]


@dataclass(frozen=True, slots=True)
class TableBody:
    """Products side by side."""

    type: Literal["table"]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class ChoicesBody:
    """A question back, and what may be meant."""

    type: Literal["choices"]
    question: str
    choices: Sequence[str]


@dataclass(frozen=True, slots=True)
class OfferedPassageBody:
    """A passage in its own words under the name of its source and its heading; `whole`: these are all of them."""

    n: int
    source: str
    heading: str
    text: str
    whole: bool


@dataclass(frozen=True, slots=True)
class OfferBody:
    """Passages that may be it, best first; nothing is claimed of them."""

    type: Literal["offer"]
    lead: str
    passages: Sequence[OfferedPassageBody]


PartBody = TextBody | StepsBody | ProductsBody | TableBody | ChoicesBody | OfferBody


def part_body(part: parts.Part) -> PartBody:
    """The wire's form of a part."""
    match part:
        case parts.Text():
            return TextBody("text", part.text)
        case parts.Steps():
            return StepsBody("steps", part.title, part.steps, part.n)
        case parts.Products():
            return ProductsBody("products", [ProductBody(**asdict(one)) for one in part.products])
        case parts.Table():
            return TableBody("table", part.columns, part.rows)
        case parts.Choices():
            return ChoicesBody("choices", part.question, part.choices)
        case parts.Offer():
            return OfferBody("offer", part.lead, [OfferedPassageBody(**asdict(one)) for one in part.passages])
