"""Citations: verbatim quotes, checked numbers, no way out of the shop."""

from answer.citations import CitationChecker, SentenceCutter
from answer.links import without_links
from answer.units import split
from index.chunk import Chunk, Locator
from retriever.passage import Passage


def passage(id: str, text: str, title: str = "") -> Passage:
    """A passage of a document."""
    return Passage(Chunk(id=id, document=f"{id}.md", ordinal=0, text=text, title=title), 0.9, 1.0)


KETTLE = passage("k", "The kettle draws 2200 W. It holds 1.7 litres.", "Kettle")
TOASTER = passage("t", "The toaster draws 900 W. It has two slots.", "Toaster")


def checker(query: str = "What does the toaster draw?") -> CitationChecker:
    """A checker over both."""
    return CitationChecker(query, [(KETTLE, split(KETTLE)), (TOASTER, split(TOASTER))])


def test_a_supported_sentence_passes_with_a_verbatim_quote() -> None:
    """The quote is the span of the cited passage that says it."""
    check = checker()
    assert check.checked("The toaster uses 900 W. [2]") == "The toaster uses 900 W. [2]"
    assert [(c.n, c.quote, c.passage.chunk.id) for c in check.citations] == [(2, "The toaster draws 900 W.", "t")]


def test_a_number_of_another_product_never_passes() -> None:
    """The kettle's number in a sentence that cites the toaster is replaced by the toaster's own words."""
    assert checker().checked("The toaster uses 2200 W. [2]") == "The toaster draws 900 W. [2]"


def test_an_invented_number_never_passes_uncited() -> None:
    """A sentence that cites nothing is held to the passage that is nearest to it."""
    assert "3000" not in checker().checked("The toaster draws 3000 W.")
    assert "3000" not in checker().checked("Also, 3000 happy customers.")


def test_the_customers_own_number_never_passes() -> None:
    """ "10 years, right?" does not make it ten, in whatever spelling; nor does today's date."""
    warranty = passage("w", "Warranty: 2 years. Send it back with the receipt.", "Warranty")
    for query, said in (
        ("The warranty is 10 years, right?", "Yes, the warranty is 10 years. [1]"),
        ("Is the warranty one year?", "Yes, the warranty is one year. [1]"),
        ("保修一年对吗？ warranty", "对，保修一年 warranty。[1]"),
        ("Is it valid today?", "Yes, the warranty is valid until 2026-11-22. [1]"),
    ):
        check = CitationChecker(query, [(warranty, split(warranty))])
        assert check.checked(said) == "Warranty: 2 years. [1]"


def test_the_customers_model_number_passes_where_no_other_product_is_cited() -> None:
    """A policy holds for the K300 though it does not name it; the K200's row does not."""
    policy = passage("p", "Goods can be returned within 30 days.", "Returns")
    said = "You can return the K300 within 30 days. [1]"
    assert CitationChecker("Can I return the K300?", [(policy, split(policy))]).checked(said) == said
    row = Passage(Chunk("r", "p.csv", 0, "Model: K200\nPrice: 199", "K200", locator=Locator(row=2)), 0.9, 1.0)
    check = CitationChecker("How much is the K300?", [(row, split(row))])
    assert check.checked("The price of the K300 is 199. [1]") == "Price: 199 [1]"


def test_a_bad_sentence_gives_way_to_each_cited_passage_once() -> None:
    """The first passage's words, then the second's, then nothing: never those of a passage that was not cited."""
    check = checker()
    assert check.checked("Both draw 3000 W. [1][2]") == "The kettle draws 2200 W. [1]"
    assert check.checked("Both draw 3000 W. [1][2]") == "The toaster draws 900 W. [2]"
    assert check.checked("Both draw 3000 W. [1][2]") == ""
    assert check.checked("It draws 3000 W. [2]") == ""


def test_marks_of_no_passage_are_removed() -> None:
    """[7] of two passages goes; the sentence is cited by what supports it."""
    assert checker().checked("The toaster has two slots [7].").endswith("[2]")
    assert "[7]" not in checker().checked("The toaster has two slots [7].")


def test_links_and_markup_are_taken_off() -> None:
    """A label stays, an address does not."""
    text = "See [our page](http://evil.example/a_(b)?q=1), https://evil.example/x。"
    text += "<img src=x onerror=y> ![i](data:x) www.evil.example"
    assert "evil" not in without_links(text)
    assert "<" not in without_links(text)
    assert "our page" in without_links(text)


def test_sentences_are_let_out_whole_with_their_marks() -> None:
    """Neither a decimal point nor a mark that is still on its way ends a sentence early."""
    cutter = SentenceCutter()
    out = [
        sentence
        for piece in ("It costs 3", ".5 EUR. ", "[", "1] Also", " 是。[2]好")
        for sentence in cutter.push(piece)
    ]
    assert [sentence.strip() for sentence in out] == ["It costs 3.5 EUR. [1]", "Also 是。[2]"]
    assert cutter.rest() == "好"
