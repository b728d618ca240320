"""`EmbeddingQueue`: texts that still need a vector, batched by token count across files, embedded beside reading."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType

import numpy as np

from index.arrays import Floats
from index.chunk import Chunk
from index.database.writing import Writing
from index.embedding.embedder import Embedder

BATCH_TOKENS = 16_384
"""Tokens, padding counted, that go to the embedder at once, unless an option says otherwise."""
BATCH_SIZE = 256
"""Texts that go there at once."""
WINDOW = 4_096
"""Texts that are sorted by length together. A larger window pads less; this one is within 1 % of sorting all."""
EAGER = 256
"""While the embedder has nothing to do, this many texts are enough to begin with."""
COMMIT = 512
"""Vectors to a transaction (or those of two seconds): about what a kill -9 can cost."""


def batches(texts: Sequence[tuple[str, int]], tokens: int, size: int) -> list[list[int]]:
    """Positions of (text, token count) pairs, grouped by length: at most `size` a batch and `tokens` padded tokens."""
    made: list[list[int]] = []
    for place in sorted(range(len(texts)), key=lambda at: texts[at][1]):
        longest = texts[place][1]  # ascending, so that the newest is the longest
        if made and len(made[-1]) < size and (len(made[-1]) + 1) * longest <= tokens:
            made[-1].append(place)
        else:
            made.append([place])
    return made


class EmbeddingQueue:
    """Sends each text once to the embedder, in its own thread, and keeps the vectors in the database's cache."""

    def __init__(
        self,
        embedder: Embedder,
        writing: Writing,
        *,
        batch_tokens: int = BATCH_TOKENS,
        batch_size: int = BATCH_SIZE,
        progress: Callable[[int], None] = lambda embedded: None,
    ) -> None:
        self.embedder = embedder
        self.writing = writing
        self.batch_tokens = batch_tokens
        self.batch_size = batch_size
        self.embedded = 0
        self.progress = progress
        self._waiting: dict[str, tuple[str, int]] = {}
        self._asked: set[str] = set()
        self._running: deque[tuple[list[str], Future[Floats]]] = deque()
        self._done: list[tuple[list[str], Floats]] = []
        self._committed = time.monotonic()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embedding")

    def offer(self, chunks: Iterable[Chunk]) -> None:
        """Queue those chunks that have no vector yet. Waits while the embedder is two windows behind."""
        found = {chunk.content_hash: chunk for chunk in chunks}
        wanted = [hash for hash in found if hash not in self._asked and hash not in self._waiting]
        for hash in self.writing.uncached(wanted, self.embedder.fingerprint):
            self._waiting[hash] = (found[hash].embedded_text, found[hash].tokens)
        if len(self._waiting) >= WINDOW or (not self._running and len(self._waiting) >= EAGER):
            self._flush()
        self._collect(2 * WINDOW)

    def finish(self) -> None:
        """Embed what waits and keep every vector."""
        self._flush()
        self._collect(0)
        self._commit()

    def _flush(self) -> None:
        hashes, texts = list(self._waiting), list(self._waiting.values())
        self._waiting = {}
        self._asked.update(hashes)
        for batch in batches(texts, self.batch_tokens, self.batch_size):
            task = self._thread.submit(self.embedder.embed_passages, [texts[at][0] for at in batch])
            self._running.append(([hashes[at] for at in batch], task))

    def _collect(self, allowed: int) -> None:
        """Take finished batches; wait until at most `allowed` texts are under way."""
        under_way = sum(len(hashes) for hashes, _ in self._running)
        while self._running and (under_way > allowed or self._running[0][1].done()):
            hashes, task = self._running[0]
            self._done.append((hashes, task.result()))  # a time limit may end the waiting: it is in the line until then
            self._running.popleft()
            under_way -= len(hashes)
            self.embedded += len(hashes)
            self.progress(self.embedded)
            late = time.monotonic() - self._committed > 2.0
            if late or sum(len(hashes) for hashes, _ in self._done) >= COMMIT:
                self._commit()

    def _commit(self) -> None:
        self._committed = time.monotonic()
        if self._done:
            hashes = [hash for some, _ in self._done for hash in some]
            vectors = np.concatenate([vectors for _, vectors in self._done])
            self.writing.cache(hashes, vectors, self.embedder.fingerprint)
            self._asked.difference_update(hashes)
            self._done = []

    def __enter__(self) -> EmbeddingQueue:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)
        with suppress(Exception):  # how the run ended is the news
            self._keep()

    def _keep(self) -> None:
        """Commit what was embedded and not committed, wherever the run was ended, so that no later one embeds it."""
        ended = [(some, task) for some, task in self._running if not task.cancelled() and task.exception() is None]
        kept = [*self._done, *((some, task.result()) for some, task in ended)]
        made = {hash: vector for some, vectors in kept for hash, vector in zip(some, vectors, strict=True)}
        if missing := sorted(self.writing.uncached(list(made), self.embedder.fingerprint)):
            self.writing.cache(missing, np.stack([made[hash] for hash in missing]), self.embedder.fingerprint)
