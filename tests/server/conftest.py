"""A home with three ingested documents, made through the command line as a user would."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server.forked import Forked

Command = Callable[..., subprocess.CompletedProcess[str]]
FEED = "sku,name,brand,price,power\n007,Kettle Swift,Acme,39.5,2200 W\n008,Toaster Duo,Borealis,59,900 W\n"
MANUAL = "# Kettle Swift manual\n\n## Descaling\n\nFill the kettle with vinegar and water once a month.\n"
POLICY = "# 退货政策\n\n收到商品后三十天内可以无理由退货。\n"


@pytest.fixture(scope="session")
def command() -> Iterator[Command]:
    """Runs `xuanji` in a process of its own, with no settings but the given flags."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("XUANJI_")}
    with Forked() as forked:
        yield lambda *arguments: forked.run([os.fsdecode(one) for one in arguments], environ, timeout=300)


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two product rows, a manual, a policy."""
    folder = tmp_path_factory.mktemp("catalogue")
    (folder / "feed.csv").write_text(FEED, encoding="utf-8")
    (folder / "manual.md").write_text(MANUAL, encoding="utf-8")
    (folder / "policy.md").write_text(POLICY, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def home(models: Path, catalogue: Path, command: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue, ingested."""
    home = tmp_path_factory.mktemp("home")
    (home / "models").symlink_to(models, target_is_directory=True)
    done = command("ingest", catalogue, "--home", home, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["files"]["indexed"], report["rows"]["indexed"], report["published"]) == (3, 2, True)
    return home


@pytest.fixture
def own_home(home: Path, tmp_path: Path) -> Path:
    """A copy of the ingested home, to be spoilt."""
    return Path(shutil.copytree(home, tmp_path / "home", symlinks=True))
