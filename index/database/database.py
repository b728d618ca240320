"""The database connection: opening, migrating, and the one border where a driver's errors get our names.

Whatever reads or writes through an engine of `connect` raises WriterBusy or StorageUnavailable where the driver fails.
"""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from index.errors import BadRequest, MissingPackage, StorageUnavailable, WriterBusy

SCHEMA = "0004"
"""The newest migration. A test holds it equal to Alembic's own idea of the head."""

_NOT_WRITTEN = re.compile("unable to open|readonly|I/O error")
"""What SQLite says, among other times, where it may not write: never where, nor why."""


def connect(url: str, *, lock_wait: float = 10.0) -> Engine:
    """Open a database by SQLAlchemy URL and bring its tables up to date.

    `lock_wait` is how many seconds to wait for another process that holds SQLite's write lock.
    Raises BadRequest for a URL that means nothing, StorageUnavailable or WriterBusy for a database that does not
    answer.
    """
    try:
        sqlite = make_url(url).get_backend_name() == "sqlite"
        engine = create_engine(
            url,
            connect_args={"timeout": lock_wait} if sqlite else {},
            json_deserializer=orjson.loads,
            json_serializer=lambda value: orjson.dumps(value).decode(),
        )
    except (ArgumentError, NoSuchModuleError) as error:
        raise BadRequest(f"the database URL cannot be used: {error}") from error
    except ModuleNotFoundError as error:
        raise MissingPackage(f"the database URL needs a package: pip install 'xuanji[postgresql]' ({error})") from error
    if sqlite:
        event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "handle_error", _translate)
    with engine.connect() as connection:
        if _version(connection) != SCHEMA:
            connection.rollback()
            _migrate(connection)
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # what a published snapshot names must survive a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


def _translate(context: ExceptionContext) -> None:
    """Raise ours for a driver's error; where SQLite failed because it may not write, with the place and the reason."""
    error, words = context.original_exception, str(context.original_exception)
    if context.engine is None or not isinstance(context.sqlalchemy_exception, DBAPIError):
        return
    url = context.engine.url
    file = (url.database or "") if url.get_backend_name() == "sqlite" and _NOT_WRITTEN.search(words) else ""
    if file not in ("", ":memory:") and not file.startswith("file:") and (why := read_only(Path(file).absolute())):
        raise StorageUnavailable(f"{file} cannot be used: {why}") from error
    what = "the database" if context.connection is not None else url.render_as_string()
    if "locked" in words or "busy" in words:
        raise WriterBusy(f"{what} is locked by another process; nothing was changed; try again later") from error
    if "full" in words or "I/O error" in words:
        raise StorageUnavailable(f"{what}: the disk is full ({words}); free some space and run this again") from error
    raise StorageUnavailable(f"{what} does not answer as it should: {words}") from error


def read_only(file: Path) -> str:
    """Why SQLite may not write a database, or the files that it keeps beside it; "" where it may.

    Even to read one it must be able to write there.
    """
    may = partial(os.access, effective_ids=os.access in os.supports_effective_ids)  # False too where we may not look
    for path in (file.parent, *(file.with_name(file.name + end) for end in ("", "-wal", "-shm"))):
        if may(path, os.F_OK):
            if hasattr(os, "statvfs") and os.statvfs(path).f_flag & os.ST_RDONLY:
                return f"the disk of {path} is mounted read-only; mount it read-write, or name another home (--home)"
            if not may(path, os.W_OK):
                return f"this user may not write {path}; run this as the user that owns it, or let this one write it"
    return "" if may(file.parent, os.X_OK) else f"there is no folder {file.parent} that this user may enter"


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(connection: Connection) -> None:
    from alembic import command  # only a new or an old database pays for this import
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    if connection.dialect.name == "sqlite":
        # the driver begins no transaction for a CREATE TABLE: a process that died between two would leave half of them
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageUnavailable(f"the database was written by another version of Xuanji: {error}") from error
    connection.commit()
