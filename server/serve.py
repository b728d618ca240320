"""`xuanji serve`: one process that listens, loads in the background, and shuts down gracefully."""

from __future__ import annotations

import os
import signal
import socket
import sys
from functools import partial

from index.errors import BadRequest
from server.app import create
from server.parts import open_for_long
from server.service import Stopped
from server.settings import Settings
from server.talk import log_requests, say
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

        def tell(what: str, fraction: float) -> None:
            if server.should_exit:
                raise Stopped
            progress(what, fraction)

        app = create(settings, partial(open_for_long, settings, tell), give_up)
        config = uvicorn.Config(
            app,
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
        )
        server = uvicorn.Server(config)
        log_requests()
        shown = f"[{host}]" if ":" in host else host
        say(f"listening on http://{shown}:{port} (/docs describes the service; Ctrl-C ends it)")
        for number in (signal.SIGINT, signal.SIGTERM):
            # uvicorn raises the signal that ended it once more, when all is closed; being told to stop is no failure
            # (before uvicorn listens to signals itself, this is what ends it)
            signal.signal(number, lambda *_: give_up())
        server.run(sockets=[listening])
    service = app.state.service
    code = 3 if service.failure else 0
    if service.loading:
        # a library is computing in the loader's thread, which cannot be interrupted, and which would crash the
        # interpreter if that were shut down around it
        sys.stderr.flush()
        os._exit(code)
    return code


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
