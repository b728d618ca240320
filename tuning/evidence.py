"""Learn the weights of `answer.signs` from public questions, and say how well they choose on questions held out.

    python -m tuning.evidence --public FOLDER --models MODELS [--cache FILE] [--read]

FOLDER holds `cmrc2018_dev.json`, `xquad.en.json` and `xquad.zh.json` (SQuAD layout). Learnt from: CMRC 2018 (dev),
half of it questions with long answers, which it has few of; XQuAD's paragraphs with an even number, in English, in
Chinese, asked across the languages, and asked among passages of both. XQuAD's odd paragraphs and CMRC (trial) are left
for `benchmarks/spans.py`. Each question has the five passages that the embedder alone finds nearest; half of the
paragraphs have their article's title.

Maximizes the log of the share (softmax) that the sentences with a gold answer get of the whole, less `RIDGE` times the
squared distance of the weights from `PRIOR`. Prints hits of the first one and two sentences by three-fold
cross-validation over paragraphs, then the weights. --cache keeps vectors between runs. With --read the passages are
read by `answer.reader` too, and what is learnt are `READ_WEIGHTS`; of XQuAD's paragraphs only those are used that the
reader has not learned from (numbers 2, 6, 10, ...), of CMRC's a third, and of each set's questions a quarter.
"""

from __future__ import annotations

import argparse
import pickle
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize  # type: ignore[import-untyped]

from answer.kinds import KINDS
from answer.reader import Reader, open_reader, read_units
from answer.signs import READ_WEIGHTS, WEIGHTS, signs, weighed
from answer.units import Unit, split
from index.arrays import Floats, Mask
from index.chunk import Chunk
from index.embedding.embedder import Embedder
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from index.embedding.tokens import TokenCounter
from ingest.document import Document, Element
from ingest.splitting import split as split_document
from retriever.passage import Passage
from tuning.regression import Doubles
from tuning.squad import Paragraph, paragraphs

NEAREST = 5
LONG = 15
"""Characters of a gold answer from which it is a clause rather than a name or a number."""
FOLDS = 3
RIDGE = 4.0
PRIOR = {kind.name: 1.0 for kind in KINDS}
"""Kinds that encyclopedias are seldom asked for (how long, yes or no) lean on the others; all else leans on nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question's n units: their signs (n, weights), which of them hold a gold answer (n,), and what the reply would
    be."""

    fold: int
    signs: Floats
    right: Mask
    texts: list[str]
    golds: tuple[str, ...]


class Vectors:
    """Vectors by text, kept in a file if one is given and they are told to."""

    def __init__(self, embedder: Embedder, file: Path | None) -> None:
        self._embedder, self._file = embedder, file
        self._known: dict[tuple[str, str], npt.NDArray[np.float16]] = {}
        if file and file.exists():
            self._known = pickle.loads(file.read_bytes())

    def of(self, texts: Sequence[str], kind: str) -> Floats:
        """(n texts) -> (n, dimension); `kind` is "p" for passages and "q" for questions."""
        unseen = sorted({text for text in texts if (kind, text) not in self._known}, key=len)
        for at in range(0, len(unseen), 64):
            batch = unseen[at : at + 64]
            embed = self._embedder.embed_passages if kind == "p" else self._embedder.embed_queries
            for text, vector in zip(batch, embed(batch), strict=True):
                self._known[kind, text] = vector.astype(np.float16)
        return np.stack([self._known[kind, text] for text in texts]).astype(np.float32)

    def keep(self) -> None:
        """Write the file."""
        if self._file:
            self._file.write_bytes(pickle.dumps(self._known, -1))


def of_length(found: Sequence[Paragraph], least: int, below: int) -> list[Paragraph]:
    """The paragraphs with those questions alone whose shortest gold answer has so many characters."""
    return [
        replace(one, asked=tuple(asked for asked in one.asked if least <= min(map(len, asked.golds)) < below))
        for one in found
    ]


def chunks(found: Sequence[Paragraph], counter: TokenCounter, name: str) -> list[tuple[int, Chunk]]:
    """The chunks that ingest would make of each paragraph, as a document of its own, with the paragraph's number."""
    made = []
    for paragraph in found:
        document = Document(
            f"doc{paragraph.number}.txt", "txt", paragraph.title if paragraph.number % 4 in (0, 3) else ""
        )
        elements = [Element("text", paragraph.text)]
        for chunk in split_document(document, elements, count=counter.count, budget=500, collection=name):
            assert isinstance(chunk, Chunk)
            made.append((paragraph.number, chunk))
    return made


def cases(
    vectors: Vectors,
    questions: Sequence[Paragraph],
    sources: Sequence[Paragraph],
    searched: Sequence[tuple[int, Chunk]],
    most: int,
    beside: Sequence[tuple[int, Chunk]] = (),
    reader: Reader | None = None,
) -> list[Case]:
    """Questions of some paragraphs over the chunks of `sources` (the same ones, perhaps in the other language).

    `beside` are chunks of another language, of which two that are not of the question's paragraph are mixed in.
    """
    asked = [
        (ours.number, one.question, other.golds)
        for ours, theirs in zip(questions, sources, strict=True)
        for one, other in zip(ours.asked, theirs.asked, strict=True)
    ]
    random.Random(5).shuffle(asked)
    asked = asked[:most]
    about = vectors.of([query for _, query, _ in asked], "q")
    nearest = about @ vectors.of([chunk.embedded_text for _, chunk in searched], "p").T
    others = about @ vectors.of([chunk.embedded_text for _, chunk in beside], "p").T if beside else None
    made = []
    for row, (number, query, gold) in enumerate(asked):
        order = [(float(nearest[row, at]), *searched[at]) for at in np.argsort(-nearest[row])[:NEAREST]]
        if others is not None:
            foreign = [(float(others[row, at]), *beside[at]) for at in np.argsort(-others[row])]
            order = order[:3] + [item for item in foreign if item[1] != number][:2]
            random.Random(row).shuffle(order)  # which language comes first is the retriever's affair
        made.append(case(vectors, number, query, gold, about[row], order, reader))
    return made


def case(
    vectors: Vectors,
    number: int,
    query: str,
    gold: tuple[str, ...],
    about: Floats,
    order: Sequence[tuple[float, int, Chunk]],
    reader: Reader | None,
) -> Case:
    """The signs of all units of a question's passages."""
    passages = [(paragraph, Passage(chunk, score, 1.0)) for score, paragraph, chunk in order]
    pairs: list[tuple[int, Unit]] = [(paragraph, unit) for paragraph, passage in passages for unit in split(passage)]
    units = [unit for _, unit in pairs]
    holds = np.array([any(answer in unit.text or unit.text in answer for answer in gold) for unit in units])
    own = holds & np.array([paragraph == number for paragraph, _ in pairs])
    cosines = vectors.of([unit.context for unit in units], "p") @ about
    texts = [unit.text for unit in units]
    found = signs(query, units, cosines)
    if reader is not None:
        found = np.concatenate([found, read_units(reader, query, units, weighed(found))], axis=1)
    return Case(number // 2 % FOLDS, found, own if own.any() else holds, texts, gold)


def learn(known: Sequence[Case]) -> Doubles:
    """The weights (in the order of `READ_WEIGHTS`, as many as there are signs) that make the right units likeliest."""
    usable = [one for one in known if one.right.any() and not one.right.all()]
    starts = np.cumsum([0, *(len(one.right) for one in usable[:-1])])
    matrix = np.concatenate([one.signs for one in usable]).astype(np.float64)
    right = np.concatenate([one.right for one in usable])
    of = np.repeat(np.arange(len(usable)), [len(one.right) for one in usable])
    prior = np.array([PRIOR.get(name, 0.0) for name in READ_WEIGHTS][: matrix.shape[1]])

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        logits = matrix @ weights
        powers = np.exp(logits - np.maximum.reduceat(logits, starts)[of])
        total = np.add.reduceat(powers, starts)
        good = np.add.reduceat(powers * right, starts) + 1e-12
        away = weights - prior
        slope = matrix.T @ (powers / total[of] - powers * right / good[of])
        return float(np.log(total / good).sum() + RIDGE * away @ away), slope + 2 * RIDGE * away

    found: Doubles = minimize(loss, prior, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return found


def hits(known: Sequence[Case], weights: Doubles) -> list[list[bool]]:
    """Of each question whether the first one, and the first two sentences hold the answer."""
    found = []
    for one in known:
        best = np.argsort(-(one.signs @ weights), kind="stable")
        told = [" ".join(one.texts[at] for at in best[:k]) for k in (1, 2)]
        found.append([any(gold in text for gold in one.golds) for text in told])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--public", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--read", action="store_true")
    options = parser.parse_args()
    embedder = open_embedder(prepare_embedder(options.models, measure=False), device="cpu")
    reader = open_reader(embedder) if options.read else None
    counter = TokenCounter(embedder.tokenizer_file)
    vectors = Vectors(embedder, options.cache)
    english, chinese = (paragraphs(options.public / f"xquad.{language}.json") for language in ("en", "zh"))
    dev = paragraphs(options.public / "cmrc2018_dev.json")[:: 3 if options.read else 1]
    long, short = of_length(dev, LONG, 10_000), of_length(dev, 0, LONG)
    texts = {name: chunks(found, counter, name) for name, found in (("en", english), ("zh", chinese), ("dev", dev))}
    ours = slice(2, None, 4) if options.read else slice(0, None, 2)
    even = {"en": english[ours], "zh": chinese[ours]}
    share = 4 if options.read else 1

    def learned_from(
        asked: list[Paragraph], holds: list[Paragraph], where: str, most: int, beside: str = ""
    ) -> list[Case]:
        return cases(vectors, asked, holds, texts[where], most // share, texts[beside] if beside else (), reader)

    sets = {
        "CMRC dev, short answers": learned_from(short, short, "dev", 650),
        "CMRC dev, long answers": learned_from(long, long, "dev", 650),
        "English": learned_from(even["en"], even["en"], "en", 600),
        "Chinese": learned_from(even["zh"], even["zh"], "zh", 600),
        "Chinese asks English": learned_from(even["zh"], even["en"], "en", 350),
        "English asks Chinese": learned_from(even["en"], even["zh"], "zh", 350),
        "Chinese asks English among Chinese": learned_from(even["zh"], even["en"], "en", 350, "zh"),
        "English asks Chinese among English": learned_from(even["en"], even["zh"], "zh", 350, "en"),
        "English among Chinese": learned_from(even["en"], even["en"], "en", 350, "zh"),
        "Chinese among English": learned_from(even["zh"], even["zh"], "zh", 350, "en"),
    }
    vectors.keep()
    told: dict[str, list[list[bool]]] = {name: [] for name in sets}
    for fold in range(FOLDS):
        weights = learn([one for found in sets.values() for one in found if one.fold != fold])
        for name, found in sets.items():
            told[name] += hits([one for one in found if one.fold == fold], weights)
    print("| questions | n | one sentence | two |\n|---|---|---|---|")
    for name, found_hits in told.items():
        one, two = np.mean(found_hits, axis=0)
        print(f"| {name} | {len(found_hits)} | {one:.3f} | {two:.3f} |")
    print()
    names = READ_WEIGHTS if options.read else WEIGHTS
    for name, weight in zip(names, learn([one for found in sets.values() for one in found]), strict=True):
        print(f'    "{name}": {weight:.2f},')


if __name__ == "__main__":
    main()
