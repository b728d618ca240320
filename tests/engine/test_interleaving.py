"""The promise of the engine: who else is served, and what was read before, changes no token of a greedy reply."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.engine import Caller, Sampling
from engine.gguf_model import GgufModel
from engine.llama.loop import Loop, Told
from engine.llama.sequence import Sequence
from tests.engine.small_gguf import Gguf

WORDS = (
    "the kettle holds litres of water and boils in minutes while toaster has slots a warranty lasts years price is "
    "euro stock colour red black steel glass power watt box return within days shop customer asks 水壶 保修 两年 价格"
).split()
EACH = 100


@pytest.fixture(scope="module")
def model(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GgufModel]:
    """The first three layers of the default model, with four slots: quick, and as sensitive to rounding as all."""
    small = Gguf(gguf).cut(tmp_path_factory.mktemp("small") / "small.gguf", layers=3)
    opened = GgufModel(small, context=256, slots=4, threads=1)
    yield opened
    opened.close()


def prompts(model: GgufModel, chance: random.Random, count: int) -> list[tuple[list[int], int]]:
    """(prompt, tokens to make): a common system text, some of a few passages in any order, a question of its own."""
    begin = model.tokenize("<|im_start|>system\nYou are a shop's assistant.<|im_end|>\n<|im_start|>user\n", whole=True)
    end = model.tokenize("?<|im_end|>\n<|im_start|>assistant\n", whole=True)
    passages = [model.tokenize(" ".join(chance.choices(WORDS, k=12))) for _ in range(4)]
    made = []
    for _ in range(count):
        shown = [token for passage in chance.sample(passages, chance.randint(1, 3)) for token in passage]
        question = model.tokenize(" ".join(chance.choices(WORDS, k=chance.randint(1, 6))))
        made.append(([*begin, *shown, *question, *end], chance.randint(1, 8)))
    return made


def served(loop: Loop, sequences: list[Sequence], chance: random.Random) -> None:
    """Run them all, each beginning at a moment of its own."""
    ahead = list(sequences)
    while ahead or loop.busy:
        while ahead and (not loop.busy or chance.random() < 0.4):
            loop.add(ahead.pop(0))
        loop.step()


def alone(model: GgufModel, tokens: list[int], count: int) -> list[int]:
    """The reply of an engine that serves nobody else, keeps nothing and guesses nothing."""
    loop = Loop(model, lambda _: None, budget=0)
    sequence = Sequence(0, list(tokens), Sampling(max_tokens=count), Caller())
    served(loop, [sequence], random.Random(0))
    return sequence.tokens[len(tokens) :]


@pytest.mark.parametrize("seed", range(3))
def test_random_interleavings_give_the_tokens_of_fresh_runs(model: GgufModel, seed: int) -> None:
    """A hundred requests in random company, with a prefix cache that must evict: not one token differs."""
    chance = random.Random(seed)
    asked = prompts(model, chance, EACH)
    loop = Loop(model, lambda _: None, budget=1 << 20)
    sequences = [
        Sequence(
            number, list(tokens), Sampling(max_tokens=count), Caller(client=str(number % 3), tenant=str(number % 2))
        )
        for number, (tokens, count) in enumerate(asked)
    ]
    served(loop, sequences, chance)
    assert [one.tokens[one.prompt :] for one in sequences] == [alone(model, *one) for one in asked]
    stats = loop.stats()
    assert stats.reused_tokens > 300
    assert stats.evictions > 5
    assert stats.cached_bytes <= 1 << 20


def test_guesses_from_the_passages_change_nothing_and_save_steps(model: GgufModel) -> None:
    """A reply that repeats itself is made in fewer steps, and is the same."""
    tokens = model.tokenize("one two three four five six seven eight one two three four five six seven eight one two")
    expected = alone(model, tokens, 24)
    loop = Loop(model, lambda _: None, budget=0, speculative_tokens=8)
    sequence = Sequence(0, list(tokens), Sampling(max_tokens=24), Caller())
    served(loop, [sequence], random.Random(0))
    assert sequence.tokens[len(tokens) :] == expected
    stats = loop.stats()
    assert stats.accepted >= 5
    assert stats.steps <= 24 - stats.accepted + 1


def test_what_one_tenant_asked_is_not_reused_for_another(model: GgufModel) -> None:
    """The same prompt: reused for its own tenant, read again for another."""
    [(tokens, _)] = prompts(model, random.Random(5), 1)
    loop = Loop(model, lambda _: None, budget=64 << 20)
    reused = []
    for tenant in ("a", "a", "b", "a"):
        sequence = Sequence(len(reused), list(tokens), Sampling(max_tokens=1), Caller(tenant=tenant))
        served(loop, [sequence], random.Random(0))
        reused.append(sequence.reused)
    assert reused == [0, len(tokens) - 2, 0, len(tokens) - 2]


def test_two_who_ask_about_the_same_at_once_read_it_once(model: GgufModel) -> None:
    """The second waits for what the first is just reading, and reuses it."""
    [(tokens, _)] = prompts(model, random.Random(6), 1)
    loop = Loop(model, lambda _: None, budget=64 << 20)
    tokens = tokens * 2
    first, second = (Sequence(number, list(tokens), Sampling(max_tokens=2), Caller()) for number in range(2))
    loop.add(first)
    loop.add(second)
    while loop.busy:
        loop.step()
    assert (first.reused, second.reused) == (0, len(tokens) - 2)
    assert loop.stats().prefill_tokens == len(tokens) + 2


def test_a_long_prompt_stalls_nobody(model: GgufModel) -> None:
    """While one prompt is read, whoever speaks gets a token in every step."""
    told: list[Told] = []
    loop = Loop(model, told.extend, budget=0)
    speaker = Sequence(0, model.tokenize("Tell me about tea."), Sampling(max_tokens=20), Caller())
    loop.add(speaker)
    loop.step()
    reader = Sequence(1, model.tokenize("kettle " * 100), Sampling(max_tokens=1), Caller())
    loop.add(reader)
    while reader.reading:
        made = speaker.made
        loop.step()
        assert speaker.made == made + 1
    assert speaker.made >= 3
    loop.cancel(0)
    assert not loop.busy


def test_slots_exchange_what_they_hold(model: GgufModel) -> None:
    """Each goes on where the other was, to the last bit; a slot that held nothing makes the other one empty."""
    first, second = (tokens for tokens, _ in prompts(model, random.Random(8), 2))

    def scores(slot: int, tokens: list[int]) -> list[float]:
        model.decode([(slot, len(tokens), tokens[-2:], 1)])
        got: list[float] = model.logits().tolist()
        model.keep(len(tokens), slot)
        return got

    for slot, tokens in ((0, first), (3, second), (1, [])):
        model.keep(0, slot)
        if tokens:
            model.decode([(slot, 0, tokens, 1)])
    expected = scores(0, first), scores(3, second)
    model.exchange(0, 3)
    assert (scores(3, first), scores(0, second)) == expected
    model.exchange(1, 0)
    assert scores(1, second) == expected[1]
    assert model.save(0).nbytes < 100
    for slot in range(4):
        model.keep(0, slot)
