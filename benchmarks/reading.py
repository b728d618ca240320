"""Does the reply contain the gold answer? The bare model, the model over evidence, and the evidence itself.

    python benchmarks/reading.py MODELS ../shared/data/cmrc2018_trial/cmrc2018_trial.json [QUESTIONS] [MODEL QUESTIONS]

Chinese paragraphs of CMRC 2018 (trial): each question is asked over its own paragraph and two others, in the order in
which the embedder ranks them. MODELS is a folder where `prepare_embedder` and `prepare_llm` have been.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from answer.answerer import excerpts
from answer.engine import Sampling
from answer.evidence import Evidence, EvidenceSelector
from answer.language import resolve
from answer.llama import LlamaEngine
from answer.model_files import llm_facts, prepare_llm
from answer.prompt import Excerpt, build
from index.chunk import Chunk
from index.embedder import open_embedder, prepare_embedder
from retriever.passage import Passage


def questions(path: Path, count: int) -> list[tuple[str, list[str], list[str]]]:
    """(question, gold answers, three paragraphs), picked with a fixed seed."""
    paragraphs = [item for article in json.loads(path.read_text("utf-8"))["data"] for item in article["paragraphs"]]
    rng = random.Random(7)
    asked = [(paragraph["context"], qa) for paragraph in paragraphs for qa in paragraph["qas"]]
    return [
        (
            qa["question"],
            [answer["text"] for answer in qa["answers"]],
            [own, *(rng.choice(paragraphs)["context"] for _ in range(2))],
        )
        for own, qa in rng.sample(asked, count)
    ]


def reply(engine: LlamaEngine, query: str, shown: Sequence[Excerpt]) -> str:
    """The model's words for the serving prompt."""
    prompt = build(query, shown, resolve("auto", query), date(2026, 11, 22), budget=1500, count=engine.count)
    with engine.generate(prompt.messages, Sampling(max_tokens=48)) as generation:
        return "".join(generation)


def main() -> None:
    """Measure and print a Markdown table."""
    models, data = Path(sys.argv[1]), Path(sys.argv[2])
    total = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    worded = int(sys.argv[4]) if len(sys.argv) > 4 else 30
    embedder = open_embedder(prepare_embedder(models))
    gguf = prepare_llm(models)
    engine = LlamaEngine(gguf, context=2048, flash=llm_facts(gguf).flash)
    selector = EvidenceSelector(embedder)
    hits: dict[str, list[bool]] = {}
    seconds = []
    for number, (query, gold, texts) in enumerate(questions(data, total)):
        scores = embedder.embed_passages(texts) @ embedder.embed_queries([query])[0]
        chunks = [Chunk(id=f"{number}-{n}", document="d", ordinal=n, text=text) for n, text in enumerate(texts)]
        passages = [Passage(chunk, float(score), 1.0) for chunk, score in zip(chunks, scores, strict=True)]
        passages.sort(key=lambda passage: -passage.score)
        start = time.perf_counter()
        evidence: list[Evidence] = selector.select(query, passages)
        seconds.append(time.perf_counter() - start)
        said = {f"the {k} nearest sentences": " ".join(e.unit.text for e in evidence[:k]) for k in (1, 2, 3)}
        if number < worded:
            said["model over evidence"] = reply(engine, query, excerpts(evidence))
            said["model over whole passages"] = reply(engine, query, [Excerpt(p, p.chunk.text) for p in passages])
        for way, text in said.items():
            hits.setdefault(way, []).append(any(answer in text for answer in gold))
    engine.close()
    print("| way | questions | contains the gold answer |\n|---|---|---|")
    for way, results in hits.items():
        print(f"| {way} | {len(results)} | {sum(results) / len(results):.3f} |")
    print(f"\nSelecting evidence: median {sorted(seconds)[len(seconds) // 2] * 1000:.0f} ms, nothing cached.")


if __name__ == "__main__":
    main()
