"""A prepared embedder is opened, in one of the numeric forms that its model has.

A form is a number format and the library that runs it; each is a vector space of its own, with its own fingerprint.
"""

from __future__ import annotations

import ctypes.util
from dataclasses import replace
from pathlib import Path

from index.embedding.embedder import Backend, PreparedEmbedder
from index.embedding.model_record import ModelRecord
from index.embedding.onnx_embedder import OnnxEmbedder, unsupported
from index.embedding.torch_embedder import Dtype, TorchEmbedder
from index.errors import ModelUnusable

_DTYPES: dict[str, Dtype] = {"fp32": "float32", "fp16": "float16", "bf16": "bfloat16"}
_QUANTIZED = {"onnx-fp32": False, "onnx-int8": True}


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
        known = form_of(record, published)
        if known in _QUANTIZED and wanted == "auto":
            device = "cpu"  # where these forms run; a GPU that was asked for by name means a new space instead
        if known is not None and (known in _DTYPES or device == "cpu"):
            form = known
    backend = backend_of(folder, record, form, device, threads)
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


def form_of(record: ModelRecord, fingerprint: str | None) -> str | None:
    """The form of this model that has the fingerprint, or None."""
    return next((form for form in (*_DTYPES, *_QUANTIZED) if record.fingerprint(form) == fingerprint), None)


def backend_of(folder: Path, record: ModelRecord, form: str, device: str, threads: int) -> Backend:
    """What computes a prepared model in one form. ModelUnusable where it has none, or it cannot run there."""
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


def candidates(weights: Path) -> list[str]:
    """The forms other than fp32 that are worth timing on this machine."""
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").is_file() else ""
    return [
        *([] if unsupported(weights) else _QUANTIZED),
        *(["bf16"] if "avx512_bf16" in flags or "amx_bf16" in flags else []),
    ]


def _device(wanted: str) -> str:
    """ "auto" is the GPU where an NVIDIA driver is present and torch can use it; asking torch costs its import."""
    if wanted != "auto":
        return wanted
    present = Path("/dev/nvidiactl").exists() or ctypes.util.find_library("nvcuda") is not None
    return "cuda" if present and TorchEmbedder.sees_gpu() else "cpu"


def embedder_facts(folder: Path, published: str | None = None) -> ModelRecord:
    """What is recorded in a prepared folder; loads no model. Raises `ModelUnusable` when it is not prepared.

    `chosen` is the form that "auto" means on a CPU, which the fingerprint `published` decides where it is this model's.
    """
    record = ModelRecord.read(folder)
    kept = form_of(record, published)
    if kept in (None, record.chosen):
        return record
    return replace(record, chosen=kept, reason="the published index was made with it")
