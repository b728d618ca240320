"""Learn the weights of `answer/answerability.py` from questions with gold spans, in four states of the collection.

    python -m tuning.answerability --xquad DIR --cmrc FILE --hetpqa FILE --models MODELS --cache DIR [-n N] \
        [--read] [--reader-data FOLDER]

Each question is searched among all paragraphs (a chunk each) by the product's retriever, and its evidence chosen by the
product's selector: once as it is (answerable where one of the best two pieces holds the gold span), once without the
gold paragraph, and once with that paragraph less the sentences that hold the gold span. Then questions of another set
are put to the collection: customers' (hetPQA) and CMRC's to XQuAD's paragraphs, XQuAD's to CMRC's. XQuAD's even
paragraphs, CMRC's development set and hetPQA's training set are learned from; odd paragraphs and `--test FILE` are only
measured. With --read the passages are read by `answer.reader`, `READ_WEIGHTS` are learned, and of the even paragraphs
only those are used that the reader has not learned from (numbers 2, 6, 10, ...); --reader-data adds what
`tuning.reader_examples` holds out of it: customers' questions with a product's facts, and made-up shops of another
seed.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from answer.answerability import READ_SIGNS, SIGNS, answerability_signs
from answer.answerer import DEEPER, NOISE
from answer.evidence import EvidenceSelector
from answer.reader import open_reader
from answer.units import split
from evaluation.beir import CorpusDocument
from index.arrays import Floats
from index.chunk import Chunk, Locator
from index.embedding.embedder import Embedder
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from retriever.passage import Passage
from retriever.retriever import Retriever
from retriever.translation import Dictionary, prepare_dictionary
from tuning.corpora import REFUSE_BELOW, opened_corpus, spread
from tuning.reader_examples import PRODUCT_GROUPS, Example, examples
from tuning.regression import logistic_regression
from tuning.squad import merged, paragraphs

DEPTH = 5
"""Passages that are shown of a search, where none is read."""
ROWS = ("semiPQA", "shop, row")
"""Groups of `tuning.reader_examples` in which each line is a cell."""
STATES = ("as it is", "without the paragraph", "without the sentence", "elsewhere")
ELSEWHERE = 2.0
"""What the questions of other sets weigh together; each set's answerable ones weigh 1, and so do its others."""
NOT_NEGATIVE = (
    *("relevance", "its passage's relevance", "own words", "words with neighbours", "passage's words"),
    "answers",
)
"""Less of these is never more answerable, however far a question lies from those that were learned from."""
PENALTY = 1e-3


@dataclass(frozen=True, slots=True)
class Row:
    """What is learned from a question in one of the `STATES`: its evidence's signs (k,), and whether that answers."""

    state: str
    signs: Floats
    answers: bool


@dataclass(frozen=True, slots=True)
class Put:
    """A question whose answer are `golds` in the paragraph with the number `place`."""

    text: str
    place: int
    golds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts, the questions that are put to them, and those of other sets; `learned`: it is learned from, and not only
    measured."""

    name: str
    learned: bool
    texts: list[str]
    asked: list[Put]
    strangers: list[str]


def rows(
    corpus: Corpus, cache: Path, embedder: Embedder, selector: EvidenceSelector, dictionary: Dictionary | None
) -> Iterator[Row]:
    """Each question in each state, and the questions of other sets."""
    documents = {f"p{n:03}": CorpusDocument(f"p{n:03}", "", text) for n, text in enumerate(corpus.texts)}
    with (
        opened_corpus(cache / corpus.name, documents, embedder) as (home, store),
        closing(Retriever(home, store, embedder, dictionary=dictionary)) as retriever,
    ):
        depth = DEEPER if selector.reads else DEPTH
        for one in corpus.asked:
            passages = retriever.search(one.text, top_k=depth).passages
            gold = corpus.texts[one.place]
            states = {
                STATES[0]: passages,
                STATES[1]: tuple(passage for passage in passages if passage.chunk.text != gold),
                STATES[2]: tuple(
                    _without(passage, one.golds) if passage.chunk.text == gold else passage for passage in passages
                ),
            }
            for state, shown in states.items():
                if evidence := selector.select(one.text, _counted(shown, selector)):
                    said = " ".join(item.unit.text for item in evidence[:2])
                    answers = state == STATES[0] and any(span in said for span in one.golds)
                    if answers or state != STATES[0]:  # a miss of the selector teaches nothing
                        yield Row(state, answerability_signs(one.text, evidence), answers)
        for question in corpus.strangers:
            shown = retriever.search(question, top_k=depth).passages
            if evidence := selector.select(question, _counted(shown, selector)):
                yield Row(STATES[3], answerability_signs(question, evidence), False)


def _counted(passages: tuple[Passage, ...], selector: EvidenceSelector) -> list[Passage]:
    """The passages that count as sources by the default settings."""
    least = 0.0 if selector.reads else NOISE * REFUSE_BELOW
    return [passage for passage in passages if passage.relevance >= least]


def _without(passage: Passage, spans: Sequence[str]) -> Passage:
    """A passage less the sentences that hold one of the spans."""
    text = passage.chunk.text
    for unit in split(passage):
        if any(span in unit.text for span in spans):
            text = text.replace(unit.text, " ")
    return replace(passage, chunk=replace(passage.chunk, text=text))


def corpora(xquad: Path, cmrc: Path, hetpqa: Path, test: Path | None, n: int, learned: slice) -> Iterator[Corpus]:
    """All of them, with about `n` questions each, spread over the texts, and as many of other sets. `learned` are
    XQuAD's paragraphs that are learned from."""
    with hetpqa.open(encoding="utf-8", newline="") as file:
        customers = sorted({row["question"] for row in csv.DictReader(file, delimiter="\t")})
    chinese = [one.question for paragraph in merged(paragraphs(cmrc)) for one in paragraph.asked]
    strangers = spread(customers, n // 2) + spread(chinese, n // 2)
    both = {language: merged(paragraphs(xquad / f"xquad.{language}.json")) for language in ("en", "zh")}
    for name, asked, read in (("en", "en", "en"), ("zh", "zh", "zh"), ("zh-en", "zh", "en"), ("en-zh", "en", "zh")):
        golds = {one.id: one.golds for paragraph in both[read] for one in paragraph.asked}
        texts = [paragraph.text for paragraph in both[read]]
        for half, part in (("learn", learned), ("test", slice(1, None, 2))):
            questions = [
                Put(one.question, paragraph.number, golds[one.id])
                for paragraph in both[asked][part]
                for one in paragraph.asked
            ]
            yield Corpus(f"xquad-{name}-{half}", half == "learn", texts, spread(questions, n), strangers)
    encyclopedic = [one.question for found in both.values() for paragraph in found[::2] for one in paragraph.asked]
    for name, path in (("cmrc-learn", cmrc), ("cmrc-test", test)):
        if path is not None:
            found = merged(paragraphs(path))
            texts = [paragraph.text for paragraph in found]
            questions = [
                Put(one.question, paragraph.number, one.golds) for paragraph in found for one in paragraph.asked
            ]
            yield Corpus(name, name == "cmrc-learn", texts, spread(questions, n), spread(encyclopedic, n))


def held_out(folder: Path, n: int, embedder: Embedder, selector: EvidenceSelector) -> Iterator[tuple[str, list[Row]]]:
    """Name and rows of what the reader has not learned from: a question and one passage, which answers it or not. Where
    the very cell is told by its field's name nothing is left to learn."""
    kinds: dict[str, list[Example]] = {}
    for one in examples(folder):
        kind = "products" if one.group in PRODUCT_GROUPS else "shops" if one.group.startswith("shop") else ""
        if one.test and kind:
            kinds.setdefault(kind, []).append(one)
    for kind, found in kinds.items():
        rows: list[Row] = []
        for number, one in enumerate(spread(found, n)):
            title, _, text = ("", "", one.context) if one.group == "semiPQA" else one.context.partition("\n")
            locator = Locator(row=2) if one.group in ROWS else Locator()
            chunk = Chunk(f"{kind}{number}", "d.md", number, text or title, title if text else "", locator=locator)
            score = embedder.embed_queries([one.question])[0] @ embedder.embed_passages([chunk.embedded_text])[0]
            evidence = selector.select(one.question, [Passage(chunk, float(score), 0.5)])
            if evidence and not evidence[0].answers_field:
                signs = answerability_signs(one.question, evidence)
                rows.append(Row(STATES[0 if one.answers else 2], signs, one.answers))
        yield kind, rows


def learn(groups: Sequence[Sequence[Row]], penalty: float) -> tuple[float, ...]:
    """The weights of the signs; every set weighs the same, and in it both answers. `penalty` is what the sum of their
    squares costs, in nats."""
    strange = sum(row.state == STATES[3] for found in groups for row in found)
    weights = []
    for found in groups:
        right = sum(row.answers for row in found)
        wrong = sum(not row.answers and row.state != STATES[3] for row in found)
        weights += [
            ELSEWHERE / strange if row.state == STATES[3] else 1 / (right if row.answers else wrong) for row in found
        ]
    features = np.stack([row.signs for found in groups for row in found])
    labels = [row.answers for found in groups for row in found]
    held = [at for at, name in enumerate(READ_SIGNS[: features.shape[1]]) if name in NOT_NEGATIVE]
    learned = logistic_regression(features, labels, weights=weights, penalty=penalty, not_negative=held)
    return tuple(round(float(value), 3) for value in learned)


def shares(found: Iterable[Row], weights: Sequence[float]) -> str:
    """By state, the share of the questions that are answered with as much as that at least."""
    told = ""
    chances = [(row.state, 1 / (1 + np.exp(-float(row.signs @ np.array(weights))))) for row in found]
    for state in STATES:
        own = np.array([chance for at, chance in chances if at == state])
        if len(own):
            told += f"  {state}: " + " ".join(f"{least}: {np.mean(own >= least):.2f}" for least in (0.2, 0.3, 0.4, 0.5))
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--xquad", type=Path, required=True)
    parser.add_argument("--cmrc", type=Path, required=True, help="cmrc2018_dev.json, to learn from")
    parser.add_argument("--hetpqa", type=Path, required=True, help="hetPQA's answer_generation/train.csv")
    parser.add_argument("--test", type=Path, help="cmrc2018_trial.json")
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("-n", type=int, default=150, help="questions of a set")
    parser.add_argument("--read", action="store_true")
    parser.add_argument("--reader-data", type=Path, help="the folder that tuning.reader_examples reads")
    parser.add_argument("--learn-only", action="store_true", help="leave out the sets that are only measured")
    options = parser.parse_args()
    embedder = open_embedder(prepare_embedder(options.models, measure=False), device="cpu")
    reader = open_reader(embedder) if options.read else None
    dictionary = prepare_dictionary(options.models)
    selector = EvidenceSelector(embedder, reader)  # shared, as it remembers the vectors of sentences
    learned_from = slice(2, None, 4) if options.read else slice(0, None, 2)
    learned: dict[str, list[Row]] = {}
    tested: dict[str, list[Row]] = {}
    for one in corpora(options.xquad, options.cmrc, options.hetpqa, options.test, options.n, learned_from):
        if one.learned or not options.learn_only:
            found = list(rows(one, options.cache, embedder, selector, dictionary))
            (learned if one.learned else tested)[one.name] = found
            print(one.name, len(found), flush=True)
    if options.reader_data:
        learned |= held_out(options.reader_data, 4 * options.n, embedder, selector)
    weights = learn(list(learned.values()), PENALTY)
    for name, value in zip(READ_SIGNS if options.read else SIGNS, weights, strict=True):
        print(f'    "{name}": {value},')
    for told, groups in (("learn", learned), ("test", tested)):
        for name, found in groups.items():
            print(f"{name:20} {told:5}{shares(found, weights)}")


if __name__ == "__main__":
    main()
