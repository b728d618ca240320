"""`Course`: one question's way from the moment it came to its answer."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from answer.answer import Answer, Outcome, Reason, Token
from answer.citations import Citation
from answer.dialogue import Standalone
from answer.language import Language
from answer.parts import Part, Text
from engine.engine import Usage
from retriever.passage import Passage
from retriever.retriever import Found


@dataclass(slots=True)
class Course:
    """What has been told so far, and what is to be known of it; `began`, `retrieved` and `first` are moments."""

    language: Language
    began: float
    asked: Standalone
    retrieved: float = 0.0
    first: float = 0.0
    text: str = ""
    usage: Usage = field(default_factory=Usage)
    model: str = ""
    computed: tuple[str, ...] = ()
    answerability: float = 1.0

    def token(self, text: str) -> Token:
        """A piece of the reply, which is told now."""
        self.first = self.first or time.perf_counter()
        self.text += text
        return Token(text)

    def answer(
        self,
        found: Found,
        passages: Sequence[Passage],
        citations: tuple[Citation, ...] = (),
        outcome: Outcome = "answered",
        reason: Reason | None = None,
        parts: tuple[Part, ...] = (),
    ) -> Answer:
        """The answer, now that all is told; its text is its only part where none are given."""
        return Answer(
            id=uuid.uuid4().hex,
            text=self.text,
            citations=citations,
            passages=tuple(passages),
            outcome=outcome,
            reason=reason,
            language=self.language.tag,
            model=self.model,
            snapshot=found.snapshot,
            usage=self.usage,
            timings_ms=self.timings(),
            standalone=self.asked.text if self.asked.resolved else None,
            constraints=tuple(one.told(self.language.form) for one in found.understood.constraints),
            computed=self.computed,
            answerability=self.answerability,
            parts=parts or (Text(self.text),),
            plan=found.plan,
        )

    def timings(self) -> dict[str, float]:
        """Milliseconds since the question came."""
        ends = {"retrieve": self.retrieved, "first_token": self.first, "total": time.perf_counter()}
        return {name: round(max(0.0, end - self.began) * 1000, 3) for name, end in ends.items()}
