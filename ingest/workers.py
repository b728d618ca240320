"""Worker processes that read files. A crash, a hang or a bomb costs the file being read, never the run.

A worker is given one file at a time and answers with pages of chunks; the parent watches its clock and its memory.
Nothing here touches the database or the embedder.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from pathlib import Path

import psutil

from index.chunk import Chunk
from index.disk import checksum
from index.embedding.tokens import TokenCounter
from ingest.confinement import MIB, cap_memory, die_with_parent
from ingest.declared import Declared
from ingest.document import Refused, RowRefused
from ingest.findings import Finding
from ingest.formats import detect
from ingest.known import KnownTexts
from ingest.lint import Lint
from ingest.paging import Packed, packed, unpacked
from ingest.places import with_kinds
from ingest.reading import TABLES, document_of, read
from ingest.splitting import split

PAGE = 500
POLL = 0.2
QUOTED = re.compile(r"(['\"`]).*?\1|[“‘].*?[”’]|\d[\d.,]*\d", re.DOTALL)
"""What an error of a library may have from a file: anything in quotes, and numbers of several digits."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: `seconds` plus `seconds_per_mib` for each MiB of it, and `memory_mib` of the worker's
    resident memory."""

    seconds: float = 120.0
    memory_mib: int = 2048
    seconds_per_mib: float = 5.0

    def allowed(self, size: int) -> float:
        """Seconds allowed for a file of `size` bytes."""
        return self.seconds + self.seconds_per_mib * size / MIB


@dataclass(frozen=True, slots=True)
class Reading:
    """How every file of a run is read: token counts by `tokenizer_file`, chunks of at most `budget` tokens.

    `declared` is what the settings say of files and tables.
    """

    collection: str
    tokenizer_file: Path
    budget: int
    ocr: bool
    memory_mib: int
    declared: Declared = Declared()


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read. `file_hash` is what its bytes hashed to when it was listed; `known` are the texts of its stored
    version, which need not be counted again."""

    file: Path
    path: str
    file_hash: str
    size: int
    known: KnownTexts | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some chunks of a file, in order."""

    chunks: list[Chunk]

    def __reduce__(self) -> tuple[Callable[[Packed], Page], tuple[Packed]]:
        return _page, (packed(self.chunks),)


def _page(chunks: Packed) -> Page:
    return Page(unpacked(chunks))


@dataclass(frozen=True, slots=True)
class Read:
    """A file was read to its end. `rows` counts its rows, the refused ones included; `findings` are the lint's.

    `headers`: typed name (`sku`, `price`, ...) -> the header it stands under, as written, where it is first.
    """

    format: str
    title: str
    rows: int
    refused: list[RowRefused]
    findings: list[Finding] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """A file could not be read; whatever pages came before do not count."""

    format: str
    reason: str
    transient: bool


Message = Page | Read | Failed


def read_file(job: Job, reading: Reading, count: Callable[[Sequence[str]], list[int]]) -> Iterator[Message]:
    """Read one file into messages; the last one is `Read` or `Failed`."""
    format = "unknown"
    try:
        format = detect(job.file)
        lint = Lint(job.path, format)
        elements = read(job.file, format, ocr=reading.ocr, options=reading.declared.of(job.path))
        seen = lint.watch(elements)
        placed = with_kinds(job.path, seen, document=format not in TABLES)
        document, rest = document_of(job.path, format, placed)
        count = job.known.counting(count) if job.known is not None else count
        refused: list[RowRefused] = []
        page: list[Chunk] = []
        for piece in split(document, rest, count=count, budget=reading.budget, collection=reading.collection):
            if isinstance(piece, RowRefused):
                refused.append(piece)
                continue
            page.append(piece)
            if len(page) == PAGE:
                yield Page(page)
                page = []
        if page:
            yield Page(page)
        if checksum(job.file) != job.file_hash:
            yield Failed(format, "the file changed while it was being read; run ingest again", True)
        else:
            yield Read(format, document.title, lint.rows, refused, lint.findings, lint.headers)
    except Refused as error:
        yield Failed(format, str(error), error.transient)
    except MemoryError:
        yield Failed(format, f"reading it needs more than {reading.memory_mib} MiB of memory", False)
    except OSError as error:
        yield Failed(format, f"the file cannot be read: {error.strerror or error}", True)
    except RecursionError:
        yield Failed(format, "its content is nested too deeply to be read", False)
    except Exception as error:  # noqa: BLE001 - the worker's border: whatever a library raises costs this file only
        said = QUOTED.sub("…", str(error))  # what a library quotes may be a private cell
        yield Failed(format, f"the file is damaged or not really {format}: {type(error).__name__}: {said}"[:500], False)


def work(connection: Connection, reading: Reading) -> None:
    """The worker process: read each job that arrives until the parent hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=die_with_parent, args=(os.getppid(),), daemon=True).start()
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # format libraries talk on both
        os.dup2(silence, stream)
    cap_memory(reading.memory_mib)
    counter = TokenCounter(reading.tokenizer_file)
    with contextlib.suppress(EOFError, OSError):
        while True:
            for message in read_file(connection.recv(), reading, counter.count):
                connection.send(message)


def _context() -> SpawnContext | ForkServerContext:
    """How workers are begun: forked from one small process that has imported this file, so that another one in the
    place of one that was killed, and the first of a second run, costs no start of Python. Never forked from this
    process, which has threads. Where there is no fork, each is a new Python."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


class _Worker:
    """The parent's side of one worker process."""

    def __init__(self, reading: Reading) -> None:
        context = _context()
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(theirs, reading), daemon=True)
        self.process.start()
        theirs.close()
        self.job: Job | None = None
        self.waited = 0.0
        self.weighed = 0.0

    def begin(self, job: Job) -> bool:
        """Give the worker a file; False where the process is no more."""
        try:
            self.connection.send(job)
        except OSError:
            self.kill()
            return False
        self.job, self.waited = job, 0.0
        return True

    def memory(self) -> int:
        """Resident bytes, its helpers' included."""
        total = 0
        with contextlib.suppress(psutil.NoSuchProcess):
            this = psutil.Process(self.process.pid)
            for process in (this, *this.children(recursive=True)):
                total += int(process.memory_info().rss)
        return total

    def kill(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            for helper in psutil.Process(self.process.pid).children(recursive=True):  # a converter it had started
                helper.kill()
        self.process.kill()
        self.process.join()
        self.connection.close()


def read_all(jobs: Iterable[Job], reading: Reading, limits: Limits, workers: int) -> Iterator[tuple[Job, Message]]:
    """Read files in `workers` processes; each job's messages come in order and end with `Read` or `Failed`.

    A worker waits while nobody asks for the next message, and that wait is not held against its file.
    """
    todo = iter(jobs)
    busy: list[_Worker] = []
    idle: list[_Worker] = []
    try:
        while True:
            while len(busy) < workers and (job := next(todo, None)) is not None:
                worker = idle.pop() if idle else _Worker(reading)
                while not worker.begin(job):  # it was killed while it waited
                    worker = _Worker(reading)
                busy.append(worker)
            if not busy:
                return
            for worker, job, message in _messages(tuple(busy), limits):
                if not isinstance(message, Page):
                    busy.remove(worker)
                    idle += [worker] if worker.process.is_alive() else []
                yield job, message
    finally:
        for worker in (*busy, *idle):
            worker.kill()


def _messages(busy: Sequence[_Worker], limits: Limits) -> Iterator[tuple[_Worker, Job, Message]]:
    """What came from these workers within a moment, and the end of those that went beyond their limits."""
    began = time.monotonic()
    ready = wait([worker.connection for worker in busy], timeout=POLL)
    passed = time.monotonic() - began
    for worker in busy:
        job = worker.job
        assert job is not None
        message: Message | None = None
        if worker.connection in ready:
            try:
                message = worker.connection.recv()
            except (EOFError, OSError):
                worker.process.join(POLL * 10)  # it hung up by itself: let it tell how it ended
                worker.kill()
                code = worker.process.exitcode or 0
                how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
                message = Failed("unknown", f"the program that reads this format crashed on it ({how})", False)
        worker.waited += passed
        if message is None or isinstance(message, Page):  # one that goes on talking is watched all the same
            message = _beyond(worker, job, limits) or message
        if message is not None:
            yield worker, job, message


def _beyond(worker: _Worker, job: Job, limits: Limits) -> Failed | None:
    """Kill a worker that took too long or too much memory, and say so."""
    allowed = limits.allowed(job.size)
    if worker.waited > allowed:
        worker.kill()
        return Failed("unknown", f"reading it took more than {allowed:.0f} seconds", True)
    now = time.monotonic()
    if now - worker.weighed < POLL:  # looking for a process's helpers takes longer than reading a page does
        return None
    worker.weighed = now
    if worker.memory() > limits.memory_mib * MIB:
        worker.kill()
        return Failed("unknown", f"reading it needs more than {limits.memory_mib} MiB of memory", False)
    return None
