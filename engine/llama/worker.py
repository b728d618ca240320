"""The process that the model lives in: whatever ends it (a crash, the system's memory killer) ends no service.

It gets requests and withdrawals through a pipe, runs the loop, and sends each step's news back in one piece.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from engine.engine import Caller, Sampling
from engine.gguf_model import GgufModel
from engine.llama.loop import Loop, Told
from engine.llama.sequence import Sequence
from index.errors import XuanjiError

NICENESS = 5
"""How far the model steps back: a search takes milliseconds and goes first; the nightly job steps back further."""


@dataclass(frozen=True, slots=True)
class Request:
    """A prompt and how to continue it. `stops`: texts that end a reply for this model, beside the request's own."""

    number: int
    tokens: list[int]
    sampling: Sampling
    caller: Caller
    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The client of a request has left."""

    number: int


def work(connection: Connection, path: Path, options: Mapping[str, Any], budget: int, guesses: int) -> None:
    """The worker process: the first message says that the model is open (its context) or why not; then it serves until
    the parent hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        model = GgufModel(path, **options)
    except XuanjiError as error:
        connection.send(error)
        return
    connection.send(model.context)
    inbox: queue.SimpleQueue[Request | Withdrawn | None] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(connection, inbox), daemon=True).start()

    def tell(news: list[Told]) -> None:
        with contextlib.suppress(OSError):  # the parent has gone; the inbox says so too
            connection.send((news, loop.stats()))

    loop = Loop(model, tell, budget=budget, speculative_tokens=guesses)
    while True:
        while not (loop.busy and inbox.empty()):
            message = inbox.get()
            if message is None:
                os._exit(0)  # freeing gigabytes cell by cell helps nobody
            if isinstance(message, Withdrawn):
                loop.cancel(message.number)
            else:
                loop.add(Sequence(message.number, message.tokens, message.sampling, message.caller, message.stops))
            if not loop.busy:
                break
        loop.step()


def _receive(connection: Connection, inbox: queue.SimpleQueue[Any]) -> None:
    try:
        while True:
            inbox.put(connection.recv())
    except (EOFError, OSError):
        inbox.put(None)
