"""The database as one SQLite file, whatever kind it is of: copied out of a live one, and into an empty one.

It knows nothing of what the rows mean.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from index.database.database import connect
from index.database.tables import Base, GenerationRow, WriterRow
from index.errors import BadRequest, StorageUnavailable

Progress = Callable[[str, float], None]

_ROWS = 5_000  # copied at a time
_PAGES = 2_000  # of the database file, copied at a time: 8 MB


def sqlite_file(database_url: str) -> Path | None:
    """The file of an SQLite database; None for a server. Raises BadRequest where the URL names neither."""
    try:
        url = make_url(database_url)
    except ArgumentError as error:
        raise BadRequest(f"the database URL cannot be used: {error}") from error
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise BadRequest(f"cannot restore into {database_url}: name the database's file plainly")
    return Path(url.database).absolute()


def copy_out(engine: Engine, target: Path, progress: Progress) -> None:
    """The database as it is at one moment, as an SQLite file."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            # a reading transaction of our own: without it, every commit of another process starts the copy anew
            connection.exec_driver_sql("BEGIN")
            connection.execute(select(GenerationRow.number).limit(1)).all()
            source: Any = connection.connection.driver_connection
            with _sqlite(target) as copy:

                def told(_status: int, left: int, all: int) -> None:
                    progress("database", 1 - left / all if all else 1.0)

                source.backup(copy, pages=_PAGES, progress=told)
        return
    into = connect(f"sqlite:///{target}")
    try:
        with engine.connect() as shared, into.begin() as writing:
            _copy_rows(shared.execution_options(isolation_level="REPEATABLE READ"), writing, progress)
    finally:
        into.dispose()


def fill(database: Path, engine: Engine, progress: Progress) -> None:
    """Copy an SQLite database to an empty one elsewhere, in one transaction, and let new ids begin after the old."""
    staged = connect(f"sqlite:///{database}")
    try:
        with staged.connect() as source, engine.begin() as target:
            _copy_rows(source, target, progress)
            for table in Base.metadata.sorted_tables:
                if table.autoincrement_column is None:
                    continue
                column = table.autoincrement_column
                last = target.execute(select(func.max(column))).scalar()
                if last is not None:
                    target.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column.name), last)))
    finally:
        staged.dispose()


def check_empty(engine: Engine) -> None:
    """Raises BadRequest where any table of a server's database has rows."""
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table is WriterRow.__table__:
                continue
            if connection.execute(select(table).limit(1)).first() is not None:
                url = engine.url.render_as_string()
                raise BadRequest(f"the database {url} is not empty: it has {table.name}. Restore into an empty one")


def _copy_rows(source: Connection, target: Connection, progress: Progress) -> None:
    """Copy every table's rows to a database of the same schema, in pages, keeping their ids; not who is writing."""
    tables = [table for table in Base.metadata.sorted_tables if table is not WriterRow.__table__]
    for place, table in enumerate(tables):
        progress("database", place / len(tables))
        rows = source.execution_options(yield_per=_ROWS).execute(select(table).order_by(*table.primary_key))
        for page in rows.mappings().partitions(_ROWS):
            target.execute(insert(table), [dict(row) for row in page])
    progress("database", 1.0)


def has_rows(path: Path) -> bool:
    """Whether an SQLite file holds anything; one that cannot be read is taken to."""
    connection = sqlite3.connect(path)
    try:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        ours = tables & set(Base.metadata.tables)
        return any(connection.execute(f'SELECT EXISTS (SELECT 1 FROM "{name}")').fetchone()[0] for name in ours)
    except sqlite3.Error:
        return True
    finally:
        connection.close()


def one_file(database: Path) -> None:
    """Leave an SQLite database that nobody has open without files beside it; opening it puts them back."""
    with _sqlite(database) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def _sqlite(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield connection
    except sqlite3.Error as error:
        full = "full" in str(error) or "I/O error" in str(error)
        raise StorageUnavailable(f"cannot write {path}: {'the disk is full' if full else error}") from error
    finally:
        connection.close()


def with_companions(database: Path) -> list[Path]:
    """An SQLite file and those that SQLite keeps beside it, which must never meet another database."""
    return [database.with_name(database.name + end) for end in ("", "-wal", "-shm", "-journal")]
