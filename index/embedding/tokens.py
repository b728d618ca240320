"""`ModelTokenizer`: a model's own tokenizer, and `TokenCounter`: how many tokens the embedder sees in a text."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from index.embedding.pieces import Pieces
from index.errors import ModelUnusable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FEW = 30_000
"""Characters that are cut with the pieces that occur in them, which takes no second to read; of more, all are read."""


class ModelTokenizer:
    """Cuts texts as the model that `file` belongs to was taught to. Safe for several threads.

    Raises `ModelUnusable` when the file is not a tokenizer's.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._lock = file, threading.Lock()
        self._whole: Tokenizer | None = None
        self._left = FEW
        self._pieces = Pieces.read(file)
        if self._pieces is None:
            self.whole()

    def whole(self) -> Tokenizer:
        """The library's own, with all pieces; whoever will cut many texts asks for it beforehand."""
        from tokenizers import Tokenizer

        with self._lock:
            if self._whole is None:
                try:
                    found = Tokenizer.from_file(str(self._file))
                except Exception as error:  # the library raises bare Exception for a malformed file
                    raise ModelUnusable(f"{self._file} is not a tokenizer file: {error}") from error
                found.no_truncation()
                found.no_padding()
                self._whole, self._pieces = found, None
        return self._whole

    def ids(self, texts: Sequence[str], most: int | None = None) -> list[list[int]]:
        """Each text's ids with the model's special tokens; of a text that is longer than `most`, the beginning."""
        tokenizer, place = self._for(texts)
        found = [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]
        for row, ids in enumerate(found):
            if most is not None and len(ids) > most:
                plain = tokenizer.encode(texts[row], add_special_tokens=False)
                plain.truncate(most - tokenizer.num_special_tokens_to_add(False))
                found[row] = tokenizer.post_process(plain).ids
        return found if place is None else [[place[id] for id in ids] for ids in found]

    def spans(self, texts: Sequence[str]) -> list[tuple[list[int], list[tuple[int, int]]]]:
        """Each text's ids without special tokens, and where in the text each token begins and ends."""
        tokenizer, place = self._for(texts)
        found = tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [(one.ids if place is None else [place[id] for id in one.ids], one.offsets) for one in found]

    def _for(self, texts: Sequence[str]) -> tuple[Tokenizer, list[int] | None]:
        """A tokenizer of these texts, and what its ids are in the whole one (None: the same)."""
        pieces = self._pieces
        if pieces is not None:
            self._left -= sum(map(len, texts))
            if self._left >= 0 and (small := pieces.tokenizer(texts)):
                return small
        return self.whole(), None


def tokenizer_of(tokenizer_file: Path) -> ModelTokenizer:
    """The tokenizer of that file, shared by all who ask for it. Raises `ModelUnusable` when the file is missing or not
    a tokenizer's."""
    try:
        status = tokenizer_file.stat()
    except OSError as error:
        raise ModelUnusable(
            f"{tokenizer_file} is missing: prepare the embedder again (xuanji models prepare)"
        ) from error
    return _read(tokenizer_file, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, _size: int, _changed: int) -> ModelTokenizer:
    return ModelTokenizer(path)


class TokenCounter:
    """Counts with the embedder's own tokenizer: special tokens included, prompt not, nothing truncated.

    May be used from several threads at once. Raises `ModelUnusable` when the file is missing or not a tokenizer.
    """

    def __init__(self, tokenizer_file: Path) -> None:
        self._tokenizer = tokenizer_of(tokenizer_file)

    def count(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text."""
        return list(map(len, self._tokenizer.ids(texts)))
