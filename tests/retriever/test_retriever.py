"""The retriever: the right passages of one snapshot, exactly filtered, and a newer snapshot without a restart."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from index.building import Building
from index.chunk import Chunk, Locator, chunk_id
from index.errors import BadRequest, EmbedderMismatch, NotFound, NothingPublished, SnapshotDamaged
from index.growth import build_segments
from index.hashing import HashingEmbedder
from index.home import Home
from index.manifest import CollectionEntry
from index.snapshot import current_manifest, published_generation
from index.store import Store
from index.writing import Writing
from retriever.retriever import Retriever


class Shop:
    """A home that products can be published to, straight through the index room."""

    def __init__(self, tmp_path: Path) -> None:
        self.home = Home(tmp_path / "home")
        self.home.create()
        self.store = Store.open(self.home.database_url)
        self.embedder = HashingEmbedder(tmp_path / "hashing", dimension=256)

    def publish(self, products: Sequence[dict[str, Any]], kind: str = "auto", collection: str = "default") -> str:
        """Make a collection hold just these products."""
        kept = current_manifest(self.home).collections if self.home.current() else {}
        writing = Writing(self.store, published_generation(self.home))
        collection_id = writing.collection(collection, "/shop")
        document = writing.document(collection_id, "prices.csv")
        writing.withdraw(document)
        chunks = [
            Chunk(
                chunk_id(collection, "prices.csv", str(product["sku"])),
                "prices.csv",
                row,
                "\n".join(f"{name}: {value}" for name, value in product.items()),
                str(product["name"]),
                locator=Locator(row=row + 2),
                attributes=product,
            )
            for row, product in enumerate(products)
        ]
        writing.add(collection_id, document, chunks)
        missing = {chunk.content_hash: chunk.embedded_text for chunk in chunks}
        wanted = writing.uncached(list(missing), self.embedder.fingerprint)
        if wanted:
            hashes = sorted(wanted)
            vectors = self.embedder.embed_passages([missing[hash] for hash in hashes])
            writing.cache(hashes, vectors, self.embedder.fingerprint)
        previous = current_manifest(self.home) if self.home.current() else None
        with Building(self.home, writing.generation, self.embedder) as building:
            entries = {other: entry for other, entry in kept.items() if other != collection}
            for entry in entries.values():
                building.link(previous, entry.files)  # type: ignore[arg-type]
            texts = len(self.store.texts(collection_id, writing.generation))
            pages = self.store.vectors(collection_id, writing.generation, self.embedder.fingerprint, 256)
            stem = f"{collection_id}-{building.id}"
            segments = build_segments(building.folder, stem, pages, count=texts, dimension=256, kind=kind)
            entries[collection] = CollectionEntry(collection_id, 1, len(chunks), len(chunks), 0, segments)
            manifest = building.manifest(entries, {}, previous)
            building.publish(manifest)
        return manifest.snapshot

    def retriever(self) -> Retriever:
        return Retriever(self.home, self.store, self.embedder)


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

    customers = [threading.Thread(target=customer) for _ in range(8)]
    for thread in customers:
        thread.start()
    for price in range(1, 6):
        last = shop.publish(lamps(200, price=float(price)))
    ended.set()
    for thread in customers:
        thread.join()
    assert (failed, mixed, counts) == ([], [], {20})
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
