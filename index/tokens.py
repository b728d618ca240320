"""`TokenCounter`: how many tokens the embedder sees in a text. It knows one `tokenizer.json` and no model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.errors import ModelUnusable


class TokenCounter:
    """Counts with the embedder's own tokenizer: special tokens included, prompt not, nothing truncated.

    May be used from several threads at once. Raises `ModelUnusable` when the file is missing or not a tokenizer.
    """

    def __init__(self, tokenizer_file: Path) -> None:
        from tokenizers import Tokenizer

        if not tokenizer_file.is_file():
            raise ModelUnusable(f"{tokenizer_file} is missing: prepare the embedder again (xuanji models prepare)")
        try:
            self._tokenizer = Tokenizer.from_file(str(tokenizer_file))
        except Exception as error:  # the library raises bare Exception for a malformed file
            raise ModelUnusable(f"{tokenizer_file} is not a tokenizer file: {error}") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def count(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text."""
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch_fast(list(texts))]
