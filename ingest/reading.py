"""Reading: one table from a file's format to the function that yields its elements, and the document's title.

It does not know what becomes of the elements.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from index.lexicon import pattern
from index.text.measures import MEASURES_VERSION
from ingest.declared import TableOptions
from ingest.document import Document, Element, Item, Refused, RowRefused
from ingest.findings import Finding
from ingest.lint import LINT_VERSION
from ingest.listed import PriceLists
from ingest.mail import read_eml, read_msg
from ingest.markup import read_markdown
from ingest.ocr import read_image
from ingest.office import read_docx, read_pptx
from ingest.page import read_html
from ingest.pandoc import read_pandoc
from ingest.pdf import read_pdf
from ingest.plaintext import read_text
from ingest.private import held_back
from ingest.records import read_json, read_jsonl, read_xml
from ingest.sheets import read_csv, read_workbook
from ingest.splitting import SPLITTER_VERSION
from ingest.withheld import public_table

READER_VERSION = 14
"""Raised whenever a reader would give other elements for the same file; part of what decides it is unchanged."""

LONGEST_TITLE = 300
"""Characters."""
LOOK_AHEAD = 40
"""Elements looked through for a first heading, before the file's name has to be the title."""

Elements = Iterable[Item]
Reader = Callable[[Path], Elements]

READERS: dict[str, Reader] = {
    "markdown": read_markdown,
    "text": read_text,
    "docx": read_docx,
    "pptx": read_pptx,
    "odt": partial(read_pandoc, source="odt"),
    "rtf": partial(read_pandoc, source="rtf"),
    "epub": partial(read_pandoc, source="epub"),
    "eml": read_eml,
    "msg": read_msg,
}
"""Format -> reader, of documents that need no OCR."""

TABLES: dict[str, Callable[[Path, TableOptions], Elements]] = {
    "csv": read_csv,
    "tsv": read_csv,
    "xlsx": read_workbook,
    "xls": read_workbook,
    "ods": read_workbook,
    "json": read_json,
    "jsonl": read_jsonl,
    "xml": read_xml,
}
"""Format of a table or a feed -> reader that takes what is declared."""
WITH_TABLES = TABLES | {"html": read_html}
NOTHING = "no words were found in it"
NO_ROWS = "no row and no text were found in it: it is blank, or a header or list with nothing in it"

PICTURED: dict[str, Callable[..., Elements]] = {"pdf": read_pdf, "image": read_image}
"""Format -> reader that takes `ocr`: whether words in pictures are to be read."""


def read(path: Path, format: str, *, ocr: bool, options: TableOptions = TableOptions()) -> Iterator[Item]:
    """The elements of a file whose format is known.

    `ocr`: whether words in pictures are read. `options`: what is declared of its tables. Raises `Refused`
    where the file cannot be read, also midway; whatever else a format library raises is its caller's to contain. A
    heading of level 0 is the document's title. A `Finding` is what the reader saw and the owner should look at.
    """
    found = False
    told: set[str] = set()
    lists = PriceLists(options)
    for element in _elements(path, format, ocr, options):
        if isinstance(element, Element) and element.cells:
            for piece in _public(element, options, told):
                rows = lists.rows(piece) if isinstance(piece, Element) else None
                yield from [piece] if rows is None else _told_once(rows, told)
        else:
            yield element
        if isinstance(element, Finding):
            found = found or element.kind == "held_back"
        elif not found:
            found = isinstance(element, RowRefused) or element.level > 0 or element.kind != "heading"
    if not found:
        raise Refused(NO_ROWS if format in TABLES else NOTHING)


def _elements(path: Path, format: str, ocr: bool, options: TableOptions) -> Elements:
    if format in WITH_TABLES:
        return WITH_TABLES[format](path, options)
    return PICTURED[format](path, ocr=ocr) if format in PICTURED else READERS[format](path)


def _told_once(elements: Elements, told: set[str]) -> Elements:
    """The elements of a list; what is private in it is told once of a document."""
    for element in elements:
        if not isinstance(element, Finding) or element.column not in told:
            yield element
        if isinstance(element, Finding):
            told.add(element.column)


def _public(element: Element, options: TableOptions, told: set[str]) -> Iterator[Element | Finding]:
    """A table of a document without what is private in it, or a term and its definition; what that is is told once."""
    cells, names = public_table(element.cells, options)
    yield from (held_back(name, options, str(element.locator)) for name in names if name not in told)
    told.update(names)
    if element.kind == "table":
        yield replace(element, cells=cells) if names else element
    elif not names:
        yield replace(element, cells=())


def document_of(
    path: str, format: str, elements: Iterable[Element | RowRefused]
) -> tuple[Document, Iterator[Element | RowRefused]]:
    """The document with its title, and its elements, none of them lost.

    `path` is relative to the ingested folder. The title is the file's own (a heading of level 0), else its first
    heading, else "": the file's name is no part of what it says. A few elements are read to find it.
    """
    rest = iter(elements)
    kept: list[Element | RowRefused] = []
    title = ""
    for place, element in enumerate(itertools.islice(rest, LOOK_AHEAD)):
        if not isinstance(element, Element) or element.kind != "heading":
            kept.append(element)
            if isinstance(element, RowRefused) or element.kind == "row":
                break
            continue
        text = element.text.strip()
        is_junk = pattern("titles", "junk").fullmatch(text) is not None
        if element.level or not is_junk:
            kept.append(element)
        if (element.level < 2 or place == 0) and not is_junk and not pattern("titles", "chapter").match(text):
            title = text if len(text) <= LONGEST_TITLE else ""
            break
    return Document(path, format, title), itertools.chain(kept, rest)


def reader_fingerprint(*, ocr: bool, options: TableOptions = TableOptions()) -> str:
    """Names the way files are read, split and judged; when it changes, unchanged files are read again."""
    version = f"reader-{READER_VERSION}.{SPLITTER_VERSION}.{LINT_VERSION}.{MEASURES_VERSION}"
    return f"{version}{'+ocr' if ocr else ''}{options.fingerprint}"
