"""Token counting."""

from pathlib import Path

import pytest

from index.embedding.tokens import TokenCounter
from index.errors import ModelUnusable
from index.hashing import HashingEmbedder


def test_counts_every_token_of_a_text(tmp_path: Path) -> None:
    """The hashing embedder's tokenizer makes one token of each word, so the counts are word counts."""
    counter = TokenCounter(HashingEmbedder(tmp_path).tokenizer_file)

    assert counter.count(["red kettle 1.7 l", "", "水壶"]) == [4, 0, 1]


def test_counts_special_tokens_and_does_not_truncate(models: Path) -> None:
    """In the default tokenizer an empty text has its two ends, "hello" is two pieces, and 600 are 1,200."""
    counter = TokenCounter(models / "multilingual-e5-small" / "tokenizer.json")

    assert counter.count(["", "hello", " ".join(["hello"] * 600)]) == [2, 4, 1202]


def test_names_a_missing_or_broken_tokenizer(tmp_path: Path) -> None:
    """Both are the model's fault and say which file."""
    broken = tmp_path / "tokenizer.json"
    with pytest.raises(ModelUnusable, match=r"tokenizer\.json is missing"):
        TokenCounter(broken)

    broken.write_text('{"model": 3}')

    with pytest.raises(ModelUnusable, match=r"tokenizer\.json is not a tokenizer file"):
        TokenCounter(broken)
