"""`Comparison`: what became of a collection's products since what customers are answered from, told into its report.

It is shown rows that went and came, and columns before and after; it reads no files and writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.chunk import Chunk
from index.database.census import columns, example, moved_rows
from index.database.store import Store
from ingest.changes import Changes, counts
from ingest.findings import column_lost, column_of, price_finding, swap_finding, swapped
from ingest.report import Report


class Comparison:
    """`base` is the newest generation, `served` the one that is answered from, an older one after a rollback.

    `is_first`: there is nothing to compare with, as of a first reading everything is new.
    """

    def __init__(self, store: Store, report: Report, base: int, served: int, *, is_first: bool) -> None:
        self._store, self._report, self._base, self._served = store, report, base, served
        self.is_first = is_first
        self._changes = Changes()
        self._gone: set[int] = set()
        self._came: list[Chunk] = []
        self._headers: dict[str, Mapping[str, str]] = {}

    def rows(self, gone: Sequence[int], came: Sequence[Chunk], stayed: Mapping[int, int] = {}) -> None:
        """Note the rows of a file that are gone, by their database ids, and that came (`stayed`: see `Changes.add`)."""
        if self._served == self._base:
            self._changes.add(self._store.of_rows(gone).values(), came, stayed)
        else:
            self._gone |= set(gone)
            self._came += came

    def columns(self, path: str, document_id: int, now: tuple[int, int, int] | None = None) -> None:
        """Tell of a column of SKUs or prices that a file had and has lost; `now` as `census.columns` counts, None for a
        file that is as it was read for the newest generation."""
        if now is None and self._served == self._base:
            return
        now = now or columns(self._store, document_id, self._base)
        before = columns(self._store, document_id, self._served)
        for place, role in enumerate(("sku", "price"), start=1):
            if finding := column_lost(role, before[place], before[0], now[place], now[0]):
                had = example(self._store, document_id, self._served, role)
                self._report.find(path, [replace(finding, column=column_of(role, had) if had else "")])

    def headers(self, path: str, headers: Mapping[str, str]) -> None:
        """Keep under which headers a file has its SKUs and prices (typed name -> header), for what is told of them."""
        self._headers[path] = headers

    def settle(self, collection_id: int) -> None:
        """Say what became of the products."""
        report = self._report
        if self.is_first:
            report.changes = counts([]) | {"new": report.rows.indexed}
            return
        if self._served != self._base:
            self._since_served(collection_id)
        report.change_list = self._changes.settle()
        report.changes = counts(report.change_list)
        pairs = self._changes.pairs()
        names = [{row.sku: row.name for row in rows if row.sku} for rows in zip(*pairs, strict=True)] or [{}, {}]
        places = {after.sku: after for _, after in pairs}
        for pair in swapped(names[0], names[1]):
            after = places[pair[0]]
            column = self._headers.get(after.document, {}).get("sku", "")
            report.find(after.document, [swap_finding(pair, names[0], where=after.where, column=column)])
        for before, after in pairs:
            old, new = before.price, after.price
            if before.currency == after.currency and isinstance(old, int | float) and isinstance(new, int | float):
                column = self._headers.get(after.document, {}).get("price", "")
                found = price_finding(after.sku or after.name, old, new, where=after.where, column=column)
                report.find(after.document, filter(None, [found]))

    def _since_served(self, collection_id: int) -> None:
        """What is otherwise than in the served generation: by those in between, and by what was read now."""
        died, born = moved_rows(self._store, collection_id, self._served, self._base)
        gone = set(died) | (self._gone - set(born))
        came = [*self._store.of_rows([id for id in born if id not in self._gone]).values(), *self._came]
        self._changes.add(self._store.of_rows(sorted(gone)).values(), came)
