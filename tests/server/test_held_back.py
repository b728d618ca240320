"""`xuanji doctor` on private columns: what was held back, what it asks about, which settings name nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.declared import Declared
from server.doctor import examine
from server.ingest_settings import declared
from server.settings import Settings
from tests.ingest.test_nights import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.store.close()


def said(shop: Shop, **settings: str) -> list[tuple[str, str]]:
    """What doctor says of privacy."""
    found = examine(Settings(home=shop.home.path, **settings), shop.home)
    return [(one.about, one.text) for one in found if one.about in ("held back", "private?", "setting")]


def test_doctor_tells_what_was_held_back_and_asks(shop: Shop) -> None:
    """By file, with the line to write for a suspect; never a value."""
    shop.write([("A-1", "Lamp", "73317", "fine", "9")], headers=("SKU", "Name", "Cost", "Notes", "Price"))
    shop.write([("A-2", "Lamp", "73317", "good", "9")], "b.csv", headers=("SKU", "Name", "P2", "Notes", "Price"))
    settings = {"private_columns": "P2, P3"}
    shop.night(declared=declared(Settings(home=shop.home.path, **settings)))
    assert said(shop, **settings) == [
        ("held back", "b.csv: P2"),
        ("held back", "prices.csv: Cost"),
        (
            "private?",
            "is “Notes” (b.csv and 1 more) for customers? If not: private_columns = 'Notes'; "
            "if so: public_columns = 'Notes'",
        ),
        ("setting", "private_columns: no column that was read is called “P3”; see whether it is spelt so"),
    ]


def test_doctor_tells_of_a_setting_that_was_not_read_yet(shop: Shop) -> None:
    """What was indexed before goes at the next run."""
    shop.write([("A-1", "Lamp", "73317", "9")], headers=("SKU", "Name", "P2", "Price"))
    shop.night()
    changed = ("setting", "what is private was changed since the files were read: run ingest or reindex")
    assert said(shop, private_columns="P2") == [changed]


def test_doctor_is_silent_where_nothing_is_private(shop: Shop) -> None:
    """And where nothing was ingested."""
    assert said(shop) == []
    shop.write([("A-1", "Lamp", "Acme", "9")])
    shop.night(declared=Declared())
    assert said(shop) == []
