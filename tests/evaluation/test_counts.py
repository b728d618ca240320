"""Counts: how much of a collection may go at once."""

from __future__ import annotations

import pytest

from evaluation.counts import Counts, check_counts

SHOP = Counts(documents=40, chunks=1_200, rows=1_000, priced=900)


def test_an_ordinary_day_passes_and_says_what_there_is() -> None:
    """Up to the limit may go, a new collection may come."""
    after = Counts(documents=32, chunks=960, rows=800, priced=720)
    check = check_counts({"default": SHOP}, {"default": after, "b2b": Counts(1, 2, 0, 0)}, 0.2)
    assert (check.name, check.passed) == ("counts", True)
    assert check.sentences == (
        "default: 32 documents, 800 rows (720 with a price), 960 chunks, before: 40 documents, 1,000 rows (900 with a "
        "price), 1,200 chunks; b2b: 1 document, 0 rows (0 with a price), 2 chunks, new.",
    )


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (Counts(31, 1_200, 1_000, 900), "fell from 40 documents to 31: 9 are gone, and at most 8 may go at once."),
        (Counts(40, 959, 1_000, 900), "fell from 1,200 chunks to 959: 241 are gone, and at most 240 may go at once."),
        (Counts(40, 1_200, 799, 719), "fell from 1,000 rows to 799: 201 are gone, and at most 200 may go at once."),
        (Counts(40, 1_200, 0, 0), "has no rows any more; it had 1,000."),
    ],
)
def test_one_more_than_the_limit_stops_it(after: Counts, sentence: str) -> None:
    """Documents, chunks and rows each count for themselves."""
    check = check_counts({"default": SHOP}, {"default": after}, 0.2)
    assert not check.passed
    assert check.sentences == (f"Collection “default” {sentence}",)


def test_the_limit_is_exact() -> None:
    """29 % of 100 is 29, though the nearest float is a little less."""
    before = {"default": Counts(100, 100, 100, 0)}
    assert check_counts(before, {"default": Counts(71, 71, 71, 0)}, 0.29).passed
    assert not check_counts(before, {"default": Counts(70, 71, 71, 0)}, 0.29).passed


def test_prices_that_went_stop_it() -> None:
    """900 of 1,000 rows had a price: of 500 rows, 450 would, and a fifth of those may go."""
    before = {"default": SHOP}
    assert check_counts(before, {"default": Counts(40, 1_200, 800, 576)}, 0.2).passed
    check = check_counts(before, {"default": Counts(40, 1_200, 800, 575)}, 0.2)
    assert check.sentences == ("In collection “default” 575 of 800 rows have a price; before, 900 of 1,000 had one.",)
    few = {"default": Counts(40, 1_200, 1_000, 4)}
    assert check_counts(few, {"default": Counts(40, 1_200, 1_000, 1)}, 0.2).passed
    assert not check_counts(few, {"default": Counts(40, 1_200, 1_000, 0)}, 0.2).passed


def test_a_small_collection_may_lose_five_but_not_all() -> None:
    """A share says little of eight things; nothing left says all."""
    before = {"default": Counts(8, 8, 8, 8)}
    assert check_counts(before, {"default": Counts(3, 3, 3, 3)}, 0.2).passed
    assert check_counts(before, {"default": Counts(2, 2, 2, 2)}, 0.2).sentences == (
        "Collection “default” fell from 8 documents to 2: 6 are gone, and at most 5 may go at once.",
        "Collection “default” fell from 8 rows to 2: 6 are gone, and at most 5 may go at once.",
        "Collection “default” fell from 8 chunks to 2: 6 are gone, and at most 5 may go at once.",
    )
    check = check_counts({"default": Counts(1, 2, 2, 0)}, {"default": Counts(0, 0, 0, 0)}, 0.2)
    assert check.sentences == (
        "Collection “default” has no documents any more; it had 1.",
        "Collection “default” has no rows any more; it had 2.",
        "Collection “default” has no chunks any more; it had 2.",
    )


def test_a_collection_that_vanished_stops_it() -> None:
    """Unless it was empty before."""
    before = {"default": SHOP, "b2b": Counts(1, 7, 7, 7), "empty": Counts(0, 0, 0, 0)}
    check = check_counts(before, {"default": SHOP}, 1.0)
    assert not check.passed
    assert check.sentences == ("Collection “b2b” is gone; it held 1 document, 7 rows (7 with a price), 7 chunks.",)


def test_the_first_snapshot_passes() -> None:
    """Nothing was there that could be lost."""
    assert check_counts({}, {"default": SHOP}, 0.2).passed
    assert check_counts({}, {}, 0.2).sentences == ("Nothing was published before or is now.",)
