"""`Answer`, what a customer is told and on what grounds, and the events that lead to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from answer.citations import Citation
from answer.parts import Part
from engine.engine import Usage
from retriever.passage import Passage
from retriever.planner.plan import NO_PLAN, Plan

Outcome = Literal["answered", "offered", "refused"]
Reason = Literal["nothing_found", "nothing_relevant", "not_stated"]


@dataclass(frozen=True, slots=True)
class Answer:
    """`passages[n - 1]` is what `[n]` in `text` cites. The `outcome` is an answer, passages that may be it and of which
    nothing is claimed, or neither; then `reason` says why. `parts` say what `text` says, for a page.

    `language` is the reply's BCP 47 tag; `model` is "" where no language model was called. `timings_ms` has
    `retrieve`, `first_token` and `total`, in milliseconds since the question came.

    `standalone` is the question as it was understood from the conversation, None where it stood by itself;
    `constraints` are what it demanded of products, in the reply's language. `computed` are the statements of `text`
    that no passage states: figures computed over the catalogue (counts, averages), the address that the settings name.
    `answerability` is the probability (0 to 1) that the evidence answers the question, which a refusal goes by. `plan`
    is how a model understood the message, where one was asked.
    """

    id: str
    text: str
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    outcome: Outcome
    reason: Reason | None
    language: str
    model: str
    snapshot: str
    usage: Usage = field(default_factory=Usage)
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    standalone: str | None = None
    constraints: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    answerability: float = 1.0
    parts: tuple[Part, ...] = ()
    plan: Plan = NO_PLAN

    @property
    def refused(self) -> bool:
        """Whether there is neither an answer nor anything near."""
        return self.outcome == "refused"


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """The first event: what was retrieved, and from which snapshot."""

    passages: tuple[Passage, ...]
    snapshot: str


@dataclass(frozen=True, slots=True)
class Queued:
    """The model is busy with others: `ahead` of them are served before this question."""

    ahead: int


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the answer's text; all pieces together are `Answer.text`."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The last event."""

    answer: Answer


Event = PassagesFound | Queued | Token | Answered
