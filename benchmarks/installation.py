"""`Installation`: a home that benchmarks work on as a shop does, by commands, each a process of its own."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

FAKED = Path(__file__).with_name("faked.py")
REAL = [sys.executable, "-c", "import sys; from server.cli import main; sys.exit(main())"]


class Failed(Exception):
    """A command did not say what it should, or not in time; the text has the end of what it said."""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that ended: its exit code, the last JSON object it printed, and the whole process's wall time."""

    exit: int
    reply: dict[str, Any]
    seconds: float


class Installation:
    """`fake`: texts are embedded by hashing words. `models` is a folder of prepared models, linked where it exists."""

    def __init__(self, home: Path, *, fake: bool, models: Path, timeout: float = 7200) -> None:
        self.home, self.fake, self.timeout = home, fake, timeout
        home.mkdir(parents=True, exist_ok=True)
        if models.is_dir() and not (home / "models").exists():
            (home / "models").symlink_to(models.resolve(), target_is_directory=True)
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("XUANJI_")}
        if fake:  # vectors of hashed words cannot find a product by its name among so many
            self._environment["XUANJI_GATE_SAMPLE"] = "0"
        else:
            self.run("models", "prepare", "--json")  # takes a minute the first time, and is no part of any measurement

    def set(self, **environment: str) -> None:
        """Settings for every command from now on, as variables of the environment."""
        self._environment |= environment

    def ingest(self, folder: Path) -> Done:
        """`xuanji ingest`."""
        return self.run("ingest", str(folder), "--json")

    def reindex(self) -> Done:
        """`xuanji reindex`; the reply is the log's last line."""
        done = self.run("reindex", "--json")
        if done.reply.get("stage") != "done":
            raise Failed(f"the last line of reindex is not its end: {done.reply}")
        return done

    def verify(self) -> Done:
        """`xuanji verify`."""
        return self.run("verify", "--json")

    def prices(self, sku: str, top_k: int = 10) -> frozenset[float]:
        """The prices that a search for a SKU shows for it; 0 stands for a row without one."""
        alone = (
            ("--filter", f"sku={sku}") if self.fake else ()
        )  # hashed words collide, so that others may stand before it
        passages = self.run("search", sku, "--top-k", str(top_k), *alone, "--json").reply["passages"]
        rows = [passage["attributes"] for passage in passages if passage["attributes"].get("sku") == sku]
        return frozenset(float(row.get("price", 0)) for row in rows)

    def run(self, *command: str) -> Done:
        """Run a command to its end. Raises Failed where it prints no JSON object or takes longer than `timeout`."""
        began = time.perf_counter()
        try:
            ended = subprocess.run(
                self._line(*command),
                env=self._environment,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=self.timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Failed(f"{' '.join(command)} took longer than {self.timeout:.0f} s") from error
        seconds = time.perf_counter() - began
        try:
            reply = json.loads(ended.stdout)
        except ValueError:
            try:
                reply = json.loads(ended.stdout.rstrip("\n").rpartition("\n")[2])  # JSON lines
            except ValueError as error:
                said = (ended.stdout + ended.stderr)[-2000:]
                raise Failed(f"{' '.join(command)} printed no JSON (exit {ended.returncode}):\n{said}") from error
        return Done(ended.returncode, reply, seconds)

    def _line(self, *command: str) -> list[str]:
        program = [sys.executable, str(FAKED)] if self.fake else REAL
        return [*program, *command, "--home", str(self.home)]

    @contextmanager
    def serving(self, patience: float = 300) -> Iterator[int]:
        """A `xuanji serve` on the loopback interface, ready; its port."""
        log = self.home / "serve.log"
        with log.open("w", encoding="utf-8") as written:
            server = subprocess.Popen(self._line("serve", "--port", "0"), env=self._environment, stderr=written)
        try:
            deadline = time.monotonic() + patience
            while not (found := re.search(r"http://[\d.]+:(\d+)", log.read_text("utf-8"))) or not _ready(int(found[1])):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise Failed(f"the service did not become ready:\n{log.read_text('utf-8')[-2000:]}")
                time.sleep(0.3)
            yield int(found[1])
        finally:
            server.terminate()
            server.wait(60)


def _ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def add_flags(parser: argparse.ArgumentParser, embedder: str = "default") -> None:
    """What every benchmark of an installation takes."""
    parser.add_argument("--embedder", choices=("default", "fake"), default=embedder)
    parser.add_argument("--models", type=Path, default=Path(".xuanji/models"), help="prepared models, if there are any")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="an empty folder to work in, left as it is then")
