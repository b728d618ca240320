"""Splitting loses no word, fits the budget, and keeps together what belongs together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from index.chunk import Chunk, Locator, chunk_id
from ingest.columns import Columns
from ingest.document import Document, Element, RowRefused, row_of
from ingest.sentences import halves, sentences
from ingest.splitting import split
from ingest.tables import render

DOCUMENT = Document("guide.md", "markdown", "Guide")


def count(texts: Sequence[str]) -> list[int]:
    """A tokenizer that can be checked by hand: words, signs and Chinese characters, and two special tokens."""
    return [len(re.findall(r"[\u4e00-\u9fff]|\w+|[^\w\s]", text)) + 2 for text in texts]


def chunks(elements: Iterable[Element | RowRefused], budget: int = 200, target: int = 60) -> list[Chunk]:
    """The chunks of a document, refusals left out."""
    pieces = split(DOCUMENT, elements, count=count, budget=budget, collection="default", target=target)
    return [piece for piece in pieces if isinstance(piece, Chunk)]


def heading(text: str, level: int) -> Element:
    """A heading."""
    return Element("heading", text, level)


def text(words: str) -> Element:
    """A paragraph."""
    return Element("text", words)


def item(words: str) -> Element:
    """A list item."""
    return Element("list_item", words, 1)


def test_sections_follow_the_headings() -> None:
    """Each chunk carries its heading path, without the title that stands in front anyway."""
    made = chunks(
        [heading("Guide", 1), text("Welcome."), heading("Use", 2), text("Boil."), heading("Care", 2), text("Wipe.")]
    )
    assert [(chunk.text, chunk.section) for chunk in made] == [
        ("Welcome.", ()),
        ("Boil.", ("Use",)),
        ("Wipe.", ("Care",)),
    ]
    assert made[1].locator == Locator(heading="Use")
    assert made[1].embedded_text == "Guide > Use\nBoil."
    assert [chunk.ordinal for chunk in made] == [0, 1, 2]
    assert [chunk.tokens for chunk in made] == count([chunk.embedded_text for chunk in made])


def test_a_heading_alone_is_still_found() -> None:
    """A chapter without text is a chunk of its own words; so is a document of a title alone."""
    made = chunks([heading("Guide", 1), heading("Empty", 2), heading("Care", 2), text("Wipe.")])
    assert [(chunk.text, chunk.section) for chunk in made] == [("Empty", ()), ("Wipe.", ("Care",))]
    assert [chunk.text for chunk in chunks([heading("Guide", 3)])] == ["Guide"]


def test_short_paragraphs_of_a_section_share_a_chunk() -> None:
    """No chunk is made of a crumb that its neighbour has room for."""
    made = chunks([heading("Use", 1), text("Fill."), text("Boil."), text("Pour.")])
    assert [chunk.text for chunk in made] == ["Fill.\nBoil.\nPour."]


def test_a_last_crumb_joins_the_chunk_before_it() -> None:
    """58 words and then 3 are one chunk of 61 with a target of 60, not an orphan of 3."""
    made = chunks([text("word " * 56 + "end."), text("So be it.")])
    assert len(made) == 1
    assert made[0].text.endswith("end.\nSo be it.")


def test_a_long_paragraph_is_cut_evenly_between_sentences() -> None:
    """150 sentences of four tokens become parts of like size, each ending with a full stop, in both languages."""
    for sentence in ("Water boils fast. ", "水开得快。"):
        made = chunks([text(sentence * 60)])
        assert {chunk.text[-1] for chunk in made} == {sentence.strip()[-1]}
        assert max(chunk.tokens for chunk in made) - min(chunk.tokens for chunk in made) <= 8
        assert sum(chunk.text.count(sentence.strip()) for chunk in made) == 60


def test_a_list_stays_with_its_lead_in_even_when_cut() -> None:
    """Every part of a long list opens with the sentence that introduces it, and no item is torn."""
    items = [item(f"part {number} of the box") for number in range(40)]
    made = chunks([text("Read this first. The box holds:"), *items])
    assert len(made) > 2
    assert all("The box holds:" in chunk.text for chunk in made)
    lines = [line for chunk in made for line in chunk.text.split("\n") if line.startswith("- ")]
    assert lines == [f"- part {number} of the box" for number in range(40)]


def test_a_cut_table_says_in_every_part_what_its_values_mean() -> None:
    """Wide tables name the column at each value; two columns repeat their header line."""
    wide = Element("table", cells=(("Model", "Power", "Price"), *((f"K{n}", f"{n} W", f"{n}.50") for n in range(30))))
    made = chunks([wide])
    assert len(made) > 2
    assert all(line.startswith("Model: K") for chunk in made for line in chunk.text.split("\n"))
    assert "Model: K7; Power: 7 W; Price: 7.50" in "\n".join(chunk.text for chunk in made)
    narrow = Element("table", cells=(("Key", "Value"), *((f"key {n}", f"value {n}") for n in range(60))))
    parts = chunks([text("Specification:"), narrow])
    assert len(parts) > 2
    assert all(chunk.text.startswith("Specification:\nKey: Value\nkey ") for chunk in parts)


def test_tables_are_rendered_for_readers() -> None:
    """Blank cells are left out, a merged row is said once, and numbers in the first row mean there is no header."""
    rows = (("A", "B", "C"), ("1", "", "3"), ("4", "5", "6"), ("x", "x", "x"))
    assert render(rows) == ("", ["A: 1; C: 3", "A: 4; B: 5; C: 6", "x"])
    assert render((("1", "2", "3"), ("4", "5", "6"))) == ("", ["1 | 2 | 3", "4 | 5 | 6"])
    assert render((("Power", "2200 W"), ("Price", "399"))) == ("Power: 2200 W", ["Price: 399"])
    assert render((("Name:", "Kettle"), ("Note:", ""))) == ("Name: Kettle", ["Note:"])
    assert render((("A", "B", "Spare"), ("x", "y", ""))) == ("Spare", ["A: x; B: y"])
    assert render((("", ""),)) == ("", [])


def test_pages_are_not_mixed() -> None:
    """A chunk lies on one page, so that its locator is true."""
    made = chunks([Element("text", f"Page {page}.", locator=Locator(page=page)) for page in (1, 1, 2)])
    assert [(chunk.text, chunk.locator.page) for chunk in made] == [("Page 1.\nPage 1.", 1), ("Page 2.", 2)]


def test_no_word_is_lost() -> None:
    """Every word of a document with all kinds of elements stands in some chunk's text, section or title."""
    elements = [
        heading("Guide", 0),
        heading("Lonely chapter", 1),
        heading("Full chapter with a heading that is far too long to be kept whole " * 3, 1),
        text("Prosewithoutend " * 300),
        text("无标点的长句子" * 120),
        heading("Lists", 2),
        text("They hold:"),
        *[item(f"thing{number} " * 30) for number in range(9)],
        Element("table", cells=(("Left", "Mid", "Right"), *((f"l{n}", f"m{n} " * 90, f"r{n}") for n in range(9)))),
        heading("Last lonely one", 2),
    ]
    for budget, target in ((200, 60), (64, 60), (48, 20)):
        made = chunks(elements, budget, target)
        kept = " ".join(" ".join((chunk.title, *chunk.section, chunk.text)) for chunk in made)
        words = {
            word
            for element in elements
            for part in (element.text, *(cell for row in element.cells for cell in row))
            for word in re.findall(r"\w+", part)
            if not word.startswith("无")
        }
        assert words - set(re.findall(r"\w+", kept)) == set()
        assert kept.count("无") == 120
        assert max(chunk.tokens for chunk in made) <= budget


def test_the_budget_holds_for_text_without_any_gap() -> None:
    """A thousand Chinese characters without a full stop still fit, piece by piece."""
    made = chunks([text("长" * 1000)], budget=50, target=40)
    assert max(chunk.tokens for chunk in made) <= 50
    assert "".join(chunk.text for chunk in made) == "长" * 1000


def row(sku: str, words: str, number: int = 2) -> Element:
    """A product row."""
    columns = Columns(["sku", "name", "note"])
    made = row_of(columns, [sku, f"Kettle {sku}", words], Locator(sheet="Products", row=number))
    return replace(made, attributes={"sku": sku, "name": f"Kettle {sku}", "price": 9.5})


def test_a_row_is_one_chunk_with_its_attributes() -> None:
    """The product's name is the title, the SKU is the key of the identifier, the place is sheet and row."""
    (made,) = chunks([row("007", "red")])
    assert made.id == chunk_id("default", "guide.md", "007", 0)
    assert (made.title, made.locator) == ("Kettle 007", Locator(sheet="Products", row=2))
    assert made.attributes == {"sku": "007", "name": "Kettle 007", "price": 9.5}
    assert made.text == "sku: 007\nname: Kettle 007\nnote: red"


def test_a_row_over_the_budget_repeats_its_name_in_every_part() -> None:
    """Each part can be found and cited alone, and has an identifier of its own."""
    made = chunks([row("007", "It is very red. " * 100)], budget=100)
    assert len(made) > 3
    assert all(chunk.text.startswith("sku: 007\nname: Kettle 007\n") for chunk in made)
    assert max(chunk.tokens for chunk in made) <= 100
    assert [chunk.id for chunk in made] == [chunk_id("default", "guide.md", "007", n) for n in range(len(made))]
    assert sum(chunk.text.count("It is very red.") for chunk in made) == 100


def test_equal_keys_are_told_apart_and_order_is_kept() -> None:
    """Two rows of one SKU have two identifiers, and a refusal stays in its place between them."""
    pieces = list(
        split(
            DOCUMENT,
            [row("1", "a"), RowRefused("row 3", "no closing quote"), row("1", "b", 4)],
            count=count,
            budget=200,
            collection="default",
        )
    )
    assert pieces[1] == RowRefused("row 3", "no closing quote")
    first, second = (piece for piece in pieces if isinstance(piece, Chunk))
    assert (first.id, second.id) == (chunk_id("default", "guide.md", "1", 0), chunk_id("default", "guide.md", "1", 1))


def test_identifiers_are_stable_when_other_text_changes() -> None:
    """A paragraph added in front changes no identifier of what follows."""
    before = chunks([heading("A", 1), text("One."), heading("B", 1), text("Two.")])
    after = chunks([heading("New", 1), text("Zero."), heading("A", 1), text("One."), heading("B", 1), text("Two.")])
    assert [chunk.id for chunk in before] == [chunk.id for chunk in after[1:]]


def test_rows_stream_through() -> None:
    """Of endless rows only a batch is read before the first chunk comes out."""
    read = 0

    def endless() -> Iterator[Element]:
        nonlocal read
        while True:
            read += 1
            yield row(str(read), "red")

    next(split(DOCUMENT, endless(), count=count, budget=200, collection="default"))
    assert read == 256


def test_sentences_end_where_a_reader_would_end_them() -> None:
    """Abbreviations, decimals and list numbers do not end a sentence; Chinese and English stops and lines do."""
    assert sentences("See fig. 3 for 2.5 kg. Then stop! 好的。再见？ok") == [
        "See fig. 3 for 2.5 kg. ",
        "Then stop! ",
        "好的。",
        "再见？",
        "ok",
    ]
    assert sentences("1. Fill it.\n2. Boil, e.g. for tea.") == ["1. Fill it.\n", "2. Boil, e.g. for tea."]
    assert sentences("") == [""] or sentences("") == []


def test_halves_cut_at_the_gentlest_place() -> None:
    """A line end before a sentence end before a space before the middle of a word; nothing is lost."""
    assert halves("one two.\nthree four five. six") == ("one two.\n", "three four five. six")
    assert halves("One two. Three four") == ("One two. ", "Three four")
    assert halves("aaaa bbbb") == ("aaaa ", "bbbb")
    assert halves("abcd") == ("ab", "cd")
