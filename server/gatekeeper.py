"""`Gatekeeper`: the gate of every command that publishes: counts, lint, names, and the shop's own questions.

No model is opened for it, unless one of those questions needs an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial

from answer.answer import Answer, Answered
from evaluation.canaries import Canary, read_canaries
from evaluation.canary_check import check_canaries
from evaluation.check import Check
from evaluation.counts import Counts, check_counts
from evaluation.gate import Verdict, check_lint, run_gate
from evaluation.names import check_names
from index.database.exclusive import describe
from index.database.view import View
from index.errors import NothingPublished, SnapshotDamaged
from index.publishing.gate import Candidate
from index.snapshot.home import Home
from index.snapshot.manifest import Manifest
from index.snapshot.shelf import current_manifest, snapshots
from ingest.pipeline import Outcome, Source, ingest_folders
from ingest.report import Report
from retriever.retriever import Found, Retriever
from retriever.translation import open_dictionary
from server.ingest_settings import canaries_file, ingest_options, lint_severities
from server.parts import IndexParts, answering, today_in
from server.rehearsal import rehearsal
from server.settings import Settings

QUICK = 10
"""Rows of a collection that are looked for where somebody waits for it; the nightly job looks for `gate_sample`."""


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """A gate for `ingest_folders`. With `force` it opens all the same, and the record tells what it had objected to."""

    settings: Settings
    parts: IndexParts
    canaries: tuple[Canary, ...]
    force: bool = False
    sample: int = 0

    @classmethod
    def of(cls, settings: Settings, parts: IndexParts, *, force: bool = False, sample: int | None = None) -> Gatekeeper:
        """With the shop's own questions. Raises BadRequest where the file that was named is not there or not right."""
        path = canaries_file(settings)
        canaries = read_canaries(path) if settings.canaries or path.is_file() else ()
        rows = settings.gate_sample if sample is None else min(sample, settings.gate_sample)
        return cls(settings, parts, canaries, force, rows)

    def __call__(self, candidate: Candidate, reports: Sequence[Report]) -> Verdict:
        """What is checked of a new snapshot before it is served."""
        settings, parts, manifest = self.settings, self.parts, candidate.snapshot.manifest
        today = today_in(settings.time_zone)
        retriever = Retriever(
            parts.home,
            parts.store,
            parts.embedder,
            device="cpu",
            today=today,
            snapshot=candidate.snapshot,
            dictionary=open_dictionary(parts.home.models),
        )

        def search(question: str, collection: str, top_k: int) -> Found:
            return retriever.search(question, collection=collection, top_k=top_k)

        checks = self._of_reports(counts_of(candidate.before), counts_of(manifest), reports)
        if self.sample:
            view = View(manifest.generation, today().isoformat())
            changed = [name for name in manifest.collections if not manifest.took_over(name)]
            samples = {
                name: parts.store.sample(manifest.collections[name].id, view, self.sample, seed=manifest.generation)
                for name in changed
            }
            rows = {name: [chunk for chunk in sample.values() if chunk.attributes] for name, sample in samples.items()}
            checks.append(partial(check_names, rows, search, settings.least_found))
        with ExitStack() as stack:
            ask = None
            if any(canary.asks for canary in self.canaries):
                answerer = stack.enter_context(answering(settings, parts, retriever)).answerer

                def ask(canary: Canary) -> Answer:
                    events = answerer.ask(
                        canary.question, collection=canary.collection, language=canary.language, top_k=canary.top_k
                    )
                    return next(event.answer for event in events if isinstance(event, Answered))

            if self.canaries:
                checks.append(partial(check_canaries, self.canaries, search, ask))
            return run_gate(checks, force=self.force)

    def foresee(self, outcome: Outcome, sources: Sequence[Source]) -> Verdict:
        """What the gate would say of what a dry run found, which changes nothing.

        Counts and lint tell by what was read alone. The shop's own questions have to be asked: all is done in a copy
        of the home, where nothing is published, and texts that are new are embedded.
        """
        if self.canaries:
            return self._rehearsed(sources)
        before, after = _current(self.parts.home), counts_of(_newest(self.parts.home))
        for report in outcome.reports:
            had = after.get(report.collection, Counts(0, 0, 0, 0))
            after[report.collection] = Counts(
                documents=had.documents + report.growth.documents,
                chunks=had.chunks + report.chunks_added - report.chunks_removed,
                rows=had.rows + report.growth.products,
                priced=had.priced + report.growth.priced,
            )
        return run_gate(self._of_reports(counts_of(before), after, outcome.reports), force=self.force)

    def _rehearsed(self, sources: Sequence[Source]) -> Verdict:
        said: list[Verdict] = []
        with rehearsal(self.parts) as parts:

            def gate(candidate: Candidate, reports: Sequence[Report]) -> Verdict:
                said.append(replace(self, parts=parts)(candidate, reports))
                return Verdict((*said[0].checks, Check("rehearsal", False, ("This was a rehearsal.",), 0.0)))

            ingest_folders(
                sources,
                home=parts.home,
                store=parts.store,
                embedder=parts.embedder,
                gate=gate,
                options=ingest_options(self.settings),
                by=describe("ingest --dry-run"),
            )
        return said[0] if said else Verdict(())

    def _of_reports(
        self, before: Mapping[str, Counts], after: Mapping[str, Counts], reports: Sequence[Report]
    ) -> list[Callable[[], Check]]:
        """The checks that need no snapshot."""
        served = [found for report in reports if report.collection in before for found in report.fresh]
        first = [found for report in reports if report.collection not in before for found in report.fresh]
        return [
            partial(check_counts, before, after, self.settings.most_lost),
            partial(check_lint, served, lint_severities(self.settings), first),
        ]


def _current(home: Home) -> Manifest | None:
    try:
        return current_manifest(home)
    except (NothingPublished, SnapshotDamaged):
        return None


def _newest(home: Home) -> Manifest | None:
    """The manifest of the newest generation, with which what is read is compared."""
    return next(iter(snapshots(home).values()), None)


def counts_of(manifest: Manifest | None) -> dict[str, Counts]:
    """How much each collection of a snapshot holds."""
    if manifest is None:
        return {}
    return {
        name: Counts(documents=entry.documents, chunks=entry.chunks, rows=entry.products, priced=entry.priced)
        for name, entry in manifest.collections.items()
    }
