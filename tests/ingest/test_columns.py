"""Common columns get typed names; values are parsed only where they are certain."""

from __future__ import annotations

import pytest

from index.text.currencies import currency_of
from ingest.column import clean
from ingest.columns import Columns
from ingest.dates import date_of
from ingest.declared import TableOptions
from ingest.money import money_of
from ingest.roles import plain_header, price_of_header, ranks
from ingest.stock import stock_of
from tests.rows import read_table


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("¥1,299.00", (1299.0, "CNY")),
        ("1.299,00 €", (1299.0, "EUR")),
        ("1.299 €", (1299.0, "EUR")),
        ("$12", (12.0, "USD")),
        ("HK$88", (88.0, "HKD")),
        ("12.5元/件", (12.5, "CNY")),
        ("12,50", (12.5, None)),
        ("1,299", (1299.0, None)),
        ("1.299", (1.299, None)),
        ("CHF 1'299.50", (1299.5, "CHF")),
        ("１２９", (129.0, None)),
        ("call us", None),
        ("10-20", None),
        ("99起", None),
        ("-5", None),
        ("1,23,4", None),
    ],
)
def test_prices(text: str, price: tuple[float, str | None] | None) -> None:
    """A price is its number and the currency it names; a range or a word is none."""
    money = money_of(text)
    assert ((float(money.amount), money.currency) if money is not None and money.comparable else None) == price


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026/1/2", "2026-01-02"),
        ("2026年1月2日", "2026-01-02"),
        ("20260102", "2026-01-02"),
        ("02.01.2026", "2026-01-02"),
        ("23/01/2026", "2026-01-23"),
        ("Jan 5, 2026", "2026-01-05"),
        ("2013-04-30 00:00:00", "2013-04-30"),
        ("03/04/2026", None),
        ("2026-13-01", None),
    ],
)
def test_dates(text: str, date: str | None) -> None:
    """Dates become ISO 8601; an ambiguous or impossible one is none."""
    assert date_of(text) == date


def test_stock() -> None:
    """Quantities may carry a unit; words are not quantities."""
    stocks = [stock_of(text) for text in ("1,200", "35 pcs", "12件", "3.5", "in stock")]
    assert [stock and stock.count for stock in stocks] == [1200, 35, 12, 3.5, None]


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Item_No.", "sku"),
        ("ProductNumber", "sku"),
        ("货号", "sku"),
        ("品名 Name", "name"),
        ("商品 名称", "name"),
        ("品牌", "brand"),
        ("类目", "category"),
        ("Price (CNY)", "price"),
        ("价格(元)", "price"),
        ("PRICE_USD", "price"),
        ("币种", "currency"),
        ("库存", "stock"),
        ("Valid-From", "valid_from"),
        ("失效日期", "valid_to"),
        ("Price per kg", None),
        ("Cost", None),
    ],
)
def test_headers(header: str, role: str | None) -> None:
    """Case, spaces, underscores, camel case and units do not matter to what a header means."""
    priced = price_of_header(header)
    found = "price" if priced and priced.kind == "" else ranks().get(plain_header(header), (None, 0))[0]
    assert found == role


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        *(
            (header, "rental")
            for header in ("Day rate EUR", "Daily rate", "Hire per day", "Weekly hire", "Monthly fee")
        ),
        *((header, "rental") for header in ("Hire charge / day", "Rent per week", "Tagessatz", "Miete pro Tag")),
        *((header, "rental") for header in ("Wochenmiete", "Leihgebühr", "日租", "租金(元/天)", "月租")),
        *((header, "deposit") for header in ("Refundable deposit", "Deposit", "Kaution", "押金")),
        *((header, "sale") for header in ("Aktion", "Sale", "特价", "Special offer")),
        *((header, None) for header in ("Frame rate", "Data rate", "Satz", "Daily capacity", "周期", "Mietdauer")),
    ],
)
def test_headers_that_stand_for_a_price_by_themselves(header: str, kind: str | None) -> None:
    """A rent by the day and a deposit are no price to buy for; a rate of something else is no price."""
    priced = price_of_header(header)
    assert (priced and priced.kind) == kind


def test_currency_of_a_header() -> None:
    """A unit in a header names a currency; a word that contains a code does not."""
    assert [currency_of(text) for text in ("单价（USD/pc）", "价格(元)", "Europe")] == ["USD", "CNY", None]


def test_row_of_a_price_list() -> None:
    """Text has every cell under its header; attributes are typed, and the better price column wins."""
    columns = Columns(["SKU", "Name", "List price", "Price (CNY)", "Stock", "生效日期"])
    text, attributes, _ = columns.row(["00012", "Kettle\nred", "300", "1,299.00", "5", "2026/1/2", "more"])
    assert text == (
        "SKU: 00012\nName: Kettle / red\nList price: 300\nPrice (CNY): 1,299.00\nStock: 5\n生效日期: 2026/1/2\n"
        "Column G: more"
    )
    assert attributes == {
        "sku": "00012",
        "name": "Kettle / red",
        "List price": "300",
        "price": 1299.0,
        "currency": "CNY",
        "stock": 5,
        "valid_from": "2026-01-02",
        "Column G": "more",
    }


def test_price_in_words_stays_out_of_the_typed_name() -> None:
    """A typed name holds a typed value or nothing, even where the header is that very name."""
    _, attributes, _ = Columns(["sku", "price", "stock"]).row(["1", "on request", "sold out"])
    assert attributes == {"sku": "1", "price (2)": "on request", "stock (2)": "sold out"}


def test_list_price_is_the_price_where_there_is_no_better() -> None:
    """A list price alone serves as price; a cost never does."""
    assert Columns(["sku", "List price"]).row(["1", "9"])[1]["price"] == 9.0
    assert Columns(["sku", "Cost"]).row(["1", "9"])[1] == {"sku": "1"}


def test_equal_headers_keep_both_values() -> None:
    """Two columns of one name do not overwrite each other."""
    assert Columns(["Note", "Note"]).row(["a", "b"])[:2] == ("Note: a\nNote: b", {"Note": "a", "Note (2)": "b"})


def test_cells_are_cleaned() -> None:
    """Markup goes, its words stay; a lone less-than sign is no markup."""
    assert clean("<p>Kettle &amp; co</p><ul><li>a</li><li>b</li></ul>") == "Kettle & co / a / b"
    assert clean("5 < 6 > 4") == "5 < 6 > 4"


def test_what_a_service_costs_is_its_price() -> None:
    """In a table without goods or another price; beside goods a cost is private."""
    row = read_table([{"Service": "Home delivery", "Cost": "4.90"}, {"Service": "Repair", "Cost": "25"}])[0]
    assert (row.attributes["name"], row.attributes["price"]) == ("Home delivery", 4.9)


def test_rows_without_names_are_called_by_their_model_or_their_first_column() -> None:
    """By maker and model, or where there is no key by short words that stand there once; never by a bare number, nor
    by the questions of a list of questions and answers."""
    models = Columns(["Brand", "Model", "Year"], sample=[["Canon", "R7", "2022"], ["Sony", "ZV-1", "2020"]])
    assert models.row(["Canon", "R7", "2022"]).attributes["name"] == "Canon R7"
    variants = [["AR300M", "16MB", "Internal"], ["AR300M-Ext", "16MB", "External"]]
    cells = Columns(["Sub-model", "NOR flash", "Antenna"], sample=variants).row(variants[0]).cells
    assert [cell.text for cell in cells if cell.role == "name"] == ["AR300M"]
    assert "name" not in Columns(["SKU", "Colour"]).row(["4711", "red"]).attributes
    boards = [["Arduino MKR GSM 1400", "ABX00018", "32 g"], ["Arduino Micro", "A000053", "13 g"]]
    named = Columns(["Board", "SKU", "Weight"], sample=boards).row(boards[0]).attributes["name"]
    assert named == "Arduino MKR GSM 1400"
    care = "Keep it in bright, indirect light and away from the midday sun behind glass. " * 2
    plants = [["Calathea", care, care], ["Fittonia", care, care]]
    assert Columns(["common_name", "light", "water"], sample=plants).row(plants[0]).attributes["name"] == "Calathea"
    asked = [["Returns", "Money back?", "Everything may be sent back within thirty days, with the receipt. " * 2]] * 3
    assert "name" not in Columns(["Subject", "Question", "Answer"], sample=asked).row(asked[0]).attributes


def test_a_declared_key_is_the_sku() -> None:
    """A shop's own key column beats the words that are known, the first declared one before the second."""
    headers = ["sku", "Part-No.", "货号2", "name"]
    cells = ["1", "P-1", "二", "Kettle"]
    assert Columns(headers).row(cells)[1]["sku"] == "1"
    attributes = Columns(headers, TableOptions(keys=("货号2", "part no"))).row(cells)[1]
    assert attributes == {"sku (2)": "1", "Part-No.": "P-1", "sku": "二", "name": "Kettle"}
    assert Columns(headers, TableOptions(keys=("Part No",))).row(cells)[1]["sku"] == "P-1"
    assert Columns(["name", "price"], TableOptions(keys=("name",))).row(["Kettle", "9"])[1] == {
        "sku": "Kettle",
        "name": "Kettle",
        "price": 9.0,
    }


def test_several_numbers_in_a_cell_are_values_each() -> None:
    """450,2000 is no 450.2, and a German list says until when it holds."""
    columns = Columns(["SKU", "Voltages"], sample=[["A-1", "450,2000"], ["A-2", "5,6000"], ["A-3", "1,450"]])
    assert columns.row(["A-1", "450,2000"]).attributes == {"sku": "A-1", "name": "A-1", "Voltages": "450 / 2000"}
    dated = Columns(["Artikelnummer", "gültig bis"], sample=[["A-1", "2027-03"]])
    assert dated.row(["A-1", "2027-03"]).attributes == {"sku": "A-1", "name": "A-1", "valid_to": "2027-03-31"}


def test_a_lesser_price_is_not_told_for_one_on_request() -> None:
    """Where the price is words, the recommended one is none; where it is blank or "n/a", the next best is."""
    headers = ["sku", "RRP", "Price EUR"]
    rows = [["1", "39.00", "on request"], ["2", "39.00", ""], ["3", "39.00", "n/a"], ["4", "39.00", "29.00"]]
    columns = Columns(headers, sample=rows)
    assert [columns.row(row).attributes.get("price") for row in rows] == [None, 39.0, 39.0, 29.0]
    assert [[cell.text for cell in columns.row(row).cells if cell.chosen][1:] for row in rows] == [
        ["on request"],
        ["39.00"],
        ["39.00"],
        ["29.00"],
    ]


@pytest.mark.parametrize("header", ["sale", "Special", "Aktion", "特价", "Member", "Rental"])
def test_a_flag_is_no_price(header: str) -> None:
    """A column of 1 and 0 says whether there is such a price, and never which."""
    rows = read_table([{"Name": f"Watch {n}", "Price": "49", header: str(n % 2)} for n in range(4)])
    assert [row.attributes["price"] for row in rows] == [49.0] * 4
    assert header not in {cell.header for row in rows for cell in row.cells if cell.role == "price"}


def test_a_price_is_without_tax_where_its_cell_says_so() -> None:
    """In the words that headers and replies have for it."""
    columns = Columns(["SKU", "Name", "Price EUR"], sample=[["A-1", "Lamp", "49,90 € netto"]])
    cells = columns.row(["A-1", "Lamp", "49,90 € netto"]).cells
    assert [(cell.value, cell.tax) for cell in cells if cell.role == "price"] == [(49.9, "excluded")]


def test_a_list_price_is_told_where_there_is_no_usual_one() -> None:
    """What a maker lists stands behind what the shop calls its standard or regular price."""
    for usual, listed in (("standard_price", "list_price"), ("Normalpreis", "Listenpreis"), ("零售价", "目录价")):
        row = read_table([{"sku": "1", listed: "44.95", usual: "34.95"}])[0]
        assert row.attributes["price"] == 34.95
        assert [cell.text for cell in row.cells if cell.role == "price" and cell.chosen] == ["34.95"]


@pytest.mark.parametrize(
    ("name", "texts"), [("Artikel", "Bezeichnung"), ("Product", "Name"), ("Item", "Product name"), ("商品", "品名")]
)
def test_codes_headed_as_names_are_keys(name: str, texts: str) -> None:
    """Where names stand beside them and no other column is the key."""
    said = [{name: f"VM-0{n}", texts: f"Lindner Vlies {n}", "Price": "3"} for n in (1, 2, 3)]
    first = read_table(said)[0].attributes
    assert (first["sku"], first["name"]) == ("VM-01", "Lindner Vlies 1")
    keyed = [{"SKU": "7", **row} for row in said]
    assert read_table(keyed)[0].attributes["sku"] == "7"
    alone = [{name: f"Lindner Vlies {n}", "Price": "3"} for n in (1, 2)]
    assert read_table(alone)[0].attributes["name"] == "Lindner Vlies 1"


def test_a_column_is_in_the_currency_that_some_of_its_cells_name() -> None:
    """Unless they name several, a column says it row by row, or the shop has declared one."""
    said = [
        {"编号": "1", "单价": "￥１２８０．００"},
        {"编号": "2", "单价": "2.6万"},
        {"编号": "3", "单价": "三百六十元"},
    ]
    assert [row.attributes["currency"] for row in read_table(said)] == ["CNY"] * 3
    several = read_table([{"sku": "1", "Price": "5 EUR"}, {"sku": "2", "Price": "$6"}, {"sku": "3", "Price": "7"}])
    assert [row.attributes.get("currency") for row in several] == ["EUR", "USD", None]
    declared = Columns(["sku", "Price"], TableOptions(currency="CHF"), [["1", "$5"], ["2", "9"]])
    assert declared.row(["2", "9"]).attributes["currency"] == "CHF"


def test_rising_figures_between_commas_are_values_where_commas_are_not_decimal() -> None:
    """ "12,24" volts beside prices with points; a number beside prices with commas."""
    for price, read in (("38.50", "12 / 24"), ("38,50", "12,24")):
        said = [{"SKU": f"CX-{n}", "Voltage (V)": volts, "Price": price} for n, volts in enumerate(("230", "12,24"))]
        assert read_table(said)[1].attributes["Voltage (V)"] == read
    weights = [{"SKU": "1", "Weight": "12,50", "Price": "9.90"}, {"SKU": "2", "Weight": "8,75", "Price": "7.90"}]
    assert read_table(weights)[1].attributes["Weight"] == "8,75"


def test_a_column_that_may_hold_names_does_where_they_repeat() -> None:
    """One row for each size of a sort, in a list that has no other names."""
    said = [{"Sorte": "Hafenröstung", "Packung": pack, "Preis": "9"} for pack in ("250 g", "500 g", "1 kg")]
    assert [row.attributes["name"] for row in read_table(said)] == ["Hafenröstung"] * 3
    grouped = [{"Group": "Coffee", "Pack": pack, "Price": "9"} for pack in ("250 g", "500 g", "1 kg")]
    assert "name" not in read_table(grouped)[0].attributes


def test_codes_are_the_key_before_words() -> None:
    """Where two columns are headed by words for keys."""
    row = read_table([{"Code": "HP-1", "Item": "Padlock Sentry", "Price": "8.25"}])[0]
    assert (row.attributes["sku"], row.attributes["name"]) == ("HP-1", "Padlock Sentry")


def test_a_number_of_pieces_heads_their_price() -> None:
    """Where what stands under it is no higher than the prices, and is no discount."""
    headers = ("Item", "List price", "Web price", "5+ packs", "50-99", "100+", "ab 10", "Pieces 4+")
    lines = [
        ("Lamp", "20.00", "", "17.00", "15.50", "5", "24", "a"),
        ("Vase", "30.00", "28.00", "", "24.00", "10", "31", "b"),
    ]
    rows = read_table([dict(zip(headers, line, strict=True)) for line in lines])
    kinds = {cell.header: (cell.role, cell.kind, cell.chosen) for row in rows for cell in row.cells}
    assert kinds["5+ packs"] == kinds["50-99"] == ("price", "break", False)
    assert not {kinds[header][0] for header in ("100+", "ab 10", "Pieces 4+")} & {"price"}
    assert [row.attributes["price"] for row in rows] == [20.0, 28.0]
