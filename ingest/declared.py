"""`Declared`: what a shop says of its files by its settings. `TableOptions`: what of it holds for one file's tables.

It knows names and patterns of names; it does not know what is in a file.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

from index.lexicon import sections
from ingest.roles import plain_header

Patterns = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What is declared of the tables of a file.

    `keys` are headers of columns that are the SKU, the one to be preferred first. `private` and `public` are headers,
    in which * stands for anything: such columns are held back beside those that the lexicon names, or let through.
    `private_sheets` are patterns of sheets' names. `currency` is the ISO code of prices that name none ("": unknown).
    """

    keys: Patterns = ()
    private: Patterns = ()
    public: Patterns = ()
    private_sheets: Patterns = ()
    currency: str = ""

    def holds_back(self, sheet: str | None) -> bool:
        """Whether a sheet of this name is private."""
        return sheet is not None and matching(sheet, self.private_sheets) is not None

    @property
    def privacy(self) -> str:
        """Names the rules by which columns and sheets are held back, the lexicon's among them."""
        rules = [sections("private"), self.private, self.public, self.private_sheets]
        return hashlib.sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()[:8]

    @property
    def fingerprint(self) -> str:
        """Names all that makes other rows of the same file."""
        keys = hashlib.sha256("\n".join(map(plain_header, self.keys)).encode()).hexdigest()[:8] if self.keys else ""
        currency = f"+currency-{self.currency}" if self.currency else ""
        return f"{'+keys-' + keys if keys else ''}{currency}+private-{self.privacy}"


@dataclass(frozen=True, slots=True)
class Declared:
    """What is declared of all files: `private_files` are patterns of paths that are never read, `currencies` pairs of
    such a pattern and a currency, the first that fits being the file's; the others as in `TableOptions`."""

    keys: Patterns = ()
    private: Patterns = ()
    public: Patterns = ()
    private_sheets: Patterns = ()
    private_files: Patterns = ()
    currencies: tuple[tuple[str, str], ...] = ()

    def of(self, path: str) -> TableOptions:
        """What holds for a file; `path` is relative to the ingested folder."""
        said = matching(path, (pattern for pattern, _ in self.currencies))
        currency = next((code for pattern, code in self.currencies if pattern == said), "")
        return TableOptions(self.keys, self.private, self.public, self.private_sheets, currency)

    def private_file(self, path: str) -> str | None:
        """The pattern by which a file is private."""
        return matching(path, self.private_files)


def matching(name: str, patterns: Iterable[str]) -> str | None:
    """The first pattern that fits a name or a path.

    Case and Unicode forms do not matter. * stands for anything, slashes too; a pattern without a slash is one of the
    last part of a path, and one that ends in a slash one of a folder.
    """
    path = _folded(name)
    return next((one for one in patterns if _expression(one).fullmatch(path)), None)


@lru_cache(1024)
def _expression(pattern: str) -> re.Pattern[str]:
    said = _folded(pattern)
    said = f"{said}*" if said.endswith("/") else said
    source = translate(said.removeprefix("/"))
    return re.compile(source if "/" in said else f"(?:.*/)?{source}")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
