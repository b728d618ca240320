"""`ChatEvent`: what a streamed chat completion tells, piece by piece; bytes in, events out, wherever they are cut."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.engine import Usage


class NoChatEvent(ValueError):
    """The server sent something else than the events of a chat completion."""


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """One event. `token` says that the model made something, even where it is no text of the reply (a thought).

    `finished`: no text follows; `last`: nothing does. `usage` where the event carries it. `error` is the server's own.
    """

    text: str = ""
    token: bool = False
    finished: bool = False
    last: bool = False
    usage: Usage | None = None
    error: str = ""


class ChatEvents:
    """Server-sent events as they arrive. Their text is whole characters, and lines end at line ends only: a reply may
    hold U+2028 or U+0085, which `str.splitlines` would take for one."""

    def __init__(self) -> None:
        utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._decoder = io.IncrementalNewlineDecoder(utf8, translate=True)
        # JSON spells a rare character as two halves, which may come in two events
        self._halves = codecs.getincrementaldecoder("utf-16-le")("replace")
        self._line = ""
        self._data: list[str] = []

    def push(self, data: bytes) -> Iterator[ChatEvent]:
        """The events that these bytes complete. Raises `NoChatEvent`."""
        *lines, self._line = (self._line + self._decoder.decode(data)).split("\n")
        for line in lines:
            field, _, value = line.partition(":")
            if field == "data":
                self._data.append(value.removeprefix(" "))
            elif not line and self._data:
                event, self._data = "\n".join(self._data), []
                yield self._event(event)

    def _event(self, data: str) -> ChatEvent:
        if data.strip() == "[DONE]":
            return ChatEvent(finished=True, last=True)
        try:
            found = json.loads(data)
            if error := found.get("error"):
                return ChatEvent(error=told(error))
            usage = _usage(found.get("usage"))
            if not (choices := found.get("choices")):
                return ChatEvent(usage=usage)
            delta = choices[0].get("delta") or {}
            text = delta.get("content") or ""
            thought = delta.get("reasoning_content") or delta.get("reasoning") or ""
            finished = bool(choices[0].get("finish_reason"))
            return ChatEvent(self._whole(text), bool(text or thought), finished, usage=usage)
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            raise NoChatEvent(f"{data[:100]!r}") from error

    def _whole(self, text: str) -> str:
        return self._halves.decode(text.encode("utf-16-le", "surrogatepass"))


def told(error: Any) -> str:
    """The words of an error object, in any of the shapes that servers give it."""
    while isinstance(error, dict):
        error = error.get("error") or error.get("message") or error.get("detail") or json.dumps(error)
    return " ".join(str(error).split())[:300]


def _usage(found: Any) -> Usage | None:
    if not found:
        return None
    details = found.get("prompt_tokens_details") or {}
    return Usage(
        int(found.get("prompt_tokens") or 0),
        int(found.get("completion_tokens") or 0),
        int(details.get("cached_tokens") or 0),
    )
