"""Learn and measure `answer.nearness`: how near a passage is, from cosine, relevance and what the reader read.

    python -m tuning.nearness HOME SET... --unrelated messages.jsonl.gz

Near is the nearest source of each of a SET's answerable questions (docs/evaluation.md says what a set is), far the
nearest of what is found for messages that have to do with no shop: `--unrelated`, of CLINC150 (`intent` "oos") one in
two, and the Chinese ones below. HOME is the sample catalogue's; without a SET any other's, to see what is near there.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from answer.answerer import DEEPER
from answer.dialogue import standalone
from answer.nearness import CONSTANT, COSINE, NEAR, READ, RELEVANCE, logits, may_be_it, nearness
from answer.reader import PassageReader, open_reader, read_passages
from evaluation.questions import Question, read_questions
from evaluation.scoring import is_source
from index.database.store import Store
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from index.snapshot.home import Home
from index.snapshot.shelf import current_manifest
from retriever.passage import Passage
from retriever.retriever import Retriever
from retriever.translation import open_dictionary
from tuning.regression import Doubles, logistic_regression

CHINESE = (
    "明天上海会下雨吗 谁写了红楼梦 怎么煮红烧肉 北京到广州的高铁多久 房贷利率现在是多少 "
    "给我讲个笑话 世界杯冠军是谁 怎样学好英语 猫不吃东西怎么办 你喜欢什么颜色 "
    "圆周率是多少 帮我写一首诗 股票明天涨不涨 感冒了吃什么药 驾照怎么换 最近的医院在哪 "
    "如何申请护照 太阳有多大 谁是现任总统 帮我订一张机票 如何种西红柿 为什么天空是蓝的 "
    "怎么减肥最快 高考什么时候 孩子发烧怎么办"
).split()
ONE_IN = 2
ROUNDS = 6
"""Times the nearest passages are chosen anew."""
DECAY = 1e-2
"""Half of it is what the weights' squares cost, where all rows together cost their number and features are scaled."""
LEAST_CHANGE = 1e-16
"""Of the loss in learning: the rows are few, and the cosines lie within a few hundredths, so that its floor is flat."""
COLLECTION = "default"

Read = list[tuple[Passage, float]]
"""Passages, and the logit of what was read of each."""


@contextmanager
def opened(home: Home) -> Iterator[tuple[Retriever, PassageReader]]:
    """What searches a home's published index, and what reads passages. Raises NothingPublished where there is none."""
    fingerprint = current_manifest(home).fingerprint
    folder = prepare_embedder(home.models, measure=False, published=fingerprint)
    embedder = open_embedder(folder, published=fingerprint)
    reader = open_reader(embedder)
    assert reader is not None, "the default embedder has a reader"
    with (
        closing(Store.open(home.database_url)) as store,
        closing(Retriever(home, store, embedder, dictionary=open_dictionary(home.models))) as retriever,
    ):
        yield retriever, reader


def found(retriever: Retriever, reader: PassageReader, query: str, question: Question | None = None) -> Read:
    """What is found for a question, as answering finds it, and what was read of it."""
    passages = retriever.search(query, top_k=DEEPER, as_of=question.as_of if question else None).passages
    read = zip(passages, read_passages(reader, query, passages), strict=True) if passages else ()
    return [one for one in read if may_be_it(query, *one)]


def nearest(read: Read, weights: Doubles) -> list[float] | None:
    """One and what is weighed (`answer.nearness.logits`) of the nearest passage, by these weights; None of none."""
    rows = [[1.0, *logits(*one)] for one in read]
    return max(rows, key=lambda row: float(weights @ row), default=None)


def learn(near: Sequence[Read], far: Sequence[Read]) -> Doubles:
    """The weights (4,) by which the nearest source of a question is told from the nearest passage of an unrelated one:
    logits for one, and for one of the relevance, what was read and the cosine."""
    weights = np.array([CONSTANT, RELEVANCE, READ, COSINE])
    for _ in range(ROUNDS):
        sides = [[row for read in side if (row := nearest(read, weights))] for side in (near, far)]
        weights = learned(*sides)
    return weights


def learned(near: Sequence[Sequence[float]], far: Sequence[Sequence[float]]) -> Doubles:
    """The weights (k,) of a logistic regression in which both sides' rows (n, k), a one first, count the same."""
    rows = np.array([*near, *far])
    mean, spread = rows.mean(0), rows.std(0)
    mean[0], spread[0] = 0.0, 1.0
    counts = [len(near), len(far)]
    weights = logistic_regression(
        (rows - mean) / spread,
        np.repeat([1.0, 0.0], counts),
        weights=np.repeat([1 / count for count in counts], counts),
        penalty=DECAY / 2 / len(rows),
        tolerance=LEAST_CHANGE,
    )
    weights /= spread
    weights[0] -= weights[1:] @ mean[1:]
    return weights


def unrelated(path: Path) -> Iterator[str]:
    """Messages that no shop can answer."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        messages = [row["text"] for row in map(json.loads, file) if row["intent"] == "oos"]
    yield from messages[::ONE_IN]
    yield from CHINESE


def show(name: str, questions: Iterable[Iterable[float]]) -> None:
    """The share of questions that have a passage as near as that, by threshold."""
    best = np.array([max(chances, default=0.0) for chances in questions])
    shares = "  ".join(f"{at:.2f}: {np.mean(best >= at):.3f}" for at in (0.2, 0.3, NEAR, 0.5, 0.6, 0.8))
    print(f"{name} ({len(best)})  {shares}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("sets", type=Path, nargs="*")
    parser.add_argument("--unrelated", type=Path, required=True)
    args = parser.parse_args()
    with opened(Home(args.home)) as (retriever, reader):
        far = [found(retriever, reader, query) for query in unrelated(args.unrelated)]
        show("unrelated", ([nearness(*one) for one in read] for read in far))
        near: list[Read] = []
        for path in args.sets:
            questions = [one for one in read_questions(path) if one.collection == COLLECTION]
            asked = [(one, found(retriever, reader, standalone(one.query, one.history).text, one)) for one in questions]
            sources = [
                [pair for pair in read if any(is_source(pair[0], source) for source in one.sources)]
                for one, read in asked
                if one.answerable and one.sources
            ]
            show(f"{path.stem}, a source", ([nearness(*one) for one in read] for read in sources))
            hopeless = [read for one, read in asked if not one.answerable]
            show(f"{path.stem}, unanswerable", ([nearness(*one) for one in read] for read in hopeless))
            near += sources
    if near:
        print("constant, relevance, read, cosine:", learn(near, far).round(3).tolist())


if __name__ == "__main__":
    main()
