"""`Made`: the index of one collection in a snapshot that is being built: taken over, grown, or made anew.

What did not change is linked from the newest snapshot; of what changed, only the changes are written.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np

from index.database.census import count_rows, moved
from index.database.store import Store
from index.publishing.embedding_queue import EmbeddingQueue
from index.segments.growth import append, build_segments
from index.segments.keyword_fields import FINGERPRINT
from index.segments.keyword_growth import write_keywords
from index.segments.segments import Segments
from index.snapshot.building import Building
from index.snapshot.keyword_texts import keyword_texts
from index.snapshot.manifest import AS_IT_WAS, CollectionEntry, Manifest


@dataclass(frozen=True, slots=True)
class Made:
    """A collection's entry in the new snapshot, whose files lie there, and in words how its index was made."""

    entry: CollectionEntry
    words: str


def is_stale(entry: CollectionEntry) -> bool:
    """Whether a collection's keyword files are missing, or of terms or weights that are no more."""
    return entry.keywords != FINGERPRINT


def taken_over(building: Building, store: Store, before: CollectionEntry, base: Manifest) -> Made:
    """A collection that did not change, from the snapshot `base`."""
    building.link(base, before.files)
    if not is_stale(before):
        return Made(before, AS_IT_WAS)
    texts = keyword_texts(store, before.id, building.generation)
    keyed = write_keywords(building.folder, _stem(building, before.id), before.segments, texts)
    return Made(replace(before, segments=keyed, keywords=FINGERPRINT), "keywords made anew")


def made_anew(building: Building, store: Store, queue: EmbeddingQueue, id: int) -> Made:
    """A collection from the database alone; texts without a cached vector are embedded."""
    generation, embedder = building.generation, building.embedder
    for chunks in store.unembedded(id, generation, embedder.fingerprint):
        queue.offer(chunks)
    queue.finish()
    texts = len(store.texts(id, generation))
    pages = store.vectors(id, generation, embedder.fingerprint, embedder.dimension)
    stem = _stem(building, id)
    segments = build_segments(building.folder, stem, pages, count=texts, dimension=embedder.dimension)
    segments = write_keywords(building.folder, stem, segments, keyword_texts(store, id, generation))
    products, priced = count_rows(store, id, generation)
    total = store.count(id, generation)
    documents = _documents(building, store, id)
    return Made(
        CollectionEntry(id, documents, total, products, priced, segments, FINGERPRINT), "rebuilt from the database"
    )


def grown(building: Building, store: Store, queue: EmbeddingQueue, before: CollectionEntry, base: Manifest) -> Made:
    """A collection of the snapshot `base` with what came and went since."""
    generation, embedder, id = building.generation, building.embedder, before.id
    building.link(base, before.files)
    texts = keyword_texts(store, id, generation)
    stale, stem = is_stale(before), _stem(building, id)
    queue.finish()
    with closing(Segments.open(building.folder, before.segments, base.dimension, device="cpu")) as index:
        born = store.born_texts(id, generation)
        came = np.array(list(born), dtype=np.int64)
        new = came[~index.has(came)] if len(came) else came
        died = store.dead_texts(id, generation)
        dead = died[index.has(died)] if len(died) else died
    if not len(new) and not len(dead):
        segments, words = before.segments, "no text came or went"
    else:
        segments, words = append(
            building.folder,
            stem,
            before.segments,
            lambda ids: store.cached([born[id] for id in ids.tolist()], embedder.fingerprint, embedder.dimension),
            new,
            dead,
            dimension=embedder.dimension,
            texts=None if stale else texts,
        )
    if stale:
        segments, words = write_keywords(building.folder, stem, segments, texts), f"{words}, keywords made anew"
    more, products, priced = moved(store, id, generation)
    entry = CollectionEntry(
        id,
        _documents(building, store, id),
        before.chunks + more,
        before.products + products,
        before.priced + priced,
        segments,
        FINGERPRINT,
    )
    return Made(entry, words)


def _stem(building: Building, id: int) -> str:
    return f"{id}-{building.id}"


def _documents(building: Building, store: Store, id: int) -> int:
    """Documents that answer: indexed ones, and refused ones of which an earlier version still does."""
    versions = store.versions(id, building.generation).values()
    return sum(version.refused is None or version.chunks > 0 for version in versions)
