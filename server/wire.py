"""The wire's shapes: what requests and replies look like as JSON. Dataclasses that FastAPI checks and documents.

They need no heavy library, so that the command line prints the very same objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, ClassVar, Literal

import orjson

from answer.answer import Answer
from answer.citations import Citation
from index.chunk import Value
from index.errors import BadRequest
from retriever.passage import Passage
from retriever.planner.plan import Intent, Plan
from server.settings import Settings
from server.wire_parts import PartBody, part_body

STRICT: dict[str, Any] = {"extra": "forbid"}
"""A misspelt field is an error and not a silently ignored wish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An earlier message of the conversation."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What to look for. In `filters` a scalar means equal, a list any of, {"min", "max"} a range, {"not": ...} not.

    `as_of` is another day than today, as 2026-12-24, by which rows are valid or not; it takes the right to preview.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    query: str
    top_k: int = 5
    collection: str = "default"
    filters: dict[str, Any] | None = None
    as_of: str | None = None

    @property
    def day(self) -> date | None:
        """`as_of` as a date. Raises BadRequest."""
        try:
            return None if self.as_of is None else date.fromisoformat(self.as_of)
        except ValueError as error:
            raise BadRequest(f"as_of is {self.as_of!r}; it must be a day like 2026-12-24") from error

    def check(self, settings: Settings) -> None:
        """Hold the request to the limits. Raises BadRequest, naming the field."""
        for name in ("query", "collection", "filters", "as_of"):
            check_text(name, getattr(self, name))
        _ = self.day
        if not self.query.strip():
            raise BadRequest("query is empty")
        if len(self.query) > settings.max_query_chars:
            raise BadRequest(
                f"query is {len(self.query)} characters long; at most {settings.max_query_chars} are allowed"
            )
        if not 1 <= self.top_k <= settings.max_top_k:
            raise BadRequest(f"top_k is {self.top_k}; it must lie between 1 and {settings.max_top_k}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRequest(SearchRequest):
    """A question. `language` is "auto" (the question's own) or a BCP 47 tag; `stream` asks for server-sent events; a
    `batch` one (a mailbox worked through at night, an evaluation) gives way to people who wait."""

    language: str = "auto"
    history: list[Turn] | None = None
    stream: bool = False
    batch: bool = False

    def check(self, settings: Settings) -> None:
        """Hold the request to the limits. Raises BadRequest, naming the field."""
        SearchRequest.check(self, settings)
        check_text("language", self.language)
        turns = self.history or []
        if len(turns) > settings.max_history:
            raise BadRequest(f"history has {len(turns)} messages; at most {settings.max_history} are allowed")
        for turn in turns:
            check_text("a message of history", turn.content)
            if len(turn.content) > 4 * settings.max_query_chars:
                raise BadRequest(f"a message of history is longer than {4 * settings.max_query_chars} characters")


def check_text(name: str, value: Any) -> None:
    """JSON can say half a character (a lone surrogate), which is no text anywhere else. Raises BadRequest."""
    try:
        orjson.dumps(value)
    except TypeError as error:
        raise BadRequest(f"{name} cannot be used: {error}") from error


@dataclass(frozen=True, slots=True)
class PassageBody:
    """A passage; `n` is the number by which the answer cites it. `score` is its cosine with the question, `relevance`
    the probability that it can answer it; passages come in the order of their relevance."""

    n: int
    id: str
    document: str
    title: str
    section: Sequence[str]
    locator: dict[str, str | int]
    text: str
    score: float
    relevance: float
    attributes: Mapping[str, Value]

    @classmethod
    def of(cls, n: int, passage: Passage) -> PassageBody:
        """The wire's form of a passage."""
        chunk = passage.chunk
        return cls(
            n,
            chunk.id,
            chunk.document,
            chunk.label,
            chunk.section,
            chunk.locator.as_dict(),
            chunk.text,
            round(float(passage.score), 4),
            round(float(passage.relevance), 4),
            dict(chunk.attributes),
        )


@dataclass(frozen=True, slots=True)
class SearchBody:
    """The reply of /search."""

    passages: Sequence[PassageBody]
    snapshot: str


def passage_bodies(passages: Sequence[Passage]) -> list[PassageBody]:
    """The wire's form of passages, numbered from 1."""
    return [PassageBody.of(n, passage) for n, passage in enumerate(passages, 1)]


@dataclass(frozen=True, slots=True)
class CitationBody:
    """A source: passage number, the passage's id, its document and place, and the words that stand there."""

    n: int
    passage: str
    document: str
    locator: dict[str, str | int]
    quote: str


@dataclass(frozen=True, slots=True)
class UsageBody:
    """Tokens of the language model."""

    prompt_tokens: int
    completion_tokens: int
    reused_tokens: int


@dataclass(frozen=True, slots=True)
class TimingsBody:
    """Milliseconds since the question came."""

    retrieve: float
    first_token: float
    total: float


@dataclass(frozen=True, slots=True)
class PlannedPartBody:
    """One question of a message: standing by itself, what it wants, and what documents may call it."""

    text: str
    intent: Intent
    queries: Sequence[str]


@dataclass(frozen=True, slots=True)
class PlanBody:
    """How a message was understood, and the model that did."""

    planner: str
    parts: Sequence[PlannedPartBody]

    @classmethod
    def of(cls, plan: Plan) -> PlanBody | None:
        """The wire's form of a plan; None where no model was asked."""
        if not plan.parts:
            return None
        return cls(plan.model, [PlannedPartBody(part.text, part.intent, part.queries) for part in plan.parts])


@dataclass(frozen=True, slots=True)
class AnswerBody:
    """The reply of /ask. `outcome` is "answered", "offered" (passages that may be it, nothing is claimed) or "refused"
    (nothing is near); then `refused` is true, and `reason` says why for programs. `parts` say what `answer` says in
    plain text, each with its `type`.

    `standalone` is the question as it was understood from the conversation, null where it stood by itself;
    `constraints` say in the reply language what the question demanded of products. `plan` is how a model understood the
    message, null where none was needed.
    """

    id: str
    answer: str
    language: str
    outcome: Literal["answered", "offered", "refused"]
    refused: bool
    reason: str | None
    parts: Sequence[PartBody]
    citations: Sequence[CitationBody]
    passages: Sequence[PassageBody]
    snapshot: str
    model: str
    usage: UsageBody
    timings_ms: TimingsBody
    standalone: str | None
    constraints: Sequence[str]
    plan: PlanBody | None

    @classmethod
    def of(cls, answer: Answer) -> AnswerBody:
        """The wire's form of an answer; its passages have the numbers by which it cites them."""
        passages = passage_bodies(answer.passages)
        return cls(
            id=answer.id,
            answer=answer.text,
            language=answer.language,
            outcome=answer.outcome,
            refused=answer.refused,
            reason=answer.reason,
            parts=[part_body(part) for part in answer.parts],
            citations=[_citation(citation, passages[citation.n - 1]) for citation in answer.citations],
            passages=passages,
            snapshot=answer.snapshot,
            model=answer.model,
            usage=UsageBody(**asdict(answer.usage)),
            timings_ms=TimingsBody(*(round(answer.timings_ms.get(name, 0.0), 1) for name in TimingsBody.__slots__)),
            standalone=answer.standalone,
            constraints=answer.constraints,
            plan=PlanBody.of(answer.plan),
        )


def _citation(citation: Citation, passage: PassageBody) -> CitationBody:
    return CitationBody(citation.n, passage.id, passage.document, passage.locator, citation.quote)
