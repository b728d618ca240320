"""Shared fixtures: real data where it is present, and the default models prepared once."""

from __future__ import annotations

import itertools
import random
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from sqlalchemy import create_engine, make_url

from retriever.translation import FILE
from tests.small_embedder import small_embedder

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--order SEED` runs the files, and the tests of each, in another order."""
    parser.addoption("--order", metavar="SEED", help="run the files and their tests in a random order of this seed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Shuffle where a seed is given; the tests of a file stay together, since they share what was made for them."""
    if seed := config.getoption("order"):
        files: dict[Path, list[pytest.Item]] = {}
        for item in items:
            files.setdefault(item.path, []).append(item)
        chance = random.Random(seed)
        groups = [chance.sample(group, len(group)) for group in files.values()]
        items[:] = [item for group in chance.sample(groups, len(groups)) for item in group]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real documents beside the checkout; tests that need it are skipped where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is absent")
    return folder


@pytest.fixture(scope="session")
def models() -> Path:
    """A models folder with the default embedder and language model, prepared once and kept between runs."""
    from engine.model_files import prepare_llm
    from index.embedding.preparing import prepare_embedder
    from retriever.translation import prepare_dictionary

    folder = ROOT / ".xuanji-test" / "models"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):  # tests run in two processes
        prepare_embedder(folder)
        prepare_llm(folder)
        prepare_dictionary(folder).close()
    return folder


@pytest.fixture(scope="session")
def small_models(models: Path) -> Path:
    """As `models`, with the embedder's vocabulary cut: for tests that open it in process after process."""
    target = ROOT / ".xuanji-test" / "small"
    with FileLock(target.with_suffix(".lock")):
        small = small_embedder(models, target)
        if not (small / FILE).exists():
            (small / FILE).symlink_to(models / FILE)
        return small


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[Callable[[], str]]:
    """Makes empty databases on a real PostgreSQL server, started for the tests: each call gives the URL of another."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pgserver

    folder = Path(tempfile.mkdtemp(prefix="xuanji-postgresql-"))
    folder.chmod(0o755)  # the server runs as a user of its own where the tests run as root
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pgserver.get_server(folder / "data")
    first = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    numbers = itertools.count(1)

    def empty() -> str:
        url = first.set(database=f"test{next(numbers)}")
        engine = create_engine(first, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {url.database}")
        engine.dispose()
        return url.render_as_string(hide_password=False)

    yield empty
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql(postgresql_databases: Callable[[], str]) -> str:
    """The URL of an empty database of the test's own."""
    return postgresql_databases()
