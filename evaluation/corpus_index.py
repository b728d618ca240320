"""A corpus in a home of its own: every document becomes one chunk, and all of them a snapshot, as ingest makes one.

Nothing is split: the judgements of public sets are of whole documents.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select

from evaluation.beir import CorpusDocument
from index.chunk import Chunk, Locator, chunk_id
from index.database.exclusive import describe
from index.database.store import Store
from index.database.tables import DATES, NUMBERS, ChunkRow, alive
from index.database.writing import Writing
from index.embedding.embedder import Embedder
from index.embedding.tokens import TokenCounter
from index.errors import NothingPublished, SnapshotDamaged
from index.publishing.embedding_queue import EmbeddingQueue
from index.publishing.gate import Ungated
from index.publishing.publication import Publication
from index.snapshot.home import Home
from index.snapshot.shelf import current_manifest, published_generation

COLLECTION = "default"
_PAGE = 1_000

Told = Callable[[int, int], None]
"""Told how many texts were embedded, of how many documents."""


def as_chunk(document: CorpusDocument) -> Chunk:
    """The one chunk of a document.

    Its metadata may hold what ingest would know: "document" (the file), "section" (the heading path), "locator" and
    "attributes"; anything else in them is not the product's. Days from and to which a row is valid are left out, so
    that a set's figures are the same on any day.
    """
    known = document.metadata
    section, attributes = known.get("section") or (), known.get("attributes") or {}
    return Chunk(
        chunk_id(COLLECTION, document.id, document.id),
        str(known.get("document") or document.id),
        0,
        document.text,
        document.title,
        section=(section,) if isinstance(section, str) else tuple(map(str, section)),
        locator=Locator.from_dict(known.get("locator") or {}),
        attributes={name: value for name, value in attributes.items() if _fits(name, value)},
    )


def _fits(name: str, value: object) -> bool:
    """Whether an attribute can be stored under its name."""
    if name in NUMBERS:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return name not in DATES and isinstance(value, str | int | float | bool)


def publish_corpus(
    documents: Mapping[str, CorpusDocument],
    *,
    home: Home,
    store: Store,
    embedder: Embedder,
    told: Told = lambda embedded, documents: None,
) -> str:
    """Make the home hold just this corpus, and give the snapshot's id.

    Where it does already, nothing is done; texts that it held before are not embedded again.
    """
    chunks = [as_chunk(document) for document in documents.values()]
    digest = _digest(chunks, embedder)
    try:
        manifest = current_manifest(home)
        if manifest.story.get("corpus") == digest and manifest.intact(home.snapshots / manifest.snapshot):
            return manifest.snapshot
    except (NothingPublished, SnapshotDamaged):
        pass
    began, by = time.monotonic(), describe("evaluate")
    with home.writing(by), store.alone(by):
        writing = Writing(store, max(published_generation(home), store.published()))
        id = writing.collection(COLLECTION, "")
        writing.retire(_living(store, id, writing.published))
        with EmbeddingQueue(
            embedder,
            writing,
            progress=lambda embedded: told(embedded, len(chunks)),
        ) as queue:
            for page in _counted(chunks, TokenCounter(embedder.tokenizer_file)):
                writing.add_each(id, page)
                queue.offer(page)
            queue.finish()
            done = Publication(
                home,
                store,
                queue,
                gate=Ungated("a corpus that is measured"),
                by=by,
                keep=1,
                story=lambda: {"corpus": digest, "seconds": round(time.monotonic() - began, 3)},
            ).publish(frozenset({COLLECTION}), force=True)
    assert done.snapshot is not None, "a set has documents"
    return done.snapshot


def _digest(chunks: Iterable[Chunk], embedder: Embedder) -> str:
    """Of all that is searched: another one is another snapshot."""
    digest = hashlib.blake2b(embedder.fingerprint.encode(), digest_size=16)
    for chunk in chunks:
        digest.update(f"{chunk.id}{chunk.content_hash}{sorted(chunk.attributes.items())}".encode())
    return digest.hexdigest()


def _counted(chunks: Sequence[Chunk], counter: TokenCounter) -> Iterator[list[Chunk]]:
    """Pages of the chunks with their token counts, by which they are embedded in batches."""
    for page in (chunks[start : start + _PAGE] for start in range(0, len(chunks), _PAGE)):
        counts = counter.count([chunk.embedded_text for chunk in page])
        yield [replace(chunk, tokens=tokens) for chunk, tokens in zip(page, counts, strict=True)]


def _living(store: Store, collection: int, generation: int) -> list[int]:
    of_it = select(ChunkRow.id).where(ChunkRow.collection_id == collection, alive(ChunkRow, generation))
    with store.engine.connect() as connection:
        return list(connection.execute(of_it).scalars())
