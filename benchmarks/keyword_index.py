"""The keyword files against bm25s, on invented chunks: seconds to build, bytes, milliseconds a question.

    python benchmarks/keyword_index.py [--chunks 100000] [--queries 300] [--k 50] [--appended 1000]

Both get the same terms of the same questions, alternating in one run; bm25s scores one field, the whole text. Its
build is given the terms, and ours makes them: the time for that is printed beside. Then a change is appended.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import bm25s  # type: ignore[import-untyped]
import numpy as np
import wares

from index.arrays import Ids
from index.chunk import Chunk
from index.segments.growth import append, build_segments
from index.segments.keyword_fields import fields_of
from index.segments.keyword_growth import write_keywords
from index.segments.segments import Segments
from index.text.analysis import terms

DIMENSION = 4  # vectors are beside the point


def chunk_of(dice: random.Random, number: int) -> Chunk:
    """An invented product row as ingest makes it."""
    chinese = number % 2 == 1
    cells = wares.row(dice, number, chinese=chinese, currency="EUR")
    headers = wares.CHINESE if chinese else wares.ENGLISH
    text = "\n".join(f"{header}: {cell}" for header, cell in zip(headers, cells, strict=True))
    attributes = {"sku": cells[wares.SKU], "brand": cells[wares.BRAND], "category": cells[wares.CATEGORY]}
    return Chunk(str(number), "wares.csv", number, text, cells[wares.NAME], attributes=attributes)


def question_of(dice: random.Random, chunk: Chunk) -> str:
    """What a customer may ask of this chunk: by SKU, by model, or by what it is."""
    chinese = chunk.text[0] > "\u3000"
    kind = dice.randrange(3)
    if kind == 0:
        return (
            f"{chunk.attributes['sku']}的保修期是多久?"
            if chinese
            else f"How long is {chunk.attributes['sku']} covered?"
        )
    described = chunk.text.rsplit(": ", 1)[1].split("。" if chinese else ". ")[0]
    if kind == 1:
        return f"{chunk.title}多少钱?" if chinese else f"What does the {chunk.title} cost?"
    return f"有没有{described}的?" if chinese else f"I am looking for {described.lower()}"


def milliseconds(call: Callable[[Sequence[str]], object], asked: Sequence[str]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    call(asked)
    return 1e3 * (time.perf_counter() - began)


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--k", type=int, default=50)
    parser.add_argument("--appended", type=int, default=1_000)
    args = parser.parse_args()
    dice = random.Random(1)
    chunks = [chunk_of(dice, number) for number in range(args.chunks + args.appended)]
    ids = np.array([chunk.text_id for chunk in chunks], dtype=np.int64)
    by_id = dict(zip(ids.tolist(), chunks, strict=True))
    first = np.sort(ids[: args.chunks])

    def texts(some: Ids) -> list[tuple[str, ...]]:
        return [fields_of(by_id[id]) for id in some.tolist()]

    def vectors(some: Ids) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return np.ones((len(some), DIMENSION), np.float32) / 2

    began = time.perf_counter()
    told = [terms(by_id[id].embedded_text) for id in first.tolist()]
    analysed = time.perf_counter() - began
    print(f"terms of {args.chunks:,} chunks: {analysed:.1f} s, {1e6 * analysed / args.chunks:.0f} us each, "
          f"{sum(map(len, told)) / args.chunks:.0f} terms")  # fmt: skip
    began = time.perf_counter()
    raw = bm25s.BM25(method="lucene", k1=1.2, b=0.5)
    raw.index(told, show_progress=False)
    print(f"bm25s: built in {time.perf_counter() - began:.1f} s, given the terms")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        raw.save(folder / "bm25s")
        held = sum(path.stat().st_size for path in (folder / "bm25s").iterdir())
        print(f"bm25s: {held / 1e6:.0f} MB on disk")
        segments = build_segments(
            folder, "a", [(first, vectors(first))], count=len(first), dimension=DIMENSION, kind="flat"
        )
        began = time.perf_counter()
        segments = write_keywords(folder, "a", segments, texts)
        size = (folder / segments[0].keywords).stat().st_size
        print(f"ours: built in {time.perf_counter() - began:.1f} s with the terms, {size / 1e6:.0f} MB on disk")
        index = Segments.open(folder, segments, DIMENSION, device="cpu")
        asked = [terms(question_of(dice, chunks[dice.randrange(args.chunks)])) for _ in range(args.queries)]
        known = [[term for term in some if term in raw.vocab_dict] for some in asked]
        ours, theirs, same = [], [], 0
        for some, theirs_known in zip(asked, known, strict=True):
            ours.append(milliseconds(lambda asked: index.keyword_search(asked, args.k), some))
            theirs.append(
                milliseconds(lambda asked: raw.retrieve([asked], k=args.k, show_progress=False), theirs_known)
            )
            best = raw.retrieve([theirs_known], k=1, show_progress=False)[0][0, 0]
            same += int(first[best]) == int(index.keyword_search(some, 1)[1][0])
        for name, times in (("ours", ours), ("bm25s", theirs)):
            worst = float(np.percentile(times, 95))
            print(f"{name}: p50 {statistics.median(times):.2f} ms, p95 {worst:.2f} ms a question, best {args.k}")
        print(f"the same text first in {same} of {len(asked)}")
        index.close()
        began = time.perf_counter()
        new = ids[args.chunks :]
        grown, words = append(
            folder, "b", segments, vectors, new, first[: len(new)], dimension=DIMENSION, kind="flat", texts=texts
        )
        written = sum((folder / segment.keywords).stat().st_size for segment in grown[1:])
        print(f"{words}: {time.perf_counter() - began:.2f} s, {written / 1e6:.2f} MB of keywords")


if __name__ == "__main__":
    main()
