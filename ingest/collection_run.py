"""`CollectionRun`: one collection being made equal to its folder: what is unchanged, new, refused or gone.

It compares what the workers read with what is stored and writes the difference as the next generation; it knows nothing
of how that is published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.chunk import Chunk
from index.database.census import columns, example, moved_rows, of_ids
from index.database.store import Store
from index.database.version import Version
from index.database.withdrawals import Withdrawal, remember, withdraw, withdrawals
from index.database.writing import Writing
from index.embedding.embedder import Embedder
from index.publishing.embedding_queue import EmbeddingQueue
from index.snapshot.home import Home
from ingest.changes import Changes, counts
from ingest.document import rows_refused
from ingest.file_run import FileRun
from ingest.findings import (
    Finding,
    column_lost,
    column_of,
    price_finding,
    swap_finding,
    swapped,
)
from ingest.folder import list_folder
from ingest.known import KnownTexts
from ingest.reading import reader_fingerprint
from ingest.report import Refusal, Report, answers, serving, suffix
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
        self.comparing = False
        """Whether there is anything to compare with; of a first reading, everything is new."""
        self._changes = Changes()
        self._gone: set[int] = set()
        self._came: list[Chunk] = []
        self._headers: dict[str, Mapping[str, str]] = {}
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
        self.comparing = bool(known)
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
                texts = KnownTexts.of(self.store.known_texts(version.document_id, self.base))
                todo.append(replace(job, known=texts if version.reader == readers[job.path] else None))
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
                current = open_files[job.path] = FileRun(
                    self, job, known.get(job.path), readers[job.path], writing, queue
                )
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

    def compare(self, gone: Sequence[int], came: Sequence[Chunk], stayed: Mapping[int, int] = {}) -> None:
        """Note the rows of a file that are gone, by their database ids, and that came (`stayed`: see `Changes.add`)."""
        if self.served == self.base:
            self._changes.add(self.store.of_rows(gone).values(), came, stayed)
        else:
            self._gone |= set(gone)
            self._came += came

    def compare_columns(self, path: str, document_id: int, now: tuple[int, int, int]) -> None:
        """Tell of a column of SKUs or prices that a file had and has lost; `now` as `Store.columns` counts."""
        before = columns(self.store, document_id, self.served)
        for place, role in enumerate(("sku", "price"), start=1):
            if finding := column_lost(role, before[place], before[0], now[place], now[0]):
                had = example(self.store, document_id, self.served, role)
                self.report.find(path, [replace(finding, column=column_of(role, had) if had else "")])

    def note_headers(self, path: str, headers: Mapping[str, str]) -> None:
        """Keep under which headers a file has its SKUs and prices (typed name -> header), for what is told of them."""
        self._headers[path] = headers

    def _column(self, role: str, path: str) -> str:
        return self._headers.get(path, {}).get(role, "")

    def _since_served(self) -> None:
        """What is otherwise than in the served generation: by those in between, and by what was read now."""
        died, born = moved_rows(self.store, self.collection_id, self.served, self.base)
        gone = set(died) | (self._gone - set(born))
        came = [*self.store.of_rows([id for id in born if id not in self._gone]).values(), *self._came]
        self._changes.add(self.store.of_rows(sorted(gone)).values(), came)

    def _settle(self) -> None:
        """Say what became of the products."""
        report = self.report
        if not self.comparing:
            report.changes = counts([]) | {"new": self.report.rows.indexed}
            return
        if self.served != self.base:
            self._since_served()
        report.change_list = self._changes.settle()
        report.changes = counts(report.change_list)
        pairs = self._changes.pairs()
        names = [{row.sku: row.name for row in rows if row.sku} for rows in zip(*pairs, strict=True)] or [{}, {}]
        places = {after.sku: after for _, after in pairs}
        for pair in swapped(names[0], names[1]):
            after = places[pair[0]]
            column = self._column("sku", after.document)
            report.find(after.document, [swap_finding(pair, names[0], where=after.where, column=column)])
        for before, after in pairs:
            old, new = before.price, after.price
            if before.currency == after.currency and isinstance(old, int | float) and isinstance(new, int | float):
                column = self._column("price", after.document)
                found = price_finding(after.sku or after.name, old, new, where=after.where, column=column)
                report.find(after.document, filter(None, [found]))

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
            rows = sum(rows_refused(kind) for kind, _, _ in version.rows_refused)
            line.rows.refused += rows
            line.rows.unchanged += version.rows_seen - rows
            line.chunks += version.chunks
            self.report.refused += [Refusal(version.path, where, why) for _, where, why in version.rows_refused]
        self.report.find(version.path, map(Finding.from_list, version.findings))
        if self.served != self.base:
            self.compare_columns(version.path, version.document_id, columns(self.store, version.document_id, self.base))
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
        line.rows.withdrawn += version.rows_seen - sum(rows_refused(kind) for kind, _, _ in version.rows_refused)
        self.changed = True
        ids = list(self.store.living(version.document_id, self.base).values())
        self.report.chunks_removed += len(ids)
        self.compare(ids, ())
        if writing is not None:
            writing.withdraw(version.document_id)
        else:
            skus, prices = of_ids(self.store, ids)
            self.report.growth.add(-answers(version), -skus, -prices)

    def file_done(self) -> None:
        """Report that one more file is done with."""
        self.tell(files_done=self._told.files_done + 1)

    def chunks_read(self, count: int) -> None:
        """Report that so many more chunks were read."""
        self.tell(chunks_read=self._told.chunks_read + count)
