"""Prices as shops write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ingest.money import Money, money_of
from ingest.numbers import Convention

EXACT = """
12.50 -> 12.5 | 1299 -> 1299 | $1,299.00 -> 1299 USD | 1.299,00 € -> 1299 EUR | 1.299 € -> 1299 EUR
€1,299 -> 1299 EUR | 1,299 € -> 1299 EUR | HK$88 -> 88 HKD | CHF 1'299.50 -> 1299.5 CHF | CHF 12.- -> 12 CHF
EUR 12.– -> 12 EUR | 12,- -> 12 | 12,-- € -> 12 EUR | １２９９元 -> 1299 CNY | ￥８８ -> 88 CNY
3.2万元 -> 32000 CNY | 3.2万 -> 32000 | 一千二百元 -> 1200 CNY | 三百五十块 -> 350 CNY | 两千元 -> 2000 CNY
99元整 -> 99 CNY | 200块 -> 200 CNY | 3块5 -> 3.5 CNY | 12元5角 -> 12.5 CNY | 12.5元/件 -> 12.5 CNY
99元一件 -> 99 CNY | 每件99元 -> 99 CNY | 9,90 €/St. -> 9.9 EUR | 12 USD/ea -> 12 USD | 5.00 each -> 5
$12k -> 12000 USD | 1.5k -> 1500 | 15 bucks -> 15 USD | 12 euros -> 12 EUR | 99 ct -> 0.99 | 12,50 €* -> 12.5 EUR
12,50¹ -> 12.5 | $12 CAD -> 12 CAD | ¥1200 JPY -> 1200 JPY | US$ 12 USD -> 12 USD | ₹1,29,900.00 -> 129900 INR
€ 1 299 -> 1299 EUR | 1299.00EUR -> 1299 EUR | only $5 -> 5 USD | 仅99元 -> 99 CNY
12,50 € (3,13 €/100 g) -> 12.5 EUR | 12 Fr. -> 12 CHF | 999 Kč -> 999 CZK | 49 zł -> 49 PLN | NT$ 2,490 -> 2490 TWD
"""
WORDED = """
ab 19,90 € -> 19.9 EUR from | from 49 -> 49 from | 99起 -> 99 from | ￥99起 -> 99 CNY from
三百一十元起 -> 310 CNY from | 49+ -> 49 from | starting at $49 -> 49 USD from | up to 50 -> 50 up to
bis zu 50 € -> 50 EUR up to | 约50元 -> 50 CNY about | ca. 50 EUR -> 50 EUR about | ~50 -> 50 about
approx. $50 -> 50 USD about | 最高500元 -> 500 CNY up to
"""
RANGES = """
5999-7999元 -> 5999 7999 CNY | 10-20 -> 10 20 | $5.99 - $7.99 -> 5.99 7.99 USD | 10 bis 20 € -> 10 20 EUR
5,99–7,99 € -> 5.99 7.99 EUR | 100至200元 -> 100 200 CNY | 3-5万元 -> 30000 50000 CNY | EUR 10-20 -> 10 20 EUR
€5.99 to €7.99 -> 5.99 7.99 EUR | 5999~7999 -> 5999 7999
"""
SEVERAL = """
两件99元 -> 99 2 CNY | 2 for 5.00 -> 5 2 | 2 für 5,00 € -> 5 2 EUR | 3 Stück 10 € -> 10 3 EUR | 99元2件 -> 99 2 CNY
10元3个 -> 10 3 CNY | 12.50 / 100 pcs -> 12.5 100 | $4 per 10 pieces -> 4 10 USD | 三件100元 -> 100 3 CNY
2 pcs for 5 EUR -> 5 2 EUR | 5 € per 100 -> 5 100 EUR
"""
MEASURED = """
1.29 per 100 g -> 1.29 100 g | 3,50 € je kg -> 3.5 kg EUR | je kg 3,50 € -> 3.5 kg EUR
12 euros a kilo -> 12 kilo EUR | 24.90/m -> 24.9 m | 12 €/m² -> 12 m2 EUR | 5元/100克 -> 5 100克 CNY
每100克12元 -> 12 100克 CNY | 每斤 12 元 -> 12 斤 CNY | $3/lb -> 3 lb USD | 2.50 per litre -> 2.5 litre
"""
NOTHING = """
call us | free | -5 | (12.50) | 1,23,4 | 12k? | was 59 now 49 | 59.90 49.90 | 99/89 | €12 USD | 5 for the price of 4
12€50 | $5 / €4 | 12.50 EUR / 10 | 20% | TBA | 面议 | buy 2 get 1 free | 20-10 | 10.5.2026 | 12:30 | 1 kg | 5 pcs
from 10 to | A4 | 2 x 3 | 5.00 per customer
"""


def cases(table: str) -> list[str]:
    return [case.strip() for line in table.strip().splitlines() for case in line.split("|")]


@pytest.mark.parametrize("case", cases(EXACT))
def test_a_price_of_one_piece_is_comparable(case: str) -> None:
    text, _, told = case.rpartition(" -> ")
    value, _, currency = told.partition(" ")
    money = money_of(text)
    assert money == Money(Decimal(value), currency or None)
    assert money is not None
    assert money.comparable


@pytest.mark.parametrize("case", cases(WORDED))
def test_a_price_from_or_about_which_it_is(case: str) -> None:
    text, _, told = case.rpartition(" -> ")
    kind = next(kind for kind in ("from", "up to", "about") if told.endswith(kind))
    value, _, currency = told.removesuffix(kind).strip().partition(" ")
    money = money_of(text)
    assert money == Money(Decimal(value), currency or None, kind)  # type: ignore[arg-type]
    assert money is not None
    assert not money.comparable


@pytest.mark.parametrize("case", cases(RANGES))
def test_a_range(case: str) -> None:
    text, _, told = case.rpartition(" -> ")
    low, high, *currency = told.split()
    money = money_of(text)
    assert money == Money(Decimal(low), next(iter(currency), None), "range", Decimal(high))
    assert money is not None
    assert not money.comparable


@pytest.mark.parametrize("case", cases(SEVERAL))
def test_a_price_of_several_pieces(case: str) -> None:
    text, _, told = case.rpartition(" -> ")
    value, count, *currency = told.split()
    money = money_of(text)
    assert money == Money(Decimal(value), next(iter(currency), None), count=Decimal(count))
    assert money is not None
    assert not money.comparable


@pytest.mark.parametrize("case", cases(MEASURED))
def test_a_price_of_a_measure(case: str) -> None:
    text, _, told = case.rpartition(" -> ")
    value, _, per = told.partition(" ")
    head, _, last = per.rpartition(" ")
    currency = last if head and last.isupper() and last.isascii() and len(last) == 3 else None
    money = money_of(text)
    assert money == Money(Decimal(value), currency, per=head if currency else per)
    assert money is not None
    assert not money.comparable


@pytest.mark.parametrize("text", cases(NOTHING))
def test_what_could_mean_two_things_or_none_is_none(text: str) -> None:
    assert money_of(text) is None


@pytest.mark.parametrize(
    ("text", "amount", "tax"),
    [
        ("1299.00 EUR incl. VAT", "1299", "included"),
        ("1299 EUR (incl. 19% VAT)", "1299", "included"),
        ("49,90 € netto", "49.9", "excluded"),
        ("zzgl. 19 % MwSt. 49,90 €", "49.9", "excluded"),
        ("$49 + tax", "49", "excluded"),
        ("含税99元", "99", "included"),
        ("99元（不含税）", "99", "excluded"),
        ("VAT included 20.00", "20", "included"),
        ("brutto 20,00", "20", "included"),
    ],
)
def test_tax_is_named_where_the_cell_names_it(text: str, amount: str, tax: str) -> None:
    money = money_of(text)
    assert money is not None
    assert (money.amount, money.tax, money.comparable) == (Decimal(amount), tax, True)


def test_a_columns_convention_reads_its_prices() -> None:
    """2.450 is a thousand times as much where commas are decimal."""
    comma, point = Convention(",", True), Convention(".", True)
    assert [money_of("2.450", one) for one in (comma, point)] == [Money(Decimal(2450)), Money(Decimal("2.450"))]
    assert money_of("ab 2.450 €", comma) == Money(Decimal(2450), "EUR", "from")
    assert money_of("2.450", Convention(None, True)) is None
