"""Currencies by sign, code and word."""

from __future__ import annotations

import pytest

from index.text.currencies import codes, currency_of, name_in, sharing, words

NAMED = """
Price (CNY) -> CNY | 价格(元) -> CNY | 价格（人民币） -> CNY | RMB 12 -> CNY | CN¥ 5 -> CNY | ¥ 5 -> CNY | ￥5 -> CNY
200块 -> CNY | 12块钱 -> CNY | 3 yuan -> CNY | Preis in Euro -> EUR | € -> EUR | EUR/St. -> EUR | price_eur -> EUR
12 euros -> EUR | 欧元 -> EUR | US$ 5 -> USD | $ -> USD | 15 bucks -> USD | 美元 -> USD | 单价（USD/pc） -> USD
HK$88 -> HKD | NT$ 30 -> TWD | 新台币 -> TWD | C$ 4 -> CAD | Preis (CHF) -> CHF | 12 Franken -> CHF | £4 -> GBP
英镑 -> GBP | zł -> PLN | 99 Kč -> CZK | ₹ 5 -> INR | 日元 -> JPY | 円 -> JPY | 加元 -> CAD | TRY 10 -> TRY
"""
NONE = ["Europe", "Price", "try it", "Gewicht", "价格", "", "neuro", "dollarization", "Weight (kg)"]


@pytest.mark.parametrize("case", [case.strip() for line in NAMED.strip().splitlines() for case in line.split("|")])
def test_a_currency_is_known_by_any_of_its_names(case: str) -> None:
    text, code = case.split(" -> ")
    assert currency_of(text) == code


@pytest.mark.parametrize("text", NONE)
def test_a_word_that_contains_a_name_names_no_currency(text: str) -> None:
    assert currency_of(text) is None


def test_every_name_means_one_currency() -> None:
    """No name is lost to another currency, and a code is always its own name."""
    assert all(code.casefold() in words(code) for code in codes())
    assert sum(len(words(code)) for code in codes()) == len(set().union(*map(words, codes())))
    assert sharing("$5") >= {"USD", "CAD"}
    assert sharing("5 EUR") == frozenset()


def test_a_reply_calls_a_currency_by_its_languages_word() -> None:
    assert [name_in(code, "zh") for code in ("CNY", "EUR", "USD")] == ["元", "欧元", "美元"]
    assert name_in("ZAR", "zh") == "ZAR"
