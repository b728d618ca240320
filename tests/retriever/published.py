"""`Shop`: a home that products are published to straight through the index room, with vectors and keywords."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.cell import Cell
from index.chunk import Chunk, Locator, chunk_id
from index.database.store import Store
from index.database.writing import Writing
from index.hashing import HashingEmbedder
from index.segments.growth import build_segments
from index.segments.keyword_fields import FINGERPRINT
from index.segments.keyword_growth import write_keywords
from index.snapshot.building import Building
from index.snapshot.home import Home
from index.snapshot.keyword_texts import keyword_texts
from index.snapshot.manifest import CollectionEntry
from index.snapshot.shelf import current_manifest, published_generation
from retriever.retriever import Retriever
from tests.rows import cells_from, read_table


class Shop:
    """A home that products can be published to, straight through the index room."""

    def __init__(self, tmp_path: Path) -> None:
        self.home = Home(tmp_path / "home")
        self.home.create()
        self.store = Store.open(self.home.database_url)
        self.embedder = HashingEmbedder(tmp_path / "hashing", dimension=256)

    def publish(
        self,
        products: Sequence[dict[str, Any]],
        kind: str = "auto",
        collection: str = "default",
        cells: Sequence[tuple[Cell, ...]] = (),
    ) -> str:
        """Make a collection hold just these products."""
        kept = current_manifest(self.home).collections if self.home.current() else {}
        writing = Writing(self.store, published_generation(self.home))
        collection_id = writing.collection(collection, "/shop")
        document = writing.document(collection_id, "prices.csv")
        writing.withdraw(document)
        read = cells or [cells_from(product) for product in products]
        chunks = [
            Chunk(
                chunk_id(collection, "prices.csv", str(product["sku"])),
                "prices.csv",
                row,
                "\n".join(cell.line for cell in read[row]),
                str(product["name"]),
                locator=Locator(row=row + 2),
                attributes=product,
                cells=read[row],
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
            said = keyword_texts(self.store, collection_id, writing.generation)
            segments = write_keywords(building.folder, stem, segments, said)
            entries[collection] = CollectionEntry(
                collection_id, 1, len(chunks), len(chunks), 0, segments, keywords=FINGERPRINT
            )
            manifest = building.manifest(entries, {}, previous)
            building.publish(manifest)
        return manifest.snapshot

    def publish_table(self, rows: Sequence[dict[str, str]]) -> str:
        """Make the default collection hold the rows of one table, read as `ingest` reads them."""
        return self.publish(
            [dict(row.attributes) for row in read_table(rows)], cells=[row.cells for row in read_table(rows)]
        )

    def retriever(self) -> Retriever:
        return Retriever(self.home, self.store, self.embedder)
