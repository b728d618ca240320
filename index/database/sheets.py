"""`Sheet`: product rows that share their columns, as a table that can be asked: each column typed, with its values.

It is read from a sample of a collection's rows and only tells what may be asked; which rows meet a question is always
asked of the database. It knows nothing of questions.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import Engine, or_, select

from index.cell import Cell, unpacked
from index.chunk import readable_name
from index.database.tables import ChunkRow, DocumentRow, alive
from index.text.letters import fold
from index.text.measures import TYPED, UNCOMPARED

SAMPLE = 20_000
"""Rows that are read, at random where there are more."""
MOST_CHOICES = 40
"""Values of a column that are each named; one with more is text."""
LONGEST = 40
"""Characters of a header or of one value that is named."""
MOST_KEPT = 2_000
"""Different cells of a column that are looked at."""
MEASURED = 0.7
"""Share of a column's cells that must be numbers for it to be one of numbers."""
ALIKE = 0.8
"""Share of their columns that two sheets must have in common to be one table."""

Sort = Literal["number", "choice", "truth", "text"]
Place = tuple[int, str | None]
"""A document's database id, and the sheet in it."""

_PARTS = re.compile(r"\s*(?:[,，;；、\n|]|\s/\s)\s*")
_LINK = re.compile(r"https?://|www\.")
_LISTED = re.compile(r"(?:⟨\d+⟩ )?(.*) \[([^\]]*)\]", re.DOTALL)
_BOOKS = frozenset(("currency", "valid_from", "valid_to", "sale_from", "sale_to"))
"""Roles of columns that nobody asks for products by."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """`header` as it stands, `name` what a `Condition` calls it, `dimension` that of a number (`index.text.quantities`)
    and `unit` how its cells write it.

    `choices`: each value, as written, to the cells that have it; of a text a few examples, and `texts` are its cells,
    the commonest first (`MOST_KEPT` of them). `filled` is the share of the sheet's rows that have a cell of it.
    """

    header: str
    name: str
    sort: Sort
    role: str = ""
    dimension: str = ""
    unit: str = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    low: float = 0.0
    high: float = 0.0
    texts: tuple[str, ...] = ()
    filled: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """`title` is what its file or sheet is called; `rows` how many of the sample are its own; `sources` are its places
    by the documents' paths."""

    title: str
    places: tuple[Place, ...]
    rows: int
    columns: tuple[Column, ...]
    sources: frozenset[tuple[str, str | None]] = frozenset()


def read_sheets(engine: Engine, collection_id: int, generation: int) -> tuple[Sheet, ...]:
    """The sheets of a collection in a generation, the largest first."""
    found: dict[Place, _Gathered] = {}
    with engine.connect() as connection:
        for row in _sampled(connection, collection_id, generation):
            place = (row.document_id, row.locator.get("sheet"))
            if place not in found:
                found[place] = _Gathered(row.path, place)
            found[place].add(row)
    merged: list[_Gathered] = []
    for one in sorted(found.values(), key=lambda one: -one.rows):
        other = next((other for other in merged if one.is_like(other)), None)
        if other is None:
            merged.append(one)
        else:
            other.take(one)
    return tuple(one.sheet() for one in sorted(merged, key=lambda one: -one.rows))


def _sampled(connection: Any, collection_id: int, generation: int) -> Iterator[Any]:
    statement = (
        select(
            ChunkRow.document_id,
            DocumentRow.path,
            ChunkRow.locator,
            ChunkRow.cells,
            ChunkRow.attributes,
            ChunkRow.measures,
        )
        .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
        .where(
            ChunkRow.collection_id == collection_id,
            alive(ChunkRow, generation),
            or_(ChunkRow.sku.is_not(None), ChunkRow.name.is_not(None)),
        )
        .order_by(ChunkRow.text_id)
        .limit(SAMPLE)
    )
    for page in connection.execution_options(yield_per=1_000).execute(statement).partitions():
        yield from page


class _Gathered:
    """What the rows of one place say, gathered row by row."""

    def __init__(self, path: str, place: Place) -> None:
        file, sheet = readable_name(path), str(place[1] or "")
        self.titles = [(file, sheet) if sheet and file.casefold() not in sheet.casefold() else (sheet or file,)]
        self.places = [place]
        self.sources = {(path, place[1])}
        self.rows = 0
        self.columns: dict[str, _Cells] = {}

    def add(self, row: Any) -> None:
        """One row."""
        self.rows += 1
        measured = dict(_measured(row.measures))
        for cell in unpacked(row.cells):
            if cell.role in _BOOKS or not cell.text:
                continue
            column = self.columns.setdefault(cell.header, _Cells(cell))
            # as conditions compare it: a cell of several values is told apart there
            written = row.attributes.get(cell.role if cell.chosen and cell.role in TYPED else cell.header)
            text = written if isinstance(written, str) else cell.text
            column.add(cell, text, measured.get(cell.header), row.measures)

    def is_like(self, other: _Gathered) -> bool:
        """Whether it has the columns of another."""
        mine, theirs = self.columns.keys(), other.columns.keys()
        return len(mine & theirs) >= ALIKE * max(len(mine), len(theirs), 1)

    def take(self, other: _Gathered) -> None:
        """The rows of another as its own."""
        self.places += other.places
        self.titles += other.titles
        self.sources |= other.sources
        self.rows += other.rows
        for header, cells in other.columns.items():
            if header in self.columns:
                self.columns[header].take(cells)
            else:
                self.columns[header] = cells

    def sheet(self) -> Sheet:
        """All of it."""
        columns = [
            replace(column, filled=cells.count / self.rows)
            for cells in self.columns.values()
            if (column := cells.column()) is not None
        ]
        title = ", ".join(dict.fromkeys(part for title in self.titles[:3] for part in title))
        return Sheet(title, tuple(self.places), self.rows, tuple(columns), frozenset(self.sources))


def _measured(measures: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(column, dimension) of the keys of a row's measures."""
    for key in measures:
        found = _LISTED.fullmatch(key)
        if found is not None and found[2] != UNCOMPARED:
            yield found[1], found[2]


class _Cells:
    """The cells of one column."""

    def __init__(self, cell: Cell) -> None:
        self.header, self.role = cell.header, cell.role
        self.count = self.truths = self.chosen = 0
        self.texts: Counter[str] = Counter()
        self.dimensions: Counter[str] = Counter()
        self.units: Counter[str] = Counter()
        self.numbers: list[float] = []

    def add(self, cell: Cell, text: str, dimension: str | None, measures: Mapping[str, float]) -> None:
        """One cell, and its text as it is compared."""
        self.count += 1
        self.truths += isinstance(cell.value, bool)
        self.chosen += cell.chosen
        self.units[cell.unit] += 1
        if len(self.texts) < MOST_KEPT or text in self.texts:
            self.texts[text] += 1
        if dimension is not None:
            self.dimensions[dimension] += 1
            self.numbers.append(measures.get(f"{self.header} [{dimension}]", 0.0))
        elif isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            self.numbers.append(float(cell.value))

    def take(self, other: _Cells) -> None:
        """The cells of another column of the same header."""
        self.count += other.count
        self.truths += other.truths
        self.chosen += other.chosen
        self.texts += other.texts
        self.dimensions += other.dimensions
        self.units += other.units
        self.numbers += other.numbers

    def column(self) -> Column | None:
        """What it is; None for a column of links, or where all rows are of one category, as their file's name says."""
        if self.role == "category" and len(self.texts) == 1:
            return None
        if sum(count for text, count in self.texts.items() if _LINK.match(text)) > self.count / 2:
            return None
        typed = self.role in TYPED and (self.chosen > 0 or self.role in ("sku", "name"))
        name = self.role if typed else self.header
        low, high = (min(self.numbers), max(self.numbers)) if self.numbers else (0.0, 0.0)
        unit = max(self.units, key=self.units.__getitem__)
        if typed and self.role in ("price", "stock"):
            return Column(self.header, name, "number", self.role, "", unit, {}, low, high)
        if self.truths > self.count / 2:
            return Column(self.header, name, "truth", self.role)
        if not typed and self.dimensions and sum(self.dimensions.values()) >= MEASURED * self.count:
            dimension = max(self.dimensions, key=self.dimensions.__getitem__)
            return Column(self.header, name, "number", self.role, dimension, unit, self._examples(), low, high)
        choices = self._choices() if name not in ("sku", "name") else {}
        if choices:
            return Column(self.header, name, "choice", self.role, choices=choices)
        texts = tuple(text for text, _ in self.texts.most_common())
        return Column(self.header, name, "text", self.role, choices=self._examples(), texts=texts)

    def _examples(self) -> dict[str, tuple[str, ...]]:
        return {text[:LONGEST]: (text,) for text, _ in self.texts.most_common(3)}

    def _choices(self) -> dict[str, tuple[str, ...]]:
        """Each value, or part of a list of them, to the cells that have it, the commonest first; none where they are
        too many or too long to be named."""
        said: Counter[str] = Counter()
        having: dict[str, dict[str, None]] = defaultdict(dict)
        spelled: dict[str, str] = {}
        for text, count in self.texts.most_common():
            for part in dict.fromkeys(_PARTS.split(text)):
                if part:
                    key = spelled.setdefault(fold(part), part)
                    said[key] += count
                    having[key][text] = None
        if not 0 < len(said) <= MOST_CHOICES or max(map(len, said)) > LONGEST:
            return {}
        return {part: tuple(having[part]) for part, _ in said.most_common()}
