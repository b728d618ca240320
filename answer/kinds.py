"""`Kind`: what sort of answer a question asks for (a date, a person, a place, ...), and what shows that a text has one.

The patterns are signs and no proofs: they weigh in the choice of evidence and decide nothing alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.lexicon import pattern, sections, words


@dataclass(frozen=True, slots=True)
class Kind:
    """`asked` is found in questions that ask for this kind, `held` in sentences that may answer them."""

    name: str
    asked: re.Pattern[str]
    held: re.Pattern[str]


_NAMES = (
    "date", "duration", "number", "person", "place", "reason", "manner", "list", "definition", "yes or no"
)  # fmt: skip
_SPELLED = sections("kinds")["en"]["parts"]["spelled"]
_HAN_NUMBER = r"(?:\d[\d,.]*|[零〇一二两三四五六七八九十百千万亿]+)"
_MONTHS = rf"\b(?:{'|'.join(word for word in words('dates', 'named') if word.isascii())})\b"


def _kind(name: str) -> Kind:
    asked, held = (pattern("kinds", f"{part}_{name.replace(' ', '_')}") for part in ("asked", "held"))
    if name == "date":
        held = re.compile(f"{held.pattern}|{_MONTHS}", re.IGNORECASE)
    return Kind(name, asked, held)


KINDS = tuple(map(_kind, _NAMES))

_COUNTED = re.compile(r"(?:多少|几)个?([\u3400-\u9fff]{1,2})|\bhow (?:many|much) (?:of the )?([a-z]+)", re.IGNORECASE)


def asked_kinds(query: str) -> tuple[Kind, ...]:
    """The kinds a question asks for: "how long" is no mere number, and "what is" counts where nothing else is asked."""
    found = [kind for kind in KINDS if kind.asked.search(query)]
    names = {kind.name for kind in found}
    if "duration" in names:
        names.discard("number")
    if len(names) > 1:
        names.discard("definition")
    return tuple(kind for kind in found if kind.name in names)


def counted(query: str) -> re.Pattern[str] | None:
    """What finds a number of the very things that a question counts: "how many floors" wants "three floors"."""
    match = _COUNTED.search(query)
    if match is None:
        return None
    if noun := match[1]:
        return re.compile(rf"{_HAN_NUMBER}\s*[多余几来]?(?:{noun}|{noun[0]})")
    stem = re.escape(match[2].lower().rstrip("s"))
    return re.compile(rf"(?:\d[\d,.]*|{_SPELLED})[\w\s,%-]{{0,20}}?\b{stem}", re.IGNORECASE)
