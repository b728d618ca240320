"""How many slots fit, by numbers worked out by hand."""

import os
import struct
from pathlib import Path

import psutil
import pytest

from engine.gguf_header import Value, read_header
from engine.llama.sizing import free_memory, kv_bytes_per_token, slots_that_fit
from index.errors import ModelUnusable

MIB = 2**20


def test_the_default_models_token(gguf: Path) -> None:
    """30 layers of 3 heads, 64 wide, keys and values, two bytes each; in 8 bits 34 bytes for 32 values."""
    header = read_header(gguf)
    assert kv_bytes_per_token(header) == 30 * 3 * (64 + 64) * 2 == 23_040
    assert kv_bytes_per_token(header, "Q8_0") == 23_040 // 2 * 34 // 32 == 12_240


@pytest.mark.parametrize(
    ("facts", "size"),
    [
        ({"block_count": 28, "attention.head_count": 28, "attention.head_count_kv": 4}, 28 * 4 * (128 + 128) * 2),
        ({"block_count": 2, "attention.head_count": 28}, 2 * 28 * (128 + 128) * 2),
        ({"block_count": 4, "attention.head_count": 28, "attention.head_count_kv": [0, 2, 0, 2]}, 4 * 256 * 2),
        (
            {
                "block_count": 3,
                "attention.head_count": 28,
                "attention.head_count_kv": 1,
                "attention.key_length": 576,
                "attention.value_length": 512,
            },
            3 * (576 + 512) * 2,
        ),
        ({"block_count": 24}, 0),
    ],
)
def test_other_architectures(facts: dict[str, Value], size: int) -> None:
    """Grouped heads, no groups, layers without attention, keys wider than values, and a model without attention."""
    named = {f"some.{name}": value for name, value in facts.items()}
    assert kv_bytes_per_token({"general.architecture": "some", "some.embedding_length": 3584, **named}) == size


@pytest.mark.parametrize(
    ("free", "context", "slots"),
    [
        (2400 * MIB, 4096, 6),  # a quarter is 600 MiB, a slot is 90
        (100_000 * MIB, 4096, 8),
        (100 * MIB, 4096, 1),
        (-5 * MIB, 4096, 1),
        (2880 * MIB, 8192, 4),
    ],
)
def test_a_quarter_of_the_free_memory_is_for_slots(free: int, context: int, slots: int) -> None:
    """23,040 bytes a token; eight at most and always one."""
    assert slots_that_fit(free, context, 23_040) == slots


def nvidia_smi(folder: Path, script: str) -> None:
    """A program of that name."""
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_what_nvidia_smi_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All GPUs together, or those that this process may use; where it is absent or fails, the machine's memory."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    nvidia_smi(
        tmp_path, '[ "$1 $2 $3" = "--query-gpu=memory.free --format=csv,noheader,nounits " ] && echo "70000\n9000"'
    )
    assert free_memory(gpu=True) == 79_000 * MIB
    nvidia_smi(tmp_path, '[ "$3" = "--id=1" ] && echo 9000')
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert free_memory(gpu=True) == 9_000 * MIB
    for script in ("echo '[N/A]'", "echo no driver >&2; exit 9", "true"):
        nvidia_smi(tmp_path, script)
        assert abs(free_memory(gpu=True) - psutil.virtual_memory().available) < 1024 * MIB
    assert abs(free_memory(gpu=False) - psutil.virtual_memory().available) < 1024 * MIB


def test_a_header_has_numbers_texts_and_short_lists(tmp_path: Path) -> None:
    """The vocabulary is passed over; what ends too early, or is no GGUF, is named."""

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value.encode())) + value.encode()

    pairs = [
        text("general.name") + struct.pack("<I", 8) + text("茶壶"),
        text("words") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("bc"),
        text("scores") + struct.pack("<IIQ", 9, 6, 5000) + bytes(20_000),
        text("heads") + struct.pack("<IIQ3i", 9, 5, 3, 4, 0, 4),
        text("base") + struct.pack("<If", 6, 0.5),
    ]
    whole = b"GGUF" + struct.pack("<IQQ", 3, 0, len(pairs)) + b"".join(pairs)
    file = tmp_path / "some.gguf"
    file.write_bytes(whole)
    assert read_header(file) == {"general.name": "茶壶", "heads": [4, 0, 4], "base": 0.5}
    for damaged in (whole[:-2], whole[:60], b"GGUF", b"GGML" + whole):
        file.write_bytes(damaged)
        with pytest.raises(ModelUnusable, match=r"some\.gguf"):
            read_header(file)
