"""Lists of prices in documents: a table of a page, a letter or a web page whose columns are those of a price list
becomes product rows, as the rows of a sheet do. Other tables stay what they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.chunk import Locator
from ingest.cell_type import is_empty
from ingest.columns import Columns
from ingest.declared import TableOptions
from ingest.document import Element, RowRefused
from ingest.findings import Finding
from ingest.grid import read_grid
from ingest.line import Line
from ingest.roles import has_role

Out = Element | RowRefused | Finding
MOST = 0.5
"""Share of a table's rows that must have a price."""


class PriceLists:
    """The price lists of one document; their rows are numbered within a page or under a heading, headers counted."""

    def __init__(self, options: TableOptions) -> None:
        self._options = options
        self._lines: Counter[Locator] = Counter()

    def rows(self, table: Element) -> list[Out] | None:
        """What a table's lines are; None where it is no list of prices, or no table."""
        if table.kind != "table":
            return None
        place = table.locator
        first = self._lines[place] + 1
        lines = [Line(number, cells) for number, cells in enumerate(table.cells, start=first)]
        found = list(read_grid(lines, None, self._options))
        if not _is_price_list(found):
            return None
        self._lines[place] += len(lines)
        return list(_placed(found, place))


def _placed(found: Sequence[Out], place: Locator) -> Iterator[Out]:
    """The rows with their page; a line that is none as text."""
    for element in found:
        if not isinstance(element, Element):
            yield element
        elif element.kind == "row" and _is_line(element):
            yield Element("text", " ".join(filter(None, element.raw)), locator=place)
        elif element.kind == "row":
            yield replace(element, locator=replace(place, row=element.locator.row))
        elif element.text:  # a band's end would end the document's own section
            yield Element("text", element.text, locator=place)


def _is_price_list(found: Sequence[Out]) -> bool:
    rows = [element for element in found if isinstance(element, Element) and element.kind == "row"]
    sold = [row for row in rows if row.columns is not None and _sells(row.columns) and "price" in row.attributes]
    return len(sold) > 0 and len(sold) >= MOST * len(rows)


def _sells(columns: Columns) -> bool:
    """Whether its headers, and not its cells alone, name products and prices: a table of postage has prices, too."""
    named = any(column.role in ("sku", "name") and has_role(column.header) for column in columns.columns)
    return named and any(column.tag == "price" for column in columns.columns)


def _is_line(row: Element) -> bool:
    """Whether a row fills few of its cells and says no price, as a page's footer does."""
    says = any(cell.role == "price" and (cell.value is not None or is_empty(cell.text)) for cell in row.row)
    return not says and 2 * sum(map(bool, row.raw)) <= len(row.raw)
