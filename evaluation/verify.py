"""`Verification`: database, vectors, cached embeddings, manifests and folders, each compared with the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.check import listed
from evaluation.proof import Proof, prove_withdrawn
from evaluation.remains import ProofCheck
from index.database.store import Store
from index.errors import XuanjiError
from index.keeping.audit import Disagreement, audit
from index.snapshot.home import Home
from index.snapshot.shelf import generation_of, leased_manifest, snapshots
from ingest.declared import Declared
from ingest.exposed import Exposed, exposed
from ingest.folder import list_folder

__all__ = ["Proof", "ProofCheck", "Verification", "prove_withdrawn", "verify"]


@dataclass(frozen=True, slots=True)
class Verification:
    """`disagreements` are faults, `notes` are not; `checked` is how many of what were looked at."""

    disagreements: tuple[Disagreement, ...]
    notes: tuple[Disagreement, ...]
    checked: Mapping[str, int]

    @property
    def clean(self) -> bool:
        """Whether nothing disagrees."""
        return not self.disagreements

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "clean": self.clean,
            "disagreements": [one.as_dict() for one in self.disagreements],
            "notes": [one.as_dict() for one in self.notes],
            "checked": dict(self.checked),
        }


def verify(home: Home, store: Store, declared: Declared = Declared()) -> Verification:
    """Compare database, vectors, cached embeddings, manifests and the collections' folders, and prove that no kept
    snapshot says what is `declared` private.

    It may run while a server reads and an ingest writes. Raises StorageUnavailable or WriterBusy where the database
    does not answer.
    """
    checked: Counter[str] = Counter()
    found = audit(home, store, checked)
    found += _private(home, store, declared, checked)
    with leased_manifest(home, home.current()) as manifest:
        if manifest is not None:
            for name, (id, folder) in sorted(store.collections().items()):
                if name in manifest.collections:
                    known = store.versions(id, manifest.generation)
                    hashes = {path: version.file_hash for path, version in known.items()}
                    found += _folder(home, name, Path(folder), hashes, declared, checked)
    wrong = tuple(one for one in found if one.severity == "wrong")
    notes = tuple(one for one in found if one.severity == "note")
    return Verification(wrong, notes, dict(checked))


def _private(home: Home, store: Store, declared: Declared, checked: Counter[str]) -> list[Disagreement]:
    """What of any kept generation is held back by the settings, and still said."""
    kept = {id: generation_of(id) for id in snapshots(home)}
    found = []
    for name, (id, _) in sorted(store.collections().items()):
        rows: dict[str, list[Exposed]] = {}
        for row in exposed(store, id, declared, every=True):
            rows.setdefault(row.path, []).append(row)
        for path, some in sorted(rows.items()):
            names = listed(sorted({one for row in some for one in row.names}), 5)
            within = [id for id, number in kept.items() if any(_lives(row, number) for row in some)]
            where = f"in {listed(sorted(within), 5)}" if within else "in no kept snapshot"
            message = f"{len(some):,} rows of {path} say what is private ({names}), {where}: run ingest or reindex"
            found.append(Disagreement("private", name, message))
        checked["documents with private values"] += len(rows)
    return found


def _lives(row: Exposed, generation: int) -> bool:
    return row.born <= generation and (row.died is None or row.died > generation)


def _folder(
    home: Home, collection: str, folder: Path, known: Mapping[str, str], declared: Declared, checked: Counter[str]
) -> list[Disagreement]:
    """What the folder has otherwise than what is served: the next ingest makes it equal."""
    try:
        private = declared.private_file
        listing = list_folder(folder, home.path.resolve(), is_private=lambda path: private(path) is not None)
    except XuanjiError as error:
        return [Disagreement("folder", collection, str(error), "note")]
    here = {job.path: job.file_hash for job in listing.jobs}
    checked["folder files"] += len(here)
    unread = {refusal.path for refusal in listing.refused}
    kinds = {
        "new": here.keys() - known.keys(),
        "changed": {path for path in here.keys() & known.keys() if here[path] != known[path]},
        "gone": {path for path in known.keys() - here.keys() if path not in unread},
    }
    return [
        Disagreement("folder", collection, f"{len(paths):,} files {kind} since: {listed(sorted(paths), 3)}", "note")
        for kind, paths in kinds.items()
        if paths
    ]
