"""`xuanji serve`: one process that listens, loads in the background, and shuts down gracefully."""

from __future__ import annotations

import signal
import socket
from functools import partial

from index.errors import BadRequest
from server.app import create
from server.parts import open_parts
from server.settings import Settings
from server.talk import say
from server.terminal import preparing

GRACE = 10
"""Seconds that running requests are given when the service is told to stop."""


def serve(settings: Settings) -> int:
    """Run until told to stop. 0, or 3 where the parts could not be opened; BadRequest where it cannot listen."""
    import uvicorn

    listening = listen(settings.host, settings.port)
    host, port = listening.getsockname()[:2]
    with listening, preparing() as progress:
        server: uvicorn.Server

        def give_up() -> None:
            server.should_exit = True

        app = create(settings, partial(open_parts, settings, progress), give_up)
        config = uvicorn.Config(
            app,
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
        )
        server = uvicorn.Server(config)
        shown = f"[{host}]" if ":" in host else host
        say(f"listening on http://{shown}:{port} (/docs describes the service; Ctrl-C ends it)")
        for number in (signal.SIGINT, signal.SIGTERM):
            # uvicorn raises the signal that ended it once more, when all is closed; being told to stop is no failure
            signal.signal(number, lambda *_: None)
        server.run(sockets=[listening])
        return 3 if app.state.service.failure else 0


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises BadRequest where the address cannot be had."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=2048)
        # head and body of a reply are two writes; without this the second waits 40 ms for the first's receipt
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except OSError as error:
        raise BadRequest(f"cannot listen on {host}:{port}: {error.strerror}; name another port with --port") from error
