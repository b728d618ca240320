"""Stock: whether there is any comes first where that is what was asked."""

from __future__ import annotations

import pytest

from answer.language import Form
from answer.stock import stock_line
from tests.answer.test_answerer import answer, product
from tests.rows import cells_of


@pytest.mark.parametrize(
    ("query", "stock", "form", "told"),
    [
        ("Is the K200 in stock?", "46", "en", "Yes, K200: 46 in stock"),
        ("Is the K200 in stock?", "0", "en", "No, K200: sold out"),
        ("is the K200 sold out?", "46", "en", "No, K200: 46 in stock"),
        ("Is the K200 sold out?", "0", "en", "Yes, K200: sold out"),
        ("How much is the K200 and do you have it in stock?", "46", "en", "Yes, K200: 46 in stock"),
        ("How many K200 do you have left?", "46", "en", "K200: 46 in stock"),
        ("Stock of the K200", "46", "en", "K200: 46 in stock"),
        ("K200还有货吗？", "46", "zh", "有货，K200 的库存是 46"),
        ("K200 是不是卖完了？", "0", "zh", "没有货，K200：已售罄"),
        ("K200 还有多少件？", "46", "zh", "K200 的库存是 46"),
        ("K200 多少钱，有货吗", "46", "zh", "有货，K200 的库存是 46"),
        ("Is the K200 in stock?", "out of stock", "en", "No, K200: out of stock"),
        ("K200 有货吗", "少量现货", "zh", "有货，K200：少量现货"),
    ],
)
def test_the_verdict_comes_first(query: str, stock: str, form: Form, told: str) -> None:
    """Of a question for how many there is none."""
    (cell,) = cells_of(f"stock: {stock}")
    assert stock_line(query, "K200", cell, stock, form) == told


def test_a_stock_that_says_neither_has_no_verdict() -> None:
    """The cell's own words are told then."""
    (cell,) = cells_of("stock: ask at the counter")
    assert stock_line("Is the K200 in stock?", "K200", cell, cell.text, "en") is None


def test_the_whole_way() -> None:
    """From the row to the reply."""
    row = product("k", "K200 kettle", 品名="K200 kettle", 库存="46")
    assert answer("Is the K200 in stock?", row).text == "Yes, K200 kettle: 46 in stock. [1]"
    assert answer("K200 还有货吗？", row).text == "有货，K200 kettle 的库存是 46。[1]"
