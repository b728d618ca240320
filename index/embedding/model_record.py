"""`ModelRecord`: what was found out about an embedder when it was prepared, kept as `xuanji.json`.

With it the embedder's facts and fingerprint are known without loading a model. It knows no library that runs one.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from index.disk import checksum
from index.embedding.onnx_graph import RECIPE
from index.errors import ModelUnusable

RECORD = "xuanji.json"
_CONTENT = (
    "*.safetensors",
    "pytorch_model*.bin",
    "*.json",
    "*/*.safetensors",
    "*/*.bin",
    "*/*.json",
    "*.txt",
    "*.model",
)


@dataclass(frozen=True, slots=True)
class FormFacts:
    """A numeric form as measured on this machine.

    `speed` is texts/s on the built-in lines, each the length of a product row; `ratio` that speed over fp32's. `cosine`
    is the lowest to the fp32 vectors, `overlap` the mean share of the fp32 top 10 that the form finds.
    """

    form: str
    speed: float
    ratio: float
    cosine: float
    overlap: float


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """`weights` is the sentence-transformers folder; `files` its content: name -> (bytes, mtime in ns, hex digest)."""

    name: str
    source: str
    weights: str
    licence: str
    dimension: int
    max_tokens: int
    query_prompt: str
    passage_prompt: str
    tokenizer: str
    files: dict[str, tuple[int, int, str]]
    forms: tuple[FormFacts, ...] = ()
    chosen: str = "fp32"
    reason: str = "not measured"
    machine: str = ""

    def fingerprint(self, form: str) -> str:
        """Names the vector space: equal exactly when content, form, prompts and length limit are."""
        space = [self.content, form, RECIPE, self.query_prompt, self.passage_prompt, self.max_tokens]
        return f"{form}-{hashlib.blake2b(json.dumps(space).encode(), digest_size=12).hexdigest()}"

    @property
    def content(self) -> str:
        """Hex digest over the names and contents of the model's files."""
        listing = sorted((name, digest) for name, (_size, _time, digest) in self.files.items())
        return hashlib.blake2b(json.dumps(listing).encode(), digest_size=16).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of the model's files together."""
        return sum(size for size, _time, _digest in self.files.values())

    def weights_in(self, folder: Path) -> Path:
        """The model's folder, seen from the folder that holds the record."""
        return folder / self.weights

    def write(self, folder: Path) -> None:
        """Put the record into `folder`, whole or not at all."""
        part = folder / f".{RECORD}.part"
        part.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(folder / RECORD)

    @classmethod
    def read(cls, folder: Path) -> ModelRecord:
        """Raises `ModelUnusable` when there is no record, or none that can be read."""
        try:
            fields = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            fields["files"] = {name: tuple(facts) for name, facts in fields["files"].items()}
            fields["forms"] = tuple(FormFacts(**facts) for facts in fields["forms"])
            return cls(**fields)
        except FileNotFoundError as error:
            raise ModelUnusable(f"{folder} is not a prepared embedder: run `xuanji models prepare`") from error
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ModelUnusable(f"{folder / RECORD} cannot be read: run `xuanji models prepare` again") from error

    def refreshed(self, folder: Path) -> ModelRecord:
        """The same record with file facts as they are now; files of unchanged size and time are not read again."""
        return replace(self, files=file_facts(self.weights_in(folder), self.files))


def file_facts(folder: Path, known: dict[str, tuple[int, int, str]] | None = None) -> dict[str, tuple[int, int, str]]:
    """Size, time and digest of the files that make up a model, by name relative to `folder`."""
    paths = {path for pattern in _CONTENT for path in folder.glob(pattern) if path.name != RECORD}
    facts = {}
    for path in sorted(paths):
        name, status = path.relative_to(folder).as_posix(), path.stat()
        before = (known or {}).get(name)
        if before is None or before[:2] != (status.st_size, status.st_mtime_ns):
            before = (status.st_size, status.st_mtime_ns, checksum(path))
        facts[name] = before
    return facts


def licence_of(folder: Path) -> str:
    """What the model card's front matter names as `license`; "unknown" where it names none."""
    card = folder / "README.md"
    if not card.is_file():
        return "unknown"
    front = card.read_text(encoding="utf-8", errors="replace").split("---", 2)
    found = re.search(r"^license:\s*(.+)$", front[1], re.MULTILINE) if len(front) == 3 else None
    return found.group(1).strip() if found else "unknown"
