"""Fresh at once: the first question after a publication is answered from it, with one collection or many."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.snapshot.rollback import roll_back
from retriever.retriever import Retriever
from tests.retriever.published import Shop

MANY = 60
LIMIT = 30.0
"""Seconds after which a wait is given up."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.store.close()


def lamps(price: float, rows: int = 3) -> list[dict[str, object]]:
    return [{"sku": f"L{n}", "name": f"lamp {n}", "price": price, "currency": "EUR"} for n in range(rows)]


def price(retriever: Retriever, collection: str = "default") -> float:
    """What the first question says."""
    (passage,) = retriever.search("lamp", filters={"sku": "L1"}, collection=collection).passages
    return float(passage.chunk.attributes["price"])


@pytest.mark.parametrize("collections", [1, MANY])
def test_the_first_question_is_answered_from_the_new_snapshot(shop: Shop, collections: int) -> None:
    """While four clients ask: whoever asks first after a price was published hears it, in whichever collection."""
    for number in range(collections):
        shop.publish(lamps(1.0), collection=f"c{number}")
    retriever = shop.retriever()
    retriever.refresh()
    ended = threading.Event()
    failed: list[BaseException] = []

    def customer(number: int) -> None:
        while not ended.is_set():
            try:
                price(retriever, f"c{number % collections}")
            except BaseException as error:  # noqa: BLE001 - any failure at all is the finding
                failed.append(error)
                return

    customers = [threading.Thread(target=customer, args=(number,)) for number in range(4)]
    for thread in customers:
        thread.start()
    told = []
    for night in range(6):
        collection = f"c{(night * 7) % collections}"
        id = shop.publish(lamps(2.0 + night), collection=collection)
        told.append((price(retriever, collection), retriever.snapshot == id))
    ended.set()
    for thread in customers:
        thread.join(LIMIT)
    assert (failed, told) == ([], [(2.0 + night, True) for night in range(6)])
    assert retriever.refresh() == collections + 6
    assert price(retriever, f"c{collections - 1}") == (1.0 if collections > 1 else 7.0)
    retriever.close()


def test_a_collection_that_takes_long_to_open_keeps_no_other_waiting(shop: Shop) -> None:
    """One whose file does not come at all, as on a disk that hangs: the others are answered from the new snapshot; when
    the file turns out to be damaged, all goes back to the snapshot before."""
    shop.publish(lamps(1.0), collection="slow")
    first = shop.publish(lamps(1.0), collection="quick")
    retriever = shop.retriever()
    retriever.refresh()
    shop.publish(lamps(2.0), collection="quick")
    second = shop.publish(lamps(2.0), collection="slow")
    known = {path.name for path in (shop.home.snapshots / first).glob("*.vectors")}
    slow = [path for path in (shop.home.snapshots / second).glob("1-*.vectors") if path.name not in known]
    assert len(slow) == 1
    slow[0].unlink()
    os.mkfifo(slow[0])
    assert [price(retriever, "quick") for _ in range(3)] == [2.0] * 3
    assert retriever.snapshot == second
    answers: list[float] = []
    waiting = threading.Thread(target=lambda: answers.append(price(retriever, "slow")))
    waiting.start()
    assert price(retriever, "quick") == 2.0
    until = time.monotonic() + LIMIT
    while waiting.is_alive() and time.monotonic() < until:  # the end of the file, for each who reads it
        try:
            os.close(os.open(slow[0], os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            waiting.join(0.01)
    waiting.join(LIMIT)
    assert answers == [1.0]
    assert (retriever.snapshot, price(retriever, "quick")) == (first, 1.0)
    retriever.close()


def test_a_rollback_is_answered_from_at_once(shop: Shop) -> None:
    """The older snapshot serves the next question; published again, the newer one the next."""
    first = shop.publish(lamps(1.0))
    second = shop.publish(lamps(2.0))
    retriever = shop.retriever()
    assert price(retriever) == 2.0
    with shop.home.writing(), shop.store.alone("test"):
        roll_back(shop.home, shop.store, first, by="test")
    assert price(retriever) == 1.0
    assert retriever.status()["rolled_back"] == {"from": second}
    shop.home.point_to(second)
    assert price(retriever) == 2.0
    assert retriever.status()["rolled_back"] is None
    retriever.close()


def test_words_of_a_new_product_are_known_to_the_first_question(shop: Shop) -> None:
    """A brand that came with the publication is understood by the first question after it."""
    shop.publish([{"sku": "A", "name": "kettle", "brand": "Orvane", "price": 5.0}])
    retriever = shop.retriever()
    assert retriever.search("Orvane kettles").passages
    brands = {"A": "Orvane", "B": "Quillo"}
    shop.publish([{"sku": sku, "name": "kettle", "brand": brand, "price": 5.0} for sku, brand in brands.items()])
    found = retriever.search("Which kettles of Quillo do you have?")
    assert found.computed is not None
    assert [row.attributes["sku"] for group in found.computed.groups for row in group.rows] == ["B"]
    retriever.close()


def test_only_the_collection_that_is_asked_is_opened(shop: Shop) -> None:
    """A process that asks one question opens one collection of many: another's damage does not concern it."""
    shop.publish(lamps(1.0), collection="broken")
    last = shop.publish(lamps(2.0), collection="whole")
    path = next((shop.home.snapshots / last).glob("1-*.vectors"))
    path.write_bytes(path.read_bytes()[:-1] + b"\x7f")
    retriever = shop.retriever()
    assert price(retriever, "whole") == 2.0
    with pytest.raises(Exception, match="is damaged"):
        price(retriever, "broken")
    with pytest.raises(Exception, match="is damaged"):
        retriever.refresh()
    retriever.close()
