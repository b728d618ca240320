"""Units: where a passage is cut."""

from answer.units import split
from index.chunk import Chunk, Locator
from retriever.passage import Passage
from tests.rows import cells_of


def cut(text: str, row: int | None = None, section: tuple[str, ...] = ()) -> list[str]:
    """The texts of a passage's units."""
    return [unit.text for unit in split(Passage(Chunk("c", "m.md", 0, text, "M", section, Locator(row=row)), 0.9, 0.9))]


def test_a_tables_row_is_one_piece() -> None:
    """With its headers, whatever marks its cells have; the sentences around it are cut as ever."""
    row = "Food: Chips; Minutes: 16; Tip: shake twice. Serve hot"
    assert cut(f"Use the table. It helps.\n{row}\nThe end.") == ["Use the table.", "It helps.", row, "The end."]
    (unit,) = split(Passage(Chunk("c", "m.md", 0, row), 0.9, 0.9))
    assert (unit.alone, unit.header) == (True, "")


def test_a_labelled_item_of_a_list_is_one_piece() -> None:
    """What a message means and what to do about it; other items are cut into sentences."""
    assert cut("- HOT: Above 110 °C. Let the fan run.\n- Open it. Close it.") == [
        "HOT: Above 110 °C. Let the fan run.",
        "Open it.",
        "Close it.",
    ]


def test_a_short_sentence_is_not_cut_at_its_semicolons() -> None:
    """A long one is, so that a quote stays one that people read."""
    assert cut("七天内可退；会员十五天。") == ["七天内可退；会员十五天。"]
    part = "这一段很长" * 13 + "；"
    assert cut(part + part) == [part, part]


def test_a_sentence_is_read_under_its_title_and_heading() -> None:
    """But not told twice what it says itself; a cell stands alone. A file's name that says more counts, too."""
    chunk = Chunk("c", "kettles.md", 0, "Yes, it does.", "Kettles", ("Care", "Does it rust?"))
    assert split(Passage(chunk, 0.9, 0.9))[0].context == "Kettles: Does it rust?: Yes, it does."
    chunk = Chunk("c", "k200/k200_manual.md", 0, "Yes, it does.", "Overview", ("Does it rust?",))
    assert split(Passage(chunk, 0.9, 0.9))[0].context == "k200 manual: Overview: Does it rust?: Yes, it does."
    assert [
        unit.alone for unit in split(Passage(Chunk("r", "p.csv", 0, "Power: 2 W", cells=cells_of("Power: 2 W")), 1, 1))
    ] == [True]
