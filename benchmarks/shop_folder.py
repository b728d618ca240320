"""`ShopFolder`: an invented shop's folder of product sheets and manuals, and the truth about it.

It knows what lies in the folder, what is served, and every text that was ever embedded. What happens to the shop
stands in `shop`, what a night must make of it in `shop_night`.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import wares
from shop_file import Row, ShopFile
from shop_night import Expectation, Night, night, price_of

Edit = Callable[[Row, bool], Row]
"""A row and whether it is Chinese -> the row that takes its place."""
SECTIONS = 6
"""Sections of a manual, each short enough to be one text."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A question to put after a night: a SKU, and the prices at which it is sold (none: it must not be found)."""

    sku: str
    prices: frozenset[float]


class ShopFolder:
    """`rows` products in `files` sheets below `folder`, which must be empty or absent. The same seed, the same shop;
    the first sheets of a larger shop with as many rows a sheet are those of a smaller one."""

    def __init__(self, folder: Path, rows: int = 100_000, files: int = 0, seed: int = 1) -> None:
        self.folder = folder
        self.away = folder.with_name(f"{folder.name}.away")
        self.dice = random.Random(seed)
        self.files: dict[str, ShopFile] = {}
        self.served: Mapping[str, ShopFile] = {}
        self._read: Mapping[str, ShopFile] = {}
        self.ever: set[int] = set()
        self._repairs: dict[str, ShopFile | None] = {}
        self._taken: set[str] = set()
        self._empty = False
        self._night: Night | None = None
        self._done_to: dict[str, set[str]] = defaultdict(set)
        self._next = 0
        sheets = files or max(12, rows // 2500)
        for sheet in range(sheets):
            self._put(self._sheet(sheet, rows // sheets + (sheet < rows % sheets), random.Random(f"{seed}/{sheet}")))
        for manual in range(max(4, sheets // 8)):
            self._put(self._manual(manual))

    @property
    def rows(self) -> int:
        """Products in the folder."""
        return sum(len(file.rows) for file in self.files.values() if file.is_sheet)

    def _sheet(self, sheet: int, rows: int, dice: random.Random) -> ShopFile:
        chinese = sheet % 4 == 1
        first, self._next = self._next, self._next + rows
        currency = "CNY" if chinese else dice.choice(("EUR", "USD", "GBP"))
        made = tuple(wares.row(dice, first + i, chinese=chinese, currency=currency) for i in range(rows))
        if chinese:
            return ShopFile(f"供应商/价目表-{sheet:03d}.csv", "gb18030", wares.CHINESE, made)
        if sheet == 2:
            return ShopFile("feeds/marketplace.jsonl", "jsonl", wares.FEED, made)
        if sheet % 9 == 3:
            return ShopFile(f"wholesale/list-{sheet:03d}.xlsx", "xlsx", wares.ENGLISH, made)
        return ShopFile(f"suppliers/pricelist-{sheet:03d}.csv", "csv", wares.ENGLISH, made)

    def _manual(self, manual: int) -> ShopFile:
        chinese = manual % 2 == 1
        title = f"使用说明书 {manual}" if chinese else f"Owner's manual {manual}"
        sections = tuple(wares.section(self.dice, chinese=chinese) for _ in range(SECTIONS))
        return ShopFile(f"manuals/{'说明' if chinese else 'manual'}-{manual:03d}.md", "md", (title,), sections)

    # --- what a night makes of it

    def expect(self) -> Expectation:
        """What `reindex` must do now."""
        if self._empty:
            self._night = None
            return Expectation(unreadable=True)
        self._night = night(self.files, self._read, self.served, self.ever)
        return self._night.expected

    def morning(self) -> None:
        """The night went as expected: its texts are embedded, and what was to be published is served."""
        if self._night is None:
            return
        self.ever |= self._night.texts
        if self._night.expected.published:
            self.served, self._read = self._night.after, dict(self.files)

    def spots(self, number: int) -> list[Spot]:
        """Questions about what the last night was about, answered from what is served now."""
        asked = self._night.asked if self._night is not None else ()
        if len(asked) < number:
            sheets = [file for file in self.served.values() if file.has_keys and file.rows]
            asked = (*asked, *(self.dice.choice(self.dice.choice(sheets).rows)[wares.SKU] for _ in range(number)))
        prices: dict[str, set[float]] = {sku: set() for sku in self.dice.sample(asked, number)}
        for file in self.served.values():
            if file.has_keys:
                for row in file.rows:
                    if row[wares.SKU] in prices:
                        prices[row[wares.SKU]].add(price_of(row))
        return [Spot(sku, frozenset(found)) for sku, found in prices.items()]

    # --- how acts are done

    def _put(self, file: ShopFile, *, taken: bool = False) -> None:
        self.files[file.path] = file
        file.write(self.folder)
        if taken:
            self._taken.add(file.path)

    def _drop(self, path: str) -> None:
        (self.folder / path).unlink()
        del self.files[path]
        self._taken.add(path)

    def _for_a_night(self, file: ShopFile) -> None:
        self._repairs[file.path] = self.files[file.path]
        self._put(file, taken=True)

    def _free(self, *, csv: bool) -> list[ShopFile]:
        """Sheets that nothing else happens to this night."""
        return [
            file
            for path, file in self.files.items()
            if path not in self._taken and file.is_sheet and (file.is_csv or not csv)
        ]

    def _pick(self, files: int, *, csv: bool = False) -> list[ShopFile]:
        free = self._free(csv=csv)
        return self.dice.sample(free, min(files, len(free)))

    def _pick_once(self, what: str) -> ShopFile:
        """A CSV file that this was not done to before: done twice, it would make the same texts."""
        free = [file for file in self._free(csv=True) if file.path not in self._done_to[what]]
        file = self.dice.choice(free or self._free(csv=True))
        self._done_to[what].add(file.path)
        return file

    def _places(self, rows: int, among: Sequence[str] = ()) -> dict[str, set[int]]:
        """So many rows picked among free sheets (or those named), as places by path."""
        free = [self.files[path] for path in among] or self._free(csv=False)
        starts, total = [], 0
        for file in free:
            starts.append(total)
            total += len(file.rows)
        found: dict[str, set[int]] = defaultdict(set)
        picked = sorted(self.dice.sample(range(total), min(rows, total)))
        at = 0
        for place in picked:
            while at + 1 < len(starts) and starts[at + 1] <= place:
                at += 1
            found[free[at].path].add(place - starts[at])
        return found

    def _edit(self, rows: int, edit: Edit, among: Sequence[str] = ()) -> None:
        for path, places in self._places(rows, among).items():
            file = self.files[path]
            changed = list(file.rows)
            for place in sorted(places):
                new = edit(changed[place], file.is_chinese)
                while file.text(new) in self.ever or new == file.rows[place]:
                    new = edit(changed[place], file.is_chinese)
                changed[place] = new
            self._put(file.with_rows(changed))

    def _repriced(self, row: Row, _: bool) -> Row:
        price = max(1.0, price_of(row) * self.dice.uniform(0.8, 1.25))
        return with_cell(row, wares.PRICE, f"{price:.2f}")

    def _redescribed(self, row: Row, chinese: bool) -> Row:
        praise = wares.word(self.dice, wares.PRAISE, chinese)
        first = row[wares.DESCRIPTION].split("。" if chinese else ". ")[0]
        number = self.dice.randint(2, 9999)
        new = f"{first}。{praise}（第{number}版）。" if chinese else f"{first}. {praise} (revision {number})."
        return with_cell(row, wares.DESCRIPTION, new)

    def _new_row(self, file: ShopFile) -> Row:
        self._next += 1
        return wares.row(self.dice, self._next - 1, chinese=file.is_chinese, currency=file.rows[0][wares.CURRENCY])


def with_cell(row: Row, place: int, cell: str) -> Row:
    """The row with another value in one place."""
    return (*row[:place], cell, *row[place + 1 :])
