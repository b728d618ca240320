"""`reindex`, the nightly job: every collection from its recorded folder, gated, then published, and told of where it
fails."""

from __future__ import annotations

import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.database.exclusive import describe
from index.errors import BadRequest, NotFound, NothingPublished, XuanjiError
from index.publishing.gate import Ungated
from index.publishing.publication import Stage
from ingest.changes import in_words
from ingest.pipeline import Outcome, Source, ingest_folders
from ingest.report import Report
from server.gatekeeper import Gatekeeper
from server.ingest_settings import ingest_options, lint_severities
from server.notify import notify
from server.parts import IndexParts, open_index
from server.problems import TooLong
from server.reports import in_a_line
from server.settings import Settings
from server.stages import Stages
from server.talk import say

NICENESS = 10
"""How far the job steps back behind a server on the same machine, unless it was started with more."""

NOTIFY_SECONDS = 30.0


def reindex(settings: Settings, args: Namespace) -> int:
    """Run the job; JSON lines on stdout, talk on stderr. 0 done, 1 some inputs were refused, 3 nothing published."""
    stages = Stages()
    by = describe("xuanji reindex")
    try:
        with stages.stage("done") as facts:
            facts |= {"exit": 3, "by": by}
            step_back()
            with time_limit(settings.reindex_seconds) as disarm, open_index(settings) as parts:
                outcome = _run(settings, args, parts, until_publishing(stages.stage, disarm), by)
            facts |= told(outcome, changes=args.changes)
    except Exception as error:  # whatever ended the night, somebody is to hear of it
        code = 2 if isinstance(error, BadRequest | NotFound) else 3
        _tell(
            settings, code, str(error) if isinstance(error, XuanjiError) else f"{type(error).__name__}: {error}", stages
        )
        raise
    for report in outcome.reports:
        say(f"{report.collection}: {report.failure or in_words(report.changes)}")
    _say_result(outcome, settings)
    unread = [f"{report.collection}: {report.failure}" for report in outcome.reports if report.failure]
    if outcome.exit_code == 3 or unread:  # one share of several that is not mounted is news, though the others are in
        summary = " ".join([*outcome.failures, *unread]) or "nothing was published: every input was refused"
        _tell(settings, outcome.exit_code, summary, stages)
    return outcome.exit_code


def _run(settings: Settings, args: Namespace, parts: IndexParts, stage: Stage, by: str) -> Outcome:
    sources = [Source(name, Path(folder)) for name, (_, folder) in sorted(parts.store.collections().items())]
    if not sources:
        raise NothingPublished(f"nothing has been ingested into {parts.home.path} yet; run: ingest FOLDER")
    return ingest_folders(
        sources,
        home=parts.home,
        store=parts.store,
        embedder=parts.embedder,
        options=ingest_options(settings),
        rebuild=args.rebuild,
        force=args.force,
        tolerant=True,
        gate=Gatekeeper.of(settings, parts, force=args.force),
        stage=stage,
        by=by,
    )


def republish(parts: IndexParts, *, by: str) -> Outcome:
    """Make every index anew from the database, as it was last published; no folder is read."""
    gate = Ungated("the same rows as were published before")
    return ingest_folders(
        [], home=parts.home, store=parts.store, embedder=parts.embedder, gate=gate, rebuild=True, by=by
    )


def _say_result(outcome: Outcome, settings: Settings) -> None:
    for failure in outcome.failures:
        say(f"the gate: {failure}")
    if outcome.published:
        say(f"published snapshot {outcome.snapshot}; {outcome.embedded} texts embedded")
    elif outcome.failures:
        say(f"not published; snapshot {outcome.snapshot or 'none'} goes on (--force publishes all the same)")
    elif outcome.exit_code == 3:
        say(f"nothing was published; snapshot {outcome.snapshot or 'none'} goes on")
    else:
        say(outcome.note or f"nothing changed; snapshot {outcome.snapshot} goes on")
    kinds = lint_severities(settings)
    for report in outcome.reports:
        for path, finding in report.findings:
            if kinds[finding.kind] in ("error", "warning"):
                say(f"{kinds[finding.kind]}: {path}: {in_a_line(finding)}")


def told(outcome: Outcome, *, changes: bool) -> dict[str, Any]:
    """What the last line of the log says."""
    return {
        "exit": outcome.exit_code,
        "snapshot": outcome.snapshot,
        "published": outcome.published,
        "embedded": outcome.embedded,
        "failures": list(outcome.failures),
        "note": outcome.note,
        "built": outcome.built,
        "collections": {report.collection: _report(report, changes=changes) for report in outcome.reports},
    }


def _report(report: Report, *, changes: bool) -> dict[str, Any]:
    found = report.as_dict()
    return found | {"change_list": [change.as_dict() for change in report.change_list]} if changes else found


def _tell(settings: Settings, code: int, summary: str, stages: Stages) -> None:
    message = {"exit": code, "summary": summary, "text": summary, "home": str(settings.home), "stages": stages.lines}
    for sentence in notify(
        command=settings.on_failure_command,
        webhook=settings.on_failure_webhook,
        message=message,
        timeout=NOTIFY_SECONDS,
    ):
        say(sentence)


def step_back() -> None:
    """Let a server on this machine go first."""
    if hasattr(os, "nice") and os.getpriority(os.PRIO_PROCESS, 0) < NICENESS:
        os.nice(NICENESS - os.getpriority(os.PRIO_PROCESS, 0))


def until_publishing(stage: Stage, disarm: Callable[[], None]) -> Stage:
    """`stage`, with the time limit taken off where publishing begins: what comes then is short, and to be ended within
    it would mean that something was published by a night that failed."""

    @contextmanager
    def watched(name: str) -> Iterator[dict[str, Any]]:
        if name == "publish":
            disarm()
        with stage(name) as facts:
            yield facts

    return watched


@contextmanager
def time_limit(seconds: float) -> Iterator[Callable[[], None]]:
    """Raise TooLong in this, the main, thread after so many seconds (0: never), or no more once what it yields was
    called."""
    if not seconds or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    armed = True
    over: list[TooLong] = []

    def disarm() -> None:
        nonlocal armed
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)

    def too_long(*_: Any) -> None:
        if armed:
            over.append(
                TooLong(
                    f"the nightly job was ended after {seconds:g} s (setting reindex_seconds); nothing was published, "
                    "and what was embedded is kept for the next run"
                )
            )
            raise over[0]

    before = signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield disarm
    except Exception as error:
        if armed and over and error is not over[0]:  # whoever was interrupted gave it another name
            raise over[0] from error
        raise
    else:
        if armed and over:  # whoever was interrupted took it for a failure of his own, as a check of the gate does
            raise over[0]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        sys.stdout.flush()
