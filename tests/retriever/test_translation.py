"""The dictionary: questions' words in the other language, and passages found by them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from retriever.retriever import Retriever
from retriever.translation import FILE, Dictionary, open_dictionary, prepare_dictionary
from tests.retriever.published import Shop


@pytest.fixture(scope="module")
def dictionary(models: Path) -> Iterator[Dictionary]:
    found = prepare_dictionary(models)
    yield found
    found.close()


def test_chinese_words_become_english_terms(dictionary: Dictionary) -> None:
    """The longest words there are; what any question has is left out, model numbers and figures stay."""
    groups = dictionary.groups("K200 咖啡机的保修是多少？")
    assert (("k200", "200"),) in groups
    assert any(("coffe", "machin") in group for group in groups)
    assert any(("warranti",) in group and ("guarante",) in group for group in groups)
    assert len(groups) == 3


def test_traditional_characters_are_read_as_simplified_ones(dictionary: Dictionary) -> None:
    assert dictionary.groups("洗衣機的保修") == dictionary.groups("洗衣机的保修")


def test_a_very_long_question_is_looked_up_in_part(dictionary: Dictionary) -> None:
    """Where it begins; there is no end to what may be pasted."""
    assert dictionary.groups("保修" + "嗯" * 50_000)[0] == (("guarante",), ("warranti",))


def test_english_words_become_chinese_terms(dictionary: Dictionary) -> None:
    """Expressions before words, each as the pairs of its characters; what the dictionary does not know stays."""
    groups = dictionary.groups("Is the Orvane washing machine noisy?")
    assert any(("洗衣", "衣机") in group for group in groups)
    assert (("orvan",),) in groups
    assert not any(("洗",) in group for group in groups)
    (humidity,) = dictionary.groups("humidity")
    assert ("湿度",) in humidity


def test_words_apart_are_no_expression(dictionary: Dictionary) -> None:
    """ "How hard is the steel" says nothing of hard steel."""
    asked = {rendering for group in dictionary.groups("how hard is the steel") for rendering in group}
    assert {("硬度",), ("钢",)} <= asked
    assert ("镂",) not in asked


def test_a_question_of_signs_alone_has_no_words(dictionary: Dictionary) -> None:
    assert dictionary.groups("?!") == ()
    assert dictionary.groups("的了吗") == ()


def test_it_is_made_once(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made where it is missing; where it is there, the package that it comes from is not read again."""
    (tmp_path / FILE).write_bytes((models / FILE).read_bytes())
    monkeypatch.setattr("retriever.translation._entries", lambda: pytest.fail("it was made again"))
    prepare_dictionary(tmp_path).close()


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    """As one that is missing; and where nothing can be written there is none, and a warning."""
    (tmp_path / FILE).write_bytes(b"SQLite format 3\0" + b"?" * 5000)
    with closing(prepare_dictionary(tmp_path)) as made:
        assert made.groups("保修") == ((("guarante",), ("warranti",)),)
    assert prepare_dictionary(tmp_path)
    file = tmp_path / "file"
    file.touch()
    assert open_dictionary(file) is None


KETTLES = [
    {"sku": "a1", "name": "Alba kettle", "remarks": "The lid opens by a button."},
    {"sku": "a2", "name": "Brick toaster", "remarks": "Two slots, and a drawer for crumbs."},
    {"sku": "a3", "name": "Cirrus fan", "remarks": "Turns to both sides at night."},
    {"sku": "a4", "name": "洗衣机", "remarks": "八公斤滚筒，可预约。"},
]


@pytest.mark.parametrize(
    ("query", "sku"), [("烤面包机有几个槽", "a2"), ("my washing machine is loud", "a4"), ("水壶的盖子", "a1")]
)
def test_keywords_find_across_languages(tmp_path: Path, dictionary: Dictionary, query: str, sku: str) -> None:
    """An embedder that knows no languages, and words that only the dictionary brings together."""
    shop = Shop(tmp_path)
    shop.publish(KETTLES)
    blind = shop.retriever()
    keywords = {one.chunk.attributes["sku"]: one.keyword for one in blind.search(query, top_k=4).passages}
    assert keywords[sku] == 0
    retriever = Retriever(shop.home, shop.store, shop.embedder, dictionary=dictionary)
    (best, *_) = retriever.search(query, top_k=4).passages
    assert best.chunk.attributes["sku"] == sku
    assert best.reason == "dense and keywords"
    retriever.close()
    blind.close()
    shop.store.close()


def test_its_own_language_is_searched_as_before(tmp_path: Path, dictionary: Dictionary) -> None:
    """Where the collection has nothing in the other language no word is looked up."""
    shop = Shop(tmp_path)
    shop.publish(KETTLES[:3])
    with_one = Retriever(shop.home, shop.store, shop.embedder, dictionary=dictionary)
    without = shop.retriever()
    for query in ("lid button", "drawer for crumbs"):
        assert with_one.search(query).passages == without.search(query).passages
    with_one.close()
    without.close()
    shop.store.close()
