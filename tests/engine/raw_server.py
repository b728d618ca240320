"""`RawServer`: a model server of a few lines that behaves as oddly as a test wants it to."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from tests.waiting import LONGEST

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
OPEN = HEAD + b"Connection: close\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
DONE = b"data: [DONE]\n\n"

Reply = Callable[[socket.socket], None]


def event(text: str, finish: str | None = None) -> bytes:
    """One event of a streamed reply, not ASCII alone."""
    found = {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}
    return b"data: " + json.dumps(found, ensure_ascii=False).encode() + b"\n\n"


def status(line: str, body: str = "", headers: str = "") -> bytes:
    """A whole reply that is no stream."""
    return f"HTTP/1.1 {line}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n{body}".encode()


ANSWER = OPEN + event("tea", "stop") + DONE


@dataclass
class RawServer:
    """Answers the n-th connection with the n-th reply (bytes, or what is done with the connection), then the last.

    `requests` are those seen, `hung_up` is set when a client has closed a connection after its reply.
    """

    replies: list[bytes | Reply]
    requests: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/v1"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> RawServer:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(LONGEST)

    @property
    def bodies(self) -> list[Any]:
        """What was asked for, request by request."""
        return [body for _, _, body in self.requests]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as file:
            first, *lines = iter(lambda: file.readline().decode().strip(), "")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            body = json.loads(file.read(int(headers.get("content-length", 0))) or b"null")
            reply = self.replies[min(len(self.requests), len(self.replies) - 1)]
            self.requests.append((first, headers, body))
            try:
                if isinstance(reply, bytes):
                    connection.sendall(reply)
                else:
                    reply(connection)
            except OSError:
                self.hung_up.set()


def silent(*before: bytes) -> Reply:
    """Sends these bytes, then nothing, until the client hangs up."""

    def reply(connection: socket.socket) -> None:
        connection.sendall(b"".join(before))
        connection.recv(1)
        raise ConnectionError

    return reply


def endless(connection: socket.socket) -> None:
    """A token every few milliseconds, without end."""
    connection.sendall(OPEN)
    connection.settimeout(0.005)
    while True:
        connection.sendall(event("tea "))
        try:
            connection.recv(1)
            raise ConnectionError
        except TimeoutError:
            continue


def byte_by_byte(data: bytes) -> bytes:
    """A reply whose every byte comes as a chunk of its own."""
    return CHUNKED + b"".join(b"1\r\n%c\r\n" % byte for byte in data) + b"0\r\n\r\n"
