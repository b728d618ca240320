"""Wording: which pieces of evidence are told, and how."""

from collections.abc import Sequence

from answer.citations import CitationChecker
from answer.evidence import Evidence
from answer.units import split
from answer.wording import tell
from index.chunk import Chunk, Locator
from retriever.passage import Passage
from tests.rows import cells_of

CODES = Passage(
    Chunk(
        "c",
        "codes.md",
        0,
        "E13 means the pump is blocked.\nE14 means the pump is open.\nClean the pump monthly.",
        "Codes",
    ),
    0.9,
    0.9,
)


def told(query: str, passage: Passage, scores: Sequence[float]) -> str:
    """The English reply from the units of one passage, scored in their order."""
    units = split(passage)
    evidence = sorted(map(Evidence, units, scores, [False] * len(units)), key=lambda item: -item.score)
    return "".join(tell(query, evidence, "en", CitationChecker(query, [(passage, units)]), [passage]))


def test_a_code_is_answered_without_its_neighbours() -> None:
    """The line of E14, though it is near, adds nothing to a question about E13; a line of no code may."""
    first = "According to Codes: “E13 means the pump is blocked.” [1]"
    assert told("What does E13 mean?", CODES, [0.9, 0.09, 0.01]) == first
    assert told("What does E13 mean?", CODES, [0.9, 0.09, 0.08]) == (
        f"{first}\nIt also says: “Clean the pump monthly.” [1]"
    )


def test_a_question_without_a_code_gets_the_nearest_two() -> None:
    """The rule about codes does not touch other questions, nor those whose code the best piece does not hold."""
    for query in ("What do the errors mean?", "What does E15 mean?"):
        assert "E14" in told(query, CODES, [0.9, 0.09, 0.01])


def test_a_cell_nobody_asked_for_follows_a_sentence() -> None:
    """A near sentence goes first though a cell ranks before it."""
    text = "Height: 20\nIt keeps water warm for hours."
    chunk = Chunk("r", "p.csv", 0, text, "K200", locator=Locator(row=2), cells=cells_of(text))
    row = Passage(chunk, 0.9, 0.9)
    assert told("Is it warm?", row, [0.9, 0.89]) == "According to K200: “It keeps water warm for hours.” [1]"


def test_two_sentences_in_a_row_are_one_quote() -> None:
    """In the order of the text, whichever ranks first; with a line or a sentence between them they are two."""
    page = Passage(
        Chunk("p", "m.md", 0, "Press the red key twice. Hold it for four seconds. Then let it go again.", "Guide"),
        0.9,
        0.9,
    )
    assert told("How do I start?", page, [0.2, 0.6, 0.1]) == (
        "According to Guide: “Press the red key twice. Hold it for four seconds.” [1]"
    )
    assert told("How do I start?", page, [0.2, 0.01, 0.6]) == (
        "According to Guide: “Then let it go again.” [1]\nIt also says: “Press the red key twice.” [1]"
    )


REMARKS = "Remarks: Red. Back in stock in May 2027."


def test_of_what_is_sold_out_the_next_delivery_is_told() -> None:
    """With the stock's zero, what the row's remarks say of it; where there is stock nothing is added."""
    for stock, more in (("0", "\nK200: Back in stock in May 2027. [1]"), ("4", "")):
        row = Passage(
            Chunk(
                "r",
                "p.csv",
                0,
                f"Stock: {stock}\nRemarks: Red. Back in stock in May 2027.",
                "K200",
                locator=Locator(row=2),
                cells=cells_of(f"Stock: {stock}\nRemarks: Red. Back in stock in May 2027."),
            ),
            0.9,
            0.9,
        )
        units = split(row)
        evidence = [Evidence(unit, 0.9 - at / 9, unit.header == "Stock") for at, unit in enumerate(units)]
        checker = CitationChecker("Is the K200 in stock?", [(row, units)])
        said = "".join(tell("Is the K200 in stock?", evidence, "en", checker, [row]))
        assert said == f"{'No, K200: sold out' if stock == '0' else 'Yes, K200: 4 in stock'}. [1]{more}"


def test_a_second_passage_is_told_where_it_was_read_as_an_answer() -> None:
    """However low its relevance is: the notice that changes what the page says."""
    page = Passage(Chunk("p", "faq.md", 0, "The showroom is open from Tuesday to Saturday.", "Ordering"), 0.9, 0.9)
    note = Passage(Chunk("n", "notice.txt", 0, "On Saturday the showroom is closed.", "Notice"), 0.9, 0.01)
    query = "Is the showroom open on Saturday?"
    for answers, count in ((4.0, 2), (-1.0, 1)):
        evidence = [
            Evidence(split(page)[0], 0.7, read=(-0.1, 3.0)),
            Evidence(split(note)[0], 0.2, read=(-0.1, answers)),
        ]
        checker = CitationChecker(query, [(page, split(page)), (note, split(note))])
        assert len(list(tell(query, evidence, "en", checker, [page, note]))) == count
