"""`Canary`: a question of the shop's own, with what must be found or said; read from `canaries.jsonl`.

Each line of the file is a JSON object, `{"question": "...", "sku": "K-200"}`; lines that are blank or begin with #
are passed over. How a canary is put to the test is not known here (see `evaluation.canary_check`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from answer.language import resolve
from evaluation.wording import comparable
from index.disk import reason
from index.errors import BadRequest

LARGEST_TOP_K = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """`sku` and `document` must be among the `top_k` passages of `collection`; `answer_contains` must stand in the
    answer; a `refused` one must not be answered. `language` is the reply's, "auto" or a BCP 47 tag.
    """

    question: str
    collection: str = "default"
    sku: str | None = None
    document: str | None = None
    answer_contains: str | None = None
    refused: bool = False
    language: str = "auto"
    top_k: int = 5

    @property
    def asks(self) -> bool:
        """Whether an answer is needed, and not search alone."""
        return self.refused or self.answer_contains is not None


KEYS = tuple(field.name for field in fields(Canary))
TARGETS = ("sku", "document", "answer_contains")


def read_canaries(path: Path) -> tuple[Canary, ...]:
    """The canaries of a file, in order. Raises BadRequest naming file, line and what is wrong with it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadRequest(f"the canary questions {path} cannot be read: {reason(error)}") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise BadRequest(f"{path}, line {number}: this is not UTF-8; save the file as UTF-8") from error
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                found.append(_canary(line))
            except BadRequest as error:
                raise BadRequest(f"{path}, line {number}: {error}") from error
    return tuple(found)


def _canary(line: str) -> Canary:
    try:
        parts = json.loads(line, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise BadRequest(
            f"this is not JSON: {error.msg} at character {error.colno}; write one object a line"
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"this is not JSON that can be read ({error})") from error
    if not isinstance(parts, dict):
        raise BadRequest('this is not a JSON object; write {"question": "...", "sku": "..."}')
    if unknown := [key for key in parts if key not in KEYS]:
        raise BadRequest(f"the key {unknown[0]!r} is unknown; the keys are {', '.join(KEYS)}")
    if "question" not in parts:
        raise BadRequest("there is no question")
    for key, value in parts.items():
        _check_value(key, value)
    _check_target(parts)
    return Canary(**parts)


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which no key stands twice: of two SKUs one would be passed over without a word."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadRequest(f"the key {key!r} stands there twice; write two lines")
        found[key] = value
    return found


def _check_value(key: str, value: Any) -> None:
    shown = json.dumps(value, ensure_ascii=False)
    if key == "refused":
        if not isinstance(value, bool):
            raise BadRequest(f"refused is {shown}; write true or false")
    elif key == "top_k":
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LARGEST_TOP_K:
            raise BadRequest(f"top_k is {shown}; write a whole number from 1 to {LARGEST_TOP_K}")
    elif not isinstance(value, str):
        raise BadRequest(f'{key} is {shown}; write text in quotation marks: "{key}": "..."')
    elif not value.strip():
        raise BadRequest(f"{key} is empty")
    elif key == "answer_contains" and not comparable(value):
        raise BadRequest(f"answer_contains is {shown}; nothing of it could be looked for in an answer")
    elif key == "language":
        resolve(value, "")


def _check_target(parts: Mapping[str, Any]) -> None:
    targets = [key for key in TARGETS if key in parts]
    if parts.get("refused") and targets:
        raise BadRequest(f"refused and {targets[0]} cannot both be met; write two lines")
    if not parts.get("refused") and not targets:
        raise BadRequest(f'there is nothing to check; add {", ".join(TARGETS)} or "refused": true')
