"""Nearness: which passages have to do with a question that they may not answer, and so are worth offering.

An unrelated question has its nearest passages, too: with a low cosine, or a low relevance for so many passages, or a
"no" of the reader. Each by itself is often wrong, so a logistic curve weighs the three of each passage
(`tuning/nearness.py`; docs/evaluation.md, "Offers").
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from answer.evidence import may_be_of, named_models
from answer.lookup import named
from answer.prices import asks_another_price
from answer.reader import NO, PassageReader, read_passages
from answer.words import words
from retriever.passage import Passage

CONSTANT, RELEVANCE, READ, COSINE = -32.44, 0.824, 0.244, 42.45
"""Logits: for one, and for one of each: the logit of the relevance, the logit of what was read, the cosine, which is of
the default embedder's scale: no other has a reader."""
SURELY = 6.0
"""The logit of what was read beyond which more says no more."""
NEAR = 0.4
"""The probability from which a passage is near, with as many near questions as unrelated ones."""
NEAR_PLANNED = 0.15
"""The same where a model has said what documents may call what is asked: what was then found has been looked for."""
FEW = 8
"""Words under which a text without an end of a sentence or line is no more than a heading."""

_SENTENCE = re.compile(r"[。！？!?\n]|\.(?:\s|$)")


def near(
    question: str, passages: Sequence[Passage], reader: PassageReader | None, least: float = NEAR
) -> list[Passage]:
    """Those that are near, with a probability of `least` at least, the nearest first; none without a reader, as
    relevance alone takes too much for near."""
    hopeful = [one for one in passages if may_be_it(question, one, SURELY) and nearness(one, SURELY) >= least]
    if reader is None or not hopeful:  # what nothing read could bring near costs no reading
        return []
    read = zip(hopeful, read_passages(reader, question, hopeful), strict=True)
    chances = [(nearness(*pair), pair[0]) for pair in read if may_be_it(question, *pair)]
    best_first = sorted(chances, key=lambda pair: -pair[0])
    return [passage for chance, passage in best_first if chance >= least]


def offerable(question: str, passages: Sequence[Passage]) -> list[Passage]:
    """The passages without rows that would mislead: today's price for who asks for another by name; a neighbour's where
    a product is named whose own row is among them."""
    if asks_another_price(question):
        return [one for one in passages if not one.chunk.cells]
    own = [one for one in passages if one.chunk.cells and named(question, one.chunk)]
    return [one for one in passages if not own or not one.chunk.cells or one in own]


def may_be_it(question: str, passage: Passage, read: float) -> bool:
    """Whether a passage may be what is asked for at all.

    Of models that the question names none but these are meant. A product's row says at a glance what it says, so that
    a clear "no" of what was `read` (a logit) decides. A title or a line of a menu says nothing.
    """
    models, text = named_models(question), passage.chunk.text
    if models and not may_be_of(models, passage):
        return False
    if passage.chunk.locator.row is not None:
        return read > NO
    return len(words(text)) >= FEW or _SENTENCE.search(text.strip()) is not None


def logits(passage: Passage, read: float) -> tuple[float, float, float]:
    """What is weighed: the logit of the relevance, that of what was read, the cosine."""
    relevance = min(max(passage.relevance, 1e-4), 1 - 1e-4)
    return math.log(relevance / (1 - relevance)), min(read, SURELY), passage.score


def nearness(passage: Passage, read: float) -> float:
    """The probability (0 to 1) for a passage whose reading gave the logit `read`."""
    relevance, read, cosine = logits(passage, read)
    logit = CONSTANT + RELEVANCE * relevance + READ * read + COSINE * cosine
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
