"""`LlmFacts`: the record of a prepared language model, beside it or under `models`: what it is, how it is opened."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from index.errors import ModelUnusable


@dataclass(frozen=True, slots=True)
class LlmFacts:
    """What `xuanji models list` shows of a language model, and how to open it.

    `size` in bytes, `context` in tokens (0: the file does not say), `probe` the share passed in each language (empty:
    not probed), `styles` the style of the prompt in which it did, `flash` whether flash
    attention was the faster way, `trials` the table of what was measured. `chunk`, `threads` (0: all cores) and `kv`
    are what `xuanji models tune` found. `rewritten`: the file under `models` that is used in this one's place.
    """

    name: str
    architecture: str
    quantization: str
    size: int
    licence: str
    context: int
    source: str
    flash: bool = False
    probe: dict[str, float] = field(default_factory=dict)
    styles: dict[str, str] = field(default_factory=dict)
    trials: list[dict[str, Any]] = field(default_factory=list)
    chunk: int = 512
    threads: int = 0
    kv: str = "F16"
    rewritten: str = ""


def llm_facts(path: Path, models: Path | None = None) -> LlmFacts:
    """The record of a prepared model. `models` is where it was prepared (left out: the file's own folder).

    Raises `ModelUnusable` where it has not been prepared, or has changed since.
    """
    facts = known_facts(record_path(models or path.parent, path), path)
    if facts is None:
        raise ModelUnusable(f"{path} is not prepared or has changed since: run `xuanji models prepare`")
    return facts


def used_file(path: Path, models: Path) -> Path:
    """The file that a prepared model is opened from: the form that tuning wrote, or its own. Raises `ModelUnusable`."""
    facts = llm_facts(path, models)
    used = models / facts.rewritten
    return used if facts.rewritten and known_facts(record_path(models, used), used) is not None else path


def write_facts(models: Path, path: Path, facts: LlmFacts) -> None:
    record = record_path(models, path)
    beside = record.with_suffix(".json.new")
    beside.write_text(json.dumps({**asdict(facts), "digest": digest(path)}, ensure_ascii=False, indent=1), "utf-8")
    beside.replace(record)


def known_facts(record: Path, path: Path) -> LlmFacts | None:
    try:
        values = json.loads(record.read_text("utf-8"))
        return LlmFacts(**values) if values.pop("digest") == digest(path) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None  # absent, or left by another version: prepared anew


def record_path(models: Path, path: Path) -> Path:
    if path.parent.resolve() == models.resolve():
        return path.with_suffix(".json")
    return models / f"{path.stem}-{_mark(path)}.json"


def rewritten_path(models: Path, original: Path) -> Path:
    """Where a form of somebody's file is written: under the same name, which clients know it by."""
    return models / f"rewritten-{_mark(original)}" / original.name


def _mark(path: Path) -> str:
    return hashlib.blake2b(str(path.resolve()).encode(), digest_size=4).hexdigest()


def digest(path: Path) -> str:
    """Of size, first and last mebibyte: enough to see another file, and quick for one of many gigabytes."""
    found = hashlib.blake2b(str(path.stat().st_size).encode(), digest_size=16)
    with path.open("rb") as file:
        found.update(file.read(1 << 20))
        file.seek(max(0, path.stat().st_size - (1 << 20)))
        found.update(file.read())
    return found.hexdigest()
