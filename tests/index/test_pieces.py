"""A tokenizer of the pieces that occur in a text: it must cut exactly as the whole one does."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from index.embedding.pieces import Pieces
from index.embedding.tokens import FEW, ModelTokenizer
from index.hashing import HashingEmbedder

TEXTS = [
    "",
    " ",
    "query: How much is the K200 kettle, and is it in stock?",
    "破壁机保修多久？货号 SKU-10023-B，价格 1,299.00 元。",
    "Größe: 12 × 40 mm², ½ Zoll – „Straße“  mit   Leerzeichen\tund\nZeilen",
    "ｆｕｌｌ　ｗｉｄｔｈ ㎏ ﷺ ﬁne ㈱ e\u0301 한국어 ภาษาไทย العربية",
    "𐀀𐀁 unknown 𝔘 characters 🫖🫖 \u200b\ufeff \x00 \ud7ff",
    "a" * 700,
    "▁ has ▁▁ its own sign",
    "no <unknown> tag",
    "spells <s> and </s> and <mask> out",
]


@pytest.fixture(scope="module")
def file(models: Path) -> Path:
    """The default embedder's tokenizer."""
    return models / "multilingual-e5-small" / "tokenizer.json"


@pytest.fixture(scope="module")
def whole(file: Path) -> Tokenizer:
    """The same, as the library reads it."""
    found = Tokenizer.from_file(str(file))
    found.no_truncation()
    found.no_padding()
    return found


def random_texts(count: int) -> list[str]:
    """Words, signs and characters of many scripts in any order."""
    chance = random.Random(7)
    alphabets = (
        "abcdefgh ",
        "水壶保修两年价格，。 ",
        "äöüß-_/.,:;()[]% ",
        "0123456789.,€$¥ ",
        "\u3042\u30abабвгд 한글",
    )
    return ["".join(chance.choices(chance.choice(alphabets), k=chance.randint(1, 60))) for _ in range(count)]


def test_a_few_texts_are_cut_as_by_the_whole_tokenizer(file: Path, whole: Tokenizer) -> None:
    """The same ids and the same places, of texts that are cut together and of each alone."""
    few = ModelTokenizer(file)
    texts = TEXTS + random_texts(100)
    cut = few.spans(texts[:-1]) + few.spans(texts[-1:])
    for text, (ids, offsets) in zip(texts, cut, strict=True):
        expected = whole.encode(text, add_special_tokens=False)
        assert (ids, offsets) == (expected.ids, expected.offsets), text


def test_special_tokens_and_the_longest_text_allowed(file: Path, whole: Tokenizer) -> None:
    """With its two ends, and of a long text its beginning with both ends."""
    few = ModelTokenizer(file)
    texts = [text for text in TEXTS if "<s>" not in text]
    assert few.ids(texts) == [whole.encode(text).ids for text in texts]
    long = "kettle 水壶 " * 100
    [cut] = few.ids([long], most=20)
    every = whole.encode(long).ids
    assert cut == [*every[:19], every[-1]]


def test_many_texts_are_cut_by_the_whole_tokenizer(file: Path, whole: Tokenizer) -> None:
    """Once they are many it is read, and tells the same."""
    few = ModelTokenizer(file)
    text = "The kettle holds 1.7 litres. "
    before = few.ids([text])
    many = few.ids([text * (FEW // len(text))])
    assert many == [whole.encode(text * (FEW // len(text))).ids]
    assert few.ids([text]) == before == [whole.encode(text).ids]


def test_tokenizers_of_another_kind_are_left_to_the_library(tmp_path: Path) -> None:
    """One of whole words has no pieces; nor has a file that is no tokenizer's, or one whose ends are not known."""
    words = HashingEmbedder(tmp_path).tokenizer_file
    assert Pieces.read(words) is None
    assert ModelTokenizer(words).ids(["red kettle"]) == [[0, 0]]
    broken = tmp_path / "broken.json"
    for content in ("", "[]", '{"model": 3}', json.dumps({"model": {"type": "Unigram"}, "post_processor": None})):
        broken.write_text(content)
        assert Pieces.read(broken) is None
