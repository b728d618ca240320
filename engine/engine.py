"""`Engine`: messages in, text out. It knows nothing of HTTP, passages or shops, nor which library runs the model.

Many generations may be asked for at once; whether they run together or one by one is the engine's own affair.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Protocol

from index.errors import BadRequest, XuanjiError

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen. `temperature` 0 is greedy; `stop` texts end the generation and are left out.

    With a `json_schema` (JSON text) the reply is JSON of that schema, with a `grammar` (GBNF, from its rule "root") a
    text of that language, as far as `max_tokens` reach. `bias`: texts, and what is added to the score of each one's
    first token wherever a token is chosen.
    """

    max_tokens: int = 256
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    json_schema: str = ""
    grammar: str = ""
    bias: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf a generation runs.

    An engine that is asked for more than it can do at once is fair between `client`s, not between requests. What it
    keeps of a prompt is used again for the same `tenant` alone, so that no timing tells one what another asked.
    `batch` work (evaluation, gates) gives way to people who wait. `seconds` after which it ends with `EngineTooSlow`;
    `until`, as `time.monotonic` counts, is when all that is written on its behalf must be done.
    """

    client: str = ""
    tenant: str = ""
    batch: bool = False
    seconds: float = math.inf
    until: float = math.inf


NOBODY = Caller()


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts of one generation; `reused_tokens` of the prompt were still in the KV cache and cost nothing."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    reused_tokens: int = 0


class Generation(Protocol):
    """An answer under way: iterate for pieces of text, each valid by itself (never half a character).

    Leaving the `with` block, or `cancel`, stops the model within one token and frees its place.
    Iterating raises `EngineFailed` where the model broke.
    """

    def __iter__(self) -> Iterator[str]: ...

    def __next__(self) -> str: ...

    def waiting(self) -> Iterator[int]:
        """How many are served before this one, at once and at every change, until its own turn has come."""
        ...

    def cancel(self) -> None:
        """Stop now; may be called from any thread, more than once, and after the end."""
        ...

    @property
    def usage(self) -> Usage:
        """Counts so far; final once the iteration has ended."""
        ...

    def __enter__(self) -> Generation: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Engine(Protocol):
    """What answering, evaluation and the agent need of a language model. `context` is in tokens."""

    model: str
    context: int

    def generate(self, messages: Sequence[Message], sampling: Sampling, caller: Caller = NOBODY) -> Generation:
        """Begin at once and return. Raises `EngineBusy`, `EngineFailed` (closed) or `PromptTooLong`."""
        ...

    def count(self, text: str) -> int:
        """How many tokens `text` is for this model."""
        ...


class EngineBusy(XuanjiError):
    """The waiting room is full. `retry_after`: seconds until a place is expected to be free."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"the language model is busy; try again in {retry_after} s")
        self.retry_after = retry_after


class EngineFailed(XuanjiError):
    """The language model broke while it generated, or has been closed."""


class EngineTooSlow(XuanjiError):
    """A generation was not finished within its caller's `seconds`."""


class PromptTooLong(BadRequest):
    """The prompt does not fit into the model's context."""
