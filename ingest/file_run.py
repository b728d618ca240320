"""`FileRun`: one file being read, its chunks compared with the published ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from index.chunk import Chunk, readable_name
from index.database.census import of_ids
from index.database.rows import key
from index.database.store import Store
from index.database.version import Version
from index.database.writing import Writing
from index.publishing.embedding_queue import EmbeddingQueue
from ingest.changes import Row, place
from ingest.comparison import Comparison
from ingest.document import rows_refused
from ingest.report import Report, Tally, answers, serving, suffix
from ingest.workers import Failed, Job, Read


@dataclass(frozen=True, slots=True)
class Into:
    """Where the files of a collection go: what its newest generation `base` is compared with, and written to."""

    store: Store
    base: int
    collection_id: int
    report: Report
    comparison: Comparison
    writing: Writing | None
    queue: EmbeddingQueue | None


class FileRun:
    """What of a file is as it was, new, or gone. With no `Writing` it only counts."""

    def __init__(self, into: Into, job: Job, version: Version | None, reader: str) -> None:
        self.into, self.job, self.version, self.reader = into, job, version, reader
        self.writing = writing = into.writing
        if writing is not None:
            self.document_id = writing.document(into.collection_id, job.path)
        else:
            self.document_id = version.document_id if version else -1
        self.before = into.store.living(self.document_id, into.base) if version else {}
        self.came: list[Chunk] = []
        self.stayed: dict[int, int] = {}
        self.with_sku = self.with_price = 0
        self.new_skus = self.new_prices = 0
        self.rows = Tally()
        self.chunks = self.added = 0
        self.fresh: set[bytes] = set()
        self._row: tuple[object, ...] = ()

    def take(self, chunks: list[Chunk]) -> None:
        """Keep what is as it was; add what is new."""
        comparing = not self.into.comparison.is_first
        new: list[Chunk] = []
        signatures: list[str] = []
        for chunk in chunks:
            identity = key(chunk)
            known = self.before.pop(identity, None) is not None
            if not known:
                new.append(chunk)
                signatures.append(identity[10:].hex())
                self.new_skus += "sku" in chunk.attributes
                self.new_prices += "price" in chunk.attributes
                if self.version is not None:
                    self.fresh.add(identity[:10])
            first = self._count_row(chunk, known)
            if comparing and chunk.attributes:
                if not known:
                    self.came.append(chunk)
                elif first:
                    self.stayed[place(chunk)] = hash(Row.key_of(chunk))
        self.chunks += len(chunks)
        self.added += len(new)
        if self.writing is not None and self.into.queue is not None and new:
            self.writing.add(self.into.collection_id, self.document_id, new, signatures)
            self.into.queue.offer(new)

    def _count_row(self, chunk: Chunk, known: bool) -> bool:
        """Count a row once, at its first chunk (a long row has several, side by side); whether this was the first.

        Products in columns share the line that names them.
        """
        said = chunk.attributes
        row = (chunk.locator, said.get("sku"), said.get("name"))
        if not said or row == self._row:  # a sheet's title has a row number too, but no attributes
            return False
        self._row = row
        self.with_sku += "sku" in said
        self.with_price += "price" in said
        self.rows.unchanged += known
        self.rows.indexed += not known
        return True

    def succeed(self, read: Read) -> bool:
        """The file is in: let go of what it no longer says. Whether anything changed."""
        gone, path = list(self.before.values()), self.job.path
        if gone and read.rows:
            self.rows.withdrawn = len({identity[:10] for identity in self.before} - self.fresh)
        self.rows.seen = read.rows
        self.rows.refused = sum(rows_refused(refused.kind) for refused in read.refused)
        refusals = tuple((refused.kind, refused.where, refused.reason) for refused in read.refused)
        found = tuple(tuple(finding.as_list()) for finding in read.findings)
        title = read.title or readable_name(path)
        version = self._version(read.format, title, read.rows, self.chunks, refusals, None, False, found)
        changed = self._settle(version) or bool(gone) or self.added > 0
        report, comparison = self.into.report, self.into.comparison
        if not comparison.is_first:
            comparison.headers(path, read.headers)
            comparison.rows(gone, self.came, self.stayed)
            now = self.rows.indexed + self.rows.unchanged
            comparison.columns(path, self.document_id, (now, self.with_sku, self.with_price))
        if self.writing is not None:
            self.writing.retire(gone)
        else:
            skus, prices = of_ids(self.into.store, gone)
            report.growth.add(not answers(self.version), self.new_skus - skus, self.new_prices - prices)
        report.chunks_added += self.added
        report.chunks_removed += len(gone)
        for refused in read.refused:
            report.refuse(path, refused.reason, refused.where)
        report.find(path, read.findings)
        report.count(read.format, "indexed" if changed else "unchanged", self.rows, self.chunks)
        return changed

    def fail(self, failed: Failed) -> bool:
        """The file is refused: take back its pages; what was published of it stays. Whether anything changed."""
        if self.writing is not None:
            self.writing.forget(self.document_id)
        format = suffix(self.job.path) if failed.format == "unknown" else failed.format
        reason = serving(failed.reason, self.version)
        kept = self.version.chunks if self.version else 0
        self.into.report.count(format, "refused")
        self.into.report.refuse(self.job.path, reason)
        return self._settle(self._version(format, "", 0, kept, (), reason, failed.transient))

    def _version(self, format: str, title: str, *rest: Any) -> Version:
        """A version of this file; `rest` are the fields of `Version` from the rows that were seen on."""
        return Version(self.document_id, self.job.path, format, title, self.job.file_hash, self.reader, *rest)

    def _settle(self, version: Version) -> bool:
        """Record a version unless it is the published one already; whether it was recorded."""
        if version == self.version:
            return False
        if self.writing is not None:
            self.writing.record(version)
        return True
