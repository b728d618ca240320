"""Products that stand in several lists under one name are one product; sizes of one name in one list are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.asked import Asked

PRICES = "Name,Category,Price (EUR)\nAldo towel,Towels,9.90\nMira towel,Towels,19.90\nKesti tarp,Tents,49.90\n"
STOCK = "Name,Size,Price (EUR),Stock\nAldo towel,S,9.90,3\nMira towel,S,19.90,7\nMira towel,L,24.90,2\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with Asked(tmp_path_factory.mktemp("twice"), {"prices.csv": PRICES, "stock.csv": STOCK}) as opened:
        yield opened


def test_a_product_of_two_lists_is_counted_once(shop: Asked) -> None:
    """Two towels, one of them in two sizes."""
    assert "In total there are 3 products" in shop.ask("how many towels do you have?")


def test_it_is_told_once(shop: Asked) -> None:
    told = shop.names("which towels do you have under 15 euros?")
    assert told == ["Aldo towel"]


def test_documents_are_not_meant_by_one_sign_of_their_names(shop: Asked) -> None:
    """你们家 is no 家具; 家具 is."""
    with_names = {
        "家具参数表.csv": "Name,Price\nOak chair,90\n",
        "锅具.md": "# 锅具\n\n怎么用。\n",
        "毛巾.md": "# 毛巾\n\n怎么洗。\n",
    }
    folder = shop.retriever.home.path / "documents"
    with Asked(folder, with_names) as other:
        assert other.retriever.search("你们家哪一款最便宜").meant == frozenset()
        assert other.retriever.search("家具多少钱").meant == {"家具参数表.csv"}


def test_rows_without_what_is_asked_are_not_compared(tmp_path: Path) -> None:
    """A list of models names them, and has no price of any."""
    models = "Name,Catalogue\nK-150,bikes\nK-650,bikes\n"
    with Asked(tmp_path, {"models.csv": models}) as other:
        assert "Side by side" not in other.ask("compare the prices of the K-150 and the K-650")


def test_names_that_share_the_code_of_a_series_are_as_many_products(tmp_path: Path) -> None:
    drives = "SKU,Name,Category,Price (EUR)\nSX300,Orvane drive 22 kW,Drives,130\nSX300,Orvane drive 30 kW,Drives,150\n"
    with Asked(tmp_path, {"drives.csv": drives + "SX900,Orvane drive 75 kW,Drives,2600\n"}) as other:
        told = other.ask("how many drives are under 2000 euros?")
        assert "30 kW" in told
        assert "2 products" in told
