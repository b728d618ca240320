"""Promises that only the whole service can keep or break: nothing on the network, twenty customers at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

from docx import Document

from server.parts import open_parts
from server.settings import Settings
from tests.server.running import running
from tests.waiting import LONGEST

WATCH = """
import os, sys
def watch(event, args):
    if event == "socket.getaddrinfo" or (event == "socket.connect" and isinstance(args[1], tuple)):
        with open(os.environ["WATCHED"], "a") as log:
            log.write(f"{event} {args!r}\\n")
        raise OSError(f"no network here: {args!r}")
sys.addaudithook(watch)
"""


def test_nothing_reaches_the_network(models: Path, tmp_path: Path) -> None:
    """Ingesting documents full of addresses, and answering from them, looks up no host and opens no connection."""
    catalog = tmp_path / "catalog"
    catalog.mkdir()
    (catalog / "page.html").write_text(
        "<html><head><link rel='stylesheet' href='http://example.com/a.css'><script src='http://example.com/a.js'>"
        "</script></head><body><h1>Kettle</h1><img src='http://example.com/a.png' alt='a red kettle'>"
        "<iframe src='http://example.com/'></iframe><p>The kettle holds 1.7 litres.</p></body></html>"
    )
    (catalog / "feed.xml").write_text(
        '<?xml version="1.0"?><!DOCTYPE f SYSTEM "http://example.com/f.dtd"><f><p><sku>1</sku><name>Lamp</name></p>'
        "<p><sku>2</sku><name>Torch</name></p></f>"
    )
    (catalog / "note.rtf").write_text(r"{\rtf1 {\field{\*\fldinst HYPERLINK http://example.com}{\fldrslt Shop}} open}")
    document = Document()
    document.add_heading("Toaster", 1)
    document.add_paragraph("The toaster draws 900 W.")
    document.save(str(catalog / "toaster.docx"))
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(models, target_is_directory=True)
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    log = tmp_path / "connections"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("XUANJI_", "HF_"))}
    environ |= {"PYTHONPATH": str(tmp_path), "WATCHED": str(log)}
    start = "import sys; from server.cli import main; sys.exit(main())"

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-c", start, *arguments, "--home", str(home)]
        return subprocess.run(line, env=environ, capture_output=True, text=True, check=False, timeout=LONGEST)

    ingested = run("ingest", str(catalog), "--json")
    assert log.exists() is False, log.read_text()
    assert json.loads(ingested.stdout)["files"]["indexed"] >= 3, ingested.stdout
    asked = run("ask", "How much does the kettle hold?", "--json")
    assert log.exists() is False, log.read_text()
    assert "1.7 litres" in json.loads(asked.stdout)["answer"]
    proof = [sys.executable, "-c", "import socket; socket.create_connection(('192.0.2.1', 9))"]
    assert subprocess.run(proof, env=environ, capture_output=True, check=False, timeout=LONGEST).returncode != 0
    assert "192.0.2.1" in log.read_text()


def test_twenty_customers_at_once_are_answered_or_told_to_wait(home: Path) -> None:
    """Twenty clients ask and search together: every request ends in an answer or an honest 503, none hangs or fails."""
    settings = Settings(home=home, waiting=2)
    outcomes: list[tuple[str, int]] = []
    with running(settings, partial(open_parts, settings)) as service:
        assert service.http.get("/readyz").status_code == 200

        def customer(number: int) -> None:
            question = ("How much power does the Kettle Swift have?", "几天内可以退货？")[number % 2]
            for path in ("/search", "/ask"):
                reply = service.http.post(path, json={"query": question})
                outcomes.append((path, reply.status_code))
                if reply.status_code == 200 and path == "/ask":
                    body: dict[str, Any] = reply.json()
                    assert body["citations"], body
                    for citation in body["citations"]:
                        passage = body["passages"][citation["n"] - 1]
                        assert passage["id"] == citation["passage"]
                        assert citation["quote"] in passage["text"]
                if reply.status_code == 503:
                    assert int(reply.headers["retry-after"]) >= 1

        customers = [threading.Thread(target=customer, args=(number,), daemon=True) for number in range(20)]
        for thread in customers:
            thread.start()
        for thread in customers:
            thread.join(LONGEST)
    assert len(outcomes) == 40
    assert {status for path, status in outcomes if path == "/search"} == {200}
    assert {status for path, status in outcomes if path == "/ask"} <= {200, 503}
    assert ("/ask", 200) in outcomes
