"""A wish as a model writes it, and how rows in either language meet its terms."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.database.aggregates import Among
from index.database.filters import Within
from index.database.sheets import Sheet, read_sheets
from index.database.view import View
from retriever.bounds import bare_prices
from retriever.constraints import Constraint
from retriever.planner.wish_links import Met, met
from retriever.planner.wishes import Term, Wish, read_wish
from tests.asked import Asked

LOCKS = """商品名称,品类,功能特点,承重,参考价格
青松 门锁 M30,智能门锁,人脸识别、指纹、密码,,1999
青松 门锁 E2,智能门锁,指纹、密码,,699
白鹭 晾衣机 2,电动晾衣架,35kg承重 一键升降,35kg,1299
白鹭 晾衣机 1,电动晾衣架,20kg承重,20kg,799
白鹭 毛巾架,毛巾架,不锈钢,,99
"""
BOARDS = """Name,Flex,Sex,Price
Ravish Women's Board,Stiff,women,499
Ryme Women's Board,Very Stiff,women,529
Splitter Women's Splitboard,Stiff,women,480
Cable (Y 2.2m),,,19
Cable (Z 1.5m),,,12
"""
SHOPS = {"locks.csv": LOCKS, "goods.csv": BOARDS}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Sheet], Asked]]:
    with Asked(tmp_path_factory.mktemp("shop"), SHOPS) as asked:
        sheets = {sheet.title: sheet for sheet in read_sheets(asked.store.engine, 1, 1)}
        yield sheets, asked


def _met(
    shop: tuple[dict[str, Sheet], Asked], title: str, wish: Wish, question: str, otherwise: Constraint | None = None
) -> tuple[Met, list[str]]:
    sheets, asked = shop
    among = Among(asked.store.engine, 1, View(1, "2026-11-29", 1), (Within(sheets[title].places),))
    found = met(wish, question, sheets[title], among, bare_prices(question), otherwise=otherwise)
    rows = among.where(*(one.test for one in found.understood.constraints)).found().first(None)
    chunks = among.chunks([id for id, _ in rows])
    return found, sorted(chunks[id].title for id, _ in rows)


def test_a_wish_in_the_other_language_is_met_by_what_the_cells_say(shop: tuple[dict[str, Sheet], Asked]) -> None:
    wish = Wish(Term("door lock", "门锁"), (Term("face recognition", "人脸识别"),))
    found, names = _met(shop, "locks", wish, "a lock that knows my face")
    assert names == ["青松 门锁 M30"]
    assert found.whole
    assert found.understood.left == ""


def test_an_amount_is_met_whichever_column_says_it(shop: tuple[dict[str, Sheet], Asked]) -> None:
    wish = Wish(Term("airer", "电动晾衣架"), (Term("35 kg", "35公斤"),))
    found, names = _met(shop, "locks", wish, "能挂35公斤的电动晾衣架")
    assert names == ["白鹭 晾衣机 2"]
    assert found.whole


def test_an_amount_in_a_name_is_compared_as_the_question_compares_it(shop: tuple[dict[str, Sheet], Asked]) -> None:
    wish = Wish(Term("cable", "线"), (Term("2 m", "2米"),))
    found, names = _met(shop, "goods", wish, "线要两米以上的")
    assert names == ["Cable (Y 2.2m)"]
    assert found.whole
    assert _met(shop, "goods", wish, "a cable of 2 m at most")[1] == ["Cable (Z 1.5m)"]


def test_a_term_that_names_a_column_is_a_value_of_it(shop: tuple[dict[str, Sheet], Asked]) -> None:
    wish = Wish(Term("board", "板"), (Term("stiff flex", "硬"), Term("ladies", "女款")))
    found, names = _met(shop, "goods", wish, "a ladies board with a stiff flex, max 490")
    assert names == []  # the Splitter is a splitboard, no board
    assert {one.field for one in found.understood.constraints} >= {"price", "Flex"}
    assert _met(shop, "goods", wish, "a ladies board with a stiff flex")[1] == ["Ravish Women's Board"]


def test_a_term_that_names_a_column_in_chinese(shop: tuple[dict[str, Sheet], Asked]) -> None:
    wish = Wish(Term("", "门锁"), (Term("", "功能特点人脸识别的"),))
    assert _met(shop, "locks", wish, "功能特点有人脸识别的门锁")[1] == ["青松 门锁 M30"]


def test_what_is_not_wanted_is_not_there(shop: tuple[dict[str, Sheet], Asked]) -> None:
    wish = Wish(Term("lock", "门锁"), lacking=(Term("face recognition", "人脸识别"),))
    assert _met(shop, "locks", wish, "门锁，不要人脸识别的")[1] == ["青松 门锁 E2"]


def test_a_term_that_no_cell_says_is_left_open(shop: tuple[dict[str, Sheet], Asked]) -> None:
    wish = Wish(Term("lock", "门锁"), (Term("fireproof", "防火"),))
    found, names = _met(shop, "locks", wish, "a fireproof lock under 1000")
    assert found.understood.left == "fireproof"
    assert not found.whole
    assert names == ["青松 门锁 E2"]  # the bound holds all the same


def test_a_bound_that_no_row_keeps_is_not_dropped(shop: tuple[dict[str, Sheet], Asked]) -> None:
    found, names = _met(shop, "locks", Wish(Term("lock", "门锁")), "门锁100块以内的有吗")
    assert names == []
    assert found.whole


def test_a_narrower_product_is_the_wider_one_with_a_property(shop: tuple[dict[str, Sheet], Asked]) -> None:
    wish = Wish(Term("x", "指纹门锁"))
    assert _met(shop, "locks", wish, "指纹门锁有哪些")[1] == ["青松 门锁 E2", "青松 门锁 M30"]
    found, _ = _met(shop, "locks", Wish(Term("x", "防火门锁")), "防火门锁有哪些")
    assert found.understood.left == "防火"
    assert not found.whole


def test_what_is_asked_for_by_its_price(shop: tuple[dict[str, Sheet], Asked]) -> None:
    found, _ = _met(shop, "locks", Wish(Term("lock", "门锁")), "the two cheapest locks")
    assert (found.understood.operation, found.understood.limit) == ("cheapest", 2)
    listed, _ = _met(shop, "locks", Wish(Term("lock", "门锁")), "locks, cheapest first")
    assert listed.understood.limit is not None
    assert listed.understood.limit > 2


def test_an_order_that_is_not_by_the_price_is_not_in_a_wish(shop: tuple[dict[str, Sheet], Asked]) -> None:
    assert not _met(shop, "goods", Wish(Term("board", "板")), "the board with the stiffest flex")[0].whole
    assert not _met(shop, "locks", Wish(Term("lock", "门锁")), "how much is a lock on average?")[0].whole


def test_the_most_of_an_amount_is_a_bound_and_no_order(shop: tuple[dict[str, Sheet], Asked]) -> None:
    found, names = _met(shop, "goods", Wish(Term("cable", "线")), "a cable, 15 max")
    assert names == ["Cable (Z 1.5m)"]
    assert found.whole


def test_an_amount_said_twice_is_taken_up_once(shop: tuple[dict[str, Sheet], Asked]) -> None:
    wish = Wish(Term("airer", "晾衣架"), (Term("20 kg", "20公斤"),))
    found, names = _met(shop, "locks", wish, "20公斤往上的晾衣架（含20）")
    assert names == ["白鹭 晾衣机 1", "白鹭 晾衣机 2"]
    assert found.whole


def test_an_amount_that_nothing_took_up_leaves_the_wish_open(shop: tuple[dict[str, Sheet], Asked]) -> None:
    found, _ = _met(shop, "locks", Wish(Term("lock", "门锁")), "门锁要5年质保的")
    assert not found.whole


def test_a_written_wish() -> None:
    text = '{"what": "lock|门锁", "with": ["face recognition|人脸识别", "non-stick|不粘"], "without": ["plastic|塑料"]}'
    assert read_wish(text, "a lock that opens when it sees my face, no plastic") == Wish(
        Term("lock", "门锁"), (Term("face recognition", "人脸识别"),), (Term("plastic", "塑料"),)
    )


def test_nothing_is_ruled_out_that_was_not_refused() -> None:
    text = '{"what": "lock|门锁", "with": [], "without": ["money|金钱"]}'
    assert read_wish(text, "your three best locks, money is there").lacking == ()  # type: ignore[union-attr]


def test_a_wish_that_is_cut_short_is_none() -> None:
    assert read_wish('{"what": "lock|', "a lock") is None
