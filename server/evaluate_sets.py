"""`Target`: a set that is named on the command line, and the ways to search it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from evaluation import business_set
from evaluation.accepted import NAME
from evaluation.beir import is_beir
from index.errors import BadRequest
from retriever.search import Legs

LEGS: tuple[Legs, ...] = get_args(Legs)


@dataclass(frozen=True, slots=True)
class Target:
    """A set that is named on the command line, and where its accepted figures lie."""

    name: str
    path: Path
    accepted: Path

    @property
    def is_corpus(self) -> bool:
        """Whether it is a folder with documents of its own."""
        return self.path.is_dir()


def targets_of(paths: Sequence[Path], accepted: Path | None) -> list[Target]:
    """The sets at these paths, or the built-in one. Raises BadRequest for a path that is none, or two of one name."""
    found = []
    for path in paths:
        if path.is_dir():
            if not is_beir(path):
                raise BadRequest(
                    f"{path} is a folder, but not in the BEIR layout (corpus.jsonl, queries.jsonl, qrels/)"
                )
            found.append(Target(path.resolve().name, path, accepted or path / NAME))
        elif path.is_file():
            found.append(Target(path.stem, path, accepted or path.with_suffix(f".{NAME}")))
        else:
            raise BadRequest(f"{path} does not exist; name a BEIR folder or a JSONL file of questions")
    if not paths:
        found.append(Target(business_set.NAME, business_set.QUESTIONS, accepted or business_set.ACCEPTED))
    names = [target.name for target in found]
    if twice := [name for name in names if names.count(name) > 1]:
        raise BadRequest(f"two sets are called {twice[0]}; rename one of them, or evaluate them one by one")
    return found


def legs_of(written: str) -> list[Legs]:
    """The ways to search that a flag names. Raises BadRequest for a way that there is not."""
    wanted = set(filter(None, map(str.strip, written.split(","))))
    if not wanted or wanted - set(LEGS):
        raise BadRequest(f"--legs is {written!r}; write one or several of {', '.join(LEGS)}, with commas between")
    return [legs for legs in LEGS if legs in wanted]
