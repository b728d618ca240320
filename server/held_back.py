"""What `xuanji doctor` tells of private columns: what was held back, what may be private, settings that name nothing.

It goes by what the lint found when the files were read; no file is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from index.database.store import Store
from index.snapshot.manifest import Manifest
from ingest.declared import Declared, matching
from ingest.private import is_named

MOST = 20
"""Lines of a kind."""


@dataclass(slots=True)
class HeldBack:
    """File -> the columns and sheets held back in it, and suspected column -> the files that have it."""

    files: dict[str, list[str]] = field(default_factory=dict)
    suspects: dict[str, list[str]] = field(default_factory=dict)
    readers: set[str] = field(default_factory=set)
    """How the files were read."""

    @classmethod
    def of(cls, store: Store, manifest: Manifest) -> HeldBack:
        """What stands in the record of what is served."""
        found = cls()
        for entry in manifest.collections.values():
            for path, version in sorted(store.versions(entry.id, manifest.generation).items()):
                found.readers.add(version.reader)
                for kind, where, column, _ in version.findings:
                    if kind == "held_back":
                        found.files.setdefault(path, []).append(column or where)
                    elif kind == "suspect_column":
                        found.suspects.setdefault(column, []).append(path)
        return found

    def told(self) -> Iterator[str]:
        """A line for each file."""
        return _most({path: f"{path}: {', '.join(dict.fromkeys(names))}" for path, names in self.files.items()})

    def asked(self) -> Iterator[str]:
        """A question for each suspect, with the line to write."""
        return _most(
            {
                column: f"is “{column}” ({_among(paths)}) for customers? If not: private_columns = {column!r}; "
                f"if so: public_columns = {column!r}"
                for column, paths in self.suspects.items()
            }
        )

    def idle(self, declared: Declared) -> Iterator[str]:
        """The settings that hold nothing back: not yet, or as a header is misspelt."""
        if any(f"+private-{declared.of('').privacy}" not in reader for reader in self.readers):
            yield "what is private was changed since the files were read: run ingest or reindex"
            return
        names = [name for names in self.files.values() for name in names]
        for said in declared.private:
            if not any(is_named(name, (said,)) for name in names):
                yield f"private_columns: no column that was read is called “{said}”; see whether it is spelt so"
        sheets = [name.removeprefix("sheet ") for name in names]
        for said in declared.private_sheets:
            if not any(matching(name, (said,)) for name in sheets):
                yield f"private_sheets: no sheet that was read is called “{said}”; see whether it is spelt so"


def _most(lines: Mapping[str, str]) -> Iterator[str]:
    yield from list(lines.values())[:MOST]
    if len(lines) > MOST:
        yield f"and {len(lines) - MOST} more (ingest --lint names them)"


def _among(paths: list[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"
