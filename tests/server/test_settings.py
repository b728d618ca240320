"""Settings: three sources, the later wins, and every mistake is named with its place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from server.ingest_settings import declared
from server.settings import NAMES, BadSetting, Settings, read_settings

ROOT = Path(__file__).resolve().parents[2]


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    """Each of three keys is decided by another source."""
    file = tmp_path / "shop.toml"
    file.write_text('port = 1000\nhost = "10.0.0.1"\nocr = "off"\n')
    environ = {"XUANJI_PORT": "2000", "XUANJI_HOST": "10.0.0.2", "PATH": "/bin"}
    settings = read_settings(environ, {"port": "3000", "jobs": None}, file)
    assert (settings.port, settings.host, settings.ocr, settings.jobs) == (3000, "10.0.0.2", "off", 0)


def test_the_file_is_named_by_the_environment_or_lies_in_home(tmp_path: Path) -> None:
    """XUANJI_CONFIG names a file; without it HOME/xuanji.toml is read."""
    (tmp_path / "xuanji.toml").write_text("port = 1111\n")
    other = tmp_path / "other.toml"
    other.write_text("port = 2222\n")
    home = {"XUANJI_HOME": str(tmp_path)}
    assert read_settings(home, {}).port == 1111
    assert read_settings({}, {"home": str(tmp_path)}).port == 1111
    assert read_settings(home | {"XUANJI_CONFIG": str(other)}, {}).port == 2222


def test_paths_in_a_file_are_relative_to_it(tmp_path: Path) -> None:
    """A file can be moved together with what it names."""
    (tmp_path / "shop.toml").write_text('home = "data"\nmodel = "big.gguf"\nembedder = "models/bge-m3"\n')
    settings = read_settings({}, {}, tmp_path / "shop.toml")
    assert (settings.home, settings.model) == (tmp_path / "data", str(tmp_path / "big.gguf"))
    assert settings.embedder == str(tmp_path / "models" / "bge-m3")


def test_only_an_explicit_hub_id_is_no_path(tmp_path: Path) -> None:
    """The default and `hub:owner/name` are taken as they are written."""
    file = tmp_path / "shop.toml"
    file.write_text('embedder = "hub:owner/name"\nmodel = "default"\n')
    assert (read_settings({}, {}, file).embedder, read_settings({}, {}, file).model) == ("hub:owner/name", "default")
    file.write_text('embedder = "default"\n')
    assert read_settings({}, {}, file).embedder == "default"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("prot = 1", ["shop.toml", "'prot'", "port"]),
        ('port = "8000"', ["shop.toml", "port must be a whole number", "'8000'"]),
        ("port = 80.5", ["port must be a whole number"]),
        ("port = true", ["port must be a whole number"]),
        ("host = 5", ["host must be text"]),
        ("port = 70000", ["between 0 and 65535", "70000"]),
        ("file_seconds = nan", ["file_seconds must lie between"]),
        ('device = "tpu"', ["device must be one of auto, cpu, gpu", "'tpu'"]),
        ("[server]\nport = 1", ["no setting 'server'"]),
        ("port = ", ["is not valid TOML"]),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, words: list[str]) -> None:
    """Unknown keys, wrong types and values out of range, each with the file's name."""
    file = tmp_path / "shop.toml"
    file.write_text(text)
    with pytest.raises(BadSetting) as caught:
        read_settings({}, {}, file)
    assert [word for word in ["shop.toml", *words] if word not in str(caught.value)] == []


def test_mistakes_elsewhere_name_variable_and_flag(tmp_path: Path) -> None:
    """The environment and the command line are checked like the file."""
    with pytest.raises(BadSetting, match="XUANJI_PORT: port must be a whole number, not 'http'"):
        read_settings({"XUANJI_PORT": "http"}, {})
    with pytest.raises(BadSetting, match="XUANJI_PROT: there is no setting 'prot'"):
        read_settings({"XUANJI_PROT": "1"}, {})
    with pytest.raises(BadSetting, match="--file-seconds: file_seconds must lie between"):
        read_settings({}, {"file_seconds": "-1"})
    with pytest.raises(BadSetting, match="--home: home is '~nobody-of-that-name/x', and there is no such user"):
        read_settings({}, {"home": "~nobody-of-that-name/x"})
    with pytest.raises(BadSetting, match="cannot read the settings file"):
        read_settings({}, {}, tmp_path / "absent.toml")
    (tmp_path / "xuanji.toml").write_text('home = "elsewhere"')
    with pytest.raises(BadSetting, match="home cannot be set"):
        read_settings({"XUANJI_HOME": str(tmp_path)}, {})


def test_the_example_file_shows_every_setting_with_its_default() -> None:
    """Uncommented, it is valid and changes nothing."""
    lines = (ROOT / "xuanji.example.toml").read_text(encoding="utf-8").splitlines()
    values = tomllib.loads("\n".join(line[2:] for line in lines if re.match("# [a-z_]+ = ", line)))
    defaults = Settings()
    assert sorted(values) == sorted(NAMES)
    assert {name: value for name, value in values.items() if name != "home"} == {
        name: getattr(defaults, name) for name in NAMES if name != "home"
    }


def test_what_the_nightly_job_tells_is_no_setting(tmp_path: Path) -> None:
    """A command that the job runs on failure may call Xuanji itself."""
    told = {"XUANJI_HOME": str(tmp_path), "XUANJI_EXIT": "3", "XUANJI_SUMMARY": "the folder is empty"}
    assert read_settings(told, {}).home == tmp_path


def test_the_file_that_was_read_is_known(tmp_path: Path) -> None:
    """The one that is named, else the one in home, else none; `read_from` is no setting of its own."""
    named = tmp_path / "etc.toml"
    named.write_text("port = 1\n")
    home = {"XUANJI_HOME": str(tmp_path)}
    assert read_settings(home, {}).read_from is None
    assert read_settings(home, {}, named).read_from == named
    (tmp_path / "xuanji.toml").write_text("port = 2\n")
    assert read_settings(home, {}).read_from == tmp_path / "xuanji.toml"
    assert read_settings({**home, "XUANJI_CONFIG": str(named)}, {}).read_from == named
    named.write_text('read_from = "elsewhere"\n')
    with pytest.raises(BadSetting, match="there is no setting 'read_from'"):
        read_settings(home, {}, named)


def test_a_list_or_a_table_in_the_file_is_one_text(tmp_path: Path) -> None:
    """As the environment has it: `private_columns` as a list, `currency` by pattern of file."""
    file = tmp_path / "shop.toml"
    file.write_text('private_columns = ["EK, netto", "Landed*"]\ncurrency = { "usa/" = "usd", "*" = "EUR" }\n')
    settings = read_settings({"XUANJI_PUBLIC_COLUMNS": "Costs，运费"}, {}, file)
    found = declared(settings)
    assert (found.private, found.public) == (("EK* netto", "Landed*"), ("Costs", "运费"))
    assert found.currencies == (("usa/", "USD"), ("*", "EUR"))
    with pytest.raises(BadSetting, match="private_columns must be text, not 5"):
        read_settings({}, {"private_columns": 5})
    with pytest.raises(BadSetting, match="'EURO' is not the code of a currency"):
        declared(read_settings({"XUANJI_CURRENCY": "EURO"}, {}))
