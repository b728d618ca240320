"""Cells as they are kept and handed on."""

from __future__ import annotations

from index.cell import Cell, PackedCells, packed, unpacked

CELLS = (
    Cell("SKU", "LN-7", "sku", "", None, "", True),
    Cell("Price (EUR)", "12,50", "price", "regular", 12.5, "EUR", True, "included"),
    Cell("Weight", "300", "weight", "", 300.0, "g"),
    Cell("Note", "dim at dusk"),
)


def test_packed_cells_are_the_cells_they_were_made_of():
    """Unpacked when looked at, they equal the tuple they came from, and are handed on as the very same bytes."""
    handed = PackedCells(packed(CELLS))
    assert handed == CELLS
    assert handed[1].tax == "included"
    assert len(handed) == 4
    assert packed(handed) is handed.json


def test_what_is_as_by_default_is_not_packed():
    """A cell of bare words is its header and its text."""
    assert packed(CELLS[3:]) == b'[["Note","dim at dusk"]]'
    assert unpacked([["Note", "dim at dusk"]]) == CELLS[3:]
