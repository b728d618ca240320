"""`RemoteEngine`: an `Engine` on OpenAI-compatible servers (vLLM, SGLang, llama-server), one or several replicas.

It knows no file of a model and no tokenizer.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import PurePosixPath

from engine.chat_request import chat_request
from engine.engine import NOBODY, Caller, EngineFailed, Message, Sampling
from engine.model_server import ModelHttp, ServerTrouble
from engine.remote_count import TokenCounter
from engine.remote_generation import Reading, RemoteGeneration
from engine.replicas import Replicas

_PATIENCE = 5.0
"""Seconds that closing waits for the threads of generations that were cut."""


class RemoteEngine:
    """`urls` are base addresses such as "http://10.0.0.5:8080/v1", all with the same model; `key` is their API key.

    `model` is the name to ask for, else the first that a server lists. `context` is what one request may hold on the
    servers, in tokens. Seconds: to connect, to the first token (the server's own queue included), between tokens.
    A prompt that a server cannot take yet, or at all, is told by the iteration (`EngineBusy`, `PromptTooLong`), for
    `generate` does not wait for it.

    A tenant's prompts are kept apart by vLLM and SGLang (`cache_salt`); llama-server has no such thing, so there the
    tenants of whom none may learn what another asked need a server each. Being fair between clients, and letting
    `batch` work give way, is the server's affair too.

    Raises `EngineFailed` where no name is given and no server answers.
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        key: str = "",
        model: str = "",
        context: int = 4096,
        connect_seconds: float = 5.0,
        first_seconds: float = 60.0,
        next_seconds: float = 30.0,
    ) -> None:
        self._first_seconds, self._next_seconds = first_seconds, next_seconds
        self._http = ModelHttp(
            key,
            connect_seconds=connect_seconds,
            # the caller's side keeps the time; this ends a thread that nobody listens to any more
            read_seconds=2 * max(first_seconds, next_seconds),
            short_seconds=2.0,
        )
        self._replicas = Replicas([url.rstrip("/") for url in urls])
        self._lock = threading.Lock()
        self._readings: set[Reading] = set()
        self._closed = False
        try:
            self._asked_for = model or self._first_model()
        except EngineFailed:
            self._http.close()
            raise
        # a server of one file calls its model by the path of the file, which is nobody's business
        path = PurePosixPath(self._asked_for.replace("\\", "/"))
        self.model = path.stem if path.suffix == ".gguf" else self._asked_for
        self.context = context
        self._counter = TokenCounter(self._http, self._asked_for, lambda: self._replicas.urls[0])

    def _first_model(self) -> str:
        failure = EngineFailed("no model server is named; set model_url")
        for url in self._replicas.urls:
            try:
                return str(self._http.get(f"{url}/models")["data"][0]["id"])
            except ServerTrouble as trouble:
                self._replicas.rest(url)
                failure = EngineFailed(str(trouble))
            except (LookupError, TypeError):
                failure = EngineFailed(f"the model server {url} lists no models; name one with model_name")
        raise failure

    def count(self, text: str) -> int:
        """How many tokens `text` is, as the server tells; where it does not, `remote_count.estimate`."""
        return self._counter.count(text)

    def generate(self, messages: Sequence[Message], sampling: Sampling, caller: Caller = NOBODY) -> RemoteGeneration:
        """Send a request and return. Raises `EngineFailed` when closed, and `BadRequest` for a schema that is none."""
        body = chat_request(self._asked_for, messages, sampling, caller.tenant)
        reading = Reading(self._http, self._replicas, _beginning(messages, caller.tenant), body, self._forget)
        with self._lock:
            if self._closed:
                raise EngineFailed("the language model has been closed")
            reading.thread.start()  # before anyone can join it
            self._readings.add(reading)
        return RemoteGeneration(reading, caller, self._first_seconds, self._next_seconds)

    def _forget(self, reading: Reading) -> None:
        with self._lock:
            self._readings.discard(reading)

    def close(self) -> None:
        """Cut every generation under way and close the connections. May be called again."""
        with self._lock:
            self._closed = True
            readings = list(self._readings)
        for reading in readings:
            reading.pieces.put(EngineFailed("the language model has been closed"))
            reading.cut()
        for reading in readings:
            reading.thread.join(_PATIENCE)
        self._http.close()


def _beginning(messages: Sequence[Message], tenant: str) -> str:
    """What a replica is chosen by: the tenant, and what the prompts of a growing conversation have in common. The last
    message is left out, for it begins with search results."""
    return "\n".join([tenant, *(message.content for message in messages[:-1][:2])])
