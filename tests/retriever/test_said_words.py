"""Words of a wish that stand in names are meant, as far as some row has all; those behind a "no" are not wanted."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from index.database.aggregates import Among
from index.database.filters import Within
from index.database.sheets import Sheet, read_sheets
from index.database.view import View
from retriever.constraints import price_range
from retriever.planner.fitting import with_said_words
from retriever.planner.linked import linked
from retriever.understood import NOTHING, Understood
from tests.asked import Asked

BAGS = """Name,Price
Kindercone Sleeping Bag Kids,79
Zephyr Sleeping Bag Kids,99
Nemo Sleeping Bag,199
Compression Stuff Sack,19
Trail Boots Women,99
Trail Shoes Women,89
"""


@pytest.fixture(scope="module")
def bags(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sheet, Among]]:
    with Asked(tmp_path_factory.mktemp("bags"), {"bags.csv": BAGS}) as shop:
        (sheet,) = read_sheets(shop.store.engine, 1, 1)
        yield sheet, Among(shop.store.engine, 1, View(1, "2026-11-29", 1), (Within(sheet.places),))


def _names(bags: tuple[Sheet, Among], question: str, understood: Understood) -> list[str]:
    sheet, among = bags
    found = with_said_words(understood, question, linked(question, sheet), among)
    rows = among.where(*(one.test for one in found.constraints)).found().first(None, by_price=True)
    chunks = among.chunks([id for id, _ in rows])
    return [chunks[id].title for id, _ in rows]


UNDER = Understood((price_range(None, Decimal(130), False, None, "130", False),), "list")


def test_all_words_that_some_row_has(bags: tuple[Sheet, Among]) -> None:
    told = _names(bags, "need a sleeping bag made for kids, 130 tops", UNDER)
    assert told == ["Kindercone Sleeping Bag Kids", "Zephyr Sleeping Bag Kids"]


def test_a_word_that_leaves_nothing_is_none(bags: tuple[Sheet, Among]) -> None:
    assert _names(bags, "trail boots for kids", UNDER) == ["Trail Boots Women"]


def test_what_is_not_wanted(bags: tuple[Sheet, Among]) -> None:
    assert _names(bags, "trail ones but no shoes", UNDER) == ["Trail Boots Women"]


def test_nothing_stays_nothing(bags: tuple[Sheet, Among]) -> None:
    sheet, among = bags
    assert with_said_words(NOTHING, "sleeping bags", linked("sleeping bags", sheet), among) is NOTHING
