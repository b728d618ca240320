"""`RemoteGeneration`: a reply on its way from a model server.

A thread of its own reads it (`Reading`), so that a caller can give up at any moment, whatever the server does.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from types import TracebackType
from typing import Any

from engine.chat_events import ChatEvent, ChatEvents, NoChatEvent
from engine.engine import Caller, EngineBusy, EngineFailed, EngineTooSlow, Usage
from engine.model_server import Line, ModelHttp, ServerTrouble, failed_on_the_way
from engine.replicas import Replicas
from index.errors import XuanjiError

_END = None
_PAUSES = (0.2, 0.8)
"""Seconds before each further try, where no other replica is left to try at once."""


class Reading:
    """Sends `body` to one of `replicas` and reads the reply. It holds nothing of the caller's side.

    `key` is what a replica is chosen by; `ended` is called at the end. Another try is made only before the first token.
    """

    def __init__(
        self, http: ModelHttp, replicas: Replicas, key: str, body: dict[str, Any], ended: Callable[[Reading], None]
    ) -> None:
        self.pieces: queue.SimpleQueue[str | XuanjiError | None] = queue.SimpleQueue()
        self.usage = Usage()
        self.begun = False
        self.url = ""
        self._http = http
        self._replicas = replicas
        self._key = key
        self._body = body
        self._ended = ended
        self._line = Line()
        self._cut = threading.Event()
        self.thread = threading.Thread(target=self._run, name="model server", daemon=True)

    def cut(self) -> None:
        """Stop at once; the iteration ends after the pieces already made."""
        self._cut.set()
        self._line.cut()
        self.pieces.put(_END)

    def _run(self) -> None:
        error: XuanjiError | None = None
        try:
            error = self._tried()
        except Exception as failure:  # noqa: BLE001  the border of a thread: the caller gets the error
            error = EngineFailed(f"the model server {self.url}: {failure}")
        finally:
            self._ended(self)
            self.pieces.put(error)

    def _tried(self) -> XuanjiError | None:
        replicas = self._replicas
        busy: EngineBusy | None = None
        pauses = iter(_PAUSES)
        spare = len(replicas.urls) - 1
        while not self._cut.is_set():
            self.url = replicas.take(self._key)
            try:
                self._read(self.url)
                return None
            except ServerTrouble as trouble:
                if self._cut.is_set():
                    return None
                busy = trouble.error if isinstance(trouble.error, EngineBusy) else busy
                if self.begun or not trouble.again:
                    return trouble.error
                left = replicas.rest(self.url)
                if left and spare > 0:
                    spare -= 1
                elif (pause := next(pauses, None)) is None:
                    return busy or trouble.error
                else:
                    self._cut.wait(pause)
            finally:
                replicas.give(self.url)
        return None

    def _read(self, url: str) -> None:
        finished, made = False, 0
        events = self._events(url)
        try:
            for event in events:
                if event.usage is not None:
                    self.usage = event.usage
                elif event.token:
                    made += 1
                    self.usage = Usage(self.usage.prompt_tokens, made, self.usage.reused_tokens)
                if event.token:
                    self.begun = True
                    self.pieces.put(event.text)
                finished = finished or event.finished
                if event.last:
                    return
        except ServerTrouble:
            if not finished:  # else all of the text is there, and no more than the counts are missing
                raise
        finally:
            events.close()
        if not finished:
            failed = EngineFailed(f"the model server {url} ended the reply before it was finished")
            raise ServerTrouble(failed, again=False)

    def _events(self, url: str) -> Generator[ChatEvent, None, None]:
        events = ChatEvents()
        try:
            with closing(self._http.stream(f"{url}/chat/completions", self._body, self._line)) as stream:
                for data in stream:
                    for event in events.push(data):
                        if event.error:
                            raise failed_on_the_way(url, event.error)
                        yield event
        except NoChatEvent as error:
            failed = EngineFailed(f"the model server {url} sent something else than a chat completion: {error}")
            raise ServerTrouble(failed, again=False) from error
        finally:
            self._line.release()


class RemoteGeneration:
    """The caller's side. What the server counts is known at the end of the reply; until then `usage` counts pieces."""

    def __init__(self, reading: Reading, caller: Caller, first_seconds: float, next_seconds: float) -> None:
        self._reading = reading
        self._seconds = caller.seconds
        self._first_seconds, self._next_seconds = first_seconds, next_seconds
        self._started = time.monotonic()
        self._ended = False

    def __iter__(self) -> RemoteGeneration:
        return self

    def __next__(self) -> str:
        while not self._ended:
            try:
                left = self._left()
                if not left and self._reading.thread.is_alive():
                    raise queue.Empty
                piece = self._reading.pieces.get(timeout=left)
            except queue.Empty:
                self._end()
                raise self._late() from None
            if isinstance(piece, str):
                if piece:
                    return piece
                continue  # a thought, which is no part of the reply, is a sign of life
            self._end()
            if piece is not _END:
                raise piece
        raise StopIteration

    def _left(self) -> float:
        elapsed = time.monotonic() - self._started
        patience = self._next_seconds if self._reading.begun else self._first_seconds - elapsed
        return max(0.0, min(patience, self._seconds - elapsed))

    def _late(self) -> XuanjiError:
        if time.monotonic() - self._started >= self._seconds:
            return EngineTooSlow(f"the answer was not finished within {self._seconds:g} s")
        if self._reading.begun:
            what = f"stopped in the middle of its reply for {self._next_seconds:g} s"
        else:
            what = f"sent nothing for {self._first_seconds:g} s"
        return EngineFailed(f"the model server {self._reading.url} {what}")

    def _end(self) -> None:
        self._ended = True
        self._reading.cut()

    def waiting(self) -> Iterator[int]:
        """Nothing: a server does not tell how many it serves before."""
        return iter(())

    def cancel(self) -> None:
        """Close the connection, by which the server stops; the iteration ends after the pieces already made."""
        self._reading.cut()

    close = cancel

    @property
    def usage(self) -> Usage:
        """Counts so far; final once the iteration has ended. A server that tells none leaves the prompt's at 0."""
        return self._reading.usage

    def __enter__(self) -> RemoteGeneration:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cancel()

    def __del__(self) -> None:  # a caller that hung up without closing must not hold a place on the server
        self._reading.cut()
