"""Learn and measure `answer.nearness`: how near a passage is, from cosine, relevance and what the reader read.

    python benchmarks/learn_nearness.py HOME SET... --unrelated messages.jsonl.gz

Near is the nearest source of each of a SET's answerable questions (docs/evaluation.md says what a set is), far the
nearest of what is found for messages that have to do with no shop: `--unrelated`, of CLINC150 (`intent` "oos") one in
two, and the Chinese ones below. HOME is the sample catalogue's; without a SET any other's, to see what is near there.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from answer.answerer import DEEPER
from answer.dialogue import standalone
from answer.nearness import CONSTANT, COSINE, NEAR, READ, RELEVANCE, logits, may_be_it, nearness
from answer.reader import PassageReader, open_reader, read_passages
from evaluation.questions import Question, read_questions
from evaluation.scoring import is_source
from retriever.passage import Passage
from retriever.retriever import Retriever
from server.parts import open_search
from server.settings import read_settings

CHINESE = (
    "明天上海会下雨吗 谁写了红楼梦 怎么煮红烧肉 北京到广州的高铁多久 房贷利率现在是多少 "
    "给我讲个笑话 世界杯冠军是谁 怎样学好英语 猫不吃东西怎么办 你喜欢什么颜色 "
    "圆周率是多少 帮我写一首诗 股票明天涨不涨 感冒了吃什么药 驾照怎么换 最近的医院在哪 "
    "如何申请护照 太阳有多大 谁是现任总统 帮我订一张机票 如何种西红柿 为什么天空是蓝的 "
    "怎么减肥最快 高考什么时候 孩子发烧怎么办"
).split()
ONE_IN = 2
ROUNDS, STEPS, DECAY = 6, 200, 1e-2
"""Times the nearest passages are chosen anew; Newton's steps of the regression, and what holds its weights down."""

Read = list[tuple[Passage, float]]


def found(retriever: Retriever, reader: PassageReader, query: str, question: Question | None = None) -> Read:
    """What is found for a question, as answering finds it, and what was read of it."""
    passages = retriever.search(query, top_k=DEEPER, as_of=question.as_of if question else None).passages
    read = zip(passages, read_passages(reader, query, passages), strict=True) if passages else ()
    return [one for one in read if may_be_it(query, *one)]


def nearest(read: Read, weights: np.ndarray) -> list[float] | None:
    """One and what is weighed of the nearest passage, by these weights."""
    rows = [[1.0, *logits(*one)] for one in read]
    return max(rows, key=lambda row: float(weights @ row), default=None)


def learn(near: Sequence[Read], far: Sequence[Read]) -> np.ndarray:
    """The weights by which the nearest source of a question is told from the nearest passage of an unrelated one."""
    weights = np.array([CONSTANT, RELEVANCE, READ, COSINE])
    for _ in range(ROUNDS):
        sides = [[row for read in side if (row := nearest(read, weights))] for side in (near, far)]
        weights = learned(*sides)
    return weights


def learned(near: Sequence[Sequence[float]], far: Sequence[Sequence[float]]) -> np.ndarray:
    """The weights of a logistic regression in which both sides count the same."""
    rows = np.array([*near, *far])
    mean, spread = rows.mean(0), rows.std(0)
    mean[0], spread[0] = 0.0, 1.0
    scaled = (rows - mean) / spread
    is_near = np.r_[np.ones(len(near)), np.zeros(len(far))]
    share = np.where(is_near == 1, 0.5 / len(near), 0.5 / len(far)) * len(rows)
    weights = np.zeros(scaled.shape[1])
    for _ in range(STEPS):
        chances = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (share * (chances - is_near)) + DECAY * weights
        bend = (scaled.T * (share * chances * (1 - chances))) @ scaled + DECAY * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    weights = weights / spread
    weights[0] -= float(weights[1:] @ mean[1:])
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
    with open_search(read_settings({}, {"home": str(args.home)})) as (retriever, index):
        reader = open_reader(index.embedder)
        assert reader is not None, "the default embedder alone has a reader"
        far = [found(retriever, reader, query) for query in unrelated(args.unrelated)]
        show("unrelated", ([nearness(*one) for one in read] for read in far))
        near: list[Read] = []
        for path in args.sets:
            questions = [one for one in read_questions(path) if one.collection == "default"]
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
