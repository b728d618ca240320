"""`chat_request`: what a generation is on the wire, the body of a `/v1/chat/completions` request."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any

from engine.control_tokens import defused
from engine.engine import Message, Sampling
from index.errors import BadRequest

_CONTROL = re.compile(
    r"<[|｜]|[|｜]>"  # <|im_end|>, <|eot_id|>, <｜User｜>, <|turn>
    r"|</?(?:s|bos|eos|pad|unk|mask|sop|think|tool_call|tool_response|(?:start|end)_of_(?:turn|image)|\[SYS\])>"
    r"|<</?SYS>>|\[/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS|gMASK|THINK)\]",
    re.IGNORECASE,
)
"""How the usual model families spell the tokens that begin and end a turn."""


def chat_request(model: str, messages: Sequence[Message], sampling: Sampling, tenant: str = "") -> dict[str, Any]:
    """A JSON object. Only fields that every such server knows, `cache_salt` (vLLM, SGLang) for a named tenant, and
    `grammar` (llama-server) where one is asked for.

    Raises `BadRequest` for a JSON schema that is no JSON.
    """
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role, "content": _safe(message.content)} for message in messages],
        "max_tokens": sampling.max_tokens,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "seed": sampling.seed,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if stops := [stop for stop in sampling.stop if stop]:
        body["stop"] = stops
    if sampling.json_schema:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "reply", "strict": True, "schema": _parsed(sampling.json_schema)},
        }
    if sampling.grammar:
        body["grammar"] = sampling.grammar
    if tenant:
        body["cache_salt"] = hashlib.sha256(tenant.encode("utf-8", "replace")).hexdigest()
    return body


def _safe(text: str) -> str:
    """A server reads control tokens anywhere in its prompt, so a document could end its turn and begin one of its own.
    Which ones a model has is not told over HTTP, so those of all usual families are broken.
    """
    # half a character (a lone surrogate) is no JSON text
    return defused(text.encode("utf-8", "replace").decode(), _CONTROL)


def _parsed(schema: str) -> Any:
    try:
        return json.loads(schema)
    except ValueError as error:
        raise BadRequest(f"the JSON schema is no JSON: {error}") from error
