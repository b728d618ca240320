"""A database that may not be written, or whose tables were made by a process that died: what is said, what is done."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.database.database import connect
from index.database.store import Store
from index.database.withdrawals import withdraw, withdrawals
from index.errors import StorageUnavailable
from tests.waiting import LONGEST

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65_534

WRITING = """
import sys
from index.errors import StorageUnavailable
from index.database.store import Store
from index.database.withdrawals import withdraw
try:
    withdraw(Store.open(sys.argv[1]).engine, "sku", "B", by="test")
except StorageUnavailable as error:
    print(error)
"""
DYING = """
import os, sys
from index.database.store import Store
from index.database.withdrawals import withdraw
withdraw(Store.open(sys.argv[1]).engine, "sku", "A", by="test")
os._exit(0)
"""
DYING_AT_A_TABLE = """
import os, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from index.database.store import Store
@event.listens_for(Engine, "before_cursor_execute")
def die(connection, cursor, statement, *_):
    if statement.lstrip().startswith("CREATE TABLE " + sys.argv[2]):
        os._exit(9)
Store.open(sys.argv[1])
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that every user may reach."""
    path = Path(tempfile.mkdtemp(prefix="xuanji-read-only-"))
    path.chmod(0o755)
    yield path
    path.chmod(0o755)
    shutil.rmtree(path)


def told_on_a_read_only_disk(folder: Path, url: str) -> str:
    """What a process says that writes to a database in a folder mounted read-only, in a mount namespace of its own;
    where this machine allows none, what this process says of a folder that may not be written."""
    mount = 'mount -o bind,ro "$0" "$0" && exec "$@"'
    for unshare in (["unshare", "-m"], ["unshare", "-r", "-m"]):
        line = [*unshare, "sh", "-c", mount, str(folder), sys.executable, "-c", WRITING, url]
        try:
            done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120)
        except FileNotFoundError:
            break
        if done.returncode == 0:
            return str(done.stdout)
    with may_not_be_written(folder, *folder.iterdir()), pytest.raises(StorageUnavailable) as error:
        withdraw(Store.open(url).engine, "sku", "B", by="test")
    return str(error.value)


@contextmanager
def may_not_be_written(*paths: Path) -> Iterator[None]:
    """As a user that may read these, and write all but these."""
    before = {path: path.stat().st_mode for path in (*paths, *paths[0].parent.glob("xuanji.db*"))}
    for path, mode in before.items():
        path.chmod(mode & 0o555 if path in paths else 0o777)
    if root := os.geteuid() == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for path, mode in before.items():
            path.chmod(mode)


@pytest.mark.parametrize("left", [False, True], ids=["closed", "left by a process that died"])
def test_a_read_only_disk_is_named(folder: Path, left: bool) -> None:
    """SQLite says that it is unable to open a file, or that a database is read-only; we say which disk is, and that
    it is to be mounted otherwise. What stood in the database stands there still."""
    url = f"sqlite:///{folder / 'xuanji.db'}"
    subprocess.run([sys.executable, "-c", DYING, url], cwd=ROOT, check=True, timeout=LONGEST)
    if not left:
        Store.open(url).close()
    assert (folder / "xuanji.db-wal").exists() is left
    told = told_on_a_read_only_disk(folder, url)
    assert re.fullmatch(
        rf"{folder}/xuanji\.db cannot be used: (the disk of {folder} is mounted read-only; mount it read-write, or "
        rf"name another home \(--home\)|this user may not write {folder}; run this as .*)\n?",
        told,
    )
    engine = connect(url)
    assert [one.written for one in withdrawals(engine)] == ["A"]
    engine.dispose()


def test_a_folder_of_another_user_is_named(folder: Path) -> None:
    """Where the disk can be written and this user may not, the error says what may not be written."""
    url = f"sqlite:///{folder / 'xuanji.db'}"
    connect(url).dispose()
    with may_not_be_written(folder), pytest.raises(StorageUnavailable) as error:
        connect(url)
    assert str(error.value).startswith(
        f"{folder}/xuanji.db cannot be used: this user may not write {folder}; run this as "
    )


def test_one_file_of_another_user_is_named(folder: Path) -> None:
    """A log that a run as root left beside the database is found, though folder and database may be written."""
    url = f"sqlite:///{folder / 'xuanji.db'}"
    subprocess.run([sys.executable, "-c", DYING, url], cwd=ROOT, check=True, timeout=LONGEST)
    folder.chmod(0o777)
    told = rf"this user may not write {folder}/xuanji\.db-wal;"
    with may_not_be_written(folder / "xuanji.db-wal"), pytest.raises(StorageUnavailable, match=told):
        withdraw(Store.open(url).engine, "sku", "B", by="test")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """An SQLite URL into nowhere says so."""
    with pytest.raises(StorageUnavailable, match=rf"there is no folder {tmp_path}/nowhere that this user may enter$"):
        connect(f"sqlite:///{tmp_path}/nowhere/xuanji.db")


@pytest.mark.parametrize("table", ["collections", "embeddings", "withdrawals"])
def test_a_process_that_dies_while_it_makes_the_tables_leaves_none(tmp_path: Path, table: str) -> None:
    """The next one makes them all: a database has its tables, or has none."""
    url = f"sqlite:///{tmp_path / 'xuanji.db'}"
    assert (
        subprocess.run([sys.executable, "-c", DYING_AT_A_TABLE, url, table], cwd=ROOT, timeout=LONGEST).returncode == 9
    )
    store = Store.open(url)
    withdraw(store.engine, "sku", "A", by="test")
    assert [one.written for one in withdrawals(store.engine)] == ["A"]
    store.close()
