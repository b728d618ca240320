"""nDCG@10 of each numeric form of the embedder on public data, beside how far its vectors agree with fp32.

    python benchmarks/public_retrieval.py --data ../shared/data --models ~/.local/share/xuanji/models

The forms run in the same process, one after the other; only quality is measured, so a busy machine does no harm.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from corpora import tasks

from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder


def ndcg(scores: np.ndarray, answers: list[set[int]], k: int = 10) -> np.ndarray:
    """nDCG@k of each query, every answer worth 1: DCG = sum of 1 / log2(rank + 1) (Järvelin and Kekäläinen 2002)."""
    gains = 1 / np.log2(np.arange(2, k + 2))
    ranked = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    found = [
        sum(gains[place] for place, row in enumerate(line) if row in right) / gains[: min(k, len(right))].sum()
        for line, right in zip(ranked, answers, strict=True)
    ]
    return np.array(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--forms", nargs="+", default=["onnx-fp32", "onnx-int8"], help="the first is the reference")
    options = parser.parse_args()

    folder = prepare_embedder(options.models, measure=False)
    embedders = {form: open_embedder(folder, form=form, device="cpu") for form in options.forms}
    lists = tasks(options.data)
    means: dict[str, list[float]] = {form: [] for form in options.forms}
    print(
        f"{'task':30} {'queries':>7} {'docs':>5} "
        + " ".join(f"{form:>10}" for form in options.forms)
        + "  lowest cosine"
    )
    for task in lists:
        reference = None
        for form, embedder in embedders.items():
            queries, documents = embedder.embed_queries(task.queries), embedder.embed_passages(task.documents)
            means[form].append(float(ndcg(queries @ documents.T, task.answers).mean()))
            both = np.concatenate([queries, documents])
            reference = both if reference is None else reference
            cosine = (both * reference).sum(1).min()
        line = " ".join(f"{means[form][-1]:>10.4f}" for form in options.forms)
        print(f"{task.name:30} {len(task.queries):>7} {len(task.documents):>5} {line}  {cosine:.4f}", flush=True)
    print(f"{'mean of the tasks':44} " + " ".join(f"{np.mean(means[form]):>10.4f}" for form in options.forms))
    first = np.mean(means[options.forms[0]])
    print(f"{'share of the first':44} " + " ".join(f"{np.mean(means[form]) / first:>10.4f}" for form in options.forms))


if __name__ == "__main__":
    main()
