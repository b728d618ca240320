"""Learn the weights of `retriever.planner.intents` anew, and measure them on shops that they were not learned from.

    python -m tuning.intents --models MODELS [--measure]

Learned from `tuning/messages.jsonl`, written for thirty shops that exist nowhere, and from the questions of blind sets
that have been seen. `--measure` writes nothing: it leaves each of those sets out in turn.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from index.arrays import Floats
from index.embedding.embedder import Embedder
from index.embedding.opening import open_embedder
from retriever.planner.intents import EMBEDDER, SCALE, Intents, tokens, weighed
from retriever.planner.plan import INTENTS, Intent

ROOT = Path(__file__).resolve().parent.parent
MESSAGES = ROOT / "tuning" / "messages.jsonl"
WEIGHTS = ROOT / "retriever" / "planner" / "intents.json"
SEEN = ("sheets", "manuals", "zh_home", "tools", "maker", "zh_shop", "goods", "devices", "zh_mall")
"""Blind sets that have been seen: what is learned from is no measure any more."""
KINDS: dict[str, Intent] = {
    "attribute": "fact",
    "compare": "compare",
    "wish": "choose",
    "howto": "how",
    "policy": "rule",
}
LEAST = 3
"""Messages in which a token must stand."""
STRENGTH = 3.0
"""The inverse of the penalty of the regression (L2)."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message, what it asks for, and where it comes from."""

    text: str
    intent: Intent
    source: str


def read_messages(seen: Sequence[str] = SEEN) -> list[Labelled]:
    """All that is learned from. Raises FileNotFoundError where a set is missing."""
    rows = [json.loads(line) for line in MESSAGES.read_text(encoding="utf-8").splitlines()]
    found = [Labelled(row["text"], row["intent"], row["shop"]) for row in rows]
    return found + [one for name in seen for one in _of_set(name)]


def _of_set(name: str) -> Iterator[Labelled]:
    """The questions of a blind set that are one by themselves."""
    lines = (ROOT / "benchmarks" / f"blind_shop_{name}.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, lines):
        if row["kind"] in KINDS and not row["history"]:
            yield Labelled(row["query"], KINDS[row["kind"]], name)


def learned(messages: Sequence[Labelled], vectors: Floats) -> dict[str, Any]:
    """The weights, learned from messages and their vectors (n messages, dimension), with the hash of the messages."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    counts = Counter(token for one in messages for token in set(tokens(one.text)))
    rarity = {
        token: math.log((1 + len(messages)) / (1 + count)) + 1 for token, count in counts.items() if count >= LEAST
    }
    names = sorted(rarity)
    place = {token: at for at, token in enumerate(names)}
    words = np.zeros((len(messages), len(names)))
    for row, one in zip(words, messages, strict=True):
        for token, weight in weighed(tokens(one.text), rarity).items():
            row[place[token]] = weight
    mean = vectors.mean(axis=0)
    answers = [INTENTS.index(one.intent) for one in messages]

    def fit(features: np.ndarray[Any, Any]) -> dict[str, Any]:
        found = LogisticRegression(C=STRENGTH, max_iter=3000).fit(features, answers)
        weights = np.round(found.coef_.T, 3)
        own = {token: weights[at].tolist() for token, at in place.items()}
        return {"words": own, "vector": weights[len(names) :].tolist(), "bias": np.round(found.intercept_, 4).tolist()}

    said = "\n".join(f"{one.intent}\t{one.text}" for one in messages)
    return {
        "learned_from": hashlib.sha256(said.encode()).hexdigest(),
        "rarity": {token: round(rarity[token], 4) for token in names},
        "mean": np.round(mean, 5).tolist(),
        "with_vector": fit(np.hstack([words, (vectors - mean) * SCALE])),
        "words_alone": {**fit(words), "vector": []},
    }


def measured(messages: Sequence[Labelled], vectors: Floats, embedder: Embedder) -> None:
    """Print how many questions of each blind set are sorted rightly by what was learned from all others."""
    right: Counter[tuple[str, str]] = Counter()
    asked = Counter(one.intent for one in messages if one.source in SEEN)
    for name in SEEN:
        kept = [at for at, one in enumerate(messages) if one.source != name]
        weights = learned([messages[at] for at in kept], vectors[kept])
        for kind, known in (("with vector", embedder), ("words alone", None)):
            intents = Intents(known, weights)
            own = [one for one in messages if one.source == name]
            hits = [one for one in own if next(iter(intents.of(one.text))) == one.intent]
            right.update((kind, one.intent) for one in hits)
            print(f"{name}, {kind}: {len(hits)} of {len(own)}", flush=True)
    for kind in ("with vector", "words alone"):
        of_each = ", ".join(f"{one} {right[kind, one]} of {asked[one]}" for one in INTENTS)
        print(f"{kind}: {sum(right[kind, one] for one in INTENTS) / asked.total():.3f} ({of_each})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--measure", action="store_true")
    options = parser.parse_args()
    embedder = open_embedder(options.models / EMBEDDER)
    messages = read_messages()
    vectors = np.concatenate([embedder.embed_queries([one.text]) for one in messages])
    if options.measure:
        measured(messages, vectors, embedder)
    else:
        WEIGHTS.write_bytes(orjson.dumps(learned(messages, vectors)) + b"\n")


if __name__ == "__main__":
    main()
