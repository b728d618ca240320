"""The database connection: opening, migrating, and the one border where a driver's errors get our names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from index.errors import BadRequest, MissingPackage, StorageUnavailable, WriterBusy

SCHEMA = "0002"
"""The newest migration. A test holds it equal to Alembic's own idea of the head."""


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
    with translated(url), engine.connect() as connection:
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
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageUnavailable(f"the database was written by another version of Xuanji: {error}") from error
    connection.commit()


@contextmanager
def translated(what: str = "the database") -> Iterator[None]:
    """Turn a driver's errors into ours."""
    try:
        yield
    except DBAPIError as error:
        words = str(error.orig)
        if "locked" in words or "busy" in words:
            raise WriterBusy(f"{what} is locked by another process; nothing was changed; try again later") from error
        if "full" in words or "I/O error" in words:
            raise StorageUnavailable(
                f"{what}: the disk is full ({words}); free some space and run this again"
            ) from error
        raise StorageUnavailable(f"{what} does not answer as it should: {words}") from error
