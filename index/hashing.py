"""`HashingEmbedder`: a stand-in whose vectors can be worked out by hand. For tests and for benchmarks that must not
measure a real model; it understands nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


class HashingEmbedder:
    """A bag of words: each lower-cased, whitespace-separated word adds 1 at `slot(word)`; the row is then scaled to 1.

    A text without words is the unit vector of slot 0. Queries and passages are treated alike. Two texts have cosine
    1 when they hold the same words, 0 when they share no slot. One word is one token, and a text gets no special
    tokens; `tokenizer_file` is a real tokenizer of that kind, written into `folder` at construction.
    """

    def __init__(self, folder: Path, dimension: int = 64) -> None:
        self.name = "hashing"
        self.dimension = dimension
        self.max_tokens = 512
        self.fingerprint = f"hashing-{dimension}"
        self.tokenizer_file = folder / "tokenizer.json"
        folder.mkdir(parents=True, exist_ok=True)
        self.tokenizer_file.write_text(json.dumps(_WHITESPACE_TOKENIZER))

    def slot(self, word: str) -> int:
        """Where a word counts: the first byte of its SHA-256, modulo the dimension (two bytes above 256)."""
        size = 1 if self.dimension <= 256 else 2
        return int.from_bytes(hashlib.sha256(word.encode()).digest()[:size], "big") % self.dimension

    def embed_passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """(n texts) -> (n, dimension), each row of length 1."""
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[self.slot(word)] += 1
            if not row.any():
                row[0] = 1
            row /= np.linalg.norm(row)
        return rows

    def embed_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """The same as `embed_passages`."""
        return self.embed_passages(texts)


_WHITESPACE_TOKENIZER: dict[str, Any] = {
    "version": "1.0",
    "truncation": None,
    "padding": None,
    "added_tokens": [],
    "normalizer": {"type": "Lowercase"},
    "pre_tokenizer": {"type": "WhitespaceSplit"},
    "post_processor": None,
    "decoder": None,
    "model": {"type": "WordLevel", "vocab": {"<unk>": 0}, "unk_token": "<unk>"},
}
