"""A model's own tokenizer, read once in a process, and `TokenCounter`: how many tokens the embedder sees in a text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelUnusable

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def tokenizer_of(tokenizer_file: Path) -> Tokenizer:
    """A tokenizer that cuts and pads nothing, shared by all who ask for that file: a multilingual one takes a second or
    more to read. Safe for several threads, as long as nobody sets its truncation or padding.

    Raises `ModelUnusable` when the file is missing or not a tokenizer.
    """
    try:
        status = tokenizer_file.stat()
    except OSError as error:
        raise ModelUnusable(
            f"{tokenizer_file} is missing: prepare the embedder again (xuanji models prepare)"
        ) from error
    return _read(tokenizer_file, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, _size: int, _changed: int) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        found = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception for a malformed file
        raise ModelUnusable(f"{path} is not a tokenizer file: {error}") from error
    found.no_truncation()
    found.no_padding()
    return found


def tokens(tokenizer: Tokenizer, texts: Sequence[str], most: int) -> list[list[int]]:
    """Each text's ids with the model's special tokens; of a text that is longer than `most`, the beginning."""
    found = [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]
    for row, ids in enumerate(found):
        if len(ids) > most:
            plain = tokenizer.encode(texts[row], add_special_tokens=False)
            plain.truncate(most - tokenizer.num_special_tokens_to_add(False))
            found[row] = tokenizer.post_process(plain).ids
    return found


class TokenCounter:
    """Counts with the embedder's own tokenizer: special tokens included, prompt not, nothing truncated.

    May be used from several threads at once. Raises `ModelUnusable` when the file is missing or not a tokenizer.
    """

    def __init__(self, tokenizer_file: Path) -> None:
        self._tokenizer = tokenizer_of(tokenizer_file)

    def count(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text."""
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch_fast(list(texts))]
