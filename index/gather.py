"""`Gathered`: work that costs little more for many than for one, done together for callers in many threads.

It knows nothing of what is computed: any function from a list of items to a list of results will do.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from index.arrays import Floats, Ids

Item = TypeVar("Item")
Result = TypeVar("Result")
Search = Callable[[Floats, int], tuple[Floats, Ids]]


@dataclass(frozen=True)
class _Call(Generic[Item, Result]):
    item: Item
    result: Future[Result] = field(default_factory=Future)


class Gathered(Generic[Item, Result]):
    """Calls `work(items)` with what was asked for at once, at most `most` items together and never from two threads at
    a time; `work` returns one result for each, in their order.

    Nobody waits for company: what arrives while one batch is computed makes up the next.
    """

    def __init__(self, work: Callable[[list[Item]], Sequence[Result]], most: int) -> None:
        self._work, self._most = work, most
        self._calls: deque[_Call[Item, Result]] = deque()
        self._turn = threading.Lock()

    def __call__(self, item: Item) -> Result:
        """The result for one item, or the exception that `work` raises for it alone."""
        call: _Call[Item, Result] = _Call(item)
        self._calls.append(call)
        while not call.result.done():
            with self._turn:
                if not call.result.done():
                    self._serve([self._calls.popleft() for _ in range(min(self._most, len(self._calls)))])
        return call.result.result()

    def _serve(self, calls: Sequence[_Call[Item, Result]]) -> None:
        try:
            results = self._work([call.item for call in calls])
        except BaseException as error:  # noqa: BLE001 - every failure belongs to its caller
            if len(calls) == 1:
                calls[0].result.set_exception(error)
            else:  # one caller's failure must not become the others'
                for call in calls:
                    self._serve([call])
            return
        for call, result in zip(calls, results, strict=True):
            call.result.set_result(result)


def searching(search: Search) -> Callable[[list[tuple[Floats, int]]], list[tuple[Floats, Ids]]]:
    """A vector search of queries (q, d) and a k as work for `Gathered`. The first columns of what `search` returns must
    be the same for a larger k."""

    def together(items: list[tuple[Floats, int]]) -> list[tuple[Floats, Ids]]:
        scores, rows = search(np.concatenate([queries for queries, _ in items]), max(k for _, k in items))
        ends = np.cumsum([len(queries) for queries, _ in items]).tolist()
        parts = [slice(end - len(queries), end) for end, (queries, _) in zip(ends, items, strict=True)]
        return [(scores[part, :k], rows[part, :k]) for part, (_, k) in zip(parts, items, strict=True)]

    return together
