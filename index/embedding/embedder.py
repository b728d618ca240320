"""The embedder: texts in, unit vectors out. Building and searching share it, so it belongs to the index.

`index.embedding.preparing` makes a model ready, `index.embedding.opening` opens what was prepared.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from index.arrays import Floats
from index.gather import Gathered

QUERIES_TOGETHER = 16
"""Questions embedded in one batch at most: what comes at once from many threads."""
QUERIES_KEPT = 256
"""Questions whose vector is kept: retrieval and evidence selection ask for the same one."""


class Embedder(Protocol):
    """What indexing and searching need of an embedding model.

    `fingerprint` names the vector space: model content, numeric form and prompts; vectors with different fingerprints
    are never compared. `tokenizer_file` is the `tokenizer.json` whose tokens `max_tokens` counts.
    """

    name: str
    dimension: int
    max_tokens: int
    fingerprint: str
    tokenizer_file: Path

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        """(n texts) -> (n, dimension) float32, each row of length 1. One call is one batch."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Floats:
        """As `embed_passages`, with the model's query prompt."""
        ...


class Backend(Protocol):
    """A model in one numeric form, run by one library."""

    dimension: int

    def embed(self, texts: Sequence[str], prompt: str) -> Floats:
        """(n texts) -> (n, dimension) float32 of length 1; `prompt` goes in front of each text. Thread-safe."""
        ...


@dataclass(slots=True)
class PreparedEmbedder:
    """An `Embedder` that was prepared and opened: what its record says, and the backend that computes."""

    name: str
    form: str
    device: str
    dimension: int
    max_tokens: int
    fingerprint: str
    tokenizer_file: Path
    query_prompt: str
    passage_prompt: str
    backend: Backend
    _together: Gathered[str, Floats] = field(init=False, repr=False)
    _recent: OrderedDict[str, Floats] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self._together = Gathered(lambda texts: list(self._embed_queries(texts)), QUERIES_TOGETHER)

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        """(n texts) -> (n, dimension) float32, each row of length 1. Texts beyond `max_tokens` are cut."""
        return self.backend.embed(texts, self.passage_prompt)

    def embed_queries(self, texts: Sequence[str]) -> Floats:
        """As `embed_passages`, with the model's query prompt. The vectors of the latest single questions are kept; on a
        GPU, where a batch costs hardly more than one, those that many threads ask for at once are embedded together."""
        if len(texts) != 1:
            return self._embed_queries(texts)
        with self._lock:
            known = self._recent.pop(texts[0], None)
        if known is None:
            alone = self.device == "cpu"  # there a batch of n takes n times as long (docs/log.md)
            known = self._embed_queries(texts) if alone else self._together(texts[0])[None]
        with self._lock:
            self._recent[texts[0]] = known
            if len(self._recent) > QUERIES_KEPT:
                self._recent.popitem(last=False)
        return known.copy()

    def _embed_queries(self, texts: Sequence[str]) -> Floats:
        return self.backend.embed(texts, self.query_prompt)
