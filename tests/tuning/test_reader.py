"""The reader's network, as it is learned; and what it learns from."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from answer.reader import fits, prepare_reader
from index.embedding.preparing import prepare_embedder
from index.embedding.tokens import tokenizer_of
from tuning.reader import (
    Answered,
    Item,
    answer_ids,
    answered,
    auc,
    cut,
    encoded,
    item,
    loss,
    mined,
    overlap,
    table,
    train,
)
from tuning.reader_examples import Example, attribute, place, simplified, window, without
from tuning.reader_network import ReaderNetwork, batches, padded

QUESTION, ROW, OTHER = "How heavy is it?", "Torch T5\nWeight: 210 g", "Torch T5\nColour: red"
SPAN = place(ROW, "210 g", 0)
YES = Example(QUESTION, ROW, "SQuAD", True, SPAN)
NO = Example(QUESTION, OTHER, "SQuAD", False)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Beside other work several threads wait for each other at each of many small products."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folder(small_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default embedder with a small vocabulary, in a folder that may be written to."""
    own = tmp_path_factory.mktemp("models") / "embedder"
    source = prepare_embedder(small_models, measure=False)
    shutil.copytree(source, own, ignore=shutil.ignore_patterns("*.onnx"))
    return own


@pytest.fixture(scope="module")
def items(folder: Path) -> list[Item]:
    """A text that answers, and one that does not."""
    texts = encoded(tokenizer_of(folder / "tokenizer.json").whole(), [YES, NO])
    return [item(one, texts) for one in (YES, NO)]


def missed(network: ReaderNetwork, items: list[Item]) -> float:
    """The loss, with the same dropout every time."""
    torch.manual_seed(1)
    with torch.no_grad():
        return float(loss(network, items, "cpu"))


def test_a_step_lowers_the_loss(folder: Path, items: list[Item]) -> None:
    """Of two texts in one batch."""
    torch.manual_seed(2)
    network = ReaderNetwork(folder, 2, "cpu")
    before = missed(network, items)
    train(network, items, rate=5e-3, epochs=1, tokens=1000, seed=1, device="cpu")
    assert missed(network, items) < before - 0.05


def test_what_was_learned_is_read_by_the_product(folder: Path, items: list[Item], tmp_path: Path) -> None:
    """The saved file fits the embedder, and reads as the network does: which text answers, and where."""
    torch.manual_seed(2)
    network = ReaderNetwork(folder, 2, "cpu")
    train(network, items, rate=5e-3, epochs=12, tokens=1000, seed=1, device="cpu")
    weights = tmp_path / "learned.safetensors"
    network.save(weights)
    assert fits(folder, weights)
    reader = prepare_reader(folder, weights=weights)
    assert reader is not None
    readings = reader.read(QUESTION, [ROW, OTHER])
    said = {one.example: one for one in answered(network, items, "cpu")}
    assert [reading.answers for reading in readings] == pytest.approx([said[YES].logit, said[NO].logit], abs=0.5)
    assert readings[0].answers > 0 > readings[1].answers
    assert SPAN is not None
    assert readings[0].within(*SPAN) > np.log(0.5)
    assert (said[YES].f1, said[NO].f1) == (1.0, None)


def test_texts_are_cut_around_their_answers(items: list[Item]) -> None:
    """An item's answer is where its tokens are; of a long context as much is kept behind as in front, or more."""
    yes, no = items
    assert yes.answer is not None
    assert (yes.ids[0], yes.ids[-1], yes.ids[yes.context - 1]) == (0, 2, 2)
    assert yes.answer[1] == len(yes.ids) - 2
    assert (no.answer, no.context) == (None, yes.context)
    assert cut(100, (10, 12), 50) == 0
    assert cut(100, (70, 72), 50) == 42
    assert cut(100, (98, 99), 50) == 50
    assert cut(100, (20, 90), 50) == 20


def test_near_contexts_without_the_answer_are_mined(folder: Path) -> None:
    """For each question that has a span: not its own context, and none that holds its answer's tokens."""
    other = Example("What colour is it?", OTHER, "SQuAD", True, place(OTHER, "red", 0))
    again = Example(
        "How much does it weigh?", "Lamp\nMass: 210 g", "SQuAD", True, place("Lamp\nMass: 210 g", "210 g", 0)
    )
    learned = [YES, other, again]
    texts = encoded(tokenizer_of(folder / "tokenizer.json").whole(), learned)
    found = list(mined(ReaderNetwork(folder, 2, "cpu"), learned, texts, 1, "cpu"))
    assert {one.question: one.context for one in found}[QUESTION] == OTHER
    assert {one.context for one in found if one.question == again.question} == {OTHER}
    assert not any(one.answers for one in found)
    assert len(answer_ids(YES, texts)) == 2
    assert list(mined(ReaderNetwork(folder, 2, "cpu"), [NO], texts, 1, "cpu")) == []


def test_texts_of_like_length_are_put_together() -> None:
    """So many tokens in a batch, padding counted."""
    assert batches([5, 1, 4, 2], 8) == [[1, 3], [2], [0]]
    mixed = batches([5, 1, 4, 2], 8, np.random.default_rng(1))
    assert sorted(at for batch in mixed for at in batch) == [0, 1, 2, 3]
    ids, there = padded([np.array([7, 8, 9]), np.array([5])], "cpu")
    assert ids.tolist() == [[7, 8, 9], [5, 0, 0]]
    assert there.tolist() == [[True, True, True], [True, False, False]]


def test_figures_of_what_was_read() -> None:
    """Equal logits count half; a group without a span has no F1."""
    assert auc(np.array([2.0, 1.0]), np.array([1.0, 0.0])) == pytest.approx(0.875)
    assert auc(np.array([]), np.array([1.0])) is None
    assert overlap((1, 4), (3, 4)) == pytest.approx(2 / 3)
    assert overlap((1, 2), (3, 4)) == 0
    found = [Answered(YES, 2.0, 1.0), Answered(YES, -1.0, 0.5), Answered(NO, -2.0, None)]
    assert table(found).splitlines()[-1] == "| SQuAD | 3 | 1.000 | 0.500 | 1.000 | 0.750 |"


def test_a_context_loses_what_answers() -> None:
    """Whole sentences; nothing is given where too little is left."""
    text = "It is red and comes with a bag and a belt. It weighs 2 kg. It is made in Austria."
    assert without(text, "2 kg") == "It is red and comes with a bag and a belt. It is made in Austria."
    assert without("It weighs 2 kg.", "2 kg") is None
    assert place(text, "2 kg", 0) == (53, 57)
    assert place(text, "3 kg", 0) is None
    for seed in range(20):
        at = window(text, (53, 57), 20, random.Random(seed))
        assert at <= 53
        assert at + 20 >= 57


def test_candidates_are_written_as_a_shop_writes_them() -> None:
    """Attributes with their units; characters simplified one by one, so that places stay."""
    rng = random.Random(4)
    assert attribute('item_weight: { value:2.5 unit:kilo_grams, normalized_value:{ value:"2500" } }', rng) in (
        ("item weight", "2.5 kilo grams"),
        ("Item weight", "2.5 kilo grams"),
    )
    assert attribute("It is a lamp.", rng) is None
    assert simplified("電熱水壺 K２００、豈有") == "电热水壶 K２００、岂有"
