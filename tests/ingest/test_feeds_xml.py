"""XML feeds: merchant feeds, BMEcat, YML and shops' own, each thing sold a row with its own price."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.feeds import Rows, rows_of, shows


def bmecat(*articles: str, header: str = "") -> str:
    """A BMEcat 1.2 catalogue of these articles."""
    head = f'<BMECAT version="1.2"><HEADER><CATALOG>{header}</CATALOG></HEADER>'
    return f"{head}<T_NEW_CATALOG>{''.join(articles)}</T_NEW_CATALOG></BMECAT>"


def article(number: str, name: str, prices: str, rest: str = "", features: str = "") -> str:
    """An article with its prices, each `type amount bound`."""
    said = ""
    for price in prices.split(";"):
        kind, amount, bound = price.split()
        said += (
            f'<ARTICLE_PRICE price_type="{kind}"><PRICE_AMOUNT>{amount}</PRICE_AMOUNT>'
            f"<PRICE_CURRENCY>EUR</PRICE_CURRENCY>"
            f"<TAX>0.19</TAX><LOWER_BOUND>{bound}</LOWER_BOUND></ARTICLE_PRICE>"
        )
    return (
        f'<ARTICLE mode="new"><SUPPLIER_AID>{number}</SUPPLIER_AID><ARTICLE_DETAILS>'
        f"<DESCRIPTION_SHORT>{name}</DESCRIPTION_SHORT><EAN>40{number[-4:]}</EAN></ARTICLE_DETAILS>"
        "<ARTICLE_FEATURES>"
        f"<REFERENCE_FEATURE_SYSTEM_NAME>ETIM-8.0</REFERENCE_FEATURE_SYSTEM_NAME>{features}</ARTICLE_FEATURES>"
        f"<ARTICLE_ORDER_DETAILS><ORDER_UNIT>C62</ORDER_UNIT>{rest}</ARTICLE_ORDER_DETAILS>"
        f"<ARTICLE_PRICE_DETAILS>{said}</ARTICLE_PRICE_DETAILS></ARTICLE>"
    )


def feature(name: str, value: str, unit: str = "") -> str:
    """A feature of an article."""
    return f"<FEATURE><FNAME>{name}</FNAME><FVALUE>{value}</FVALUE>{f'<FUNIT>{unit}</FUNIT>' if unit else ''}</FEATURE>"


CASES: list[tuple[str, str, Rows]] = [
    (
        "google merchant",
        '<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Fjordline</title>'
        "<item><g:id>F1</g:id><g:title>Fjordline canoe</g:title><g:price>890.00 EUR</g:price>"
        "<g:sale_price>790.00 EUR</g:sale_price>"
        "<g:sale_price_effective_date>2026-11-01T00:00+0100/2027-01-31T23:59+0100</g:sale_price_effective_date>"
        "<g:shipping><g:country>DE</g:country><g:price>39.00 EUR</g:price></g:shipping></item>"
        "<item><g:id>F2</g:id><g:title>Fjordline paddle</g:title><g:price>49.00 EUR</g:price>"
        "<g:shipping><g:country>DE</g:country><g:price>5.00 EUR</g:price></g:shipping>"
        "<g:shipping><g:country>AT</g:country><g:price>9.00 EUR</g:price></g:shipping></item></channel></rss>",
        [
            {
                "id": "F1",
                "price": "890.00 EUR",
                "sale_price": "790.00 EUR",
                "sale_price_effective_date from": "2026-11-01",
                "sale_price_effective_date to": "2027-01-31",
                "shipping.price.DE": "39.00 EUR",
            },
            {
                "id": "F2",
                "price": "49.00 EUR",
                "sale_price": "",
                "shipping.price.DE": "5.00 EUR",
                "shipping.price.AT": "9.00 EUR",
            },
        ],
    ),
    (
        "google merchant with one item",
        '<rss xmlns:g="http://base.google.com/ns/1.0"><channel><title>One</title><link>https://shop.example</link>'
        "<item><g:id>O1</g:id><g:title>Lone stool</g:title><g:price>35 GBP</g:price></item></channel></rss>",
        [{"id": "O1", "title": "Lone stool", "price": "35 GBP"}],
    ),
    (
        "google merchant as atom",
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title>'
        "<entry><g:id>E1</g:id><title>Grey jug</title><g:price>15.00 USD</g:price></entry>"
        "<entry><g:id>E2</g:id><title>Grey cup</title><g:price>9.00 USD</g:price></entry></feed>",
        [{"id": "E1", "price": "15.00 USD"}, {"id": "E2", "title": "Grey cup"}],
    ),
    (
        "bmecat with dealer's and recommended prices",
        bmecat(
            article(
                "LX-1001", "Dimmer 400 W", "net_customer 11.20 1;nrp 24.90 1", features=feature("Leistung", "400", "W")
            ),
            article(
                "LX-1002", "Taster", "net_list 6.00 1;nrp 8.40 1;nrp 7.90 10", "<PRICE_QUANTITY>1</PRICE_QUANTITY>"
            ),
        ),
        [
            {
                "SUPPLIER_AID": "LX-1001",
                "DESCRIPTION_SHORT": "Dimmer 400 W",
                "ARTICLE_PRICE.net_customer": "",
                "ARTICLE_PRICE.nrp": "24.90 EUR",
                "ARTICLE_PRICE.TAX": "0.19",
                "Leistung": "400 W",
            },
            {
                "ARTICLE_PRICE.net_list": "6.00 EUR",
                "ARTICLE_PRICE.nrp": "8.40 EUR",
                "ARTICLE_PRICE.nrp from 10": "7.90 EUR",
            },
        ],
    ),
    (
        "bmecat with one article",
        bmecat(
            article(
                "LX-2001", "Rahmen", "nrp 3.10 1", features=feature("Farbe", "weiß") + feature("Breite", "80", "MMT")
            )
        ),
        [{"SUPPLIER_AID": "LX-2001", "ARTICLE_PRICE.nrp": "3.10 EUR", "Farbe": "weiß", "Breite": "80 mm"}],
    ),
    (
        "bmecat prices for a hundred",
        bmecat(
            article("LX-3001", "Dübel", "nrp 12.00 1", "<PRICE_QUANTITY>100</PRICE_QUANTITY>"),
            article("LX-3002", "Haken", "nrp 2.00 1", "<PRICE_QUANTITY>1</PRICE_QUANTITY>"),
        ),
        [{"ARTICLE_PRICE.nrp": "12.00 EUR / 100 pcs"}, {"ARTICLE_PRICE.nrp": "2.00 EUR"}],
    ),
    (
        "bmecat 2005 in two languages",
        '<BMECAT version="2005" xmlns="http://www.bmecat.org/bmecat/2005"><T_NEW_CATALOG>'
        + "".join(
            f'<PRODUCT mode="new"><SUPPLIER_PID type="supplier_specific">{number}</SUPPLIER_PID><PRODUCT_DETAILS>'
            f'<DESCRIPTION_SHORT lang="deu">{german}</DESCRIPTION_SHORT>'
            f'<DESCRIPTION_SHORT lang="eng">{english}</DESCRIPTION_SHORT>'
            "</PRODUCT_DETAILS><PRODUCT_FEATURES><FEATURE>"
            '<FNAME lang="deu">Farbe</FNAME><FNAME lang="eng">Colour</FNAME><FVALUE lang="deu">rot</FVALUE>'
            '<FVALUE lang="eng">red</FVALUE>'
            '</FEATURE></PRODUCT_FEATURES><PRODUCT_PRICE_DETAILS><PRODUCT_PRICE price_type="nrp">'
            "<PRICE_AMOUNT>19.5</PRICE_AMOUNT>"
            "<PRICE_CURRENCY>EUR</PRICE_CURRENCY></PRODUCT_PRICE></PRODUCT_PRICE_DETAILS></PRODUCT>"
            for number, german, english in (
                ("Q1", "Leuchte rund", "Round lamp"),
                ("Q2", "Leuchte eckig", "Square lamp"),
            )
        )
        + "</T_NEW_CATALOG></BMECAT>",
        [
            {
                "SUPPLIER_PID": "Q1",
                "DESCRIPTION_SHORT.de": "Leuchte rund",
                "DESCRIPTION_SHORT.en": "Round lamp",
                "Farbe": "rot",
                "Colour": "red",
                "PRODUCT_PRICE.nrp": "19.5 EUR",
            },
            {"DESCRIPTION_SHORT.en": "Square lamp"},
        ],
    ),
    (
        "products with variants",
        "<shop><product><name>Brindle coat</name><brand>Brindle</brand><variants>"
        '<variant sku="BC-S"><size>S</size><price currency="EUR">140,00</price></variant>'
        '<variant sku="BC-M"><size>M</size><price currency="EUR">150,00</price></variant></variants></product>'
        '<product><name>Brindle cap</name><variants><variant sku="BP-1"><price currency="EUR">22,00</price>'
        "</variant></variants></product></shop>",
        [
            {"name": "Brindle coat, S", "sku": "BC-S", "price": "140,00 EUR", "brand": "Brindle"},
            {"name": "Brindle coat, M", "sku": "BC-M", "price": "150,00 EUR"},
            {"name": "Brindle cap", "sku": "BP-1", "price": "22,00 EUR"},
        ],
    ),
    (
        "yml with params and categories",
        "<yml_catalog><shop><name>Sova</name><company>Sova Ltd</company><currencies>"
        "<currency id='EUR' rate='1'/></currencies>"
        "<categories><category id='1'>Lamps</category><category id='2'>Cups</category></categories><offers>"
        "<offer id='91' available='true'><name>Sova lamp</name><price>45</price><currencyId>EUR</currencyId>"
        "<param name='Colour'>white</param><param name='Power' unit='W'>9</param></offer>"
        "<offer id='92' available='false'><name>Sova cup</name><price>8</price><currencyId>EUR</currencyId></offer>"
        "</offers></shop></yml_catalog>",
        [
            {"id": "91", "name": "Sova lamp", "price": "45", "currencyId": "EUR", "Colour": "white", "Power": "9 W"},
            {"id": "92", "name": "Sova cup", "price": "8"},
        ],
    ),
    (
        "names and descriptions by language, sentences with inner elements",
        "<katalog currency='CHF'>"
        "<artikel><nr>7</nr><name xml:lang='de'>Kanne</name><name xml:lang='en'>Jug</name><preis>30</preis>"
        "<text>Aus <b>Ton</b>.</text></artikel>"
        "<artikel><nr>8</nr><name xml:lang='de'>Napf</name><name xml:lang='en'>Bowl</name><preis>12</preis>"
        "<text>Aus Ton.</text></artikel></katalog>",
        [
            {"name.de": "Kanne", "name.en": "Jug", "preis": "30", "currency": "CHF", "text": "Aus Ton."},
            {"name.en": "Bowl", "preis": "12"},
        ],
    ),
    (
        "categories that hold products",
        "<list><category><name>Rugs</name><product><sku>R1</sku><name>Marl rug</name><price>99 EUR</price></product>"
        "<product><sku>R2</sku><name>Marl runner</name><price>59 EUR</price></product></category>"
        "<category><name>Mats</name><product><sku>M1</sku><name>Marl mat</name><price>19 EUR</price></product>"
        "</category></list>",
        [{"sku": "R1", "price": "99 EUR"}, {"sku": "R2", "name": "Marl runner"}, {"sku": "M1", "price": "19 EUR"}],
    ),
]


@pytest.mark.parametrize(("content", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_feed_gives_a_row_for_each_thing_sold(tmp_path: Path, content: str, expected: Rows) -> None:
    """The rows of an XML file are those expected, and no others."""
    assert shows(rows_of(tmp_path, "feed.xml", f'<?xml version="1.0" encoding="UTF-8"?>{content}'), expected)
