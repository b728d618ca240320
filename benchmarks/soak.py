"""Two hundred clients against eight slots: each is answered or refused at once, searches go on, nothing leaks.

Starts `xuanji serve` on HOME with the model wording English replies. Clients ask by
`/ask` (streamed), wait as long as a refusal says, and ask again; some hang up in the middle. Beside them
one client searches twice a second. At the end the service must be as idle as before.

    python benchmarks/soak.py --home .xuanji --minutes 10
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import numpy as np
import psutil

QUESTIONS = (
    "How much is the K200 kettle and is it in stock?|What do I pay for express delivery inside the EU?|How long is the "
    "warranty?|Can I return an opened product?|What does error E6 mean?|How do I descale the kettle?|Do you sell "
    "pianos?|Which payment methods do you take?|Where is my invoice?|How do I clean the humidifier?"
).split("|")
SEARCHES = ("kettle", "humidifier filter", "express delivery", "破壁机 保修", "return policy")


class Soak:
    """What the clients saw."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.outcomes: Counter[str] = Counter()
        self.refusals: list[float] = []
        self.answers: list[float] = []
        self.failures: list[str] = []
        self.memory: list[tuple[float, float]] = []

    async def client(self, number: int, end: float) -> None:
        """One customer, until the time is over."""
        chance = random.Random(number)
        while time.monotonic() < end:
            began = time.monotonic()
            leaving = chance.random() < 0.1
            try:
                async with posted(self.url, "/ask", {"query": chance.choice(QUESTIONS), "stream": True}) as reply:
                    head = (await reply.readuntil(b"\r\n\r\n")).decode()
                    if head.startswith("HTTP/1.1 503"):
                        self.outcomes["refused"] += 1
                        self.refusals.append(time.monotonic() - began)
                        wait = float(head.lower().partition("retry-after: ")[2].partition("\r\n")[0])
                        await asyncio.sleep(min(wait, max(0.0, end - time.monotonic())))
                        continue
                    told = b""
                    while piece := await reply.read(1 << 16):
                        told += piece
                        if leaving and b"event: passages" in told:
                            break
                if leaving:
                    self.outcomes["left"] += 1
                elif b"event: answer" in told:
                    self.outcomes["answered"] += 1
                    self.answers.append(time.monotonic() - began)
                else:
                    self.outcomes["broken"] += 1
                    self.failures.append(head.partition("\r\n")[0] + told[-300:].decode(errors="replace"))
            except (OSError, EOFError) as error:
                self.outcomes["broken"] += 1
                self.failures.append(repr(error))

    async def searches(self, http: httpx.AsyncClient, end: float) -> list[float]:
        """Seconds of searches, two a second."""
        taken: list[float] = []
        while time.monotonic() < end:
            began = time.monotonic()
            reply = await http.post(f"{self.url}/search", json={"query": SEARCHES[len(taken) % len(SEARCHES)]})
            reply.raise_for_status()
            taken.append(time.monotonic() - began)
            await asyncio.sleep(0.5)
        return taken

    async def weigh(self, process: psutil.Process, end: float) -> None:
        """Resident memory of the service and its processes, every five seconds."""
        while time.monotonic() < end:
            parts = [process, *process.children(recursive=True)]
            self.memory.append((time.monotonic(), sum(one.memory_info().rss for one in parts) / 1e6))
            await asyncio.sleep(5)


@asynccontextmanager
async def posted(url: str, path: str, body: object) -> AsyncIterator[asyncio.StreamReader]:
    """The reply to a request on a connection of its own. By hand, for two hundred clients in one process: what they
    cost would be taken for the service's slowness."""
    host, _, port = url.removeprefix("http://").partition(":")
    data = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\n"
    reader, writer = await asyncio.open_connection(host, int(port), limit=1 << 20)
    try:
        writer.write(f"{head}content-length: {len(data)}\r\n\r\n".encode() + data)
        await writer.drain()
        yield reader
    finally:
        writer.close()


async def soak(url: str, process: psutil.Process, seconds: float, clients: int) -> None:
    """Run and print."""
    one = Soak(url)
    async with httpx.AsyncClient(timeout=60) as other:
        await one.searches(other, time.monotonic() + 5)  # the first ones warm it up
        quiet = await one.searches(other, time.monotonic() + 30)
        end = time.monotonic() + seconds
        crew = [one.client(number, end) for number in range(clients)]
        searching = asyncio.create_task(one.searches(other, end))
        await asyncio.gather(one.weigh(process, end), *crew)
        searched = await searching
        await asyncio.sleep(1)  # a client that has left frees its slot within one step
        metrics = (await other.get(f"{url}/metrics")).text
    half = end - seconds / 2
    second = [size for at, size in one.memory if at >= half]
    tenth = max(1, len(second) // 10)
    growth = float(np.median(second[-tenth:]) / np.median(second[:tenth]) - 1)
    idle = {
        line.split()[0]: float(line.split()[1])
        for line in metrics.splitlines()
        if line.startswith(("xuanji_engine_running", "xuanji_engine_waiting", "xuanji_lane"))
    }
    quiet_p99, p99 = float(np.quantile(quiet, 0.99)), float(np.quantile(searched, 0.99))
    print(
        json.dumps(
            {
                "outcomes": dict(one.outcomes),
                "refused_max_s": round(max(one.refusals, default=0), 3),
                "answered_p50_s": round(float(np.median(one.answers)), 2),
                "answered_max_s": round(max(one.answers), 2),
                "search_quiet_p99_ms": round(quiet_p99 * 1000, 1),
                "search_p99_ms": round(p99 * 1000, 1),
                "search_ratio": round(p99 / quiet_p99, 2),
                "memory_mb": [round(second[0]), round(second[-1])],
                "memory_growth": round(growth, 4),
                "at_the_end": idle,
                "failures": one.failures[:5],
            },
            indent=1,
        )
    )


def main() -> None:
    """Start the service, soak it, stop it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path, default=Path(".xuanji"))
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--clients", type=int, default=200)
    args = options.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("xuanji")), "serve", "--home", str(args.home), "--port", str(port)]
    environ = {"XUANJI_WORDS_IN": "en", "XUANJI_SLOTS": "8", "XUANJI_WAITING": "16"}
    process = subprocess.Popen(["env", *(f"{name}={value}" for name, value in environ.items()), *command])
    url, end = f"http://127.0.0.1:{port}", time.monotonic() + 120
    try:
        while True:
            try:
                if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            if time.monotonic() > end:
                raise SystemExit("the service does not get ready")
            time.sleep(0.5)
        asyncio.run(soak(url, psutil.Process(process.pid), args.minutes * 60, args.clients))
    finally:
        process.terminate()
        process.wait(60)


if __name__ == "__main__":
    main()
