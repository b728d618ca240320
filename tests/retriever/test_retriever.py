"""The retriever: the right passages of one snapshot, exactly filtered, and a newer snapshot without a restart."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.database.view import View
from index.errors import BadRequest, EmbedderMismatch, NotFound, NothingPublished, SnapshotDamaged
from index.hashing import HashingEmbedder
from index.snapshot.shelf import current_manifest
from index.snapshot.snapshot import Snapshot
from retriever.background import Background
from retriever.retriever import Retriever
from retriever.search import Question, Search
from tests.retriever.published import Shop
from tests.waiting import LONGEST


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.store.close()


def lamps(count: int, price: float | None = None) -> list[dict[str, Any]]:
    return [
        {
            "sku": f"L{number}",
            "name": f"lamp {number}",
            "brand": "Acme" if number % 100 else "Rare",
            "category": "lighting",
            "price": float(number) if price is None else price,
        }
        for number in range(count)
    ]


def skus(shop: Retriever, query: str, **options: Any) -> list[str]:
    return [str(passage.chunk.attributes["sku"]) for passage in shop.search(query, **options).passages]


def test_the_nearest_passage_comes_first(shop: Shop) -> None:
    """A passage with the question's words is first, with its cosine, its text and its place."""
    id = shop.publish(lamps(50))
    retriever = shop.retriever()
    found = retriever.search("name: lamp 7", top_k=3)
    assert found.snapshot == id
    assert len(found.passages) == 3
    first = found.passages[0]
    assert first.chunk.attributes["sku"] == "L7"
    assert first.chunk.locator.as_dict() == {"row": 9}
    query, passage = (
        shop.embedder.embed_queries(["name: lamp 7"]),
        shop.embedder.embed_passages([first.chunk.embedded_text]),
    )
    assert first.score == pytest.approx(float(query[0] @ passage[0]), abs=1e-6)
    scores = [passage.score for passage in found.passages]
    assert scores == sorted(scores, reverse=True)
    retriever.close()


@pytest.mark.parametrize("kind", ["flat", "auto"])
def test_a_filter_is_exact_at_any_selectivity(shop: Shop, kind: str) -> None:
    """Loose, tight, single-row and impossible filters give all their rows up to top_k, and no other row."""
    shop.publish(lamps(1_000), kind)
    retriever = shop.retriever()
    for filters, expected in [
        ({"brand": "rare"}, {f"L{number}" for number in range(0, 1_000, 100)}),
        ({"brand": {"not": "Acme"}}, {f"L{number}" for number in range(0, 1_000, 100)}),
        ({"price": {"min": 500, "max": 504}}, {f"L{number}" for number in range(500, 505)}),
        ({"price": {"min": 3}, "brand": "Rare"}, {f"L{number}" for number in range(100, 1_000, 100)}),
        ({"sku": "l999"}, {"L999"}),
        ({"price": {"max": -1}}, set()),
        ({"category": "sofas"}, set()),
    ]:
        assert set(skus(retriever, "lamp 7 Acme", top_k=20, filters=filters)) == expected, filters
    most = skus(retriever, "lamp 7", top_k=20, filters={"price": {"min": 1}})
    assert len(most) == 20
    assert "L0" not in most
    retriever.close()


def test_equal_texts_are_shown_once(shop: Shop) -> None:
    """Fifty copies of one text take one place, and the others are still found."""
    copies = [{"sku": "C", "name": "copy", "note": "lamp lamp lamp"} for _ in range(50)]
    shop.publish([*copies, {"sku": "A", "name": "other", "note": "lamp"}])
    retriever = shop.retriever()
    assert skus(retriever, "lamp", top_k=2) == ["C", "A"]
    retriever.close()


def test_equal_texts_do_not_hide_what_a_filter_lets_through(shop: Shop) -> None:
    """With a filter too, copies take one place and the other matching row is found."""
    copies = [{"sku": "C", "name": "copy", "brand": "Acme", "note": "lamp lamp lamp"} for _ in range(50)]
    others = [{"sku": f"B{n}", "name": f"bolt {n}", "brand": "Bolt", "note": "lamp"} for n in range(50)]
    shop.publish([*copies, *others, {"sku": "A", "name": "other", "brand": "Acme", "note": "lamp"}])
    retriever = shop.retriever()
    assert skus(retriever, "lamp", top_k=2, filters={"brand": "Acme"}) == ["C", "A"]
    retriever.close()


def test_a_filter_may_name_a_thousand_values(shop: Shop) -> None:
    """As many values as a filter may have are looked for, typed and other attributes alike."""
    shop.publish(lamps(20))
    retriever = shop.retriever()
    names = [f"L{number}" for number in range(10, 1_010)]
    assert len(skus(retriever, "lamp", top_k=20, filters={"sku": names})) == 10
    assert len(skus(retriever, "lamp", top_k=20, filters={"note": names})) == 0
    retriever.close()


def test_collections_are_apart(shop: Shop) -> None:
    """A search in one collection never returns a passage of another, however near."""
    shop.publish(lamps(5))
    shop.publish([{"sku": "S", "name": "secret margin"}], collection="internal")
    retriever = shop.retriever()
    assert sorted(skus(retriever, "secret margin", top_k=50)) == [f"L{n}" for n in range(5)]
    assert skus(retriever, "lamp", top_k=50, collection="internal") == ["S"]
    assert skus(retriever, "S", top_k=50, filters={"sku": "S"}) == []
    retriever.close()


def test_a_new_snapshot_is_served_without_a_restart(shop: Shop) -> None:
    """The next search after a publication answers from it, and a withdrawn row is unanswerable."""
    shop.publish(lamps(10))
    retriever = shop.retriever()
    assert skus(retriever, "name: lamp 3", top_k=1) == ["L3"]
    second = shop.publish([lamp for lamp in lamps(10) if lamp["sku"] != "L3"])
    found = retriever.search("name: lamp 3", top_k=10)
    assert found.snapshot == second
    assert "L3" not in {passage.chunk.attributes["sku"] for passage in found.passages}
    assert len(found.passages) == 9
    retriever.close()


def test_searches_never_fail_or_mix_while_snapshots_change(shop: Shop) -> None:
    """Eight threads search while five snapshots are published: every result is whole and of one price."""
    shop.publish(lamps(200, price=0.0))
    retriever = shop.retriever()
    retriever.refresh()
    mixed: list[set[Any]] = []
    failed: list[Exception] = []
    counts: set[int] = set()
    ended = threading.Event()

    def customer() -> None:
        while not ended.is_set():
            try:
                found = retriever.search("lamp", top_k=20)
            except Exception as error:  # noqa: BLE001 - any failure at all is the finding
                failed.append(error)
                return
            prices = {passage.chunk.attributes["price"] for passage in found.passages}
            counts.add(len(found.passages))
            if len(prices) != 1:
                mixed.append(prices)

    customers = [threading.Thread(target=customer, daemon=True) for _ in range(8)]
    for thread in customers:
        thread.start()
    for price in range(1, 6):
        last = shop.publish(lamps(200, price=float(price)))
    ended.set()
    for thread in customers:
        thread.join(LONGEST)
    assert (failed, mixed, counts) == ([], [], {20})
    retriever.refresh()  # a search waits for it a moment only
    assert retriever.search("lamp").snapshot == last
    retriever.close()


def test_an_unrelated_question_is_less_relevant(shop: Shop) -> None:
    """A question with none of the catalogue's words scores below one with them, and relevance stays within 0 and 1."""
    shop.publish(lamps(100))
    retriever = shop.retriever()
    near = retriever.search("name: lamp 42").passages[0]
    far = retriever.search("quantum chromodynamics lecture").passages[0]
    assert 0 <= far.relevance < near.relevance <= 1
    retriever.close()


def test_mistakes_are_named(shop: Shop) -> None:
    """Nothing published, an empty query, a silly top_k, an unknown collection: each says what to do."""
    retriever = shop.retriever()
    with pytest.raises(NothingPublished, match="run: ingest FOLDER"):
        retriever.search("lamp")
    shop.publish(lamps(3))
    with pytest.raises(BadRequest, match="query is empty"):
        retriever.search("  ")
    with pytest.raises(BadRequest, match="top_k is 0"):
        retriever.search("lamp", top_k=0)
    with pytest.raises(NotFound, match="no collection 'sofas'"):
        retriever.search("lamp", collection="sofas")
    assert len(retriever.search("lamp", top_k=1_000).passages) == 3
    retriever.close()


def test_a_damaged_or_foreign_snapshot_is_refused(shop: Shop, tmp_path: Path) -> None:
    """A flipped byte and another embedder keep a snapshot from being searched, and the open one goes on serving."""
    first = shop.publish(lamps(3))
    retriever = shop.retriever()
    retriever.refresh()
    other = Retriever(shop.home, shop.store, HashingEmbedder(tmp_path / "other", dimension=64))
    with pytest.raises(EmbedderMismatch):
        other.search("lamp")
    second = shop.publish(lamps(4))
    path = next((shop.home.snapshots / second).glob("*.vectors"))
    path.write_bytes(path.read_bytes()[:-1] + b"\x7f")
    with pytest.raises(SnapshotDamaged):
        shop.retriever().search("lamp")
    assert retriever.search("lamp").snapshot == first
    retriever.close()


def test_status_tells_what_is_open(shop: Shop) -> None:
    """Status names the snapshot, the embedder and each collection's counts."""
    id = shop.publish(lamps(3))
    retriever = shop.retriever()
    status = retriever.status()
    assert (status["snapshot"], status["embedder"]) == (id, "hashing")
    assert status["collections"] == {"default": {"documents": 1, "chunks": 3, "index": "flat", "device": "cpu"}}
    retriever.close()


KETTLES = [
    {"sku": "K-200/EU", "name": "Gooseneck kettle K200", "brand": "Acme", "category": "Kettles", "price": 79.9},
    {"sku": "K-210/EU", "name": "Gooseneck kettle K210", "brand": "Acme", "category": "Kettles", "price": 109.0},
    {"sku": "A-1", "name": "Lid for K-200/EU", "brand": "Acme", "category": "Spare parts", "price": 9.0},
    *({"sku": f"L{n}", "name": f"lamp {n}", "brand": "Rare", "category": "Lighting", "price": 5.0} for n in range(60)),
]
for product in KETTLES:
    product["currency"] = "EUR"


@pytest.mark.parametrize("typed", ["k200eu", "K-200/EU", "price of K-200/EU please", "k-200-eu 多少钱"])
def test_the_row_whose_sku_is_asked_for_comes_first(shop: Shop, typed: str) -> None:
    """However it is written, and before the spare part whose name holds it."""
    shop.publish(KETTLES)
    retriever = shop.retriever()
    found = retriever.search(typed, top_k=3)
    assert found.passages[0].chunk.attributes["sku"] == "K-200/EU"
    assert found.passages[0].reason == "identifier"
    assert found.unknown == ()
    retriever.close()


def test_a_model_that_nothing_names_is_told(shop: Shop) -> None:
    """What is found then is about other models."""
    shop.publish(KETTLES)
    retriever = shop.retriever()
    assert retriever.search("price of the K999").unknown == ("k999",)
    retriever.close()


def test_demands_of_a_question_are_met_exactly_and_told(shop: Shop) -> None:
    """Under 100 EUR there is one kettle; a demand that nothing meets says which to give up."""
    shop.publish(KETTLES)
    retriever = shop.retriever()
    found = retriever.search("Which kettles do you have under 100 EUR?", top_k=5)
    assert found.computed is not None
    assert found.computed.count == 1
    assert [passage.chunk.attributes["sku"] for passage in found.passages] == ["K-200/EU"]
    none = retriever.search("Which kettles do you have under 10 EUR?").computed
    assert none is not None
    assert (none.count, none.relaxed is not None and none.relaxed.count) == (0, 2)
    retriever.close()


def test_each_leg_can_search_alone(shop: Shop) -> None:
    """The keyword leg finds what has the words and nothing else; the dense leg ranks by cosine."""
    shop.publish(KETTLES)
    retriever = shop.retriever()
    words = retriever.search("gooseneck", top_k=5, legs="keywords").passages
    assert {passage.chunk.attributes["sku"] for passage in words} == {"K-200/EU", "K-210/EU"}
    dense = [passage.score for passage in retriever.search("gooseneck", top_k=20, legs="dense").passages]
    assert dense == sorted(dense, reverse=True)
    fused = [passage.relevance for passage in retriever.search("gooseneck spout", top_k=20).passages]
    assert fused == sorted(fused, reverse=True)
    retriever.close()


def test_what_is_written_in_both_languages_is_in_the_questions(shop: Shop) -> None:
    """A row that names everything twice is another language's for nobody; a row of one language is, for the other."""
    both = "Kettle lid with a wooden knob 壶盖 for the big kettles of the house 适用于各种水壶"
    shop.publish(
        [
            {"sku": "B", "name": both},
            {"sku": "E", "name": "kettle lid of steel"},
            {"sku": "C", "name": "不锈钢的水壶盖子"},
        ]
    )
    snapshot = Snapshot.open(shop.home, current_manifest(shop.home).snapshot, shop.embedder)
    entry, view = current_manifest(shop.home).collections["default"], View(1, "2026-11-26", 1)
    nothing = Background({chinese: np.zeros((0, 256), np.float32) for chinese in (False, True)}, 3)
    for query, foreign in (("kettle lid", {"C"}), ("水壶的盖子", {"E"})):
        question = Question.of(query, shop.embedder.embed_queries([query]))
        search = Search(shop.store, snapshot.index("default"), entry, view, nothing, question)
        found = search.candidates()
        rows = shop.store.chunks(found.ids.tolist(), entry.id, view, ())
        told = {
            str(rows[id].attributes["sku"])
            for id, other in zip(found.ids.tolist(), found.foreign, strict=True)
            if other
        }
        assert told == foreign


def test_a_sku_may_be_written_with_blanks(tmp_path: Path) -> None:
    """ "MSH06 32 Blue" is one product's SKU, and not that of the family whose SKU is its first word."""
    shop = Shop(tmp_path)
    shop.publish(
        [
            {"sku": "MSH06", "name": "Lono short"},
            {"sku": "MSH06-32-Blue", "name": "Lono short"},
            {"sku": "MSH06-33-Blue", "name": "Lono short"},
        ]
    )
    retriever = shop.retriever()
    for query, sku in (("MSH06 32 Blue", "MSH06-32-Blue"), ("is MSH06 33 blue in stock", "MSH06-33-Blue")):
        assert retriever.search(query).passages[0].chunk.attributes["sku"] == sku
    assert retriever.search("MSH06").passages[0].chunk.attributes["sku"] == "MSH06"
    assert retriever.search("MSH06 99 Blue").unknown == ()
    retriever.close()
    shop.store.close()
