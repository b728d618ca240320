"""Learn the weights of `retriever/learned.py` from BEIR sets whose questions are not those of any reported figure.

    python benchmarks/retrieval_sets.py ... --out SETS
    python -m tuning.fusion --sets SETS --models MODELS --cache DIR --learn NAME... [--test NAME...]

Fusion: softmax cross-entropy of each question's right passages among its candidates, every set weighing the same,
with a quadratic penalty. Relevance: logistic regression on the first five passages of each question, once as they are
and once with the right ones taken out of the collection. Identifiers' weights are not learned: public sets name few
models.
Candidates and signals come from the product's own `Search`. `--test` sets are only measured.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from evaluation.beir import QuestionSet, read_set
from evaluation.corpus_index import COLLECTION, as_chunk
from index.arrays import Floats, Mask
from index.database.view import View
from index.embedding.embedder import Embedder
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from retriever.current import Current
from retriever.fusion import FIRST, K_SCALE, Candidates, Signals, Weights, fused
from retriever.learned import FUSION
from retriever.relevance import NOT_NEGATIVE, probability, relevance_features
from retriever.search import Question, Search
from retriever.translation import Dictionary, prepare_dictionary
from tuning.corpora import REFUSE_BELOW, opened_corpus, spread
from tuning.regression import logistic_regression, minimized

SIGNALS = 7
OWN_LANGUAGE = 0.8
"""The share of questions that are answered in their own language, where there are documents in both."""


READ = 5
"""Passages of a question from which relevance is learned, the first ones."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question: its n candidates, its signals, which candidates are right (n,), how many right passages there are,
    and what the nearest random passage has by chance, in standard deviations."""

    candidates: Candidates
    signals: Signals
    right: Mask
    answers: int
    chance: float


def cases(
    found: QuestionSet, folder: Path, embedder: Embedder, dictionary: Dictionary | None, limit: int
) -> Iterator[Case]:
    """Every question of a set, searched in a home of its own (kept, so that it is embedded once)."""
    ids = {document.id: as_chunk(document).text_id for document in found.documents.values()}
    asked = spread([query for query in found.queries if query.grades], limit)
    vectors = embedder.embed_queries([query.text for query in asked])
    with (
        opened_corpus(folder, found.documents, embedder) as (home, store),
        closing(Current(home, store, embedder)) as current,
        current.using(COLLECTION) as serving,
    ):
        view = View(serving.manifest.generation, date.today().isoformat(), serving.newest)
        background = serving.facts.background
        for query, vector in zip(asked, vectors, strict=True):
            question = Question.of(query.text, vector[None])
            search = Search(store, serving.index, serving.entry, view, background, question, dictionary=dictionary)
            candidates = search.candidates()
            right = {ids[id] for id in query.grades}
            is_right = np.isin(candidates.ids, list(right))
            yield Case(candidates, search.signals(candidates), is_right, len(right), search.chance)


def without_answers(case: Case) -> Case:
    """The same question where nothing answers it."""
    stay = ~case.right
    candidates = Candidates(**{part.name: getattr(case.candidates, part.name)[stay] for part in fields(Candidates)})
    return replace(
        case,
        candidates=candidates,
        signals=candidates.signals(case.signals.terms, case.signals.known, case.signals.chinese),
        right=case.right[stay],
    )


def learn_fusion(sets: Sequence[Sequence[Case]], penalty: float) -> Weights:
    """The weights that put right passages first. `penalty` is what the sum of their squares costs, in nats."""
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

    def missed(w: torch.Tensor) -> torch.Tensor:
        a = functional.softplus(vectors @ w[:SIGNALS])
        of_foreign = (vectors @ w[2 * SIGNALS : -1])[:, None] * foreign
        b = functional.softplus((vectors @ w[SIGNALS : 2 * SIGNALS])[:, None] + of_foreign)
        scores = a[:, None] * z + b * k * K_SCALE + w[-1] * foreign + fixed
        scores = scores.masked_fill(~there, -1e9)
        of_each = torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(~right, -1e9), 1)
        return (of_each * weight).sum() / weight.sum()

    values = [round(float(value), 3) for value in minimized(missed, 3 * SIGNALS + 1, penalty)]
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


def learn_relevance(sets: Sequence[Sequence[Case]], fusion: Weights, penalty: float) -> tuple[float, ...]:
    """The weights that tell whether a passage answers, from questions with and without an answer, in the order of
    `relevance_features`."""
    rows: list[tuple[Floats, bool]] = []
    weights: list[float] = []
    for found in sets:
        own = [row for case in found for one in (case, without_answers(case)) for row in _first(one, fusion, READ)]
        rows += own
        weights += [1 / len(own)] * len(own)
    features, labels = (np.array(column) for column in zip(*rows, strict=True))
    learned = logistic_regression(features, labels, weights=weights, penalty=penalty, not_negative=NOT_NEGATIVE)
    return tuple(round(float(value), 3) for value in learned)


def _first(case: Case, fusion: Weights, most: int) -> list[tuple[Floats, bool]]:
    """The features of the first passages, the best first, and whether each is right."""
    scores = fused(case.candidates, case.signals, fusion)
    best = np.argsort(-scores, kind="stable")[:most]
    foreign = case.candidates.foreign[best]
    features = relevance_features(scores[best], foreign, case.signals, case.chance, fusion)
    return list(zip(features, case.right[best].tolist(), strict=True))


def ndcg(scores: Floats, case: Case) -> float:
    """nDCG@10 (0 to 1), every right passage worth 1 (Järvelin and Kekäläinen 2002); those no leg brought are missed."""
    gains = 1 / np.log2(np.arange(2, FIRST + 2))
    best = np.argsort(-scores, kind="stable")[:FIRST]
    return float(gains[: len(best)][case.right[best]].sum() / gains[: min(FIRST, case.answers)].sum())


def measure(name: str, found: Sequence[Case], fusion: Weights, learned: tuple[float, ...], told: str) -> float:
    """Print a set's line; the ratio of fused to the better leg."""
    dense = np.mean([ndcg(case.candidates.cosine, case) for case in found])
    words = np.mean([ndcg(case.candidates.k, case) for case in found])
    scores = [fused(case.candidates, case.signals, fusion) for case in found]
    both = np.mean([ndcg(score, case) for score, case in zip(scores, found, strict=True)])
    hits = [
        np.mean([one.right[np.argsort(-score, kind="stable")[:5]].any() for score, one in zip(of, found, strict=True)])
        for of in ([case.candidates.cosine for case in found], scores)
    ]
    kept = [
        np.mean([_top_relevance(one, fusion, learned) >= REFUSE_BELOW for one in some if len(one.right)])
        for some in (found, [without_answers(case) for case in found])
    ]
    print(
        f"{name:22} {told:5} {len(found):>5} dense {dense:.4f} keywords {words:.4f} fused {both:.4f} "
        f"ratio {both / max(dense, words):.4f} hit@5 {hits[0]:.3f} -> {hits[1]:.3f}  "
        f"relevance >= {REFUSE_BELOW}: {kept[0]:.3f} answerable, {kept[1]:.3f} not",
        flush=True,
    )
    return float(both / max(dense, words))


def _top_relevance(case: Case, fusion: Weights, learned: tuple[float, ...]) -> float:
    ((features, _),) = _first(case, fusion, 1)
    return float(probability(features, learned))


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
