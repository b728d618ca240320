"""`called`: what a question may call a product in full: every run of its words that could be a whole name or code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.text.analysis import STOP
from index.text.letters import fold

MOST = 600
"""Candidates of one question; a longer one is looked at where it begins."""
WORDS, SIGNS = 6, 14
"""Words of the longest name in Latin letters, and signs of the longest one with Chinese in it."""
SHORTEST = 3
"""Letters of the shortest name of one word."""
_WORD = re.compile(r"[^\s,;:!?？！，。；：、()（）\"“”《》「」]+")
_RUN = re.compile(r"[\u3400-\u9fffa-z0-9-]*[\u3400-\u9fff][\u3400-\u9fffa-z0-9-]*")


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
    for run in _RUN.findall(text):
        for length in range(min(SIGNS, len(run)), 1, -1):
            yield from (run[start : start + length] for start in range(len(run) - length + 1))
