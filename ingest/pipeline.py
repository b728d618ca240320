"""The pipeline: folders in, one published snapshot out, and a report of each that reconciles.

Reading (worker processes) and embedding (one thread) run side by side; this thread compares what is read with what is
stored, writes the difference as the next generation, and publishes it. It knows nothing of searching.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from index.database.census import conflicting_prices
from index.database.exclusive import describe
from index.database.store import Store
from index.database.writing import Writing
from index.embedding.embedder import Embedder
from index.errors import BadRequest, EmptyFolder, StorageUnavailable
from index.keeping.purge import purge_rows
from index.publishing.embedding_queue import BATCH_SIZE, BATCH_TOKENS, EmbeddingQueue
from index.publishing.gate import Candidate, Ungated, Verdict
from index.publishing.publication import Publication, Stage, unlogged
from index.snapshot.home import Home
from index.snapshot.shelf import KEEP, current_manifest, generation_of, published_generation
from ingest.changes import in_order, in_words
from ingest.collection_run import CollectionRun, Progress
from ingest.declared import Declared
from ingest.exposed import exposed
from ingest.findings import Finding, conflict_finding
from ingest.ocr import available as ocr_available
from ingest.report import Report
from ingest.workers import Limits, Reading

__all__ = ["Judge", "Options", "Outcome", "Progress", "Source", "ingest_folder", "ingest_folders"]

PROMPT_TOKENS = 8
"""Room left in the embedder's window for its passage prompt and special tokens."""


@dataclass(frozen=True, slots=True)
class Source:
    """A collection and the folder that it is to equal."""

    collection: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Options:
    """How files are read and texts embedded.

    `jobs` is how many files are read at once (0: half the cores). At most `batch_size` texts and `batch_tokens` tokens,
    padding counted, go to the embedder at once. `ocr` is "auto" (where it is installed), "on" or "off". `declared`
    is what the settings say of files and tables. `keep` is how many snapshots are kept.
    """

    jobs: int = 0
    limits: Limits = Limits()
    ocr: str = "auto"
    batch_tokens: int = BATCH_TOKENS
    batch_size: int = BATCH_SIZE
    declared: Declared = Declared()
    keep: int = KEEP


Judge = Callable[[Candidate, Sequence[Report]], Verdict]
"""A gate that is told what was read, too."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did: each collection's report, the snapshot that is served now, whether this run published it, what
    the gate objected to and all that it said, how many texts were embedded, and how each index was built."""

    reports: tuple[Report, ...]
    snapshot: str | None = None
    published: bool = False
    failures: tuple[str, ...] = ()
    embedded: int = 0
    built: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    verdict: Verdict | None = None

    @property
    def exit_code(self) -> int:
        """0: all in; 1: done, but some inputs were refused; 3: nothing was published, where something was to be."""
        worst = max((report.exit_code for report in self.reports), default=0)
        if self.failures or (self.reports and all(report.failure for report in self.reports)):
            return 3
        return min(worst, 1) if self.snapshot is not None else worst


def ingest_folder(
    folder: Path,
    *,
    home: Home,
    store: Store,
    embedder: Embedder,
    collection: str = "default",
    dry_run: bool = False,
    progress: Callable[[Progress], None] | None = None,
    by: str = "",
    **options: Any,
) -> Report:
    """Make a collection equal to a folder and publish it, past no gate; with `dry_run`, only say what would change.

    For programs of one's own and for tests: every command passes `ingest_folders` a gate. `options` are the fields of
    `Options`. Raises BadRequest, EmptyFolder, WriterBusy or StorageUnavailable with nothing published; inputs that
    cannot be read are refused in the report and cost nothing else.
    """
    outcome = ingest_folders(
        [Source(collection, folder)],
        home=home,
        store=store,
        embedder=embedder,
        options=Options(**options),
        gate=Ungated("a program called ingest_folder"),
        dry_run=dry_run,
        progress=progress,
        by=by,
    )
    report = outcome.reports[0]
    report.failure = " ".join(outcome.failures) or None
    return report


def ingest_folders(
    sources: Sequence[Source],
    *,
    home: Home,
    store: Store,
    embedder: Embedder,
    gate: Judge,
    options: Options = Options(),
    dry_run: bool = False,
    rebuild: bool = False,
    force: bool = False,
    tolerant: bool = False,
    progress: Callable[[Progress], None] | None = None,
    stage: Stage = unlogged,
    by: str = "",
) -> Outcome:
    """Make each collection equal to its folder and publish all of them as one snapshot, if `gate` lets it pass.

    `tolerant`: a folder that is gone, empty or unreadable leaves its collection as it is and is told in its report,
    instead of ending the run. `force` publishes what was rolled back, too. `rebuild` makes the vector indexes anew from
    the database. `by` is who asked.
    """
    began = time.monotonic()
    for source in sources:
        if not source.collection or not source.collection.replace("-", "").replace("_", "").isalnum():
            raise BadRequest(f"{source.collection!r} cannot name a collection: use letters, digits, - and _")
    telling = progress or (lambda _: None)
    by = by or describe()
    if dry_run:
        base = max(published_generation(home), store.published())
        served = _served(home, base)
        runs = [
            CollectionRun(source.folder, home, store, embedder, source.collection, telling, base, served)
            for source in sources
        ]
        for run in runs:
            run.read(_reading(run.collection, embedder, options), options.limits, _workers(options), None, None)
        outcome = Outcome(tuple(run.report for run in runs))
        return _finished(outcome, home, store, base, began, dry_run=True)
    with home.writing(by), store.alone(by):
        base = max(published_generation(home), store.published())
        served = _served(home, base)
        writing = Writing(store, base)
        reports: list[Report] = []
        changed: set[str] = set()
        with EmbeddingQueue(
            embedder, writing, batch_tokens=options.batch_tokens, batch_size=options.batch_size
        ) as queue:
            for source in sources:
                run = CollectionRun(source.folder, home, store, embedder, source.collection, telling, base, served)
                queue.progress = run.embedded
                reports.append(run.report)
                with stage("read") as facts:
                    try:
                        reading = _reading(source.collection, embedder, options)
                        run.read(reading, options.limits, _workers(options), writing, queue)
                    except (EmptyFolder, BadRequest, StorageUnavailable) as error:
                        if not tolerant or run.changed:
                            raise
                        run.report.failure = str(error)
                    facts |= _facts(run.report)
                if run.changed:
                    changed.add(source.collection)
                    for path, finding in _conflicts(store, run.collection_id, writing.generation):
                        run.report.find(path, [finding])

            def story() -> dict[str, Any]:
                return {
                    "seconds": round(time.monotonic() - began, 3),
                    "embedded": queue.embedded,
                    "changes": {report.collection: dict(report.changes) for report in reports},
                }

            publication = Publication(
                home,
                store,
                queue,
                gate=lambda candidate: gate(candidate, reports),
                by=by,
                keep=options.keep,
                stage=stage,
                story=story,
            )
            done = publication.publish(frozenset(changed), rebuild=rebuild, force=force)
        outcome = Outcome(
            tuple(reports),
            done.snapshot,
            done.published,
            done.failures,
            queue.embedded,
            done.built,
            done.note,
            done.verdict,
        )
        read = {report.collection for report in reports if not report.failure}
        outcome = _without_exposed(outcome, read, home, store, embedder, options.declared, by)
        return _finished(outcome, home, store, base, began)


def _without_exposed(
    outcome: Outcome, read: set[str], home: Home, store: Store, embedder: Embedder, declared: Declared, by: str
) -> Outcome:
    """The outcome when what the settings hold back since then was removed for good from older generations, too."""
    ids = [id for name, (id, _) in store.collections().items() if name in read]
    rows = [row for id in ids for row in exposed(store, id, declared)]
    if not rows:
        return outcome
    paths = ", ".join(sorted({row.path for row in rows})[:5])
    newest = max(published_generation(home), store.published())
    if outcome.failures or generation_of(home.current() or "") != newest:
        held = f"{len(rows)} rows of {paths} were read before and say what the settings hold back"
        return replace(outcome, note=_and(outcome.note, f"{held}: they go when a snapshot is published"))
    why = "what the settings hold back was removed for good"
    done = purge_rows(home, store, embedder, [row.id for row in rows], frozenset(ids), why=why, by=by)
    return replace(outcome, snapshot=done.snapshot, note=_and(outcome.note, f"{why}: {done}"))


def _and(*sentences: str) -> str:
    return "; ".join(filter(None, sentences))


def _served(home: Home, base: int) -> int:
    """The generation that this home answers from: an older one than `base` after a rollback."""
    current = home.current()
    return generation_of(current) if current is not None else base


def _reading(collection: str, embedder: Embedder, options: Options) -> Reading:
    return Reading(
        collection,
        embedder.tokenizer_file,
        embedder.max_tokens - PROMPT_TOKENS,
        ocr_available() if options.ocr == "auto" else options.ocr == "on",
        options.limits.memory_mib,
        options.declared,
    )


def _workers(options: Options) -> int:
    return options.jobs or max(1, (os.cpu_count() or 2) // 2)


def _facts(report: Report) -> dict[str, Any]:
    """What the log says of a collection that was read."""
    return {
        "collection": report.collection,
        "files": report.files.as_dict(),
        "rows": report.rows.as_dict(),
        "changes": report.changes,
        "failure": report.failure,
        "said": report.failure or in_words(report.changes),
    }


def _conflicts(store: Store, collection_id: int, generation: int) -> list[tuple[str, Finding]]:
    """What is told of SKUs that two sheets or files give two prices, with both places."""
    return [
        (last.document, conflict_finding(first, last))
        for first, last in conflicting_prices(store, collection_id, generation)
    ]


def _finished(outcome: Outcome, home: Home, store: Store, base: int, began: float, *, dry_run: bool = False) -> Outcome:
    """Complete the reports."""
    served = current_manifest(home).collections if home.current() is not None and not dry_run else {}
    for report in outcome.reports:
        entry = served.get(report.collection)
        if dry_run:
            id = store.collections().get(report.collection, (-1, ""))[0]
            report.chunks_total = store.count(id, base)
            report.dry_run = True
        else:
            report.chunks_total = entry.chunks if entry is not None else 0
            report.snapshot = outcome.snapshot if entry is not None else None
            report.published = outcome.published and entry is not None
        report.embedded = outcome.embedded
        report.refused.sort(key=lambda refusal: (refusal.path, refusal.where))
        report.findings.sort(key=lambda found: (found[0], in_order(found[1].where), found[1].kind))
        report.seconds = time.monotonic() - began
    return outcome
