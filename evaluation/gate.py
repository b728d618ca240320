"""`Verdict`: what the gate says of a new snapshot before it is served, by the checks it ran; and the check of findings.

The gate does not know how a snapshot is published or kept back: that is its caller's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from evaluation.check import Check, Stopwatch, sentence
from index.errors import XuanjiError
from ingest.findings import Finding

SHOWN = 20
"""Findings that are told one by one; a catalogue that went wrong as a whole has thousands, all alike."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`forced`: checks failed, and the operator had said that the snapshot shall be served all the same."""

    checks: tuple[Check, ...]
    forced: bool = False

    @property
    def passed(self) -> bool:
        """Whether every check passed, forced or not."""
        return all(check.passed for check in self.checks)

    @property
    def opens(self) -> bool:
        """Whether the snapshot may be served."""
        return self.passed or self.forced

    @property
    def failures(self) -> tuple[str, ...]:
        """What failed, a sentence each."""
        return tuple(sentence for check in self.checks if not check.passed for sentence in check.sentences)

    def as_dict(self) -> dict[str, Any]:
        """For a manifest and for `--json`."""
        return {
            "passed": self.passed,
            "forced": self.forced,
            "failures": list(self.failures),
            "checks": [check.as_dict() for check in self.checks],
        }


def run_gate(checks: Iterable[Callable[[], Check]], *, force: bool) -> Verdict:
    """Run all checks, so that everything that is wrong is seen at once.

    One that raises XuanjiError fails with the error's text, under the name of its function without `check_`.
    """
    done = tuple(_run(check) for check in checks)
    return Verdict(done, forced=force and not all(check.passed for check in done))


def _run(check: Callable[[], Check]) -> Check:
    watch = Stopwatch()
    try:
        return check()
    except XuanjiError as error:
        called = check.func if isinstance(check, partial) else check
        name = getattr(called, "__name__", "gate").removeprefix("check_")
        return watch.settled("gate" if name == "<lambda>" else name, [sentence(error)], "")


def check_lint(
    findings: Sequence[tuple[str, Finding]],
    severities: Mapping[str, str],
    first: Sequence[tuple[str, Finding]] = (),
) -> Check:
    """Whether no finding has the severity "error". `findings` are pairs of a document's path and what was found in it;
    `severities` maps each kind to "error", "warning" or "off" (a kind that is missing is a warning).

    `first` are those of collections that were never served: there is nothing better that could go on in their place, so
    they are counted and stop nothing.
    """
    watch = Stopwatch()
    told = sum(severities.get(finding.kind) == "error" for _, finding in first)
    errors = [(path, finding) for path, finding in findings if severities.get(finding.kind) == "error"]
    warnings = sum(severities.get(finding.kind, "warning") == "warning" for _, finding in findings)
    sentences = [_told(path, finding) for path, finding in errors[:SHOWN]]
    if len(errors) > SHOWN:
        sentences.append(f"And {len(errors) - SHOWN:,} more findings of this severity.")
    found = f"No errors and {warnings:,} warnings were found in the catalogue."
    if told:
        found += f" {told:,} errors are in what was never served before; ingest --lint names them."
    return watch.settled("lint", sentences, found)


def _told(path: str, finding: Finding) -> str:
    places = (path, finding.where, f"column {finding.column}" if finding.column else "")
    return f"{', '.join(place for place in places if place)}: {sentence(finding.message)}"
