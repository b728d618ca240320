"""`CollectionRun`: one collection being made equal to its folder: what is unchanged, new, refused or gone.

It compares what the workers read with what is stored and writes the difference as the next generation; it knows nothing
of how that is published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.embedder import Embedder
from index.home import Home
from index.store import Store, Version
from index.withdrawals import withdraw, withdrawals
from index.writing import Writing
from ingest.changes import Changes, counts
from ingest.embedding import EmbeddingQueue
from ingest.file_run import FileRun
from ingest.findings import Finding, price_finding, swap_finding, swapped
from ingest.folder import list_folder
from ingest.known import KnownTexts
from ingest.reading import reader_fingerprint
from ingest.report import Refusal, Report, serving, suffix
from ingest.workers import Failed, Job, Limits, Page, Read, Reading, read_all


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    files_seen: int = 0
    files_done: int = 0
    chunks_read: int = 0
    chunks_embedded: int = 0
    path: str = ""


class CollectionRun:
    """What was found so far. With no `Writing` it only counts."""

    def __init__(
        self,
        folder: Path,
        home: Home,
        store: Store,
        embedder: Embedder,
        collection: str,
        progress: Callable[[Progress], None],
        base: int,
    ) -> None:
        self.folder, self.home, self.store, self.embedder = folder, home, store, embedder
        self.collection = collection
        self.report = Report(collection)
        self.base = base
        self.collection_id = store.collections().get(collection, (-1, ""))[0]
        self.changed = False
        self.comparing = False
        """Whether there is anything to compare with; of a first reading, everything is new."""
        self.changes = Changes()
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
        self.comparing = bool(known)
        reader = (
            f"{reader_fingerprint(ocr=reading.ocr, keys=reading.key_columns)}/{self.embedder.name}/{reading.budget}"
        )
        todo = []
        for job in listing.jobs:
            version = known.get(job.path)
            same = version is not None and (version.file_hash, version.reader) == (job.file_hash, reader)
            if version is None:
                todo.append(job)
            elif not same or version.retry:
                texts = KnownTexts.of(self.store.known_texts(version.document_id, self.base))
                todo.append(replace(job, known=texts if version.reader == reader else None))
            else:
                self._unchanged(version)
        for refusal in listing.refused:
            self._refused_unread(refusal, known.get(refusal.path))
        if writing is not None:
            self._keep_withdrawn(listing.jobs, known)
        current: FileRun | None = None
        open_files: dict[str, FileRun] = {}
        for job, message in read_all(todo, reading, limits, workers):
            current = open_files.get(job.path)
            if current is None:
                current = open_files[job.path] = FileRun(self, job, known.get(job.path), reader, writing, queue)
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
        self._settle()

    def _keep_withdrawn(self, jobs: Sequence[Job], known: Mapping[str, Version]) -> None:
        """A file that was withdrawn by hand stays so under a new name."""
        hidden = {
            known[one.value].file_hash: one
            for one in withdrawals(self.store.engine)
            if one.kind == "document" and one.value in known and one.collection_id in (None, self.collection_id)
        }
        for job in jobs:
            if job.path not in known and (one := hidden.get(job.file_hash)) is not None:
                why = f"the same file as {one.written}, which was withdrawn"
                engine, here = self.store.engine, self.collection_id
                withdraw(engine, "document", job.path, by=one.by, reason=why, collection_id=here)

    def _settle(self) -> None:
        """Say what became of the products."""
        report = self.report
        if not self.comparing:
            report.changes = counts([]) | {"new": self.report.rows.indexed}
            return
        report.change_list = self.changes.settle()
        report.changes = counts(report.change_list)
        pairs = self.changes.pairs()
        names = [{row.sku: row.name for row in rows if row.sku} for rows in zip(*pairs, strict=True)] or [{}, {}]
        places = {after.sku: after for _, after in pairs}
        for pair in swapped(names[0], names[1]):
            after = places[pair[0]]
            report.findings.append((after.document, swap_finding(pair, names[0], where=after.where)))
        for before, after in pairs:
            if isinstance(before.price, int | float) and isinstance(after.price, int | float):
                found = price_finding(after.sku or after.name, before.price, after.price, where=after.where)
                if found is not None:
                    report.findings.append((after.document, found))

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
        self.report.findings += [(version.path, Finding.from_list(finding)) for finding in version.findings]
        self.file_done()

    def _refused_unread(self, refusal: Refusal, version: Version | None) -> None:
        line = self.report.line(version.format if version else suffix(refusal.path))
        line.files.seen += 1
        line.files.refused += 1
        self.report.refused.append(Refusal(refusal.path, "", serving(refusal.reason, version)))
        self.file_done()

    def _withdrawn(self, version: Version, writing: Writing | None) -> None:
        line = self.report.line(version.format)
        line.files.withdrawn += 1
        line.rows.withdrawn += version.rows_seen - sum(kind == "row" for kind, _, _ in version.rows_refused)
        self.changed = True
        ids = list(self.store.living(version.document_id, self.base).values())
        self.report.chunks_removed += len(ids)
        self.changes.add(self.store.of_rows(ids).values(), ())
        if writing is not None:
            writing.withdraw(version.document_id)

    def file_done(self) -> None:
        """Report that one more file is done with."""
        self.tell(files_done=self._told.files_done + 1)

    def chunks_read(self, count: int) -> None:
        """Report that so many more chunks were read."""
        self.tell(chunks_read=self._told.chunks_read + count)
