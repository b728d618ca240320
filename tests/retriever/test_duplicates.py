"""What has been shown is not shown again in other clothes."""

from __future__ import annotations

from index.chunk import Chunk, Value
from retriever.duplicates import Shown


def text(said: str) -> Chunk:
    return Chunk(said, "a.md", 0, said)


def row(id: str, **attributes: Value) -> Chunk:
    said = "\n".join(f"{name}: {value}" for name, value in attributes.items())
    return Chunk(id, "prices.csv", 0, said, attributes=attributes)


def test_the_same_words_in_another_dress_are_one() -> None:
    """Case, width, blanks and marks make no other text."""
    shown = Shown()
    assert shown.is_new(text("Descale the kettle every 4 weeks with citric acid."))
    assert not shown.is_new(text("DESCALE the kettle every ４ weeks, with citric acid"))


def test_another_number_is_another_text() -> None:
    """Two variants that differ in a size are two products."""
    shown = Shown()
    assert shown.is_new(text("This hose has a length of 2 m and fits every pump."))
    assert shown.is_new(text("This hose has a length of 3 m and fits every pump."))


def test_a_row_that_says_no_more_of_a_product_is_not_shown() -> None:
    """The same SKU with the same facts, in two sheets."""
    shown = Shown()
    assert shown.is_new(row("a", sku="K-200", price=79.9, currency="EUR", note="gooseneck"))
    assert not shown.is_new(row("b", sku="K-200", price=79.9))


def test_rows_of_a_product_that_disagree_are_both_shown() -> None:
    """A customer must see that two prices are stated."""
    shown = Shown()
    assert shown.is_new(row("a", sku="K-200", price=79.9))
    assert shown.is_new(row("b", sku="K-200", price=89.9))
