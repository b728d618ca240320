"""The head of a file of our own: a magic, a JSON object with its checksum, and blanks up to a fixed length.

It knows neither what the object says nor what follows it.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

HEADER_BYTES = 4096
_PREFIX = struct.Struct("<8sII")


def pack_header(magic: bytes, parts: Mapping[str, Any]) -> bytes:
    """Exactly `HEADER_BYTES` bytes; the magic has 8."""
    body = json.dumps(parts).encode()
    return (_PREFIX.pack(magic, len(body), zlib.crc32(body)) + body).ljust(HEADER_BYTES, b"\0")


def unpack_header(magic: bytes, data: bytes, what: str) -> dict[str, Any]:
    """The inverse of `pack_header`; ValueError where `data` does not begin like `what` ("a vector index")."""
    if len(data) < HEADER_BYTES:
        raise ValueError("it is too short")
    found, length, crc = _PREFIX.unpack_from(data)
    body = data[_PREFIX.size : _PREFIX.size + length]
    if found != magic or zlib.crc32(body) != crc:
        raise ValueError(f"it does not begin like {what}")
    parts: dict[str, Any] = json.loads(body)
    return parts
