"""A rehearsal: a copy of the home in which a run may write, thrown away afterwards. The real one is only read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from index.database.store import Store
from index.keeping.database_file import copy_out
from index.snapshot.home import Home
from index.snapshot.shelf import snapshots
from server.parts import IndexParts


@contextmanager
def rehearsal(parts: IndexParts) -> Iterator[IndexParts]:
    """The parts over a copy of the database, and snapshots whose files are those of the real home."""
    with TemporaryDirectory(prefix="xuanji-rehearsal-") as folder:
        home = Home(Path(folder))
        home.create()
        for model in parts.home.models.glob("*"):
            (home.models / model.name).symlink_to(model.absolute(), target_is_directory=model.is_dir())
        for id in snapshots(parts.home):
            (home.snapshots / id).symlink_to(parts.home.snapshots / id, target_is_directory=True)
        if (current := parts.home.current()) is not None:
            home.point_to(current)
        copy_out(parts.store.engine, home.path / "xuanji.db", lambda what, share: None)
        store = Store.open(home.database_url)
        try:
            yield replace(parts, home=home, store=store)
        finally:
            store.close()
