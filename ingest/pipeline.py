"""The pipeline: a folder in, a published snapshot out, and a report that reconciles.

Reading (worker processes) and embedding (one thread) run side by side; this thread compares what is read with what is
stored, writes the difference as the next generation, and publishes it. It knows nothing of searching.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from index.chunk import Chunk
from index.embedder import Embedder
from index.errors import BadRequest, NothingPublished, SnapshotDamaged
from index.home import Home
from index.snapshot import (
    CollectionContent,
    CollectionEntry,
    Manifest,
    current_manifest,
    prune,
    publish,
    published_generation,
)
from index.store import Store, Version, Writing, key
from ingest.embedding import EmbeddingQueue
from ingest.folder import list_folder
from ingest.ocr import available as ocr_available
from ingest.reading import reader_fingerprint
from ingest.report import Refusal, Report, Tally
from ingest.workers import Failed, Job, Limits, Page, Read, Reading, read_all

PROMPT_TOKENS = 8
"""Room left in the embedder's window for its passage prompt and special tokens."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    files_seen: int = 0
    files_done: int = 0
    chunks_read: int = 0
    chunks_embedded: int = 0
    path: str = ""


def ingest_folder(
    folder: Path,
    *,
    home: Home,
    store: Store,
    embedder: Embedder,
    collection: str = "default",
    jobs: int = 0,
    limits: Limits = Limits(),
    ocr: str = "auto",
    dry_run: bool = False,
    batch_tokens: int = 16_384,
    batch_size: int = 256,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Make a collection equal to a folder and publish it; with `dry_run`, only say what that would change.

    `jobs` is how many files are read at once (0: half the cores). At most `batch_size` texts and `batch_tokens` tokens,
    padding counted, go to the embedder at once. `ocr` is "auto" (where it is installed), "on" or
    "off". Raises BadRequest, EmptyFolder, WriterBusy or StorageUnavailable with nothing published; inputs that cannot
    be read are refused in the report and cost nothing else.
    """
    if not collection or not collection.replace("-", "").replace("_", "").isalnum():
        raise BadRequest(f"{collection!r} cannot name a collection: use letters, digits, - and _")
    telling = progress or (lambda _: None)
    reading = Reading(
        collection,
        embedder.tokenizer_file,
        embedder.max_tokens - PROMPT_TOKENS,
        ocr_available() if ocr == "auto" else ocr == "on",
        limits.memory_mib,
    )
    workers = jobs or max(1, (os.cpu_count() or 2) // 2)
    if dry_run:
        run = _Run(folder, home, store, embedder, collection, telling)
        run.read(reading, limits, workers, None, None)
        run.report.dry_run = True
        return run.finish()
    with home.writing():
        run = _Run(folder, home, store, embedder, collection, telling)
        writing = Writing(store, run.base)
        with EmbeddingQueue(
            embedder, writing, batch_tokens=batch_tokens, batch_size=batch_size, progress=run.embedded
        ) as queue:
            run.read(reading, limits, workers, writing, queue)
            run.publish(writing, queue)
    return run.finish()


class _Run:
    """One run: what was found so far. With no `Writing` it only counts."""

    def __init__(
        self,
        folder: Path,
        home: Home,
        store: Store,
        embedder: Embedder,
        collection: str,
        progress: Callable[[Progress], None],
    ) -> None:
        self.folder, self.home, self.store, self.embedder = folder, home, store, embedder
        self.collection = collection
        self.report = Report(collection)
        self.began = time.monotonic()
        self.base = max(published_generation(home), store.published())
        self.collection_id = store.collections().get(collection, (-1, ""))[0]
        self.changed = False
        self._told = Progress()
        self._tell = progress

    def tell(self, **news: int | str) -> None:
        """Report progress."""
        self._told = replace(self._told, **news)  # type: ignore[arg-type]
        self._tell(self._told)

    def embedded(self, count: int) -> None:
        """Report how many texts have been embedded."""
        self.tell(chunks_embedded=count)

    def read(
        self, reading: Reading, limits: Limits, workers: int, writing: Writing | None, queue: EmbeddingQueue | None
    ) -> None:
        """Read what is new or changed, and note what is gone."""
        listing = list_folder(self.folder, self.home.path.resolve(), lambda seen: self.tell(files_seen=seen))
        if writing is not None:
            self.collection_id = writing.collection(self.collection, str(self.folder.resolve()))
        known = self.store.versions(self.collection_id, self.base)
        reader = f"{reader_fingerprint(ocr=reading.ocr)}/{self.embedder.name}/{reading.budget}"
        todo = []
        for job in listing.jobs:
            version = known.get(job.path)
            same = version is not None and (version.file_hash, version.reader) == (job.file_hash, reader)
            if version is None or not same or version.retry:
                todo.append(job)
            else:
                self._unchanged(version)
        for refusal in listing.refused:
            self._refused_unread(refusal, known.get(refusal.path))
        current: _File | None = None
        open_files: dict[str, _File] = {}
        for job, message in read_all(todo, reading, limits, workers):
            current = open_files.get(job.path)
            if current is None:
                current = open_files[job.path] = _File(self, job, known.get(job.path), reader, writing, queue)
            match message:
                case Page(chunks):
                    current.take(chunks)
                case Read():
                    current.succeed(message)
                    del open_files[job.path]
                case Failed():
                    current.fail(message)
                    del open_files[job.path]
            self.tell(path=job.path)
        seen = {job.path for job in listing.jobs} | {refusal.path for refusal in listing.refused}
        unlisted = tuple(f"{refusal.path}/" for refusal in listing.refused)
        for path, version in known.items():
            if path.startswith(unlisted):
                self._refused_unread(Refusal(path, "", "the folder it lies in cannot be listed"), version)
            elif path not in seen:
                self._withdrawn(version, writing)

    def _unchanged(self, version: Version) -> None:
        line = self.report.line(version.format)
        line.files.seen += 1
        line.rows.seen += version.rows_seen
        if version.refused is not None:
            line.files.refused += 1
            line.rows.refused += version.rows_seen
            self.report.refused.append(Refusal(version.path, "", version.refused))
        else:
            line.files.unchanged += 1
            rows = sum(kind == "row" for kind, _, _ in version.rows_refused)
            line.rows.refused += rows
            line.rows.unchanged += version.rows_seen - rows
            line.chunks += version.chunks
            self.report.refused += [Refusal(version.path, where, why) for _, where, why in version.rows_refused]
        self.file_done()

    def _refused_unread(self, refusal: Refusal, version: Version | None) -> None:
        line = self.report.line(version.format if version else suffix(refusal.path))
        line.files.seen += 1
        line.files.refused += 1
        self.report.refused.append(Refusal(refusal.path, "", refusal.reason + (STILL if _serving(version) else "")))
        self.file_done()

    def _withdrawn(self, version: Version, writing: Writing | None) -> None:
        line = self.report.line(version.format)
        line.files.withdrawn += 1
        line.rows.withdrawn += version.rows_seen - sum(kind == "row" for kind, _, _ in version.rows_refused)
        self.changed = True
        if writing is not None:
            self.report.chunks_removed += writing.withdraw(version.document_id)
        else:
            self.report.chunks_removed += len(self.store.living(version.document_id, self.base))

    def file_done(self) -> None:
        """Report that one more file is done with."""
        self.tell(files_done=self._told.files_done + 1)

    def chunks_read(self, count: int) -> None:
        """Report that so many more chunks were read."""
        self.tell(chunks_read=self._told.chunks_read + count)

    def publish(self, writing: Writing, queue: EmbeddingQueue) -> None:
        """Publish the generation, if it differs from the published one."""
        current = self._sound_manifest()
        if current is not None and current.generation != self.base:
            current = None  # a process died between writing a snapshot and naming it: name one now
        same_space = current is not None and current.fingerprint == self.embedder.fingerprint
        if not self.changed and current is not None and same_space and self.collection in current.collections:
            self.report.snapshot = current.snapshot
            return
        generation = writing.generation
        published = current is not None and self.collection in current.collections
        if not published and not self.store.count(self.collection_id, generation):
            return  # every file was refused: there is nothing to answer from
        kept: dict[str, CollectionEntry] = {}
        if current is not None and same_space:
            kept = {name: entry for name, entry in current.collections.items() if name != self.collection}
        rebuilt = {}
        for name, (id, _) in self.store.collections().items():
            if name in kept or (name != self.collection and not self.store.count(id, generation)):
                continue
            for chunks in self.store.unembedded(id, generation, self.embedder.fingerprint):
                queue.offer(chunks)
            queue.finish()
            rebuilt[name] = self._content(id, generation)
        manifest = publish(self.home, generation, self.embedder, rebuilt, kept)
        writing.published_as(manifest.snapshot)
        manifests = prune(self.home)
        oldest = min((kept.generation for kept in manifests), default=generation)
        writing.purge(oldest, None if same_space else {kept.fingerprint for kept in manifests})
        self.report.snapshot, self.report.published = manifest.snapshot, True
        self.report.embedded = queue.embedded

    def _content(self, id: int, generation: int) -> CollectionContent:
        versions = self.store.versions(id, generation).values()
        fingerprint, dimension = self.embedder.fingerprint, self.embedder.dimension
        return CollectionContent(
            id=id,
            documents=sum(version.refused is None for version in versions),
            chunks=self.store.count(id, generation),
            pages=lambda: self.store.vectors(id, generation, fingerprint, dimension),
        )

    def _sound_manifest(self) -> Manifest | None:
        """The current manifest, if there is one and its files are as they were published."""
        try:
            manifest = current_manifest(self.home)
            manifest.check(self.home.snapshots / manifest.snapshot)
        except (NothingPublished, SnapshotDamaged):
            return None
        return manifest

    def finish(self) -> Report:
        """The report, complete."""
        generation = max(published_generation(self.home), self.store.published())
        self.report.chunks_total = self.store.count(self.collection_id, generation)
        self.report.refused.sort(key=lambda refusal: (refusal.path, refusal.where))
        self.report.seconds = time.monotonic() - self.began
        return self.report


STILL = "; the version read before is still answered from"


def _serving(version: Version | None) -> bool:
    return version is not None and version.chunks > 0


def suffix(path: str) -> str:
    """A file's format as its name claims it."""
    return Path(path).suffix.lower().lstrip(".") or "unknown"


class _File:
    """One file being read: its chunks against the published ones."""

    def __init__(
        self,
        run: _Run,
        job: Job,
        version: Version | None,
        reader: str,
        writing: Writing | None,
        queue: EmbeddingQueue | None,
    ) -> None:
        self.run, self.job, self.version, self.reader = run, job, version, reader
        self.writing, self.queue = writing, queue
        if writing is not None:
            self.document_id = writing.document(run.collection_id, job.path)
        else:
            self.document_id = version.document_id if version else -1
        self.before = run.store.living(self.document_id, run.base) if version else {}
        self.rows = Tally()
        self.chunks = self.added = 0
        self.fresh: set[bytes] = set()
        self._row: tuple[str | None, int | None] | None = None

    def take(self, chunks: list[Chunk]) -> None:
        """Keep what is as it was; add what is new."""
        new = []
        for chunk in chunks:
            identity = key(chunk)
            known = self.before.pop(identity, None) is not None
            if not known:
                new.append(chunk)
                if self.version is not None:
                    self.fresh.add(identity[:10])
            self._count_row(chunk, known)
        self.chunks += len(chunks)
        self.added += len(new)
        if self.writing is not None and self.queue is not None and new:
            self.writing.add(self.run.collection_id, self.document_id, new)
            self.queue.offer(new)
        self.run.chunks_read(len(chunks))

    def _count_row(self, chunk: Chunk, known: bool) -> None:
        """Count a row once, at its first chunk (a long row has several, side by side)."""
        row = (chunk.locator.sheet, chunk.locator.row)
        if not chunk.attributes or row == self._row:  # a sheet's title has a row number too, but no attributes
            return
        self._row = row
        if known:
            self.rows.unchanged += 1
        else:
            self.rows.indexed += 1

    def succeed(self, read: Read) -> None:
        """The file is in: let go of what it no longer says."""
        gone = list(self.before.values())
        if gone and read.rows:
            self.rows.withdrawn = len({identity[:10] for identity in self.before} - self.fresh)
        self.rows.seen = read.rows
        self.rows.refused = sum(refused.kind == "row" for refused in read.refused)
        rows_refused = tuple((refused.kind, refused.where, refused.reason) for refused in read.refused)
        version = self._version(read.format, read.title, read.rows, rows_refused, None, retry=False)
        changed = self._settle(version) or bool(gone) or self.added > 0
        if self.writing is not None:
            self.writing.retire(gone)
        report, line = self.run.report, self.run.report.line(read.format)
        report.chunks_added += self.added
        report.chunks_removed += len(gone)
        report.refused += [Refusal(self.job.path, where, why) for _, where, why in rows_refused]
        line.files.seen += 1
        line.files.indexed += changed
        line.files.unchanged += not changed
        line.rows.add(self.rows)
        line.chunks += self.chunks
        self.run.changed |= changed
        self.run.file_done()

    def fail(self, failed: Failed) -> None:
        """The file is refused: take back its pages; what was published of it stays."""
        if self.writing is not None:
            self.writing.forget(self.document_id)
        format = suffix(self.job.path) if failed.format == "unknown" else failed.format
        before = self.version
        reason = failed.reason + (STILL if _serving(before) and STILL not in failed.reason else "")
        kept = before.chunks if before else 0
        version = self._version(format, "", 0, (), reason, retry=failed.transient, chunks=kept)
        self.run.changed |= self._settle(version)
        line = self.run.report.line(format)
        line.files.seen += 1
        line.files.refused += 1
        self.run.report.refused.append(Refusal(self.job.path, "", reason))
        self.run.file_done()

    def _version(
        self,
        format: str,
        title: str,
        rows: int,
        refused_rows: tuple[tuple[str, str, str], ...],
        refused: str | None,
        *,
        retry: bool,
        chunks: int | None = None,
    ) -> Version:
        count = self.chunks if chunks is None else chunks
        return Version(
            self.document_id,
            self.job.path,
            format,
            title,
            self.job.file_hash,
            self.reader,
            rows,
            count,
            refused_rows,
            refused,
            retry,
        )

    def _settle(self, version: Version) -> bool:
        """Record a version unless it is the published one already; whether it was recorded."""
        if version == self.version:
            return False
        if self.writing is not None:
            self.writing.record(version)
        return True
