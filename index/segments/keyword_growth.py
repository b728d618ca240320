"""How the keyword files of an index's segments come to be: made of texts, or merged when segments are.

The rows of a keyword file are those of the segment's vector file. The averages by which lengths are normalized are
measured on the first segment and hold for all that follow it, so that scores can be compared; they are measured anew
where all becomes one segment of more than `OUTGROWN` times as many texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.arrays import Ids
from index.segments.keyword_building import Pages, Texts, build_keywords, merge_keywords
from index.segments.keywords import Averages, KeywordFile
from index.segments.segment import Segment
from index.segments.stored import StoredSegment

OUTGROWN = 2.0
_PAGE = 1_000  # texts in memory at a time


def write_keywords(folder: Path, name: str, segments: Sequence[Segment], texts: Texts) -> tuple[Segment, ...]:
    """The segments with keyword files made of the texts of their living rows, named `name`.N.keywords.

    Raises as `StoredSegment.open` and `build_keywords` do.
    """
    done: list[Segment] = []
    averages: Averages | None = None
    for place, segment in enumerate(segments):
        stored, file = StoredSegment.open(folder, segment), f"{name}.{place}.keywords"
        build_keywords(folder / file, _pages(stored.rows, stored.ids, texts), segment.count, averages=averages)
        averages = averages or averages_of(folder / file)
        done.append(replace(segment, keywords=file))
    return tuple(done)


def merge_segments(
    folder: Path,
    name: str,
    made: Segment,
    sources: Sequence[StoredSegment],
    new_ids: Ids,
    texts: Texts,
    base: Segment | None,
) -> Segment:
    """The segment `made` with the keyword file `name`.keywords: of the `sources` that were merged into it, and of the
    texts of the new ids. `base` is the index's first segment where that stays, None where all becomes one."""
    path = folder / f"{name}.keywords"
    ids = np.sort(np.concatenate([*(source.ids for source in sources), new_ids]))
    first = base or (sources[0].segment if sources else None)
    averages = averages_of(folder / first.keywords) if first is not None else None
    if averages is not None and base is None and len(ids) > OUTGROWN * averages.measured:
        averages, sources, new_ids = None, (), ids
    parts = []
    fresh = path.with_name(f".{path.name}.new") if sources else path
    try:
        if len(new_ids) or not sources:
            build_keywords(fresh, _pages(np.arange(len(new_ids)), new_ids, texts), len(new_ids), averages=averages)
            if sources:
                parts.append((KeywordFile.open(fresh, check=False), np.searchsorted(ids, new_ids)))
        for source in sources:
            numbers = np.full(source.segment.count, -1, np.int64)
            numbers[source.rows] = np.searchsorted(ids, source.ids)
            parts.append((KeywordFile.open(folder / source.segment.keywords), numbers))
        if parts:
            merge_keywords(path, parts, len(ids))
    finally:
        if sources:
            fresh.unlink(missing_ok=True)
    return replace(made, keywords=path.name)


def averages_of(path: Path) -> Averages:
    """The averages that a keyword file was written with."""
    return KeywordFile.open(path, check=False).averages


def _pages(rows: Ids, ids: Ids, texts: Texts) -> Pages:
    for start in range(0, len(ids), _PAGE):
        page = slice(start, start + _PAGE)
        yield rows[page], texts(ids[page])
