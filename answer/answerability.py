"""Answerability: the probability (0 to 1) that the best evidence answers the question at all.

A passage may be about the very product and not state what is asked of it; then the nearest sentence answers another
question. A logistic curve over what the evidence has of the question tells the two apart. Its weights were learned by
`tuning/answerability.py` on public questions in four states: with their answer in the collection, without
the passage that holds it, with that passage less the sentences that hold the answer; and put to other collections.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from answer.evidence import Evidence, is_of_named, names_all
from answer.fields import asked_fields
from answer.kinds import asked_kinds, counted
from answer.lookup import is_of_it_alone
from answer.reader import NO, UNREAD
from index.arrays import Floats
from index.text.analysis import is_chinese

WEIGHTS = {
    "constant": -2.826,
    "relevance": 0.106,
    "its passage's relevance": 0.226,
    "own words": 0.797,
    "words with neighbours": 1.165,
    "passage's words": 1.426,
    "nearer than its passage": 1.977,
    "chance": 1.767,
    "kind asked and held": -0.076,
    "kind asked and not held": -0.49,
    "counted": 0.416,
    "counted and not held": -0.79,
    "another language": 1.52,
    "own words, another language": 0.167,
}
"""Logits for one of each sign, in the order of `answerability_signs`."""
SIGNS = tuple(WEIGHTS)
READ_WEIGHTS = {
    "constant": -0.784,
    "relevance": 0.105,
    "its passage's relevance": 0.335,
    "own words": 0.57,
    "words with neighbours": 0.556,
    "passage's words": 0.559,
    "nearer than its passage": 0.813,
    "chance": 0.579,
    "kind asked and held": -0.182,
    "kind asked and not held": -0.079,
    "counted": -0.118,
    "counted and not held": -0.075,
    "another language": 0.273,
    "own words, another language": 0.061,
    "answers": 0.431,
}
"""The same where the passages were read (`answer.reader`): "answers" is the logit of the chance that the passage
answers and does so in this very unit."""
READ_SIGNS = tuple(READ_WEIGHTS)
SHARED = 0.3
"""Share of the question's words from which a sentence that has the asked measure is about the question."""
HARDLY = 0.05
"""The most that such a "no" leaves."""
SELLS = re.compile(
    r"\b(?:do|does) (?:you|your (?:shop|store)|the shop) (?:also )?(?:sell|carry|stock)\b"
    r"|(?:卖不卖|有没有卖|有卖)|卖[^。？?]{1,12}[吗么嘛]",
    re.IGNORECASE,
)
SOLD = re.compile(r"sell|sold|range|assortment|stock|carry|offer|available|buy|order|卖|售|供应|有货|购", re.IGNORECASE)
UNSOLD = 1.5
"""Logits that text loses which is no product's row and says nothing of selling, where a question asks what is sold: the
socket of a washing machine does not say that there are washing machines."""
ABOUT = 0.1
"""Relevance from which a row is about the question; "how much is a train ticket" finds prices, too."""


def answerability(query: str, evidence: Sequence[Evidence]) -> float:
    """For evidence as it was selected, best first; 0.0 for none.

    A cell that was asked for by its field's name answers by its place, and has 1.0 where its row is about the question.
    """
    if not evidence:
        return 0.0
    if evidence[0].sure:
        return 1.0
    found = evidence[0].unit.passage
    if evidence[0].answers_field and (found.relevance >= ABOUT or is_of_it_alone(query, found.chunk)):
        return 1.0
    read, signs = bool(evidence[0].read), _signs(query, evidence)
    about = signs["own words"] >= SHARED or is_of_named(query, evidence[0].unit)
    if about and any(field.measured_in(evidence[0].unit.text) for field in asked_fields(query)):
        return 1.0  # a measure of what was asked, in a sentence about it
    logit = sum(weight * signs[name] for name, weight in (READ_WEIGHTS if read else WEIGHTS).items())
    if read and names_all(query, evidence[0].unit):
        logit -= READ_WEIGHTS["answers"] * min(signs["answers"], 0.0)  # a code says more than what was read
        signs["answers"] = 0.0
    text, chunk = evidence[0].unit.text, evidence[0].unit.passage.chunk
    if SELLS.search(query) and chunk.locator.row is None and not SOLD.search(text):
        logit -= UNSOLD
    if not read:  # without a reader nothing else sees that a question is about nothing here: relevance counts as much
        logit = (logit + signs["relevance"]) / 2
    chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
    return min(chance, HARDLY) if read and signs["answers"] <= NO else chance


def answerability_signs(query: str, evidence: Sequence[Evidence]) -> Floats:
    """(len(SIGNS),) of the best piece of evidence; (len(READ_SIGNS),) where passages were read."""
    signs = _signs(query, evidence)
    return np.array([signs[name] for name in (READ_SIGNS if evidence[0].read else SIGNS)], np.float32)


def _signs(query: str, evidence: Sequence[Evidence]) -> dict[str, float]:
    best = evidence[0]
    text, passage = best.unit.text, best.unit.passage
    own, near, whole = best.shares
    kinds, pattern = asked_kinds(query), counted(query)
    held = any(kind.held.search(text) for kind in kinds)
    has_count = pattern is not None and bool(pattern.search(text))
    across = not best.unit.header and is_chinese(text) != is_chinese(query)
    signs = {
        "constant": 1.0,
        "relevance": _logit(max(item.unit.passage.relevance for item in evidence)),
        "its passage's relevance": _logit(passage.relevance),
        "own words": own,
        "words with neighbours": near,
        "passage's words": whole,
        # e5's differences lie within that
        "nearer than its passage": float(np.clip(20 * (best.cosine - passage.score), -1.5, 1.5)),
        "chance": best.score,
        "kind asked and held": bool(kinds) and held,
        "kind asked and not held": bool(kinds) and not held,
        "counted": has_count,
        "counted and not held": pattern is not None and not has_count,
        "another language": across,
        "own words, another language": own * across,
    }
    if best.read:
        within, passage_answers = best.read
        # both must hold: an answer that stands elsewhere in the passage, an order to the model say, is none of this
        signs["answers"] = _logit(math.exp(within) / (1 + math.exp(-passage_answers)), 1 / (1 + math.exp(-UNREAD[1])))
    return signs


def _logit(chance: float, least: float = 1e-4) -> float:
    chance = min(max(chance, least), 1 - least)
    return math.log(chance / (1 - chance))
