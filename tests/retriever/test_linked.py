"""Words of a question in the cells of a sheet: found before a model writes a query, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.database.sheets import Column, Sheet
from retriever.planner.linked import linked, needs_other_words
from retriever.planner.query import Comparison, grammar, links_told, parsed
from retriever.translation import Dictionary, prepare_dictionary


def _sheet(**columns: tuple[str, ...]) -> Sheet:
    made = tuple(Column(header, header, "text", texts=texts) for header, texts in columns.items())
    return Sheet("list", ((1, None),), 4, made)


BIKES = _sheet(名称=("极速380", "极速800", "安琪24"), 颜色=("米白/薰衣草紫", "深灰銀、薰衣草紫", "松霜绿"))
TOOLS = _sheet(Name=("Claw Hammer", "Sledgehammer", "Bolts"), Handle=("Fiberglass", "Wood", "none"))


@pytest.fixture(scope="module")
def dictionary(models: Path) -> Iterator[Dictionary]:
    found = prepare_dictionary(models)
    yield found
    found.close()


def _said(question: str, sheet: Sheet, dictionary: Dictionary | None = None) -> list[tuple[str, str]]:
    return [(column.header, word) for column, word in linked(question, sheet, dictionary)]


def test_the_longest_run_that_a_cell_has() -> None:
    found = _said("老婆指定要松霜绿，哪些车有这个色？", BIKES)
    assert found == [("颜色", "松霜绿")]


def test_a_word_in_another_form_as_the_cell_has_it() -> None:
    assert ("Name", "Bolts") in _said("do you sell a bolt?", TOOLS)
    assert _said("anything nice?", TOOLS) == []


def test_words_in_the_other_language(dictionary: Dictionary) -> None:
    assert ("Handle", "Fiberglass") in _said("想买把玻璃纤维柄的锤子", TOOLS, dictionary)


def test_characters_as_the_cell_has_them() -> None:
    assert ("颜色", "深灰銀") in _said("有深灰银的吗", BIKES)


def test_what_most_cells_have_says_nothing() -> None:
    common = _sheet(Name=("Blue kettle", "Green kettle", "White kettle"))
    assert _said("which kettle is green", common) == [("Name", "Green")]


def test_a_query_looks_for_those_words_alone_where_the_sheet_is_in_the_questions_language() -> None:
    words = linked("do you have screws or bolts", TOOLS)
    assert not needs_other_words("do you have screws or bolts", TOOLS)
    assert needs_other_words("有螺栓吗", TOOLS)
    written = grammar(TOOLS.columns, (), words, free=False)
    assert links_told(TOOLS.columns, words) == "\"Name\" LIKE '%Bolts%'"
    assert "'%Bolts%'" in written
    assert "word ::=" not in written
    assert "word ::=" in grammar(TOOLS.columns, (), words)
    query = parsed('SELECT "Name" WHERE "Name" LIKE \'%Bolts%\'', TOOLS)
    assert query.where == ((Comparison(TOOLS.columns[0], "has", "Bolts"),),)
