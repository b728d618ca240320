"""`POST /search` over HTTP, one client, against the raw embed and faiss calls in process, alternating in one run.

    python benchmarks/search_overhead.py [--chunks 100000] [--queries 200] [--home FOLDER]

Fills a home by the real pipeline (a sheet of as many rows; only the passages' vectors are invented, since embedding
them would take longer than everything else), starts `xuanji serve` on it as a process of its own, and asks the same
question now over HTTP, now by `embed_queries` and `faiss` alone. With `--home` the filled home is kept and found again.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from invented import InventedPassages

from index.database.store import Store
from index.embedding.embedder import Embedder
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from index.snapshot.home import Home
from index.snapshot.snapshot import Snapshot
from ingest.pipeline import ingest_folder

KINDS = ["kettle", "toaster", "lamp", "drill", "tent", "keyboard", "水壶", "台灯", "帐篷", "键盘"]
TRAITS = ["quiet", "waterproof", "cordless", "folding", "heavy duty", "静音", "防水", "无线", "折叠", "耐用"]


def fill(home: Home, embedder: Embedder, chunks: int, scratch: Path) -> None:
    """A sheet of so many products, ingested."""
    (scratch / "catalog").mkdir()
    with (scratch / "catalog" / "products.csv").open("w", encoding="utf-8") as sheet:
        sheet.write("SKU,Name,Brand,Price,Description\n")
        for i in range(chunks):
            trait, kind = TRAITS[i // 10 % 10], KINDS[i % 10]
            sheet.write(
                f"A{i:07d},{trait} {kind} {i},Brand {i % 97},{i % 499}.90,A {trait} {kind} with the number {i}\n"
            )
    store = Store.open(home.database_url)
    report = ingest_folder(scratch / "catalog", home=home, store=store, embedder=embedder, jobs=1)
    store.close()
    print(f"filled with {report.chunks_total:,} chunks in {report.seconds:.0f} s", file=sys.stderr)


def questions(number: int) -> list[str]:
    """Different questions in two languages."""
    return [f"{'Which' if i % 2 else '哪款'} {TRAITS[i % 10]} {KINDS[i // 3 % 10]} number {i}?" for i in range(number)]


def seconds(call: Callable[[str], object], question: str) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    call(question)
    return time.perf_counter() - began


def main() -> None:
    """Fill, serve, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--top-k", type=int, default=5)
    parser.add_argument("--home", type=Path, help="kept and found again; without it a temporary folder")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Home(args.home or Path(scratch) / "home")
        home.create()
        real = open_embedder(prepare_embedder(home.models))
        if home.current() is None:
            fill(home, InventedPassages(real), args.chunks, Path(scratch))
        command = [sys.executable, "-c", "import sys; from server.cli import main; sys.exit(main())"]
        serve = subprocess.Popen(
            [*command, "serve", "--home", str(home.path), "--port", "0"], stderr=subprocess.PIPE, text=True
        )
        try:
            measure(home, real, listening(serve), questions(args.queries), args.top_k)
        finally:
            serve.terminate()
            serve.wait()


def listening(serve: subprocess.Popen[str]) -> int:
    """The port the service says it listens on, once it is ready."""
    assert serve.stderr is not None
    for line in serve.stderr:
        if found := re.search(r"http://[\d.]+:(\d+)", line):
            port = int(found.group(1))
            break
    else:
        raise SystemExit("the service did not start")
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        with suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return port
        time.sleep(0.5)
    raise SystemExit("the service did not become ready")


def measure(home: Home, embedder: Embedder, port: int, asked: Sequence[str], top_k: int) -> None:
    """The medians and their ratio."""
    published = home.current()
    assert published is not None
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with Snapshot.open(home, published, embedder) as snapshot:
        index = snapshot.index("default")

        def raw(question: str) -> object:
            return index.search(embedder.embed_queries([question]), top_k)

        def over_http(question: str) -> object:
            body = json.dumps({"query": question, "top_k": top_k})
            client.request("POST", "/search", body, {"Content-Type": "application/json"})
            response = client.getresponse()
            reply = json.loads(response.read())
            assert response.status == 200, reply
            assert len(reply["passages"]) == top_k
            return reply

        for question in asked[:20]:
            raw(question), over_http(question)
        times = [(seconds(raw, question), seconds(over_http, question)) for question in asked]
        raw_ms, http_ms = (float(np.median(side)) * 1000 for side in zip(*times, strict=True))
        vectors = embedder.embed_queries([asked[0]])
        search_ms = float(np.median([seconds(lambda _: index.search(vectors, top_k), "") for _ in asked])) * 1000
        print(f"{index.count:,} chunks, {index.kind} on {index.device}, top {top_k}, {len(asked)} questions")
        print(f"raw embed + faiss p50 {raw_ms:.2f} ms (faiss {search_ms:.2f}), /search p50 {http_ms:.2f} ms")
        print(f"ratio {http_ms / raw_ms:.3f}")


if __name__ == "__main__":
    main()
