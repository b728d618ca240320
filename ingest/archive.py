"""The zip directory of an Office file, an e-book or an archive: its member names, and whether it is a bomb.

Only the directory is read. It does not know what the members mean.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from ingest.document import Refused

MAX_MEMBERS = 20_000
MAX_UNPACKED = 1 << 30
"""Bytes. A workbook of a million rows unpacks to some hundred MiB; beyond 1 GiB nothing that a shop writes lies."""
MAX_RATIO = 200
"""Unpacked over packed bytes. Repetitive sheets reach about 30; deflate itself ends near 1030, which bombs approach."""
RATIO_MATTERS = 64 << 20
"""Below this unpacked size (bytes) a high ratio harms nobody."""


def members(path: Path) -> dict[str, int]:
    """Name -> unpacked size (bytes) of every member, refusing bombs.

    Raises `Refused` where the zip is damaged, unpacks to too much or is encrypted.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise Refused(
            f"the file is damaged: its zip directory cannot be read ({error}); save or download it again"
        ) from error
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos) or 1
    if len(infos) > MAX_MEMBERS or unpacked > MAX_UNPACKED:
        raise Refused(
            f"the file unpacks to {unpacked >> 20} MiB in {len(infos)} parts, which is more than a document holds"
        )
    if unpacked > RATIO_MATTERS and unpacked > MAX_RATIO * packed:
        raise Refused(f"the file unpacks to {unpacked // packed} times its size, as a zip bomb does")
    if any(info.flag_bits & 0x1 for info in infos):
        raise Refused("the file is protected by a password; save a copy without one")
    return {info.filename: info.file_size for info in infos}


def plain(name: str) -> str:
    """A member's name as Office compares it: some programs write its case or its slashes otherwise."""
    return name.replace("\\", "/").lower()


def read_member(path: Path, name: str, limit: int = 4096) -> bytes:
    """The first `limit` bytes of a member; empty where it is absent or cannot be unpacked."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as member:
            return member.read(limit)
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return b""
