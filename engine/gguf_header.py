"""`read_header`: the metadata at the beginning of a GGUF file, read without llama.cpp and without the weights."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path

from engine.gguf_file import check_gguf
from index.errors import ModelUnusable

Value = int | float | bool | str | list[int | float | bool]

_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9
_LONGEST = 4096
"""Numbers in a list that is kept: one a layer is wanted, one a word of the vocabulary is not."""


def read_header(path: Path) -> dict[str, Value]:
    """Numbers, texts and short lists of numbers by name; lists of texts (the vocabulary) and long ones are left out.

    Raises `ModelUnusable` for what is no GGUF file or ends within its header.
    """
    check_gguf(path)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            return dict(_pairs(data))
        except (struct.error, KeyError, ValueError) as error:
            raise ModelUnusable(f"{path}: its header is damaged or of an unknown form; get the file anew") from error


def _pairs(data: mmap.mmap | bytes) -> Iterator[tuple[str, Value]]:
    _tensors, count = struct.unpack_from("<QQ", data, 8)
    place = 24
    for _ in range(count):
        name, place = text_at(data, place)
        [kind] = struct.unpack_from("<I", data, place)
        value, place = value_at(data, place + 4, kind)
        if value is not None:
            yield name, value


def value_at(data: mmap.mmap | bytes, place: int, kind: int) -> tuple[Value | None, int]:
    """(the value of a kind that begins at `place`, or None for a list that is not kept; where it ends)."""
    if kind == _TEXT:
        return text_at(data, place)
    if kind == _LIST:
        return _list(data, place)
    form = f"<{_NUMBERS[kind]}"
    [number] = struct.unpack_from(form, data, place)
    return number, place + struct.calcsize(form)


def text_at(data: mmap.mmap | bytes, place: int) -> tuple[str, int]:
    """(the text that begins at `place`, where it ends)."""
    [length] = struct.unpack_from("<Q", data, place)
    end = place + 8 + length
    if end > len(data):
        raise ValueError("a text ends behind the file")
    return data[place + 8 : end].decode("utf-8", "replace"), end


def _list(data: mmap.mmap | bytes, place: int) -> tuple[list[int | float | bool] | None, int]:
    kind, count = struct.unpack_from("<IQ", data, place)
    place += 12
    if kind in _NUMBERS:
        size = struct.calcsize(f"<{_NUMBERS[kind]}")
        kept = struct.unpack_from(f"<{count}{_NUMBERS[kind]}", data, place) if count <= _LONGEST else None
        return None if kept is None else list(kept), place + count * size
    for _ in range(count):  # texts, or lists of lists
        if kind == _TEXT:
            place += 8 + struct.unpack_from("<Q", data, place)[0]
        else:
            _, place = _list(data, place)
    return None, place
