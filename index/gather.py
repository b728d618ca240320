"""`SearchThread`: one thread through which concurrent callers search, in batches.

A GPU index is not safe for two threads even for reading, and a batch costs it hardly more than one query. It knows
nothing of faiss: any function from queries and k to scores and rows will do.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np

from index.embedder import Floats
from index.vectorfile import Ids

Result = tuple[Floats, Ids]
Search = Callable[[Floats, int], Result]


@dataclass(frozen=True)
class _Request:
    queries: Floats
    k: int
    result: Future[Result] = field(default_factory=Future)


class SearchThread:
    """Calls `search(queries, k)` from one thread only; itself it may be called from any number of threads.

    Nobody waits for company: what arrives while one batch is being searched makes up the next, at most `batch`
    queries of it. `search` must return (q, k) arrays whose first columns are the same for a larger k.
    """

    def __init__(self, search: Search, batch: int = 256) -> None:
        self._search = search
        self._batch = batch
        self._queue: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="vector-search", daemon=True)
        self._thread.start()

    def __call__(self, queries: Floats, k: int) -> Result:
        """The same as `search(queries, k)`, with its exception; RuntimeError after `close`."""
        request = _Request(queries, k)
        with self._lock:
            if self._closed:
                raise RuntimeError("this index is closed")
            self._queue.put(request)
        return request.result.result()

    def close(self) -> None:
        """Answer what was asked before, refuse what comes after, end the thread."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            requests, last = self._gather(first)
            self._serve(requests)
            if last:
                return

    def _gather(self, first: _Request) -> tuple[list[_Request], bool]:
        """What waits now, and whether the thread shall end after it."""
        requests, size = [first], len(first.queries)
        while size < self._batch:
            try:
                request = self._queue.get_nowait()
            except queue.Empty:
                break
            if request is None:
                return requests, True
            requests.append(request)
            size += len(request.queries)
        return requests, False

    def _serve(self, requests: Sequence[_Request]) -> None:
        try:
            queries = np.concatenate([request.queries for request in requests])
            scores, rows = self._search(queries, max(request.k for request in requests))
        except Exception as error:  # noqa: BLE001 - the border of a worker: every failure belongs to its caller
            if len(requests) == 1:
                requests[0].result.set_exception(error)
            else:  # one caller's failure must not become the others'
                for request in requests:
                    self._serve([request])
            return
        at = 0
        for request in requests:
            part = slice(at, at := at + len(request.queries))
            request.result.set_result((scores[part, : request.k], rows[part, : request.k]))
