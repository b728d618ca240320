"""`Shop`: an invented shop that changes; each method is something that happens to a catalogue between two nights.

    shop = Shop(folder, rows=100_000, seed=1)
    shop.prices(300)
    shop.expect()  # what `reindex` must do now, to the last text
    shop.morning()  # it did

No act makes a text that stood in the catalogue before, but those that bring back yesterday's, so that the number of
texts to embed is exact whatever is still cached. A file that something was done to "for a night" is left alone by the
other acts until `repair`, with which every night but the first begins.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import wares
from shop_file import LOST_KEYS, Row
from shop_folder import ShopFolder, with_cell
from shop_night import price_of


class Shop(ShopFolder):
    """A shop and what happens to it. Each act says in words what it did."""

    # --- what happens to products

    def prices(self, rows: int, among: Sequence[str] = ()) -> str:
        """Other prices for so many products, up to a quarter up or down."""
        self._edit(rows, self._repriced, among)
        return f"{rows} prices"

    def stock(self, rows: int) -> str:
        """Other stock figures."""
        self._edit(rows, lambda row, _: with_cell(row, wares.STOCK, str(self.dice.randint(0, 999_999))))
        return f"{rows} stock figures"

    def descriptions(self, rows: int) -> str:
        """A sentence added to the description."""
        self._edit(rows, self._redescribed)
        return f"{rows} descriptions"

    def add(self, rows: int, *, on_top: bool = False) -> str:
        """New products, in the middle of a few sheets or on top of one."""
        for file in self._pick(1 if on_top else 4, csv=on_top):
            part = rows if on_top else max(1, rows // 4)
            new = [self._new_row(file) for _ in range(part)]
            at = 0 if on_top else len(file.rows) // 2
            self._put(file.with_rows([*file.rows[:at], *new, *file.rows[at:]]))
        return f"{rows} new{' on top' if on_top else ''}"

    def withdraw(self, rows: int) -> str:
        """Rows that are gone for good."""
        for path, places in self._places(rows).items():
            file = self.files[path]
            self._put(file.with_rows([row for place, row in enumerate(file.rows) if place not in places]))
        return f"{rows} withdrawn"

    def swap(self) -> str:
        """Two products of a sheet exchange their SKUs; prices near enough not to be taken for a slip."""
        (file,) = self._pick(1, csv=True)
        rows = list(file.rows)
        near = sorted(range(len(rows)), key=lambda place: price_of(rows[place]))
        at = self.dice.randrange(len(rows) // 2, len(rows) - 1)
        one, other = near[at], near[at + 1]
        first, second = rows[one], rows[other]
        rows[one], rows[other] = (second[0], *first[1:]), (first[0], *second[1:])
        self._put(file.with_rows(rows), taken=True)
        return f"SKUs swapped in {file.path}"

    def duplicate(self) -> str:
        """A row stands twice, for a night."""
        (file,) = self._pick(1, csv=True)
        self._for_a_night(file.with_rows([*file.rows, self.dice.choice(file.rows)]))
        return f"a row twice in {file.path}"

    def break_rows(self) -> str:
        """Two rows whose price is none, for a night."""
        (file,) = self._pick(1, csv=True)
        rows = list(file.rows)
        one, other = self.dice.sample(range(len(rows)), 2)
        number = self.dice.randrange(10**6)
        rows[one] = with_cell(rows[one], wares.PRICE, f"see note {number}")
        rows[other] = with_cell(rows[other], wares.PRICE, f"#REF!{number}")
        self._for_a_night(file.with_rows(rows))
        return f"two rows broken in {file.path}"

    # --- what happens to files

    def reorder(self, files: int = 1) -> str:
        """The same rows in another order."""
        for file in self._pick(files):
            self._put(file.with_rows(self.dice.sample(file.rows, len(file.rows))), taken=True)
        return f"{files} reordered"

    def move(self, files: int = 1) -> str:
        """Files under other names in other folders; their bytes untouched."""
        for file in self._pick(files):
            moved = replace(file, path=f"moved/{self.dice.randrange(10**6):06d}-{Path(file.path).name}")
            (self.folder / moved.path).parent.mkdir(exist_ok=True)
            (self.folder / file.path).rename(self.folder / moved.path)
            del self.files[file.path]
            self.files[moved.path] = moved
            self._taken.add(moved.path)
        return f"{files} moved"

    def remove(self) -> str:
        """A file is gone for a night."""
        (file,) = self._pick(1, csv=True)
        self._repairs[file.path] = file
        self._drop(file.path)
        return f"{file.path} gone"

    def revert(self, rows: int) -> str:
        """Prices of one file change, and the next night yesterday's file is back."""
        (file,) = self._pick(1, csv=True)
        self._edit(min(rows, len(file.rows)), self._repriced, [file.path])
        self._repairs[file.path] = file
        self._taken.add(file.path)
        return f"prices of {file.path}, to be taken back"

    def cut(self, files: int = 1) -> str:
        """Exports that broke off half-way for a night, within a description without quotes: no row is refused."""
        for file in self._pick(files, csv=True):
            half = len(file.rows) // 2
            described = {place: file.rows[place][wares.DESCRIPTION] for place in range(half, len(file.rows))}
            plain = [place for place, text in described.items() if not set(',"\n') & set(text)][:8]
            last: Row = ()
            while not last or file.text(last) in self.ever:
                at = self.dice.choice(plain)
                length = self.dice.randint(len(described[at]) // 4, len(described[at]) - 2)
                last = (*file.rows[at][: wares.DESCRIPTION], described[at][:length].rstrip())
            self._for_a_night(replace(file, rows=(*file.rows[:at], last), cut=True))
        return f"{files} cut in half"

    def cut_many(self) -> str:
        """So many cut exports that a third of all products is missing."""
        return self.cut(min(round(0.67 * len(self._free(csv=False))), len(self._free(csv=True))))

    def garble(self) -> str:
        """A file whose bytes are no text, for a night."""
        (file,) = self._pick(1, csv=True)
        self._for_a_night(replace(file, garbled=True))
        return f"{file.path} garbled"

    def rename_key(self) -> str:
        """The column of SKUs has another header, for a night."""
        file = self._pick_once("key")
        self._for_a_night(replace(file, columns=(LOST_KEYS[file.columns[0]], *file.columns[1:])))
        return f"key column renamed in {file.path}"

    def inflate(self) -> str:
        """Prices of a file a hundredfold, for a night: an export that lost its decimal mark."""
        file = self._pick_once("price")
        rows = [with_cell(row, wares.PRICE, f"{price_of(row) * 100:.0f}") for row in file.rows]
        self._for_a_night(file.with_rows(rows))
        return f"prices x100 in {file.path}"

    def empty(self) -> str:
        """The folder holds nothing, for a night, as when a share is not mounted."""
        self.away.mkdir()
        for entry in list(self.folder.iterdir()):
            entry.rename(self.away / entry.name)
        self._empty = True
        return "folder empty"

    def touch(self) -> str:
        """New times of modification, and nothing else."""
        for path in self.files:
            os.utime(self.folder / path)
        return "touched"

    def edit_manuals(self, sections: int) -> str:
        """A sentence added to sections of manuals, and a new manual."""
        manuals = [file for file in self.files.values() if not file.is_sheet]
        for file in self.dice.sample(manuals, min(sections, len(manuals))):
            rows = list(file.rows)
            heading, paragraph = rows[0]
            rows[0] = (
                heading,
                f"{paragraph} {wares.word(self.dice, wares.PRAISE, file.is_chinese)} ({len(self.ever)}).",
            )
            self._put(file.with_rows(rows))
        self._put(self._manual(1000 + len(self.files)))
        return f"{min(sections, len(manuals))} sections and a manual"

    def repair(self) -> str:
        """Undo what was for a night; the first thing of the next one."""
        mended = len(self._repairs) + self._empty
        if self._empty:
            for entry in list(self.away.iterdir()):
                entry.rename(self.folder / entry.name)
            self.away.rmdir()
            self._empty = False
        for path, file in self._repairs.items():
            self._put(file) if file is not None else self._drop(path)
        self._repairs.clear()
        self._taken.clear()
        return f"{mended} repaired" if mended else ""
