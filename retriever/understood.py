"""`Understood`: what a question asks of a catalogue as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from retriever.concepts import Measured
from retriever.constraints import Constraint

Operation = Literal["count", "cheapest", "dearest", "most", "least", "average", "list", "compare"]


@dataclass(frozen=True, slots=True)
class Understood:
    """`constraints` must all be met. `operation` is what to compute over what meets them, None where passages answer.

    `field` is what it is about: a measure for most, least and average ("price" for cheapest and dearest); for list and
    count "brand" or "category" where those, and not products, are asked for. `names` are the products to compare, as
    written; `asked` the further measures that are asked about; `left` the words of a comparison that no column is known
    to hold; `limit` how many are asked for.
    """

    constraints: tuple[Constraint, ...] = ()
    operation: Operation | None = None
    field: Measured | None = None
    values_of: Literal["brand", "category"] | None = None
    names: tuple[str, ...] = ()
    asked: tuple[Measured, ...] = ()
    limit: int | None = None
    left: str = ""

    def __bool__(self) -> bool:
        return bool(self.constraints or self.operation)


NOTHING = Understood()
"""A question for something else: it is searched for as it stands."""
