"""What may be offered holds no row that would mislead."""

from __future__ import annotations

from answer.nearness import offerable
from index.cell import Cell
from index.chunk import Chunk, Locator
from retriever.passage import Passage


def row(id: str, name: str, price: str) -> Passage:
    cells = (Cell("Name", name, "name", chosen=True), Cell("Price", price, "price", value=float(price), chosen=True))
    text = "\n".join(cell.line for cell in cells)
    return Passage(Chunk(id, "lamps.csv", 0, text, name, locator=Locator(row=2), cells=cells), 0.9, 0.9)


KESTI, MIRA = row("1", "Kesti tarp", "49.90"), row("2", "Mira lamp", "24.50")
PROSE = Passage(Chunk("3", "returns.md", 0, "Within 30 days you can send anything back.", "Returns"), 0.9, 0.9)


def test_beside_a_product_that_is_named_no_other_is_offered() -> None:
    assert offerable("how old does the Kesti tarp get", [MIRA, KESTI, PROSE]) == [KESTI, PROSE]
    assert offerable("something for the garden", [MIRA, KESTI, PROSE]) == [MIRA, KESTI, PROSE]


def test_who_asks_for_another_price_by_name_is_offered_no_row() -> None:
    assert offerable("What is the dealer price of the Mira lamp?", [MIRA, PROSE]) == [PROSE]
