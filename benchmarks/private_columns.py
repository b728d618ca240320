"""Private columns: does any byte of them leave the service? Forty columns, every route, plain and streamed.

    PYTHONPATH=.:benchmarks python benchmarks/private_columns.py --home FOLDER [--models FOLDER] [-n 500]

The shop of `private_shop` is ingested into --home, which must be new, by the command line; the service runs in a
process of its own. Each question is asked of /search, /ask and /v1/chat/completions, the latter two also as streams;
then the page, the other routes, what the processes wrote, a backup and every file of the home are looked through.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from private_shop import FILES, leaked, leaking, some, write

START = "import sys; from server.cli import main; sys.exit(main())"
ROUTES = ("search", "ask", "ask stream", "chat", "chat stream")
PAGES = ("/", "/status", "/metrics", "/docs", "/openapi.json", "/v1/models")


def ask(http: httpx.Client, route: str, question: str) -> str:
    """The whole reply of a route, status and headers included."""
    stream = route.endswith("stream")
    if route.startswith("chat"):
        body = {"model": "xuanji/default", "messages": [{"role": "user", "content": question}], "stream": stream}
        reply = http.post("/v1/chat/completions", json=body)
    elif route == "search":
        reply = http.post("/search", json={"query": question, "top_k": 10})
    else:
        reply = http.post("/ask", json={"query": question, "top_k": 10, "stream": stream})
    assert reply.status_code == 200, reply.text
    return f"{reply.headers}\n{reply.text}"


def filtered(http: httpx.Client) -> Iterator[str]:
    """Replies to filters on private columns, which must not tell what stands in them."""
    for sold in FILES:
        for column in sold.private:
            for wanted in ({"min": 0}, {"not": "x"}):
                yield http.post("/search", json={"query": "*", "filters": {column: wanted}}).text


def stored(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a folder, and of the archives in it, but the models."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or "models" in path.relative_to(folder).parts:
            continue
        yield str(path), path.read_bytes()
        if tarfile.is_tarfile(path):
            with tarfile.open(path) as archive:
                for member in archive:
                    if (file := archive.extractfile(member)) is not None:
                        yield f"{path}/{member.name}", file.read()


def questioned(log: Path, asked: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Where a reply of the server that writes this log held a planted value."""
    until = time.monotonic() + 60
    while not (address := re.search(r"http://127\.0\.0\.1:\d+", log.read_text())) and time.monotonic() < until:
        time.sleep(0.2)
    assert address is not None, log.read_text()
    leaks = []
    with httpx.Client(base_url=address[0], timeout=120, trust_env=False) as http:
        while http.get("/readyz").status_code != 200 and time.monotonic() < until:
            time.sleep(0.5)
        began = time.monotonic()
        for number, (_, question) in enumerate(asked, start=1):
            leaks += [(route, question) for route in ROUTES if leaked(ask(http, route, question))]
            if number % 50 == 0:
                print(f"{number} questions, {len(leaks)} leaks, {time.monotonic() - began:.0f} s", flush=True)
        leaks += [("filter", text[:80]) for text in filtered(http) if leaked(text)]
        leaks += [("page", page) for page in PAGES if leaked(http.get(page).text)]
    return leaks


def main() -> None:
    """Ask, look through, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--models", type=Path)
    parser.add_argument("-n", type=int, default=500)
    args = parser.parse_args()
    args.home.mkdir(parents=True)
    if args.models is not None:
        (args.home / "models").symlink_to(args.models.absolute(), target_is_directory=True)
    values = write(args.home.with_name("shop"))
    environ = {name: value for name, value in os.environ.items() if not name.startswith("XUANJI_")}

    def run(*words: str | Path) -> str:
        line = [sys.executable, "-c", START, *map(str, words), "--home", str(args.home)]
        done = subprocess.run(line, env=environ, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    said = [run("ingest", args.home.with_name("shop"), "--lint")]
    print(said[0])
    leaks: list[tuple[str, str]] = []
    asked = some(args.n)
    backup = args.home.with_name("backup")
    backup.mkdir()
    line = [sys.executable, "-c", START, "serve", "--home", str(args.home), "--port", "0"]
    log = args.home.with_name("serve.log")
    with log.open("w") as file, subprocess.Popen(line, env=environ, stdout=file, stderr=file) as server:
        try:
            leaks += questioned(log, asked)
        finally:
            server.terminate()
    said += [
        run("backup", backup / "shop.backup"),
        run("doctor"),
        run("verify"),
        run("status", "--history"),
    ]
    leaks += [("command", text[:80]) for text in [*said, log.read_text()] if leaked(text)]
    files = [*stored(args.home), *stored(backup)]
    leaks += [("file", name) for name, data in files if leaking(data, values)]
    print(f"{len(values)} planted values in {sum(len(sold.private) for sold in FILES)} columns of {len(FILES)} files")
    print(f"{len(asked)} questions by {len(ROUTES)} routes; {len(files)} files looked through")
    print(f"leaks: {len(leaks)}", *leaks, sep="\n")


if __name__ == "__main__":
    main()
