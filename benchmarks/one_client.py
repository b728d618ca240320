"""One client alone: what the engine adds to the bare library, what it saves at a second question, and by guessing.

    python -m benchmarks.one_client --model MODEL.gguf

Prints one JSON object a line. `overhead`: wall time of the engine over the same tokens read and made by the bare
library, prompt by prompt in turn, nothing cached, nothing guessed. `second`: time to the first token of a second
question about a product, after eight prompts about other ones, over that of the first. `guessing`: seconds between the
first and the last token of replies that quote, without guesses over with them, and how many replies are the same.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.ask_overhead import replay
from benchmarks.serving import CONTEXT, OUT, prompt
from engine.engine import Message, Sampling
from engine.gguf_model import GgufModel
from engine.llama.engine import LlamaEngine


def asked(engine: LlamaEngine, messages: Sequence[Message], most: int = OUT) -> tuple[float, float, str, int]:
    """(seconds to the first token, seconds to the last, text, tokens made)."""
    began, first, text = time.perf_counter(), 0.0, ""
    with engine.generate(messages, Sampling(max_tokens=most)) as generation:
        for piece in generation:
            first = first or time.perf_counter() - began
            text += piece
        return first, time.perf_counter() - began, text, generation.usage.completion_tokens


def overhead(path: Path, threads: int, count: int) -> dict[str, object]:
    """The engine against the bare library, in turn."""
    engine = LlamaEngine(path, context=CONTEXT, threads=threads, cache_mib=0)
    model = GgufModel(path, context=CONTEXT, threads=threads)
    ours = theirs = 0.0
    ratios = []
    for number in range(count + 1):
        messages = prompt(random.Random(number), number, number)
        _, seconds, _, made = asked(engine, messages)
        raw = replay(model, engine.prompt_tokens(messages), 0, made, Sampling(max_tokens=made))
        if number:  # the first is for both to warm up
            ours, theirs = ours + seconds, theirs + raw
            ratios.append(seconds / raw)
    engine.close()
    model.close()
    return {"prompts": count, "of_all": round(ours / theirs, 4), "median": round(float(np.median(ratios)), 4)}


def second(path: Path, threads: int, rounds: int) -> dict[str, object]:
    """The second question about a product, eight other prompts after the first."""
    engine = LlamaEngine(path, context=CONTEXT, threads=threads, slots=8, cache_mib=2048)
    times = []
    for number in range(rounds):
        chance = random.Random(number)
        first = asked(engine, prompt(chance, 100 * number, 1), 16)[0]
        for other in range(1, 9):
            asked(engine, prompt(chance, 100 * number + other, other), 4)
        again = asked(engine, prompt(chance, 100 * number, 2), 16)[0]
        times.append((first, again))
    engine.close()
    firsts, seconds = (float(np.median(column)) for column in zip(*times, strict=True))
    return {"first_s": round(firsts, 3), "second_s": round(seconds, 3), "ratio": round(seconds / firsts, 4)}


def guessing(path: Path, threads: int, count: int) -> dict[str, object]:
    """Replies that quote their passages, with and without guesses, in turn."""
    engines = [LlamaEngine(path, context=CONTEXT, threads=threads, speculative_tokens=most) for most in (0, 8)]
    spent, same, ratios = [0.0, 0.0], 0, []
    for number in range(count + 1):
        messages = prompt(random.Random(number), number, number)
        user = messages[1].content.replace("in many full sentences", "by copying the sentences of result 1 as they are")
        told = [asked(engine, [messages[0], Message("user", user)], 2 * OUT) for engine in engines]
        if number:
            same += told[0][2] == told[1][2]
            for place, (first, last, _, _) in enumerate(told):
                spent[place] += last - first
            ratios.append((told[0][1] - told[0][0]) / (told[1][1] - told[1][0]))
    stats = engines[1].stats()
    for engine in engines:
        engine.close()
    return {
        "replies": count,
        "faster": round(spent[0] / spent[1], 3),
        "median": round(float(np.median(ratios)), 3),
        "same": same,
        "drafted": stats.drafted,
        "accepted": stats.accepted,
    }


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", type=Path, required=True)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--prompts", type=int, default=8)
    args = options.parse_args()
    # a round of `second` is ten prompts
    for work, count in ((overhead, args.prompts), (second, max(1, args.prompts // 2)), (guessing, args.prompts)):
        print(json.dumps({"what": work.__name__, **work(args.model, args.threads, count)}), flush=True)


if __name__ == "__main__":
    main()
