"""`KnownTexts`: the token counts of texts that are stored already, so that they need not be tokenized again.

A text is known by the first 64 bits of its content hash: among a million texts a wrong match has odds of one in
millions, and would cost a token count, never a text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Count = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True, eq=False)
class KnownTexts:
    """`hashes` (n) are the first 8 bytes of content hashes as big-endian numbers, sorted; `tokens` (n) their counts,
    0 where a text was not counted."""

    hashes: npt.NDArray[np.uint64]
    tokens: npt.NDArray[np.int32]

    @classmethod
    def of(cls, counted: Iterable[tuple[str, int]]) -> KnownTexts:
        """From pairs of `Chunk.content_hash` (hex) and `Chunk.tokens`."""
        pairs = [(int(content_hash[:16], 16), tokens) for content_hash, tokens in counted]
        hashes = np.fromiter((hash for hash, _ in pairs), np.uint64, len(pairs))
        tokens = np.fromiter((tokens for _, tokens in pairs), np.int32, len(pairs))
        order = np.argsort(hashes)
        return cls(hashes[order], tokens[order])

    def look_up(self, texts: Sequence[str]) -> list[int]:
        """The count of each text, 0 where it is not known."""
        if not len(self.hashes) or not texts:
            return [0] * len(texts)
        digests = b"".join(hashlib.blake2b(text.encode(), digest_size=16).digest()[:8] for text in texts)
        asked = np.frombuffer(digests, ">u8").astype(np.uint64)
        places = np.minimum(np.searchsorted(self.hashes, asked), len(self.hashes) - 1)
        found: list[int] = np.where(self.hashes[places] == asked, self.tokens[places], 0).tolist()
        return found

    def counting(self, count: Count) -> Count:
        """`count`, called for the texts alone that are not known."""

        def counts(texts: Sequence[str]) -> list[int]:
            sizes = self.look_up(texts)
            missing = [place for place, size in enumerate(sizes) if not size]
            if missing:
                for place, size in zip(missing, count([texts[place] for place in missing]), strict=True):
                    sizes[place] = size
            return sizes

        return counts
