"""`Rim`: what happens to every request before and after the routes: its trace, the body limit, headers, counting, the
line in the log, and errors that nobody foresaw.

It speaks ASGI itself, so that a client that hangs up is noticed by the routes behind it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any

from server import trace
from server.error_reply import OPENAI, ErrorReply
from server.metrics import Metrics
from server.problems import UNEXPECTED, Problem, TooLarge
from server.trace import Trace
from server.tracing import Tracing

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
PROBES = ("/healthz", "/readyz", "/metrics")
"""What machines ask every few seconds: logged for those alone who want to see everything."""
FRONT = tuple(OPENAI + path for path in ("chat/completions", "models", "embeddings"))
ROUTES = ("/", "/ask", "/search", *FRONT, *PROBES, "/status", "/docs", "/openapi.json")
MODEL = f"{OPENAI}models/"
"""What stands in front of a model's name; names are not told apart."""

log = logging.getLogger("xuanji.access")

NOTHING_SENT = 499
"""Counted where the client left before there was a reply."""


class Rim:
    """Wraps an ASGI application. A body beyond `max_body_bytes`, announced or not, gets 413."""

    def __init__(self, app: App, max_body_bytes: int, metrics: Metrics, tracing: Tracing | None = None) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes
        self.metrics = metrics
        self.tracing = tracing

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        traced = Trace.of(_traceparent(scope))
        status = NOTHING_SENT

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *HEADERS, *_own(scope, traced)]
            await send(message)

        current = trace.begin(traced)
        try:
            await self._answered(scope, receive, counted)
        except Exception:  # the border of a request: the framework's own is outside, where nothing is counted
            if status != NOTHING_SENT:
                raise  # the server logs it, and breaks the connection so that the client sees the reply is not whole
            logging.getLogger("xuanji").exception("an unexpected error trace_id=%s", traced.id)
            await _refuse(scope, Problem.of_status(500, UNEXPECTED), counted)
        finally:
            self._ended(scope, status, time.perf_counter() - started, traced)
            trace.end(current)

    async def _answered(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            body = await self._body(scope, receive)
        except TooLarge as error:
            await _refuse(scope, Problem.of(error), send, (b"connection", b"close"))  # the rest of it stays unread
        else:
            await self.app(scope, _replay(body, receive), send)

    def _ended(self, scope: Message, status: int, seconds: float, traced: Trace) -> None:
        """Count, log and trace one request; no word of what was asked is in it."""
        path, route = scope["path"], "other"
        # unknown paths share one name, or a scanner would fill the memory with counters
        if path in ROUTES:
            route = path
        elif path.startswith(MODEL):
            route = f"{MODEL}{{model}}"
        self.metrics.count(route, status, seconds)
        level = logging.DEBUG if route in PROBES else logging.INFO
        words = "method=%s route=%s status=%d ms=%.1f trace_id=%s"
        log.log(level, words, scope["method"], route, status, 1000 * seconds, traced.id)
        if self.tracing is not None and route not in PROBES:
            self.tracing.tell(traced, scope["method"], route, status)

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


async def _refuse(scope: Message, problem: Problem, send: Send, *headers: tuple[bytes, bytes]) -> None:
    told = ErrorReply.to(scope["path"], problem)
    described = [(b"content-type", told.media_type.encode()), (b"content-length", str(len(told.body)).encode())]
    await send({"type": "http.response.start", "status": told.status, "headers": [*described, *headers]})
    await send({"type": "http.response.body", "body": told.body})


def _traceparent(scope: Message) -> str:
    """The caller's header; "" where there is none, or more than one."""
    found = [value for name, value in scope["headers"] if name == b"traceparent"]
    return found[0].decode("latin-1") if len(found) == 1 else ""


def _own(scope: Message, traced: Trace) -> Iterator[tuple[bytes, bytes]]:
    """The headers by which a caller can name this request."""
    yield b"x-trace-id", traced.id.encode()
    if scope["path"].startswith(OPENAI):
        yield b"x-request-id", traced.id.encode()  # by this name OpenAI's clients show it
