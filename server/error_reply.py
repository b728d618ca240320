"""`ErrorReply`: a problem as it is sent, in the form that the clients of its path read.

Everywhere that is a problem object (RFC 9457); below /v1 it is OpenAI's error object, as OpenAI's clients expect it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from server.problems import MEDIA_TYPE, Problem

OPENAI = "/v1/"
"""What the paths of the OpenAI-compatible front begin with."""
CODES = {
    "prompt_too_long": "context_length_exceeded",  # OpenAI's own name, by which clients act
    "unprocessable_entity": "bad_request",  # two names of one status, of older and newer Pythons
    "unprocessable_content": "bad_request",
}
"""Codes that are not the kind of the problem."""


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """Status, body and headers of an error."""

    status: int
    body: bytes
    media_type: str
    headers: Mapping[str, str]

    @classmethod
    def to(cls, path: str, problem: Problem) -> ErrorReply:
        """The reply to a request for `path`."""
        if path.startswith(OPENAI):
            body = orjson.dumps(openai_error(problem))
            return cls(openai_status(problem), body, "application/json", problem.headers)
        return cls(problem.status, orjson.dumps(problem.as_dict()), MEDIA_TYPE, problem.headers)


def openai_status(problem: Problem) -> int:
    """OpenAI says 400 to what cannot be understood, and its clients know no 422."""
    return 400 if problem.status == 422 else problem.status


def openai_error(problem: Problem) -> dict[str, Any]:
    """OpenAI's error object."""
    status = openai_status(problem)
    kind = "server_error" if status >= 500 else "permission_error" if status in (401, 403) else "invalid_request_error"
    code = problem.type.rpartition(":")[2].replace("-", "_")
    detail: str = problem.as_dict()["detail"]
    return {"error": {"message": detail, "type": kind, "code": CODES.get(code, code), "param": problem.param}}
