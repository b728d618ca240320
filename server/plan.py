"""`Plan`: how the language model is opened on this machine: the slots that fit, where it runs, what tuning found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.gguf_file import available_cores
from engine.gguf_header import read_header
from engine.llama.sizing import free_memory, kv_bytes_per_token, slots_that_fit
from engine.llm_facts import llm_facts
from index.errors import NothingPublished, SnapshotDamaged
from index.snapshot.home import Home
from index.snapshot.shelf import current_manifest
from server.settings import Settings

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Plan:
    """`context` in tokens for each slot, `token_bytes` of keys and values for one token, `free` bytes of memory beside
    the model and the vectors, `layers` of the model, `gpu_layers` of them on the GPU."""

    slots: int
    context: int
    token_bytes: int
    free: int
    layers: int
    gpu_layers: int
    flash: bool
    chunk: int
    threads: int
    kv: str
    cache_mib: int

    @property
    def bytes(self) -> int:
        """What keys and values take, all slots together."""
        return self.slots * self.context * self.token_bytes

    @property
    def fits(self) -> bool:
        """Whether the memory that is free holds them."""
        return self.bytes <= self.free

    def text(self) -> str:
        """For an operator."""
        where = f"{self.gpu_layers} of {self.layers} layers on the GPU" if self.gpu_layers else "no layer on the GPU"
        form = f"{self.kv} keys and values: {self.token_bytes:,} bytes a token, {self.bytes // MIB:,} MiB in all"
        run = f"chunk {self.chunk}, {self.threads} threads, prefix cache {self.cache_mib:,} MiB"
        return f"{self.slots} slots of {self.context:,} tokens; {form}; {where}; {run}"


def plan(settings: Settings, home: Home, file: Path, *, gpu: bool) -> Plan:
    """How a prepared model's file is opened; `gpu` tells whether llama.cpp can use one here.

    Raises `ModelUnusable` where it has not been prepared, or its header cannot be read.
    """
    facts, header = llm_facts(file, home.models), read_header(file)
    layers = int(str(header.get(f"{facts.architecture}.block_count", 0)))
    wanted = gpu_layers(settings) if gpu else 0
    there = layers if wanted is None else min(wanted, layers)
    flash = facts.flash and there > 0  # on a CPU it makes a reply hang on how its prompt was cut (docs/log.md)
    kv = facts.kv if flash else "F16"
    context = min(settings.context, facts.context or settings.context)
    token_bytes = kv_bytes_per_token(header, kv)
    free = free_memory(gpu=there > 0) - facts.size - _vectors(home)
    return Plan(
        slots=settings.slots or slots_that_fit(free, context, token_bytes),
        context=context,
        token_bytes=token_bytes,
        free=free,
        layers=layers,
        gpu_layers=there,
        flash=flash,
        chunk=facts.chunk,
        threads=settings.threads or facts.threads or available_cores(),
        kv=kv,
        cache_mib=settings.cache_mib,
    )


def gpu_layers(settings: Settings) -> int | None:
    """What the engine takes: None is as many as the GPU can hold, where there is one."""
    if settings.device == "cpu":
        return 0
    return None if settings.gpu_layers < 0 else settings.gpu_layers


def _vectors(home: Home) -> int:
    """Bytes of the published vectors, which searching keeps in memory or on the GPU."""
    try:
        manifest = current_manifest(home)
    except (NothingPublished, SnapshotDamaged):
        return 0
    return sum(entry.texts for entry in manifest.collections.values()) * manifest.dimension * 4
