"""`Line`: a line of text on a page of a PDF, its words, where they stand, how large and bold they are."""

from __future__ import annotations

from dataclasses import dataclass

Cell = tuple[float, float, str]
"""(left edge, right edge, words)."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. Lengths are in points, `bottom` from the lower edge of the page. `cells`: (left, right, text) of
    its parts where wide gaps part them, else one. `hyphenated`: its last word goes on in the next line."""

    text: str
    left: float
    right: float
    bottom: float
    height: float
    bold: bool
    cells: tuple[Cell, ...] = ()
    hyphenated: bool = False

    @property
    def size(self) -> float:
        """The height rounded to half a point, so that equal fonts compare equal."""
        return round(self.height * 2) / 2
