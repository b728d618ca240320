"""Changes: what a shopkeeper is told of the difference between two readings."""

from __future__ import annotations

from typing import Any

from index.chunk import Chunk, Locator
from ingest.changes import Changes, counts, in_words, place


def row(sku: str, price: float | None, document: str = "prices.csv", number: int = 0, **more: Any) -> Chunk:
    attributes = {"sku": sku, "name": f"Lamp {sku}", **({"price": price} if price is not None else {}), **more}
    text = "\n".join(f"{name}: {value}" for name, value in attributes.items())
    return Chunk(
        f"{document} {sku}", document, 0, text, locator=Locator(row=number or ord(sku[0])), attributes=attributes
    )


def settled(before: list[Chunk], after: list[Chunk]) -> list[tuple[str, str, Any, Any]]:
    changes = Changes()
    changes.add(before, after)
    return [(change.kind, change.sku, change.before, change.after) for change in changes.settle()]


def test_each_kind_of_change_is_told() -> None:
    """A price, a stock figure, an edit, a product gone and one come."""
    before = [row("A", 10, currency="EUR"), row("B", 5, stock=3), row("C", 7, colour="red"), row("D", 1)]
    after = [row("A", 12.5, currency="EUR"), row("B", 5, stock=9), row("C", 7, colour="blue"), row("E", 2)]
    found = settled(before, after)
    assert found == [
        ("price", "A", "10 EUR", "12.5 EUR"),
        ("stock", "B", 3, 9),
        ("edited", "C", None, None),
        ("withdrawn", "D", None, None),
        ("new", "E", None, None),
    ]


def test_a_move_is_no_change() -> None:
    """Another row number, another file: nothing to tell. SKUs are compared without regard to case."""
    assert settled([row("A", 10), row("B", 20)], [row("A", 10, number=9), row("B", 20, "new.csv")]) == []
    assert settled([row("k-200", 10)], [row("K-200", 10, "other.csv")]) == [("edited", "K-200", None, None)]


def test_a_copy_is_paired_with_its_own() -> None:
    """A SKU in two files: the price that changed is told once, and a third row is new."""
    before = [row("A", 10), row("A", 10, "zh.csv")]
    after = [row("A", 10), row("A", 11, "zh.csv"), row("A", 10, "third.csv")]
    assert settled(before, after) == [("price", "A", 10, 11), ("new", "A", None, None)]


def test_each_currency_is_paired_with_its_own() -> None:
    """A SKU with a row for each currency, in one file: each price is compared with its own, in whatever order."""
    before = [row("A", 10, number=2, currency="USD"), row("A", 70, number=3, currency="CNY")]
    after = [row("A", 75, number=2, currency="CNY"), row("A", 11, number=3, currency="USD")]
    assert settled(before, after) == [("price", "A", "70 CNY", "75 CNY"), ("price", "A", "10 USD", "11 USD")]


def test_many_rows_of_one_sku_are_paired_in_a_moment() -> None:
    """A sheet that gives every row the same SKU costs no more than any other."""
    before = [row("N/A", n, number=n + 2) for n in range(20_000)]
    after = [row("N/A", n + 0.5, number=n + 2) for n in range(20_000)]
    assert len(settled(before, after)) == 20_000


def test_a_row_without_a_sku_is_known_by_its_words() -> None:
    """Such a row that changes is one gone and one come; that moves, none."""
    plain = Chunk("1", "list.csv", 0, "Colour: red", locator=Locator(row=2), attributes={"Colour": "red"})
    other = Chunk("2", "list.csv", 0, "Colour: blue", locator=Locator(row=2), attributes={"Colour": "blue"})
    assert settled([plain], [plain]) == []
    assert [kind for kind, *_ in settled([plain], [other])] == ["withdrawn", "new"]


def test_a_part_of_a_long_row_that_changed_is_an_edit() -> None:
    """Where the first part of a row stayed, another part of it that is gone or came is neither product."""
    changes = Changes()
    part = row("A", 10, more="second part")
    changes.add([part], [row("A", 10, more="another second part")], {place(part): hash("sku a")})
    assert [(change.kind, change.sku) for change in changes.settle()] == [("edited", "A")]


def test_the_words_of_a_shopkeeper() -> None:
    """The counts as a sentence; nothing is told of what did not happen."""
    assert in_words({"price": 12, "withdrawn": 3, "new": 40}) == "12 prices changed, 3 SKUs withdrawn, 40 new"
    assert in_words(counts([])) == "no product changed"
    assert in_words({"new": 1, "price": 1}) == "1 price changed, 1 new"
