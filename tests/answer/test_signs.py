"""Signs: what speaks for a unit."""

import numpy as np
import pytest

from answer.signs import WEIGHTS, logits, signs
from answer.units import Unit, split
from index.chunk import Chunk
from retriever.passage import Passage


def units(*texts: str, title: str = "M") -> list[Unit]:
    """The units of passages with these texts."""
    return [
        unit
        for number, text in enumerate(texts)
        for unit in split(Passage(Chunk(str(number), "m.md", 0, text, title), 0.9, 0.9))
    ]


def sign(name: str, query: str, found: list[Unit], cosines: list[float]) -> list[float]:
    """One column of the signs."""
    column = list(WEIGHTS).index(name)
    return [round(float(value), 3) for value in signs(query, found, np.array(cosines, dtype=np.float32))[:, column]]


def test_nearness_is_compared_within_a_language() -> None:
    """The nearest of each language has 0; a foreign one has a sign of its own."""
    found = units("It boils water.", "它能烧水。", "It is a red one.")
    assert sign("near", "How does it boil?", found, [0.9, 0.7, 0.85]) == [0, 0, -1]
    assert sign("near across languages", "How does it boil?", found, [0.9, 0.7, 0.85]) == [0, 0, 0]
    assert sign("another language", "How does it boil?", found, [0.9, 0.7, 0.85]) == [0, 1, 0]


def test_words_of_the_neighbours_and_of_the_passage_count_apart() -> None:
    """The question's words stand in the first sentence: the second is beside it, the third only in the same passage."""
    found = units("The pump leaks. Close the tap. Call us.")
    query = "pump leaks"
    assert sign("own words", query, found, [0.8] * 3) == [3, 0, 0]
    assert sign("words with neighbours", query, found, [0.8] * 3) == [3, 3, 0]
    assert sign("passage's words", query, found, [0.8] * 3) == [3, 3, 3]


def test_a_tables_row_has_no_neighbours() -> None:
    """What the row above says is of another thing."""
    found = units("Code: E1; Cause: pump leaks\nCode: E2; Cause: tap open")
    assert sign("words with neighbours", "pump leaks", found, [0.8] * 2) == [3, 0]


def test_the_kind_of_answer_and_the_counted_thing_are_found() -> None:
    """Where they are asked for, and nowhere else."""
    found = units("It has 12 cups.", "It has a lid.")
    assert sign("counted", "How many cups does it have?", found, [0.8] * 2) == [1, 0]
    assert sign("number", "How many cups does it have?", found, [0.8] * 2) == [1, 0]
    assert sign("number", "Is it nice?", found, [0.8] * 2) == [0, 0]
    assert sign("own numbers", "Is 12 enough?", found, [0.8] * 2) == [1, 0]


def test_better_passages_go_first_where_all_else_is_equal() -> None:
    """Minus the logarithm of the rank."""
    found = units("It is red.", "It is red.")
    assert sign("rank", "Is it red?", found, [0.8] * 2) == [0, pytest.approx(-0.693)]
    assert logits("Is it red?", found, np.array([0.8, 0.8], dtype=np.float32)).argmax() == 0
