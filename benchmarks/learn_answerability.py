"""Learn the weights of `answer/answerability.py` from questions with gold spans, in three states of the collection.

    python benchmarks/learn_answerability.py --xquad DIR --cmrc FILE --models MODELS --cache DIR [-n N]

Each question is searched among all paragraphs (a chunk each) by the product's retriever, and its evidence chosen by the
product's selector: once as it is (answerable where the best piece holds the gold span or another piece of the first two
does), once without the gold paragraph, and once with that paragraph less the sentences that hold the gold span. XQuAD's
even paragraphs and CMRC's development set are learned from; odd paragraphs and `--test FILE` are only measured.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from answer.answerability import SIGNS, answerability_signs
from answer.evidence import EvidenceSelector
from answer.units import split
from evaluation.beir import CorpusDocument
from evaluation.corpus_index import publish_corpus
from index.embedder import Embedder, open_embedder, prepare_embedder
from index.home import Home
from index.store import Store
from retriever.passage import Passage
from retriever.retriever import Retriever

Row = tuple[str, np.ndarray, bool]
STATES = ("as it is", "without the paragraph", "without the sentence")


def paragraphs(path: Path) -> list[dict]:
    """The paragraphs of a file in SQuAD's layout, equal ones once."""
    found: dict[str, dict] = {}
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            kept = found.setdefault(paragraph["context"], {"context": paragraph["context"], "qas": []})
            kept["qas"] += paragraph["qas"]
    return list(found.values())


def rows(
    name: str,
    texts: list[str],
    asked: list[tuple[str, int, list[str]]],
    cache: Path,
    embedder: Embedder,
    selector: EvidenceSelector,
) -> Iterator[Row]:
    """(state, signs, answerable) of each question (text, its paragraph's place, gold spans) in each state."""
    home = Home(cache / name)
    home.create()
    store = Store.open(home.database_url)
    documents = {f"p{n:03}": CorpusDocument(f"p{n:03}", "", text) for n, text in enumerate(texts)}
    publish_corpus(documents, home=home, store=store, embedder=embedder)
    retriever = Retriever(home, store, embedder)
    for question, place, spans in asked:
        passages = retriever.search(question, top_k=5).passages
        gold = texts[place]
        states = {
            STATES[0]: passages,
            STATES[1]: tuple(passage for passage in passages if passage.chunk.text != gold),
            STATES[2]: tuple(
                _without(passage, spans) if passage.chunk.text == gold else passage for passage in passages
            ),
        }
        for state, shown in states.items():
            evidence = selector.select(question, shown)
            if evidence:
                said = " ".join(item.unit.text for item in evidence[:2])
                answers = state == STATES[0] and any(span in said for span in spans)
                if answers or state != STATES[0]:  # a miss of the selector teaches nothing
                    yield state, answerability_signs(question, evidence), answers
    retriever.close()
    store.close()


def _without(passage: Passage, spans: list[str]) -> Passage:
    """A passage less the sentences that hold one of the spans."""
    text = passage.chunk.text
    for unit in split(passage):
        if any(span in unit.text for span in spans):
            text = text.replace(unit.text, " ")
    return replace(passage, chunk=replace(passage.chunk, text=text))


def sets(xquad: Path, cmrc: Path, test: Path | None, n: int) -> Iterator[tuple[str, bool, list[str], list]]:
    """Name, whether it is learned from, texts, and about `n` questions spread over them."""
    both = {language: paragraphs(xquad / f"xquad.{language}.json") for language in ("en", "zh")}
    for name, asked, read in (("en", "en", "en"), ("zh", "zh", "zh"), ("zh-en", "zh", "en"), ("en-zh", "en", "zh")):
        texts = [paragraph["context"] for paragraph in both[read]]
        spans = {qa["id"]: [a["text"] for a in qa["answers"]] for p in both[read] for qa in p["qas"]}
        for half, odd in (("learn", 0), ("test", 1)):
            questions = [
                (qa["question"], place, spans[qa["id"]])
                for place, paragraph in enumerate(both[asked])
                if place % 2 == odd
                for qa in paragraph["qas"]
            ]
            yield f"xquad-{name}-{half}", half == "learn", texts, questions[:: max(1, len(questions) // n)]
    for name, path in (("cmrc-learn", cmrc), ("cmrc-test", test)):
        if path is not None:
            found = paragraphs(path)
            questions = [
                (qa["question"], place, [a["text"] for a in qa["answers"]])
                for place, paragraph in enumerate(found)
                for qa in paragraph["qas"]
            ]
            texts = [paragraph["context"] for paragraph in found]
            yield name, name == "cmrc-learn", texts, questions[:: max(1, len(questions) // n)]


def learn(groups: list[list[Row]], penalty: float) -> tuple[float, ...]:
    """Logistic regression; every set weighs the same, and in it both answers."""
    x, y, weight = [], [], []
    for found in groups:
        right = sum(answers for _, _, answers in found)
        x += [signs for _, signs, _ in found]
        y += [answers for _, _, answers in found]
        weight += [1 / (right if answers else len(found) - right) for _, _, answers in found]
    features, labels = torch.tensor(np.stack(x), dtype=torch.float64), torch.tensor(y, dtype=torch.float64)
    weights = torch.tensor(weight, dtype=torch.float64)
    w = torch.zeros(features.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([w], max_iter=400, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        missed = torch.nn.functional.binary_cross_entropy_with_logits(features @ w, labels, weights, reduction="sum")
        total = missed / weights.sum() + penalty * (w @ w)
        total.backward()
        return total

    optimizer.step(loss)
    return tuple(round(float(value), 3) for value in w.detach())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--xquad", type=Path, required=True)
    parser.add_argument("--cmrc", type=Path, required=True, help="cmrc2018_dev.json, to learn from")
    parser.add_argument("--test", type=Path, help="cmrc2018_trial.json")
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("-n", type=int, default=150, help="questions of a set")
    options = parser.parse_args()
    embedder = open_embedder(prepare_embedder(options.models, measure=False), device="cpu")
    selector = EvidenceSelector(embedder)  # shared, as it remembers the vectors of sentences
    groups: dict[str, tuple[bool, list[Row]]] = {}
    for name, learned, texts, asked in sets(options.xquad, options.cmrc, options.test, options.n):
        groups[name] = learned, list(rows(name, texts, asked, options.cache, embedder, selector))
        print(name, len(groups[name][1]), flush=True)
        np.savez(options.cache / f"{name}.npz", rows=np.array(groups[name][1], dtype=object))
    weights = learn([found for learned, found in groups.values() if learned], 1e-3)
    print("\n".join(f"    {value},  # {name}" for name, value in zip(SIGNS, weights, strict=True)))
    for name, (learned, found) in groups.items():
        print(f"{name:20} {'learn' if learned else 'test':5}", end="")
        for state in STATES:
            chances = np.array([1 / (1 + np.exp(-float(s @ np.array(weights)))) for at, s, _ in found if at == state])
            print(f"  {state}: " + " ".join(f"{t}: {np.mean(chances >= t):.2f}" for t in (0.2, 0.3, 0.4, 0.5)), end="")
        print()


if __name__ == "__main__":
    main()
