"""Tables of shop systems in which variants follow their product: each line gets what it inherits, before it is read.

A line without a title, or with another line's number in its parent column, is a variant: it takes over what it does
not say itself, and its name is the product's with what is chosen. A line of a product that is only sold as variants is
no row once one of them has come, lines that only add pictures are none, and a period `a/b` is two columns. It knows
lines and their header, and not what the columns become.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from ingest.entries import is_default
from ingest.feed_words import has_word, is_identity, kept_whole, means, plain, role
from ingest.flatten import PERIOD
from ingest.line import Line
from ingest.variants import variant_name

LOOKED_AT = 12
"""Lines among which the header stands."""
REMEMBERED = 4096
"""Products whose variants may still come."""
MACHINE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*(?:#\w+)?")
"""A name as programs give columns."""
OPTION = re.compile(r"(?:option ?\d+|attribute ?\d+) (?:value s|values|value)")
OPTION_NAME = re.compile(r"(?:option ?\d+|attribute ?\d+) name")


def inherited(lines: Iterable[Line]) -> Iterable[Line]:
    """The lines of a sheet; those of a table in which variants follow their product with what they inherit."""
    source = iter(lines)
    ahead = list(islice(source, LOOKED_AT))
    for place, line in enumerate(ahead):
        if line.problem is None and (again := _in_machine_words(line, ahead[place + 1 : place + 2])):
            dropped = line if _known(again) > _known(line) else again
            ahead = [other for other in ahead if other is not dropped]
            break
    for place, line in enumerate(ahead):
        if line.problem is None and (family := Family.of(line)):
            return chain(ahead[:place], family.lines(chain(ahead[place:], source)))
    return chain(ahead, source)


def _in_machine_words(line: Line, following: Sequence[Line]) -> Line | None:
    """The line under a header that names the same columns once more, as a program does (`item_sku`)."""
    if len(line.words) < 4 or not following or following[0].problem is not None:
        return None
    below = following[0].words
    named = (
        len(below) * 10 >= len(line.words) * 8 and all(map(MACHINE.fullmatch, below)) and len(set(below)) == len(below)
    )
    return following[0] if named and sum("_" in word for word in below) * 3 >= len(below) else None


def _known(line: Line) -> int:
    return sum(bool(role(word)) for word in line.words)


class Family:
    """The columns by which lines of one table belong together, and the products met so far."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = labels
        places = range(len(labels))
        self._family = next((place for place in places if means(labels[place], "families")), None)
        self._shared = self._family is not None and plain(labels[self._family]) == "handle"
        """Whether a product and its variants share the value, instead of variants naming the product's number."""
        self._numbers = [place for place in places if is_identity(labels[place]) and place != self._family]
        self._id = next((place for place in places if plain(labels[place]) == "id"), None)
        self._name = next((place for place in places if role(labels[place]) == "name"), None)
        self._periods = [place for place in places if "effective date" in plain(labels[place])]
        self._options = [place for place in places if OPTION.fullmatch(plain(labels[place]))]
        self._choices = self._options or [place for place in places if means(labels[place], "options")]
        self._images = {place for place in places if has_word(labels[place], "images")}
        self._kinds = [kept_whole(label) for label in labels]
        self._own = {place for place in places if plain(labels[place]).startswith("variant ") or place in self._options}
        self._products: OrderedDict[str, Line] = OrderedDict()
        self._held: OrderedDict[int, Line] = OrderedDict()

    @classmethod
    def of(cls, line: Line) -> Family | None:
        """The family of a header; None where the line is none that shows how lines belong together."""
        labels = [" ".join(cell.split()) for cell in line.cells]
        if not any(means(label, "families") or "effective date" in plain(label) for label in labels):
            return None
        found = cls(labels)
        whole = found._name is not None and (found._numbers or found._shared or found._id is not None)
        return found if whole and (found._family is not None or found._periods) else None

    def lines(self, lines: Iterator[Line]) -> Iterator[Line]:
        """The header and the lines under it."""
        yield self._with_periods(next(lines), header=True)
        for line in lines:
            if line.problem is not None or line.blank:
                yield line
                continue
            cells = [*line.cells, *[""] * (len(self._labels) - len(line.cells))]
            yield from self._line(replace(line, cells=cells))
        yield from map(self._with_periods, self._held.values())

    def _line(self, line: Line) -> Iterator[Line]:
        product = self._product(line)
        if product is not None and self._adds_pictures(line):
            return
        if product is None:
            yield from self._remember(line)
            if self._is_unsold(line):
                self._held[line.number] = line
                return
            line = self._named(line, None) if self._shared else line
        else:
            self._held.pop(product.number, None)
            line = self._named(replace(line, cells=self._taken_over(line.cells, product.cells)), product)
        yield self._with_periods(line)

    def _product(self, line: Line) -> Line | None:
        """The product that a line is a variant of."""
        said = line.cells[self._family].strip() if self._family is not None else ""
        if not said or any(line.cells[place].strip() == said for place in self._numbers if not self._shared):
            return None
        product = self._products.get(said.casefold())
        named = self._name is not None and line.cells[self._name].strip()
        return None if self._shared and named and named != (product and product.cells[self._name or 0]) else product

    def _remember(self, line: Line) -> Iterator[Line]:
        """Keep a line whose variants may come; what is let go of after that was held in vain."""
        if self._family is None:
            return
        keys = [line.cells[self._family]] if self._shared else [line.cells[place] for place in self._numbers]
        if self._id is not None and not self._shared:
            keys += [line.cells[self._id], f"id:{line.cells[self._id]}"]
        for key in filter(None, map(str.strip, keys)):
            self._products[key.casefold()] = line
        while len(self._products) > REMEMBERED:
            _, old = self._products.popitem(last=False)
            if (held := self._held.pop(old.number, None)) is not None:
                yield self._with_periods(held)

    def _is_unsold(self, line: Line) -> bool:
        unpriced = not any(line.cells[place].strip() for place, kind in enumerate(self._kinds) if kind == "price")
        return unpriced and not self._shared and any(means(cell, "unsold") for cell in line.cells if len(cell) < 20)

    def _adds_pictures(self, line: Line) -> bool:
        said = {place for place, cell in enumerate(line.cells[: len(self._labels)]) if cell.strip()} - {self._family}
        return self._shared and bool(said) and said <= self._images

    def _taken_over(self, cells: Sequence[str], above: Sequence[str]) -> list[str]:
        said = {kind for kind, cell in zip(self._kinds, cells, strict=False) if kind and cell.strip()}
        return [
            cell if cell.strip() or place >= len(self._labels) or not self._inherits(place, said) else above[place]
            for place, cell in enumerate(cells)
        ]

    def _inherits(self, place: int, said: set[str]) -> bool:
        return place not in self._own and place not in self._images and self._kinds[place] not in said

    def _named(self, line: Line, product: Line | None) -> Line:
        """The line under the product's name with what is chosen; the choice of nothing is left out."""
        cells = list(line.cells)
        for place in self._options:
            if is_default(cells[place].strip()):
                cells[place] = ""
                if place and OPTION_NAME.fullmatch(plain(self._labels[place - 1])):
                    cells[place - 1] = ""
        if self._name is not None:
            chosen = [value for place in self._choices if (value := cells[place].strip()) and "," not in value]
            above = product.cells[self._name] if product is not None else cells[self._name]
            own = line.cells[self._name] if product is not None and line.cells[self._name] != above else ""
            cells[self._name] = variant_name(above.strip(), own.strip(), chosen)
        return replace(line, cells=cells)

    def _with_periods(self, line: Line, header: bool = False) -> Line:
        """The line with two columns more for each period."""
        if not self._periods or line.places:
            return line
        cells = list(line.cells[: len(self._labels)])
        more: list[str] = []
        for place in self._periods:
            if header:
                more += [f"{cells[place]} from", f"{cells[place]} to"]
            elif found := PERIOD.fullmatch(cells[place].strip()):
                more += found.groups()
                cells[place] = ""
            else:
                more += ["", ""]
        return replace(line, cells=[*cells, *more, *line.cells[len(self._labels) :]])
