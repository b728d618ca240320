"""The HTTP service: routes, and nothing that a command line could not do as well.

Handlers are async and never block: what blocks runs in a lane. FastAPI is imported by `create`, which is why this file
holds its annotations as objects and not as text (no `from __future__ import annotations`): FastAPI reads them.
"""

import asyncio
import base64
import hashlib
import re
import secrets
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import orjson

from answer.answer import Answered, Event, PassagesFound, Token
from answer.engine import Message
from index.errors import XuanjiError
from server.docs_page import docs_page
from server.lanes import Stream
from server.problems import MEDIA_TYPE, UNEXPECTED, NotAllowed, Problem
from server.rim import Rim
from server.service import Load, Service
from server.settings import Settings
from server.wire import AnswerBody, AskRequest, SearchBody, SearchRequest, passage_bodies

if TYPE_CHECKING:
    from fastapi import FastAPI


def create(settings: Settings, load: Load, on_failure: Callable[[], None] | None = None) -> "FastAPI":
    """The application. `load` opens the parts, in the background; `on_failure` is told where it cannot."""
    from fastapi import FastAPI, Request, Response  # seconds that --help need not wait for
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import StreamingResponse
    from starlette.exceptions import HTTPException

    service = Service(settings, load, on_failure)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.start()
        yield
        await asyncio.to_thread(service.stop)

    errors: dict[int | str, dict[str, Any]] = {
        status: {"description": about, "content": {MEDIA_TYPE: {}}}
        for status, about in (
            (422, "The request is wrong"),
            (403, "as_of without the right to preview"),
            (404, "No such collection"),
            (413, "Body too large"),
            (500, "Something failed in the service"),
            (503, "Models still loading, nothing ingested yet, storage out of reach, or too many requests"),
            (504, "The answer took too long"),
        )
    }
    seconds = {"description": "Seconds after which to try again", "schema": {"type": "integer"}, "required": True}
    errors[503]["headers"] = {"Retry-After": seconds}
    unready: dict[int | str, dict[str, Any]] = {503: errors[503], 500: errors[500]}
    app = FastAPI(
        title="Xuanji",
        version=version("xuanji"),
        summary="Answers customers' questions about a shop's own catalogue.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    app.add_middleware(Rim, max_body_bytes=settings.max_body_bytes, metrics=service.metrics)

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

    def may_preview(body: SearchRequest, request: Request) -> None:
        """Another day than today is seen by those alone who hold the key."""
        if body.as_of is not None:
            given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
            if not settings.preview_key or not secrets.compare_digest(given.encode(), settings.preview_key.encode()):
                raise NotAllowed("as_of needs the right to preview: send Authorization: Bearer PREVIEW_KEY")

    def reply(body: Any, status: int = 200) -> Response:
        return Response(orjson.dumps(body), status, media_type="application/json")

    def problem(found: Problem, headers: dict[str, str] | None = None) -> Response:
        return Response(orjson.dumps(found.as_dict()), found.status, found.headers | (headers or {}), MEDIA_TYPE)

    @app.exception_handler(XuanjiError)
    async def told(_: Request, error: XuanjiError) -> Response:
        return problem(Problem.of(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        return problem(Problem.of_status(422, _in_words(error.errors())))

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> Response:
        detail = "" if error.detail == Problem.of_status(error.status_code).title else str(error.detail)
        return problem(Problem.of_status(error.status_code, detail), dict(error.headers or {}))

    @app.post("/search", response_model=SearchBody, responses=errors, summary="The passages nearest to a query")
    async def search(body: SearchRequest, request: Request) -> Response:
        body.check(settings)
        may_preview(body, request)
        work = partial(
            service.parts.retriever.search,
            body.query,
            top_k=body.top_k,
            collection=body.collection,
            filters=body.filters,
            as_of=body.day,
        )
        found = await service.searches.run(work)
        return reply(SearchBody(passage_bodies(found.passages), found.snapshot))

    @app.post(
        "/ask",
        response_model=AnswerBody,
        responses=errors,
        summary="An answer with its sources; with stream true, as server-sent events",
    )
    async def ask(body: AskRequest, request: Request) -> Response:
        body.check(settings)
        may_preview(body, request)
        history = tuple(Message(turn.role, turn.content) for turn in body.history or ())
        work = partial(
            service.parts.answerer.ask,
            body.query,
            language=body.language,
            collection=body.collection,
            filters=body.filters,
            top_k=body.top_k,
            history=history,
            as_of=body.day,
        )
        stream = service.questions.start(work, settings.ask_seconds)
        try:
            first = await anext(stream)  # what is wrong with the request shows here, while a status can be sent
            if body.stream:
                events = _events(first, stream, service)
                return Streamed(events, stream.close)
            answer = await _unless_gone(request.receive, _last(first, stream))
        except BaseException:
            stream.close()
            raise
        if answer is None:
            stream.close()
            return Response(status_code=499)
        return reply(_finished(answer, service))

    @app.get("/healthz", summary="Whether the process lives")
    async def healthz() -> Response:
        return reply({"status": "ok"})

    @app.get("/readyz", responses=unready, summary="Whether questions can be answered")
    async def readyz() -> Response:
        return reply({"status": "ready", "snapshot": await service.searches.run(service.check)})

    @app.get("/status", responses=unready, summary="What is served")
    async def status() -> Response:
        parts = service.parts
        index = await service.searches.run(parts.retriever.status)
        uptime = round(time.time() - service.started, 1)
        return reply({"version": app.version, "uptime_seconds": uptime, "model": parts.model, **index})

    @app.get("/metrics", summary="Counters for Prometheus")
    async def metrics() -> Response:
        try:
            ready = service.parts.retriever.snapshot is not None
        except XuanjiError:
            ready = False
        return Response(service.metrics.text(ready=ready), media_type="text/plain; version=0.0.4")

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return page(docs_page(app.openapi()))

    front = (files("server") / "static" / "index.html").read_text(encoding="utf-8")

    @app.get("/", include_in_schema=False)
    async def root() -> Response:
        return page(front)

    def page(html: str) -> Response:
        return Response(html, media_type="text/html", headers={"Content-Security-Policy": _policy(html)})

    return app


async def _events(first: Any, stream: Stream[Any], service: Service) -> AsyncIterator[bytes]:
    """Server-sent events of one answer; the stream is closed when the client leaves."""
    try:
        yield _event(first, service)
        async for item in stream:
            yield _event(item, service)
    except XuanjiError as error:
        yield _sse("error", Problem.of(error).as_dict())
    except Exception:  # noqa: BLE001 - the status has been sent, so this is the last place that can tell the client
        traceback.print_exc()
        yield _sse("error", Problem.of_status(500, UNEXPECTED).as_dict())
    finally:
        stream.close()


def _event(item: Event, service: Service) -> bytes:
    match item:
        case PassagesFound():
            return _sse("passages", passage_bodies(item.passages))
        case Token():
            return _sse("token", {"text": item.text})
        case Answered():
            return _sse("answer", _finished(item, service))


def _sse(name: str, data: Any) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"


def _finished(item: Answered, service: Service) -> AnswerBody:
    body = AnswerBody.of(item.answer)
    service.metrics.count_tokens(body.usage.prompt_tokens, body.usage.completion_tokens)
    return body


async def _last(first: Any, stream: Stream[Any]) -> Answered:
    last = first
    async for item in stream:
        last = item
    assert isinstance(last, Answered), "the last event of an answer is the answer"
    return last


async def _unless_gone(receive: Callable[[], Awaitable[Any]], work: Awaitable[Answered]) -> Answered | None:
    """The result of `work`, or None where the client hangs up before it is there."""

    async def hang_up() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(hang_up())
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        leaving.cancel()


def _in_words(errors: Any) -> str:
    """Pydantic's findings as one line: where, and what is wrong there."""
    lines = []
    for error in errors:
        where = ".".join(str(part) for part in error["loc"][1:] if not isinstance(part, int) or len(error["loc"]) > 2)
        lines.append(f"{where}: {error['msg']}" if where else str(error["msg"]))
    return "; ".join(lines)


def _policy(html: str) -> str:
    """A content security policy under which only this very page's own script and style run."""
    sources = {"script": "'none'", "style": "'none'"}
    for tag in sources:
        digests = [
            base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            for content in re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        ]
        sources[tag] = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    return (
        f"default-src 'none'; script-src {sources['script']}; style-src {sources['style']}; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
