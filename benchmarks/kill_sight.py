"""`Seen`: all that a process which starts now finds in a home, and what is wrong with it. Used by kill_storm.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kill_shop import Counting, Scenario, Shop

from evaluation.verify import verify
from index.database.store import Store
from index.database.view import View
from index.database.withdrawals import withdrawals
from index.snapshot.home import Home
from index.snapshot.shelf import generation_of, snapshots
from index.snapshot.snapshot import Snapshot
from retriever.retriever import Retriever

TODAY = "2026-01-01"

Content = frozenset[tuple[str, str, str, str, str]]
"""What is seen: collection, document, SKU, price, content hash."""


@dataclass(frozen=True)
class Seen:
    """What a process that starts now finds. `elsewhere` is the content of the other home, None where there is none."""

    snapshot: str | None
    kept: frozenset[str]
    content: Content
    withdrawn: frozenset[tuple[str, str]]
    cached: frozenset[str]
    elsewhere: Content | None
    troubles: tuple[str, ...]

    @property
    def state(self) -> Any:
        """What of it a customer, and an operator, could tell."""
        return self.content, self.withdrawn, self.elsewhere


def observe(shop: Shop, scenario: Scenario, asked: Sequence[tuple[str, str]]) -> Seen:
    """Open everything and look at all of it. `asked` are collections and SKUs to search for."""
    content, troubles = served(shop.home, shop.store, shop.embedder, asked)
    elsewhere = None
    scenario.look(shop)
    if scenario.elsewhere and (other := Home(shop.root / scenario.elsewhere)).current() is not None:
        store = Store.open(other.database_url)
        elsewhere, more = served(other, store, shop.embedder, asked)
        troubles += [f"in the restored home: {trouble}" for trouble in more]
    with shop.store.engine.connect() as connection:
        cached = connection.exec_driver_sql("SELECT content_hash FROM embeddings").scalars().all()
    return Seen(
        shop.home.current(),
        frozenset(snapshots(shop.home)),
        content,
        frozenset((one.kind, one.value) for one in withdrawals(shop.store.engine)),
        frozenset(cached),
        elsewhere,
        tuple(troubles),
    )


def served(home: Home, store: Store, embedder: Counting, asked: Sequence[tuple[str, str]]) -> tuple[Content, list[str]]:
    """All that a reader sees, and what is wrong with it."""
    found = verify(home, store)
    troubles = [f"verify: {one}" for one in found.disagreements]
    current = home.current()
    if current is None:
        return frozenset(), troubles
    rows: set[tuple[str, str, str, str, str]] = set()
    with Snapshot.open(home, current, embedder, device="cpu") as snapshot:  # checks every file
        manifest = snapshot.manifest
        view = View(manifest.generation, TODAY, generation_of(current))
        for name, entry in manifest.collections.items():
            texts = store.matching(entry.id, view, ())
            if not snapshot.index(name).has(texts).all():
                troubles.append(f"the index of {name} lacks texts of its generation")
            if snapshot.index(name).count != len(store.texts(entry.id, manifest.generation)):
                troubles.append(f"the index of {name} has texts of another generation")
            for chunk in store.chunks(texts.tolist(), entry.id, view).values():
                price = chunk.attributes.get("price")
                known = "" if price is None else f"{price:.2f}"
                rows.add((name, chunk.document, str(chunk.attributes.get("sku", "")), known, chunk.content_hash))
    content = frozenset(rows)
    names = {(collection, sku) for collection, _, sku, _, _ in content}
    retriever = Retriever(home, store, embedder, device="cpu")
    for collection, sku in asked:
        if collection not in manifest.collections:
            continue
        result = retriever.search(f"the lamp {sku}", collection=collection, top_k=5)
        skus = {str(passage.chunk.attributes.get("sku", "")) for passage in result.passages}
        if (sku in skus) != ((collection, sku) in names):
            troubles.append(f"a search for {sku} in {collection} finds {sorted(skus)}")
        for passage in result.passages:
            hash, document = passage.chunk.content_hash, passage.chunk.document
            if not any(row[0] == collection and row[1] == document and row[4] == hash for row in content):
                troubles.append(f"a search for {sku} finds what snapshot {current} does not hold: {passage.chunk.text}")
        if result.snapshot != current:
            troubles.append(f"a search answers from {result.snapshot}, and {current} is current")
    retriever.close()
    return content, troubles
