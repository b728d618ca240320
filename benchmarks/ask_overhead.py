"""What answering costs beside the raw calls it is made of, in one run.

    python benchmarks/ask_overhead.py [--home .xuanji]

Asks the sample catalogue's answerable questions of the answerer in process, and then makes the very same calls bare:
embedding of the question and of the sentences considered, vector search, and (where a model words the reply) prefill
and decode of the same tokens. Prints the ratio of the wall times, once for the default way (the evidence itself) and
once with the default model made to word the English replies. Needs the index that `make demo` makes.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from answer.answerer import Answerer
from answer.probe import best_style
from answer.reader import open_reader
from engine.engine import Caller, Message, Sampling
from engine.gguf_model import GgufModel
from engine.llama.engine import LlamaEngine, LlamaGeneration
from engine.model_files import prepare_llm
from index.arrays import Floats
from index.embedding.embedder import Embedder
from index.snapshot.shelf import current_manifest
from index.snapshot.snapshot import Snapshot
from retriever.retriever import Retriever
from retriever.translation import prepare_dictionary
from server.parts import open_index
from server.settings import read_settings

QUESTIONS = Path(__file__).with_name("questions.jsonl")


class Watched:
    """An embedder that remembers what it was asked to embed."""

    def __init__(self, real: Embedder) -> None:
        self.real = real
        self.name, self.dimension, self.max_tokens = real.name, real.dimension, real.max_tokens
        self.fingerprint, self.tokenizer_file = real.fingerprint, real.tokenizer_file
        self.passages: list[list[str]] = []

    def forget(self) -> None:
        """Begin anew: the next question is embedded again."""
        self.passages = []
        self.real._recent.clear()  # type: ignore[attr-defined]

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        self.passages.append(list(texts))
        return self.real.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> Floats:
        return self.real.embed_queries(texts)


class WatchedEngine:
    """An engine that remembers what it generated."""

    def __init__(self, real: LlamaEngine) -> None:
        self.real, self.model, self.context, self.count = real, real.model, real.context, real.count
        self.made: list[tuple[LlamaGeneration, list[int], Sampling]] = []

    def generate(self, messages: Sequence[Message], sampling: Sampling, caller: Caller) -> LlamaGeneration:
        generation = self.real.generate(messages, sampling, caller)
        self.made.append((generation, self.real.prompt_tokens(messages), sampling))
        return generation


def replay(gguf: GgufModel, tokens: Sequence[int], reused: int, completion: int, sampling: Sampling) -> float:
    """Seconds of the bare calls of one generation: prefill of what was not reused, and that many steps of decode."""
    gguf.keep(0)
    gguf.read(tokens[:reused])
    sampler = gguf.sampler(sampling)
    began = time.perf_counter()
    gguf.read(tokens[reused:])
    for step in range(completion):
        token = sampler.choose(gguf.logits())
        if step + 1 < completion:
            gguf.read([token])
    seconds = time.perf_counter() - began
    sampler.close()
    return seconds


def measure(
    name: str,
    ask: Answerer,
    embedder: Watched,
    engine: WatchedEngine,
    gguf: GgufModel,
    index: Any,
    questions: list[str],
) -> None:
    """Each question through the answerer, and then its calls bare."""
    whole = raw = 0.0
    calls = 0
    for question in questions:
        embedder.forget()
        engine.made.clear()
        began = time.perf_counter()
        for _ in ask.ask(question):
            pass
        whole += time.perf_counter() - began
        sentences = embedder.passages
        embedder.forget()
        began = time.perf_counter()
        index.search(embedder.real.embed_queries([question]), 20)
        for texts in sentences:
            embedder.real.embed_passages(texts)
        raw += time.perf_counter() - began
        for generation, tokens, sampling in engine.made:
            calls += 1
            usage = generation.usage
            raw += replay(gguf, tokens, usage.reused_tokens, usage.completion_tokens, sampling)
    each = 1000 * whole / len(questions)
    print(
        f"{name}: {len(questions)} questions, {calls} model calls, {each:.0f} ms each, "
        f"wall time {whole / raw:.3f} of the raw calls"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--home", default=".xuanji")
    options = parser.parse_args()
    questions = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    asked = [question["question"] for question in questions if question["answerable"]]
    english = [
        question["question"] for question in questions if question["answerable"] and question["language"] == "en"
    ]
    with open_index(read_settings({}, {"home": options.home})) as parts:
        manifest = current_manifest(parts.home)
        index = Snapshot.open(parts.home, manifest.snapshot, parts.embedder).index("default")
        file = prepare_llm(parts.home.models, probe=best_style)
        real = LlamaEngine(file)
        reader = open_reader(parts.embedder)
        gguf = GgufModel(file)
        engine = WatchedEngine(real)
        for name, words_in, texts in (("evidence itself", (), asked), ("model words it", ("en",), english)):
            embedder = Watched(parts.embedder)
            searcher = Retriever(parts.home, parts.store, embedder, dictionary=prepare_dictionary(parts.home.models))
            searcher.refresh()
            ask = Answerer(searcher, engine, embedder, refuse_below=0.2, reader=reader, words_in=frozenset(words_in))
            measure("warm-up, " + name, ask, embedder, engine, gguf, index, texts[:3])
            ask = Answerer(searcher, engine, embedder, refuse_below=0.2, words_in=frozenset(words_in))
            measure(name, ask, embedder, engine, gguf, index, texts[3:])
            searcher.close()
        real.close()
        gguf.close()


if __name__ == "__main__":
    main()
