"""`Shown`: what has been shown of a list of passages, so that the same is not shown again in other clothes.

Two chunks are the same where they hold the same numbers and nearly the same words, or are rows of one product (one SKU)
that say the same of it. Rows of one product that disagree are both shown: a customer must see the conflict.
"""

from __future__ import annotations

import re
import unicodedata

from index.chunk import Chunk
from index.text.letters import fold

NEARLY = 0.9
"""Share of the words of two texts that must be common to both (Jaccard) for them to be one."""

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Shown:
    """Ask `is_new` of each passage in turn; what is new is remembered."""

    def __init__(self) -> None:
        self._texts: list[tuple[frozenset[str], frozenset[str]]] = []
        self._rows: dict[str, list[Chunk]] = {}

    def is_new(self, chunk: Chunk) -> bool:
        """Whether nothing shown before says the same."""
        text = unicodedata.normalize("NFKC", chunk.embedded_text).casefold()
        numbers, words = frozenset(_NUMBER.findall(text)), frozenset(_WORD.findall(text))
        if any(numbers == theirs and _alike(words, known) for theirs, known in self._texts):
            return False
        sku = fold(str(chunk.attributes.get("sku", "")))
        rows = self._rows.setdefault(sku, []) if sku else []
        if any(_says_no_more(chunk, row) for row in rows):
            return False
        rows.append(chunk)
        self._texts.append((numbers, words))
        return True


def _alike(words: frozenset[str], others: frozenset[str]) -> bool:
    return len(words & others) >= NEARLY * len(words | others)


def _says_no_more(chunk: Chunk, shown: Chunk) -> bool:
    """Whether each attribute of a product's row stands, with its value, in another row of the product."""
    return all(shown.attributes.get(name) == value for name, value in chunk.attributes.items())
