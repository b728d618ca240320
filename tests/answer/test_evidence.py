"""Evidence: which units count, and what raises them."""

import gc
from collections.abc import Sequence

import numpy as np

from answer.evidence import EvidenceSelector, names_all
from answer.units import split
from index.arrays import Floats
from index.chunk import Chunk, Locator
from retriever.passage import Passage
from tests.answer.test_answerer import BagEmbedder
from tests.rows import cells_of


def order(query: str, passages: Sequence[Passage]) -> list[str]:
    """The units' texts, best first."""
    return [item.unit.text for item in EvidenceSelector(BagEmbedder()).select(query, passages)]


def row(text: str) -> Passage:
    """The K200's row."""
    return Passage(Chunk(text, "p.csv", 0, text, "K200 kettle", locator=Locator(row=2), cells=cells_of(text)), 0.9, 0.9)


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


def test_the_price_stands_in_a_figure() -> None:
    """A line that has the word and a colon is no price."""
    page = row("Price list 2026: kettles\nIt is red.")
    evidence = EvidenceSelector(BagEmbedder()).select("What is the price?", [page])
    assert not any(item.answers_field for item in evidence)


def of(text: str, title: str) -> Passage:
    """Another product's row."""
    return Passage(Chunk(title, "p.csv", 0, text, title, locator=Locator(row=3), cells=cells_of(text)), 0.9, 0.9)


def test_what_is_asked_of_a_product_stands_in_its_own_row() -> None:
    """Not in that of a part which fits it; and what is asked of a part is not told from the product's row."""
    kettle, lid = of("Stock: 5", "K200 kettle"), of("Stock: 40\nFits: K200", "Lid")
    found = EvidenceSelector(BagEmbedder()).select("How many K200 are left?", [lid, kettle])
    assert [item.unit.text for item in found if item.answers_field] == ["Stock: 5"]
    cloths = of("Pieces: 2", "Cloths for the Glide mop")
    found = EvidenceSelector(BagEmbedder()).select(
        "How many cloths for the Glide mop?", [of("Stock: 35", "Glide mop"), cloths]
    )
    assert not any(item.answers_field for item in found)


def test_a_code_and_the_model_that_shows_it_name_a_unit() -> None:
    """Both must be there, the code in the unit itself."""
    (unit,) = split(Passage(Chunk("m", "m.pdf", 0, "E3: 电机过热。", "B650 使用说明书"), 0.9, 0.9))
    assert names_all("B650 blender displays E3, what now?", unit)
    assert not names_all("B650 blender displays E4, what now?", unit)
    assert not names_all("What does E3 mean?", unit)
    assert not names_all("Is the B650 quiet?", unit)
