"""The answerer end to end, with an embedder and a searcher whose results can be worked out by hand."""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from answer.answer import Answer, Answered, PassagesFound, Token
from answer.answerer import Answerer
from answer.words import words
from engine.engine import Caller, EngineBusy, Message, Sampling, Usage
from index.arrays import Floats
from index.chunk import Chunk, Locator
from index.errors import BadRequest
from retriever.passage import Passage
from retriever.planner.plan import NO_PLAN, Plan
from retriever.retriever import Found
from tests.rows import cells_of
from tests.waiting import LONGEST


class BagEmbedder:
    """Counts words into 256 places: the cosine is the share of common words."""

    name, dimension, max_tokens, fingerprint, tokenizer_file = "bag", 256, 512, "bag", Path()

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        """One row for each text."""
        rows = np.full((len(texts), 256), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text):
                row[sum(word.encode()) % 256] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    embed_queries = embed_passages


def product(id: str, title: str, relevance: float = 0.9, **cells: str) -> Passage:
    """A product row."""
    text = "\n".join(f"{header}: {value}" for header, value in cells.items())
    chunk = Chunk(
        id, "prices.csv", 0, text, title, locator=Locator(row=2), cells=cells_of(f"{text}\ncurrency: CNY")[:-1]
    )
    return Passage(chunk, 0.9, relevance)


KETTLE = product(
    "k", "K200 kettle", 品名="K200 kettle", 单价="199.00", 质保="24 个月", 说明="Boils fast. It is red and quiet."
)
POLICY = Passage(
    Chunk("p", "returns.md", 0, "Goods can be returned within 30 days. The customer pays the postage.", "Returns"),
    0.9,
    0.9,
)


class Shelf:
    """A searcher that always finds the same."""

    def __init__(self, *passages: Passage, found: Found | None = None) -> None:
        self.found, self.queries = found or Found(passages, "s1", 1.0), list[str]()

    def search(
        self,
        query: str,
        *,
        top_k: int = 5,
        collection: str = "default",
        filters: Mapping[str, Any] | None = None,
        as_of: date | None = None,
        plan: Plan = NO_PLAN,
    ) -> Found:
        """All passages."""
        self.queries.append(query)
        return self.found

    def sections(self, found: Found, passages: Sequence[Passage], **_: Any) -> list[list[Passage]]:
        """Each by itself."""
        return [[passage] for passage in passages]


class Script:
    """An engine that says its lines, whatever it is asked; records what it was asked and whether it was stopped."""

    model, context = "script", 4096

    def __init__(self, *pieces: str) -> None:
        self.pieces, self.asked, self.stopped, self.usage = pieces, list[Sequence[Message]](), False, Usage(7, 3, 2)

    def generate(self, messages: Sequence[Message], sampling: Sampling, caller: Caller) -> Any:
        """Itself."""
        self.asked.append(messages)
        return self

    def count(self, text: str) -> int:
        """Words."""
        return len(text.split())

    def __iter__(self) -> Iterator[str]:
        return iter(self.pieces)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped = True

    def cancel(self) -> None:
        """Stop."""

    def waiting(self) -> Iterator[int]:
        """One is served before it."""
        return iter([1])


def answer(query: str, *passages: Passage, engine: Any = None, **options: Any) -> Answer:
    """The last event's answer, after the rules that hold for every answer."""
    answerer = Answerer(
        Shelf(*passages), engine, BagEmbedder(), refuse_below=0.2, words_in=frozenset({"en"} if engine else ())
    )
    events = list(answerer.ask(query, **options))
    assert isinstance(events[0], PassagesFound)
    last = events[-1]
    assert isinstance(last, Answered)
    made = last.answer
    assert "".join(event.text for event in events if isinstance(event, Token)) == made.text
    for citation in made.citations:
        assert citation.quote in citation.passage.chunk.text
        assert made.passages[citation.n - 1] is citation.passage
        assert f"[{citation.n}]" in made.text
    return made


def test_a_typed_cell_answers_in_the_asked_language() -> None:
    """The price and the warranty are told from the row's own cells."""
    made = answer("K200 多少钱？", KETTLE, POLICY)
    assert made.text == "K200 kettle 的价格是 199.00 元。[1]"
    assert [citation.quote for citation in made.citations] == ["单价: 199.00"]
    assert answer("How long is the warranty of the K200?", KETTLE).text == "The warranty of K200 kettle is 24 个月. [1]"


def test_a_sentence_answers_in_its_own_words() -> None:
    """A policy's sentence is quoted under its title."""
    made = answer("Who pays the postage?", POLICY)
    assert made.text.splitlines()[0] == "According to Returns: “The customer pays the postage.” [1]"
    assert answer("谁付邮费 postage customer pays", POLICY, language="zh").text.startswith(
        "根据《Returns》：“The customer"
    )


@pytest.mark.parametrize(("query", "start"), [("Do you repair cars?", "Sorry"), ("你们修车吗？", "抱歉")])
def test_nothing_relevant_is_refused_without_the_model(query: str, start: str) -> None:
    """The refusal is in the reply language, says why, and the model is not called."""
    engine = Script("nonsense")
    made = answer(query, product("k", "K200", 0.29, 价格="199"), engine=engine)
    assert (made.refused, made.reason, made.citations, made.model, engine.asked) == (
        True, "nothing_relevant", (), "", [],
    )  # fmt: skip
    assert made.text.startswith(start)
    assert answer(query).reason == "nothing_found"


def test_a_trusted_model_words_the_reply_and_is_checked() -> None:
    """A sentence that holds passes; one with a number of its own gives way to the evidence."""
    engine = Script("The customer pays", " the postage [1]. Return it within ", "90 days [1]. Bye")
    made = answer("Who pays the postage?", POLICY, engine=engine)
    assert made.text.startswith("The customer pays the postage. [1]")
    assert "90" not in made.text
    assert (made.model, made.usage, engine.stopped) == ("script", Usage(7, 3, 2), True)


def test_the_model_is_told_the_day_that_is_asked_about() -> None:
    """The prompt's date is the preview's day where one is given, else today."""
    engine = Script("The customer pays the postage [1].")
    answerer = Answerer(
        Shelf(POLICY),
        engine,
        BagEmbedder(),
        refuse_below=0.2,
        words_in=frozenset({"en"}),
        today=lambda: date(2026, 5, 1),
    )
    list(answerer.ask("Who pays the postage?", as_of=date(2031, 3, 15)))
    list(answerer.ask("Who pays the postage?"))
    days = [re.findall(r"20\d\d-\d\d-\d\d", messages[-1].content) for messages in engine.asked]
    assert days == [["2031-03-15"], ["2026-05-01"]]


def test_a_model_that_says_nothing_usable_is_replaced_by_the_evidence() -> None:
    """A reply without a citation is followed by the evidence itself."""
    made = answer("Who pays the postage?", POLICY, engine=Script("...", "[9]"))
    assert "“The customer pays the postage.” [1]" in made.text


def test_hanging_up_stops_the_model() -> None:
    """Closing the events ends the generation."""
    engine = Script("The customer pays the postage. [1] ", "More. ", "More. ")
    answerer = Answerer(Shelf(POLICY), engine, BagEmbedder(), refuse_below=0.2, words_in=frozenset({"en"}))
    events = answerer.ask("Who pays the postage?")
    next(events)
    next(events)
    events.close()  # type: ignore[attr-defined]
    assert engine.stopped


def test_the_engines_errors_pass_through() -> None:
    """A full engine is the caller's to report."""

    class Full(Script):
        def generate(self, messages: Sequence[Message], sampling: Sampling, caller: Caller) -> Any:
            raise EngineBusy(3)

    with pytest.raises(EngineBusy):
        answer("Who pays the postage?", POLICY, engine=Full())


def test_no_more_are_looked_up_for_at_once_than_may_be() -> None:
    """Six ask; two are searched for together, and never a third beside them."""
    together, inside, most = threading.Barrier(2), [0], [0]

    class Crowded(Shelf):
        """Each search waits for one other to be there."""

        def search(self, query: str, **options: Any) -> Found:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            together.wait(LONGEST)
            inside[0] -= 1
            return super().search(query, **options)

    answerer = Answerer(Crowded(KETTLE), None, BagEmbedder(), refuse_below=0.2, at_once=2)
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(lambda _: list(answerer.ask("K200 多少钱？"))[-1], range(6)))
    assert [one.answer.refused for one in told if isinstance(one, Answered)] == [False] * 6
    assert most == [2]


def test_an_unknown_language_is_refused() -> None:
    """Before anything is searched."""
    with pytest.raises(BadRequest):
        answer("hello", POLICY, language="zh_CN")


def test_a_question_that_refers_back_is_searched_with_the_one_before() -> None:
    """ "How much is it?" is searched with what "it" was, the row whose name was said."""
    shelf = Shelf(KETTLE)
    answerer = Answerer(shelf, None, BagEmbedder(), refuse_below=0.2)
    list(answerer.ask("How much is it?", history=[Message("user", "Is the K200 red?"), Message("assistant", "Yes.")]))
    assert shelf.queries[-1] == "How much is K200 kettle?"


def test_rows_of_other_products_do_not_answer() -> None:
    """A question that names the K210 is never answered from the K200's row."""
    other = product("o", "K210 kettle", 品名="K210 kettle", 说明="Keeps warm.")
    assert "199" not in answer("How much is the K210?", KETTLE, other).text


@pytest.mark.parametrize(
    ("query", "start"),
    [("How many decibels is the K200 kettle?", "Sorry, the shop's documents do not"), ("K200 有多少分贝？", "抱歉")],
)
def test_what_no_document_states_is_refused_without_the_model(query: str, start: str) -> None:
    """The row has watts only: no quote of it, no model call, and the reason says so."""
    watts = product("k", "K200 kettle", 品名="K200 kettle", 功率="2200 W")
    engine = Script("It has 60 decibels. [1]")
    made = answer(query, watts, engine=engine)
    assert (made.refused, made.reason, made.citations, made.model, engine.asked) == (True, "not_stated", (), "", [])
    assert made.text.startswith(start)
    manual = Passage(Chunk("m", "manual.md", 0, "K200 kettle: 有 55 dB, decibels 分贝", "K200 manual"), 0.9, 0.9)
    told = answer(query, watts, manual)
    assert (told.refused, "55 dB" in told.text) == (False, True)


def test_marks_of_line_breaks_in_cells_are_not_quoted() -> None:
    """A piece that begins with the " / " of a table's cell is quoted without it, verbatim."""
    cells = Passage(Chunk("c", "m.pdf", 0, "| 适用锅具 | 铁锅可用。 / 底部为平底铝的锅不可用。 |", "说明书"), 0.9, 0.9)
    made = answer("底部为平底铝的锅可用吗？", cells)
    assert made.citations[0].quote == "底部为平底铝的锅不可用。"
