"""`ModelHttp`: requests to OpenAI-compatible servers. The only file that imports httpx; its errors end here.

It knows nothing of prompts, replicas or retries; `ServerTrouble` says whether another try may help.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from engine.chat_events import told
from engine.engine import EngineBusy, EngineFailed, PromptTooLong
from index.errors import XuanjiError

if TYPE_CHECKING:
    import httpx

_TOO_LONG = re.compile(
    r"context[ _](?:length|size|window)|maximum (?:model|sequence|input) length|max_model_len", re.IGNORECASE
)
_BUSY = 5
"""Seconds to stay away where a busy server does not say how long."""


class ServerTrouble(Exception):
    """A request failed; `error` is what the caller shall be told, `again` whether another try may help.

    `status` is that of the reply, 0 where there was none.
    """

    def __init__(self, error: XuanjiError, *, again: bool, status: int = 0) -> None:
        super().__init__(str(error))
        self.error = error
        self.again = again
        self.status = status


class Line:
    """The connection of one streamed reply, which `cut` closes at once from any thread, whatever it waits for."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._socket: socket.socket | None = None
        self._cut = False

    def cut(self) -> None:
        """End the connection, now or as soon as there is one."""
        with self._lock:
            self._cut = True
            if self._socket is not None:
                with suppress(OSError):  # the other side was faster
                    self._socket.shutdown(socket.SHUT_RDWR)

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """What httpx calls at each of its steps."""
        if event == "connection.connect_tcp.complete":
            with self._lock:
                # a handle of our own: httpx may close its, and the number of a closed one is soon another connection's
                self._socket = info["return_value"].get_extra_info("socket").dup()
                if self._cut:
                    self.cut()

    def release(self) -> None:
        """Give up the handle."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None


class ModelHttp:
    """A client with the key (sent as a bearer token) and the timeouts, in seconds. Close it after use.

    Short requests share a pool of connections. A generation has one of its own: closing it is the one sign to stop
    that every server understands, and making it costs nothing beside a generation.
    """

    def __init__(self, key: str = "", *, connect_seconds: float, read_seconds: float, short_seconds: float) -> None:
        import httpx

        self._httpx = httpx
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        # the system's certificates, so that a shop's own authority counts; no proxy of the environment is used
        common: dict[str, Any] = {"headers": headers, "trust_env": False, "verify": ssl.create_default_context()}
        short = httpx.Timeout(short_seconds, connect=min(connect_seconds, short_seconds))
        long = httpx.Timeout(read_seconds, connect=connect_seconds, pool=None)
        single = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self._short = httpx.Client(timeout=short, **common)
        self._long = httpx.Client(timeout=long, limits=single, **common)
        self._llama_servers: set[bytes] = set()

    def close(self) -> None:
        """Close all connections."""
        self._short.close()
        self._long.close()

    def get(self, url: str) -> Any:
        """The JSON at an address. Raises `ServerTrouble`."""
        return self._json(self._short.build_request("GET", url))

    def post(self, url: str, body: dict[str, Any]) -> Any:
        """The JSON reply to a JSON body. Raises `ServerTrouble`."""
        return self._json(self._short.build_request("POST", url, content=_dumped(body), headers=_JSON))

    def _json(self, request: httpx.Request) -> Any:
        url = str(request.url)
        with self._translated(url):
            response = self._short.send(request)
            self._note(response)
            if response.status_code != 200:
                raise _refused(url, response)
            try:
                return response.json()
            except ValueError as error:
                text = f"{url} did not answer with JSON; check model_url, which usually ends in /v1"
                raise ServerTrouble(EngineFailed(text), again=False, status=200) from error

    def stream(self, url: str, body: dict[str, Any], line: Line) -> Generator[bytes, None, None]:
        """The bytes of a streamed reply. Raises `ServerTrouble`, also where `line` was cut."""
        if self._httpx.URL(url).netloc in self._llama_servers:
            # it notices that a client has hung up when it sends something, so it shall do so while it reads the prompt
            body = body | {"return_progress": True}
        with (
            self._translated(url),
            self._long.stream(
                "POST", url, content=_dumped(body), headers=_JSON, extensions={"trace": line.trace}
            ) as response,
        ):
            self._note(response)
            if response.status_code != 200:
                response.read()
                raise _refused(url, response)
            yield from response.iter_bytes()

    def _note(self, response: httpx.Response) -> None:
        """Remember which servers are llama-server: others may refuse a field that they do not know."""
        if response.headers.get("Server") == "llama.cpp":
            self._llama_servers.add(response.url.netloc)

    @contextmanager
    def _translated(self, url: str) -> Iterator[None]:
        httpx = self._httpx
        try:
            yield
        except httpx.TimeoutException as error:
            connecting = isinstance(error, httpx.ConnectTimeout)
            what = "no connection was made" if connecting else "nothing was received"
            text = f"the model server {url} does not answer: {what} in time"
            raise ServerTrouble(EngineFailed(text), again=connecting) from error
        except httpx.TransportError as error:
            text = f"the model server {url} cannot be reached or hung up: {error}"
            raise ServerTrouble(EngineFailed(text), again=True) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ServerTrouble(EngineFailed(f"the model server {url}: {error}"), again=False) from error


_JSON = {"Content-Type": "application/json"}


def _dumped(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()


def _refused(url: str, response: httpx.Response) -> ServerTrouble:
    """What a reply other than 200 is to the caller."""
    try:
        words = told(response.json())
    except ValueError:
        words = told(response.text)
    status = response.status_code
    said = f"the model server {url} answered {status}: {words or response.reason_phrase}"
    wait = response.headers.get("Retry-After", "")
    if status == 429 or (status == 503 and wait):
        return ServerTrouble(EngineBusy(max(1, int(wait)) if wait.isdecimal() else _BUSY), again=True, status=status)
    if 400 <= status < 500 and _TOO_LONG.search(words):
        return ServerTrouble(too_long(url, words), again=False, status=status)
    advice = {
        401: "; check the setting model_key",
        403: "; check the setting model_key",
        404: "; check the settings model_url, which usually ends in /v1, and model_name",
    }
    failed = EngineFailed(said + advice.get(status, ""))
    return ServerTrouble(failed, again=status in (502, 503, 504), status=status)


def failed_on_the_way(url: str, words: str) -> ServerTrouble:
    """What an error inside a stream is to the caller."""
    if _TOO_LONG.search(words):
        return ServerTrouble(too_long(url, words), again=False)
    return ServerTrouble(EngineFailed(f"the model server {url} failed: {words}"), again=False)


def too_long(url: str, words: str) -> PromptTooLong:
    """The prompt is beyond what the server's model can hold."""
    return PromptTooLong(f"the prompt does not fit: {words} ({url}); shorten the question or the history")
