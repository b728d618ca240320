"""Forty private columns in three languages and nine kinds of file: no byte of them by any route, in any log or file.

All questions by all routes are `benchmarks/private_columns.py`; here each column is asked for once, each route in turn.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from server.parts import open_parts
from server.settings import Settings
from tests.server.conftest import Command
from tests.server.running import Running, running

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

from private_columns import PAGES, ROUTES, ask, filtered, stored
from private_shop import FILES, leaked, leaking, some, write


@pytest.fixture(scope="module")
def home(command: Command, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop, ingested; its planted values in a file beside it."""
    folder = tmp_path_factory.mktemp("private")
    home = folder / "home"
    home.mkdir()
    (home / "models").symlink_to(models, target_is_directory=True)
    (folder / "values").write_text("\n".join(write(folder / "shop")), encoding="utf-8")
    done = command("ingest", folder / "shop", "--home", home, "--lint")
    assert done.returncode == 0, done.stderr
    assert not leaked(done.stdout + done.stderr)
    for sold in FILES:
        assert f"note: {sold.file}: " in done.stdout
    return home


@pytest.fixture(scope="module")
def service(home: Path) -> Iterator[Running]:
    """The service over it."""
    settings = Settings(home=home)
    with running(settings, partial(open_parts, settings)) as service:
        yield service


def test_the_shop_has_forty_private_columns() -> None:
    """In three languages and nine kinds of file."""
    assert sum(len(sold.private) for sold in FILES) == 40
    assert {sold.language for sold in FILES} == {"en", "de", "zh"}
    assert len(some(500)) == 500


def test_a_planted_value_is_found_however_it_is_written() -> None:
    """Grouped, with another decimal sign, in small letters; a text without one is clean."""
    for text in ("98,765.43", "98.765,43101 €", "ZYXQUA 7", "9876543107", "98 765.43"):
        assert leaked(text)
    assert not leaked("98 7 65 and 43")


def test_no_route_tells_a_private_value(service: Running) -> None:
    """Search, questions and chats, plain and streamed, filters by a private column, the page and the other routes."""
    asked = some(40)
    leaks = [
        (ROUTES[number % 5], question)
        for number, (_, question) in enumerate(asked)
        if leaked(ask(service.http, ROUTES[number % 5], question))
    ]
    assert leaks == []
    assert not any(map(leaked, filtered(service.http)))
    assert not any(leaked(service.http.get(page).text) for page in PAGES)


def test_the_goods_are_sold_all_the_same(service: Running) -> None:
    """Every product is found by its name, with its price."""
    for sold in FILES:
        for number, name in enumerate(sold.goods, start=1):
            assert str(number + 19) in ask(service.http, "search", name)


def test_no_file_holds_a_private_value(home: Path, command: Command, tmp_path: Path) -> None:
    """The database, the index, the snapshots and a backup; `verify` says so."""
    values = home.with_name("values").read_text("utf-8").splitlines()
    assert command("backup", tmp_path / "shop.backup", "--home", home).returncode == 0
    assert [name for name, data in [*stored(home), *stored(tmp_path)] if leaking(data, values)] == []
    assert command("verify", "--home", home).returncode == 0
    assert leaking("\n".join(values[:1]).encode(), values)
