"""Which of a row's prices a question asks for: one for so many pieces, one without the sale, one by its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from answer.prices import of_asked_prices, told_prices
from tests.asked import Asked
from tests.rows import read_table

HEADERS = ("SKU", "Name", "品名", "Price / 价格 (€)", "Sale price / 促销价 (€)", "from 10 / 10件起 (€)", "50+ (€)")
ROWS = (
    ("Q-1", "Brass hinge", "黄铜合页", "12,80", "9,90", "8,90", "7,50"),
    ("Q-2", "Steel hinge", "钢合页", "5,40", "", "4,80", ""),
    ("Q-3", "Gate latch 10 cm", "门闩 10厘米", "34,90", "29,90", "31,00", ""),
    ("Q-4", "Door knob", "门把手", "7,20", "", "", ""),
)
TABLE = read_table([dict(zip(HEADERS, row, strict=True)) for row in ROWS])


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("How much is it?", ["9,90", "5,40", "29,90", "7,20"]),
        ("What does one cost if I take 10?", ["8,90", "4,80", "29,90", "7,20"]),
        ("How much is it if I buy ten of them?", ["8,90", "4,80", "29,90", "7,20"]),
        ("I need 60 hinges, how much is each?", ["7,50", "4,80", "29,90", "7,20"]),
        ("What is the price for 12 pieces?", ["8,90", "4,80", "29,90", "7,20"]),
        ("How much is it if I buy 3?", ["9,90", "5,40", "29,90", "7,20"]),
        ("How much for 12 kg?", ["9,90", "5,40", "29,90", "7,20"]),
        ("买10个多少钱？", ["8,90", "4,80", "29,90", "7,20"]),
        ("50件的单价多少？", ["7,50", "4,80", "29,90", "7,20"]),
        ("Was kostet es, wenn ich 12 nehme oder ab 10 Stück?", ["8,90", "4,80", "29,90", "7,20"]),
        ("What would 20 hinges cost me each?", ["8,90", "4,80", "29,90", "7,20"]),
        ("Price of 12 packs of it?", ["8,90", "4,80", "29,90", "7,20"]),
        ("订60卷，每卷多少钱？", ["7,50", "4,80", "29,90", "7,20"]),
        ("第10个多少钱？", ["9,90", "5,40", "29,90", "7,20"]),
        ("How much is it after the sale ends?", ["12,80", "5,40", "34,90", "7,20"]),
        ("活动结束后多少钱？", ["12,80", "5,40", "34,90", "7,20"]),
        ("What did it cost before the sale?", ["12,80", "", "34,90", ""]),
        ("What is the regular price?", ["12,80", "5,40", "34,90", "7,20"]),
        ("How much is it normally?", ["12,80", "5,40", "34,90", "7,20"]),
        ("促销前多少钱？", ["12,80", "", "34,90", ""]),
        ("原价多少？", ["12,80", "", "34,90", ""]),
        ("平时多少钱？", ["12,80", "5,40", "34,90", "7,20"]),
        ("Was kostet es normalerweise?", ["12,80", "5,40", "34,90", "7,20"]),
        ("What is the sale price?", ["9,90", "5,40", "29,90", "7,20"]),
    ],
)
def test_a_question_says_for_how_many_and_on_which_days(query: str, told: list[str]) -> None:
    """Row by row; a row without a price for so many pieces, or with a lower one today, has the price itself. A number
    in a name or with a unit is none of pieces, and the price of a row that has no sale was none before it."""
    found = []
    for row in TABLE:
        kinds = of_asked_prices(query, row.cells)
        kinds |= of_asked_prices(query, TABLE[0].cells)
        found.append(" ".join(cell.text for cell in told_prices(query, kinds, row.cells)))
    assert found == told


def test_from_how_many_is_said_in_many_ways() -> None:
    """Ranges and signs; the step that holds is the last that begins at no more pieces than are wanted."""
    headers = ("Name", "Price EUR", "Price 1-9 EUR", "Price 10 – 49 EUR", "Price >= 50 EUR", "Price > 99 EUR")
    (row,) = read_table([dict(zip(headers, ("Bolt", "1.00", "0.95", "0.90", "0.80", "0.70"), strict=True))])
    steps = {2: "0.95", 9: "0.95", 10: "0.90", 49: "0.90", 50: "0.80", 99: "0.80", 100: "0.70"}
    for count, price in steps.items():
        query = f"How much is a bolt if I order {count}?"
        assert [cell.text for cell in told_prices(query, frozenset(), row.cells)] == [price]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A list in two languages."""
    lines = [HEADERS, *ROWS]
    with Asked(tmp_path_factory.mktemp("hinges"), {"list.csv": "\n".join(map(";".join, lines))}) as asked:
        yield asked


@pytest.mark.parametrize(
    ("query", "reply"),
    [
        ("How much is Q-1?", "The price of Brass hinge is 9,90 EUR."),
        ("How much is Q-1 if I take 10?", "The quantity price (from 10) of Brass hinge is 8,90 EUR."),
        ("How much was Q-1 before the sale?", "The regular price of Brass hinge is 12,80 EUR."),
        ("Q-1买60个多少钱？", "黄铜合页的批量价（50件起）是 7,50 EUR。"),
        ("Q-1买12个多少钱？", "黄铜合页的批量价（10件起）是 8,90 EUR。"),
        ("Q-1平时多少钱？", "黄铜合页的零售价是 12,80 EUR。"),
    ],
)
def test_a_price_that_is_not_the_price_is_told_under_its_name(shop: Asked, query: str, reply: str) -> None:
    """From how many pieces on, in the asker's language."""
    assert shop.ask(query).startswith(reply)


def test_a_header_in_two_languages_is_named_in_the_askers(tmp_path: Path) -> None:
    """Not by its last words alone."""
    list_ = "SKU,Name,Stock / 库存\nQ-1,Brass hinge,sold out / 缺货\nQ-2,Steel hinge,in stock / 有货\n"
    with Asked(tmp_path, {"list.csv": list_}) as shop:
        assert shop.ask("Is Q-1 in stock?").startswith("No, Brass hinge: sold out / 缺货.")
        assert shop.ask("Is Q-2 in stock?").startswith("Yes, Steel hinge: in stock / 有货.")
        assert shop.ask("Q-1有货吗？").startswith("没有货，Brass hinge：sold out / 缺货。")


def test_a_list_tells_the_price_that_is_asked_for(tmp_path: Path) -> None:
    """Under its name, also where a kind of thing is asked for, and not one row; what is compared is the price."""
    list_ = "货号,品名,目录价,网店价\nW-1,红蜡片,14.20,12.80\nW-2,白蜡片,16.00,15.00\n"
    with Asked(tmp_path, {"list.csv": list_}) as shop:
        reply = shop.ask("蜡片有哪些？目录价是多少？")
        assert "12.80" not in reply
        assert "目录价 14.20" in reply
        assert "12.80" in shop.ask("最便宜的蜡片是哪款？")
