"""The service with its real parts: files that were ingested, the default models, HTTP."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx

from server.parts import open_parts
from server.settings import Settings
from tests.server.conftest import Command
from tests.server.running import running
from tests.server.test_http import events
from tests.waiting import LONGEST, within


def test_questions_are_answered_and_a_new_snapshot_is_picked_up(
    command: Command, models: Path, catalogue: Path, tmp_path: Path
) -> None:
    """From an empty home: not ready; after an ingest, without a restart, ready, searchable and answering."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(models, target_is_directory=True)
    settings = Settings(home=home)
    with running(settings, partial(open_parts, settings)) as service:
        reply = service.http.get("/readyz")
        assert (reply.status_code, reply.json()["type"]) == (503, "urn:xuanji:problem:nothing-published")
        assert command("ingest", catalogue, "--home", home).returncode == 0
        snapshot = service.http.get("/readyz").json()["snapshot"]
        request = {"query": "How much power does the Kettle Swift have?", "top_k": 2}
        found = service.http.post("/search", json=request | {"filters": {"price": {"max": 50}}}).json()
        assert found["snapshot"] == snapshot
        assert [passage["attributes"]["sku"] for passage in found["passages"]] == ["007"]
        plain = service.http.post("/ask", json=request).json()
        assert "2200" in plain["answer"]
        assert plain["citations"][0]["document"] == "feed.csv"
        streamed = events(service.http.post("/ask", json=request | {"stream": True}).text)
        assert [name for name, _ in streamed if name != "token"] == ["passages", "answer"]
        text = "".join(str(data["text"]) for name, data in streamed if name == "token" and isinstance(data, dict))
        assert isinstance(streamed[-1][1], dict)
        assert text == streamed[-1][1]["answer"]
        assert service.http.get("/status").json()["collections"]["default"]["documents"] == 3


@contextmanager
def serving(home: Path) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """`xuanji serve` in a process of its own, which listens, and a client that speaks to it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("XUANJI_")}
    start = "import sys; from server.cli import main; sys.exit(main())"
    line = [sys.executable, "-c", start, "serve", "--home", str(home), "--port", "0"]
    with subprocess.Popen(line, env=environ, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            address = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline())
            assert address is not None
            with httpx.Client(base_url=address[0], timeout=60, trust_env=False) as http:
                yield process, http
        finally:
            process.kill()


def test_serve_listens_at_once_and_ends_when_told(home: Path) -> None:
    """The process says where it listens, answers while it loads, and ends with 0 within seconds of SIGTERM."""
    with serving(home) as (process, http):
        assert http.get("/healthz").json() == {"status": "ok"}
        assert within(LONGEST, lambda: process.poll() is not None or http.get("/readyz").status_code == 200)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_serve_ends_when_told_while_it_prepares_the_models(tmp_path: Path) -> None:
    """The first preparation takes minutes; nobody has to wait for it to be rid of the process."""
    with serving(tmp_path) as (process, http):
        assert http.get("/readyz").status_code == 503
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
