"""`ask`: one question over HTTP: begun in its lane, told piece by piece or whole, stopped when its client leaves.

It does not know what an answer looks like on the wire: that is the `Form`'s affair.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from answer.answer import Answer, Answered, Event
from engine.engine import Caller, Message
from index.errors import XuanjiError
from server.lanes import Stream
from server.problems import UNEXPECTED, NotAllowed, Problem
from server.replies import nobody, reply, streamed
from server.service import Service
from server.settings import Settings
from server.trace import current_trace, trace_id
from server.wire import AskRequest, SearchRequest

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


class Form(Protocol):
    """How an answer is told: its events and an error on the way as server-sent events, or all of it as one object."""

    def event(self, item: Event) -> bytes:
        """A piece of a streamed answer."""
        ...

    def error(self, problem: Problem) -> bytes:
        """The last piece of one that failed."""
        ...

    def whole(self, answer: Answer) -> Any:
        """The JSON object of an answer that is not streamed."""
        ...


def admit(body: SearchRequest, request: Request, settings: Settings) -> None:
    """Hold a request to the limits; another day than today is seen by those alone who hold the key.

    Raises BadRequest or NotAllowed.
    """
    body.check(settings)
    if body.as_of is not None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if not settings.preview_key or not secrets.compare_digest(given.encode(), settings.preview_key.encode()):
            raise NotAllowed("as_of needs the right to preview: send Authorization: Bearer PREVIEW_KEY")


async def ask(service: Service, body: AskRequest, request: Request, form: Form) -> Response:
    """The reply to a question, in `form`."""
    admit(body, request, service.settings)
    client = request.client.host if request.client else ""
    seconds = service.settings.ask_seconds
    stream = service.questions.start(_work(service, body, client), seconds, batch=body.batch)
    try:
        first = await anext(stream)  # what is wrong with the request shows here, while a status can be sent
        if body.stream:
            return streamed(_events(first, stream, service, form), stream.close)
        answered = await _unless_gone(request.receive, _last(first, stream))
    except BaseException:
        stream.close()
        raise
    if answered is None:
        stream.close()
        return nobody()
    _note(answered.answer, service)
    return reply(form.whole(answered.answer))


def _work(service: Service, body: AskRequest, client: str) -> Any:
    return partial(
        service.parts.answerer.ask,
        body.query,
        language=body.language,
        collection=body.collection,
        filters=body.filters,
        top_k=body.top_k,
        history=tuple(Message(turn.role, turn.content) for turn in body.history or ()),
        as_of=body.day,
        caller=Caller(client=client, batch=body.batch, seconds=service.settings.ask_seconds),
    )


async def _events(first: Event, stream: Stream[Event], service: Service, form: Form) -> AsyncIterator[bytes]:
    """Server-sent events of one answer; the stream is closed when the client leaves."""
    try:
        yield form.event(first)
        async for item in stream:
            if isinstance(item, Answered):
                _note(item.answer, service)
            yield form.event(item)
    except XuanjiError as error:
        yield form.error(Problem.of(error))
    except Exception:  # the status has been sent, so this is the last place that can tell the client
        logging.getLogger("xuanji").exception("an unexpected error trace_id=%s", trace_id())
        yield form.error(Problem.of_status(500, UNEXPECTED))
    finally:
        stream.close()


def _note(answer: Answer, service: Service) -> None:
    service.metrics.count_answer(answer)
    current_trace().answered(answer.timings_ms)


async def _last(first: Event, stream: Stream[Event]) -> Answered:
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
