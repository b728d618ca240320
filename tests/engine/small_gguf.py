"""`Gguf`: a model file taken apart, so that tests can make a small or a damaged one of a real one."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from engine.gguf_header import text_at, value_at

ALIGN = 32


@dataclass
class Tensor:
    """A tensor's entry as it stands in the file, without its offset, and where its data lie."""

    name: str
    entry: bytes
    start: int
    size: int


class Gguf:
    """The metadata (as bytes), where each value of it stands, and the tensors, in the order of their data."""

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        assert self.data[:4] == b"GGUF"
        tensors, values = struct.unpack_from("<QQ", self.data, 8)
        place = 24
        self.values: dict[str, int] = {}
        for _ in range(values):
            key, place = text_at(self.data, place)
            kind = self._number(place)
            self.values[key] = place + 4
            _, place = value_at(self.data, place + 4, kind)
        self.metadata = self.data[24:place]
        entries = []
        for _ in range(tensors):
            begin = place
            name, place = text_at(self.data, place)
            place += 4 + 8 * self._number(place) + 4
            entries.append((struct.unpack_from("<Q", self.data, place)[0], name, self.data[begin:place]))
            place += 8
        self.begin = _aligned(place)
        ends = [*sorted(offset for offset, _, _ in entries)[1:], len(self.data) - self.begin]
        self.tensors = [
            Tensor(name, entry, self.begin + offset, end - offset)
            for (offset, name, entry), end in zip(sorted(entries), ends, strict=True)
        ]

    def cut(self, path: Path, layers: int) -> Path:
        """A file with the first `layers` of a llama only: as a model it is worth nothing, and it is a real one."""
        kept = [one for one in self.tensors if not one.name.startswith("blk.") or int(one.name.split(".")[1]) < layers]
        metadata = bytearray(self.metadata)
        struct.pack_into("<I", metadata, self.values["llama.block_count"] - 24, layers)
        entries, offset = b"", 0
        for one in kept:
            entries += one.entry + struct.pack("<Q", offset)
            offset += one.size
        head = self.data[:8] + struct.pack("<QQ", len(kept), len(self.values)) + bytes(metadata) + entries
        with path.open("wb") as file:
            file.write(head.ljust(_aligned(len(head)), b"\0"))
            for one in kept:
                file.write(self.data[one.start : one.start + one.size])
        return path

    def _number(self, place: int) -> int:
        return int(struct.unpack_from("<I", self.data, place)[0])


def _aligned(place: int) -> int:
    return (place + ALIGN - 1) // ALIGN * ALIGN
