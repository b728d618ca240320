"""`questions_in`: a message cut into the questions that it puts, by its marks and by the words that ask.

A sentence that asks nothing belongs to the question behind it, at the end to the one before; so does a short question
that only goes on ("is that why?", 「多少钱」).
"""

from __future__ import annotations

import re

from index.lexicon import pattern, sections
from index.text.analysis import is_chinese

MOST = 3
"""Questions of one message; a later one goes with the last of them."""
FEW = {"en": 4, "zh": 6}
"""Words, in Chinese signs, below which a question goes on with the one before."""
SHORT = {"en": 5, "zh": 9}
"""Words, in Chinese signs, of a question that hardly names what it is about."""
SHORTEST = 6
"""Characters of what is left of a question without what is said beside it."""
_CLAUSE = re.compile(r"(?<=[?？。！!;；，])\s*|(?<=[,.])\s+|\n+")
_MARK = re.compile(r"(?<=[?？。！!;；])(?![?？。！!])\s*|(?<=[^\W\d]\.)\s+(?=[A-Z])|\n+")
_SIGN = re.compile(r"[\u3400-\u9fff]|[A-Za-z0-9]+")
_LED_IN = re.compile(r"^[^:：?？]{1,25}[:：]\s*")
"""What leads in questions: "Two things: ..."."""
_QUESTION = re.compile(r"[?？]\s*$")


def questions_in(message: str) -> list[str]:
    """The questions of a message, in their order; the message itself where it puts no more than one."""
    found: list[str] = []
    aside = ""
    for piece in _pieces(message):
        if not _asks(piece):
            aside = _joined(aside, piece)
            continue
        piece, goes_on = _joined(aside, piece), not aside and found and _goes_on(piece)
        aside = ""
        if goes_on or len(found) == MOST:
            found[-1] = _joined(found[-1], piece)
        else:
            found.append(piece)
    if aside and found:
        found[-1] = _joined(found[-1], aside)
    return found if len(found) > 1 else [message]


def asking(question: str) -> str:
    """The clauses of a question that ask, without what is said beside them ("..., my wrists are bad"); the first where
    none does, and all of it where next to nothing is left."""
    pieces = [piece.strip(" ,，") for piece in _CLAUSE.split(question) if re.search(r"\w", piece)]
    kept = " ".join([piece for piece in pieces if _asks(piece)] or pieces[:1])
    return kept if len(kept) >= SHORTEST else question


def leaves_out(question: str) -> bool:
    """Whether a question that follows another one may leave something to it: it points back, or is short, or in a
    language that leaves out what goes without saying."""
    if is_chinese(question) or len(question.split()) <= FEW["en"] or pattern("questions", "lead").match(question):
        return True
    return bool(pattern("questions", "refers").search(question))


def goes_on(question: str) -> bool:
    """Whether a question goes on with what was asked before, by its first or last words."""
    return pattern("questions", "goes_on").search(question) is not None


def is_short(question: str) -> bool:
    """Whether a question is so short that it hardly names what it is about: 「撑开来尺寸是多少」."""
    return len(_SIGN.findall(question)) <= SHORT["zh" if is_chinese(question) else "en"]


def leads_nowhere(question: str) -> bool:
    """Whether a question hardly says anything: a few words, or somewhat more that do not ask or that lead in."""
    rest, form = lead_cut(question), "zh" if is_chinese(question) else "en"
    signs = len(_SIGN.findall(rest))
    return signs < FEW[form] or (signs <= SHORT[form] and (rest != question or not _asks(rest.rstrip("?？ "))))


def lead_cut(question: str) -> str:
    """A question without the words that only lead in: "and for Clouds?" is "for Clouds?"."""
    return pattern("questions", "lead").sub("", question).strip() or question


def _pieces(message: str) -> list[str]:
    pieces: list[str] = []
    for sentence in _MARK.split(message):
        pieces += pattern("questions", "next").split(sentence)
    return [piece.strip(" ,，") for piece in pieces if re.search(r"\w", piece)]


def _asks(piece: str) -> bool:
    if _QUESTION.search(piece):
        return True
    own = sections("questions").get("zh" if is_chinese(piece) else "en", {})
    return bool(re.search(str(own["asks"]), _LED_IN.sub("", piece), re.IGNORECASE)) if own else False


def _goes_on(piece: str) -> bool:
    """Whether a question is too short to be one by itself, and does not name another thing to ask the same of."""
    if len(lead_cut(piece).split()) == 1 and not is_chinese(piece):
        return True  # "and which?"
    if pattern("questions", "lead").match(piece) or pattern("questions", "again").search(piece):
        return False
    return len(_SIGN.findall(piece)) < FEW["zh"] if is_chinese(piece) else len(piece.split()) < FEW["en"]


def _joined(one: str, other: str) -> str:
    if not one or not other:
        return one or other
    between = "" if one[-1] in "，。！？；" else "，" if is_chinese(other) and is_chinese(one) else " "
    return f"{one}{between}{other}"
