"""`Intents`: what kind of question a customer puts, learned from messages that people labelled (`tuning/intents.py`).

A multinomial logistic regression over the words of the question, pairs of them, how it begins and ends, and, where the
embedder is the default one, its vector. Learned on all shops but one it is right about 85 of 100 questions of that one,
a language model of 1.5 billion weights about 62 (docs/evaluation.md), and it takes no time.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
import orjson

from index.arrays import Floats
from index.embedding.embedder import Embedder
from index.text.analysis import simplified
from index.text.letters import fold
from retriever.planner.plan import INTENTS, Intent

EMBEDDER = "multilingual-e5-small"
"""The embedder whose vectors are weighed."""
SCALE = 6.0
"""What a vector's distance from the mean counts beside the words, which are of length 1."""
KNOWN = 0.5
"""Share of its tokens that a question must have in common with what was learned from to be told by them alone."""
_TOKEN = re.compile(r"[a-z']+|\d+|[\u3400-\u9fff]|\?")

Features = dict[str, float]


class Intents:
    """What the weights of `data` say; those of the vector count where `embedder` is the one that they were learned
    with. Safe for many threads."""

    def __init__(self, embedder: Embedder | None, data: Mapping[str, Any] | None = None) -> None:
        known = _learned() if data is None else data
        self._embedder = embedder if embedder is not None and embedder.name == EMBEDDER else None
        self._rarity: dict[str, float] = known["rarity"]
        own = known["with_vector" if self._embedder is not None else "words_alone"]
        self._weights = {word: np.array(weights, np.float32) for word, weights in own["words"].items()}
        self._bias = np.array(own["bias"], np.float32)
        self._mean = np.array(known["mean"], np.float32)
        self._of_vector = np.array(own["vector"], np.float32)

    def of(self, question: str) -> dict[Intent, float]:
        """Each intent with its probability, the likeliest first."""
        logits = self._bias.copy()
        said = tokens(question)
        for word, weight in weighed(said, self._rarity).items():
            logits += weight * self._weights[word]
        if self._embedder is not None:
            logits += (self._embedder.embed_queries([question])[0] - self._mean) * SCALE @ self._of_vector
        chances: Floats = np.exp(logits - logits.max())
        chances /= chances.sum()
        if self._embedder is None:  # what the words do not say is open: those of another language say nothing
            known = sum(one in self._rarity for one in said) / max(1, len(said))
            chances = chances * min(1.0, known / KNOWN) + max(0.0, 1 - known / KNOWN) / len(INTENTS)
        ranked = sorted(zip(INTENTS, chances.tolist(), strict=True), key=lambda pair: -pair[1])
        return dict(ranked)


def tokens(question: str) -> list[str]:
    """Words and Chinese signs, pairs of them, and the first and last two, marked as such; numbers are all one."""
    said = ["#" if token.isdigit() else token for token in _TOKEN.findall(fold(simplified(question)))]
    pairs = [f"{one} {other}" for one, other in pairwise(said)]
    return [*said, *pairs, *(f"^{one}" for one in said[:2]), *(f"${one}" for one in said[-2:])]


def weighed(said: Sequence[str], rarity: Mapping[str, float]) -> Features:
    """TF-IDF with sublinear counts, of length 1, of the tokens that have a rarity (an inverse document frequency)."""
    found = {one: (1 + math.log(count)) * rarity[one] for one, count in Counter(said).items() if one in rarity}
    length = math.sqrt(sum(weight * weight for weight in found.values())) or 1.0
    return {one: weight / length for one, weight in found.items()}


@cache
def _learned() -> dict[str, Any]:
    return dict(orjson.loads(files(__package__).joinpath("intents.json").read_bytes()))
