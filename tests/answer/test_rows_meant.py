"""Which rows a question may be about: those that it names, else the first, if it has to do with the question at all."""

from __future__ import annotations

from answer.cell_chooser import MEANT, CellChooser, choosable, rows_meant, rows_of_one_table
from answer.verifier import AGREED_BIAS, Verifier
from engine.engine import Sampling
from engine.writer import Writer
from index.cell import Cell
from index.chunk import Chunk, Locator
from retriever.passage import Passage
from tests.answer.test_planning_probe import Speaker


def _row(name: str, relevance: float, sheet: str = "Lamps", weight: str = "90 g") -> Passage:
    cells = (Cell("Name", name, "name"), Cell("Group", "Lamps", "category"), Cell("Weight", weight, "weight"))
    text = "\n".join(cell.line for cell in cells)
    return Passage(
        Chunk(name, "list.xlsx", 1, text, name, locator=Locator(sheet=sheet, row=2), cells=cells), 0.9, relevance
    )


def test_a_row_that_has_nothing_to_do_with_the_question_is_not_meant() -> None:
    question = "can i pay with my points all at once?"
    assert rows_meant(question, [_row("Mira lamp", MEANT / 2)]) == []
    near = _row("Mira lamp", MEANT * 2)
    assert rows_meant(question, [near]) == [near]


def test_a_row_that_is_named_is_meant_in_any_case() -> None:
    named = _row("Mira lamp", 0.001)
    assert rows_meant("how heavy is the Mira lamp?", [_row("Kesti lamp", 0.9), named]) == [named]


def test_neither_its_name_nor_its_kind_tells_something_of_a_row() -> None:
    assert list(choosable(_row("Mira lamp", 1.0).chunk)) == ["Weight"]


def test_sides_are_rows_of_one_table() -> None:
    """Of two tables that have a row for each side the one whose names say more of them; not one row for both."""
    mira, kesti = _row("Mira lamp", 0.9), _row("Kesti lamp", 0.9)
    tent = _row("Mira tent", 0.9, "Tents")
    assert rows_of_one_table([[tent, mira], [kesti, tent]], ["Mira lamp", "Kesti"]) == [mira, kesti]
    assert rows_of_one_table([[mira], [mira]], ["Mira", "the lamp"]) == []
    assert rows_of_one_table([[mira], [tent]], ["Mira lamp", "the tent"]) == []


def test_what_a_query_named_counts_for_every_row_that_is_tried() -> None:
    """The score of "Yes" is raised by as much for the second row as for the first."""
    raised: list[float] = []

    def write(asked: str, sampling: Sampling) -> str:
        if sampling.grammar.startswith('root ::= "Column'):
            return "Column: Weight"
        raised.extend(amount for _, amount in sampling.bias)
        return "No"

    rows = [_row("Mira lamp", 0.9), _row("Mira lamp", 0.9, "Sale", "95 g")]
    verifier = Verifier(Writer(Speaker(write)))
    assert verifier.cell("how heavy is the Mira lamp?", rows, asked={"Weight"}) is None
    assert raised == [AGREED_BIAS, AGREED_BIAS]


def test_a_price_is_told_of_no_question_that_asks_another_field() -> None:
    cells = (Cell("Name", "Mira lamp", "name"), Cell("Price", "40", "price", chosen=True), Cell("Size", "9 cm", "size"))
    chunk = Chunk("1", "list.xlsx", 1, "Mira lamp", "Mira lamp", cells=cells)
    chooser = CellChooser(Writer(Speaker(lambda _, sampling: "Column: Price")))
    for question, told in (("how heavy is it?", None), ("what does it cost?", "40"), ("what am i paying for it", "40")):
        cell = chooser.chosen(question, chunk)
        assert (cell.text if cell else None) == told
