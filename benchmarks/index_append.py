"""What a night's changes cost the vector index, and what its newer segments cost a search.

    python benchmarks/index_append.py                             # 10,000 and 100,000 vectors: about two minutes
    python benchmarks/index_append.py --rows 10000 100000 1000000 # 1.5 GB on the disk and minutes to train

The first table appends and kills `--changes` vectors in each of `--nights` nights, the sizes taking turns within each
night, and compares the median with one rebuild of the same index (training included) and with the smallest size. The
second gives a trained base of `--base` vectors tails of several shares, written at once and as nights leave them, and
compares one query at a time on one thread with the base alone, in turns. The last column kills a tenth of the base.
Vectors are random unit vectors around random centres (`--clusters`), invented blockwise and the same for one seed.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index.arrays import Floats, Ids
from index.segments.growth import append, build_segments
from index.segments.segment import Segment
from index.segments.segments import Segments

DIMENSION = 384
BLOCK = 20_000
NONE: Ids = np.zeros(0, np.int64)


class Source:
    """Invents unit vectors: noise around one of so many centres each."""

    def __init__(self, clusters: int, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.centres = self.rng.standard_normal((clusters, DIMENSION), np.float32)

    def vectors(self, n: int) -> Floats:
        """(n, DIMENSION) of them."""
        centres = self.centres[self.rng.integers(len(self.centres), size=n)]
        found: Floats = 1.5 * self.centres[0] + centres + 0.7 * self.rng.standard_normal((n, DIMENSION), np.float32)
        found /= np.linalg.norm(found, axis=1, keepdims=True)
        return found

    def ids(self, n: int) -> Ids:
        """(n,) random ids, ascending."""
        return np.unique(self.rng.integers(1, 2**63 - 1, size=n))

    def pages(self, ids: Ids) -> Iterator[tuple[Ids, Floats]]:
        """All of them with their vectors."""
        for start in range(0, len(ids), BLOCK):
            page = ids[start : start + BLOCK]
            yield page, self.vectors(len(page))


class Catalogue:
    """An index that lives through nights, on the disk."""

    def __init__(self, folder: Path, rows: int, source: Source) -> None:
        self.folder, self.source = folder, source
        folder.mkdir()
        self.ids = source.ids(rows)
        self.night = 0
        self.segments = build_segments(folder, "0", source.pages(self.ids), count=rows, dimension=DIMENSION)
        self.times: list[float] = []
        self.done: list[str] = []

    def change(self, new: Ids, dead: Ids) -> float:
        """Seconds of one append, its vectors ready before."""
        self.night += 1
        vectors = self.source.vectors(len(new))

        def added(ids: Ids) -> Floats:
            return vectors[np.searchsorted(new, ids)]

        start = time.perf_counter()
        self.segments, words = append(
            self.folder, f"{self.night}", self.segments, added, new, dead, dimension=DIMENSION
        )
        seconds = time.perf_counter() - start
        self.ids = np.union1d(np.setdiff1d(self.ids, dead), new)
        self.done.append(words)
        used = {name for segment in self.segments for name in (segment.file, segment.dead_file)}
        for path in self.folder.iterdir():
            if path.name not in used:
                path.unlink()
        return seconds

    def rebuild(self) -> float:
        """Seconds to write a fresh index from the vectors of this one."""
        index = Segments.open(self.folder, self.segments, DIMENSION, device="cpu")
        ids = self.ids

        def pages() -> Iterator[tuple[Ids, Floats]]:
            for start in range(0, len(ids), BLOCK):
                yield ids[start : start + BLOCK], index.vectors(ids[start : start + BLOCK])

        start = time.perf_counter()
        build_segments(self.folder, "fresh", pages(), count=len(ids), dimension=DIMENSION)
        seconds = time.perf_counter() - start
        index.close()
        (self.folder / "fresh.vectors").unlink()
        return seconds


def nights(sizes: Sequence[int], changes: int, number: int, folder: Path, source: Source) -> None:
    """The table of what changes cost."""
    catalogues = [Catalogue(folder / str(rows), rows, source) for rows in sizes]
    for _ in range(number):
        for catalogue in catalogues:
            dead = np.sort(source.rng.choice(catalogue.ids, changes, replace=False))
            catalogue.times.append(catalogue.change(source.ids(changes), dead))
    print(f"{changes} appended and {changes} killed a night, {number} nights:\n")
    print(
        "| vectors | kind | append p50 ms | max ms | / smallest | open ms | reopen ms | rebuild s | append / rebuild |"
    )
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    smallest = float(np.median(catalogues[0].times))
    for rows, catalogue in zip(sizes, catalogues, strict=True):
        median = float(np.median(catalogue.times))
        start = time.perf_counter()
        index = Segments.open(catalogue.folder, catalogue.segments, DIMENSION, device="cpu")
        opened = time.perf_counter()
        Segments.open(catalogue.folder, catalogue.segments, DIMENSION, device="cpu", reuse=index).close()
        reopened = time.perf_counter()
        kind = f"{index.kind}, {len(catalogue.segments)} segments"
        index.close()
        seconds = catalogue.rebuild()
        print(
            f"| {rows:,} | {kind} | {1000 * median:.1f} | {1000 * max(catalogue.times):.1f} | {median / smallest:.2f} "
            f"| {1000 * (opened - start):.1f} | {1000 * (reopened - opened):.1f} "
            f"| {seconds:.2f} | {median / seconds:.4f} |",
            flush=True,
        )
        rebuilt = [words for words in catalogue.done if words.startswith("rebuilt")]
        if rebuilt:
            print(f"  of the nights {len(rebuilt)} rebuilt: {rebuilt[0]}")


def p50(searches: Sequence[Callable[[Floats], object]], queries: Floats, rounds: int = 3) -> list[float]:
    """The median milliseconds of one query of each search, all taking turns."""
    times: list[list[float]] = [[] for _ in searches]
    for _ in range(rounds):
        for i in range(len(queries)):
            for search, spent in zip(searches, times, strict=True):
                start = time.perf_counter()
                search(queries[i : i + 1])
                spent.append(1000 * (time.perf_counter() - start))
    return [float(np.median(spent)) for spent in times]


def tails(base: int, shares: Sequence[float], folder: Path, source: Source, queries: Floats) -> None:
    """The table of what a tail costs a search. Segments are written as `append` writes them, but never rebuilt."""
    catalogue = Catalogue(folder / "base", base, source)
    opened: list[tuple[str, Segments]] = []

    def open_with(name: str, tail: Sequence[Segment]) -> None:
        reuse = opened[0][1] if opened else None
        segments = (*catalogue.segments, *tail)
        opened.append(
            (name, Segments.open(catalogue.folder, segments, DIMENSION, device="cpu", threads=1, reuse=reuse))
        )

    def written(number: int, rows: int) -> tuple[Segment, ...]:
        ids = source.ids(rows)
        return build_segments(
            catalogue.folder, f"tail{number}", source.pages(ids), count=rows, dimension=DIMENSION, kind="flat"
        )

    def nothing(ids: Ids) -> Floats:
        return np.zeros((len(ids), DIMENSION), np.float32)

    number = 0
    for share in shares:
        rows = int(share * base)
        open_with(f"{share:.0%}", written(number, rows) if rows else ())
        number += 1
        if rows:
            pieces = [rows * 2 // 3, rows * 2 // 9, rows * 2 // 27, rows // 27]
            open_with(f"{share:.0%} in 4 segments", [s for i, n in enumerate(pieces) for s in written(number + i, n)])
            number += 4
    dead = source.rng.choice(catalogue.ids, base // 10, replace=False)
    catalogue.segments, _ = append(
        catalogue.folder, "dead", catalogue.segments, nothing, NONE, dead, dimension=DIMENSION
    )
    open_with("0%, a tenth dead", ())
    times = p50([lambda query, index=index: index.search(query, 10) for _, index in opened], queries)  # type: ignore[misc]
    print(f"\nSearch of a {catalogue.segments[0].kind} base of {base:,} with a tail:\n")
    print("| tail | p50 ms | / no tail |\n|---|---|---|")
    for (name, index), ms in zip(opened, times, strict=True):
        print(f"| {name} | {ms:.2f} | {ms / times[0]:.2f} |")
        index.close()


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--nights", type=int, default=15)
    parser.add_argument("--base", type=int, default=100_000, help="0: no second table")
    parser.add_argument("--shares", type=float, nargs="+", default=[0, 0.05, 0.1, 0.2, 0.4])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--clusters", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="where the indexes are written; a temporary folder without")
    args = parser.parse_args()
    source = Source(args.clusters, args.seed)
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        if args.rows:
            nights(args.rows, args.changes, args.nights, Path(folder), source)
        if args.base:
            tails(args.base, args.shares, Path(folder), source, source.vectors(args.queries))


if __name__ == "__main__":
    main()
