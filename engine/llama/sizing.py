"""Slots: how many replies fit side by side into the memory that is free, by what a token's keys and values take."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping

import psutil

from engine.gguf_header import Value

MOST = 8
"""More slots at once gain little on a CPU, and everyone's reply becomes slower."""
SHARE = 4
"""A quarter of the free memory is for keys and values; prompts that were read before, searches and the system have
the rest."""
_BLOCKS = {"F16": (1, 2), "Q8_0": (32, 34)}
"""Values and bytes of a block of each form."""


def kv_bytes_per_token(facts: Mapping[str, Value], kv: str = "F16") -> int:
    """Bytes of keys and values that one token takes in all layers; `facts` is the header of a GGUF file.

    Layers that see a window only are counted as if they saw everything, so this is the most that it can be. 0 for a
    model without attention.
    """
    prefix = facts.get("general.architecture")
    layers = _number(facts.get(f"{prefix}.block_count"))
    heads = _of_layers(facts.get(f"{prefix}.attention.head_count"), layers)
    pairs = _of_layers(facts.get(f"{prefix}.attention.head_count_kv"), layers) or heads
    width = _number(facts.get(f"{prefix}.embedding_length")) // max([*heads, 1])
    key, value = (_number(facts.get(f"{prefix}.attention.{one}_length")) or width for one in ("key", "value"))
    values, size = _BLOCKS[kv]
    return sum(pairs) * (key + value) * size // values


def _number(value: Value | None) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _of_layers(value: Value | None, layers: int) -> list[int]:
    """A number for each layer, where the file has one for all or a list; empty where it says nothing."""
    if isinstance(value, list):
        return [int(one) for one in value]
    return [_number(value)] * layers if value is not None else []


def slots_that_fit(free_bytes: int, context: int, kv_bytes: int) -> int:
    """How many slots of `context` tokens a quarter of the free memory holds: 8 at most, and always one."""
    return max(1, min(MOST, free_bytes // SHARE // max(1, context * kv_bytes)))


def free_memory(*, gpu: bool) -> int:
    """Bytes that are free: on the NVIDIA GPUs where `gpu` and nvidia-smi tells, else in this machine."""
    free = _on_gpus() if gpu else None
    return psutil.virtual_memory().available if free is None else free


def _on_gpus() -> int | None:
    """Of all GPUs that this process may use: a model's layers are spread over them. None where nobody tells."""
    command = ["nvidia-smi", "--query-gpu=memory.free", "--format=csv,noheader,nounits"]
    if visible := os.environ.get("CUDA_VISIBLE_DEVICES"):
        command.append(f"--id={visible}")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
        mebibytes = [int(line) for line in done.stdout.split("\n") if line.strip()]
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return sum(mebibytes) << 20 if mebibytes else None
