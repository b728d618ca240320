"""`Passage`: a chunk with its scores and the reason it is here."""

from __future__ import annotations

from dataclasses import dataclass

from index.chunk import Chunk


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk.

    `score` is the cosine of query and chunk, `keyword` (0 to 1) its share of the BM25 score that the question's terms
    could give. `relevance` (0 to 1) is the probability that the passage can answer the question; passages come in
    its order. `reason` says in a few words why it was retrieved ("dense and keywords", ...).
    """

    chunk: Chunk
    score: float
    relevance: float
    reason: str = "dense"
    keyword: float = 0.0
