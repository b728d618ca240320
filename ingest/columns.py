"""The columns of a table: what each is, decided once over its headers and cells, and what a row of them says.

A row becomes its text (a line `header: value` for every cell), its typed cells, and its attributes for filters. Of
several prices the one that everybody pays today is the row's price: a sale price where one is filled in, else the
price itself, else the regular one, row by row; the others keep their own names. What is the shop's own business
(`ingest.private`) is in none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from index.cell import Cell, Typed
from index.chunk import Value
from index.text.currencies import currency_of
from index.text.measures import BETWEEN
from ingest.cell_readers import Readers, as_words
from ingest.cell_type import is_nothing
from ingest.column import Column, clean, label_of
from ingest.column_roles import roles_of
from ingest.dates import is_open
from ingest.declared import TableOptions
from ingest.money import Money
from ingest.names import stands_for_name
from ingest.roles import PERIOD, STANDING, TYPED

UNHEADED = Column("", "")
UNREAD = "0001-01-01"
"""The last day of a row whose days of validity cannot be read."""


class Row(NamedTuple):
    """What a row says: its text, its typed attributes and every other column's value, and its cells."""

    text: str
    attributes: dict[str, Value]
    cells: tuple[Cell, ...]


class Columns:
    """The columns of one table; an empty header is named by the column's letter.

    `options` are what a shop declares: a column that it says to be its key is the SKU, whatever else the table has.
    `sample` are rows of the table, over which it is decided what its columns hold.
    """

    def __init__(
        self,
        headers: Sequence[str],
        options: TableOptions = TableOptions(),
        sample: Iterable[Sequence[str]] = (),
    ) -> None:
        self.width = len(headers)
        """How many columns have a header; `columns` grows where a row has more cells."""
        self.columns: list[Column] = []
        self._keys = {*TYPED}
        self.options = options
        cells = [list(filter(None, map(str.strip, column))) for column in zip(*_even(sample, self.width), strict=True)]
        self._readers = readers = Readers(cells)
        roles = roles_of(headers, options, cells, readers)
        self._read = [readers.of(place, column.tag, headers[place]) for place, column in enumerate(roles)]
        for place, header in enumerate(headers):
            self._add(header, roles[place])
        self._private = frozenset(place for place, column in enumerate(self.columns) if column.private)
        self._priced = [place for place, column in enumerate(self.columns) if column.tag == "price"]
        self._standing = {
            place: (STANDING[self.columns[place].kind], self.columns[place].tax == "excluded")
            for place in self._priced
            if self.columns[place].kind in STANDING and not self.columns[place].private
        }
        self._prices = sorted(self._standing, key=self._standing.__getitem__)
        self._periods = any(column.tag in PERIOD for column in self.columns)
        self._named_by = stands_for_name([column.tag for column in self.columns], cells)

    def _add(self, header: str, column: Column = UNHEADED) -> None:
        label = label_of(header, len(self.columns))
        key, number = label, 1
        while key in self._keys:  # a typed name may only hold the typed value
            number += 1
            key = f"{label} ({number})"
        self._keys.add(key)
        self.columns.append(replace(column, header=label, key=key))

    def is_clear(self, place: int, text: str) -> bool:
        """Whether a cell is no day of a price that cannot be read in one way only."""
        return self._readers.is_clear(place, text)

    @property
    def has_names(self) -> bool:
        """Whether its rows have names, be it those of models."""
        return self._named_by is not None or any(column.tag == "name" for column in self.columns)

    @property
    def roles(self) -> set[str]:
        """The typed names that some column has."""
        return {column.role for column in self.columns if column.role}

    @property
    def private(self) -> list[str]:
        """The headers of what is held back."""
        return [column.header for column in self.columns if column.private]

    def public(self, cells: Sequence[str]) -> Sequence[str]:
        """The cells of a line of the table, those of private columns blank."""
        if not self._private:
            return cells
        shown = self.width if self.width - 1 in self._private else len(cells)  # a last header may stand over more
        return ["" if place in self._private or place >= shown else cell for place, cell in enumerate(cells)]

    def row(self, cells: Sequence[str]) -> Row:
        """What a row says today; a cell that is blank or private says nothing."""
        found: list[Cell] = []
        places: dict[int, int] = {}
        attributes: dict[str, Value] = {}
        while len(self.columns) < len(cells):
            self._add("")
            self._read.append(as_words)
        for place, (cell, column, read) in enumerate(zip(cells, self.columns, self._read, strict=False)):
            if not cell or column.private or not (text := clean(cell)):
                continue
            places[place] = len(found)
            if column.tag == "price":
                attributes[column.key] = text  # the one that is the price is taken out again
                found.append(_priced_cell(column, text, read(text)))
            elif read is as_words and column.role is None:
                attributes[column.key] = text
                found.append(Cell(column.header, text, column.tag, column.kind, None, column.unit))
            else:
                value, chosen = self._typed(column, text, read(text), attributes)
                found.append(Cell(column.header, text, column.tag, column.kind, value, column.unit, chosen))
        if self._named_by in places:
            attributes.setdefault("name", found[places[self._named_by]].text)
        elif any(map(str.isalpha, str(attributes.get("sku", "")))):  # called by its maker and its model or code
            called = (str(attributes[one]) for one in ("brand", "sku") if attributes.get(one))
            attributes.setdefault("name", " ".join(called))
        self._price(found, places, attributes)
        return Row("\n".join([cell.line for cell in found]), attributes, tuple(found))

    def _typed(self, column: Column, text: str, value: Any, attributes: dict[str, Value]) -> tuple[Typed, bool]:
        """(value, chosen) of a cell that is no price; its attribute is set."""
        if isinstance(value, tuple):  # each is a value of its own to whoever filters
            attributes[column.key] = BETWEEN.join(value)
            return None, False
        if column.role is None:
            attributes[column.key] = value if isinstance(value, bool) else text
            return value, False
        if column.role in ("valid_from", "valid_to") and value is None:
            attributes[column.key] = text
            if not is_open(text):
                attributes["valid_to"] = UNREAD  # a row whose days nobody can read is told on none
            return None, False
        if column.role == "stock" and (value is None or isinstance(value, bool)):
            attributes[column.key] = text
            return value, value is not None
        if column.role == "currency":
            text = currency_of(text) or text
        attributes.setdefault(column.role, text if value is None else value)
        return value, True

    def _price(self, cells: list[Cell], places: dict[int, int], attributes: dict[str, Value]) -> None:
        """Choose the price of a row, and those that stand beside it as its equals.

        One that can be compared goes before one that cannot ("from 49", "2 for 5.00"), which is told as it stands.
        """
        filled = [place for place in self._prices if place in places and _says_price(cells[places[place]])]
        # where the better price is words ("on request"), a lesser one is not told in its place
        filled = [place for place in filled if self._standing[place] == self._standing[filled[0]]]
        known = [place for place in filled if cells[places[place]].value is not None]
        if known:
            best = cells[places[known[0]]]
            attributes.pop(self.columns[known[0]].key, None)
            attributes["price"] = best.value  # type: ignore[assignment]
            if "currency" not in attributes and (unit := best.unit or self.options.currency):
                attributes["currency"] = unit
        currency, chosen = str(attributes.get("currency", "")), known or filled[:1]
        for place in self._priced:
            if (at := places.get(place)) is not None:
                header, text, role, kind, value, unit, _, tax = cells[at]
                cells[at] = Cell(header, text, role, kind, value, unit or currency, place in chosen, tax)

    def _is_sale(self, place: int) -> bool:
        return place < self.width and self.columns[place].tag == "price" and self.columns[place].kind == "sale"

    def rows(self, cells: Sequence[str]) -> list[Row]:
        """A row as it is in the days of its sale, and before and after them; one where its price never changes."""
        row = self.row(cells)
        if not self._periods or not any(cell.chosen and cell.kind == "sale" for cell in row.cells):
            return [row]
        days = self._sale_days(row.cells)
        usual = self.row(["" if self._is_sale(place) else cell for place, cell in enumerate(cells)])
        headers = {cell.header: cell for cell in usual.cells}
        told = tuple(headers.get(cell.header, cell._replace(chosen=False)) for cell in row.cells)
        regular = Row(row.text, usual.attributes, told)
        if days is None:
            return [regular]  # a period that cannot be read: the lint tells
        return list(_periods(row, regular, *days)) if any(days) else [row]

    @staticmethod
    def _sale_days(cells: Sequence[Cell]) -> tuple[str, str] | None:
        """The first and last day of a sale, "" for none; None where a cell that should say it cannot be read."""
        first = last = ""
        for cell in cells:
            if cell.role not in PERIOD or is_open(cell.text):
                continue
            if cell.value is None:
                return None
            if cell.role == "sale_days":
                first, _, last = str(cell.value).partition("/")
            elif cell.role == "sale_from":
                first = str(cell.value)
            else:
                last = str(cell.value)
        return first, last


def _priced_cell(column: Column, text: str, money: Money | None) -> Cell:
    """A price as a cell; its value is None where it is not the price of one piece, or words."""
    if money is None:
        return Cell(column.header, text, "price", column.kind, None, column.unit, tax=column.tax)
    value = float(money.amount) if money.comparable else None
    return Cell(
        column.header, text, "price", column.kind, value, money.currency or column.unit, tax=money.tax or column.tax
    )


def _says_price(cell: Cell) -> bool:
    """Whether a price stands in a cell, be it in words; of a sale only one that can be compared."""
    return bool(cell.value) if cell.kind == "sale" else cell.value is not None or not is_nothing(cell.text)


def _periods(sale: Row, regular: Row, first: str, last: str) -> Iterable[Row]:
    """The row before, in and after its sale; its own validity stays a limit to all three."""
    if first:
        yield _within(regular, "", _day(first, -1))
    yield _within(sale, first, last)
    if last:
        yield _within(regular, _day(last, 1), "")


def _within(row: Row, first: str, last: str) -> Row:
    attributes = dict(row.attributes)
    if first := max(first, str(attributes.get("valid_from", ""))):
        attributes["valid_from"] = first
    if last := min(filter(None, (last, str(attributes.get("valid_to", "")))), default=""):
        attributes["valid_to"] = last
    return Row(row.text, attributes, row.cells)


def _day(iso: str, by: int) -> str:
    return (date.fromisoformat(iso) + timedelta(days=by)).isoformat()


def _even(rows: Iterable[Sequence[str]], width: int) -> list[list[str]]:
    """Rows of one width; none where there are no columns."""
    even = [[*row[:width], *[""] * (width - len(row))] for row in rows]
    return even or [[""] * width]
