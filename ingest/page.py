"""A web page: what it shows, and beside it a row for each product of its data (JSON-LD) that the page does not say.

What the page shows is the shop's word: a price in the data that the page contradicts is left out, and so is text that
stands on the page. It does not know how records become fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from index.chunk import Locator
from index.text.currencies import currency_of
from ingest.columns import Columns
from ingest.declared import TableOptions
from ingest.document import Element, Item, RowRefused, row_of
from ingest.encodings import read_declared
from ingest.feed_words import role
from ingest.linked import records_of
from ingest.markup import elements_of, parsed
from ingest.numbers import number_of
from ingest.private import held_back
from ingest.records import decoder
from ingest.shapes import flat_text
from ingest.withheld import public_record

PRICED = re.compile(r"price|preis|prix|jiage|amount", re.IGNORECASE)
"""Names of classes that shops give to what they ask."""
NUMBER = re.compile(r"\d(?:[\d.,'’\s]*\d)?")
LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
LONG = 40
"""Characters of a field from which it is left out where it stands on the page."""


def read_html(path: Path, options: TableOptions = TableOptions()) -> Iterator[Item]:
    """The elements of an HTML file: its title, the rows of its data, and what it shows."""
    root = parsed(read_declared(path))
    if root is None:
        return
    data = [node for node in root.iter("script") if "ld+json" in (node.get("type") or "").lower()]
    scripts = [node.text_content() for node in data]
    shown = list(elements_of(root))
    titles = [element for element in shown[:1] if element.kind == "heading" and element.level == 0]
    yield from titles
    if scripts:
        yield from _rows(scripts, shown, _prices_of(root), options)
    yield from shown[len(titles) :]


def _prices_of(root: Any) -> list[str]:
    """The texts of the nodes that a page marks as prices."""
    marked = (node for node in root.iter() if isinstance(node.tag, str) and node.tag != "script")
    names = ("class", "itemprop", "id")
    return [node.text_content() for node in marked if any(PRICED.search(node.get(name) or "") for name in names)]


def _rows(
    scripts: Sequence[str], said: Sequence[Element], prices: Sequence[str], options: TableOptions
) -> Iterator[Item]:
    """A row for each product; `said` is what the page shows, `prices` what of it is marked as a price."""
    page = _Page(said, prices)
    values = []
    for script in scripts:
        try:
            values.append(_decoded(script))
        except (ValueError, RecursionError) as error:
            if "Product" in script:
                yield RowRefused("data of the page", f"it is not valid JSON: {error}"[:160], "page")
    products: dict[str, dict[str, str]] = {}
    held: set[str] = set()
    public = [public_record(value, options, held) if isinstance(value, dict) else value for value in values]
    yield from (held_back(name, options, "data of the page") for name in sorted(held))
    for record in records_of(public):
        fields = page.unsaid({key: flat_text(field) for key, field in record.items()})
        name = next(
            (fields[key] for kind in ("sku", "name") for key in fields if role(key) == kind and fields[key]), ""
        )
        known = products.setdefault(name.casefold(), {})
        known |= {key: text for key, text in fields.items() if not known.get(key)}
    for number, fields in enumerate(products.values(), start=1):
        cells = list(fields.values())
        if sum(map(bool, cells)) > 1:
            yield row_of(Columns(tuple(fields), options), cells, Locator(row=number))


def _decoded(script: str) -> Any:
    """The value of a script; the faults that browsers and search engines forgive are forgiven."""
    text = (
        re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|(?://\s*)?\]\]>)\s*$", "", script).strip().rstrip(";")
    )
    try:
        return decoder().decode(text)
    except ValueError:
        return decoder().decode(re.sub(r",(\s*[}\]])", r"\1", text))


class _Page:
    """What a page shows."""

    def __init__(self, said: Sequence[Element], prices: Sequence[str]) -> None:
        texts = [text for element in said for text in (element.text, *(cell for row in element.cells for cell in row))]
        self._text = " ".join(" ".join(texts).split())
        self._numbers = set(_numbers(self._text))
        stated = [text for text in texts if _is_price(text)]
        self._prices = any(re.search(r"\d", text) for text in [*prices, *stated])

    def unsaid(self, fields: Mapping[str, str]) -> dict[str, str]:
        """The fields of a product without long text of the page, and without prices other than those that it shows."""
        names = [value for key, value in fields.items() if role(key) == "name"]
        shown = self._prices and any(" ".join(name.split()) in self._text for name in names)
        return {
            key: ""
            if (len(value) >= LONG and " ".join(value.split()) in self._text)
            or (shown and role(key) == "price" and not self._numbers.issuperset(islice(_numbers(value), 1)))
            else value
            for key, value in fields.items()
        }


def _is_price(text: str) -> bool:
    """Whether a short text is a price and says so: `Price: 19,90 €`, `only $5`."""
    words = re.findall(r"[^\W\d_]+", text)
    return len(text) <= LONG and len(words) <= 2 and len(NUMBER.findall(text)) == 1 and currency_of(text) is not None


def _numbers(text: str) -> Iterator[float]:
    """Every number of a text, under each reading of its signs; raised digits are decimals."""
    text = re.sub(r"(\d)([⁰¹²³⁴⁵⁶⁷⁸⁹]{2})", lambda found: f"{found[1]}.{found[2].translate(LOWERED)}", text)
    for token in NUMBER.findall(text):
        if (value := number_of(token.strip())) is not None:
            yield float(value)
        if re.fullmatch(r"\d{1,3}(?:[.,'’\s]\d{3})+", token):
            yield float(re.sub(r"\D", "", token))
        elif re.search(r"\s", token):
            yield from (float(value) for part in token.split() if (value := number_of(part)) is not None)
