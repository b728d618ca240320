"""`Counts`: how much a collection holds, and the check that a new snapshot did not lose too much of it.

A feed that was cut in half, a share that was not mounted and a price column that was renamed all look alike from here:
much less than yesterday.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evaluation.check import Check, Stopwatch

SLACK = 5
"""Items that may always go, but for the last one: in a shop of ten, three withdrawn products are an ordinary day."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one collection in one snapshot: documents that are indexed, chunks, product rows, and rows with a price."""

    documents: int
    chunks: int
    rows: int
    priced: int

    def __str__(self) -> str:
        rows = f"{_counted(self.rows, 'row')} ({self.priced:,} with a price)"
        return f"{_counted(self.documents, 'document')}, {rows}, {_counted(self.chunks, 'chunk')}"


def check_counts(before: Mapping[str, Counts], after: Mapping[str, Counts], most_lost: float) -> Check:
    """Whether each collection kept enough of what it had.

    `most_lost` (0 to 1) is the share of documents, of rows and of chunks that may go at once, and the part of the share
    of rows with a price that may go. `SLACK` items may always go, but never all. A collection that is new passes.
    """
    watch = Stopwatch()
    failures = [
        sentence for name, counts in before.items() for sentence in _losses(name, counts, after.get(name), most_lost)
    ]
    found = "; ".join(
        f"{name}: {counts}{f', before: {before[name]}' if name in before else ', new'}"
        for name, counts in after.items()
    )
    return watch.settled("counts", failures, f"{found}." if found else "Nothing was published before or is now.")


def _losses(name: str, before: Counts, after: Counts | None, most_lost: float) -> Iterator[str]:
    if after is None:
        if before.chunks:
            yield f"Collection “{name}” is gone; it held {before}."
        return
    for what, had, has in (
        ("documents", before.documents, after.documents),
        ("rows", before.rows, after.rows),
        ("chunks", before.chunks, after.chunks),
    ):
        if had and not has:
            yield f"Collection “{name}” has no {what} any more; it had {had:,}."
        elif had - has > (limit := _limit(had, most_lost)):
            yield (
                f"Collection “{name}” fell from {had:,} {what} to {has:,}: {had - has:,} are gone, and at most "
                f"{limit:,} may go at once."
            )
    yield from _unpriced(name, before, after, most_lost)


def _unpriced(name: str, before: Counts, after: Counts, most_lost: float) -> Iterator[str]:
    """The share of rows with a price, against the rows there are now."""
    if not before.priced or not after.rows:
        return
    expected = after.rows * before.priced / before.rows
    if expected - after.priced > _limit(expected, most_lost) or not after.priced:
        yield (
            f"In collection “{name}” {after.priced:,} of {after.rows:,} rows have a price; before, "
            f"{before.priced:,} of {before.rows:,} had one."
        )


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _limit(had: float, most_lost: float) -> int:
    # rounded first: 0.29 * 100 is 28.999...
    return max(SLACK, math.floor(round(most_lost * had, 6)))
