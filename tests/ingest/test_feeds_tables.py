"""Tables of shop systems: variants follow their product and inherit, and each thing sold is a row under its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.feeds import Rows, rows_of, shows

SHOPIFY = """Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Qty,\
Variant Price,Variant Compare At Price,Image Src,Image Position,Status
pine-bowl,Pine bowl,Oakmoor,Size,Small,PB-S,210,4,18.00,22.00,https://shop.example/1.jpg,1,active
pine-bowl,,,,Large,PB-L,,2,27.00,,,,
pine-bowl,,,,,,,,,,https://shop.example/2.jpg,2,
pine-fork,Pine fork,Oakmoor,Title,Default Title,PF-1,60,9,7.50,,,,active
"""

WOO = """ID,Type,SKU,Name,Published,Short description,Stock,Sale price,Regular price,Categories,Parent,\
Attribute 1 name,Attribute 1 value(s)
50,variable,TW,Tarn towel,1,Soft cotton.,,,,Towels,,Size,"Hand, Bath"
51,simple,SB,Tarn soap,1,,30,4.00,5.00,Bath,,Scent,"Mint, Rose"
52,variation,TW-H,,1,,12,,14.00,,TW,Size,Hand
53,variation,TW-B,Tarn towel - Bath,1,,3,19.00,24.00,,id:50,Size,Bath
54,variable,GH,Ghost robe,1,No variants yet.,,,,Robes,,Size,M
"""

AMAZON = (
    "TemplateType=home\tVersion=2026.0101\tThe top 3 rows are for Amazon.com use only.\n"
    "Seller SKU\tProduct Name\tBrand Name\tStandard Price\tQuantity\tSale Price\tParentage\tParent SKU\tVariation Theme"
    "\tSize\nitem_sku\titem_name\tbrand_name\tstandard_price\tquantity\tsale_price\tparent_child\tparent_sku\tvariation_theme\tsize_name\n"
    "FL\tFlint throw\tFlint\t\t\t\tparent\t\tSize\t\n"
    "FL-1\t\t\t45.00\t8\t\tchild\tFL\tSize\t130x170 cm\n"
    "FL-2\tFlint throw, king size\t\t69.00\t2\t59.00\tchild\tFL\tSize\t\n"
)

CASES: list[tuple[str, str, str, Rows]] = [
    (
        "shopify",
        "products_export.csv",
        SHOPIFY,
        [
            {
                "Title": "Pine bowl, Small",
                "Variant SKU": "PB-S",
                "Variant Price": "18.00",
                "Variant Compare At Price": "22.00",
            },
            {
                "Title": "Pine bowl, Large",
                "Variant SKU": "PB-L",
                "Variant Price": "27.00",
                "Variant Compare At Price": "",
                "Variant Grams": "",
                "Vendor": "Oakmoor",
                "Option1 Name": "Size",
                "Image Src": "",
            },
            {"Title": "Pine fork", "Variant Price": "7.50", "Option1 Name": "", "Option1 Value": ""},
        ],
    ),
    (
        "woocommerce",
        "wc.csv",
        WOO,
        [
            {"Name": "Tarn soap", "Sale price": "4.00", "Regular price": "5.00", "Attribute 1 value(s)": "Mint, Rose"},
            {
                "SKU": "TW-H",
                "Name": "Tarn towel, Hand",
                "Regular price": "14.00",
                "Short description": "Soft cotton.",
                "Categories": "Towels",
                "Stock": "12",
            },
            {"SKU": "TW-B", "Name": "Tarn towel - Bath", "Sale price": "19.00", "Regular price": "24.00"},
            {"SKU": "GH", "Name": "Ghost robe"},
        ],
    ),
    (
        "amazon flat file",
        "flat.txt",
        AMAZON,
        [
            {
                "Seller SKU": "FL-1",
                "Product Name": "Flint throw, 130x170 cm",
                "Standard Price": "45.00",
                "Brand Name": "Flint",
            },
            {"Seller SKU": "FL-2", "Product Name": "Flint throw, king size", "Sale Price": "59.00", "Quantity": "2"},
        ],
    ),
    (
        "amazon with machine names only",
        "flat.tsv",
        "".join(AMAZON.splitlines(keepends=True)[2:]),
        [
            {"item_sku": "FL-1", "item_name": "Flint throw, 130x170 cm", "standard_price": "45.00"},
            {"item_sku": "FL-2", "sale_price": "59.00"},
        ],
    ),
    (
        "google merchant tsv",
        "google.tsv",
        "id\ttitle\tprice\tsale_price\tsale_price_effective_date\tshipping\titem_group_id\n"
        "T1\tTeal rug S\t99.00 EUR\t79.00 EUR\t2026-11-01T00:00Z/2026-12-24T23:59Z\tDE::Standard:4.90 EUR\tT\n"
        "T2\tTeal rug L\t149.00 EUR\t\t\tDE::Standard:4.90 EUR\tT\n",
        [
            {
                "id": "T1",
                "title": "Teal rug S",
                "sale_price": "79.00 EUR",
                "sale_price_effective_date": "",
                "sale_price_effective_date from": "2026-11-01",
                "sale_price_effective_date to": "2026-12-24",
            },
            {"title": "Teal rug L", "price": "149.00 EUR", "sale_price_effective_date from": ""},
        ],
    ),
    (
        "a german list with a parent column",
        "artikel.csv",
        "Artikelnummer;Bezeichnung;Preis;Bestand;Elternartikel;Farbe\n"
        "K1;Kragenhemd;49,00;3;;weiß\nK1-B;;52,00;1;K1;blau\nK2;Gürtel;25,00;8;;braun\n",
        [
            {"Artikelnummer": "K1", "Bezeichnung": "Kragenhemd", "Preis": "49,00"},
            {"Artikelnummer": "K1-B", "Bezeichnung": "Kragenhemd, blau", "Preis": "52,00", "Bestand": "1"},
            {"Artikelnummer": "K2", "Bezeichnung": "Gürtel", "Preis": "25,00"},
        ],
    ),
    (
        "a column that is called parent in no list of products",
        "people.csv",
        "Parent,Child,Class\nMrs Hale,Tom,3b\nMr Orr,Ann,2a\n",
        [{"Parent": "Mrs Hale", "Child": "Tom"}, {"Parent": "Mr Orr"}],
    ),
]


@pytest.mark.parametrize(("name", "content", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_variants_inherit_from_the_product_above(tmp_path: Path, name: str, content: str, expected: Rows) -> None:
    """The rows of a table of a shop system are those expected, and no others."""
    assert shows(rows_of(tmp_path, name, content), expected)
