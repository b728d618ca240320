"""What a night costs beside a full ingest, and beside the size of the catalogue: ratios of whole processes' wall times.

    python benchmarks/nightly_delta.py [--rows 100000] [--million] [--only share|size]

`share` (the default embedder): a full ingest, a night that changed nothing, and nights with 1 % of the rows changed in
all files. `size` (embedding faked): the same 100 changes in the same ten files of 1,000 rows, in catalogues of 10,000,
100,000 and, with `--million`, 1,000,000 rows. Of several nights the median counts. Exits 1 where a number of embedded
texts is not the number of changed rows, or where a night without changes publishes a snapshot.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from installation import Done, Installation, add_flags
from invented import fill
from shop import Shop

FILE = 1000
"""Rows of a file where sizes are compared."""
CHANGES, AMONG = 100, 10
"""Prices that change, and the files in which they do."""


def ingested(shop: Shop, installation: Installation) -> Done:
    """The full ingest."""
    done = installation.ingest(shop.folder)
    settle(shop, done)
    print(f"  full ingest of {shop.rows:,} rows: {done.seconds:.2f} s", flush=True)
    return done


def settle(shop: Shop, done: Done) -> None:
    """Hold a run against the shop's truth. Raises SystemExit where it differs."""
    expected = shop.expect()
    found = (done.exit, done.reply["embedded"], done.reply["published"])
    if found != (expected.exit, expected.embedded, expected.published):
        raise SystemExit(f"(exit, embedded, published) is {found}, and should be {expected}: {done.reply}")
    shop.morning()


def nights(shop: Shop, installation: Installation, times: int, rows: int, among: list[str]) -> float:
    """The median of so many nights, each with so many prices changed (0: none)."""
    seconds = []
    for _ in range(times):
        if rows:
            shop.prices(rows, among)
        done = installation.reindex()
        settle(shop, done)
        seconds.append(done.seconds)
        print(f"  {rows:,} changes: {done.reply['embedded']:,} embedded, {done.seconds:.2f} s", flush=True)
    return statistics.median(seconds)


def by_share(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Nights against the full ingest."""
    shop = Shop(folder / "catalog", rows=args.rows, seed=args.seed)
    installation = Installation(folder / "home", fake=args.embedder == "fake", models=args.models)
    print(f"{args.rows:,} rows in {len(shop.files)} files, embedder {args.embedder}")
    full = ingested(shop, installation).seconds
    idle = nights(shop, installation, args.times, 0, [])
    changed = nights(shop, installation, args.times, args.rows // 100, [])
    print(f"  1 % changed: {changed / full:.4f} of the full ingest; nothing changed: {idle / full:.4f}")
    return {
        "rows": args.rows, "embedder": args.embedder, "ingest_seconds": round(full, 2),
        "changed_seconds": round(changed, 2), "changed_ratio": round(changed / full, 4),
        "idle_seconds": round(idle, 2), "idle_ratio": round(idle / full, 4),
    }  # fmt: skip


def by_sample(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Nights of all rows against the full ingest of a part of them, scaled up, where the whole takes too long.

    The catalogue is filled with invented vectors in the default embedder's space; the nights embed with it. The part's
    fixed cost (that of a night without changes) is taken off before it is scaled, so that the ratio is not flattered.
    """
    part = Shop(folder / "part" / "catalog", rows=args.sample, seed=args.seed + 1)
    small = Installation(folder / "part" / "home", fake=False, models=args.models)
    some = ingested(part, small).seconds
    settled = nights(part, small, 1, 0, [])
    full = (some - settled) * args.rows / args.sample
    shop = Shop(folder / "whole" / "catalog", rows=args.rows, seed=args.seed)
    installation = Installation(folder / "whole" / "home", fake=False, models=args.models)
    installation.set(XUANJI_LEAST_FOUND="0")  # the gate searches as ever, and cannot find by invented vectors
    fill(folder / "whole" / "home", shop.folder)
    shop.expect()
    shop.morning()
    idle = nights(shop, installation, args.times, 0, [])
    changed = nights(shop, installation, args.times, args.rows // 100, [])
    print(f"  {args.sample:,} rows in {some:.1f} s, so {args.rows:,} in {full:.0f} s or more")
    print(f"  1 % changed: {changed / full:.4f} of the full ingest; nothing changed: {idle / full:.4f}")
    return {
        "rows": args.rows, "sample": args.sample, "sample_seconds": round(some, 2), "ingest_seconds": round(full, 1),
        "changed_seconds": round(changed, 2), "changed_ratio": round(changed / full, 4),
        "idle_seconds": round(idle, 2), "idle_ratio": round(idle / full, 4),
    }  # fmt: skip


def by_size(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The same changes in catalogues of several sizes."""
    sizes = [args.smallest * factor for factor in ((1, 10, 100) if args.million else (1, 10))]
    times: dict[int, tuple[float, float]] = {}
    for size in sizes:
        place = folder / str(size)
        shop = Shop(place / "catalog", rows=size, files=size // FILE, seed=args.seed)
        among = [path for path, file in shop.files.items() if file.is_sheet][:AMONG]
        installation = Installation(place / "home", fake=True, models=args.models)
        print(f"{size:,} rows in {len(shop.files)} files, embedding faked")
        ingested(shop, installation)
        idle = nights(shop, installation, args.times, 0, [])
        times[size] = (nights(shop, installation, args.times, CHANGES, among), idle)
        if args.keep is None:
            shutil.rmtree(place)
    ratios = {f"{big:,}/{small:,}": times[big][0] / times[small][0] for small, big in pairwise(sizes)}
    print("  " + "; ".join(f"{name}: {ratio:.2f}" for name, ratio in ratios.items()))
    return {
        "changes": CHANGES,
        "seconds": {size: round(changed, 2) for size, (changed, _) in times.items()},
        "idle_seconds": {size: round(idle, 2) for size, (_, idle) in times.items()},
        "ratios": {name: round(ratio, 3) for name, ratio in ratios.items()},
    }


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--smallest", type=int, default=10_000, help="rows of the smallest catalogue compared by size")
    parser.add_argument("--million", action="store_true", help="compare a hundred times the smallest as well")
    parser.add_argument("--times", type=int, default=3, help="nights of each kind")
    parser.add_argument("--sample", type=int, default=0, help="scale the full ingest up from so many rows (0: do it)")
    parser.add_argument("--only", choices=("share", "size"))
    add_flags(parser)
    args = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.keep or Path(scratch)
        if args.only != "size":
            found["share"] = (by_sample if args.sample else by_share)(args, folder / "share")
        if args.only != "share":
            found["size"] = by_size(args, folder / "size")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
