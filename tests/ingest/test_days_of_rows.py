"""Days in rows: the order of a table's other dates, what can be read in two ways, sales whose days nobody knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.columns import UNREAD, Columns
from ingest.dates import surest_day
from ingest.findings import KINDS
from tests.ingest.test_lint import found


def days(table: str) -> list[tuple[object, object]]:
    """The first and last day of each row's validity."""
    header, *rows = [line.split(",") for line in table.strip().split("\n")]
    columns = Columns(header, sample=rows)
    read = (columns.row(row).attributes for row in rows)
    return [(attributes.get("valid_from"), attributes.get("valid_to")) for attributes in read]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("sku,price,valid from,valid to\nA,1,03/04/2026,25/12/2026", [("2026-04-03", "2026-12-25")]),
        ("sku,price,valid from,valid to\nA,1,03/04/2026,12/25/2026", [("2026-03-04", "2026-12-25")]),
        ("sku,price,updated,valid to\nA,1,31/01/2026,05/12/2026", [(None, "2026-12-05")]),
        ("Artikelnr,Preis,gültig ab,gültig bis\nA,1,01-02-2026,30-11-2026", [("2026-02-01", "2026-11-30")]),
        ("货号,价格,生效日期,失效日期\nA,1,05/06/2026,31/12/2026", [("2026-06-05", "2026-12-31")]),
        ("sku,price,valid from,valid to\nA,1,03/04/2026,05/06/2026", [("2026-04-03", "2026-05-06")]),
        ("sku,price,valid to\nA,1,03/04/2026\nB,1,2026-12-31", [(None, "2026-03-04"), (None, "2026-12-31")]),
        ("sku,price,valid to\nA,1,sometime", [(None, UNREAD)]),
        ("sku,price,valid to\nA,1,until further notice", [(None, None)]),
    ],
)
def test_the_order_of_a_tables_dates_is_a_hint(table: str, expected: list[tuple[object, object]]) -> None:
    """Where nothing shows it, the row is told only as long as both readings hold."""
    assert days(table) == expected


@pytest.mark.parametrize(
    ("text", "last", "day"),
    [
        ("03/04/2026", True, "2026-03-04"),
        ("03/04/2026", False, "2026-04-03"),
        ("04/04/2026", True, "2026-04-04"),
        ("25/04/2026", True, "2026-04-25"),
        ("soon", True, None),
    ],
)
def test_the_surest_of_two_days(text: str, last: bool, day: str | None) -> None:
    assert surest_day(text, last=last) == day


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("sku,name,price,valid to\nA,Ida lamp,9,sometime\nB,Eva lamp,8,2026-12-31\n", ["valid to"]),
        ("sku,name,price,valid to\nA,Ida lamp,9,03/04/2027\nB,Eva lamp,8,2026-12-31\n", ["valid to"]),
        ("sku,name,price,valid from,valid to\nA,Ida lamp,9,13/04/2026,03/04/2027\n", []),
        ("sku,name,price,sale price,sale from,sale to\nA,Ida lamp,9,7,2026-11-01,soon\n", ["sale to"]),
        ("sku,name,price,sale price,sale period\nA,Ida lamp,9,7,whenever\n", ["sale period"]),
        ("货号,品名,价格,促销价,促销时间\nA,艾达灯,9,7,另定日子\n", ["促销时间"]),
        ("sku,name,price,sale price,sale from,sale to\nA,Ida lamp,9,7,2026-11-01,2026-12-31\nB,Eva lamp,8,,,\n", []),
    ],
)
def test_days_that_cannot_be_read_are_errors(tmp_path: Path, table: str, columns: list[str]) -> None:
    """Of a row's validity and of its sale."""
    (tmp_path / "list.csv").write_text(table, encoding="utf-8")
    told = [one for one in found(tmp_path / "list.csv") if one.kind == "date_unread"]
    assert [one.column for one in told] == columns
    assert KINDS["date_unread"] == "error"


def test_a_sale_whose_days_cannot_be_read_is_not_told() -> None:
    """The price is the regular one, every day."""
    headers = ["sku", "name", "price", "sale price", "sale from", "sale to"]
    cells = ["A", "Ida lamp", "9", "7", "03/04/2026", "soon"]
    rows = Columns(headers, sample=[cells]).rows(cells)
    assert [(row.attributes["price"], row.attributes.get("valid_to")) for row in rows] == [(9.0, None)]


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("sale_from_date", "sale_end_date"),
        ("Sale price begins", "Sale price ends"),
        ("Special price valid from", "Special price valid until"),
        ("Datum, an dem Angebotspreis beginnt", "Datum, an dem Angebotspreis endet"),
        ("Angebotsbeginn", "Angebotsende"),
        ("Aktionspreis gültig ab", "Aktionspreis gültig bis"),
        ("特价起始日", "特价截止日"),
        ("优惠开始", "优惠结束"),
        ("Début de la promo", "Fin de la promo"),
    ],
)
def test_the_days_of_a_sale_are_told_by_the_words_of_their_headers(begin: str, end: str) -> None:
    """A word of the sale, with one for its beginning or its end, in whatever order."""
    headers = ["sku", "price", "sale price", begin, end]
    columns = Columns(headers, sample=[["A", "54", "44", "2026-03-01", "2026-03-31"]])
    before, within, after = columns.rows(["A", "54", "44", "2026-03-01", "2026-03-31"])
    assert [row.attributes["price"] for row in (before, within, after)] == [54.0, 44.0, 54.0]
    assert (within.attributes["valid_from"], within.attributes["valid_to"]) == ("2026-03-01", "2026-03-31")


def test_a_price_from_a_number_of_pieces_is_no_day() -> None:
    """The cells of a column headed "offer from 10 pcs" are prices."""
    headers = ["sku", "price", "Offer from 10 pcs"]
    (row,) = Columns(headers, sample=[["A", "54", "44"]]).rows(["A", "54", "44"])
    assert (row.attributes["price"], row.attributes["Offer from 10 pcs"]) == (54.0, "44")
