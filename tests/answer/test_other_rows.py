"""No row's price is told for what the question does not ask of it: another code, another matter, a comparison."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.asked import Asked

FILES = {
    "preise.md": """# Imkerei

## Kerzen

| Nr. | Artikel | Preis |
|---|---|---|
| K-1 | Stumpenkerze klein | 7,20 € |
| K-2 | Stumpenkerze groß | 14,60 € |
| K-3 | Teelichter | 5,30 € |

## Versand

| Gewicht | Porto |
|---|---|
| Versand bis 2 kg | 5,49 € |
| Versand bis 5 kg | 6,99 € |
""",
    "locks.csv": """Code,Item,Price GBP
HP-1,Padlock Sentry,8.25
HP-2,Padlock Garrison,34.50
HP-3,Padlock Tally,12.95
HP-4,Hinge Brass,3.85
HP-5,Hinge Butt,4.10
HP-6,Latch Rim,27.95
HP-7,Letter plate,14.60
""",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Both files in one shop."""
    with Asked(tmp_path_factory.mktemp("others"), FILES) as asked:
        yield asked


def test_a_code_that_is_not_there_has_no_price(shop: Asked) -> None:
    """It is written as the list's codes are, and none of them."""
    assert "GBP" in shop.ask("How much is HP-2?")
    reply = shop.ask("How much is HP-9?")
    assert "GBP" not in reply
    assert "€" not in reply


def test_what_another_passage_speaks_of_is_not_asked_of_a_product(shop: Asked) -> None:
    """Postage is told from its own table."""
    reply = shop.ask("Was kostet der Versand bis 5 kg?")
    assert "6,99" in reply
    assert not any(price in reply for price in ("7,20", "14,60", "5,30"))


def test_the_first_word_of_several_names_is_a_kind(shop: Asked) -> None:
    """ "Padlock Sentry" and "Padlock Tally" are padlocks, although the lexicon knows no such ware."""
    assert sorted(shop.names("Which padlocks are under 15 pounds?")) == ["Padlock Sentry", "Padlock Tally"]
    assert shop.names("What is the cheapest hinge?") == ["Hinge Brass"]


def test_one_rows_price_does_not_answer_a_comparison(shop: Asked) -> None:
    """Where what is to be compared is not understood, no price stands for all."""
    for query in ("What is your cheapest doorstopper?", "Which doorstoppers are under 10 pounds?"):
        assert "GBP" not in shop.ask(query)
