"""`Problem`: an error as HTTP tells it (RFC 9457), decided once, in one table from exception class to status."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from engine.engine import EngineBusy, EngineFailed, EngineTooSlow, PromptTooLong
from index.errors import (
    BadRequest,
    EmbedderMismatch,
    EmptyFolder,
    MissingPackage,
    ModelUnusable,
    NotFound,
    NothingPublished,
    SnapshotDamaged,
    StorageUnavailable,
    WriterBusy,
    XuanjiError,
)
from ingest.document import Refused
from server.settings import BadSetting
from server.trace import trace_id

MEDIA_TYPE = "application/problem+json"


class NotReady(XuanjiError):
    """The service has been started, and is still loading its models or has failed to."""


class TooBusy(XuanjiError):
    """More requests of one kind are under way than may be. `retry_after` is in seconds."""

    def __init__(self, what: str, retry_after: int = 1) -> None:
        super().__init__(f"too many {what} at the same time; try again in {retry_after} s")
        self.retry_after = retry_after


class NotAllowed(XuanjiError):
    """The caller has no right to what the request asks for."""


class BadParameter(BadRequest):
    """One named parameter of a request is wrong, or asks for what is not there."""

    def __init__(self, param: str, what: str) -> None:
        super().__init__(f"{param} {what}")
        self.param = param


class ModelNotFound(NotFound):
    """The request names a model that is not served."""

    param = "model"


class TooLarge(BadRequest):
    """The request body exceeds the limit."""


class TooSlow(XuanjiError):
    """The answer was not finished within the time that a setting allows."""


class TooLong(XuanjiError):
    """The nightly job took longer than a setting allows; nothing was published."""


STATUS: dict[type[XuanjiError], int] = {
    XuanjiError: 500,
    BadRequest: 422,
    BadSetting: 500,
    BadParameter: 422,
    PromptTooLong: 422,
    Refused: 422,
    NotAllowed: 403,
    TooLarge: 413,
    EmptyFolder: 422,
    NotFound: 404,
    ModelNotFound: 404,
    WriterBusy: 409,
    NotReady: 503,
    NothingPublished: 503,
    TooBusy: 503,
    EngineBusy: 503,
    StorageUnavailable: 503,
    EngineFailed: 500,
    SnapshotDamaged: 500,
    EmbedderMismatch: 500,
    ModelUnusable: 500,
    MissingPackage: 500,
    TooSlow: 504,
    EngineTooSlow: 504,
    TooLong: 500,
}
"""Every class by itself; a test holds that none is missing."""

RETRY: dict[type[XuanjiError], int] = {NotReady: 1, NothingPublished: 5, StorageUnavailable: 5}
"""Seconds after which a request may be tried again, where the error does not say so itself."""

UNEXPECTED = "an unexpected error; the server's log has the details"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is sent: `type` names the kind for programs, `title` and `detail` are for people.

    `trace_id` is the request's, as the log has it. `param` names what of the request is wrong, where it is one thing.
    """

    type: str
    title: str
    status: int
    detail: str
    retry_after: int | None = None
    trace_id: str = field(default_factory=trace_id)
    param: str | None = None

    @classmethod
    def of(cls, error: XuanjiError) -> Problem:
        """The problem that an error is to a caller."""
        words = re.sub(r"(?<!^)(?=[A-Z])", " ", type(error).__name__).lower()
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        retry = getattr(
            error, "retry_after", next((RETRY[kind] for kind in type(error).__mro__ if kind in RETRY), None)
        )
        param = getattr(error, "param", None)
        return cls(_urn(words), words.capitalize(), status, str(error), retry, param=param)

    @classmethod
    def of_status(cls, status: int, detail: str = "") -> Problem:
        """A problem that is no more than an HTTP status, as an unknown path is."""
        phrase = HTTPStatus(status).phrase
        return cls(_urn(phrase.lower()), phrase, status, detail or HTTPStatus(status).description or phrase)

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        # a request's own words may stand in it, and half a character (a lone surrogate) cannot be sent back
        detail = self.detail.encode(errors="backslashreplace").decode()
        body: dict[str, Any] = {"type": self.type, "title": self.title, "status": self.status, "detail": detail}
        body |= {} if self.retry_after is None else {"retry_after": self.retry_after}
        return body | ({"trace_id": self.trace_id} if self.trace_id else {})

    @property
    def headers(self) -> dict[str, str]:
        """The headers that belong to it."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


def _urn(words: str) -> str:
    return "urn:xuanji:problem:" + re.sub(r"[^a-z0-9]+", "-", words)
