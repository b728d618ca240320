"""`CollectionRun`: one collection being made equal to its folder: what is unchanged, new, refused or gone.

It compares what the workers read with what is stored and writes the difference as the next generation; it knows nothing
of how that is published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.database.census import of_ids
from index.database.store import Store
from index.database.version import Version
from index.database.withdrawals import Withdrawal, remember, withdraw, withdrawals
from index.database.writing import Writing
from index.embedding.embedder import Embedder
from index.publishing.embedding_queue import EmbeddingQueue
from index.snapshot.home import Home
from ingest.comparison import Comparison
from ingest.document import rows_refused
from ingest.file_run import FileRun, Into
from ingest.findings import Finding
from ingest.folder import list_folder
from ingest.known import KnownTexts
from ingest.reading import reader_fingerprint
from ingest.report import Refusal, Report, Tally, answers, serving, suffix
from ingest.workers import Job, Limits, Page, Read, Reading, read_all


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    files_seen: int = 0
    files_done: int = 0
    chunks_read: int = 0
    chunks_embedded: int = 0
    path: str = ""


class CollectionRun:
    """What was found so far. With no `Writing` it only counts.

    `base` is the newest generation: what is read is compared with it, and the difference is written. `served` is the
    one that customers are answered from, an older one after a rollback: with it is compared what the shopkeeper and the
    gate are told, so that neither takes what was rolled back for the state of things.
    """

    def __init__(
        self,
        folder: Path,
        home: Home,
        store: Store,
        embedder: Embedder,
        collection: str,
        progress: Callable[[Progress], None],
        base: int,
        served: int,
    ) -> None:
        self.folder, self.home, self.store, self.embedder = folder, home, store, embedder
        self.collection = collection
        self.report = Report(collection)
        self.base, self.served = base, served
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
        listing = list_folder(
            self.folder,
            self.home.path.resolve(),
            lambda seen: self.tell(files_seen=seen),
            lambda path: reading.declared.private_file(path) is not None,
        )
        for path in listing.private:
            why = "the file is not opened, as private_files names it"
            self.report.find(path, [Finding("held_back", "", "", why)])
        if writing is not None:
            self.collection_id = writing.collection(self.collection, str(self.folder.resolve()))
        known = self.store.versions(self.collection_id, self.base)
        comparison = Comparison(self.store, self.report, self.base, self.served, is_first=not known)
        served = known if self.served == self.base else self.store.versions(self.collection_id, self.served)
        self.report.served_findings = Counter(
            (kind, column, message) for version in served.values() for kind, _, column, message in version.findings
        )
        readers = {
            job.path: f"{reader_fingerprint(ocr=reading.ocr, options=reading.declared.of(job.path))}"
            f"/{self.embedder.name}/{reading.budget}"
            for job in listing.jobs
        }
        todo = []
        for job in listing.jobs:
            version = known.get(job.path)
            same = version is not None and (version.file_hash, version.reader) == (job.file_hash, readers[job.path])
            if version is None:
                todo.append(job)
            elif not same or version.retry:
                same_reader = version.reader == readers[job.path]
                texts = self.store.known_texts(version.document_id, self.base) if same_reader else None
                todo.append(replace(job, known=None if texts is None else KnownTexts.of(texts)))
            else:
                self._unchanged(version, comparison)
        for refusal in listing.refused:
            self._refused_unread(refusal, known.get(refusal.path))
        if writing is not None:
            self._keep_withdrawn(listing.jobs, known)
        into = Into(self.store, self.base, self.collection_id, self.report, comparison, writing, queue)
        open_files: dict[str, FileRun] = {}
        for job, message in read_all(todo, reading, limits, workers):
            if (current := open_files.get(job.path)) is None:
                current = open_files[job.path] = FileRun(into, job, known.get(job.path), readers[job.path])
            if isinstance(message, Page):
                current.take(message.chunks)
                self.tell(path=job.path, chunks_read=self._told.chunks_read + len(message.chunks))
                continue
            self.changed |= current.succeed(message) if isinstance(message, Read) else current.fail(message)
            del open_files[job.path]
            self.tell(path=job.path, files_done=self._told.files_done + 1)
        seen = {job.path for job in listing.jobs} | {refusal.path for refusal in listing.refused}
        unlisted = tuple(f"{refusal.path}/" for refusal in listing.refused)
        for path, version in known.items():
            if path.startswith(unlisted):
                self._refused_unread(Refusal(path, "", "the folder it lies in cannot be listed"), version)
            elif path not in seen:
                self._withdrawn(version, into)
        comparison.settle(self.collection_id)

    def _keep_withdrawn(self, jobs: Sequence[Job], known: Mapping[str, Version]) -> None:
        """A file that was withdrawn by hand stays so under a new name, tonight or on a later night."""
        here = {job.path: job.file_hash for job in jobs}
        for one in self._withdrawn_by_hand():
            if (file_hash := here.get(one.value)) is not None and file_hash not in one.hashes:
                remember(self.store.engine, one, file_hash)
        standing = self._withdrawn_by_hand()
        by_hash = {file_hash: one for one in standing for file_hash in one.hashes}
        withdrawn = {one.value for one in standing}
        for job in jobs:
            as_it_was = job.path in known and known[job.path].file_hash == job.file_hash
            same = by_hash.get(job.file_hash)
            if job.path in withdrawn or as_it_was or same is None:
                continue
            why = f"the same file as {same.written}, which was withdrawn"
            withdraw(self.store.engine, "document", job.path, by=same.by, reason=why, collection_id=self.collection_id)
            self.report.find(job.path, [Finding("withdrawn", "", "", f"{why}: it is withdrawn as well")])
            withdrawn.add(job.path)
        new = [path for path in here if path not in known and path not in withdrawn]
        for one in standing:
            if new and one.value in known.keys() - here.keys() and not one.hashes & set(here.values()):
                others = ", ".join(new[:3]) + (f" or {len(new) - 3} more" if len(new) > 3 else "")
                message = f"this withdrawn file is gone from the folder; withdraw {others} too if it says the same"
                self.report.find(one.value, [Finding("withdrawn", "", "", message)])

    def _withdrawn_by_hand(self) -> list[Withdrawal]:
        found = (one for one in withdrawals(self.store.engine) if one.kind == "document")
        return [one for one in found if one.collection_id in (None, self.collection_id)]

    def _unchanged(self, version: Version, comparison: Comparison) -> None:
        seen = version.rows_seen
        if version.refused is not None:
            self.report.count(version.format, "refused", Tally(seen, refused=seen))
            self.report.refuse(version.path, version.refused)
        else:
            refused = _refused_rows(version)
            rows = Tally(seen, unchanged=seen - refused, refused=refused)
            self.report.count(version.format, "unchanged", rows, version.chunks)
            for _, where, why in version.rows_refused:
                self.report.refuse(version.path, why, where)
        self.report.find(version.path, map(Finding.from_list, version.findings))
        comparison.columns(version.path, version.document_id)
        self._file_done()

    def _refused_unread(self, refusal: Refusal, version: Version | None) -> None:
        self.report.count(version.format if version else suffix(refusal.path), "refused")
        self.report.refuse(refusal.path, serving(refusal.reason, version))
        self._file_done()

    def _withdrawn(self, version: Version, into: Into) -> None:
        rows = Tally(withdrawn=version.rows_seen - _refused_rows(version))
        self.report.count(version.format, "withdrawn", rows)
        self.changed = True
        ids = list(self.store.living(version.document_id, self.base).values())
        self.report.chunks_removed += len(ids)
        into.comparison.rows(ids, ())
        if into.writing is not None:
            into.writing.withdraw(version.document_id)
        else:
            skus, prices = of_ids(self.store, ids)
            self.report.growth.add(-answers(version), -skus, -prices)

    def _file_done(self) -> None:
        self.tell(files_done=self._told.files_done + 1)


def _refused_rows(version: Version) -> int:
    return sum(rows_refused(kind) for kind, _, _ in version.rows_refused)
