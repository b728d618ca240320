"""A web page: its text in whatever encoding, what it shows, and the products that its data names."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ingest.declared import TableOptions
from ingest.document import Element, RowRefused
from ingest.encodings import read_text
from ingest.findings import Finding
from ingest.markup import elements_of, parsed
from ingest.pagedata import prices_of, rows, scripts_of

CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
LONG_UTF8 = re.compile(rb"[\xe0-\xf4][\x80-\xbf]{2}|[\xc3-\xc5][\x80-\xbf][ -~]")
"""Characters in UTF-8 that other encodings hardly have: of three bytes, or an accented letter before an ASCII one."""


def read_html(path: Path, options: TableOptions = TableOptions()) -> Iterator[Element | RowRefused | Finding]:
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
    """The text of a page, in the encoding that it or its bytes declare; many that say otherwise are UTF-8."""
    raw = path.read_bytes()
    if LONG_UTF8.search(raw):
        with suppress(UnicodeDecodeError):
            return raw.decode("utf-8-sig")
    declared = CHARSET.search(raw[:2048])
    boms = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    if declared and not raw.startswith(boms):
        try:
            encoding = codecs.lookup(declared.group(1).decode("ascii")).name
            # what calls itself GB2312 or Latin-1 is written in their supersets
            encoding = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252"}.get(encoding, encoding)
            return raw.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            pass
    return read_text(path)
