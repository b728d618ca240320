"""Evidence: which units count, and what raises them."""

from collections.abc import Sequence

from answer.evidence import EvidenceSelector
from index.chunk import Chunk, Locator
from retriever.passage import Passage
from tests.answer.test_answerer import BagEmbedder


def order(query: str, passages: Sequence[Passage]) -> list[str]:
    """The units' texts, best first."""
    return [item.unit.text for item in EvidenceSelector(BagEmbedder()).select(query, passages)]


def row(text: str) -> Passage:
    """The K200's row."""
    return Passage(Chunk(text, "p.csv", 0, text, "K200 kettle", locator=Locator(row=2)), 0.9, 0.9)


def test_a_cell_of_the_name_alone_is_no_evidence() -> None:
    """It shares most words with any question that names the product; where it is all there is, it stays."""
    query = "Does the K200 kettle keep warm?"
    assert order(query, [row("name: K200 kettle\nfeatures: warm")]) == ["features: warm"]
    assert order(query, [row("name: K200 kettle")]) == ["name: K200 kettle"]


def test_a_sentence_with_the_asked_measure_goes_first() -> None:
    """Of two sentences equally near, the one with a weight answers "how heavy"."""
    page = Passage(Chunk("c", "m.md", 0, "It is red ab.\nIt is 2 kg.", "M"), 0.9, 0.9)
    assert order("How heavy?", [page])[0] == "It is 2 kg."
    assert order("How nice?", [page])[0] == "It is red ab."
