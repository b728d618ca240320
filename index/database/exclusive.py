"""`exclusive`: one writer at a time, told who the other one is."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine, delete, insert, select, text

from index.database.tables import WriterRow, now
from index.errors import StorageUnavailable, WriterBusy

LOCK = 0x5855414E
"""The number of PostgreSQL's advisory lock: XUAN."""


def describe(command: str = "") -> str:
    """This process, as another one is told of it."""
    name = command or Path(sys.argv[0]).name or "python"
    return f"{name} (process {os.getpid()} on {socket.gethostname()})"


@contextmanager
def locked_file(path: Path, who: str, what: str) -> Iterator[None]:
    """Hold a lock file, and say in a second file beside it who holds it since when. Raises WriterBusy at once.

    The lock is the operating system's: it ends with the process, however that ends.
    """
    lock = FileLock(path, timeout=0)
    beside = path.with_suffix(".json")
    try:
        lock.acquire()
    except Timeout as error:
        raise WriterBusy(_busy(what, *_read(beside))) from error
    except OSError as error:
        raise StorageUnavailable(f"cannot write to {path.parent}: {error.strerror or error}") from error
    try:
        beside.write_text(json.dumps({"holder": who, "since": now()}), encoding="utf-8")
        yield
    finally:
        beside.unlink(missing_ok=True)
        lock.release()


def _read(beside: Path) -> tuple[str, str]:
    try:
        parts = json.loads(beside.read_text(encoding="utf-8"))
        return str(parts["holder"]), str(parts["since"])
    except (OSError, ValueError, KeyError, TypeError):  # it is just being taken or let go
        return "another process", ""


def _busy(what: str, holder: str, since: str) -> str:
    when = f" since {since}" if since else ""
    return f"{holder} has been writing to {what}{when}; wait for it to end and run this again"


@contextmanager
def exclusive(engine: Engine, who: str) -> Iterator[None]:
    """Be the one writer of a database. Raises WriterBusy at once, with the other writer and since when."""
    if engine.dialect.name == "sqlite":
        file = engine.url.database or ""
        if not file or file == ":memory:" or file.startswith("file:"):
            yield
            return
        with locked_file(Path(file).with_suffix(".writer.lock"), who, f"the database {file}"):
            yield
        return
    what = f"the database {engine.url.render_as_string()}"
    with engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}).scalar_one():
            found = connection.execute(select(WriterRow.holder, WriterRow.since)).first()
            raise WriterBusy(_busy(what, *(found or ("another process", ""))))
        try:
            connection.execute(delete(WriterRow))
            connection.execute(insert(WriterRow).values(id=1, holder=who, since=now()))
            yield
        finally:
            connection.execute(delete(WriterRow))
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
