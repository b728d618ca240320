"""`Column`: one column of a table, and the text of a header or a cell as one line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,9})\b[^<>]*>")
INLINE = frozenset(
    ("b", "i", "u", "em", "strong", "span", "a", "font", "small", "big", "sup", "sub", "code", "s", "label")
)
MARKUP = re.compile(r"</(p|div|ul|ol|li|span|b|strong|em|i|h[1-6]|a|td|tr|table|font)>|<br\s*/?>", re.IGNORECASE)
CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
SHORT_LINE = 60
"""Characters. Lines of a cell that are all shorter are a list and are joined by ` / `; longer ones are prose."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header as written and the key of its attribute.

    `role` is the typed name whose attribute it gives, if any: of several names, prices, ... the best one's. `tag` is
    what it holds whether or not it is the best ("price", "name", "power"), `kind` which of its tag (`Cell.kind`), `tax`
    whether a price is with or without it, `unit` the currency or unit that the header names.
    """

    header: str
    key: str
    role: str | None = None
    tag: str = ""
    kind: str = ""
    tax: str = ""
    unit: str = ""
    private: bool = False


def clean(cell: str) -> str:
    """A cell as one line: markup of a web page taken off, line breaks as ` / ` in a list and as spaces in prose."""
    if cell.isprintable() and "<" not in cell and "  " not in cell:
        return cell.strip()
    cell = CONTROLS.sub("", cell)
    if "<" in cell and MARKUP.search(cell):
        cell = TAG.sub(lambda tag: "" if tag[2].lower() in INLINE else "\n", cell)
        cell = unescape(cell)
    lines = [stripped for line in cell.splitlines() if (stripped := " ".join(line.split()))]
    if len(lines) < 2:
        return lines[0] if lines else ""
    return (" / " if max(map(len, lines)) <= SHORT_LINE else " ").join(lines)


def label_of(header: str, place: int) -> str:
    """What a column is called: its header, or its letter where it has none."""
    return clean(header) or f"Column {letter(place)}"


def letter(place: int) -> str:
    """The letters a spreadsheet program shows for a column, counted from 0: 0 -> A, 26 -> AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
