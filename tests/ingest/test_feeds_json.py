"""JSON feeds of shop systems: one row for each thing sold, with its own price, its number and a telling name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ingest.feeds import Rows, rows_of, shows

SHOPIFY = {
    "products": [
        {
            "id": 81,
            "title": "Fennel teapot",
            "handle": "fennel-teapot",
            "vendor": "Oakmoor",
            "product_type": "Teapots",
            "tags": ["tea", "gift"],
            "options": [{"name": "Size", "position": 1, "values": ["Two cups", "Six cups"]}],
            "variants": [
                {"id": 9, "title": "Two cups", "option1": "Two cups", "option2": None, "sku": "FT-2", "price": "24.00"},
                {
                    "id": 10,
                    "title": "Six cups",
                    "option1": "Six cups",
                    "sku": "FT-6",
                    "price": "31.50",
                    "compare_at_price": "38.00",
                },
            ],
            "images": [{"id": 5, "src": "https://shop.example/a.jpg", "position": 1}],
        },
        {
            "id": 82,
            "title": "Fennel tray",
            "handle": "fennel-tray",
            "options": [{"name": "Title", "values": ["Default Title"]}],
            "variants": [{"id": 11, "title": "Default Title", "option1": "Default Title", "sku": "", "price": "12.00"}],
        },
    ]
}

CASES: list[tuple[str, Any, Rows]] = [
    (
        "shopify products.json",
        SHOPIFY,
        [
            {
                "title": "Fennel teapot, Two cups",
                "sku": "FT-2",
                "price": "24.00",
                "compare_at_price": "",
                "Size": "Two cups",
            },
            {
                "title": "Fennel teapot, Six cups",
                "sku": "FT-6",
                "price": "31.50",
                "compare_at_price": "38.00",
                "vendor": "Oakmoor",
            },
            {"title": "Fennel tray", "price": "12.00", "Title": "", "handle": "fennel-tray"},
        ],
    ),
    (
        "shopify single product",
        {"product": SHOPIFY["products"][0]},
        [{"title": "Fennel teapot, Two cups", "sku": "FT-2"}, {"title": "Fennel teapot, Six cups", "sku": "FT-6"}],
    ),
    (
        "shopify graphql",
        {
            "data": {
                "products": {
                    "edges": [
                        {
                            "cursor": "x",
                            "node": {
                                "title": "Linen apron",
                                "variants": {
                                    "edges": [
                                        {
                                            "node": {
                                                "sku": "LA-R",
                                                "price": {"amount": "29.0", "currencyCode": "GBP"},
                                                "selectedOptions": [{"name": "Colour", "value": "Red"}],
                                            }
                                        },
                                        {
                                            "node": {
                                                "sku": "LA-B",
                                                "price": {"amount": "31.0", "currencyCode": "GBP"},
                                                "selectedOptions": [{"name": "Colour", "value": "Blue"}],
                                            }
                                        },
                                    ]
                                },
                            },
                        }
                    ]
                }
            }
        },
        [
            {"title": "Linen apron, Red", "sku": "LA-R", "price": "29.0 GBP", "Colour": "Red"},
            {"title": "Linen apron, Blue", "sku": "LA-B", "price": "31.0 GBP", "Colour": "Blue"},
        ],
    ),
    (
        "woocommerce rest",
        [
            {
                "id": 7,
                "name": "Harbour candle",
                "type": "simple",
                "sku": "HC-1",
                "price": "14.00",
                "regular_price": "18.00",
                "sale_price": "14.00",
                "date_on_sale_from": "2026-11-01T00:00:00",
                "categories": [{"id": 3, "name": "Candles", "slug": "candles"}],
                "images": [{"id": 1, "src": "https://shop.example/h.jpg"}],
                "attributes": [
                    {
                        "id": 6,
                        "name": "Scent",
                        "position": 0,
                        "visible": True,
                        "variation": False,
                        "options": ["Pine", "Salt"],
                    }
                ],
            }
        ],
        [
            {
                "name": "Harbour candle",
                "sku": "HC-1",
                "sale_price": "14.00",
                "regular_price": "18.00",
                "Scent": "Pine, Salt",
                "categories": "Candles",
            }
        ],
    ),
    (
        "woocommerce rest with variations written out",
        [
            {
                "id": 20,
                "name": "Moss jumper",
                "type": "variable",
                "sku": "MJ",
                "price": "59.00",
                "variations": [
                    {
                        "id": 21,
                        "sku": "MJ-S",
                        "price": "59.00",
                        "attributes": [{"id": 1, "name": "Size", "option": "S"}],
                    },
                    {
                        "id": 22,
                        "sku": "MJ-L",
                        "price": "64.00",
                        "attributes": [{"id": 1, "name": "Size", "option": "L"}],
                    },
                ],
            }
        ],
        [
            {"name": "Moss jumper, S", "sku": "MJ-S", "price": "59.00"},
            {"name": "Moss jumper, L", "sku": "MJ-L", "price": "64.00"},
        ],
    ),
    (
        "woocommerce store api in minor units",
        [
            {
                "id": 4,
                "name": "Slate clock",
                "sku": "SC-4",
                "prices": {
                    "price": "4250",
                    "regular_price": "5000",
                    "sale_price": "4250",
                    "currency_code": "EUR",
                    "currency_minor_unit": 2,
                    "currency_symbol": "€",
                },
            }
        ],
        [{"name": "Slate clock", "price": "42.50 EUR", "regular_price": "50.00 EUR", "sale_price": "42.50 EUR"}],
    ),
    (
        "magento rest",
        {
            "items": [
                {
                    "id": 1,
                    "sku": "GP-11",
                    "name": "Garnet pan",
                    "price": 49.5,
                    "type_id": "simple",
                    "custom_attributes": [
                        {"attribute_code": "special_price", "value": "39.90"},
                        {"attribute_code": "special_to_date", "value": "2026-12-31 00:00:00"},
                        {"attribute_code": "coating", "value": "ceramic"},
                    ],
                    "tier_prices": [{"customer_group_id": 0, "qty": 10, "value": 35}],
                }
            ],
            "total_count": 1,
        },
        [
            {
                "sku": "GP-11",
                "name": "Garnet pan",
                "price": "49.5",
                "special_price": "39.90",
                "coating": "ceramic",
                "tier_price.from 10": "35",
            }
        ],
    ),
    (
        "magento configurable children",
        [
            {
                "sku": "PN",
                "name": "Perch notebook",
                "type_id": "configurable",
                "price": 0,
                "description": "Sewn, 96 pages.",
                "configurable_children": [
                    {"sku": "PN-A5", "price": 6.5, "custom_attributes": [{"attribute_code": "format", "value": "A5"}]},
                    {"sku": "PN-A4", "price": 9, "custom_attributes": [{"attribute_code": "format", "value": "A4"}]},
                ],
            }
        ],
        [
            {"sku": "PN-A5", "name": "Perch notebook, A5", "price": "6.5", "description": "Sewn, 96 pages."},
            {"sku": "PN-A4", "name": "Perch notebook, A4", "price": "9", "description": "Sewn, 96 pages."},
        ],
    ),
    (
        "commercetools projections",
        {
            "results": [
                {
                    "id": "b1",
                    "key": "dune-lamp",
                    "name": {"en": "Dune lamp", "de": "Dünenlampe"},
                    "masterVariant": {
                        "id": 1,
                        "sku": "DL-01",
                        "prices": [
                            {
                                "id": "p",
                                "value": {
                                    "type": "centPrecision",
                                    "currencyCode": "EUR",
                                    "centAmount": 11900,
                                    "fractionDigits": 2,
                                },
                            }
                        ],
                        "attributes": [
                            {"name": "shade", "value": {"key": "snd", "label": {"en": "Sand", "de": "Sandfarben"}}}
                        ],
                    },
                    "variants": [
                        {
                            "id": 2,
                            "sku": "DL-02",
                            "prices": [
                                {
                                    "id": "q",
                                    "value": {
                                        "type": "centPrecision",
                                        "currencyCode": "EUR",
                                        "centAmount": 12950,
                                        "fractionDigits": 2,
                                    },
                                },
                                {
                                    "id": "r",
                                    "value": {
                                        "type": "centPrecision",
                                        "currencyCode": "EUR",
                                        "centAmount": 8000,
                                        "fractionDigits": 2,
                                    },
                                    "customerGroup": {"typeId": "customer-group", "key": "dealer"},
                                },
                            ],
                            "attributes": [
                                {"name": "shade", "value": {"key": "clay", "label": {"en": "Clay", "de": "Ton"}}}
                            ],
                        }
                    ],
                }
            ]
        },
        [
            {"name.en": "Dune lamp, Sand", "name.de": "Dünenlampe, Sandfarben", "sku": "DL-01", "price": "119.00 EUR"},
            {
                "name.en": "Dune lamp, Clay",
                "name.de": "Dünenlampe, Ton",
                "sku": "DL-02",
                "price": "129.50 EUR",
                "price.dealer": "",
            },
        ],
    ),
    (
        "cent amounts without a fraction, and a currency without cents",
        [
            {"sku": "A", "name": "Reed mat", "price": {"value": {"centAmount": 1999, "currencyCode": "EUR"}}},
            {
                "sku": "B",
                "name": "Sedge mat",
                "price": {"centAmount": 1999, "currencyCode": "JPY", "fractionDigits": 0},
            },
        ],
        [{"price": "19.99 EUR"}, {"price": "1999 JPY"}],
    ),
    (
        "payment prices in minor units by their key",
        [
            {"sku": "S1", "name": "Cork stool", "unit_amount": 7900, "currency": "usd"},
            {"sku": "S2", "name": "Cork bench", "price_in_cents": 14900, "currency": "EUR"},
            {"sku": "S3", "name": "Cork tray", "price": 1990, "currency": "EUR"},
            {"sku": "S4", "name": "Cork mat", "price": {"amountMicros": "8250000", "currencyCode": "CHF"}},
        ],
        [
            {"price": "79.00 USD", "unit_amount": ""},
            {"price": "149.00 EUR"},
            {"price": "1990", "currency": "EUR"},
            {"price": "8.25 CHF"},
        ],
    ),
    (
        "prices by kind",
        [
            {
                "sku": "BX-1",
                "name": "Beech rack",
                "prices": [
                    {"type": "retail", "amount": 120, "currency": "EUR"},
                    {"type": "dealer", "amount": 74, "currency": "EUR"},
                    {"type": "retail", "amount": 110, "currency": "EUR", "min_qty": 5},
                ],
            },
            {"sku": "BX-2", "name": "Beech shelf", "price": {"net": 50, "gross": 59.5, "currency": "EUR"}},
            {"sku": "BX-3", "name": "Beech hook", "prices": {"EUR": 4.5, "USD": 5}},
        ],
        [
            {"price.retail": "120 EUR", "price.dealer": "", "price.retail from 5": "110 EUR"},
            {"price.net": "50", "price.gross": "59.5", "price.currency": "EUR"},
            {"price.EUR": "4.5 EUR", "price.USD": "5 USD"},
        ],
    ),
    (
        "attributes as pairs, as an object, with units and by language",
        [
            {
                "sku": "AT-1",
                "name": "Tern kettle",
                "attributes": {"Power": "2200 W", "name": "inner name"},
                "specs": [{"label": "Height", "value": 24, "unit": "cm"}, {"label": "Colour", "value": "black"}],
                "weight": {"value": 1.2, "unitCode": "KGM"},
                "brand": {"id": 5, "name": "Ternware", "slug": "ternware"},
                "description": {"en": "Boils fast.", "de": "Kocht schnell."},
            }
        ],
        [
            {
                "name": "Tern kettle",
                "Power": "2200 W",
                "attributes.name": "inner name",
                "Height": "24 cm",
                "Colour": "black",
                "weight": "1.2 kg",
                "brand": "Ternware",
                "description.en": "Boils fast.",
                "description.de": "Kocht schnell.",
            }
        ],
    ),
    (
        "translations",
        [
            {
                "sku": "TR",
                "price": 3,
                "translations": [{"locale": "en_US", "name": "Whisk"}, {"locale": "de_DE", "name": "Besen"}],
            }
        ],
        [{"name.en_US": "Whisk", "name.de_DE": "Besen", "price": "3"}],
    ),
    (
        "chinese feed with specifications",
        {
            "商品列表": [
                {
                    "名称": "松石茶杯",
                    "品牌": "松石",
                    "规格列表": [
                        {"货号": "SC-S", "价格": 39, "库存": 5, "容量": "200毫升"},
                        {"货号": "SC-L", "价格": 52, "库存": 0, "容量": "350毫升"},
                    ],
                    "参数": [{"参数名": "材质", "参数值": "陶瓷"}],
                }
            ]
        },
        [
            {"名称": "松石茶杯, 200毫升", "货号": "SC-S", "价格": "39", "材质": "陶瓷"},
            {"名称": "松石茶杯, 350毫升", "货号": "SC-L", "价格": "52", "品牌": "松石"},
        ],
    ),
    (
        "categories that hold products, one currency for all",
        {
            "currency": "CHF",
            "categories": [
                {"name": "Spoons", "products": [{"sku": "SP-1", "name": "Larch spoon", "price": 8}]},
                {"name": "Bowls", "products": [{"sku": "BW-1", "name": "Larch bowl", "price": 21}]},
            ],
        },
        [
            {"category": "Spoons", "name": "Larch spoon", "price": "8", "currency": "CHF"},
            {"category": "Bowls", "name": "Larch bowl", "price": "21", "currency": "CHF"},
        ],
    ),
    (
        "records by their number",
        {"K-1": {"name": "Kelp soap", "price": 5}, "K-2": {"name": "Kelp balm", "price": 7}},
        [{"sku": "K-1", "name": "Kelp soap"}, {"sku": "K-2", "name": "Kelp balm"}],
    ),
    (
        "a variant's price is not the parent's sale",
        [
            {
                "sku": "VP",
                "name": "Vale rug",
                "type": "variable",
                "price": 80,
                "sale_price": 60,
                "stock": 4,
                "variants": [{"sku": "VP-1", "price": 90, "size": "80x150"}, {"sku": "VP-2", "size": "60x90"}],
            }
        ],
        [
            {"sku": "VP-1", "price": "90", "sale_price": "", "stock": "4", "name": "Vale rug, 80x150"},
            {"sku": "VP-2", "price": "80", "sale_price": "60", "name": "Vale rug, 60x90"},
        ],
    ),
    (
        "a parent that is sold itself, and accessories that are not variants",
        [
            {
                "sku": "DR-0",
                "name": "Drift chair",
                "price": 140,
                "variants": [{"sku": "DR-1", "price": 160, "color": "oak"}],
                "accessories": [{"sku": "CU-9", "name": "Cushion", "price": 19}],
            }
        ],
        [{"sku": "DR-0", "price": "140", "name": "Drift chair"}, {"sku": "DR-1", "price": "160"}],
    ),
    (
        "offers: one is the product's, several are rows",
        [
            {
                "name": "Ash ladle",
                "sku": "AL",
                "offers": {"price": "11.00", "priceCurrency": "EUR", "availability": "InStock"},
            },
            {
                "name": "Ash fork",
                "offers": [
                    {"sku": "AF-1", "price": "6.00", "priceCurrency": "EUR", "color": "light"},
                    {"sku": "AF-2", "price": "6.50", "priceCurrency": "EUR", "color": "dark"},
                ],
            },
        ],
        [
            {"name": "Ash ladle", "price": "11.00", "priceCurrency": "EUR", "availability": "InStock"},
            {"name": "Ash fork, light", "sku": "AF-1", "price": "6.00"},
            {"name": "Ash fork, dark", "sku": "AF-2", "price": "6.50"},
        ],
    ),
    (
        "sale period and shipping",
        [
            {
                "id": "G1",
                "title": "Rill flask",
                "price": "25.00 EUR",
                "sale_price": "19.00 EUR",
                "sale_price_effective_date": "2026-11-20T08:00+0100/2026-12-01T23:59+0100",
                "shipping": [
                    {"country": "DE", "price": "4.90 EUR"},
                    {"country": "AT", "service": "Express", "price": "9.90 EUR"},
                ],
            }
        ],
        [
            {
                "sale_price_effective_date from": "2026-11-20",
                "sale_price_effective_date to": "2026-12-01",
                "shipping.price.DE": "4.90 EUR",
                "shipping.price.AT Express": "9.90 EUR",
            }
        ],
    ),
]


@pytest.mark.parametrize(("content", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_feed_gives_a_row_for_each_thing_sold(tmp_path: Path, content: Any, expected: Rows) -> None:
    """The rows of a JSON file are those expected, and no others."""
    assert shows(rows_of(tmp_path, "feed.json", json.dumps(content, ensure_ascii=False)), expected)


@pytest.mark.parametrize("case", [0, 6, 8, 14], ids=lambda place: CASES[place][0])
def test_json_lines_give_the_same_rows(tmp_path: Path, case: int) -> None:
    """The records of a wrapper, written one a line, are the same rows."""
    _, content, expected = CASES[case]
    records = next(value for value in content.values() if isinstance(value, list))
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    assert shows(rows_of(tmp_path, "feed.jsonl", lines), expected)
