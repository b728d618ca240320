"""A web page: its text in whatever encoding, what it shows, and the products that its data names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest.declared import TableOptions
from ingest.document import Item
from ingest.encodings import declared_encoding, read_text
from ingest.markup import elements_of, parsed
from ingest.pagedata import prices_of, rows, scripts_of


def read_html(path: Path, options: TableOptions = TableOptions()) -> Iterator[Item]:
    """The elements of an HTML file: its title, the rows of its data, and what it shows."""
    root = parsed(decoded(path))
    if root is None:
        return
    scripts = scripts_of(root)
    shown = list(elements_of(root))
    titles = [element for element in shown[:1] if element.kind == "heading" and element.level == 0]
    yield from titles
    if scripts:
        yield from rows(scripts, shown, prices_of(root), options)
    yield from shown[len(titles) :]


def decoded(path: Path) -> str:
    """The text of a page, in the encoding that its bytes have or that it declares."""
    try:
        return path.read_bytes().decode(declared_encoding(path))
    except UnicodeDecodeError:
        return read_text(path)
