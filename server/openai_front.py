"""The OpenAI-compatible front: our answers, passages and vectors for clients that speak OpenAI's API and no other.

FastAPI reads the annotations of the routes, which is why they stand here as objects (see `server.app`).
"""

import base64
import time
import uuid
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import orjson

from answer.answer import Answer, Answered, Event, PassagesFound, Queued, Token
from index.embedding.embedder import Embedder
from index.embedding.tokens import TokenCounter
from index.errors import NothingPublished
from server.asking import ask
from server.error_reply import openai_error
from server.openai_wire import (
    ALIAS,
    ChatBody,
    ChatMessageBody,
    ChatRequest,
    ChatUsageBody,
    ChoiceBody,
    EmbeddingBody,
    EmbeddingRequest,
    EmbeddingsBody,
    ModelBody,
    ModelsBody,
)
from server.problems import ModelNotFound, Problem
from server.replies import reply, sse
from server.service import Service
from server.wire import AnswerBody

if TYPE_CHECKING:
    from fastapi import FastAPI

ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"description": about}
    for status, about in (
        (400, "The request is wrong, or asks for what is not served"),
        (404, "No such model or collection"),
        (413, "Body too large"),
        (500, "Something failed in the service"),
        (503, "Models still loading, nothing ingested yet, or too many requests; Retry-After says when to come back"),
    )
}
ERRORS[504] = {"description": "The answer took too long"}
ERRORS[503]["headers"] = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}, "required": True}}


def add(app: "FastAPI", service: Service) -> None:
    """Put the routes below /v1 on the application."""
    from fastapi import Request, Response  # seconds that --help need not wait for

    @app.post(
        "/v1/chat/completions",
        response_model=ChatBody,
        responses=ERRORS,
        summary="An answer with its sources, as OpenAI's chat completion; with stream true, as its chunks",
    )
    async def complete(body: ChatRequest, request: Request) -> Response:
        asked = body.asked(service.parts.model, service.settings)
        usage = body.stream_options is not None and bool(body.stream_options.include_usage)
        return await ask(service, asked, request, ChatForm(body.model, include_usage=usage))

    @app.get("/v1/models", response_model=ModelsBody, responses=ERRORS, summary="The names a request may call a model")
    async def models() -> Response:
        return reply(ModelsBody(await service.searches.run(partial(_models, service))))

    @app.get("/v1/models/{model:path}", response_model=ModelBody, responses=ERRORS, summary="One of them")
    async def model(model: str) -> Response:
        for known in await service.searches.run(partial(_models, service)):
            if known.id == model:
                return reply(known)
        raise ModelNotFound(f"there is no model {model!r}; GET /v1/models lists what is served")

    @app.post(
        "/v1/embeddings",
        response_model=EmbeddingsBody,
        responses=ERRORS,
        summary="The vectors of texts, by the service's own embedder",
    )
    async def embeddings(body: EmbeddingRequest) -> Response:
        embedder = service.parts.embedder
        texts = body.texts(embedder.name, embedder.dimension, service.settings)
        return reply(await service.searches.run(partial(_embedded, embedder, body, texts)))


class ChatForm:
    """An answer as chat completion objects, which name `model` as the request did."""

    def __init__(self, model: str, *, include_usage: bool) -> None:
        self._head: dict[str, Any] = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": model}
        self._include_usage = include_usage

    def event(self, item: Event) -> bytes:
        """Chunks: the role, then the text, then why it ended with `xuanji`, then the usage if asked for."""
        match item:
            case PassagesFound():
                return self._chunk({"role": "assistant", "content": ""})
            case Queued():
                return b": %d before this question\n\n" % item.ahead  # a comment: no client chokes on it
            case Token():
                return self._chunk({"content": item.text})
            case Answered(answer):
                last = self._chunk({}, "stop", xuanji=_grounds(answer))
                usage = self._object(choices=[], usage=_usage(answer)) if self._include_usage else b""
                return last + usage + sse(b"[DONE]")

    def error(self, problem: Problem) -> bytes:
        """The error object, which OpenAI's clients raise."""
        return sse(orjson.dumps(openai_error(problem)))

    def whole(self, answer: Answer) -> ChatBody:
        """The chat completion."""
        choices = [ChoiceBody(ChatMessageBody(answer.text))]
        return ChatBody(**self._head, choices=choices, usage=_usage(answer), xuanji=_grounds(answer))

    def _chunk(self, delta: Mapping[str, str], finish: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return self._object(choices=[choice], **({"usage": None} if self._include_usage else {}), **more)

    def _object(self, **fields: Any) -> bytes:
        return sse(orjson.dumps({**self._head, "object": "chat.completion.chunk", **fields}))


def _grounds(answer: Answer) -> dict[str, Any]:
    """The object of /ask without the text."""
    body = AnswerBody.of(answer)
    return {name: getattr(body, name) for name in AnswerBody.__slots__ if name != "answer"}


def _usage(answer: Answer) -> ChatUsageBody:
    usage = answer.usage
    total = usage.prompt_tokens + usage.completion_tokens
    return ChatUsageBody(usage.prompt_tokens, usage.completion_tokens, total, {"cached_tokens": usage.reused_tokens})


def _models(service: Service) -> list[ModelBody]:
    """The language model, one alias for each collection, the embedder."""
    parts = service.parts
    try:
        collections = parts.retriever.status()["collections"]
    except NothingPublished:
        collections = ()
    names = (parts.model, *(ALIAS + collection for collection in collections), parts.embedder.name)
    return [ModelBody(name, int(service.started)) for name in names]


def _embedded(embedder: Embedder, body: EmbeddingRequest, texts: list[str]) -> EmbeddingsBody:
    embed = embedder.embed_queries if body.input_type == "query" else embedder.embed_passages
    tokens = sum(TokenCounter(embedder.tokenizer_file).count(texts))
    data = [
        EmbeddingBody(_base64(row) if body.encoding_format == "base64" else row.tolist(), place)
        for place, row in enumerate(embed(texts))
    ]
    return EmbeddingsBody(data, body.model, {"prompt_tokens": tokens, "total_tokens": tokens})


def _base64(row: npt.NDArray[np.float32]) -> str:
    return base64.b64encode(row.astype("<f4").tobytes()).decode()
