"""What many threads ask for at once is computed together, and each gets his own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.arrays import Floats, Ids
from index.gather import Gathered, searching
from tests.waiting import LONGEST, within

Calls = Gathered[tuple[Floats, int], tuple[Floats, Ids]]


class Slow:
    """A search that counts: row i of a query q is q + i. Its calls wait until they are let go."""

    def __init__(self) -> None:
        self.started, self.go = threading.Event(), threading.Event()
        self.sizes: list[int] = []
        self.inside = 0

    def __call__(self, queries: Floats, k: int) -> tuple[Floats, Ids]:
        self.inside += 1
        assert self.inside == 1, "two threads at a time"
        self.sizes.append(len(queries))
        self.started.set()
        assert self.go.wait(LONGEST)
        self.inside -= 1
        if bool(np.any(queries < 0)):
            raise ValueError(f"{queries.min():.0f} is negative")
        rows = queries[:, :1].astype(np.int64) + np.arange(k)
        return rows.astype(np.float32), rows


def ask(calls: Calls, value: float, k: int, copies: int = 1) -> list[int]:
    """The rows that the last of `copies` equal queries gets."""
    return calls((np.full((copies, 1), value, np.float32), k))[1].tolist()[-1]  # type: ignore[no-any-return]


def until_waiting(calls: Calls, number: int) -> None:
    """Return once so many calls stand in the queue."""
    assert within(LONGEST, lambda: len(calls._calls) >= number)


def test_what_comes_meanwhile_is_the_next_batch_and_everyone_gets_his_own() -> None:
    """Each caller gets his rows, of his k, or his own error; no two batches run at a time."""
    slow = Slow()
    calls = Gathered(searching(slow), 8)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(ask, calls, 10, 2)
        assert slow.started.wait(LONGEST)
        others = [pool.submit(ask, calls, 100 * i, i, copies=i) for i in range(1, 6)]
        until_waiting(calls, 5)
        slow.go.set()
        assert first.result(LONGEST) == [10, 11]
        assert [other.result(LONGEST) for other in others] == [[100 * i + j for j in range(i)] for i in range(1, 6)]
        assert slow.sizes == [1, 15]
        slow.started.clear()
        slow.go.clear()
        blocked = pool.submit(ask, calls, 1, 1)
        assert slow.started.wait(LONGEST)
        good, bad, worse = (pool.submit(ask, calls, value, 1) for value in (5, -1, -2))
        until_waiting(calls, 3)
        slow.go.set()
        assert (blocked.result(LONGEST), good.result(LONGEST)) == ([1], [5])
        with pytest.raises(ValueError, match="-1 is negative"):
            bad.result(LONGEST)
        with pytest.raises(ValueError, match="-2 is negative"):
            worse.result(LONGEST)


def test_batches_keep_to_their_size() -> None:
    """Seven calls, two in a batch at most."""
    slow = Slow()
    calls = Gathered(searching(slow), 2)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(ask, calls, 0, 1)
        assert slow.started.wait(LONGEST)
        others = [pool.submit(ask, calls, i, 1) for i in range(1, 7)]
        until_waiting(calls, 6)
        slow.go.set()
        assert [first.result(LONGEST), *(other.result(LONGEST) for other in others)] == [[i] for i in range(7)]
    assert slow.sizes == [1, 2, 2, 2]
