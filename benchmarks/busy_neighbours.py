"""What a language model writes and reads beside busy neighbours, by threads and how briefly they wait for each other.

    python -m benchmarks.busy_neighbours MODEL.gguf [--rounds 3]

Each row is one setting of a process that holds the model (threads, and turns before a waiting one sleeps), each column
what it meets: none, one or two processes in an endless loop, as nice as the model or ten steps nicer. Settings take
turns within a round; medians over the rounds. Neighbours end with this script, however it ends (Linux).
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import signal
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from engine.gguf_file import SPINS, available_cores
from engine.gguf_model import GgufModel

TOKENS, READ, SECONDS = 60, 64, 4.0
"""Tokens to write, unless it takes longer than these seconds; tokens to read."""
LIBGOMP = 300_000
"""Turns where nobody says how many."""
NEIGHBOURS = [(0, 0), (1, 0), (2, 0), (1, 10), (2, 10)]
WORDS = "the kettle holds two litres of water and boils in three minutes 水壶保修两年 " * 8
LOOP = "while True: sum(i * i for i in range(1000))"


def serve(path: Path, threads: int) -> None:
    """The process of a setting: for each line of stdin, tokens a second written and read."""
    model = GgufModel(path, context=512, threads=threads, gpu_layers=0, flash=True)
    tokens = model.tokenize(WORDS)[:READ]
    for _ in sys.stdin:
        model.keep(0)
        began = time.perf_counter()
        model.decode([(0, 0, tokens, 1)])
        read = READ / (time.perf_counter() - began)
        began, made = time.perf_counter(), 0
        while made < TOKENS and time.perf_counter() - began < SECONDS:
            model.decode([(0, READ + made, [tokens[made]], 1)])
            made += 1
        print(made / (time.perf_counter() - began), read, flush=True)


def dies_with_parent() -> None:
    """Linux: the child is ended when the parent is."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


@contextlib.contextmanager
def neighbours(count: int, niceness: int) -> Iterator[None]:
    """Busy processes beside."""
    command = ["nice", "-n", str(niceness), sys.executable, "-c", LOOP]
    running = [subprocess.Popen(command, preexec_fn=dies_with_parent) for _ in range(count)]
    time.sleep(0.3)
    try:
        yield
    finally:
        for one in running:
            one.kill()
            one.wait()


def begin(path: Path, threads: int, turns: int) -> subprocess.Popen[str]:
    """The process of a setting, its model open."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.busy_neighbours", str(path), "--serve", str(threads)],
        env=os.environ | {"GOMP_SPINCOUNT": str(turns)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=dies_with_parent,
    )
    measured(process)
    return process


def measured(process: subprocess.Popen[str]) -> list[float]:
    """What it writes and reads now."""
    assert process.stdin is not None
    assert process.stdout is not None
    print(file=process.stdin, flush=True)
    return [float(rate) for rate in process.stdout.readline().split()]


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--turns", type=int, nargs="*", default=[SPINS], help="to compare others")
    parser.add_argument("--serve", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.model, options.serve)
        return
    cores = available_cores()
    settings = [(1, SPINS), *((cores, turns) for turns in (LIBGOMP, *options.turns))]
    processes = {setting: begin(options.model, *setting) for setting in settings}
    rates = defaultdict(list)
    for _ in range(options.rounds):
        for met in NEIGHBOURS:
            with neighbours(*met):
                for setting, process in processes.items():
                    rates[setting, met].append(measured(process))
    print("| threads, turns |", " | ".join(f"{count} beside, nice +{nice}" for count, nice in NEIGHBOURS), "|")
    print("|---|" + "---|" * len(NEIGHBOURS))
    for setting in settings:
        cells = [[statistics.median(kind) for kind in zip(*rates[setting, met], strict=True)] for met in NEIGHBOURS]
        print(f"| {setting[0]}, {setting[1]} |", " | ".join(f"{made:.1f}, {read:.0f}" for made, read in cells), "|")


if __name__ == "__main__":
    main()
