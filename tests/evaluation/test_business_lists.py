"""The business set's lists and figures follow from the sheets: who meets a question, on its day, is computed again.

The sheets and feeds are read with plain libraries; a question's condition is written here a second time, as code.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import openpyxl
import pytest

from evaluation.wording import contains
from tests.evaluation.test_business_set import HEADERS, QUESTIONS, text_at
from tests.test_catalog import CATALOG, cell_text

LISTED = [question for question in QUESTIONS if question["kind"] in {"whole_catalogue", "constraint"}]
COLUMNS = {
    "sku": ("SKU", "货号", "Item no.", "货号 SKU", "商品编码", "sku"),
    "name": ("Product", "品名", "Product name", "名称 Name", "商品名称", "name"),
    "brand": ("Brand", "品牌", "brand"),
    "category": ("Category", "类别", "类别 Category", "分类", "category"),
    "price": ("Price", "单价", "售价 Price", "售价", "price"),
    "currency": ("Currency", "币种", "币种 Currency", "currency"),
    "stock": ("Stock", "库存", "库存 Stock", "stock"),
    "until": ("Valid to", "失效日期", "失效 Valid to"),
    "power": ("Power (W)", "额定功率(W)"),
    "noise": ("Noise (dB)", "噪音(dB)"),
    "room": ("Room size (m²)",),
    "weight": ("Weight (kg)", "净重(kg)"),
    "capacity": ("Capacity", "容量"),
    "warranty": ("Warranty (months)", "质保(月)"),
}


@dataclass(frozen=True, slots=True)
class Ware:
    """A product or part; `line` is all that its row says. A figure that its row lacks is NaN, so it meets no bound."""

    sku: str
    name: str
    brand: str
    category: str
    price: float
    currency: str
    stock: float
    until: date
    power: float
    noise: float
    room: float
    weight: float
    capacity: float
    warranty: float
    line: str


def ware(row: dict[str, Any]) -> Ware:
    """A row by its own headers."""

    def cell(field: str) -> Any:
        return next((row[name] for name in COLUMNS[field] if row.get(name) is not None), None)

    def number(field: str) -> float:
        return float("nan") if cell(field) in {None, ""} else float(cell(field))

    # "2 × 3 L" is six litres; 300 g, slices and eggs are no capacity in litres
    litres = re.fullmatch(r"(?:(\d+) × )?([\d.]+) L", str(cell("capacity")))
    capacity = int(litres[1] or 1) * float(litres[2]) if litres else float("nan")
    until = cell("until")
    return Ware(
        *(str(cell(field) or "") for field in ("sku", "name", "brand", "category")),
        number("price"),
        str(cell("currency")),
        number("stock"),
        until.date() if isinstance(until, datetime) else date.max,
        *(number(field) for field in ("power", "noise", "room", "weight")),
        capacity,
        number("warranty"),
        "\n".join(str(value) for value in row.values()),
    )


@cache
def wares() -> tuple[Ware, ...]:
    """Every product and part of the price list and the two feeds."""
    found: list[dict[str, Any]] = []
    for sheet in openpyxl.load_workbook(CATALOG / "price-list-2026.xlsx"):
        lines = list(sheet.iter_rows(values_only=True))
        header = lines[HEADERS[sheet.title] - 1]
        found += [dict(zip(header, line, strict=True)) for line in lines[HEADERS[sheet.title] :]]
    with (CATALOG / "feed/products.csv").open(encoding="gb18030", newline="") as file:
        found += csv.DictReader(file)
    found += [json.loads(line) for line in (CATALOG / "feed/accessories.jsonl").read_text("utf-8").splitlines()]
    return tuple(ware(row) for row in found)


def named(*words: str) -> list[Ware]:
    """The wares whose name has one of these words."""
    return [item for item in wares() if any(word in item.name for word in words)]


def of(*categories: str) -> list[Ware]:
    """The wares of these categories."""
    return [item for item in wares() if item.category in categories]


def best(items: Iterable[Ware], figure: Callable[[Ware], float]) -> list[Ware]:
    """Those with the largest figure; several where they tie."""
    known = [item for item in items if figure(item) == figure(item)]
    top = max(figure(item) for item in known)
    return [item for item in known if figure(item) == top]


def cheapest(items: Iterable[Ware]) -> list[Ware]:
    """Those with the lowest price; the items are of one currency."""
    found = list(items)
    assert len({item.currency for item in found}) == 1
    return best(found, lambda item: -item.price)


def average(items: list[Ware]) -> float:
    """The mean price, to the cent."""
    return round(sum(item.price for item in items) / len(items), 2)


def in_currency(currency: str) -> list[Ware]:
    """The wares with prices in this currency."""
    return [item for item in wares() if item.currency == currency]


WANTED: dict[str, Callable[[date], list[Ware]]] = {
    "en-032": lambda day: of("Kettles"),
    "en-033": lambda day: cheapest(of("Kettles")),
    "en-034": lambda day: best(of("Kettles"), lambda w: w.capacity),
    "en-035": lambda day: best(of("Coffee", "Coffee accessories"), lambda w: w.price),
    "en-036": lambda day: of("Air purifiers"),
    "en-037": lambda day: [w for w in named("K200", "K210") if w.category == "Kettles"],
    "en-038": lambda day: best(of("Vacuum cleaners"), lambda w: -w.noise),
    "en-039": lambda day: named("RV7", "RV9"),
    "en-040": lambda day: best(of("Air purifiers"), lambda w: w.room),
    "en-041": lambda day: [w for w in in_currency("EUR") if w.warranty == 36],
    "en-042": lambda day: cheapest(in_currency("EUR")) + cheapest(in_currency("CNY")),
    "en-043": lambda day: [w for w in of("Humidifiers") if w.price < 80 and w.noise <= 30 and w.stock > 0],
    "en-044": lambda day: [w for w in of("Kettles") if 40 <= w.price <= 60 and w.stock > 0],
    "en-045": lambda day: [w for w in of("Vacuum cleaners") if w.price < 150 and "robot" not in w.name],
    "en-046": lambda day: [
        w for w in of("Kettles") if w.brand != "Brellin" and w.power < 1300 and w.until >= day and w.stock > 0
    ],
    "en-047": lambda day: [w for w in named("grinder") if w.price < 50],
    "en-048": lambda day: [w for w in of("Air purifiers") if w.room >= 40 and w.price <= 300],
    "en-049": lambda day: [
        w for w in of("Coffee", "Breakfast") if w.brand == "Brellin" and w.price < 40 and w.stock > 0
    ],
    "en-050": lambda day: [w for w in named("espresso machine") if w.category == "Coffee" and w.price < 200],
    "zh-032": lambda day: named("破壁机"),
    "zh-033": lambda day: cheapest(named("电饭煲")),
    "zh-034": lambda day: best(named("空气炸锅"), lambda w: w.capacity),
    "zh-035": lambda day: best(in_currency("CNY"), lambda w: w.price),
    "zh-036": lambda day: best(of("烘烤"), lambda w: w.power),
    "zh-037": lambda day: named("电压力锅"),
    "zh-038": lambda day: [w for w in of("刀具") if w.brand == "欧梵"],
    "zh-039": lambda day: [w for w in named("炒锅") if w.brand == "糯屿"],
    "zh-040": lambda day: named("破壁机"),
    "zh-041": lambda day: cheapest(w for w in of("Kettles") if w.until >= day),
    "zh-042": lambda day: [w for w in in_currency("CNY") if w.stock == 0],
    "zh-043": lambda day: [
        w for w in named("炒锅") if w.price <= 250 and "电磁炉" in w.line and "不适用于电磁炉" not in w.line
    ],
    "zh-044": lambda day: [w for w in named("破壁机") if w.price <= 1000 and w.noise <= 80],
    "zh-045": lambda day: [w for w in named("电饭煲") if w.capacity >= 4 and w.price <= 500],
    "zh-046": lambda day: [w for w in named("电饭煲") if w.weight <= 3 and w.price <= 300],
    "zh-047": lambda day: [w for w in of("烘烤") if w.brand == "布雷林" and w.price <= 600 and w.stock > 0],
    "zh-048": lambda day: [w for w in of("杯壶") if "玻璃" not in w.line and w.price <= 150],
    "zh-049": lambda day: [w for w in of("锅具") if 100 <= w.price <= 200],
    "zh-050": lambda day: [w for w in of("Air purifiers") if w.price <= 120 and w.room >= 20],
}
"""The wares that meet each question of a list, on its day."""

FIGURES: dict[str, Callable[[list[Ware]], list[float]]] = {
    "en-032": lambda found: [len(found)],
    "en-033": lambda found: [found[0].price],
    "en-034": lambda found: [found[0].capacity],
    "en-035": lambda found: [found[0].price],
    "en-036": lambda found: [average(found)],
    "en-037": lambda found: [figure for w in found for figure in (w.price, w.capacity, w.power)],
    "en-038": lambda found: [found[0].noise],
    "en-039": lambda found: [w.price for w in found],
    "en-040": lambda found: [found[0].room],
    "en-042": lambda found: [w.price for w in found],
    "zh-032": lambda found: [len(found)],
    "zh-033": lambda found: [found[0].price],
    "zh-035": lambda found: [found[0].price],
    "zh-036": lambda found: [found[0].power],
    "zh-037": lambda found: [figure for w in found for figure in (w.price, w.capacity, w.stock)],
    "zh-038": lambda found: [average(found)],
    "zh-039": lambda found: [len(found)],
    "zh-040": lambda found: [figure for w in found for figure in (w.price, w.noise)],
    "zh-041": lambda found: [found[0].price],
}
"""The figures that a right answer about the whole catalogue gives."""


@pytest.mark.parametrize("question", LISTED, ids=lambda question: question["id"])
def test_lists_and_figures_follow_from_the_sheets(question: dict[str, Any]) -> None:
    """The SKUs are those that meet the question on its day; each stands at a source; the computed figures are gold."""
    found = WANTED[question["id"]](date.fromisoformat(question["as_of"]))
    assert sorted(question["skus"]) == sorted(item.sku for item in found)
    texts = [text_at(question, source) for source in question["sources"]]
    for item in found:
        assert any(contains(text, item.sku) for text in texts), item.sku
        spoken = [wanted for group in question["must"] for wanted in group]
        if question["kind"] == "constraint":
            assert item.sku in spoken
    if question["id"] in FIGURES:
        for figure in FIGURES[question["id"]](found):
            wanted = cell_text(figure).split()
            assert any({*wanted, f"{figure:g}"} & set(group) for group in question["must"]), figure


def test_every_list_and_figure_is_recomputed() -> None:
    """No list question goes unchecked, and no check is left of one that is gone."""
    assert set(WANTED) == {question["id"] for question in LISTED}
    assert set(FIGURES) <= {question["id"] for question in LISTED if question["kind"] == "whole_catalogue"}


def test_days_other_than_the_usual_one_change_the_answer() -> None:
    """A question asked on another day is one whose answer on the usual day would be another."""
    unusual = {question["id"]: question["as_of"] for question in QUESTIONS if question["as_of"] != "2026-11-26"}
    assert unusual == {"en-046": "2027-02-01", "zh-041": "2027-01-10"}
    for name, day in unusual.items():
        assert WANTED[name](date(2026, 11, 26)) != WANTED[name](date.fromisoformat(day))
