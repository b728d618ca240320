"""`Plan`: what a customer's message was understood as: one to three questions, each standing by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Intent = Literal["choose", "fact", "compare", "how", "rule"]
"""Which products there are or fit; one product's property; products that are named beside each other; how to do
something, or a fault; the shop's own rules."""
INTENTS: tuple[Intent, ...] = get_args(Intent)


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """`text` stands by itself; `others` are intents that may be meant as well, the likeliest first; `queries` are what
    the documents may call it."""

    text: str
    intent: Intent
    queries: tuple[str, ...] = ()
    others: tuple[Intent, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a message was understood as, and the model that did ("": the parser, no model)."""

    parts: tuple[PlannedPart, ...]
    model: str = ""

    @property
    def intents(self) -> frozenset[Intent]:
        """What its questions ask for."""
        return frozenset(part.intent for part in self.parts)

    @property
    def queries(self) -> tuple[str, ...]:
        """What documents may call what is asked."""
        return tuple(query for part in self.parts for query in part.queries)


NO_PLAN = Plan(())
"""Of a question that no model was asked about."""
