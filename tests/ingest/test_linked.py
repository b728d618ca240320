"""Products in the data of pages: schema.org in its many nestings gives the fields of each thing sold."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.linked import records_of
from tests.ingest.feeds import Rows, shows

OFFER = {"@type": "Offer", "price": "39.90", "priceCurrency": "EUR", "availability": "https://schema.org/InStock"}

CASES: list[tuple[str, Any, Rows]] = [
    (
        "a product with one offer",
        {
            "@context": "https://schema.org",
            "@type": "Product",
            "name": "Sorrel lamp",
            "sku": "SL-1",
            "brand": {"@type": "Brand", "name": "Sorrel"},
            "offers": OFFER,
            "review": [{"@type": "Review", "name": "Nice", "reviewRating": {"ratingValue": 5}}],
            "additionalProperty": [
                {"@type": "PropertyValue", "name": "Power", "value": 6, "unitCode": "WTT"},
                {"@type": "PropertyValue", "name": "Socket", "value": "E14"},
            ],
        },
        [
            {
                "name": "Sorrel lamp",
                "sku": "SL-1",
                "brand": "Sorrel",
                "price": "39.90",
                "priceCurrency": "EUR",
                "availability": "in stock",
                "Power": "6 W",
                "Socket": "E14",
                "review": "",
            }
        ],
    ),
    (
        "a graph with a page, a trail and a product",
        {
            "@graph": [
                {"@type": "WebPage", "name": "Sorrel"},
                {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "name": "Lamps"}]},
                {"@type": ["Product"], "name": "Sorrel desk", "offers": [OFFER]},
            ]
        },
        [{"name": "Sorrel desk", "price": "39.90", "priceCurrency": "EUR"}],
    ),
    (
        "a group with variants",
        {
            "@type": "ProductGroup",
            "name": "Yarrow coat",
            "productGroupID": "YC",
            "variesBy": ["https://schema.org/size"],
            "hasVariant": [
                {"@type": "Product", "sku": "YC-S", "size": "S", "offers": {"price": 120, "priceCurrency": "GBP"}},
                {"@type": "Product", "sku": "YC-M", "size": "M", "offers": {"price": 130, "priceCurrency": "GBP"}},
            ],
        },
        [{"name": "Yarrow coat, S", "sku": "YC-S", "price": "120"}, {"name": "Yarrow coat, M", "price": "130"}],
    ),
    (
        "variants that stand elsewhere on the page",
        [
            {"@type": "ProductGroup", "@id": "#g", "name": "Rue bag", "hasVariant": [{"@id": "#a"}, {"@id": "#b"}]},
            {"@type": "Product", "@id": "#a", "name": "Rue bag red", "sku": "R-1", "color": "red", "offers": OFFER},
            {"@type": "Product", "@id": "#b", "name": "Rue bag blue", "sku": "R-2", "color": "blue", "offers": OFFER},
        ],
        [{"name": "Rue bag red", "sku": "R-1"}, {"name": "Rue bag blue", "sku": "R-2"}],
    ),
    (
        "a range over offers",
        {
            "@type": "Product",
            "name": "Tansy set",
            "offers": {"@type": "AggregateOffer", "lowPrice": "10.00", "highPrice": "24.00", "priceCurrency": "EUR"},
        },
        [{"name": "Tansy set", "price": "10.00 - 24.00", "priceCurrency": "EUR"}],
    ),
    (
        "a struck price beside the price",
        {
            "@type": "Product",
            "name": "Vetch stool",
            "offers": {
                "price": "49.00",
                "priceCurrency": "EUR",
                "priceSpecification": {
                    "@type": "UnitPriceSpecification",
                    "priceType": "https://schema.org/StrikethroughPrice",
                    "price": "65.00",
                    "priceCurrency": "EUR",
                },
            },
        },
        [{"price": "49.00", "priceSpecification.StrikethroughPrice": "65.00 EUR"}],
    ),
    (
        "a list of products",
        {
            "@type": "ItemList",
            "itemListElement": [
                {"@type": "ListItem", "position": 1, "item": {"@type": "Product", "name": "Woad ink", "offers": OFFER}},
                {"@type": "ListItem", "position": 2, "item": {"@type": "Product", "name": "Woad pen", "offers": OFFER}},
            ],
        },
        [{"name": "Woad ink", "price": "39.90"}, {"name": "Woad pen", "price": "39.90"}],
    ),
    ("nothing that is sold", {"@type": "Organization", "name": "Sorrel", "offers": []}, []),
    ("no data at all", ["a", 5, None, {"@graph": "x"}], []),
]


@pytest.mark.parametrize(("value", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_page_gives_the_products_in_its_data(value: Any, expected: Rows) -> None:
    """The fields of each product are those expected, and no others are products."""
    rows = [{key: str(value) for key, value in fields.items()} for fields in records_of(value)]
    assert shows(rows, expected)
