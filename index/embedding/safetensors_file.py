"""`SafetensorsFile`: named tensors lying in one file, read where they lie. It needs no library."""

from __future__ import annotations

import json
import math
import mmap
import struct
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import ModelUnusable

_TYPES = {"F32": "<f4", "F16": "<f2"}


class SafetensorsFile:
    """The layout: u64 length of a JSON header, the header (name -> dtype, shape, offsets), then the tensors.

    Raises `ModelUnusable` when the file is missing or cut short.
    """

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                (length,) = struct.unpack("<Q", file.read(8))
                self._header: dict[str, Any] = json.loads(file.read(length))
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, struct.error, ValueError) as error:
            raise ModelUnusable(f"{path} is not a readable safetensors file: {error}") from error
        self._header.pop("__metadata__", None)
        self._start = 8 + length
        if len(self._bytes) < self._start + max(entry["data_offsets"][1] for entry in self._header.values()):
            raise ModelUnusable(f"{path} is cut short")

    def names(self) -> set[str]:
        """The names of the tensors whose number format can be read here (float32 and float16)."""
        return {name for name, entry in self._header.items() if entry["dtype"] in _TYPES}

    def tensor(self, name: str) -> npt.NDArray[Any]:
        """The tensor as a read-only view of the file: only the rows that are used come into memory."""
        entry = self._header[name]
        at, shape = self._start + entry["data_offsets"][0], tuple(entry["shape"])
        return np.frombuffer(self._bytes, _TYPES[entry["dtype"]], math.prod(shape), at).reshape(shape)
