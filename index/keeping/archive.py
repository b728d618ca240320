"""`Archive`: the one file of a backup, a plain tar that says first what must be in it.

`backup.json` comes first and names every member with its size and SHA-256, so that a file that was cut off, changed or
made by somebody else is told before anything of it is used. Nothing is unpacked by tarfile: a member is only ever read.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import stat
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from index.database.database import SCHEMA
from index.disk import unavailable
from index.errors import BadRequest
from index.snapshot.manifest import NAME as MANIFEST

FORMAT = 1
HEAD = "backup.json"
DATABASE = "xuanji.db"
KEPT_FILES = ("xuanji.toml", "canaries.jsonl")
"""Files an operator wrote into the home, which belong to it: settings and test questions."""

_HEAD_LIMIT = 64 << 20  # of `backup.json`, in bytes: some hundred thousand members
_PIECE = 1 << 20
_SAFE = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_MEMBER = re.compile(rf"snapshots/{_SAFE}/{_SAFE}|" + "|".join(map(re.escape, (DATABASE, *KEPT_FILES))))
_ID = re.compile(_SAFE)

Progress = Callable[[str, float], None]
"""Told what is being done and the share of it that is done, 0 to 1."""


def counted(progress: Progress, what: str, total: int) -> Callable[[int], None]:
    """Tells the share done, given the bytes that were done each time."""
    done = 0

    def told(bytes: int) -> None:
        nonlocal done
        done += bytes
        progress(what, done / total if total else 1.0)

    return told


@dataclass(frozen=True, slots=True)
class Entry:
    """A member's SHA-256 in hex and its size."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands in `backup.json`.

    `id` is the backup's own name; `version` Xuanji's and `schema` the database's; `created` ISO 8601; `current` the
    snapshot that was served; `rollback` what the home's note said of a rollback that holds; `linked` members that have
    the same bytes as another one and are not repeated.
    """

    id: str
    version: str
    schema: str
    created: str
    current: str
    snapshots: tuple[str, ...]
    pins: tuple[str, ...]
    rollback: str | None
    members: Mapping[str, Entry]
    linked: Mapping[str, str]

    def to_json(self) -> bytes:
        """The contents as they stand in the file."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1).encode()

    @property
    def bytes(self) -> int:
        """The size of all members together."""
        return sum(entry.bytes for entry in self.members.values())

    def entries(self) -> dict[str, Entry]:
        """Every file of the backup, linked ones too."""
        return {**self.members, **{name: self.members[same] for name, same in self.linked.items()}}


class ArchiveWriter:
    """A tar being written, member by member in the order of its contents; only its owner may read it."""

    def __init__(self, path: Path, contents: Contents) -> None:
        self.contents = contents
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # prices and keys are nobody else's
        self._file = os.fdopen(handle, "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w")  # noqa: SIM115
        head = contents.to_json()
        self._add(HEAD, len(head), io.BytesIO(head))

    def add(self, name: str, path: Path, told: Callable[[int], None]) -> bool:
        """Copy a file in; whether its bytes are those that the contents promise."""
        entry = self.contents.members[name]
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size != entry.bytes:
                return False
            hashed = _Hashed(file, told)
            self._add(name, entry.bytes, hashed)
            return hashed.digest() == entry.sha256

    def _add(self, name: str, size: int, file: Any) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, file)

    def close(self) -> None:
        """End the file and see that it is on the disk."""
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Let go of a file that will not be finished."""
        self._file.close()


class _Hashed:
    """A file whose bytes are hashed and counted while they are read."""

    def __init__(self, file: IO[bytes], told: Callable[[int], None]) -> None:
        self._file, self._told, self._hash = file, told, hashlib.sha256()

    def read(self, size: int) -> bytes:
        piece = self._file.read(size)
        self._hash.update(piece)
        self._told(len(piece))
        return piece

    def digest(self) -> str:
        return self._hash.hexdigest()


def read_archive(path: Path, take: Callable[[str], IO[bytes] | None], told: Callable[[int], None]) -> Contents:
    """Read a backup through, checking every byte. `take` says where a member goes (None: it is only checked).

    Raises BadRequest where the file is no backup, is cut off, was changed, or was made by a newer version of Xuanji,
    and StorageUnavailable where it cannot be read or what `take` gave cannot be written.
    """
    with _readable(path) as file, _as_refusals(path), tarfile.open(fileobj=file, mode="r:") as tar:
        contents = _head(tar, path)
        missing = dict(contents.members)
        for member in tar:
            if member.name == HEAD:
                continue
            entry = missing.pop(member.name, None)
            if entry is None or not _is_plain(member) or member.size != entry.bytes:
                raise BadRequest(f"{path} is no backup as Xuanji makes them: it should not hold {member.name!r}")
            if _copied(tar, member, take, told) != entry.sha256:
                raise BadRequest(f"{path} is damaged: {member.name} is not as it was saved; use another backup")
        if missing:
            raise BadRequest(f"{path} is not whole: {min(missing)} is missing; use another backup")
        return contents


def _copied(
    tar: tarfile.TarFile, member: tarfile.TarInfo, take: Callable[[str], IO[bytes] | None], told: Callable[[int], None]
) -> str:
    """Copy a member to where it goes; the SHA-256 of its bytes."""
    source = tar.extractfile(member)
    assert source is not None
    hashed = _Hashed(source, told)
    target = take(member.name)
    try:
        while piece := hashed.read(_PIECE):
            if target is not None:
                target.write(piece)
        if target is not None:
            target.flush()
            os.fsync(target.fileno())
    finally:
        if target is not None:
            target.close()
    return hashed.digest()


def _head(tar: tarfile.TarFile, path: Path) -> Contents:
    member = tar.next()
    if member is None or member.name != HEAD or not _is_plain(member) or member.size > _HEAD_LIMIT:
        raise BadRequest(f"{path} is not a backup of Xuanji: it does not begin with {HEAD}")
    source = tar.extractfile(member)
    assert source is not None
    try:
        parts = json.loads(source.read())
        newer = parts.pop("format") > FORMAT or str(parts["schema"]) > SCHEMA
        version = parts["version"]
        contents = None if newer else _contents(parts)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRequest(f"{path} is not a backup of Xuanji: its {HEAD} cannot be understood ({error!r})") from error
    if contents is None:
        raise BadRequest(f"{path} was made by a newer version of Xuanji ({version}); restore it with that version")
    return contents


def _contents(parts: dict[str, Any]) -> Contents:
    """The contents, if every name in them is one that a backup may hold; else ValueError."""
    members = {name: Entry(str(entry["sha256"]), int(entry["bytes"])) for name, entry in parts.pop("members").items()}
    linked = {str(name): str(same) for name, same in parts.pop("linked").items()}
    ids, pins = tuple(parts.pop("snapshots")), tuple(parts.pop("pins"))
    contents = Contents(members=members, linked=linked, snapshots=ids, pins=pins, **parts)
    for name in (*members, *linked):
        if not _MEMBER.fullmatch(name) or (name.startswith("snapshots/") and name.split("/")[1] not in ids):
            raise ValueError(f"{name!r} is no place in a home")
    if not all(_ID.fullmatch(id) for id in ids) or not {contents.current, *pins} <= set(ids):
        raise ValueError("its snapshots are not all there")
    if not {f"snapshots/{id}/{MANIFEST}" for id in ids} <= set(members):
        raise ValueError("a snapshot has no manifest")
    if DATABASE not in members or not set(linked.values()) <= set(members) or set(linked) & set(members):
        raise ValueError("its members are not all there")
    if contents.rollback is not None and not set(contents.rollback.split()) <= set(ids):
        raise ValueError("its rollback is of other snapshots")
    return contents


def _is_plain(member: tarfile.TarInfo) -> bool:
    return member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse()


@contextmanager
def _readable(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise BadRequest(f"there is no file {path}") from error
    except OSError as error:
        raise unavailable(f"cannot read {path}", error) from error
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise BadRequest(f"{path} is not a file that can be read twice; copy the backup to the disk first")
        yield file


@contextmanager
def _as_refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError) as error:
        cut = "unexpected end" in str(error)
        what = "is not whole: it ends too early" if cut else f"is not a backup of Xuanji: {error}"
        raise BadRequest(f"{path} {what}; use another backup") from error
    except OSError as error:
        raise unavailable(f"cannot restore from {path}", error) from error
