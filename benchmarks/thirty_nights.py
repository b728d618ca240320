"""A shop lives through thirty nights: each changes the folder, then `reindex`, `verify` and a few searches are run.

    python benchmarks/thirty_nights.py [--rows 100000] [--nights 30] [--seed 1] [--embedder fake]

Every command is a process of its own. Each night the exit code, the number of texts embedded, the products changed,
the refusals and whether a snapshot was published must be exactly what the shop's truth says, `verify` must be clean,
and searches must give the prices that are to be served. Prints a line a night; exits 1 on any deviation.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from installation import Done, Failed, Installation, add_flags
from shop import Shop
from shop_night import Expectation

Night = Callable[[], list[str]]


def plan(shop: Shop, rows: int) -> list[Night]:
    """What happens before each of thirty nights; a longer life begins anew."""

    def share(thousandths: float) -> int:
        return max(3, round(rows * thousandths / 1000))

    def ordinary() -> list[str]:
        return [shop.prices(share(3)), shop.stock(share(5))]

    return [
        ordinary,
        lambda: [shop.descriptions(share(1)), shop.add(share(1)), shop.withdraw(share(0.5))],
        lambda: [shop.touch()],
        lambda: [shop.reorder(2), shop.add(20, on_top=True)],
        lambda: [shop.move(2), *ordinary()],
        lambda: [shop.remove(), *ordinary()],
        lambda: [shop.prices(share(2))],
        lambda: [shop.inflate(), *ordinary()],
        lambda: [shop.add(share(1))],
        lambda: [shop.cut(), *ordinary()],
        lambda: [shop.swap(), shop.swap()],
        lambda: [shop.duplicate(), shop.break_rows()],
        lambda: [shop.garble(), shop.stock(share(4))],
        ordinary,
        lambda: [shop.empty()],
        list,
        lambda: [shop.rename_key(), shop.prices(share(2))],
        lambda: [shop.withdraw(share(1))],
        lambda: [shop.revert(share(4)), shop.stock(share(2))],
        lambda: [shop.descriptions(share(0.5))],
        lambda: [shop.edit_manuals(3)],
        lambda: [shop.cut_many(), shop.prices(share(1))],
        ordinary,
        lambda: [shop.reorder(max(3, len(shop.files) // 2)), shop.prices(share(1))],
        lambda: [shop.move(3), shop.swap(), shop.stock(share(10))],
        lambda: [shop.withdraw(share(20)), shop.add(share(10))],
        lambda: [shop.garble(), shop.break_rows(), *ordinary()],
        lambda: [shop.inflate(), shop.remove()],
        lambda: [shop.duplicate(), shop.prices(share(10))],
        lambda: [shop.touch()],
    ]


def deviations(expected: Expectation, done: Done, before: str | None) -> list[str]:
    """What a night did otherwise than it had to."""
    reply = done.reply
    report = reply.get("collections", {}).get("default", {})
    found = {
        "exit": (done.exit, expected.exit),
        "embedded": (reply.get("embedded"), expected.embedded),
        "published": (reply.get("published"), expected.published),
        "refused": (len(report.get("refused", ())), expected.refused),
        "changes": (report.get("changes"), {} if expected.unreadable else dict(expected.changes)),
        "snapshot kept": (reply.get("snapshot") == before, not expected.published),
        "gate objected": (bool(reply.get("failures")), bool(expected.because)),
    }
    return [f"{what}: {was}, expected {must}" for what, (was, must) in found.items() if was != must]


def checks(installation: Installation, shop: Shop, spots: int, *, verify: bool) -> list[str]:
    """What is served otherwise than it has to be, after a night."""
    found = []
    if verify:
        verified = installation.verify()
        if verified.exit or not verified.reply.get("clean"):
            found.append(f"verify: exit {verified.exit}, {str(verified.reply.get('disagreements'))[:500]}")
    for spot in shop.spots(spots):
        shown = installation.prices(spot.sku)
        if shown != spot.prices:
            found.append(f"{spot.sku} is shown at {sorted(shown)}, expected {sorted(spot.prices)}")
    return found


def live(installation: Installation, shop: Shop, nights: int, spots: int, *, verify: bool) -> int:
    """All nights; how many of them deviated."""
    expected = shop.expect()
    first = installation.ingest(shop.folder)
    bad = [] if first.reply["embedded"] == expected.embedded else [f"embedded {first.reply['embedded']}"]
    print(f"ingest: {shop.rows:,} rows, {first.reply['embedded']:,} texts embedded, {first.seconds:.1f} s", flush=True)
    shop.morning()
    wrong = len(bad + ([f"exit {first.exit}"] if first.exit else []))
    snapshot = first.reply["snapshot"]
    seconds, embedded = 0.0, 0
    acts = plan(shop, shop.rows)
    for night in range(nights):
        happened = [shop.repair(), *acts[night % len(acts)]()]
        expected = shop.expect()
        try:
            done = installation.reindex()
            shop.morning()
            bad = deviations(expected, done, snapshot) + checks(installation, shop, spots, verify=verify)
        except Failed as error:
            print(f"night {night + 1}: {error}", flush=True)
            return wrong + 1
        snapshot = done.reply["snapshot"]
        seconds, embedded = seconds + done.seconds, embedded + done.reply["embedded"]
        words = "; ".join(filter(None, happened)) or "nothing"
        print(
            f"night {night + 1:3d}  exit {done.exit}  {'published' if done.reply['published'] else 'kept     '}  "
            f"embedded {done.reply['embedded']:6,} of {expected.embedded:6,}  {done.seconds:6.1f} s  "
            f"{'ok ' if not bad else 'BAD'}  {words}",
            *(f"\n    DEVIATES {line}" for line in bad),
            *([f"\n    stopped: {expected.because}"] if expected.because else []),
            flush=True,
        )
        wrong += bool(bad)
    told = {
        "rows": shop.rows, "files": len(shop.files), "nights": nights, "embedder": "fake" if installation.fake else
        "default", "ingest_seconds": round(first.seconds, 2), "night_seconds": round(seconds / max(1, nights), 2),
        "embedded": embedded, "nights_that_deviated": wrong,
    }  # fmt: skip
    print(json.dumps(told))
    return wrong


def main() -> None:
    """Make the shop, live through the nights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="at least 600")
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--spots", type=int, default=3, help="searches a night")
    parser.add_argument("--no-verify", action="store_true")
    add_flags(parser)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.keep or Path(scratch)
        began = time.monotonic()
        shop = Shop(folder / "catalog", rows=args.rows, seed=args.seed)
        print(f"a shop of {len(shop.files)} files, made in {time.monotonic() - began:.1f} s", flush=True)
        installation = Installation(folder / "home", fake=args.embedder == "fake", models=args.models)
        wrong = live(installation, shop, args.nights, args.spots, verify=not args.no_verify)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
