"""`called`: what a question may call a product in full: every run of its words that could be a whole name or code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.text.analysis import STOP
from index.text.letters import fold

MOST = 600
"""Candidates of one question; a longer one is looked at where it begins."""
WORDS, PIECES = 6, 24
"""Words of the longest name in Latin letters, and pieces, Chinese signs or words, of the longest one with Chinese in
it."""
SHORTEST = 3
"""Letters of the shortest name of one word."""
_WORD = re.compile(r"[^\s,;:!?？！，。；：、()（）\"“”《》「」]+")
_RUN = re.compile(r"[\u3400-\u9fffa-z0-9.-]+(?: [\u3400-\u9fffa-z0-9.-]+)*")
_PIECE = re.compile(r"[\u3400-\u9fff]|[a-z0-9.-]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


def called(question: str) -> tuple[str, ...]:
    """The candidates, folded as names are in the database, each once."""
    found = dict.fromkeys(_candidates(fold(question)))
    return tuple(found)[:MOST]


def _candidates(text: str) -> Iterator[str]:
    words = [word.strip(".'’") for word in _WORD.findall(text)]
    for length in range(WORDS, 0, -1):
        for start in range(len(words) - length + 1):
            name = " ".join(words[start : start + length])
            if len(name) >= SHORTEST and name not in STOP and not name.isdigit():
                yield name
    for run in filter(_HAN.search, _RUN.findall(text)):
        spans = [piece.span() for piece in _PIECE.finditer(run)]
        for length in range(min(PIECES, len(spans)), 0, -1):
            for (start, _), (_, end) in zip(spans, spans[length - 1 :], strict=False):
                if end - start > 1 and _HAN.search(run, start, end):
                    yield run[start:end]
