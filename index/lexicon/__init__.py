"""The lexicon: what words mean to a shop, one data file per language, read by ingest, retriever and answer.

A third language is a third file. The file's stem is its language (BCP 47); `sections` yields one table of every file.
It knows words and what they stand for; it does not know files, rows or questions.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def languages() -> Mapping[str, Mapping[str, Any]]:
    """Each language's whole file, by language, in the order of their names."""
    found = sorted((file for file in files(__name__).iterdir() if file.name.endswith(".toml")), key=lambda f: f.name)
    return {file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8")) for file in found}


def sections(name: str) -> Mapping[str, Mapping[str, Any]]:
    """One table of each language that has it: `sections("months")["en"]`."""
    return {language: words[name] for language, words in languages().items() if name in words}
