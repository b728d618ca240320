"""The HTTP service: routes, and nothing that a command line could not do as well.

Handlers are async and never block: what blocks runs in a lane. FastAPI is imported by `create`, which is why this file
holds its annotations as objects and not as text (no `from __future__ import annotations`): FastAPI reads them.
"""

import asyncio
import base64
import hashlib
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import orjson

from answer.answer import Answer, Answered, Event, PassagesFound, Queued, Token
from index.errors import XuanjiError
from server import openai_front
from server.asking import admit, ask
from server.docs_page import docs_page
from server.metrics import MEDIA_TYPE as METRICS_TYPE
from server.problems import MEDIA_TYPE, Problem
from server.replies import refusal, reply, sse
from server.rim import Rim
from server.service import Load, Service
from server.settings import Settings
from server.trace import current_trace
from server.tracing import Tracing
from server.wire import AnswerBody, AskRequest, SearchBody, SearchRequest, passage_bodies

if TYPE_CHECKING:
    from fastapi import FastAPI


def create(settings: Settings, load: Load, on_failure: Callable[[], None] | None = None) -> "FastAPI":
    """The application. `load` opens the parts, in the background; `on_failure` is told where it cannot."""
    from fastapi import FastAPI, Request, Response  # seconds that --help need not wait for
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

    service = Service(settings, load, on_failure)
    tracing = Tracing(settings.otlp_endpoint) if settings.otlp_endpoint else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.start()
        yield
        await asyncio.to_thread(service.stop)
        if tracing is not None:
            await asyncio.to_thread(tracing.close)

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
    app.add_middleware(Rim, max_body_bytes=settings.max_body_bytes, metrics=service.metrics, tracing=tracing)

    @app.exception_handler(XuanjiError)
    async def told(request: Request, error: XuanjiError) -> Response:
        return refusal(request.url.path, Problem.of(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return refusal(request.url.path, _invalid(error.errors()))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        detail = "" if error.detail == Problem.of_status(error.status_code).title else str(error.detail)
        return refusal(request.url.path, Problem.of_status(error.status_code, detail), error.headers)

    @app.post("/search", response_model=SearchBody, responses=errors, summary="The passages nearest to a query")
    async def search(body: SearchRequest, request: Request) -> Response:
        admit(body, request, settings)
        work = partial(
            service.parts.retriever.search,
            body.query,
            top_k=body.top_k,
            collection=body.collection,
            filters=body.filters,
            as_of=body.day,
        )
        with current_trace().stage("retrieve"):
            found = await service.searches.run(work)
        return reply(SearchBody(passage_bodies(found.passages), found.snapshot))

    @app.post(
        "/ask",
        response_model=AnswerBody,
        responses=errors,
        summary="An answer with its sources; with stream true, as server-sent events",
    )
    async def ask_(body: AskRequest, request: Request) -> Response:
        return await ask(service, body, request, AskForm())

    openai_front.add(app, service)

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
        return Response(service.metrics.text(ready=ready), media_type=METRICS_TYPE)

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


class AskForm:
    """The answer as /ask tells it: named events, and the documented object."""

    def event(self, item: Event) -> bytes:
        """`passages`, `token` and `answer`."""
        match item:
            case PassagesFound():
                return sse(orjson.dumps(passage_bodies(item.passages)), "passages")
            case Queued():
                return sse(orjson.dumps({"ahead": item.ahead}), "queued")
            case Token():
                return sse(orjson.dumps({"text": item.text}), "token")
            case Answered():
                return sse(orjson.dumps(self.whole(item.answer)), "answer")

    def error(self, problem: Problem) -> bytes:
        """The problem that a plain request would have been told."""
        return sse(orjson.dumps(problem.as_dict()), "error")

    def whole(self, answer: Answer) -> AnswerBody:
        """The reply of /ask."""
        return AnswerBody.of(answer)


def _invalid(errors: Any) -> Problem:
    """Pydantic's findings as one line: where, and what is wrong there."""
    lines, places = [], []
    for error in errors:
        where = ".".join(str(part) for part in error["loc"][1:] if not isinstance(part, int) or len(error["loc"]) > 2)
        lines.append(f"{where}: {error['msg']}" if where else str(error["msg"]))
        places.append(where)
    return replace(Problem.of_status(422, "; ".join(lines)), param=places[0] or None)


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
