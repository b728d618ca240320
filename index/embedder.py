"""The embedder: texts in, unit vectors out. Building and searching share it, so it belongs to the index."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


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
