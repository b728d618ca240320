"""`Lint`: watches the elements of one file as they pass and says what its owner should look at.

It changes nothing and refuses nothing. Elements are judged some hundred at a time, since most of what is looked for is
then ruled out for all of them at once. It knows no other file and nothing of what was published before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

from index.chunk import Locator
from index.text.orders import order_signs, orders
from ingest.columns import Columns
from ingest.document import Element, Item, RowRefused, rows_refused
from ingest.findings import Finding, quoted
from ingest.formats import BINARY_NAMES, PICTURES, TEXT_NAMES
from ingest.lint_table import Table
from ingest.private import held_back, is_suspect, suspected
from ingest.wording import garbled, garbled_signs

LINT_VERSION = 4
"""Raised whenever other findings would be told of the same file."""
BATCH = 512
"""Elements judged together."""
BATCH_CHARACTERS = 1 << 20
MOST = 50
"""Findings of one kind that are told of one file; a million bad rows are told by their number."""
BROKEN_BYTES = re.compile(r"[1-9]\d* of its bytes are not text")
"""How `ingest.encodings.damage` begins."""
KEPT_BYTE = re.compile(r"\\x[89A-F][0-9A-F]")
"""How `ingest.encodings.read_text` shows a byte that is no text."""
PROSE = frozenset(("text", "markdown", "html"))
SUFFIXES = {"docm": "docx", "pptm": "pptx", "xlsm": "xlsx", "xltx": "xlsx", "xltm": "xlsx"}
ALIKE = frozenset(
    (("json", "jsonl"), ("text", "xml"), ("text", "csv"), ("text", "tsv"), ("text", "json"), ("text", "jsonl"))
    + (("csv", "tsv"), ("tsv", "csv"), ("xml", "html"), ("xml", "xls"))
)
"""(what the name says, what is in it) where the name is no lie worth telling."""


class Lint:
    """The findings of one file. `watch` passes its elements on; `findings` is complete once they have all passed.

    `path` is the file's name, `format` what its content was recognised as.
    """

    def __init__(self, path: str, format: str) -> None:
        self.rows = 0
        """How many rows have passed, the refused ones included."""
        self.headers: dict[str, str] = {}
        """Typed name (`sku`, `price`, ...) -> the header it stood under, as written, in the first table that has it."""
        self._columns: Columns | None = None
        self._named: set[Finding] = set()
        """What was told of columns by their names, which other tables may have as well."""
        self._format = format
        self._told: list[Finding] = []
        self._counts: Counter[str] = Counter()
        self._held: list[Element] = []
        self._size = 0
        self._table: Table | None = None
        self._table_key: tuple[str | None, str | None] = (None, None)
        self._heading: str | None = None
        if lie := format_lie(path, format):
            self.tell(lie)

    def watch(self, elements: Iterable[Item]) -> Iterator[Element | RowRefused]:
        """The elements, unchanged; a reader's own findings are kept."""
        for element in elements:
            if isinstance(element, Finding):
                self.tell(element)
                continue
            if isinstance(element, RowRefused):
                self.rows += rows_refused(element.kind)
                if BROKEN_BYTES.match(element.reason):
                    self.tell(Finding("encoding", element.where, "", element.reason))
            else:
                self.rows += element.kind == "row"
                self._held.append(element)
                self._size += len(element.text)
                if len(self._held) >= BATCH or self._size > BATCH_CHARACTERS:
                    self._judge()
            yield element
        self._judge()
        self._close()

    @property
    def findings(self) -> list[Finding]:
        """What was found, in the order of the file for each kind; at most `MOST` of a kind and their number."""
        more = [
            Finding(kind, "", "", f"{count - MOST} more of this kind in the file")
            for kind, count in self._counts.items()
            if count > MOST
        ]
        return sorted((*self._told, *more), key=lambda finding: list(self._counts).index(finding.kind))

    def tell(self, finding: Finding) -> None:
        """Keep a finding, or count it where there are enough of its kind."""
        if finding.kind in ("held_back", "suspect_column"):
            if finding in self._named:
                return
            self._named.add(finding)
        self._counts[finding.kind] += 1
        if self._counts[finding.kind] <= MOST:
            self._told.append(finding)

    def _judge(self) -> None:
        held = self._held
        if not held:
            return
        words = [_words(element) for element in held]
        # ASCII apart from the rest: it needs fewer looks, and Python looks through it twice as fast
        for alone in (True, False):
            self._skim([(element, text) for element, text in zip(held, words, strict=True) if text.isascii() is alone])
        rows: list[Element] = []
        for element in held:
            if element.kind == "row" and element.columns is not None:
                if element.columns is not self._columns:
                    self._head(element.columns, Locator(sheet=element.locator.sheet))
                key = (element.locator.sheet, element.locator.heading)
                if key != self._table_key or self._table is None:
                    self._rows(rows)
                    rows = []
                    self._close()
                    self._table, self._table_key = Table(self.tell), key
                rows.append(element)
            elif element.kind == "heading":
                self._heading = element.text
        self._rows(rows)
        self._held, self._size = [], 0

    def _head(self, columns: Columns, at: Locator) -> None:
        self._columns = columns
        where = str(at) if at != Locator() else ""
        for column in columns.columns:
            if column.private:
                self.tell(held_back(column.header, columns.options, where))
            elif is_suspect(column.header, columns.options):
                self.tell(suspected(column.header, where))
            if column.role is not None:
                self.headers.setdefault(column.role, column.header)

    def _rows(self, rows: list[Element]) -> None:
        if rows and self._table is not None:
            self._table.judge(rows)

    def _close(self) -> None:
        if self._table is not None:
            self._table.close()
            self._table = None

    def _skim(self, texts: list[tuple[Element, str]]) -> None:
        """Look through texts at once for what may be wrong in one of them, and read those closely in which it is."""
        joined = "\x00".join([text for _, text in texts])
        small = joined.lower()
        broken, ordering = garbled_signs(joined), order_signs(small)
        if broken or ordering or self._format in PROSE:
            for (element, text), letters in zip(texts, small.split("\x00"), strict=bool(texts)):
                self._read(element, text, letters, broken, ordering)

    def _read(
        self, element: Element, text: str, small: str, broken: tuple[str, ...], ordering: tuple[str, ...]
    ) -> None:
        """What the words of one element give away; `broken` and `ordering` are the signs that some element has."""
        if any(sign in text for sign in broken) and (found := garbled(text)):
            message = f"characters broken by a wrong encoding: {quoted(found)}; save the source as UTF-8"
            self.tell(Finding("encoding", self._where(element), _column(element, garbled), message))
        elif self._format in PROSE and (byte := KEPT_BYTE.search(text)):
            near = text[max(0, byte.start() - 20) : byte.end() + 20]
            message = f"a byte that is no text in the file's encoding: {quoted(near)}; save the file as UTF-8"
            self.tell(Finding("encoding", self._where(element), "", message))
        if any(sign in small for sign in ordering) and (order := orders(text)):
            message = f"text that looks like an order to a language model: {quoted(order)}"
            self.tell(Finding("instructions", self._where(element), _column(element, orders), message))

    def _where(self, element: Element) -> str:
        """The element's place; where its format has none, the heading it stands under."""
        if element.locator != Locator() or element.kind == "heading":
            return str(element.locator)
        heading = self._heading
        for before in self._held:
            if before is element:
                break
            heading = before.text if before.kind == "heading" else heading
        return str(Locator(heading=heading))


def _words(element: Element) -> str:
    if element.kind == "table":
        text = "\n".join((element.text, *(cell for row in element.cells for cell in row)))
    else:
        text = element.text
    return text.replace("\x00", " ") if "\x00" in text else text


def _column(element: Element, test: Callable[[str], str | None]) -> str:
    """The header of the first cell of a row in which something is found."""
    if element.columns is None:
        return ""
    for column, cell in zip(element.columns.columns, element.raw, strict=False):
        if cell and test(cell):
            return column.header
    return ""


def format_lie(path: str, format: str) -> Finding | None:
    """A file whose name says another format than its content."""
    suffix = PurePosixPath(path).suffix.lower().removeprefix(".")
    said = "image" if suffix in PICTURES else SUFFIXES.get(suffix) or TEXT_NAMES.get(suffix)
    said = said or (suffix if suffix in BINARY_NAMES else "")
    if not suffix or not said or said == format or (said, format) in ALIKE:
        return None
    return Finding(
        "format_lies", "", "", f"the file is named .{suffix} and its content is {format}; give it its own name"
    )
