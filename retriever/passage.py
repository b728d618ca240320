"""`Passage`: a chunk with its scores and the reason it is here."""

from __future__ import annotations

from dataclasses import dataclass

from index.chunk import Chunk


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk.

    `score` is the cosine of query and chunk. `relevance` (0 to 1) is how likely the passage is to be about the
    question at all; `reason` says in a few words why it was retrieved ("dense", ...).
    """

    chunk: Chunk
    score: float
    relevance: float
    reason: str = "dense"
