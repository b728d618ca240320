"""Texts that are stored already keep their token counts; only the others are counted."""

from __future__ import annotations

import pickle
from collections.abc import Sequence

from index.chunk import Chunk, Locator
from ingest.known import KnownTexts
from ingest.workers import Page


def test_known_texts_are_not_counted_again() -> None:
    """The counter is given the new texts alone, and each count stands at its text's place."""
    stored = [Chunk("", "", 0, text, tokens=size) for text, size in (("red kettle", 7), ("茶壶", 3), ("pan", 0))]
    known = KnownTexts.of((chunk.content_hash, chunk.tokens) for chunk in stored)
    asked: list[list[str]] = []

    def count(texts: Sequence[str]) -> list[int]:
        asked.append(list(texts))
        return [100 + len(text) for text in texts]

    counting = known.counting(count)
    assert counting(["blue", "茶壶", "pan", "red kettle"]) == [104, 3, 103, 7]
    assert counting(["red kettle"]) == [7]
    assert asked == [["blue", "pan"]]


def test_nothing_known() -> None:
    """Without stored texts all are counted."""
    known = KnownTexts.of([])
    assert known.look_up(["a", "b"]) == [0, 0]
    assert known.counting(lambda texts: [len(text) for text in texts])(["a", "bb"]) == [1, 2]


def test_a_page_travels_whole() -> None:
    """What a worker sends is what the parent gets, every field of every chunk."""
    place = Locator(3, "Prices", 4, "Kettles")
    chunk = Chunk("id", "list.csv", 5, "text", "title", ("a", "b"), place, {"price": 9.5, "new": True}, 7)
    assert pickle.loads(pickle.dumps(Page([chunk, Chunk("", "", 0, "")]))) == Page([chunk, Chunk("", "", 0, "")])
