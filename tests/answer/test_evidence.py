"""Evidence: which units count, and what raises them."""

import gc
from collections.abc import Sequence

import numpy as np

from answer.evidence import EvidenceSelector
from index.chunk import Chunk, Locator
from index.embedder import Floats
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


class CountingEmbedder(BagEmbedder):
    """Counts the sentences that it is sent."""

    sent = 0

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        """The bag's."""
        self.sent += len(texts)
        return super().embed_passages(texts)


def test_a_sentence_is_embedded_once_and_not_remembered_in_words() -> None:
    """The second question costs no sentence and gets the same scores; what is kept holds no text of a document, which
    may be purged while a server runs."""
    page = Passage(Chunk("c", "m.md", 0, "It is red ab.\nIt is 2 kg.\nIt is red ab.", "M"), 0.9, 0.9)
    embedder = CountingEmbedder()
    selector = EvidenceSelector(embedder)
    first, second = (selector.select("How heavy?", [page]) for _ in range(2))
    assert embedder.sent == 2
    assert [(item.unit.text, item.score) for item in first] == [(item.unit.text, item.score) for item in second]
    held = {kept for kept in gc.get_referents(selector._vectors) if not isinstance(kept, np.ndarray)}
    assert [(type(kept), len(kept)) for kept in held] == [(bytes, 16), (bytes, 16)]


def test_a_sentence_with_the_asked_measure_goes_first() -> None:
    """Of two sentences equally near, the one with a weight answers "how heavy"."""
    page = Passage(Chunk("c", "m.md", 0, "It is red ab.\nIt is 2 kg.", "M"), 0.9, 0.9)
    assert order("How heavy?", [page])[0] == "It is 2 kg."
    assert order("How nice?", [page])[0] == "It is red ab."
