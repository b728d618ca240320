"""Replies as the web framework sends them: JSON, errors, server-sent events. The framework is imported by the first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from server.error_reply import ErrorReply
from server.problems import Problem

if TYPE_CHECKING:
    from starlette.responses import Response, StreamingResponse


def reply(body: Any, status: int = 200) -> Response:
    """A JSON object; arrays of numbers may stand in it."""
    from starlette.responses import Response

    return Response(orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY), status, media_type="application/json")


def refusal(path: str, problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """What a request for `path` is told instead of what it wanted."""
    from starlette.responses import Response

    told = ErrorReply.to(path, problem)
    return Response(told.body, told.status, {**told.headers, **(headers or {})}, told.media_type)


def nobody() -> Response:
    """For a client that has left; 499 is what is counted."""
    from starlette.responses import Response

    return Response(status_code=499)


def streamed(events: AsyncIterator[bytes], close: Callable[[], None]) -> Response:
    """Server-sent events; `close` is called when their connection ends."""
    return _streaming_class()(events, close)


def sse(data: bytes, name: str = "") -> bytes:
    """One server-sent event."""
    return (f"event: {name}\n".encode() if name else b"") + b"data: " + data + b"\n\n"


@cache
def _streaming_class() -> Callable[[AsyncIterator[bytes], Callable[[], None]], StreamingResponse]:
    from starlette.responses import StreamingResponse

    class Streamed(StreamingResponse):
        """Server-sent events that end with their connection: a client may leave while a piece is on its way to it, and
        then the iterator of events is dropped where it stands, without reaching its own end."""

        def __init__(self, events: AsyncIterator[bytes], close: Callable[[], None]) -> None:
            super().__init__(events, media_type="text/event-stream")
            self._close = close

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            try:
                await super().__call__(scope, receive, send)
            finally:
                self._close()

    return Streamed
