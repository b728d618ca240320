"""`Part`: a piece of a reply that a page may show in its own way. The reply's text says the same in plain words.

`n` is the number by which a piece's passage is cited; 0 where it is none's.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Sentences, with their marks of citation."""

    text: str


@dataclass(frozen=True, slots=True)
class Steps:
    """A procedure, all of it and in order."""

    title: str
    steps: tuple[str, ...]
    n: int = 0


@dataclass(frozen=True, slots=True)
class Product:
    """A product's row as a page shows it; `cells` are headers and values, "" where there is no picture, price, ..."""

    n: int
    name: str
    cells: tuple[tuple[str, str], ...]
    price: str = ""
    stock: str = ""
    picture: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Products:
    """Rows that were found, best first."""

    products: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Products side by side: of each row the texts under the columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """A question back to the customer, and what may be meant."""

    question: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfferedPassage:
    """A passage that may be it: what it is called, the heading it stands under ("": none), its own words, and whether
    these are all of it."""

    n: int
    source: str
    heading: str
    text: str
    whole: bool = True

    @property
    def quoted(self) -> tuple[str, str, str]:
        """What of it is the document's, and not the reply's."""
        return self.text, self.source, self.heading


@dataclass(frozen=True, slots=True)
class Offer:
    """Passages that are near, best first; those of one section follow each other. Nothing is claimed of them."""

    lead: str
    passages: tuple[OfferedPassage, ...]


Part = Text | Steps | Products | Table | Choices | Offer
