"""Yes and no, stock and lists in cells."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ingest.lists import list_mark_of, values_of
from ingest.numbers import Convention
from ingest.stock import Stock, stock_of
from ingest.truth import is_truth_column, truth_of


@pytest.mark.parametrize(
    "text", "yes Yes Y TRUE true ✓ ✔️ ☑ x 1 是 有 支持 ja JA vorhanden 可以".split() + ["yes (IP67)", "ja."]
)
def test_yes(text: str) -> None:
    assert truth_of(text) is True


@pytest.mark.parametrize(
    "text", "no No N FALSE ✗ × 0 否 无 不支持 nein 没有 不可".split() + ["not included", "no (see note)"]
)
def test_no(text: str) -> None:
    assert truth_of(text) is False


@pytest.mark.parametrize("text", ["", "-", "maybe", "optional", "yes and no", "10", "IP67", "部分", "partly"])
def test_neither(text: str) -> None:
    assert truth_of(text) is None


@pytest.mark.parametrize(
    ("cells", "is_one"),
    [
        (["yes", "no", "", "yes"], True),
        (["ja", "ja", "nein", "–"], True),
        (["no", "no"], True),
        (["有", "无", "有"], True),
        (["✓", "", "✓"], True),
        (["x", "", "", "x"], True),
        (["1", "0", "1"], True),
        (["TRUE", "FALSE"], True),
        (["无", "无", ""], False),
        (["1", "1"], False),
        (["x", "x"], False),
        (["1", "0", "2"], False),
        (["yes", "IP67"], False),
        (["black", "white"], False),
        (["", "-"], False),
    ],
)
def test_a_column_of_truths_holds_nothing_else(cells: list[str], is_one: bool) -> None:
    assert is_truth_column(cells) is is_one


@pytest.mark.parametrize(
    ("text", "count", "more"),
    [
        *(
            ("1.250", 1250, False),
            ("1,250", 1250, False),
            ("85", 85, False),
            ("12 pcs", 12, False),
            ("12件", 12, False),
        ),
        *(
            (">10", 10, True),
            ("10+", 10, True),
            ("more than 50", 50, True),
            ("über 20", 20, True),
            ("100以上", 100, True),
        ),
        *(
            ("12 in stock", 12, False),
            ("48 boxes", 48, False),
            ("1 pair", 1, False),
            ("5 Kartons", 5, False),
            ("in stock: 6 rolls", 6, False),
            ("approx. 20", 20, False),
            ("sold out / 缺货", 0, False),
            ("in stock (12)", 12, False),
            ("有货（8件）", 8, False),
            ("noch 5 Stück", 5, False),
        ),
        *(
            ("5-10", 5, True),
            ("仅剩3件", 3, False),
            ("only 2 left", 2, False),
            ("35 Stk.", 35, False),
            ("３５", 35, False),
        ),
        *(
            ("out of stock", 0, False),
            ("缺货", 0, False),
            ("ausverkauft", 0, False),
            ("Sold out!", 0, False),
            ("no", 0, False),
        ),
        *(("-3", -3, False), ("1 250", 1250, False), ("2 sets", 2, False), ("十二", 12, False), ("3.5", "3.5", False)),
    ],
)
def test_stock(text: str, count: int | str, more: bool) -> None:
    stock = stock_of(text)
    assert stock is not None
    assert (stock.count, stock.more, stock.available) == (Decimal(count), more, Decimal(count) > 0)


@pytest.mark.parametrize(
    "text", ["in stock", "InStock", "有货", "auf Lager", "available", "库存充足", "yes", "<5", "Sofort lieferbar"]
)
def test_there_is_some(text: str) -> None:
    assert stock_of(text) == Stock(None)


@pytest.mark.parametrize("text", ["on request", "2026-03-15", "ask us", "back in May", "预售", "12 kg", "A4"])
def test_what_is_no_stock(text: str) -> None:
    assert stock_of(text) is None


def test_half_a_litre_in_stock_keeps_its_columns_convention() -> None:
    assert stock_of("1.250", Convention(".", True)) == Stock(Decimal("1.25"))


COMMA = Convention(",", True)


@pytest.mark.parametrize(
    ("cells", "header", "mark"),
    [
        (["450,2000", "1,450", "5,6000"], "", ","),
        (["450,200", "1,299"], "", ""),
        (["110,230", "110,230"], "Voltages", ","),
        (["110,230", "110,230"], "Power", ""),
        (["12,5", "0,1250"], "", ""),
        (["1,2,3", "4"], "", ","),
        (["1,29,900", "12,500"], "", ""),
        (["Black / White", "Red"], "Colour", " / "),
        (["S/M/L", "M/L"], "", "/"),
        (["Black/White", "Black/Red"], "", "/"),
        (["1/2", "3/4"], "", ""),
        (["km/h", "m/s"], "", ""),
        (["KX100;KX120", "KX300"], "Fits", ";"),
        (["KX100；KX120"], "", ";"),
        (["红色、白色", "黑色"], "颜色", "、"),
        (["red, blue", "blue, white", "red"], "", ", "),
        (["red,blue", "blue,white"], "", ","),
        (["红色，白色", "白色，黑色"], "", ", "),
        (["Oak, solid", "Pine, glued"], "", ""),
        (["K200, K210"], "Compatible with", ", "),
        (["Wash cold, do not bleach and dry flat in the shade", "Wipe"], "", ""),
        (["red|blue"], "", "|"),
        (["", "one"], "", ""),
    ],
)
def test_the_column_tells_what_parts_its_values(cells: list[str], header: str, mark: str) -> None:
    assert list_mark_of(cells, header) == mark


def test_a_file_of_decimal_commas_has_numbers_where_others_have_lists() -> None:
    assert list_mark_of(["5,6000", "4,2500"], file=COMMA) == ""


def test_the_values_of_a_cell() -> None:
    assert values_of("450,2000", ",") == ("450", "2000")
    assert values_of("Black / White / Black", " / ") == ("Black", "White")
    assert values_of("红色，白色", ", ") == ("红色", "白色")
    assert values_of("1,450", "") == ("1,450",)
    assert values_of("", ",") == ()
