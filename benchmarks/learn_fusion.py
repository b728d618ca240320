"""Learn the weights of `retriever/learned.py` from BEIR sets whose questions are not those of any reported figure.

    python benchmarks/retrieval_sets.py ... --out SETS
    python benchmarks/learn_fusion.py --sets SETS --models MODELS --cache DIR --learn NAME... [--test NAME...]

Fusion: softmax cross-entropy of each question's right passages among its candidates, every set weighing the same,
with a quadratic penalty. Relevance: logistic regression on the first five passages of each question, once as they are
and once with the right ones taken out of the collection. Identifiers' weights are not learned: public sets name few
models.
Candidates and signals come from the product's own `Search`. `--test` sets are only measured.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from evaluation.beir import QuestionSet, read_set
from evaluation.corpus_index import as_chunk, publish_corpus
from index.database.store import Store
from index.database.view import View
from index.embedding.embedder import Embedder
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from index.snapshot.home import Home
from retriever.fusion import FIRST, K_SCALE, Candidates, Signals, Weights, fused
from retriever.learned import FUSION
from retriever.relevance import NOT_NEGATIVE, probability, relevance_features
from retriever.retriever import Retriever
from retriever.search import Question, Search
from retriever.translation import Dictionary, prepare_dictionary

SIGNALS = 7
OWN_LANGUAGE = 0.8
"""The share of questions that are answered in their own language, where there are documents in both."""


@dataclass(frozen=True)
class Case:
    """One question: its candidates, its signals, which candidates are right, and how many right passages there are."""

    candidates: Candidates
    signals: Signals
    right: np.ndarray
    answers: int
    chance: float


def cases(found: QuestionSet, folder: Path, embedder: Embedder, dictionary: Dictionary, limit: int) -> Iterator[Case]:
    """Every question of a set, searched in a home of its own (kept, so that it is embedded once)."""
    home = Home(folder)
    home.create()
    store = Store.open(home.database_url)
    publish_corpus(found.documents, home=home, store=store, embedder=embedder)
    ids = {document.id: as_chunk(document).text_id for document in found.documents.values()}
    asked = [query for query in found.queries if query.grades]
    asked = asked[:: max(1, len(asked) // limit)]
    vectors = _vectors(folder / "questions.npz", [query.text for query in asked], embedder)
    retriever = Retriever(home, store, embedder)
    retriever.refresh()
    with retriever._using() as (opened, newest):
        manifest = opened.snapshot.manifest
        view = View(manifest.generation, "2026-01-01", newest)
        entry, index = manifest.collection("default"), opened.snapshot.index("default")
        background = opened.facts["default"].background
        for query, vector in zip(asked, vectors, strict=True):
            question = Question.of(query.text, vector[None])
            search = Search(store, index, entry, view, background, question, dictionary=dictionary)
            candidates = search.candidates()
            right = {ids[id] for id in query.grades}
            is_right = np.isin(candidates.ids, list(right))
            yield Case(candidates, search.signals(candidates), is_right, len(right), search.chance)
    retriever.close()
    store.close()


def _vectors(path: Path, texts: list[str], embedder: Embedder) -> np.ndarray:
    if path.exists() and len(kept := np.load(path)["vectors"]) == len(texts):
        return kept
    vectors = embedder.embed_queries(texts)
    np.savez(path, vectors=vectors)
    return vectors


def without_answers(case: Case) -> Case:
    """The same question where nothing answers it."""
    stay = ~case.right
    parts = {name: getattr(case.candidates, name)[stay] for name in Candidates.__slots__}
    candidates = Candidates(**parts)
    return replace(
        case,
        candidates=candidates,
        signals=candidates.signals(case.signals.terms, case.signals.known, case.signals.chinese),
        right=case.right[stay],
    )


def learn_fusion(sets: list[list[Case]], penalty: float) -> Weights:
    """The weights that put right passages first."""
    chosen = [(case, _likely(case) / len(found)) for found in sets for case in found if case.right.any()]
    width = max(len(case.right) for case, _ in chosen)
    z, k, foreign, fixed = (torch.zeros(len(chosen), width, dtype=torch.float64) for _ in range(4))
    right, there = (torch.zeros(len(chosen), width, dtype=torch.bool) for _ in range(2))
    vectors = torch.tensor(np.stack([case.signals.vector() for case, _ in chosen]), dtype=torch.float64)
    weight = torch.tensor([one for _, one in chosen], dtype=torch.float64)
    for row, (case, _) in enumerate(chosen):
        c, n = case.candidates, len(case.right)
        z[row, :n], k[row, :n] = torch.tensor(c.z), torch.tensor(c.k)
        foreign[row, :n] = torch.tensor(c.foreign.astype(float))
        fixed[row, :n] = torch.tensor(FUSION.named * c.named + FUSION.titled * c.titled + FUSION.own * c.own)
        right[row, :n], there[row, :n] = torch.tensor(case.right), True
    w = torch.zeros(3 * SIGNALS + 1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([w], max_iter=400, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        a = torch.nn.functional.softplus(vectors @ w[:SIGNALS])
        of_foreign = (vectors @ w[2 * SIGNALS : -1])[:, None] * foreign
        b = torch.nn.functional.softplus((vectors @ w[SIGNALS : 2 * SIGNALS])[:, None] + of_foreign)
        scores = a[:, None] * z + b * k * K_SCALE + w[-1] * foreign + fixed
        scores = scores.masked_fill(~there, -1e9)
        missed = torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(~right, -1e9), 1)
        total = (missed * weight).sum() / weight.sum() + penalty * (w @ w)
        total.backward()
        return total

    optimizer.step(loss)
    values = [round(float(value), 3) for value in w.detach()]
    by_hand = (FUSION.named, FUSION.titled, FUSION.own)
    dense, keyword, keyword_foreign = (tuple(values[at : at + SIGNALS]) for at in (0, SIGNALS, 2 * SIGNALS))
    return Weights(dense, keyword, keyword_foreign, values[-1], *by_hand)


def _likely(case: Case) -> float:
    """How often such a case is met, 1 for the average: in a shop with documents in both languages most questions are
    answered by those in their own; in the mixed set half of them are."""
    foreign = case.candidates.foreign
    if foreign.all() or not foreign.any():
        return 1.0
    return 2 * ((1 - OWN_LANGUAGE) if foreign[case.right].all() else OWN_LANGUAGE)


def learn_relevance(sets: list[list[Case]], fusion: Weights, penalty: float) -> tuple[float, ...]:
    """The weights that tell whether a passage answers, from questions with and without an answer."""
    features, labels, weights = [], [], []
    for found in sets:
        rows = [row for case in found for one in (case, without_answers(case)) for row in _first(one, fusion)]
        features += [row for row, _ in rows]
        labels += [label for _, label in rows]
        weights += [1 / len(rows)] * len(rows)
    x = torch.tensor(np.stack(features), dtype=torch.float64)
    y = torch.tensor(labels, dtype=torch.float64)
    weight = torch.tensor(weights, dtype=torch.float64)
    w = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([w], max_iter=400, line_search_fn="strong_wolfe")

    held = torch.zeros(x.shape[1], dtype=torch.bool)
    held[list(NOT_NEGATIVE)] = True

    def weights_of() -> torch.Tensor:
        return torch.where(held, torch.nn.functional.softplus(w), w)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        logits = x @ weights_of()
        missed = torch.nn.functional.binary_cross_entropy_with_logits(logits, y, weight=weight, reduction="sum")
        total = missed / weight.sum() + penalty * (w @ w)
        total.backward()
        return total

    optimizer.step(loss)
    return tuple(round(float(value), 3) for value in weights_of().detach())


def _first(case: Case, fusion: Weights, n: int = 5) -> list[tuple[np.ndarray, bool]]:
    if not len(case.right):
        return []
    scores = fused(case.candidates, case.signals, fusion)
    best = np.argsort(-scores, kind="stable")[:n]
    foreign = case.candidates.foreign[best]
    features = relevance_features(scores[best], foreign, case.signals, case.chance, fusion)
    return list(zip(features, case.right[best].tolist(), strict=True))


def ndcg(scores: np.ndarray, case: Case) -> float:
    """nDCG@10, every right passage worth 1 (Järvelin and Kekäläinen 2002); those no leg brought are missed."""
    gains = 1 / np.log2(np.arange(2, FIRST + 2))
    best = np.argsort(-scores, kind="stable")[:FIRST]
    return float(gains[: len(best)][case.right[best]].sum() / gains[: min(FIRST, case.answers)].sum())


def measure(name: str, found: list[Case], fusion: Weights, learned: tuple[float, ...], told: str) -> float:
    """Print a set's line; the ratio of fused to the better leg."""
    dense = np.mean([ndcg(case.candidates.cosine, case) for case in found])
    words = np.mean([ndcg(case.candidates.k, case) for case in found])
    scores = [fused(case.candidates, case.signals, fusion) for case in found]
    both = np.mean([ndcg(score, case) for score, case in zip(scores, found, strict=True)])
    hits = [
        np.mean(
            [case.right[np.argsort(-score, kind="stable")[:5]].any() for score, case in zip(of, found, strict=True)]
        )
        for of in ([case.candidates.cosine for case in found], scores)
    ]
    kept = [
        np.mean([_top_relevance(one, fusion, learned) >= 0.2 for one in some if len(one.right)])
        for some in (found, [without_answers(case) for case in found])
    ]
    print(
        f"{name:22} {told:5} {len(found):>5} dense {dense:.4f} keywords {words:.4f} fused {both:.4f} "
        f"ratio {both / max(dense, words):.4f} hit@5 {hits[0]:.3f} -> {hits[1]:.3f}  "
        f"relevance >= 0.2: {kept[0]:.3f} answerable, {kept[1]:.3f} not",
        flush=True,
    )
    return float(both / max(dense, words))


def _top_relevance(case: Case, fusion: Weights, learned: tuple[float, ...]) -> float:
    scores = fused(case.candidates, case.signals, fusion)
    best = np.argmax(scores, keepdims=True)
    foreign = case.candidates.foreign[best]
    features = relevance_features(scores[best], foreign, case.signals, case.chance, fusion)
    return float(probability(features, learned)[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--learn", nargs="+", required=True, metavar="NAME")
    parser.add_argument("--test", nargs="*", default=[], metavar="NAME")
    parser.add_argument("--limit", type=int, default=600, help="questions of a set at most")
    parser.add_argument("--penalty", type=float, default=1e-4)
    options = parser.parse_args()
    embedder = open_embedder(prepare_embedder(options.models, measure=False), device="cpu")
    dictionary = prepare_dictionary(options.models)
    all_cases = {
        name: list(cases(read_set(options.sets / name), options.cache / name, embedder, dictionary, options.limit))
        for name in dict.fromkeys((*options.learn, *options.test))
    }
    learning = [all_cases[name] for name in options.learn]
    fusion = learn_fusion(learning, options.penalty)
    learned = learn_relevance(learning, fusion, options.penalty)
    print(f"FUSION = {fusion}\nRELEVANCE = {learned}")
    ratios = [
        measure(name, found, fusion, learned, "learn" if name in options.learn else "test")
        for name, found in all_cases.items()
    ]
    tested = [ratio for name, ratio in zip(all_cases, ratios, strict=True) if name in options.test]
    if tested:
        print(f"mean ratio of the test sets: {np.mean(tested):.4f}, the lowest {min(tested):.4f}")


if __name__ == "__main__":
    main()
