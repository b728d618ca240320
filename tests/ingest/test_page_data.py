"""Products in the data of a page: read where they stand there alone, never doubled, never against the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.document import Element, RowRefused
from ingest.formats import detect
from ingest.reading import read

OFFER = {"@type": "Offer", "price": "24.50", "priceCurrency": "EUR", "availability": "https://schema.org/InStock"}
JAR = {"@context": "https://schema.org", "@type": "Product", "name": "Linden jar", "sku": "LJ-4", "offers": OFFER}


def page(folder: Path, *data: Any, body: str = "") -> list[Element | RowRefused]:
    """What a page with this data and this body reads as."""
    scripts = "".join(
        f'<script type="application/ld+json">{part if isinstance(part, str) else json.dumps(part)}</script>'
        for part in data
    )
    path = folder / "a.html"
    path.write_text(f"<html><head><title>Jars</title>{scripts}</head><body>{body}</body></html>", encoding="utf-8")
    return list(read(path, detect(path), ocr=False))


def rows(found: list[Element | RowRefused]) -> list[dict[str, str]]:
    """The fields of each row."""
    return [
        dict(line.split(": ", 1) for line in piece.text.split("\n"))
        for piece in found
        if isinstance(piece, Element) and piece.kind == "row"
    ]


def texts(found: list[Element | RowRefused]) -> list[str]:
    """The text of everything but rows."""
    return [piece.text for piece in found if isinstance(piece, Element) and piece.kind != "row"]


def test_a_product_that_stands_only_in_the_data_is_a_row(tmp_path: Path) -> None:
    """Its name, number, price and availability; the row comes right after the title."""
    found = page(tmp_path, JAR, body="<h1>Loading</h1>")
    (row,) = rows(found)
    assert (row["name"], row["sku"], row["availability"]) == ("Linden jar", "LJ-4", "in stock")
    assert "24.50" in row["price"]
    assert "EUR" in " ".join(row.values())
    assert [piece.kind for piece in found if isinstance(piece, Element)] == ["heading", "row", "heading"]


@pytest.mark.parametrize(
    "data",
    [
        {"@graph": [{"@type": "Organization", "name": "Linden"}, {"@type": "BreadcrumbList"}, JAR]},
        [{"@type": "WebSite", "name": "Linden"}, JAR],
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "position": 1, "item": JAR}]},
        {**JAR, "@type": ["Product", "Thing"]},
        {**JAR, "offers": [OFFER]},
    ],
)
def test_the_product_is_found_wherever_it_lies(tmp_path: Path, data: Any) -> None:
    """In a graph, in a list, in a list of items, under several types; other things are no products."""
    (row,) = rows(page(tmp_path, data))
    assert row["name"] == "Linden jar"
    assert any("24.50" in value for value in row.values())


def test_a_range_of_prices_is_no_price_of_one(tmp_path: Path) -> None:
    """Both ends are told."""
    offers = {"@type": "AggregateOffer", "lowPrice": 12, "highPrice": 30, "priceCurrency": "EUR", "offerCount": 3}
    (row,) = rows(page(tmp_path, {**JAR, "offers": offers}))
    said = " ".join(row.values())
    assert "12" in said
    assert "30" in said


def test_each_variant_is_a_row(tmp_path: Path) -> None:
    """With its own number and price."""
    group = {
        "@type": "ProductGroup",
        "name": "Linden jar",
        "productGroupID": "LJ",
        "hasVariant": [
            {"@type": "Product", "name": f"Linden jar {size}", "sku": f"LJ-{size}", "offers": {**OFFER, "price": price}}
            for size, price in (("S", "9.50"), ("L", "19.50"))
        ],
    }
    small, large = rows(page(tmp_path, group))
    assert (small["sku"], large["sku"]) == ("LJ-S", "LJ-L")
    assert any("9.50" in value for value in small.values())
    assert any("19.50" in value for value in large.values())


def test_the_same_product_twice_is_one_row(tmp_path: Path) -> None:
    """A theme and a plugin both write it; what only one says is kept."""
    (row,) = rows(page(tmp_path, JAR, {**JAR, "brand": {"@type": "Brand", "name": "Linde"}}))
    assert "Linde" in row.values()


@pytest.mark.parametrize(
    "body",
    [
        '<h1>Linden jar</h1><p class="product-price">19,90 €</p>',
        "<h1>Linden jar</h1><p>Price: 19,90 €</p>",
        '<h1>Linden jar</h1><p class="price"><del>24,50 €</del> <ins>19,90 €</ins></p>',
    ],
)
def test_data_against_the_page_gives_no_price(tmp_path: Path, body: str) -> None:
    """What the shop shows is its price; the data of a page is often older."""
    found = page(tmp_path, JAR, body=body)
    assert "24.50" not in " ".join(value for row in rows(found) for value in row.values())
    assert "19,90 €" in " ".join(texts(found))


@pytest.mark.parametrize(
    "body",
    [
        '<h1>Linden jar</h1><p class="price">24,50 €</p>',
        '<h1>Linden jar</h1><p class="price">24<sup>50</sup></p>',
        "<h1>Linden jar</h1><p>Free delivery from 50 €</p>",
        '<h1>Other jars</h1><p class="price">11,00 €</p>',
    ],
)
def test_data_with_the_page_keeps_its_price(tmp_path: Path, body: str) -> None:
    """The same price in another spelling, and prices of something else, are nothing against it."""
    (row,) = rows(page(tmp_path, JAR, body=body))
    assert any("24.50" in value for value in row.values())


def test_what_the_page_says_is_not_said_twice(tmp_path: Path) -> None:
    """A description that stands on the page stays there."""
    words = "A jar of thick glass with a lid of cork, made in one piece and safe for the oven."
    found = page(tmp_path, {**JAR, "description": words}, body=f"<p>{words}</p>")
    assert sum(piece.text.count("lid of cork") for piece in found if isinstance(piece, Element)) == 1


def test_data_with_small_faults_is_read(tmp_path: Path) -> None:
    """Comments, a comma too many, a raw line break in a text."""
    faulty = "<!--\n" + json.dumps({**JAR, "color": "green#glass"}).replace("#", "\n").replace("}}", ",}}") + "\n-->"
    (row,) = rows(page(tmp_path, faulty))
    assert row["sku"] == "LJ-4"


def test_data_that_cannot_be_read_is_named_and_the_page_read(tmp_path: Path) -> None:
    """No product is lost without a word."""
    found = page(tmp_path, '{"@type": "Product", "name": "Linden jar", "offers": {', body="<p>Hello.</p>")
    assert [piece.where for piece in found if isinstance(piece, RowRefused)] == ["data of the page"]
    assert "Hello." in texts(found)


def test_data_of_other_things_gives_no_rows(tmp_path: Path) -> None:
    """An article and an organisation are no products; a broken script of theirs is nobody's loss."""
    found = page(tmp_path, {"@type": "NewsArticle", "headline": "Jars"}, '{"@type": "Organization",', body="<p>Hi.</p>")
    assert rows(found) == []
    assert texts(found) == ["Jars", "Hi."]


def test_a_chinese_page_with_two_products(tmp_path: Path) -> None:
    """Each of a list page's products is a row."""
    listed = [
        {"@type": "Product", "name": name, "sku": sku, "offers": {"price": price, "priceCurrency": "CNY"}}
        for name, sku, price in (("椴木罐 小号", "LJ-1", "58"), ("椴木罐 大号", "LJ-2", "98"))
    ]
    found = page(tmp_path, {"@graph": listed}, body="<p>全部罐子</p>")
    assert [(row["name"], row["sku"]) for row in rows(found)] == [("椴木罐 小号", "LJ-1"), ("椴木罐 大号", "LJ-2")]
