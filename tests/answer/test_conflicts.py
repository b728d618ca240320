"""Conflicts: two that state another number for the same thing are told together; everything else is none."""

from __future__ import annotations

import pytest

from answer.conflicts import conflicts, dated, tell_conflicts
from answer.dates import Date
from answer.evidence import Evidence
from answer.units import Unit, split
from index.chunk import Chunk, Locator, Value
from retriever.passage import Passage
from tests.rows import cells_of


def row(id: str, title: str, document: str = "a.csv", attributes: dict[str, Value] | None = None, **cells: str) -> Unit:
    """The first cell of a product's row."""
    text = "\n".join(f"{header.replace('_', ' ')}: {value}" for header, value in cells.items())
    read = cells_of("\n".join([text, *(f"{name}: {value}" for name, value in (attributes or {}).items())]))[
        : len(cells)
    ]
    chunk = Chunk(id, document, 0, text, title, locator=Locator(row=2), attributes=attributes or {}, cells=read)
    return split(Passage(chunk, 0.9, 0.9))[0]


def sentence(id: str, text: str, title: str = "", document: str = "") -> Unit:
    """The first sentence of a document."""
    return split(Passage(Chunk(id, document or f"{id}.md", 0, text, title), 0.9, 0.9))[0]


def found(query: str, *units: Unit, field: bool = False) -> list[tuple[str, str]]:
    """The conflicting pairs' texts."""
    ranked = [Evidence(unit, 0.9 - 0.01 * place, field) for place, unit in enumerate(units)]
    return [(pair.first.unit.text, pair.second.unit.text) for pair in conflicts(ranked, query)]


def test_two_prices_of_one_article_conflict() -> None:
    """The same SKU in two price lists, in one currency."""
    old = row("o", "K200", attributes={"sku": "1", "currency": "EUR"}, Price="79.90")
    new = row("n", "K200 kettle", attributes={"sku": "1", "currency": "EUR"}, Price="84.90")
    assert found("How much is the K200?", old, new, field=True) == [("Price: 79.90", "Price: 84.90")]


@pytest.mark.parametrize(
    "other",
    [
        row("n", "K210", attributes={"sku": "2", "currency": "EUR"}, Price="84.90"),
        row("n", "K200", attributes={"sku": "1", "currency": "CNY"}, Price="599"),
        row("n", "K200", attributes={"sku": "1", "currency": "EUR"}, Price="79.9"),
        row("n", "K200", attributes={"sku": "1", "currency": "EUR"}, Stock="12"),
        row("n", "K200 UK version", attributes={"currency": "EUR"}, Price="84.90"),
        row("n", "K200 black", attributes={"currency": "EUR"}, Price="84.90"),
    ],
)
def test_another_article_currency_field_or_variant_is_no_conflict(other: Unit) -> None:
    """Nor is the same price in another spelling."""
    one = row("o", "K200", attributes={"sku": "1", "currency": "EUR"}, Price="79.90")
    assert found("How much is the K200?", one, other, field=True) == []


def test_two_rules_in_two_documents_conflict() -> None:
    """The same sentence with another number."""
    pair = (
        sentence("a", "Goods can be returned within 30 days of delivery."),
        sentence("b", "Goods can be returned within 14 days of delivery."),
    )
    assert found("How long can I return goods?", *pair) == [(pair[0].text, pair[1].text)]
    pair = (sentence("c", "签收后三十天内可以退货。"), sentence("d", "签收后七天内可以退货。"))
    assert found("多久可以退货？", *pair) == [(pair[0].text, pair[1].text)]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Standard parcels take 4 days.", "Express parcels take 1 day."),
        ("Orders in the EU above 40 EUR are free.", "Orders in Switzerland above 80 EUR are free."),
        ("The guarantee is 24 months.", "The guarantee of registered customers is 30 months."),
        ("The guarantee is 24 months.", "The guarantee is 2 years."),
        ("The guarantee is 24 months.", "The box weighs 2 kg."),
        ("Small parcels cost 4.90 EUR up to 2 kg, 6.90 EUR up to 5 kg.", "Small parcels cost 5.90 EUR up to 2 kg."),
        ("The K200 draws 2200 W.", "The K210 draws 1200 W."),
        ("低档的噪音是 28 分贝。", "高档的噪音是 35 分贝。"),
        ("会员七天内可以退货。", "七天内可以退货。"),
    ],
)
def test_another_condition_unit_or_thing_is_no_conflict(one: str, two: str) -> None:
    """What holds under another condition may be another number."""
    assert found("guarantee 噪音 parcels W", sentence("a", one), sentence("b", two)) == []


def test_a_sentence_and_a_row_of_one_model_conflict_across_languages() -> None:
    """The field that was asked for is stated of the same model twice."""
    manual = sentence("m", "The warranty of the K200 is 36 months.", "K200 manual")
    cell = row("r", "K200 电热水壶", 质保="24 个月")
    assert found("How long is the warranty of the K200?", cell, manual, field=True) == [(cell.text, manual.text)]


def test_both_are_told_with_source_and_date() -> None:
    """The newer first, quotes verbatim, each cited, in both languages."""
    old = row("o", "K200", attributes={"sku": "1", "currency": "EUR", "valid_from": "2025-01-01"}, Price="79.90")
    new = row("n", "K200", attributes={"sku": "1", "currency": "EUR", "valid_from": "2026-09-01"}, Price="84.90")
    pairs = conflicts([Evidence(old, 0.9, True), Evidence(new, 0.8, True)], "price of the K200")
    marks = {"o": "[1]", "n": "[2]"}
    (line,) = tell_conflicts(pairs, "en", lambda unit: marks[unit.passage.chunk.id])
    assert line == (
        "Please note that the documents disagree: K200 (from 2026-09-01) says “Price: 84.90” [2]; "
        "K200 (from 2025-01-01) says “Price: 79.90” [1]."
    )
    (line,) = tell_conflicts(pairs, "zh", lambda unit: marks[unit.passage.chunk.id])
    assert line == (
        "请注意，资料的说法不一致：《K200》（2026-09-01 起）写的是“Price: 84.90”[2]；"
        "《K200》（2025-01-01 起）写的是“Price: 79.90”[1]。"
    )


@pytest.mark.parametrize(
    ("chunk", "date"),
    [
        (Chunk("c", "notice.txt", 0, "SERVICE NOTICE, 9 NOVEMBER 2026\nThe latch ..."), Date(2026, 11, 9)),
        (Chunk("c", "price-list-2026.xlsx", 0, "K200"), Date(2026)),
        (Chunk("c", "notices/2026-11-09-latch.txt", 0, "The latch"), Date(2026, 11, 9)),
        (Chunk("c", "通知.txt", 0, "店铺通知（2026年11月12日）"), Date(2026, 11, 12)),
        (Chunk("c", "manual.pdf", 0, "The K200 holds 1.7 l."), None),
    ],
)
def test_a_documents_date_is_what_it_says_itself(chunk: Chunk, date: Date | None) -> None:
    """In its name, its title or its opening words; else there is none."""
    assert dated(chunk) == (date, None)
