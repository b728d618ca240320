"""`Home`, the folder that holds everything Xuanji keeps: database, snapshots, models, and which one is current."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.database.exclusive import describe, locked_file
from index.disk import unavailable, write_durably


class Home:
    """Paths below one folder, and the two acts that need care: naming the current snapshot, and being the one writer.

    `database_url` is an SQLAlchemy URL; without one the database is an SQLite file in the folder.
    """

    def __init__(self, path: Path, database_url: str | None = None) -> None:
        self.path = path.expanduser().absolute()
        self.database_url = database_url or f"sqlite:///{self.path / 'xuanji.db'}"
        self.snapshots = self.path / "snapshots"
        self.models = self.path / "models"

    def create(self) -> None:
        """Make the folder. Raises StorageUnavailable where it cannot be written."""
        try:
            self.snapshots.mkdir(parents=True, exist_ok=True)
            self.models.mkdir(exist_ok=True)
        except OSError as error:
            raise unavailable(f"cannot write to {self.path}", error) from error

    def current(self) -> str | None:
        """The published snapshot's id, or None where nothing was published."""
        try:
            return (self.path / "CURRENT").read_text().strip() or None
        except FileNotFoundError:
            return None
        except OSError as error:
            raise unavailable(f"cannot read {self.path / 'CURRENT'}", error) from error

    def point_to(self, snapshot: str) -> None:
        """Make `snapshot` the current one, by an atomic rename."""
        write_durably(self.path / "CURRENT", f"{snapshot}\n".encode())

    def identity(self) -> str:
        """A name for this home that no other has, made at first use."""
        path = self.path / "ID"
        try:
            if found := path.read_text(encoding="utf-8").strip():
                return found
        except FileNotFoundError:
            pass
        except OSError as error:
            raise unavailable(f"cannot read {path}", error) from error
        made = uuid.uuid4().hex
        write_durably(path, f"{made}\n".encode())
        return made

    @contextmanager
    def writing(self, who: str = "") -> Iterator[None]:
        """Be the only process that writes here. Raises WriterBusy at once, naming the other one and since when.

        `who` is what `describe` says of this process (the default).
        """
        self.create()
        with locked_file(self.path / "WRITER.lock", who or describe(), str(self.path)):
            yield
