"""`POST /search` by clients that never pause, first in quiet, then while `reindex` publishes again and again.

    python benchmarks/publish_under_load.py [--rows 100000] [--clients 8] [--seconds 60] [--publications 5]

A real `xuanji serve` on the loopback interface. One sheet's prices carry the generation: in generation g every product
of it costs its own base price + g, so that a reply that mixes two generations, or differs from another reply of the
same snapshot, gives itself away. Every second question is for that sheet, the others are for anything. Prints p50 and
p99 quiet and loaded, their ratio, and counts failed and mixed replies; exits 1 where there is one. `--invented`: the
index is filled with invented vectors in the default embedder's space, which takes minutes and not the better part of an
hour; questions and publications are embedded for real.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import wares
from installation import Installation, add_flags
from invented import fill
from shop import Shop
from shop_file import ShopFile

MARKED = "Tidemark"
"""The brand of the sheet whose prices carry the generation."""
MARKED_ROWS = 200
TOP_K = 5


@dataclass(slots=True)
class Client:
    """What one client saw: seconds of each request, requests that failed, replies that mix generations."""

    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    seen: dict[str, set[int]] = field(default_factory=dict)
    """Snapshot -> the generations that its replies showed."""


def marked(generation: int) -> ShopFile:
    """The marked sheet in a generation; base prices are 1000, 2000, ..."""
    dice = random.Random(7)
    rows = []
    for number in range(MARKED_ROWS):
        cells = list(wares.row(dice, 9_000_000 + number, chinese=False, currency="EUR"))
        cells[wares.NAME] = cells[wares.NAME].replace(cells[wares.BRAND], MARKED)
        cells[wares.BRAND] = MARKED
        cells[wares.PRICE] = f"{1000 * (number + 1) + generation}.00"
        rows.append(tuple(cells))
    return ShopFile("suppliers/marked.csv", "csv", wares.ENGLISH, tuple(rows))


def bodies(shop: Shop, number: int, seed: int) -> list[tuple[bytes, bool]]:
    """Requests: for anything, and in turn for the marked sheet."""
    dice = random.Random(seed)
    sheets = [file for file in shop.files.values() if file.is_sheet]
    found = []
    for turn in range(number):
        name = dice.choice(dice.choice(sheets).rows)[wares.NAME]
        asked: dict[str, object] = {"query": name, "top_k": TOP_K}
        if turn % 2:
            asked |= {"query": f"{MARKED} {name.partition(' ')[2] or name}", "filters": {"brand": MARKED}}
        found.append((json.dumps(asked).encode(), bool(turn % 2)))
    return found


def ask(port: int, asked: Sequence[tuple[bytes, bool]], client: Client, stop: threading.Event) -> None:
    """One client, on one connection, until told to stop."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    turn = 0
    while not stop.is_set():
        body, is_marked = asked[turn % len(asked)]
        turn += 1
        began = time.perf_counter()
        try:
            connection.request("POST", "/search", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            client.failed.append(repr(error))
            connection.close()
            continue
        client.seconds.append(time.perf_counter() - began)
        if response.status != 200:
            client.failed.append(f"{response.status}: {content[:300]!r}")
        elif is_marked:
            judge(json.loads(content), client)


def judge(reply: dict[str, object], client: Client) -> None:
    """Note which generations a reply shows; it must be one, with as many passages as were asked for."""
    passages: list[dict[str, dict[str, float]]] = reply["passages"]  # type: ignore[assignment]
    shown = {round(passage["attributes"]["price"]) % 1000 for passage in passages}
    if len(shown) != 1 or len(passages) != TOP_K:
        client.mixed.append(f"{reply['snapshot']}: {len(passages)} passages of generations {sorted(shown)}")
    client.seen.setdefault(str(reply["snapshot"]), set()).update(shown)


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """p50 and p99 in milliseconds."""
    ordered = sorted(seconds)
    return tuple(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 for share in (0.5, 0.99))  # type: ignore[return-value]


class Load:
    """Clients that ask without pause while the block runs."""

    def __init__(self, port: int, shop: Shop, clients: int) -> None:
        self.clients = [Client() for _ in range(clients)]
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=ask, args=(port, bodies(shop, 400, seed), client, self._stop))
            for seed, client in enumerate(self.clients)
        ]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @property
    def seconds(self) -> list[float]:
        """Of every request."""
        return [seconds for client in self.clients for seconds in client.seconds]

    def troubles(self) -> tuple[list[str], list[str]]:
        """(requests that failed, replies that mix generations, within themselves or within a snapshot)."""
        seen: dict[str, set[int]] = {}
        for client in self.clients:
            for snapshot, generations in client.seen.items():
                seen.setdefault(snapshot, set()).update(generations)
        torn = [f"{snapshot} shows generations {sorted(found)}" for snapshot, found in seen.items() if len(found) > 1]
        return (
            [line for client in self.clients for line in client.failed],
            [line for client in self.clients for line in client.mixed] + torn,
        )


def measure(installation: Installation, shop: Shop, args: argparse.Namespace) -> bool:
    """Serve, ask, publish, print; whether no reply failed or mixed."""
    with installation.serving() as port:
        with Load(port, shop, args.clients):
            time.sleep(min(5, args.seconds))  # caches, and the pages of the index
        with Load(port, shop, args.clients) as quiet:
            time.sleep(args.seconds)
        took = []
        with Load(port, shop, args.clients) as loaded:
            for generation in range(1, args.publications + 1):
                marked(generation).write(shop.folder)
                done = installation.reindex()
                if done.exit or done.reply["embedded"] != MARKED_ROWS or not done.reply["published"]:
                    raise SystemExit(f"publication {generation} went wrong (exit {done.exit}): {done.reply}")
                took.append(done.seconds)
                print(f"  publication {generation}: {done.seconds:.1f} s, {done.reply['snapshot']}", flush=True)
            time.sleep(1)  # the last snapshot is to be seen as well
    failed, mixed = (a + b for a, b in zip(quiet.troubles(), loaded.troubles(), strict=True))
    before, during = percentiles(quiet.seconds), percentiles(loaded.seconds)
    snapshots = {snapshot for client in loaded.clients for snapshot in client.seen}
    for name, load, found in (("quiet", quiet, before), ("loaded", loaded, during)):
        print(f"{name}: {len(load.seconds):,} requests, p50 {found[0]:.1f} ms, p99 {found[1]:.1f} ms")
    print(f"p99 loaded / quiet {during[1] / before[1]:.2f}; {len(failed)} failed, {len(mixed)} mixed")
    for line in (*failed[:5], *mixed[:5]):
        print(f"  {line}")
    told = {
        "rows": shop.rows, "embedder": args.embedder, "clients": args.clients, "publications": args.publications,
        "publication_seconds": [round(seconds, 2) for seconds in took], "snapshots_seen": len(snapshots),
        "quiet": {"requests": len(quiet.seconds), "p50_ms": round(before[0], 2), "p99_ms": round(before[1], 2)},
        "loaded": {"requests": len(loaded.seconds), "p50_ms": round(during[0], 2), "p99_ms": round(during[1], 2)},
        "p99_ratio": round(during[1] / before[1], 3), "failed": len(failed), "mixed": len(mixed),
    }  # fmt: skip
    print(json.dumps(told))
    return not failed and not mixed


def main() -> None:
    """Make the shop, fill the home, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60, help="of quiet")
    parser.add_argument("--publications", type=int, default=5)
    parser.add_argument("--invented", action="store_true", help="fill the index with invented vectors")
    add_flags(parser)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.keep or Path(scratch)
        shop = Shop(folder / "catalog", rows=args.rows, seed=args.seed)
        marked(0).write(shop.folder)
        installation = Installation(folder / "home", fake=args.embedder == "fake", models=args.models)
        if args.invented:
            installation.set(XUANJI_LEAST_FOUND="0")  # the gate searches as ever, and cannot find by invented vectors
            seconds = fill(folder / "home", shop.folder)
        else:
            seconds = installation.ingest(shop.folder).seconds
        print(f"{args.rows + MARKED_ROWS:,} rows ingested in {seconds:.0f} s", flush=True)
        whole = measure(installation, shop, args)
    sys.exit(0 if whole else 1)


if __name__ == "__main__":
    main()
