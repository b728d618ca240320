"""Sentences of Chinese and English text: where a text may be cut without tearing a thought.

It knows nothing of tokens or chunks. Pieces keep their white space, so that joined they are the text again.
"""

from __future__ import annotations

import re

from index.lexicon import word_set

ENDS = re.compile(r"""[。！？；]+[”’」』）)]*|[.!?]+["')\]”’]*(?=\s)|;(?=\s)|\n""")
CLAUSE = re.compile(r"(?<=[，、,：:])\s*|\s+")


def sentences(text: str) -> list[str]:
    """The text cut after each sentence and line; `"".join(sentences(text)) == text`."""
    pieces: list[str] = []
    start = 0
    for match in ENDS.finditer(text):
        end = match.end()
        if match.group().startswith(".") and _goes_on(text, match.start(), end):
            continue
        while end < len(text) and text[end].isspace():
            end += 1
        if end > start and text[start:end].strip():
            pieces.append(text[start:end])
            start = end
    if start < len(text):
        if text[start:].strip() or not pieces:
            pieces.append(text[start:])
        else:
            pieces[-1] += text[start:]
    return pieces


def _goes_on(text: str, dot: int, end: int) -> bool:
    """Whether a full stop ends an abbreviation or an ordinal rather than a sentence."""
    word = re.search(r"[\w.]*$", text[max(0, dot - 12) : dot])
    before = word.group().lower() if word else ""
    after = text[end:].lstrip(" \t")[:1]
    if before in word_set("sentences", "closing"):
        return after.islower()
    if before in word_set("sentences", "abbreviations"):
        return True
    at_line_start = not text[:dot].rsplit("\n", 1)[-1].strip("0123456789. ")
    return after.islower() or (len(before) == 1 and before.isalpha()) or (before.isdigit() and at_line_start)


def halves(text: str) -> tuple[str, str]:
    """Two parts of about equal length, cut at a line, a sentence, a clause or a space, at worst inside a word.

    Both parts are non-empty for a text of two or more characters.
    """
    middle = len(text) // 2
    for cuts in (
        [index + 1 for index, character in enumerate(text) if character == "\n"],
        _ends(sentences(text)),
        [match.end() for match in CLAUSE.finditer(text)],
    ):
        inside = [cut for cut in cuts if len(text) // 8 < cut < len(text) - len(text) // 8 and 0 < cut < len(text)]
        if inside:
            cut = min(inside, key=lambda place: abs(place - middle))
            return text[:cut], text[cut:]
    return text[:middle], text[middle:]


def _ends(pieces: list[str]) -> list[int]:
    ends, total = [], 0
    for piece in pieces:
        total += len(piece)
        ends.append(total)
    return ends
