"""`Settings`: every choice an operator has, read once from a file, the environment and the command line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from index.embedding.hub import HUB
from index.errors import BadRequest

PREFIX = "XUANJI_"
FILE = "xuanji.toml"
OTHERS = {f"{PREFIX}{name}" for name in ("CONFIG", "EXIT", "SUMMARY")}
"""Variables that are no settings: the settings file, and what the nightly job tells the command it runs on failure."""


class BadSetting(BadRequest):
    """A setting is unknown, of the wrong type or out of range; the text names it and where it was written."""


def _setting(default: Any, about: str, **rule: Any) -> Any:
    return field(default=default, metadata={"about": about, **rule})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One frozen object. Its fields are the keys of the file and, as `XUANJI_<NAME>`, of the environment."""

    home: Path = field(
        default_factory=lambda: platformdirs.user_data_path("xuanji", appauthor=False),
        metadata={"about": "folder of the database, the snapshots and the models"},
    )
    database_url: str = _setting("", "SQLAlchemy URL of the database; empty: an SQLite file in home")

    embedder: str = _setting(
        "default", f'"default", a sentence-transformers folder, or "{HUB}owner/name", which is downloaded once'
    )
    embedder_form: str = _setting(
        "auto", 'numeric form of the embedder: "auto" is the published index\'s, at first the fastest; "fp32" is exact'
    )
    device: str = _setting("auto", "where the models and the vectors live", choices=("auto", "cpu", "gpu"))
    model: str = _setting("default", 'language model: "default" or the path of a GGUF file')
    planner_model: str = _setting(
        "auto",
        'model that understands questions: "auto" is what `xuanji models get` fetched, "off", "remote" the one of '
        "model_url, or a GGUF file",
    )
    model_url: str = _setting(
        "", "OpenAI-compatible servers of the language model, separated by commas; empty: it runs in this process"
    )
    model_key: str = _setting("", "API key of the model servers")
    model_name: str = _setting("", "name of the model to ask the servers for; empty: the first that they list")
    context: int = _setting(4096, "tokens of prompt and answer together", low=512, high=1_048_576)
    threads: int = _setting(0, "CPU threads of each model; 0: as many as there are cores", low=0, high=1024)
    gpu_layers: int = _setting(-1, "layers of the language model on the GPU; -1: all", low=-1, high=10_000)

    refuse_below: float = _setting(
        0.2,
        "probability of answering, 0 to 1, below which passages are offered or a question is refused",
        low=0,
        high=1,
    )
    contact: str = _setting("", "how customers reach a person, as they are told where nothing answers")

    jobs: int = _setting(0, "processes that read files; 0: half as many as there are cores", low=0, high=1024)
    file_seconds: float = _setting(120.0, "seconds that reading one file may take", low=0.1, high=86_400)
    file_memory_mib: int = _setting(2048, "memory that reading one file may take", low=64, high=1_048_576)
    ocr: str = _setting("auto", "read pictures and scanned pages", choices=("auto", "on", "off"))

    key_columns: str = _setting(
        "", 'headers of columns that hold the SKU, beside the usual words: "Part No, 货号2"', listed=True
    )
    private_columns: str = _setting(
        "", 'headers of columns that are held back, beside the usual words: "Landed*, 到岸价"', listed=True
    )
    public_columns: str = _setting(
        "", "headers of columns that are let through although they look private", listed=True
    )
    private_files: str = _setting("", 'files that are never read: "internal/, *costs*.xlsx"', listed=True)
    private_sheets: str = _setting("", 'sheets that are never read, by their names: "Calc*, 成本"', listed=True)
    currency: str = _setting(
        "", 'currency of prices that name none, as "EUR", or by file: "usa/=USD, *=EUR"; empty: unknown', listed=True
    )
    lint_severity: str = _setting(
        "", 'severity of findings: "price_jump=warning, duplicate_sku=off" (error, warning or off)'
    )
    keep: int = _setting(3, "snapshots that are kept to roll back to, the current one included", low=1, high=1000)
    most_lost: float = _setting(
        0.2, "share of rows or files that may go in one night before the gate stops it", low=0, high=1
    )
    least_found: float = _setting(0.9, "share of sampled rows that must be found by their own name", low=0, high=1)
    gate_sample: int = _setting(40, "rows of each collection that the gate looks for", low=0, high=10_000)
    canaries: str = _setting("", "file of the shop's own test questions; empty: canaries.jsonl in home, if it is there")
    reindex_seconds: float = _setting(0.0, "seconds that the nightly job may take; 0: no limit", low=0, high=604_800)
    on_failure_command: str = _setting("", "command that is run when the nightly job fails")
    on_failure_webhook: str = _setting("", "address that is called when the nightly job fails")
    time_zone: str = _setting("", 'of valid_from and valid_to, as "Asia/Shanghai"; empty: this machine\'s')
    preview_key: str = _setting("", "key that lets a request see another day (as_of); empty: none may")

    host: str = _setting("127.0.0.1", "address to listen on; 0.0.0.0 opens the service to the network")
    port: int = _setting(8000, "port to listen on; 0: any free one", low=0, high=65_535)
    slots: int = _setting(0, "replies generated side by side; 0: what the memory holds, 8 at most", low=0, high=256)
    waiting: int = _setting(32, "questions that may wait for the model; the next is told 503", low=0, high=10_000)
    waiting_tokens: int = _setting(
        200_000, "tokens of prompts that may wait for the model, all together", low=512, high=100_000_000
    )
    cache_mib: int = _setting(1024, "memory for prompts that the model has read before", low=0, high=1_048_576)
    speculative_tokens: int = _setting(
        0, "tokens of a reply guessed ahead from its passages, for one or two at a time; 0: none", low=0, high=64
    )
    words_in: str = _setting(
        "auto", 'languages the model words replies in: "auto" where it passed the probe, "en", "zh", "en, zh" or "none"'
    )
    search_threads: int = _setting(
        4, "searches that run at the same time, and as many questions that are looked up for", low=1, high=256
    )
    plan_seconds: float = _setting(
        30.0,
        "seconds for which a model's understanding of one message is waited for, for each step half",
        low=1,
        high=86_400,
    )
    ask_seconds: float = _setting(120.0, "seconds that one answer may take", low=1, high=86_400)
    max_top_k: int = _setting(50, "most passages one request may ask for", low=1, high=1000)
    max_query_chars: int = _setting(2000, "longest question, in characters", low=1, high=1_000_000)
    max_history: int = _setting(20, "most earlier messages a request may carry", low=0, high=1000)
    max_inputs: int = _setting(256, "most texts that one request may have embedded", low=1, high=100_000)
    max_body_bytes: int = _setting(262_144, "largest request body", low=256, high=1_073_741_824)

    otlp_endpoint: str = _setting("", "OpenTelemetry collector that is told of every request; empty: none")

    read_from: Path | None = field(default=None, compare=False)
    """Where they were read from, None where there is no file. No setting itself."""


NAMES = {setting.name: setting for setting in fields(Settings) if setting.metadata}
_NO_PATHS = {"model": ("default",), "embedder": ("default",), "planner_model": ("auto", "off", "remote")}
"""Settings that are paths, and the words that stand there for something else."""
_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "Path": "a path",
    "bool": "true or false",
}


def read_settings(environ: Mapping[str, str], flags: Mapping[str, Any], config: Path | None = None) -> Settings:
    """Defaults, then the file, then `XUANJI_*`, then `flags` (None: not given); the later one wins.

    The file is `config`, else `XUANJI_CONFIG`, else `xuanji.toml` in home if it exists. Raises BadSetting.
    """
    written = {name: value for name, value in flags.items() if value is not None}
    from_flags = {name: _checked(name, value, f"--{name.replace('_', '-')}") for name, value in written.items()}
    from_environment = _environment(environ)
    home = {**from_environment, **from_flags}.get("home") or Settings().home
    from_file: dict[str, Any] = {}
    read: Path | None = None
    if named := config or environ.get(f"{PREFIX}CONFIG"):
        read = _expanded(Path(named), "config", "--config" if config else f"{PREFIX}CONFIG")
        from_file = _file(read)
    elif (implied := Path(home).expanduser() / FILE).is_file():
        read, from_file = implied, _file(implied)
        if "home" in from_file:
            raise BadSetting(f"{implied}: home cannot be set in a file that lies in home; remove the line")
    return Settings(**{**from_file, **from_environment, **from_flags}, read_from=read and read.absolute())


def _environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for variable, value in environ.items():
        if variable.startswith(PREFIX) and variable not in OTHERS:
            name = variable.removeprefix(PREFIX).lower()
            found[name] = _checked(name, value, f"environment variable {variable}")
    return found


def _file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSetting(f"cannot read the settings file {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path} is not valid TOML: {error}") from error
    checked = {name: _checked(name, value, str(path), typed=True) for name, value in values.items()}
    if "home" in checked:
        checked["home"] = path.parent / checked["home"]
    for name, words in _NO_PATHS.items():
        value = checked.get(name, words[0])
        if value not in words and not (name == "embedder" and value.startswith(HUB)):
            checked[name] = str(path.parent / _expanded(Path(value), name, str(path)))
    return checked


def _in_one_line(value: Any) -> Any:
    """A list or a table of a settings file as it is written in the environment: "a; b", "pattern=value; ..."."""
    if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
        value = [f"{key}={item}" for key, item in value.items()]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "; ".join(re.sub("[,，;；]", "*", item) for item in value)
    return value


def _expanded(path: Path, name: str, where: str) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise BadSetting(f"{where}: {name} is {str(path)!r}, and there is no such user on this machine") from error


def _checked(name: str, value: Any, where: str, *, typed: bool = False) -> Any:
    """The value in its field's type, or BadSetting. `typed` values (TOML) are not read from text."""
    setting = NAMES.get(name)
    if setting is None:
        raise BadSetting(f"{where}: there is no setting {name!r}; the settings are {', '.join(NAMES)}")
    kind, rule = str(setting.type), setting.metadata
    if rule.get("listed"):
        value = _in_one_line(value)
    wrong = BadSetting(f"{where}: {name} must be {_WORDS[kind]}, not {value!r}")
    try:
        match kind:
            case "str" | "Path" if not isinstance(value, str | Path):
                raise wrong
            case "int" | "float" if typed and (isinstance(value, bool | str) or not isinstance(value, int | float)):
                raise wrong
            case "int" if isinstance(value, float):
                raise wrong
        result = {"int": int, "float": float, "str": str, "Path": Path}[kind](value)
    except (TypeError, ValueError) as error:
        raise wrong from error
    if isinstance(result, Path):
        result = _expanded(result, name, where)
    if "choices" in rule and result not in rule["choices"]:
        raise BadSetting(f"{where}: {name} must be one of {', '.join(rule['choices'])}, not {value!r}")
    if "low" in rule and not rule["low"] <= result <= rule["high"]:
        raise BadSetting(f"{where}: {name} must lie between {rule['low']} and {rule['high']}, not {value!r}")
    return result
