"""`Leftovers`: what the file of a database still holds of rows that are gone, in pages that nothing reads any more."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from index.database.store import Store

_BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class Leftovers:
    """How often a SKU or path is written in the database's file, and how often in a copy without free pages (None:
    the file cannot be read from here, or others were writing); how many `free` pages the file has."""

    in_file: int | None
    in_copy: int | None
    free: int

    @property
    def clean(self) -> bool:
        """Whether it stands nowhere but where rows that are kept name it."""
        return self.in_file is not None and self.in_copy is not None and self.in_file <= self.in_copy


def leftovers(store: Store, value: str) -> Leftovers:
    """Look for a value (folded) in the bytes of an SQLite database, whatever page they lie in.

    Case is ignored for ASCII letters; "P-1" is not looked for within "P-10". The copy lies in a temporary folder, as
    large as the database, and is removed.
    """
    engine = store.engine
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path.startswith((":", "file:")):
        return Leftovers(None, None, 0)
    with tempfile.TemporaryDirectory(prefix="xuanji-") as folder, engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not checkpoint(connection):  # a page stands twice while it is in the log as well
            return Leftovers(None, None, 0)
        free = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
        log = Path(f"{path}-wal")
        in_file = _occurrences(Path(path), value) + (_occurrences(log, value) if log.is_file() else 0)
        copy = Path(folder) / "copy.db"
        connection.exec_driver_sql("VACUUM INTO ?", (str(copy),))
        return Leftovers(in_file, _occurrences(copy, value), free)


def checkpoint(connection: Connection) -> bool:
    """Empty SQLite's log into the database's file; False where others would not let it."""
    return bool(connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0] == 0)


def _occurrences(path: Path, value: str) -> int:
    """How often a value stands in a file's bytes, not counting where it is a part of a longer one."""
    needle = value.encode().lower()
    pattern = re.compile(rb"(?<![0-9a-z])" + re.escape(needle) + rb"(?![0-9])")
    found, begin, data = 0, 0, b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            data += block.lower()
            end = max(len(data) - len(needle), begin)  # a hit that begins later is seen whole with the next block
            found += sum(begin <= match.start() < end for match in pattern.finditer(data))
            data, begin = data[max(end - 1, 0) :], min(end, 1)  # with the byte before it
    return found + sum(begin <= match.start() for match in pattern.finditer(data))
