"""Does the reply contain the gold answer? The evidence itself, the bare model, and the model over evidence.

    python benchmarks/reading.py MODELS ../shared/data/cmrc2018_trial/cmrc2018_trial.json [QUESTIONS] [MODEL QUESTIONS]
    python benchmarks/reading.py MODELS ../shared/data/product_qa_sample/hetPQA_answer_generation_dev.csv 200 0

Each question is asked over the paragraphs of the whole file that the embedder finds nearest. Chinese: CMRC 2018
(trial), a hit is a reply that contains a gold answer. English: hetPQA, where a text is one customer's or maker's
statement, a hit is a sentence of a text given for that question. `spans.py` measures whole replies, over the product's
own retriever. MODELS is a folder where `prepare_embedder` and `prepare_llm` have been; with 0 model questions no
model is needed.
"""

from __future__ import annotations

import csv
import random
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from answer.evidence import EvidenceSelector
from answer.language import resolve
from answer.probe import best_style
from answer.prompt import Excerpt, build
from answer.reader import open_reader
from answer.teller import excerpts
from engine.engine import Sampling
from engine.llama.engine import LlamaEngine
from engine.llm_facts import llm_facts
from engine.model_files import prepare_llm
from index.arrays import Floats
from index.chunk import Chunk
from index.embedding.embedder import Embedder
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from retriever.passage import Passage
from tuning.squad import paragraphs

NEAREST = 4
"""Paragraphs a question is asked over."""


class Remembering:
    """An embedder that embeds a question once; a sweep asks it many times."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.dimension, self.max_tokens = embedder.name, embedder.dimension, embedder.max_tokens
        self.fingerprint, self.tokenizer_file = embedder.fingerprint, embedder.tokenizer_file
        self.embed_passages = embedder.embed_passages
        self._embedder, self._known = embedder, dict[str, Floats]()

    def embed_queries(self, texts: Sequence[str]) -> Floats:
        """One row for each text."""
        for text in texts:
            if text not in self._known:
                self._known[text] = self._embedder.embed_queries([text])[0]
        return np.stack([self._known[text] for text in texts])


def read(path: Path) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """All texts of a file, and (question, golds) in a fixed random order."""
    asked: list[tuple[str, list[str]]]
    if path.suffix == ".json":
        found = paragraphs(path)
        texts = [paragraph.text for paragraph in found]
        asked = [(one.question, list(one.golds)) for paragraph in found for one in paragraph.asked]
    else:
        golds: dict[str, list[str]] = {}
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                golds.setdefault(row["question"], []).append(row["candidate"])
        texts, asked = sorted({text for found in golds.values() for text in found}), list(golds.items())
    random.Random(7).shuffle(asked)
    return texts, asked


def told(texts: Sequence[str], golds: Sequence[str]) -> bool:
    """Whether the texts together contain a gold answer, or one of them lies within it."""
    joined = " ".join(texts)
    return any(gold in joined or any(text in gold for text in texts) for gold in golds)


def reply(engine: LlamaEngine, query: str, shown: Sequence[Excerpt]) -> str:
    """The model's words for the serving prompt."""
    prompt = build(query, shown, resolve("auto", query), date(2026, 11, 22), budget=1500, count=engine.count)
    with engine.generate(prompt.messages, Sampling(max_tokens=48)) as generation:
        return "".join(generation)


def main() -> None:
    """Measure and print a Markdown table."""
    models, data = Path(sys.argv[1]), Path(sys.argv[2])
    total = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    worded = sys.argv[4] if len(sys.argv) > 4 else "30"
    embedder = Remembering(open_embedder(prepare_embedder(models)))
    texts, asked = read(data)
    asked = asked[:total]
    vectors = np.concatenate([embedder.embed_passages(texts[at : at + 32]) for at in range(0, len(texts), 32)])
    scores = embedder.embed_queries([query for query, _ in asked]) @ vectors.T
    chunks = [Chunk(id=str(n), document="d", ordinal=n, text=text) for n, text in enumerate(texts)]
    found = [
        [Passage(chunks[at], float(row[at]), 1.0) for at in np.argsort(-row, kind="stable")[:NEAREST]] for row in scores
    ]
    selector = EvidenceSelector(embedder, open_reader(embedder))
    engine = None
    if int(worded):
        gguf = prepare_llm(models, probe=best_style)
        engine = LlamaEngine(gguf, context=2048, flash=llm_facts(gguf).flash)
    hits: dict[str, list[bool]] = {}
    seconds = []
    for number, ((query, gold), passages) in enumerate(zip(asked, found, strict=True)):
        start = time.perf_counter()
        evidence = selector.select(query, passages)
        seconds.append(time.perf_counter() - start)
        said = {f"the {k} nearest sentences": [item.unit.text for item in evidence[:k]] for k in (1, 2, 3)}
        if engine and number < int(worded):
            said["model over evidence"] = [reply(engine, query, excerpts(evidence))]
            said["model over whole passages"] = [reply(engine, query, [Excerpt(p, p.chunk.text) for p in passages])]
        for way, parts in said.items():
            hits.setdefault(way, []).append(told(parts, gold))
    if engine:
        engine.close()
    print(f"{len(texts)} texts\n\n| way | questions | contains the gold answer |\n|---|---|---|")
    for way, results in hits.items():
        print(f"| {way} | {len(results)} | {np.mean(results):.3f} |")
    print(f"\nSelecting evidence: median {np.median(seconds) * 1000:.0f} ms, nothing cached but the question.")


if __name__ == "__main__":
    main()
