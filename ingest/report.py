"""`Report`: what a run of ingest did, as the closing table and `--json` tell it. It must reconcile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from index.database.version import Version
from ingest.changes import Change
from ingest.findings import Finding

Became = Literal["indexed", "unchanged", "refused", "withdrawn"]
STILL = "; the version read before is still answered from"


@dataclass(slots=True)
class Tally:
    """Counts of files or rows. `seen == indexed + unchanged + refused`; `withdrawn` are those that went missing."""

    seen: int = 0
    indexed: int = 0
    unchanged: int = 0
    refused: int = 0
    withdrawn: int = 0

    @property
    def reconciles(self) -> bool:
        """Whether everything seen is accounted for."""
        return self.seen == self.indexed + self.unchanged + self.refused

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        for name, count in other.as_dict().items():
            setattr(self, name, getattr(self, name) + count)

    def as_dict(self) -> dict[str, int]:
        """The five counts by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One input that was refused: its file, where in it (empty for the whole file), and why."""

    path: str
    where: str
    reason: str

    def as_dict(self) -> dict[str, str]:
        """The three fields by name."""
        return asdict(self)


@dataclass(slots=True)
class FormatLine:
    """One line of the closing table: a format's files, rows and chunks."""

    files: Tally = field(default_factory=Tally)
    rows: Tally = field(default_factory=Tally)
    chunks: int = 0


@dataclass(slots=True)
class Growth:
    """How much larger a dry run would make a collection: documents that answer, chunks that have a SKU, and a price."""

    documents: int = 0
    products: int = 0
    priced: int = 0

    def add(self, documents: int, products: int, priced: int) -> None:
        """Add what came, or with a minus what went."""
        self.documents += documents
        self.products += products
        self.priced += priced


@dataclass(slots=True)
class Report:
    """The outcome of one run. `embedded` counts the texts really sent to the embedder; `seconds` is wall time.

    `changes` counts what became of products, by kind, and `change_list` names them (not at a first reading, where all
    is new). `findings` are the lint's, each with its file; `fresh` are those among them that the served
    catalogue does not have (`served_findings`: kind, column, message). `failure` says why a collection could not be
    read at all.
    """

    collection: str
    formats: dict[str, FormatLine] = field(default_factory=dict)
    chunks_added: int = 0
    chunks_removed: int = 0
    chunks_total: int = 0
    embedded: int = 0
    refused: list[Refusal] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=dict)
    change_list: list[Change] = field(default_factory=list)
    findings: list[tuple[str, Finding]] = field(default_factory=list)
    fresh: list[tuple[str, Finding]] = field(default_factory=list)
    served_findings: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    growth: Growth = field(default_factory=Growth)
    failure: str | None = None
    snapshot: str | None = None
    published: bool = False
    dry_run: bool = False
    seconds: float = 0.0

    def count(self, format: str, became: Became, rows: Tally | None = None, chunks: int = 0) -> None:
        """Count a file in the line of its format by what became of it, and its rows and chunks."""
        line = self.formats.setdefault(format, FormatLine())
        line.files.add(Tally(**{"seen": int(became != "withdrawn"), became: 1}))
        line.rows.add(rows or Tally())
        line.chunks += chunks

    def refuse(self, path: str, reason: str, where: str = "") -> None:
        """Name an input that was refused, or (`where`) a part of one."""
        self.refused.append(Refusal(path, where, reason))

    def find(self, path: str, findings: Iterable[Finding]) -> None:
        """Add a file's findings.

        One that is served already is not fresh wherever its row and file are now: what was let through once does not
        stop every later night.
        """
        for finding in findings:
            self.findings.append((path, finding))
            said = (finding.kind, finding.column, finding.message)
            if self.served_findings[said] > 0:
                self.served_findings[said] -= 1
            else:
                self.fresh.append((path, finding))

    @property
    def files(self) -> Tally:
        """All formats' files together."""
        return self._sum("files")

    @property
    def rows(self) -> Tally:
        """All formats' rows together."""
        return self._sum("rows")

    def _sum(self, kind: str) -> Tally:
        total = Tally()
        for line in self.formats.values():
            total.add(getattr(line, kind))
        return total

    @property
    def reconciles(self) -> bool:
        """Whether files and rows both add up."""
        return self.files.reconciles and self.rows.reconciles

    @property
    def exit_code(self) -> int:
        """0 when all is in, 1 when some inputs were refused, 3 when that leaves nothing to publish."""
        if self.failure is not None:
            return 3
        if self.refused and self.snapshot is None and not self.dry_run:
            return 3
        return 1 if self.refused else 0

    def as_dict(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        return {
            "collection": self.collection,
            "files": self.files.as_dict(),
            "rows": self.rows.as_dict(),
            "chunks": {"added": self.chunks_added, "removed": self.chunks_removed, "total": self.chunks_total},
            "embedded": self.embedded,
            "refused": [refusal.as_dict() for refusal in self.refused],
            "changes": self.changes,
            "findings": len(self.findings),
            "failure": self.failure,
            "snapshot": self.snapshot,
            "published": self.published,
            "dry_run": self.dry_run,
            "seconds": round(self.seconds, 3),
        }


def answers(version: Version | None) -> bool:
    """Whether a document is answered from: it was indexed, or was refused after an earlier version had been."""
    return version is not None and (version.refused is None or version.chunks > 0)


def serving(reason: str, version: Version | None) -> str:
    """The reason of a refusal, with what it means where an earlier version of the file is published."""
    return reason + (STILL if version is not None and version.chunks > 0 and STILL not in reason else "")


def suffix(path: str) -> str:
    """A file's format as its name claims it."""
    return Path(path).suffix.lower().lstrip(".") or "unknown"
