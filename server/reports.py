"""What an operator is shown of ingesting, of the record and of tuning: a bar, tables and lines on stdout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from engine.llama.tuning import Tuned
from index.publishing.gate import Verdict
from ingest.changes import in_words
from ingest.collection_run import Progress
from ingest.findings import Finding
from ingest.report import FormatLine, Report
from server.table import table
from server.talk import plain
from server.terminal import open_bars

TALLY = ("indexed", "unchanged", "refused", "withdrawn")
HEADINGS = ("files seen", *TALLY, "rows seen", *TALLY, "chunks")
ALWAYS = ("format", "files seen", "rows seen", "indexed", "chunks")
NONE = "·"


@contextmanager
def ingesting(*, shown: bool) -> Iterator[Callable[[Progress], None] | None]:
    """A bar for one run of ingest, or None where none is wanted."""
    if not shown:
        yield None
        return
    with open_bars(force=True) as bars:
        task = bars.add_task("Listing", total=None)

        def tell(now: Progress) -> None:
            about = f"{now.files_done}/{now.files_seen} files, {now.chunks_embedded}/{now.chunks_read} chunks embedded"
            # a file that is read is half the work: its chunks are still to be embedded
            share = now.files_done / max(now.files_seen, 1)
            embedded = now.chunks_embedded / max(now.chunks_read, now.chunks_embedded, 1)
            done = share * (0.5 + 0.5 * embedded) if now.chunks_read else share
            bars.update(task, description=about, completed=done, total=1.0)

        yield tell


def event_in_words(event: Mapping[str, Any]) -> str:
    """An event of the record as a line: when, what, which snapshot, by whom, and what changed."""
    words = [event["at"], event["what"], event["snapshot"] or event.get("value") or "", f"by {event['by']}"]
    words += [f"{name}: {in_words(counts)}" for name, counts in event.get("changes", {}).items()]
    if "seconds" in event:
        words.append(f"in {event['seconds']:.0f} s")
    gate = event.get("gate", {})
    if "ungated" in gate:
        words.append(f"past no gate: {gate['ungated']}")
    elif gate:
        words.append("gate passed" if not gate.get("forced") else "gate overruled by --force")
    if "rolled_back_to" in event:
        words.append(f"it had been rolled back to {event['rolled_back_to']}, and is served again by --force")
    words += event.get("failures", [])
    if event.get("reason"):
        words.append(event["reason"])
    return "; ".join(word for word in words if word)


def show_report(report: Report, current: str | None, *, changes: bool = False) -> None:
    """The closing table: by format, what was seen and what became of it; then everything that was refused, and what is
    served from now on (`current` is the snapshot that is published after the run)."""
    total = FormatLine(report.files, report.rows, sum(line.chunks for line in report.formats.values()))
    rows = [("format", *HEADINGS), *((plain(name), *_cells(line)) for name, line in sorted(report.formats.items()))]
    columns = [column for column in zip(*rows, ("total", *_cells(total)), strict=True) if _told(column)]
    headings, *lines = zip(*columns, strict=True)
    title = f"Collection {report.collection}" + (" (dry run)" if report.dry_run else "")
    print("\n".join(table(title, headings, lines, total=True)))
    seconds = max(report.seconds, 1e-9)
    print(
        f"chunks: {report.chunks_added} added, {report.chunks_removed} removed, {report.chunks_total} in all; "
        f"{report.embedded} embedded in {report.seconds:.1f} s ({report.embedded / seconds:.1f} a second)"
    )
    sums = "seen = indexed + unchanged + refused, for files and rows"
    print(sums if report.reconciles else f"THE TABLE DOES NOT ADD UP ({sums}); please report this")
    print(f"products: {in_words(report.changes)}")
    if changes:
        for change in report.change_list:
            step = f" {change.before} -> {change.after}" if change.kind in ("price", "stock") else ""
            print(plain(f"  {change.kind}: {change.sku} {change.name}{step} ({change.document}, {change.where})"))
    for refusal in report.refused:
        where = f" ({refusal.where})" if refusal.where else ""
        print(plain(f"refused: {refusal.path}{where}: {refusal.reason}"))
    if report.failure:
        goes_on = f"snapshot {current} goes on" if current else "there is nothing to search yet"
        print(plain(f"not published: {report.failure.rstrip('.')}; {goes_on} (--force publishes all the same)"))
    elif report.dry_run:
        print("dry run: nothing was written")
    elif report.published:
        print(f"published snapshot {report.snapshot}")
    elif report.snapshot is not None:
        print(f"nothing changed; snapshot {report.snapshot} goes on")
    else:
        why = "every file was refused" if report.refused else "no file holds any text"
        goes_on = f"snapshot {current} goes on" if current else "there is nothing to search yet"
        print(f"nothing was published, because {why}; {goes_on}")


def show_verdict(verdict: Verdict | None, *, dry_run: bool) -> None:
    """What the gate says where that is news: in a dry run, or where it was overruled."""
    if verdict is None or not (dry_run or verdict.failures):
        return
    if not verdict.failures:
        print("the gate would let this pass")
    elif verdict.opens:
        print(plain(f"the gate {'would be' if dry_run else 'was'} overruled by --force: {' '.join(verdict.failures)}"))
    elif dry_run:
        print(plain(f"the gate would stop this: {' '.join(verdict.failures)} (--force publishes all the same)"))


def _cells(line: FormatLine) -> list[str]:
    counts = []
    for tally in (line.files, line.rows):
        counts += [tally.seen, tally.indexed, tally.unchanged, tally.refused, tally.withdrawn]
    return [str(count) if count else NONE for count in (*counts, line.chunks)]


def _told(column: Sequence[str]) -> bool:
    """Whether a column is shown: one that nobody misses is left out where it would say nothing."""
    heading, *cells = column
    return heading in ALWAYS or cells[-1] != NONE


def show_tuned(tuned: Tuned) -> None:
    """What was measured, the fastest first; then what was left out and what is used from the next start on."""
    rows = []
    for one in sorted(tuned.trials, key=lambda one: one.seconds):
        lost = f"{one.divergence:.4f}" + ("" if one.equal else " too much")
        rows.append((one.setup.text(), f"{one.prefill:.0f}", f"{one.decode:.1f}", lost, f"{one.seconds:.2f}"))
    title = f"A prompt of {tuned.depth} tokens, then {tuned.slots} replies side by side"
    headings = ("setup", "read/s", "written/s each", "divergence", "request s")
    print(plain("\n".join(table(title, headings, rows))))
    for left_out in tuned.left_out:
        print(plain(f"not tried: {left_out}"))
    print(plain(f"from the next start on: {tuned.best.setup.text()}"))


def in_a_line(finding: Finding) -> str:
    """A finding with its place."""
    place = ", ".join(part for part in (finding.where, f"column {finding.column}" if finding.column else "") if part)
    return f"{place}: {finding.message}" if place else finding.message
