"""The reader, with the real network and the weights that are shipped."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from answer.evidence import EvidenceSelector
from answer.reader import MAX_TOKENS, READ, UNREAD, WEIGHTS, Reader, changed, fits, open_reader, read_units
from answer.units import split
from index.chunk import Chunk, Locator
from index.embedder import PreparedEmbedder, open_embedder, prepare_embedder
from index.errors import ModelUnusable
from index.onnx_embedder import encoder_weights
from index.safetensors_file import SafetensorsFile
from retriever.passage import Passage
from tests.answer.test_answerer import BagEmbedder

ROW = "Orbix T5 torch\nWeight: 210 g\nLight: 900 lumens\nBattery life: 12 hours\nPrice: 39.90 EUR"
RULES = "Returns\nUnused goods can be sent back for 30 days. The buyer pays the postage. Gift cards are not taken back."
CHINESE = "保温杯 P3\n容量：500 毫升\n材质：316 不锈钢\n保修期：两年"


@pytest.fixture(scope="module")
def embedder(small_models: Path) -> PreparedEmbedder:
    """The default embedder with a small vocabulary."""
    return open_embedder(prepare_embedder(small_models, measure=False), device="cpu")


@pytest.fixture(scope="module")
def reader(embedder: PreparedEmbedder) -> Reader:
    """The shipped weights over it."""
    found = open_reader(embedder)
    assert found is not None
    return found


def place(text: str, part: str) -> tuple[int, int]:
    """Where a part of a text lies."""
    start = text.index(part)
    return start, start + len(part)


@pytest.mark.parametrize(
    ("question", "passage", "answer"),
    [
        ("how long does one charge of the T5 last", ROW, "12 hours"),
        ("Is the T5 heavy?", ROW, "210 g"),
        ("T5 多少钱？", ROW, "39.90 EUR"),
        ("Who pays for sending it back?", RULES, "pays the postage"),
        ("这个杯子能装多少水", CHINESE, "500 毫升"),
        ("how long is the guarantee of the P3", CHINESE, "两年"),
    ],
)
def test_it_finds_where_the_answer_lies(reader: Reader, question: str, passage: str, answer: str) -> None:
    """In either language, and across them: the passage answers, and nowhere is likelier than the answer's place."""
    (reading,) = reader.read(question, [passage])
    assert reading.answers > 0
    assert reading.within(*place(passage, answer)) > np.log(0.5)
    assert reading.within(0, len(passage)) == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("Can the T5 be charged by USB-C?", ROW),
        ("What do you charge for gift wrapping?", RULES),
        ("P3 是哪个国家生产的？", CHINESE),
        ("What is the capital of France?", ROW),
    ],
)
def test_it_sees_that_a_passage_does_not_answer(reader: Reader, question: str, passage: str) -> None:
    """Though it is about the very product."""
    assert reader.read(question, [passage])[0].answers < 0


def test_a_passage_is_read_alike_in_any_company(reader: Reader) -> None:
    """Beside others, after others, and by itself; no passages are no readings."""
    alone = reader.read("How heavy is it?", [ROW])[0]
    for company in ([ROW, RULES, CHINESE], [CHINESE, RULES * 5, ROW]):
        beside = reader.read("How heavy is it?", company)[company.index(ROW)]
        assert beside.answers == pytest.approx(alone.answers, abs=0.02)
        assert np.allclose(beside.begins, alone.begins, atol=0.02)
    assert reader.read("How heavy is it?", []) == []


def test_what_is_too_long_is_not_read_and_no_answer_lies_there(reader: Reader) -> None:
    """A question is cut before the passage is, and both stay within the network's positions."""
    long = "It is red. " * 400 + "It weighs 2 kg."
    (reading,) = reader.read("How heavy is it? " * 60, [long])
    assert len(reading.begins) < MAX_TOKENS
    assert reading.within(*place(long, "2 kg")) == -12.0
    empty = reader.read("How heavy?", [""])[0]
    assert (len(empty.begins), empty.within(0, 5)) == (0, -12.0)


def passage(number: int, text: str) -> Passage:
    """A row of a price list."""
    title, _, rest = text.partition("\n")
    return Passage(Chunk(f"c{number}", "p.csv", number, rest, title, locator=Locator(row=number + 2)), 0.9, 0.9)


def test_the_passages_of_the_likeliest_units_are_read(reader: Reader) -> None:
    """No more than `READ` of them; a unit of another has the least that one can have."""
    units = [unit for number in range(READ + 1) for unit in split(passage(number, f"{ROW}\nCode: {number}"))]
    logits = np.arange(len(units), dtype=np.float32)
    found = read_units(reader, "How heavy is the T5?", units, logits)
    first = units[0].passage.chunk.id
    assert {tuple(row) for row, unit in zip(found, units, strict=True) if unit.passage.chunk.id == first} == {UNREAD}
    read = [row for row, unit in zip(found, units, strict=True) if unit.passage.chunk.id != first]
    best = max(range(len(read)), key=lambda at: read[at][0])
    assert units[len(units) - len(read) + best].text.startswith("Weight")
    assert all(row[1] > 0 for row in read)


def test_evidence_is_what_was_read(reader: Reader) -> None:
    """An embedder that only counts letters would put another cell first."""
    page = passage(0, ROW)
    chosen = EvidenceSelector(BagEmbedder(), reader).select("How bright is the T5?", [page])
    assert chosen[0].unit.text == "Light: 900 lumens"
    assert chosen[0].read[0] > chosen[1].read[0]
    assert EvidenceSelector(BagEmbedder()).select("How bright is the T5?", [page])[0].read == ()


def test_another_network_is_known_and_refused(embedder: PreparedEmbedder, tmp_path: Path) -> None:
    """Weights that were learned for one network mean nothing for another."""
    folder = embedder.tokenizer_file.parent
    other = tmp_path / "other"
    shutil.copytree(folder, other, ignore=shutil.ignore_patterns("*.onnx"))
    tensors = load_file(other / "model.safetensors")
    (name,) = [name for name in tensors if name.endswith("layer.0.attention.self.query.weight")]
    save_file(tensors | {name: tensors[name] * 2}, other / "model.safetensors", {"format": "pt"})
    assert (fits(folder), fits(other), fits(tmp_path)) == (True, False, False)
    with pytest.raises(ModelUnusable, match=r"not the embedder that reader\.safetensors was learned for"):
        Reader(other, other / "tokenizer.json")
    assert open_reader(BagEmbedder()) is None


def test_what_was_learned_is_added_to_the_matrices(embedder: PreparedEmbedder) -> None:
    """W + b @ a, norms in their place, and no word's vector touched."""
    base, learned = encoder_weights(embedder.tokenizer_file.parent), SafetensorsFile(WEIGHTS)
    made = changed(base, learned)
    matrix = "encoder.layer.3.output.dense"
    a, b = (np.asarray(learned.tensor(f"{matrix}.{part}"), np.float32) for part in "ab")
    assert np.allclose(made[f"{matrix}.weight"] - base[f"{matrix}.weight"], b @ a, atol=1e-5)
    assert np.array_equal(made["embeddings.LayerNorm.weight"], learned.tensor("embeddings.LayerNorm.weight"))
    assert set(base) - set(made) == {"embeddings.word_embeddings.weight"}
