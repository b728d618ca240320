"""Growth: how an index's segments change when texts come and die, at a cost of the change and not of the index.

The rule, in the order in which it is asked:

1. A vector that dies becomes a dead row of its segment; a segment whose rows are all dead is left out.
2. New vectors make a new flat segment. It takes in every segment from the oldest on that is not more than twice what
   is newer than it, or has no more than `SMALL` vectors (writing so few costs less than one more file): each segment
   that stays is larger than two times all that follow it, hence there are only logarithmically many,
   and a vector is copied logarithmically often. A flat base is taken in as well; a trained one is not.
3. All is rebuilt into one segment, from the living rows of the segments' files, where after that
   - more than `DEAD_SHARE` of all rows would be dead: they cost disk and over-fetching;
   - the tail of a trained base would exceed `longest_tail`: it is compared exhaustively, and at a tenth of a base
     of 100,000 costs a search about what the base does;
   - a flat base that had no more than `EXACT_UP_TO` vectors would have more with its tail: training pays;
   - the base is trained and `kind` asks for "flat".

`benchmarks/index_append.py` measures what stands behind the constants; docs/benchmarks.md has its results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index.arrays import Floats, Ids
from index.segments.keyword_building import Texts
from index.segments.keyword_growth import merge_segments
from index.segments.segment import Segment
from index.segments.stored import StoredSegment
from index.segments.vectors import EXACT_UP_TO, build

SMALL = 2_000
DEAD_SHARE = 0.2
TAIL_SHARE = 0.1
TAIL_ROWS = 20_000
_PAGE = 4_096  # vectors in memory at a time

Added = Callable[[Ids], Floats]


def build_segments(
    folder: Path, name: str, pages: Iterable[tuple[Ids, Floats]], *, count: int, dimension: int, kind: str = "auto"
) -> tuple[Segment, ...]:
    """Write a fresh index of `count` vectors to the file `name`.vectors: one segment, or none where count is 0.

    `pages` are (n,) ids and (n, dimension) vectors, best with all ids ascending. Raises as
    `index.segments.vectors.build` does.
    """
    if not count:
        if any(len(ids) for ids, _ in pages):
            raise ValueError("vectors came for an index of none")
        return ()
    file = f"{name}.vectors"
    made = build(folder / file, pages, count=count, dimension=dimension, kind=kind)
    return (Segment(file, made, count, "", 0),)


def append(
    folder: Path,
    name: str,
    previous: Sequence[Segment],
    added: Added,
    new_ids: Ids,
    dead_ids: Ids,
    *,
    dimension: int,
    kind: str = "auto",
    texts: Texts | None = None,
) -> tuple[tuple[Segment, ...], str]:
    """The segments after `dead_ids` died and `new_ids` came, and in words what was done.

    The files of `previous` lie in `folder` and are not touched; new ones are named `name`.vectors, `name`.keywords and
    `name`.N.dead. `added(ids)` gives the (n, dimension) vectors of a page of the new ids; `texts` what keyword files
    are made of, where all of `previous` have them (without it the new segment has none). ValueError where one of
    `dead_ids` does not live, or one of `new_ids` does; SnapshotDamaged where a file is not as published,
    StorageUnavailable where the disk refuses.
    """
    new_ids, dead_ids = np.sort(np.asarray(new_ids, np.int64)), np.unique(np.asarray(dead_ids, np.int64))
    parts = [StoredSegment.open(folder, segment, dimension) for segment in previous]
    left = dead_ids
    for part in parts:
        left = part.kill(left)
    if len(left):
        raise ValueError(f"the id {left[0]} is to leave the index, but does not live in it")
    for part in parts:
        if len(known := new_ids[part.locate(new_ids) >= 0]):
            raise ValueError(f"the id {known[0]} is to enter the index, but lives in it already")
    parts = [part for part in parts if part.segment.living]
    first = _taken_in(parts, len(new_ids))
    why = _why_rebuild(parts, first, len(new_ids), kind) if parts else ""
    first = 0 if why else first
    kept = [part.keep(folder, f"{name}.{place}.dead") for place, part in enumerate(parts[:first])]
    count = sum(part.segment.living for part in parts[first:]) + len(new_ids)
    pages = _pages(parts[first:], new_ids, added, dimension)
    # only a base is ever trained
    made = build_segments(folder, name, pages, count=count, dimension=dimension, kind="flat" if first else kind)
    if texts is not None and made:
        base = kept[0] if kept else None
        made = (merge_segments(folder, name, made[0], parts[first:], new_ids, texts, base),)
    return (*kept, *made), _words(why, len(parts) - first, len(new_ids), len(dead_ids))


def longest_tail(base: int) -> int:
    """How many vectors may follow a trained base of so many: `TAIL_SHARE` of it, but at least `TAIL_ROWS` (training is
    not worth less) and at most `EXACT_UP_TO` (from there on training always pays)."""
    return min(max(int(TAIL_SHARE * base), TAIL_ROWS), EXACT_UP_TO)


def _taken_in(parts: Sequence[StoredSegment], new: int) -> int:
    """The place of the first segment that the newest takes in."""
    first, newer = len(parts), new
    for place in range(len(parts) - 1, -1, -1):
        segment = parts[place].segment
        if newer and segment.kind == "flat" and segment.living <= max(2 * newer, SMALL):
            first = place
        newer += segment.living
    return first


def _why_rebuild(parts: Sequence[StoredSegment], first: int, new: int, kind: str) -> str:
    """Why all is to be written anew, "" where it is not; the new segment is to take in those from `first` on."""
    base = parts[0].segment
    tail = sum(part.segment.living for part in parts[1:]) + new
    dead = sum(part.segment.dead for part in parts[:first])
    rows = dead + sum(part.segment.living for part in parts) + new
    if dead > DEAD_SHARE * rows:
        return f"{dead / rows:.0%} dead"
    if base.kind != "flat" and tail > longest_tail(base.count):
        return f"{tail:,} vectors came after the training with {base.count:,}"
    if base.kind != "flat" and kind == "flat":
        return "exact search is asked for"
    if kind == "auto" and base.kind == "flat" and base.count <= EXACT_UP_TO < base.living + tail:
        return f"{base.living + tail:,} vectors are too many to compare with each"
    return ""


def _words(why: str, merged: int, new: int, dead: int) -> str:
    """What `append` did."""
    if why:
        return f"rebuilt: {why}"
    done = [f"appended {new:,}"] if new else []
    if merged:
        done.append(f"merged {merged} segment{'s' * (merged > 1)}")
    if dead:
        done.append(f"marked {dead:,} dead")
    return ", ".join(done) or "unchanged"


def _pages(parts: Sequence[StoredSegment], new_ids: Ids, added: Added, dimension: int) -> Iterator[tuple[Ids, Floats]]:
    """The living vectors of these segments and the new ones, by ascending id."""
    sources = [part.checked_vectors() for part in parts]  # now that all is read, all is checked
    rows = [part.rows for part in parts]
    ids = np.concatenate([*(part.ids for part in parts), new_ids])
    source = np.repeat(np.arange(len(parts) + 1, dtype=np.int16), [*map(len, rows), len(new_ids)])
    row = np.concatenate([*rows, np.arange(len(new_ids))])
    order = np.argsort(ids)
    for start in range(0, len(order), _PAGE):
        page = order[start : start + _PAGE]
        vectors = np.empty((len(page), dimension), np.float32)
        for number, stored in enumerate(sources):
            here = source[page] == number
            vectors[here] = stored[row[page[here]]]
        here = source[page] == len(sources)
        if here.any():
            came = added(ids[page[here]])
            if came.shape != (int(here.sum()), dimension):
                raise ValueError(f"vectors of shape {came.shape} came for {here.sum()} ids, dimension {dimension}")
            vectors[here] = came
        yield ids[page], vectors
