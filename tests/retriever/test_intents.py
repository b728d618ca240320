"""What kind of question a customer puts, as it was learned; and what it was learned from."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import orjson
import pytest

from index.hashing import HashingEmbedder
from retriever.planner.intents import Intents, tokens, weighed
from retriever.planner.plan import INTENTS, Intent
from tuning.intents import SEEN, WEIGHTS, Labelled, learned, read_messages

ASKED: list[tuple[str, Intent]] = [
    ("how heavy is the K200 kettle?", "fact"),
    ("K200 还有货吗", "fact"),
    ("which is lighter, the F2 or the F3?", "compare"),
    ("A10 跟 A12 哪个便宜", "compare"),
    ("which kettles do you have under 50 euros?", "choose"),
    ("有哪些一千以内的桌子", "choose"),
    ("my kettle wont switch on, how do I fix it?", "how"),
    ("怎么把手机和音箱配对", "how"),
    ("can i still send it back after three weeks?", "rule"),
    ("退货运费谁出", "rule"),
]


@pytest.mark.parametrize(("question", "intent"), ASKED)
def test_by_the_words_alone(question: str, intent: Intent) -> None:
    found = Intents(None).of(question)
    assert next(iter(found)) == intent
    assert sum(found.values()) == pytest.approx(1.0, abs=1e-5)
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_another_embedders_vectors_do_not_count(tmp_path: Path) -> None:
    question = "how heavy is the K200 kettle?"
    assert Intents(HashingEmbedder(tmp_path)).of(question) == Intents(None).of(question)


def test_words_pairs_and_ends_in_either_script() -> None:
    assert tokens("How much 30?") == [
        *("how", "much", "#", "?"),
        *("how much", "much #", "# ?"),
        *("^how", "^much", "$#", "$?"),
    ]
    assert tokens("多少錢")[:5] == ["多", "少", "钱", "多 少", "少 钱"], "traditional signs are the same"


def test_features_are_of_length_one_and_what_is_unknown_is_none() -> None:
    found = weighed(["a", "a", "b", "unknown"], {"a": 1.0, "b": 2.0})
    assert found.keys() == {"a", "b"}
    assert sum(weight**2 for weight in found.values()) == pytest.approx(1.0)


def test_the_weights_are_those_that_these_messages_teach() -> None:
    messages = read_messages()
    said = "\n".join(f"{one.intent}\t{one.text}" for one in messages)
    assert orjson.loads(WEIGHTS.read_bytes())["learned_from"] == hashlib.sha256(said.encode()).hexdigest()
    assert {one.intent for one in messages} == set(INTENTS)
    assert {one.source for one in messages} >= set(SEEN)


def test_what_is_taught_is_known_afterwards() -> None:

    said = {
        "fact": "how heavy",
        "choose": "which ones",
        "compare": "this or that",
        "how": "it broke",
        "rule": "send back",
    }
    messages = [Labelled(f"{words} {n}", intent, "test") for intent, words in said.items() for n in range(4)]  # type: ignore[arg-type]
    weights = learned(messages, np.zeros((len(messages), 3), np.float32))
    assert [next(iter(Intents(None, weights).of(words))) for words in said.values()] == list(said)
