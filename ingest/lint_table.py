"""One table of a file as the lint sees it: its SKUs, prices and currencies, and the types of its columns.

What most rows are is learned while they pass; a row is judged by what was learned up to its batch, so that memory
does not grow with the bad rows of a sheet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from ingest.cell_type import is_empty, kind_of
from ingest.column_type import ColumnType
from ingest.columns import Columns
from ingest.document import Element
from ingest.findings import Finding, quoted
from ingest.lint_shape import Shape
from ingest.money import is_price
from ingest.shift import Shift, misplaced, overflowing

PRICED = 0.8
"""Share of rows with a price above which a row without one is told."""
FEW = 0.1
"""Share of repeated SKUs up to which a column still is a key, in a table without prices and stock."""
FIRST = 64
"""Rows that are held before any is judged, so that enough is known of their columns."""
HELD = 51
"""Rows that are kept until the table's end, one more than are told."""


@dataclass(slots=True)
class _Kept:
    """Findings that can be told only at the end: the first of them, and how many there are."""

    first: list[Finding] = field(default_factory=list)
    count: int = 0

    def takes(self) -> bool:
        """Count one more; whether it is to be kept."""
        self.count += 1
        return len(self.first) < HELD


class Table:
    """The rows of one sheet or list, batch by batch; `close` tells what can be said only at the end."""

    def __init__(self, tell: Callable[[Finding], None]) -> None:
        self._tell = tell
        self._shapes: dict[Columns, Shape] = {}
        self._stats: dict[str, ColumnType] = {}
        self._skus: dict[int, int] = {}
        self._rows_with_sku = self._priced = 0
        self._repeated, self._unpriced = _Kept(), _Kept()
        self._is_list = self._is_about = False
        self._first: list[Element] | None = []
        self._currencies: dict[str, _Kept] = {}
        self._currency_column = ""

    def judge(self, rows: Sequence[Element]) -> None:
        """Rows in order."""
        if self._first is not None:
            self._first += rows
            if len(self._first) >= FIRST:
                self._begin()
        else:
            self._judge(rows)

    def _begin(self) -> None:
        rows, self._first = self._first, None
        if rows:
            self._judge(rows)

    def _judge(self, rows: Sequence[Element]) -> None:
        groups: dict[Columns, list[Element]] = {}
        for row in rows:
            assert row.columns is not None
            groups.setdefault(row.columns, []).append(row)
        for columns, group in groups.items():
            places = self._shapes.get(columns)
            if places is None:
                if len(self._shapes) > 256:
                    self._shapes.clear()
                places = self._shapes[columns] = Shape(columns, self._stats)
                self._is_list |= places.is_list
                self._is_about |= places.is_about
            self._keys(group, places)
            shifted = self._types(group, places)
            self._prices(group, places, shifted)
            self._money(group, places)

    def _keys(self, rows: Sequence[Element], places: Shape) -> None:
        keyed = [row for row in rows if "sku" in row.attributes]
        keys = [row.attributes["sku"] for row in keyed]
        parts = [[row.raw[place] if place < len(row.raw) else "" for row in keyed] for place in places.key_parts]
        hashes = list(map(hash, zip(keys, *parts, strict=True)))
        numbers = [row.locator.row or 0 for row in keyed]
        self._rows_with_sku += len(keyed)
        seen = self._skus
        if len(set(hashes)) == len(hashes) and seen.keys().isdisjoint(hashes):
            seen.update(zip(hashes, numbers, strict=True))
            return
        for row, key, number in zip(keyed, hashes, numbers, strict=True):
            first = seen.setdefault(key, number)
            if first != number and self._repeated.takes():
                told = f"{quoted(row.attributes['sku'])} stands in row {first} already; give each product its own"
                self._repeated.first.append(Finding("duplicate_sku", str(row.locator), places.sku, told))

    def _types(self, rows: Sequence[Element], places: Shape) -> set[int]:
        """Learn the columns' types, tell what is of another; the rows (by their place) that are shifted.

        Rows of another width than most are learned from only where they are not shifted: many of them would make
        columns of no type, in which nothing is wrong.
        """
        long, short = places.uneven(rows)
        uneven = {*long, *short}
        odd: dict[int, list[int]] = {}
        self._learn([number for number in range(len(rows)) if number not in uneven], rows, places, odd)
        shifts: dict[int, Shift] = {}
        for number in long:
            alone = places.is_even and rows[number].locator.sheet is None  # a workbook's rows are of any width
            listed = places.sku != "" and not self._is_about
            if shift := overflowing(rows[number].raw, places.stats, alone=alone, is_list=listed):
                shifts[number] = shift
        types = [stat.type for stat in places.stats]
        for number in short:
            raw = rows[number].raw
            wrong = [place for place, cell in enumerate(raw) if types[place] and kind_of(cell) == "word"]
            if shift := misplaced(raw, places.stats, wrong):
                shifts[number] = shift
        self._learn([number for number in sorted(uneven) if number not in shifts], rows, places, odd)
        types = [stat.type for stat in places.stats]
        for number in sorted({*odd, *shifts}):
            wrong = [place for place in odd.get(number, ()) if types[place]]
            if (
                number not in shifts
                and number not in uneven
                and (shift := misplaced(rows[number].raw, places.stats, wrong))
            ):
                shifts[number] = shift
            if number in shifts:
                self._tell_shift(rows[number], places, shifts[number])
                continue
            for place in wrong:
                self._tell_type(rows[number], places, place, types[place])
        for place in (*places.dates, *places.sales):
            self._tell_dates(rows, places, place, shifts)
        return set(shifts)

    def _learn(self, numbers: Sequence[int], rows: Sequence[Element], places: Shape, odd: dict[int, list[int]]) -> None:
        """Count the cells of some rows, and note in `odd` the columns in which a row has a word."""
        cells = zip_longest(*(rows[number].raw for number in numbers), fillvalue="")
        for place, (stat, column) in enumerate(zip(places.stats, cells, strict=False)):
            if not stat.done:
                for number in stat.count(column):
                    odd.setdefault(numbers[number], []).append(place)

    def _tell_shift(self, row: Element, places: Shape, shift: Shift) -> None:
        column = places.columns.columns[shift.place].header
        many = f"{abs(shift.by)} columns" if abs(shift.by) > 1 else "one column"
        quotes = "look for a delimiter inside a value without quotes"
        if shift.by:
            message = (
                f"the cells look shifted {many} to the {'right' if shift.by > 0 else 'left'}: "
                f"{quoted(row.raw[shift.place])} stands under {quoted(column)}, "
                f"its value {quoted(row.raw[shift.place + shift.by])} beside it; "
            ) + (quotes if shift.by > 0 else "look for a missing cell")
        else:
            message = (
                f"there are more cells than columns: {quoted(row.raw[shift.place + 1])} stands beyond "
                f"{quoted(column)}, as hardly anything does in other rows; {quotes}"
            )
        self._tell(Finding("shifted_columns", str(row.locator), column, f"in the row of {_product(row)} {message}"))

    def _tell_type(self, row: Element, places: Shape, place: int, type: str) -> None:
        stat = places.stats[place]
        if place == places.price or place in places.dates or stat.loose:
            return  # a price is told as missing, a date of validity by itself
        message = f"{quoted(row.raw[place])} is text in a column of {type}s"
        self._tell(Finding("wrong_type", str(row.locator), stat.column.header, message))

    def _tell_dates(self, rows: Sequence[Element], places: Shape, place: int, shifted: Container[int]) -> None:
        """A day of validity that is not understood holds its row back, which its owner would not know."""
        sale = place in places.sales
        held = "the row is told on none, or while all readings of it hold"
        says = "the sale's price is never told" if sale else held
        for number, row in enumerate(rows):
            cell = row.raw[place] if place < len(row.raw) and number not in shifted else ""
            if not cell.strip() or places.columns.is_clear(place, cell):
                continue
            column = places.columns.columns[place].header
            message = f"{quoted(cell)} is no day that can be read in one way only, so {says}; write it as 2026-01-31"
            self._tell(Finding("date_unread", str(row.locator), column, message))

    def _prices(self, rows: Sequence[Element], places: Shape, shifted: set[int]) -> None:
        place = places.price
        if place is None:
            for row in rows:  # a record of a feed may lack the field that others have
                self._unprice(row, "", "", bool(shifted))
            return
        column = places.columns.columns[place].header
        for number, row in enumerate(rows):
            price = row.attributes.get("price")
            if price:
                self._priced += 1
            elif price is not None:
                self._priced += 1
                if number in shifted:
                    continue  # it is another column's zero
                self._tell(Finding("price_zero", str(row.locator), column, f"the price of {_product(row)} is zero"))
            else:
                self._unprice(row, row.raw[place].strip() if place < len(row.raw) else "", column, number in shifted)

    def _unprice(self, row: Element, cell: str, column: str, shifted: bool) -> None:
        if cell.startswith(("-", "−")) and is_price(cell[1:].strip()):
            self._priced += 1
            message = f"the price of {_product(row)} is below zero: {quoted(cell)}"
            self._tell(Finding("price_zero", str(row.locator), column, message))
            return
        if shifted or not ("sku" in row.attributes or "name" in row.attributes):
            return
        if cell and is_empty(cell) and any(char.isalpha() for char in cell):
            return  # "on request" is what its owner meant
        if self._unpriced.takes():
            message = f"{_product(row)} has no price" + (f": {quoted(cell)} cannot be read as one" if cell else "")
            self._unpriced.first.append(Finding("price_missing", str(row.locator), column, message))

    def _money(self, rows: Sequence[Element], places: Shape) -> None:
        headers = places.columns.columns
        if places.currency is not None:
            self._currency_column = headers[places.currency].header
        column = headers[places.price].header if places.price is not None else ""
        paid = [(row.attributes.get("currency"), row) for row in rows if "price" in row.attributes]
        for code, count in Counter(code for code, _ in paid if code is not None).items():
            kept = self._currencies.setdefault(str(code), _Kept())
            kept.count += count
            if len(self._currencies) > 1:
                where = [str(row.locator) for said, row in paid if said == code][: HELD - len(kept.first)]
                kept.first += [Finding("mixed_currencies", at, column, "") for at in where]

    def close(self) -> None:
        """The table is over: tell what depends on the whole of it."""
        self._begin()
        # reviews and compatibility lists name a SKU often, and sell none
        if not self._is_about and (self._is_list or self._repeated.count <= FEW * self._rows_with_sku):
            self._tell_all(self._repeated)
        if self._priced >= PRICED * (self._priced + self._unpriced.count):
            self._tell_all(self._unpriced)
        if len(self._currencies) > 1:
            self._tell_currencies()

    def _tell_currencies(self) -> None:
        ordered = sorted(self._currencies.items(), key=lambda item: -item[1].count)
        (most, often), *others = ordered
        if self._currency_column:
            counts = ", ".join(f"{quoted(code)} in {kept.count} rows" for code, kept in ordered[:5])
            message = f"the rows of this table name several currencies: {counts}; see whether that is meant"
            where = next((finding.where for finding in others[0][1].first), "")
            self._tell(Finding("mixed_currencies", where, self._currency_column, message))
            return
        for code, kept in others:
            message = f"the price is in {code}, {often.count} other rows are in {most}"
            self._tell_all(_Kept([replace(finding, message=message) for finding in kept.first], kept.count))

    def _tell_all(self, kept: _Kept) -> None:
        """Tell those that were kept, and count the others of their kind."""
        for finding in kept.first:
            self._tell(finding)
        for _ in range(kept.count - len(kept.first) if kept.first else 0):
            self._tell(kept.first[-1])  # beyond the most that are told: only counted


def _product(row: Element) -> str:
    return quoted(row.attributes.get("sku") or row.attributes.get("name") or "this row")
