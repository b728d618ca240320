"""`table`: rows of short texts as lines for a terminal. A library for it takes a tenth of a small ingest to load."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

LINES = ("┌┬┐", "├┼┤", "└┴┘")


def table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], *, total: bool = False) -> Iterator[str]:
    """The lines: numbers on the right, the first column on the left; with `total` the last row stands apart."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        aligned = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return f"│ {' │ '.join(aligned)} │"

    def rule(ends: str) -> str:
        return ends[0] + ends[1].join("─" * (width + 2) for width in widths) + ends[2]

    top, middle, bottom = map(rule, LINES)
    yield title
    yield from (top, line(headings), middle)
    for number, cells in enumerate(rows, 1):
        if total and number == len(rows):
            yield middle
        yield line(cells)
    yield bottom
