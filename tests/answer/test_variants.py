"""Rows that share a name, one for each size or colour: every price is told with what it is of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.asked import Asked

FILES = {
    "boots.csv": """Model,Size,Price
Tidewater boot,38,89 EUR
Tidewater boot,42,95 EUR
Tidewater clog,38,39 EUR
Tidewater clog,42,45 EUR
""",
    "bags.csv": """SKU,Name,Colour,Price
B-1,Fell day pack,red,40 EUR
B-2,Fell day pack,blue,45 EUR
B-3,Fell tote,red,20 EUR
B-4,Fell tote,blue,20 EUR
""",
    "suits.csv": """SKU,Name,Price EUR,Sale price EUR
S-1,Harbour rain suit M,89.00,
S-2,Harbour rain suit L,89.00,75.00
S-3,Harbour rain suit XL,94.00,
S-4,Harbour rain hat,19.00,
S-5,Harbour hand cream 50 ml,8.00,
S-6,Harbour hand cream 100 ml,14.00,
""",
    "rods.csv": """Name,Size,Price EUR,Sale price EUR,Sale ends
Stream rod,"2.1 m, light",1280.00,1080.00,2026-12-31
Stream rod,"2.4 m, medium",1380.00,,
""",
    "caps.csv": """Name,Size,Price EUR,Sale price EUR
Wicker cap,57,30.00,
Wicker cap,59,30.00,21.00
""",
    "茶.csv": """品名,净含量,价格
武夷岩茶,100克,88元
武夷岩茶,250克,198元
""",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """All of them in one shop."""
    with Asked(tmp_path_factory.mktemp("variants"), FILES) as asked:
        yield asked


@pytest.mark.parametrize(
    ("query", "told", "untold"),
    [
        ("How much is the Tidewater clog?", ["(size 38) is 39 EUR", "(size 42) is 45 EUR"], ["89", "disagree"]),
        ("How much is the Tidewater clog in size 42?", ["(size 42) is 45 EUR"], ["39", "disagree"]),
        ("How much is the Tidewater boot in size 38?", ["(size 38) is 89 EUR"], ["95", "disagree"]),
        ("How much is the Fell day pack?", ["(colour red) is 40 EUR", "(colour blue) is 45 EUR"], ["20 EUR"]),
        ("What is the price of the Fell day pack in blue?", ["(colour blue) is 45 EUR"], ["40 EUR"]),
        ("How much is the Fell tote?", ["The price of Fell tote is 20 EUR"], ["colour", "40 EUR"]),
        ("How much is B-2?", ["45 EUR"], ["40 EUR"]),
        ("What does the Fell tote cost?", ["20 EUR"], []),
        ("What does the Tidewater clog cost?", ["39 EUR", "45 EUR"], []),
        ("武夷岩茶250克多少钱？", ["198"], ["88"]),
        ("How much is the Wicker cap?", ["(size 57) is 30.00 EUR", "(size 59) is 21.00 EUR"], ["89"]),
        ("How much is the Harbour rain suit?", ["suit M is 89.00", "suit L is 75.00", "suit XL is 94.00"], ["19.00"]),
        ("How much is the Harbour rain suit in L?", ["75.00"], ["89.00", "94.00"]),
        ("How much is the Harbour rain suit XL?", ["94.00"], ["89.00", "75.00"]),
        ("How much is the Stream rod?", ["light) is 1080.00", "medium) is 1380.00"], ["Sale ends", "sale ends"]),
        ("How much is the 2.4 m Stream rod?", ["1380.00"], ["1080.00"]),
        ("How much is S-1?", ["89.00"], ["75.00", "94.00"]),
        ("How much is the Harbour hand cream?", ["50 ml is 8.00 EUR", "100 ml is 14.00 EUR"], []),
        ("How much is the Harbour hand cream 100 ml?", ["14.00"], ["8.00"]),
    ],
)
def test_each_variant_is_told_with_its_price(shop: Asked, query: str, told: list[str], untold: list[str]) -> None:
    """All that the question may mean; one where it says which; once where all cost the same."""
    reply = shop.ask(query)
    assert [part for part in told if part not in reply] == [], reply
    assert [part for part in untold if part in reply] == [], reply


def test_a_list_says_which_variant_each_line_is(shop: Asked) -> None:
    """Where several rows of one name meet its conditions."""
    lines = [line for line in shop.ask("Which clogs are under 100 EUR?").split("\n") if line[:2] == "- "]
    assert sorted(line[2:26] for line in lines) == ["Tidewater clog (size 38)", "Tidewater clog (size 42)"]
