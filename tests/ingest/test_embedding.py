"""The embedding queue: what was sent to the embedder is kept, however the run ends."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError

from index.arrays import Floats
from index.chunk import Chunk
from index.database.store import Store
from index.database.tables import EmbeddingRow
from index.errors import StorageUnavailable
from index.hashing import HashingEmbedder
from index.publishing.embedding_queue import EmbeddingQueue
from index.snapshot.home import Home
from ingest.pipeline import Progress, ingest_folder
from ingest.report import Report

ROWS = 1_500


class Ended(Exception):
    """What ends a run here."""


class CountingEmbedder(HashingEmbedder):
    """Counts the texts whose vectors it has made; may do something before the fifth batch."""

    def __init__(self, folder: Path, before_fifth: Callable[[], None] = lambda: None) -> None:
        super().__init__(folder)
        self.calls, self.made, self.before_fifth = 0, 0, before_fifth

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        """As the hashing embedder."""
        self.calls += 1
        if self.calls == 5:
            self.before_fifth()
        vectors = super().embed_passages(texts)
        self.made += len(texts)
        return vectors


@contextmanager
def alarm_raises() -> Iterator[None]:
    """SIGALRM raises Ended in the main thread, as the nightly job's time limit does."""

    def end(*_: Any) -> None:
        raise Ended

    before = signal.signal(signal.SIGALRM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, before)


def alarm() -> None:
    """From the embedder's thread: end what the main thread does or waits for."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)


def fail() -> None:
    """The embedder breaks."""
    raise Ended


def break_off(progress: Progress) -> None:
    """The thread that reads breaks."""
    if progress.chunks_read >= 1_000:
        raise Ended


# a time limit may fall between psutil's opening of a file of /proc and its closing
@pytest.mark.filterwarnings("ignore:Exception ignored in. <_io:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("before_fifth", "progress"),
    [(alarm, None), (fail, None), (lambda: None, break_off)],
    ids=["a time limit", "an embedder that fails", "an error while reading"],
)
def test_a_run_that_is_ended_pays_for_nothing_twice(
    tmp_path: Path, before_fifth: Callable[[], None], progress: Callable[[Progress], None] | None
) -> None:
    """What was embedded when the run ended is stored, though no transaction was full; the next run embeds the rest."""
    folder, home = tmp_path / "catalog", Home(tmp_path / "home")
    folder.mkdir()
    home.create()
    rows = "".join(f"L-{number},Lamp model {number},5\n" for number in range(ROWS))
    (folder / "prices.csv").write_text(f"SKU,Name,Price\n{rows}", encoding="utf-8")
    store = Store.open(home.database_url)

    def run(embedder: HashingEmbedder, **options: Any) -> Report:
        return ingest_folder(folder, home=home, store=store, embedder=embedder, jobs=1, batch_size=32, **options)

    first, second = CountingEmbedder(tmp_path / "hashing", before_fifth), CountingEmbedder(tmp_path / "hashing")
    with alarm_raises(), pytest.raises((Ended, StatementError)):  # it may fall into the database's own handling
        run(first, progress=progress)
    with store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(EmbeddingRow)).scalar_one() == first.made
    report = run(second)
    assert first.made >= 4 * 32
    assert first.made + second.made == ROWS
    assert (report.embedded, report.chunks_total) == (second.made, ROWS)
    store.close()


class Kept:
    """A `Writing` that keeps vectors by hash, if it can."""

    def __init__(self, *, full: bool = False) -> None:
        self.full, self.vectors = full, dict[str, Any]()

    def uncached(self, hashes: Sequence[str], fingerprint: str) -> set[str]:
        """Those not kept."""
        return set(hashes) - set(self.vectors)

    def cache(self, hashes: Sequence[str], vectors: Floats, fingerprint: str) -> None:
        """Keep, each once."""
        if self.full:
            raise StorageUnavailable("the disk is full")
        assert not set(hashes) & set(self.vectors)
        self.vectors |= zip(hashes, vectors, strict=True)


def chunks(count: int) -> list[Chunk]:
    """So many texts, "lamp 0" and so on."""
    return [Chunk(str(number), "lamps.md", number, f"lamp {number}", "", tokens=2) for number in range(count)]


def queue(embedder: HashingEmbedder, kept: Kept) -> EmbeddingQueue:
    return EmbeddingQueue(embedder, kept, batch_tokens=16_384, batch_size=32)  # type: ignore[arg-type]


def test_what_nobody_waited_for_is_kept(tmp_path: Path) -> None:
    """A run that publishes nothing, and leaves without an error, keeps each vector under its own text too."""
    fifth, kept = threading.Event(), Kept()
    embedder = CountingEmbedder(tmp_path, fifth.set)
    with queue(embedder, kept) as waiting:
        waiting.offer(chunks(400))
        assert fifth.wait(60)
    assert len(kept.vectors) == embedder.made >= 5 * 32
    for chunk in chunks(400):
        if chunk.content_hash in kept.vectors:
            (expected,) = embedder.embed_passages([chunk.embedded_text])
            assert kept.vectors[chunk.content_hash].tolist() == expected.tolist()


def test_the_first_error_is_the_one_that_is_told(tmp_path: Path) -> None:
    """Where what was embedded cannot be kept either, the run still ends by what ended it."""
    fifth, kept = threading.Event(), Kept(full=True)

    def end() -> None:
        with queue(CountingEmbedder(tmp_path, fifth.set), kept) as waiting:
            waiting.offer(chunks(400))
            assert fifth.wait(60)
            raise Ended

    with pytest.raises(Ended):
        end()
    assert kept.vectors == {}
