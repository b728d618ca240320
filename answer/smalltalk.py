"""`small_talk`: what a shop says to a greeting, to thanks and to the wish for a person, and when a message is no more
than that.

Nothing is searched for it: "hello" has a nearest passage, too. A message that says anything else beside is a question.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from answer.language import Form
from index.lexicon import folded, pattern, sections

LONGEST = 120
"""Characters of a message that may be small talk and nothing else."""
KINDS = ("person", "machine", "goodbye", "thanks", "greeting")
"""What is replied to where a message is several of them, the weightiest first."""

_APOSTROPHES = {ord(sign): "" for sign in "'’‘`´"}
_NO_WORDS = re.compile(r"[\W_]")
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")


def small_talk(query: str, form: Form, contact: str = "") -> str | None:
    """The reply, None where the message is a question. `contact` is how a person is reached, "" where nobody said."""
    if len(query) > LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", query).casefold().translate(_APOSTROPHES)
    said = _BETWEEN_HAN.sub("", " ".join(_NO_WORDS.sub(" ", folded(plain)).split()))
    piece, nothing_else = _patterns()
    if not nothing_else.fullmatch(said):
        return None
    found = {match.lastgroup for match in piece.finditer(said)}
    kind = next((kind for kind in KINDS if kind in found), None)
    if kind is None:
        return None
    replies = sections("talk.replies")[form]
    return contact_line(form, contact) if kind == "person" and contact else str(replies[kind])


def contact_line(form: Form, contact: str) -> str:
    """How a person is reached."""
    return str(sections("talk.replies")[form]["contact"]).format(contact)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One piece of small talk, in a group of its kind, and one after another; Latin letters only as whole words."""
    kinds = "|".join(f"(?P<{kind}>{pattern('talk', kind).pattern})" for kind in (*KINDS, "beside"))
    piece = f"(?:{kinds})(?![a-z0-9])"
    return re.compile(piece), re.compile(f"(?:{piece} ?)+")
