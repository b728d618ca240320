"""Words of several regions for one thing, in simplified and traditional characters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from answer.signs import overlaps
from answer.units import split
from index.chunk import Chunk
from index.lexicon import alike, same_words
from retriever.passage import Passage
from tests.asked import Asked

LIST = """貨號,品名,售價
QL-9,青嵐 吹風機,1290
DG-3,青嵐 電子鍋 三人份,2490
DG-6,青嵐 電子鍋 六人份,3290
KS-1,青嵐 快煮壺,890
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with Asked(tmp_path_factory.mktemp("same"), {"價目.csv": LIST}) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("最便宜的電子鍋是哪一款？", ["青嵐 電子鍋 三人份"]),
        ("最便宜的电子锅是哪一款？", ["青嵐 電子鍋 三人份"]),
        ("最便宜的电饭煲", ["青嵐 電子鍋 三人份"]),
        ("How many rice cookers do you have?", ["青嵐 電子鍋 三人份", "青嵐 電子鍋 六人份"]),
        ("有几款热水壶", ["青嵐 快煮壺"]),
        ("电吹风有哪些", ["青嵐 吹風機"]),
    ],
)
def test_a_kind_is_found_by_the_word_of_another_region(shop: Asked, query: str, names: list[str]) -> None:
    assert shop.names(query) == names


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("保固两年", "保修两年"),
        ("质保期", "保修期"),
        ("guarantee", "warranty"),
        ("guaranteed", "guaranteed"),
        ("滑鼠和印表机", "鼠标和打印机"),
    ],
)
def test_one_word_stands_for_all(text: str, said: str) -> None:
    assert alike(text) == said


def test_words_for_the_same() -> None:
    assert same_words("warranty") == {"guarantee"}
    assert same_words("lamp") == frozenset()


def test_a_sentence_shares_a_word_with_a_question_that_says_it_otherwise() -> None:
    """保固 in traditional characters is the 质保 of the question."""
    chunk = Chunk("1", "a.md", 0, "本產品保固兩年。\n請勿水洗。", "說明")
    warranty, washing = overlaps("质保几年", split(Passage(chunk, 1.0, 1.0, "test")))
    assert warranty > washing == 0.0
