"""The reader, with the real network and the weights that are shipped."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from answer.answer import Answer, Answered, PassagesFound
from answer.answerability import answerability
from answer.answerer import Answerer
from answer.evidence import Evidence, EvidenceSelector
from answer.reader import (
    MAX_TOKENS,
    READ,
    UNREAD,
    WEIGHTS,
    Reader,
    changed,
    fits,
    open_reader,
    prepare_reader,
    read_units,
)
from answer.units import split
from index.chunk import Chunk, Locator
from index.embedding.embedder import PreparedEmbedder
from index.embedding.onnx_embedder import encoder_weights
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from index.embedding.safetensors_file import SafetensorsFile
from index.errors import ModelUnusable
from retriever.passage import Passage
from retriever.retriever import Found
from tests.answer.test_answerer import BagEmbedder, Shelf
from tests.rows import cells_of

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
    return Passage(
        Chunk(f"c{number}", "p.csv", number, rest, title, locator=Locator(row=number + 2), cells=cells_of(rest)),
        0.9,
        0.9,
    )


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


def test_its_graph_is_written_once_and_only_into_a_folder_of_ours(embedder: PreparedEmbedder, tmp_path: Path) -> None:
    """That of earlier weights goes; a folder that somebody else keeps is left as it is; one that cannot be written to
    is read from."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    shutil.copytree(embedder.tokenizer_file.parent, ours, ignore=shutil.ignore_patterns("*.onnx"))
    shutil.copytree(ours, theirs, ignore=shutil.ignore_patterns("xuanji.json"))
    (ours / "reader-int8-of-before.onnx").write_bytes(b"")
    assert prepare_reader(ours) is not None
    (graph,) = ours.glob("reader-*.onnx")
    written = graph.stat().st_mtime_ns
    assert prepare_reader(ours) is not None
    assert graph.stat().st_mtime_ns == written
    assert prepare_reader(theirs) is None
    assert list(theirs.glob("*.onnx")) == []
    graph.unlink()
    graph.with_name(f".{graph.name}.{os.getpid()}.part").mkdir()  # nothing can be written in its place
    found = prepare_reader(ours)
    assert found is not None
    assert found.read("How heavy is it?", [ROW])[0].answers > 0
    assert not graph.exists()


def test_what_was_learned_is_added_to_the_matrices(embedder: PreparedEmbedder) -> None:
    """W + b @ a, norms in their place, and no word's vector touched."""
    base, learned = encoder_weights(embedder.tokenizer_file.parent), SafetensorsFile(WEIGHTS)
    made = changed(base, learned)
    matrix = "encoder.layer.3.output.dense"
    a, b = (np.asarray(learned.tensor(f"{matrix}.{part}"), np.float32) for part in "ab")
    assert np.allclose(made[f"{matrix}.weight"] - base[f"{matrix}.weight"], b @ a, atol=1e-5)
    assert np.array_equal(made["embeddings.LayerNorm.weight"], learned.tensor("embeddings.LayerNorm.weight"))
    assert set(base) - set(made) == {"embeddings.word_embeddings.weight"}


class Ranked(Shelf):
    """Finds the first of its passages."""

    def search(self, query: str, *, top_k: int = 5, **given: Any) -> Found:
        """As many as were asked for."""
        return replace(super().search(query, **given), passages=self.found.passages[:top_k])


def answered(reader: Reader, query: str, *passages: Passage) -> Answer:
    """What is answered from these passages, the best first."""
    answerer = Answerer(Ranked(*passages), None, BagEmbedder(), refuse_below=0.2, reader=reader)
    events = list(answerer.ask(query, top_k=5))
    assert isinstance(events[0], PassagesFound)
    assert len(events[0].passages) <= 5
    assert isinstance(events[-1], Answered)
    return events[-1].answer


def test_what_lies_deeper_than_was_asked_for_is_read_and_comes_first(reader: Reader) -> None:
    """The seventh passage answers; five are shown, and it is the first."""
    rules = [
        *("We are closed on Mondays.", "Gift wrapping costs 3 EUR.", "Invoices come by e-mail.", "We repair bicycles."),
        *("Loyalty points expire after a year.", "Parking is behind the house."),
        "Whoever returns goods pays the postage for that.",
    ]
    found = [Passage(Chunk(f"c{n}", "rules.md", n, text, "Rules"), 0.9, 0.5) for n, text in enumerate(rules)]
    made = answered(reader, "Who pays the postage when goods are returned?", *found)
    assert [citation.quote for citation in made.citations] == [rules[-1]]
    assert (made.passages[0].chunk.id, len(made.passages)) == ("c6", 5)


def test_a_cell_of_the_asked_kind_gives_way_to_what_was_read(reader: Reader) -> None:
    """ "How exact" is measured in grams, and so is the weight; the remark says it."""
    row = passage(0, "Libra Z3 kitchen scale\nWeight: 450 g\nRemarks: Weighs up to 5 kg, exact to 1 gram.")
    assert "exact to 1 gram" in answered(reader, "How many grams exact is the Z3 scale?", row).text
    assert answered(reader, "How heavy is the Z3 scale?", row).citations[0].quote == "Weight: 450 g"


def test_what_the_row_does_not_state_is_refused(reader: Reader) -> None:
    """Though it is about the very product, and has cells that are near."""
    row = passage(0, ROW)
    made = answered(reader, "Does the T5 torch come with a carrying case?", row)
    assert (made.refused, made.reason) == (True, "nothing_relevant")
    assert made.answerability < 0.2
    assert not answered(reader, "What is the battery life of the T5 torch?", row).refused


def test_a_clear_no_decides_whatever_speaks_for_the_passage() -> None:
    """The board's own manual has every word of "what does the board cost", and no price: what was read says so."""
    page = Passage(Chunk("c", "board.pdf", 0, "The board can consume much less in saving modes.", "Board"), 0.95, 0.98)

    def chance(within: float, answers: float) -> float:
        best = Evidence(split(page)[0], 0.9, cosine=0.95, shares=(1.0, 1.0, 1.0), read=(within, answers))
        return answerability("How is the board doing?", [best])

    assert chance(-0.1, 4.0) > 0.9
    assert chance(-0.1, -3.0) > 0.2
    assert chance(-0.1, -5.9) <= 0.05
    assert chance(-6.0, 6.0) <= 0.05  # the passage answers, and elsewhere


def test_what_is_sold_is_told_by_rows_or_by_what_is_said_of_selling() -> None:
    """The socket that a washing machine is on does not answer whether there are washing machines."""

    def chance(text: str, row: int | None = None) -> float:
        page = Passage(
            Chunk("c", "faq.md", 0, text, "Kettles", locator=Locator(row=row), cells=cells_of(text) if row else ()),
            0.9,
            0.3,
        )
        best = Evidence(split(page)[0], 0.6, cosine=0.9, shares=(0.5, 0.5, 0.5), read=(-0.5, 0.0))
        return answerability("Do you sell washing machines?", [best])

    beside = chance("The washing machine must not be on the same socket.")
    assert beside < 0.5 * chance("We sell washing machines in spring.")
    assert beside < 0.5 * chance("Remarks: the washing machine for two", row=3)
