"""A real server on a free port of the loopback interface, for tests that speak HTTP."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import uvicorn

from server.app import create
from server.serve import listen
from server.service import Load
from server.settings import Settings
from tests.waiting import LONGEST


@dataclass(frozen=True, slots=True)
class Running:
    """Where the server listens, and a client that speaks to it."""

    host: str
    port: int
    http: httpx.Client

    def send(self, raw: bytes) -> socket.socket:
        """A connection on which these bytes were sent."""
        connection = socket.create_connection((self.host, self.port), timeout=10)
        connection.sendall(raw)
        return connection


@contextmanager
def running(settings: Settings, load: Load, *, ready: bool = True) -> Iterator[Running]:
    """Start a server, wait until it has loaded (unless not `ready`), and stop it at the end."""
    app = create(settings, load)
    listening = listen("127.0.0.1", 0)
    host, port = listening.getsockname()
    server = uvicorn.Server(uvicorn.Config(app, lifespan="on", log_level="critical", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        with httpx.Client(base_url=f"http://{host}:{port}", timeout=120, trust_env=False) as http:
            http.get("/healthz")  # the socket listens already, so this waits until the server answers
            if ready:
                app.state.service._loader.join(LONGEST)
            yield Running(host, port, http)
    finally:
        server.should_exit = True
        thread.join(LONGEST)
        listening.close()
