"""Which sheet a wish is about: by prices, by what lists all products, by what names them again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.database.sheets import Column, Sheet
from index.hashing import HashingEmbedder
from retriever.passage import Passage
from retriever.planner.described_sheets import DescribedSheets

NAMES = tuple(f"Lamp {number}" for number in range(40))


def _sheet(title: str, names: Sequence[str], *headers: str, rows: int = 0, place: int = 1) -> Sheet:
    own = Column("Name", "name", "text", "name", texts=tuple(names))
    others = (
        Column(header, "price" if header == "Price" else header, "number" if header == "Price" else "text")
        for header in headers
    )
    return Sheet(title, ((place, None),), rows or len(names), (own, *others), frozenset({(f"{title}.csv", None)}))


ALL = _sheet("all lamps", NAMES, "Price", "Colour", "Maker")
STOCK = _sheet("stock", NAMES, "Price")
DESK = _sheet("desk lamps", NAMES[:10], "Price", "Arm")
REVIEWS = _sheet("reviews", NAMES, "Review", rows=400)
TENTS = _sheet("tents", ("Fjell", "Hytte"), "Persons")


@dataclass(frozen=True)
class Nothing:
    """A search that found nothing, and documents that a question names."""

    meant: frozenset[str] = frozenset()
    passages: tuple[Passage, ...] = ()


def _best(folder: Path, question: str, found: Nothing, *, by_price: bool = False) -> str:
    embedder = HashingEmbedder(folder)
    sheets = (REVIEWS, STOCK, DESK, ALL, TENTS)
    described = DescribedSheets.of(sheets, embedder)
    vector = embedder.embed_queries([question])[0]
    counts = np.zeros(len(sheets), np.float32)
    likelihoods = described.likelihoods(question, vector, found, counts, (), by_price=by_price)
    return sheets[int(np.argmax(likelihoods))].title


def test_where_prices_are_asked_for_the_list_of_all_products_is(tmp_path: Path) -> None:
    assert _best(tmp_path, "the cheapest desk one", Nothing(), by_price=True) == "all lamps"


def test_parts_belong_to_the_fullest_list(tmp_path: Path) -> None:
    described = DescribedSheets.of((REVIEWS, STOCK, DESK, ALL, TENTS), HashingEmbedder(tmp_path))
    assert described.wholes == ((0, 3), (1, 3), (2, 3))


def test_a_sheet_whose_document_is_named_is_meant(tmp_path: Path) -> None:
    assert _best(tmp_path, "one for four persons", Nothing(frozenset({"tents.csv"}))) == "tents"


def test_what_names_products_again_and_again_is_rather_not(tmp_path: Path) -> None:
    assert _best(tmp_path, "all of them, name and review", Nothing()) != "reviews"
