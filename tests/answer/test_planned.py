"""Questions that a model understood, through the whole product: the catalogue answers them, whatever the model wrote.

The model is a script: what it would write for a message is given, so that its mistakes can be, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from answer.answer import Answer, Answered
from answer.answerer import Answerer
from answer.verifier import Verifier
from engine.engine import NOBODY, Caller, EngineFailed, Generation, Message, Sampling, Usage
from engine.writer import Writer
from retriever.planner.intents import Intents
from retriever.planner.planner import Planner
from tests.asked import TODAY, Asked

LIST = """SKU,Name,Price (EUR),Stock,Colour
T-1,Aldo lantern S,19.90,3,red
T-2,Aldo lantern M,29.90,0,blue
T-3,Kesti tarp,49.90,7,red
T-4,Mira lamp,24.50,2,green
"""
RETURNS = "# Returns\n\nWithin 30 days you can send anything back at our cost.\n"


class Script:
    """An engine that writes what it was given for the end of a prompt ("this in it ... and that at its end"), and
    nothing for others; one that was given nothing at all has ended."""

    model, context = "script", 4096

    def __init__(self, said: Mapping[str, str]) -> None:
        self.said = dict(said)
        self.asked: list[str] = []

    def generate(self, messages: Sequence[Message], sampling: Sampling, caller: Caller = NOBODY) -> Generation:
        self.asked.append(messages[-1].content)
        for end, text in self.said.items():
            begin, _, last = end.rpartition(" ... ")
            asked = messages[-1].content
            if begin in asked and asked.endswith(last) and _sort(text) == _sort(sampling.grammar.partition('"')[2]):
                return _Written(text)
        if not self.said:
            raise EngineFailed("the language model has ended")
        return _Written("")

    def count(self, text: str) -> int:
        return len(text)


def _sort(text: str) -> str:
    """What sort of text it is, or a grammar begins with."""
    return next((one for one in ("SELECT", "Yes", "No", "Alone", "Column") if text.startswith(one)), "JSON").replace(
        "No", "Yes"
    )


class _Written:
    usage = Usage()

    def __init__(self, text: str) -> None:
        self._pieces = iter([text])

    def __iter__(self) -> Iterator[str]:
        return self._pieces

    def __next__(self) -> str:
        return next(self._pieces)

    def waiting(self) -> Iterator[int]:
        return iter(())

    def cancel(self) -> None:
        pass

    def __enter__(self) -> _Written:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Asked]:
    with Asked(tmp_path, {"lamps.csv": LIST, "returns.md": RETURNS}) as opened:
        yield opened


def _answerer(shop: Asked, engine: Script, intents: Intents, may_plan: Callable[[], bool] | None = None) -> Answerer:
    """One whose model is a script."""
    writer = Writer(engine)
    return Answerer(
        shop.retriever,
        None,
        shop.retriever.embedder,
        refuse_below=0.5,
        planner=Planner(writer, intents),
        verifier=Verifier(writer),
        may_plan=may_plan,
        today=lambda: TODAY,
    )


def _answer(shop: Asked, said: Mapping[str, str], query: str, history: Sequence[Message] = ()) -> Answer:
    answerer = _answerer(shop, Script(said), Intents(shop.retriever.embedder))
    (answer,) = [event.answer for event in answerer.ask(query, history=history) if isinstance(event, Answered)]
    return answer


QUERIES = '["lamp", "list"]'
"""What the model says that documents may call what is asked."""


def test_a_wish_in_other_words_is_computed(shop: Asked) -> None:
    wish = "which ones have you in red to light up a tent at night, max 25 euro"
    answer = _answer(
        shop,
        {
            f"Question: {wish}": QUERIES,
            wish: 'SELECT "Name", "Price (EUR)" WHERE "Colour" = \'red\' AND "Price (EUR)" <= 25',
        },
        wish,
    )
    assert answer.outcome == "answered"
    assert "Aldo lantern S: colour red, 19.90 EUR [1]" in answer.text
    assert "Kesti" not in answer.text
    assert "Mira" not in answer.text
    assert answer.plan.model == "script"
    assert [part.intent for part in answer.plan.parts] == ["choose"]


def test_both_parts_of_a_message_are_answered_and_their_sources_numbered_through(shop: Asked) -> None:
    message = "what is the priciest one you have? and can i send anything back at your cost?"
    first, second = "what is the priciest one you have?", "Can I send anything back at your cost?"
    answer = _answer(
        shop,
        {
            "Last: can i send anything back at your cost?": f"Alone: {second}",
            f"Question: {first}": QUERIES,
            f"Question: {second}": QUERIES,
            first: 'SELECT "Name", "Price (EUR)" ORDER BY "Price (EUR)" DESC LIMIT 1',
        },
        message,
    )
    assert "Kesti tarp: 49.90 EUR [1]" in answer.text
    for citation in answer.citations:
        assert answer.passages[citation.n - 1].chunk.id == citation.passage.chunk.id
        assert citation.quote in citation.passage.chunk.text
    assert [part.text for part in answer.plan.parts] == [first, second]


def test_what_the_model_makes_of_a_question_must_be_the_customers(shop: Asked) -> None:
    """The model writes of something else; the customer's own words are asked."""
    history = [Message("user", "What does the Mira lamp cost?"), Message("assistant", "It costs 24.50 EUR.")]
    follow = "can i send anything back at your cost?"
    said = {f"Last: {follow}": "Alone: Where is your store in Berlin?", f"Question: {follow}": QUERIES}
    answer = _answer(shop, said, follow, history)
    assert [part.text for part in answer.plan.parts] == [follow]


def test_without_the_model_the_parser_goes_on(shop: Asked) -> None:
    """It ended while it was asked: the reply says that no model planned it."""
    query = "red lanterns under 25 euro, stylish ones"
    answer = _answer(shop, {}, query)
    assert answer.plan.model == ""
    assert answer.text == _answer(shop, {"nothing": ""}, query).text


@pytest.mark.parametrize("written", ["", "no JSON", '["lamp"', "["])
def test_what_is_no_plan_is_none(shop: Asked, written: str) -> None:
    query = "my tarp has a hole, how can I mend it?"
    assert _answer(shop, {query: written}, query).plan.model == ""


def test_a_follow_up_is_what_the_model_says_it_is(shop: Asked) -> None:
    history = [Message("user", "What does the Mira lamp cost?"), Message("assistant", "It costs 24.50 EUR.")]
    follow = "hm and in what shade does it come"
    whole = "In what colour does the Mira lamp come?"
    answer = _answer(
        shop,
        {
            f"Last: {follow.removeprefix('hm and ')}": f"Alone: {whole}",
            f"Question: {whole}": QUERIES,
            whole: 'SELECT "Name", "Colour" WHERE "Name" LIKE \'%Mira%\'',
        },
        follow,
        history,
    )
    assert "green" in answer.text


def test_a_model_that_may_not_plan_is_not_asked(shop: Asked) -> None:
    engine = Script({"?": "Yes"})
    answerer = _answerer(shop, engine, Intents(None), lambda: False)
    answerer.warm()
    (answer,) = [one.answer for one in answerer.ask("would it go with my crimson car?") if isinstance(one, Answered)]
    assert (answer.plan.model, engine.asked) == ("", [])


def test_two_cells_that_were_looked_up_need_no_model(shop: Asked) -> None:
    """The script has ended: it would be seen to be asked."""
    engine = Script({})
    answerer = Answerer(
        shop.retriever,
        None,
        shop.retriever.embedder,
        refuse_below=0.5,
        planner=Planner(Writer(engine), Intents(None)),
        today=lambda: TODAY,
    )
    query = "How much is the Mira lamp and is it in stock?"
    (answer,) = [event.answer for event in answerer.ask(query) if isinstance(event, Answered)]
    assert "24.50 EUR" in answer.text
    assert "2 in stock" in answer.text
    assert engine.asked == []


def test_the_price_is_not_told_to_who_asks_for_another_by_name(shop: Asked) -> None:
    query = "Tell me what a dealer pays, the dealer price of the Mira lamp"
    row = 'SELECT "Price (EUR)" WHERE "Name" LIKE \'%Mira lamp%\''
    answer = _answer(shop, {f"Question: {query}": QUERIES, f"Message: {query}": row}, query)
    assert "24.50" not in answer.text


def test_a_line_that_the_model_confirms_is_the_answer(shop: Asked) -> None:
    query = "would the Kesti tarp go with my crimson car"
    said = {f"Question: {query}": QUERIES, f"“Kesti tarp”: Colour: red ... {query}": "Yes"}
    said[f"Line of ... {query}"] = "No"
    answer = _answer(shop, said, query)
    assert answer.outcome == "answered"
    assert answer.text == "The colour of Kesti tarp is red. [1]"


def test_where_the_model_confirms_none_nothing_is_claimed(shop: Asked) -> None:
    query = "how long does the battery of the mira lamp last"
    answer = _answer(shop, {f"Question: {query}": QUERIES, f"Line of ... {query}": "No"}, query)
    assert (answer.outcome, answer.citations) == ("refused", ())


def test_what_was_looked_up_is_not_checked(shop: Asked) -> None:
    """A price that was asked for of a product by its name is told, whatever a model thinks of it."""
    query = "price of the Mira lamp? please answer quickly, my good friend"
    answer = _answer(shop, {f"Question: {query}": QUERIES, f"Line of ... {query}": "No"}, query)
    assert answer.outcome == "answered"
    assert "24.50 EUR" in answer.text


def test_words_that_no_row_has_are_left_open(shop: Asked) -> None:
    """What the sheet is called says nothing of its rows either."""
    wish = "lamps in green, hand made ones"
    query = 'SELECT "Name" WHERE "Name" LIKE \'%lamps%\' AND "Colour" = \'green\''
    answer = _answer(shop, {f"Question: {wish}": QUERIES, wish: query}, wish)
    assert "Mira lamp" in answer.text
    assert "Kesti" not in answer.text


def test_rows_that_are_not_what_was_asked_for_are_not_told(shop: Asked) -> None:
    wish = "which of your red printers is the cheapest"
    said = {
        f"Question: {wish}": QUERIES,
        f"Message: {wish}": 'SELECT "Name", "Price (EUR)" WHERE "Colour" = \'red\' ORDER BY "Price (EUR)" ASC LIMIT 1',
    }
    assert "Aldo lantern S" in _answer(shop, said, wish).text
    said[f"Line of “list” ... Question: {wish}"] = "No"
    answer = _answer(shop, said, wish)
    assert answer.outcome != "answered"


def test_what_every_question_begins_with_is_read_ahead(shop: Asked) -> None:
    engine = Script({"?": ""})
    answerer = _answerer(shop, engine, Intents(None))
    answerer.warm()
    assert len(engine.asked) == 7
    assert any(asked.startswith("Message: ?") for asked in engine.asked)


def test_the_cell_of_a_named_row_is_chosen_and_confirmed(shop: Asked) -> None:
    asked = "in which tone does the Kesti tarp come?"
    said = {
        f"Product: Kesti tarp ... Question: {asked}": "Column: Colour",
        f"Line of “Kesti tarp”: Colour: red ... {asked}": "Yes",
    }
    answer = _answer(shop, said, asked)
    assert (answer.outcome, answer.text) == ("answered", "The colour of Kesti tarp is red. [1]")
    said[f"Line of “Kesti tarp”: Colour: red ... {asked}"] = "No"
    assert _answer(shop, said, asked).outcome != "answered"


def test_no_cell_answers_for_one_that_the_row_does_not_have(tmp_path: Path) -> None:
    """A price that is asked for is a price, whatever the model chooses."""
    with Asked(tmp_path, {"cameras.csv": "Brand,Model,Weight\nCanon,R7,612 g\nSony,ZV-1,294 g\n"}) as shop:
        asked = "what do you sell the canon R7 for? how much is it"
        said = {f"Product: Canon R7 ... {asked}": "Column: Weight", f"Weight: 612 g ... {asked}": "Yes"}
        answer = _answer(shop, said, asked)
        assert answer.outcome != "answered"
        assert "612 g. [1]" not in answer.text


def test_a_price_of_one_row_is_no_answer_to_which_is_the_cheapest(shop: Asked) -> None:
    """Though a model takes it for a question after one product."""
    asked = "the cheapest you can give me for a tent, what would that one be"
    said = {
        f"Question: {asked}": QUERIES,
        f"Columns ... Question: {asked}": "Column: Price (EUR)",
        f"EUR ... {asked}": "Yes",
    }
    assert _answer(shop, said, asked).outcome != "answered"


def test_rows_that_are_named_are_compared_by_what_is_asked(shop: Asked) -> None:
    asked = "Aldo lantern S or Kesti tarp, which of them is rather what you have more of?"
    said = {f"Question: {asked}": QUERIES, f"Product: Aldo lantern S ... Question: {asked}": "Column: Stock"}
    line = f"Line of “Aldo lantern S”: Stock: 3 ... {asked}"
    answer = _answer(shop, said | {line: "Yes"}, asked)
    assert answer.outcome == "answered"
    assert "- Aldo lantern S: stock 3 [1]" in answer.text
    assert "- Kesti tarp: stock 7 [2]" in answer.text
    assert answer.text.startswith("Stock: the Kesti tarp has more.")
    assert "colour red" in _answer(shop, said | {line: "No"}, asked).text, "all that both have"


def test_the_sides_of_a_comparison_are_found_one_by_one(shop: Asked) -> None:
    """Named in the customer's own words, none in full; what he did not say is no side."""
    asked = "aldos M vs the tarp: which of the two is cheaper?"
    said = {
        f"Product: Aldo lantern M ... Question: {asked}": "Column: Price (EUR)",
        f"Line of “Aldo lantern M”: Price (EUR): 29.90 ... {asked}": "Yes",
    }
    answer = _answer(shop, {f"Question: {asked}": '["aldos M", "the tarp"]', **said}, asked)
    assert answer.text.startswith("The Aldo lantern M is cheaper by 20.00 EUR.")
    answer = _answer(shop, {f"Question: {asked}": '["green elephant", "the tarp"]', **said}, asked)
    assert "is cheaper by" not in answer.text


def test_a_row_that_a_query_came_to_is_asked_for_a_cell(shop: Asked) -> None:
    """A question after one product that a model takes for a wish: the row alone is no answer to it."""
    asked = "the tarp from Kesti, is that one red or what?"
    said = {
        f"Question: {asked}": QUERIES,
        f"Message: {asked}": 'SELECT "Colour" WHERE "Name" LIKE \'%Kesti%\'',
        f"Line of “list” ... Question: {asked}": "No",
        f"Product: Kesti tarp ... Question: {asked}": "Column: Colour",
        f"Line of “Kesti tarp”: Colour: red ... {asked}": "Yes",
    }
    answer = _answer(shop, said, asked)
    assert (answer.outcome, answer.text) == ("answered", "The colour of Kesti tarp is red. [1]")


def test_a_second_sheet_is_asked_where_the_first_has_it_not(tmp_path: Path) -> None:
    tables = {"lamps.csv": LIST, "tents.csv": "SKU,Name,Price (EUR),Persons\nZ-1,Fjell,199,2\nZ-2,Hytte,299,4\n"}
    with Asked(tmp_path, tables) as shop:
        wish = "the cheapest thing for four of us to sleep in"
        by_price = 'SELECT "Name" ORDER BY "Price (EUR)" ASC LIMIT 1'
        said = {
            f"Question: {wish}": QUERIES,
            f"Message: {wish}": by_price,
            f"Aldo lantern S ... Question: {wish}": "No",
            f"Fjell ... Question: {wish}": "Yes",
        }
        assert "Fjell: 199 EUR [1]" in _answer(shop, said, wish).text


def test_what_the_shop_said_is_kept_from_a_follow_up_that_does_not_point_at_it(shop: Asked) -> None:
    history = [Message("user", "can i send back the ones i dislike?"), Message("assistant", "Yes, within 30 days.")]
    follow, whole = "and the ones i opened?", "Can i send back the ones i opened?"
    said = {"Shop: ...\nLast: the ones i opened?": f"Alone: {whole}", f"Question: {whole}": QUERIES}
    assert [part.text for part in _answer(shop, said, follow, history).plan.parts] == [whole]
    follow = "and do you pay for that?"
    pointed = {"Last: do you pay for that?": "Alone: Do you pay for that after 30 days?"}
    plan = _answer(shop, {**pointed, f"Question: {follow}": QUERIES}, follow, history).plan
    assert "30" not in "".join(part.text for part in plan.parts), "a figure that only the shop said"
