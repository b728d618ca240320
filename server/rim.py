"""`Rim`: what happens to every request before and after the routes: the body limit, headers, counting, and errors
that nobody foresaw.

It speaks ASGI itself, so that a client that hangs up is noticed by the routes behind it.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from server.metrics import Metrics
from server.problems import MEDIA_TYPE, UNEXPECTED, Problem, TooLarge

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)
ROUTES = ("/", "/ask", "/search", "/healthz", "/readyz", "/status", "/metrics", "/docs", "/openapi.json")

NOTHING_SENT = 499
"""Counted where the client left before there was a reply."""


class Rim:
    """Wraps an ASGI application. A body beyond `max_body_bytes`, announced or not, gets 413."""

    def __init__(self, app: App, max_body_bytes: int, metrics: Metrics) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes
        self.metrics = metrics

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = NOTHING_SENT

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        try:
            body = await self._body(scope, receive)
            await self.app(scope, _replay(body, receive), counted)
        except TooLarge as error:
            await _refuse(Problem.of(error), counted, (b"connection", b"close"))  # the rest of the body stays unread
        except Exception:  # the border of a request: the framework's own is outside, where nothing is counted
            if status != NOTHING_SENT:
                raise  # the server logs it, and breaks the connection so that the client sees the reply is not whole
            traceback.print_exc()
            await _refuse(Problem.of_status(500, UNEXPECTED), counted)
        finally:
            # unknown paths share one name, or a scanner would fill the memory with counters
            route = scope["path"] if scope["path"] in ROUTES else "other"
            self.metrics.count(route, status, time.perf_counter() - started)

    async def _body(self, scope: Message, receive: Receive) -> list[Message]:
        """The messages that make up the body; none where no body was announced."""
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        if b"transfer-encoding" not in headers and length == b"0":
            return []
        if length.isdigit() and int(length) > self.max_body_bytes:
            raise self._too_large()
        messages, size = [], 0
        while True:
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            if size > self.max_body_bytes:
                raise self._too_large()
            if message["type"] != "http.request" or not message.get("more_body", False):
                return messages

    def _too_large(self) -> TooLarge:
        return TooLarge(f"the request body is larger than {self.max_body_bytes} bytes (setting max_body_bytes)")


def _replay(messages: list[Message], receive: Receive) -> Receive:
    waiting = iter(messages)

    async def replayed() -> Message:
        return next(waiting, None) or await receive()

    return replayed


async def _refuse(problem: Problem, send: Send, *headers: tuple[bytes, bytes]) -> None:
    body = orjson.dumps(problem.as_dict())
    described = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": problem.status, "headers": described})
    await send({"type": "http.response.body", "body": body})
