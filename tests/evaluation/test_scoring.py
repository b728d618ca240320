"""The scores of one answer: each point by itself, on answers built by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from answer.answer import Answer, Outcome
from answer.citations import Citation
from answer.parts import Offer, OfferedPassage
from evaluation.questions import Question, Source
from evaluation.scoring import Scores, score
from index.chunk import Chunk, Locator
from retriever.passage import Passage
from tests.rows import cells_of


def row(number: int, sku: str, text: str) -> Passage:
    place = Locator(sheet="Kettles", row=number)
    return Passage(
        Chunk(sku, "prices.xlsx", number, text, sku, locator=place, attributes={"sku": sku}, cells=cells_of(text)),
        0.9,
        0.8,
    )


KETTLE = row(2, "K-200", "SKU: K-200\nPrice: 79.90 EUR\nCapacity: 1.7 L")
TOASTER = row(3, "T-9", "SKU: T-9\nPrice: 39 EUR")
POLICY = Passage(
    Chunk("p", "policy.md", 0, "三十天内可以退货。", "退换货政策", locator=Locator(heading="退货")), 0.8, 0.7
)


REFUSED: dict[bool, Outcome] = {True: "refused", False: "answered"}


def answer(text: str, *citations: Citation, **other: Any) -> Answer:
    return Answer(
        **{
            "id": "1",
            "text": text,
            "citations": citations,
            "passages": (KETTLE, TOASTER, POLICY),
            "outcome": "answered",
            "reason": None,
            "language": "en",
            "model": "",
            "snapshot": "000001",
        }
        | other
    )


PRICE = Question(
    id="1",
    query="How much is the K-200?",
    language="en",
    must=(("79.90", "79,90"), ("EUR", "€")),
    must_not=("39",),
    sources=(Source("prices.xlsx", {"sheet": "Kettles", "row": 2}),),
    gold="79.90 EUR",
)
RIGHT = answer("The price of K-200 is 79.90 EUR. [1]", Citation(1, KETTLE, "Price: 79.90 EUR"))


def test_a_right_answer() -> None:
    """Every point that applies is met."""
    assert score(PRICE, RIGHT) == Scores(
        correct=True,
        refused=False,
        gold_shown=True,
        says_all=True,
        says_nothing_wrong=True,
        exact_match=False,
        f1=0.5,  # 2 of the reply's 6 words and of the gold's 2, without the article
        contains_gold=True,
        grounded=True,
        quotes_verbatim=True,
        citation_precision=1.0,
        citation_recall=1.0,
        source_found=True,
        right_language=True,
        free_of_markup=True,
        sentences=1,
    )


def test_a_wrong_price_from_another_row() -> None:
    """What is missing and what is forbidden are named; the number is supported, but by no source."""
    found = score(PRICE, answer("It costs 39 EUR. [2]", Citation(2, TOASTER, "Price: 39 EUR")))
    assert (found.correct, found.says_all, found.says_nothing_wrong, found.grounded) == (False, False, False, True)
    assert (found.citation_precision, found.citation_recall) == (0.0, 0.0)
    assert found.problems == ("it does not say 79.90 or 79,90", "it says 39")


def test_a_number_that_nobody_states() -> None:
    """Not in the cited passage, not converted from it, not in the question; the conversion alone is supported."""
    loose = score(PRICE, answer("It costs 79.90 EUR, was 99 EUR. [1]", Citation(1, KETTLE, "Price: 79.90 EUR")))
    assert (loose.grounded, loose.unsupported) == (False, ("99 EUR",))
    assert "no passage states 99 EUR" in loose.problems
    converted = answer("It holds 1700 ml. [1]", Citation(1, KETTLE, "Capacity: 1.7 L"))
    assert score(replace(PRICE, must=(), gold=""), converted).unsupported == ()
    asked = replace(PRICE, query="Is it under 80 EUR?")
    told = answer("Yes, it is under 80 EUR: 79.90 EUR. [1]", Citation(1, KETTLE, "Price: 79.90 EUR"))
    assert score(asked, told).unsupported == ()


def test_a_quote_that_does_not_stand_there() -> None:
    """One sign is enough."""
    found = score(PRICE, answer("79.90 EUR. [1]", Citation(1, KETTLE, "Price: 79,90 EUR")))
    assert (found.quotes_verbatim, found.grounded, found.problems) == (False, False, ("a quote is not verbatim",))


def test_nothing_cited() -> None:
    """An answer with a source to cite and no citation is not grounded; one that is only to say no needs none."""
    bare = score(PRICE, answer("79.90 EUR."))
    assert (bare.correct, bare.grounded) == (True, False)
    assert "nothing is cited" in bare.problems
    no = Question(id="2", query="A kettle below 5 EUR?", language="en", must=(("none", "no"),))
    assert score(no, answer("No kettle costs less than 5 EUR.")).grounded


@pytest.mark.parametrize(
    ("answerable", "refused", "correct"), [(True, True, False), (False, True, True), (False, False, False)]
)
def test_refusals(answerable: bool, refused: bool, correct: bool) -> None:
    """Right for a question without an answer, and only for that."""
    question = Question(id="1", query="Do you sell pianos?", language="en", answerable=answerable)
    found = score(question, answer("Sorry, I could not find this.", outcome=REFUSED[refused]))
    assert (found.correct, found.refused, found.grounded) == (correct, refused, None if refused else True)


@pytest.mark.parametrize(
    ("kind", "answerable", "text", "correct", "shown", "problems"),
    [
        ("howto", True, "Send it back within 三十天内. [1]", True, True, ()),
        ("policy", True, "It may be this. [1]", False, False, ("it does not say 三十天内",)),
        ("attribute", True, "三十天内 [1]", False, True, ("it was only offered passages",)),
        ("unanswerable", False, "三十天内 [1]", True, None, ()),
    ],
)
def test_offers(
    kind: str, answerable: bool, text: str, correct: bool, shown: bool | None, problems: tuple[str, ...]
) -> None:
    """Passages that hold the answer are right for who asks how, and for no other; an offer is no answer."""
    must = (("三十天内",),) if answerable else ()
    question = Question(id="1", query="Returns?", language="en", kind=kind, answerable=answerable, must=must)
    reply = answer(text, Citation(1, POLICY, "三十天内可以退货。"), outcome="offered", passages=(POLICY,))
    found = score(question, reply)
    assert (found.correct, found.gold_shown, found.offered, found.refused) == (correct, shown, True, False)
    assert tuple(one for one in found.problems if "language" not in one and "is not in" not in one) == problems


def test_nothing_meets_the_constraints() -> None:
    """Saying so is right, marked as a refusal or not; saying nothing of the kind is not."""
    question = Question(
        id="1", query="Any below 5 EUR?", language="en", kind="constraint", must=(("none", "no kettle"),)
    )
    for refused in (True, False):
        assert score(question, answer("Sorry, no kettle is below 5 EUR.", outcome=REFUSED[refused])).correct
    wrong = score(question, answer("I could not find this.", outcome="refused"))
    assert (wrong.correct, wrong.problems) == (False, ("it does not say none or no kettle",))


def test_rows_are_exact() -> None:
    """These and no others; of a list longer than ten, ten of them and no others."""
    both = (Citation(1, KETTLE, "SKU: K-200"), Citation(2, TOASTER, "SKU: T-9"))
    question = Question(id="1", query="Which?", language="en", skus=("k-200", "T-9"))
    assert score(question, answer("K-200 [1], T-9 [2]", *both)).rows_exact
    one = score(question, answer("K-200 [1]", both[0]))
    assert (one.rows_exact, one.correct, one.citation_precision, one.citation_recall) == (False, False, 1.0, 0.5)
    assert one.problems == ("rows are not cited: T-9",)
    more = score(replace(question, skus=("K-200",)), answer("K-200 [1], T-9 [2]", *both))
    assert (more.rows_exact, more.citation_precision) == (False, 0.5)
    assert more.problems == ("rows that do not belong are cited: t-9",)
    names = [f"A-{number}" for number in range(12)]
    ten = [Citation(n, row(n, name, f"SKU: {name}"), f"SKU: {name}") for n, name in enumerate(names[:10], 1)]
    long = replace(question, skus=tuple(names))
    assert score(long, answer(" ".join(names[:10]), *ten)).rows_exact
    assert not score(long, answer(" ".join(names[:9]), *ten[:9])).rows_exact


@pytest.mark.parametrize(
    ("language", "text", "quote", "right"),
    [
        ("en", "According to 退换货政策: “三十天内可以退货。” [1]", "三十天内可以退货。", True),
        ("zh", "根据《退换货政策》：“三十天内可以退货。”[1]", "三十天内可以退货。", True),
        ("zh", "三十天内可以退货。[1]", "三十天内可以退货。", True),
        ("en", "三十天内可以退货。[1]", "三十天内可以退货。", False),
        ("zh", "According to the policy: “三十天内可以退货。” [1]", "三十天内可以退货。", False),
    ],
)
def test_the_language_is_that_around_the_quotes(language: str, text: str, quote: str, right: bool) -> None:
    """A quote and a document's name stay in their own; a reply that is nothing but a quote is judged by it."""
    question = Question(id="1", query="?", language=language)
    assert score(question, answer(text, Citation(1, POLICY, quote))).right_language is right


@pytest.mark.parametrize(("lead", "right"), [("我不太确定，您要找的可能是：", True), ("I am not sure:", False)])
def test_the_language_of_an_offer_is_that_of_its_lead(lead: str, right: bool) -> None:
    """What is offered stands in the document's own words, as it is told."""
    shown = OfferedPassage(1, "Returns", "How to send it back", "- 1. Put it into a box.\n- 2. Send it.")
    text = f"{lead}\n\n{shown.source}, {shown.heading}:\n{shown.text} [1]"
    offered = answer(text, Citation(1, POLICY, "Put it into a box."), parts=(Offer(lead, (shown,)),))
    assert score(Question(id="1", query="?", language="zh"), offered).right_language is right


@pytest.mark.parametrize("text", ["See http://x.example", "![a](b.png)", "[here](x.example/y)", "<b>bold</b>"])
def test_links_and_markup_are_seen(text: str) -> None:
    """Whatever their form."""
    found = score(Question(id="1", query="?", language="en"), answer(text))
    assert (found.free_of_markup, "it holds a link or markup" in found.problems) == (False, True)


def test_the_source_must_be_among_the_first_five() -> None:
    """The document and every given part of the locator; the sixth passage comes too late."""
    assert score(replace(PRICE, sources=(Source("prices.xlsx", {"row": 2}),)), RIGHT).source_found
    assert not score(replace(PRICE, sources=(Source("prices.xlsx", {"sheet": "Other", "row": 2}),)), RIGHT).source_found
    late = replace(RIGHT, passages=(*[TOASTER] * 5, KETTLE))
    assert "its source is not among the passages" in score(PRICE, late).problems
