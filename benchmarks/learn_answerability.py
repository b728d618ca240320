"""Learn the weights of `answer/answerability.py` from questions with gold spans, in four states of the collection.

    python benchmarks/learn_answerability.py --xquad DIR --cmrc FILE --hetpqa FILE --models MODELS --cache DIR [-n N] \
        [--read] [--reader-data FOLDER]

Each question is searched among all paragraphs (a chunk each) by the product's retriever, and its evidence chosen by the
product's selector: once as it is (answerable where one of the best two pieces holds the gold span), once without the
gold paragraph, and once with that paragraph less the sentences that hold the gold span. Then questions of another set
are put to the collection: customers' (hetPQA) and CMRC's to XQuAD's paragraphs, XQuAD's to CMRC's. XQuAD's even
paragraphs, CMRC's development set and hetPQA's training set are learned from; odd paragraphs and `--test FILE` are only
measured. With --read the passages are read by `answer.reader`, `READ_WEIGHTS` are learned, and of the even paragraphs
only those are used that the reader has not learned from (numbers 2, 6, 10, ...); --reader-data adds what
`reader_examples.py` holds out of it: customers' questions with a product's facts, and made-up shops of another seed.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from reader_examples import PRODUCT_GROUPS, Example, examples
from squad import paragraphs

from answer.answerability import READ_SIGNS, SIGNS, answerability_signs
from answer.answerer import DEEPER, NOISE
from answer.evidence import EvidenceSelector
from answer.reader import open_reader
from answer.units import split
from evaluation.beir import CorpusDocument
from evaluation.corpus_index import publish_corpus
from index.chunk import Chunk, Locator
from index.database.store import Store
from index.embedding.embedder import Embedder
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from index.snapshot.home import Home
from retriever.passage import Passage
from retriever.retriever import Retriever
from retriever.translation import Dictionary, prepare_dictionary

REFUSE_BELOW = 0.2
"""The default of the setting."""
Row = tuple[str, np.ndarray, bool]
ROWS = ("semiPQA", "shop, row")
"""Groups of `reader_examples.py` in which each line is a cell."""
STATES = ("as it is", "without the paragraph", "without the sentence", "elsewhere")
ELSEWHERE = 2.0
"""What the questions of other sets weigh together; each set's answerable ones weigh 1, and so do its others."""
NOT_NEGATIVE = (
    *("relevance", "its passage's relevance", "own words", "words with neighbours", "passage's words"),
    "answers",
)
"""Less of these is never more answerable, however far a question lies from those that were learned from."""


def texts_once(path: Path) -> list[dict]:
    """The paragraphs of a file, equal ones once."""
    found: dict[str, dict] = {}
    for paragraph in paragraphs(path):
        kept = found.setdefault(paragraph["context"], {"context": paragraph["context"], "qas": []})
        kept["qas"] += paragraph["qas"]
    return list(found.values())


def rows(
    name: str,
    texts: list[str],
    asked: list[tuple[str, int, list[str]]],
    strangers: list[str],
    cache: Path,
    embedder: Embedder,
    selector: EvidenceSelector,
    dictionary: Dictionary,
) -> Iterator[Row]:
    """(state, signs, answerable) of each question (text, its paragraph's place, gold spans) in each state, and of the
    questions of other sets."""
    home = Home(cache / name)
    home.create()
    store = Store.open(home.database_url)
    documents = {f"p{n:03}": CorpusDocument(f"p{n:03}", "", text) for n, text in enumerate(texts)}
    publish_corpus(documents, home=home, store=store, embedder=embedder)
    retriever = Retriever(home, store, embedder, dictionary=dictionary)
    depth = DEEPER if selector.reads else 5
    for question, place, spans in asked:
        passages = retriever.search(question, top_k=depth).passages
        gold = texts[place]
        states = {
            STATES[0]: passages,
            STATES[1]: tuple(passage for passage in passages if passage.chunk.text != gold),
            STATES[2]: tuple(
                _without(passage, spans) if passage.chunk.text == gold else passage for passage in passages
            ),
        }
        for state, shown in states.items():
            evidence = selector.select(question, _counted(shown, selector))
            if evidence:
                said = " ".join(item.unit.text for item in evidence[:2])
                answers = state == STATES[0] and any(span in said for span in spans)
                if answers or state != STATES[0]:  # a miss of the selector teaches nothing
                    yield state, answerability_signs(question, evidence), answers
    for question in strangers:
        shown = retriever.search(question, top_k=depth).passages
        if evidence := selector.select(question, _counted(shown, selector)):
            yield STATES[3], answerability_signs(question, evidence), False
    retriever.close()
    store.close()


def _counted(passages: tuple[Passage, ...], selector: EvidenceSelector) -> list[Passage]:
    """The passages that count as sources by the default settings."""
    least = 0.0 if selector.reads else NOISE * REFUSE_BELOW
    return [passage for passage in passages if passage.relevance >= least]


def _without(passage: Passage, spans: list[str]) -> Passage:
    """A passage less the sentences that hold one of the spans."""
    text = passage.chunk.text
    for unit in split(passage):
        if any(span in unit.text for span in spans):
            text = text.replace(unit.text, " ")
    return replace(passage, chunk=replace(passage.chunk, text=text))


def spread(questions: list, n: int) -> list:
    """About `n` of them."""
    return questions[:: max(1, len(questions) // n)]


def sets(
    xquad: Path, cmrc: Path, hetpqa: Path, test: Path | None, n: int, learned: slice
) -> Iterator[tuple[str, bool, list[str], list, list[str]]]:
    """Name, whether it is learned from, texts, about `n` questions spread over them, and as many of other sets."""
    with hetpqa.open(encoding="utf-8", newline="") as file:
        customers = sorted({row["question"] for row in csv.DictReader(file, delimiter="\t")})
    chinese = [qa["question"] for paragraph in texts_once(cmrc) for qa in paragraph["qas"]]
    strangers = spread(customers, n // 2) + spread(chinese, n // 2)
    both = {language: texts_once(xquad / f"xquad.{language}.json") for language in ("en", "zh")}
    for name, asked, read in (("en", "en", "en"), ("zh", "zh", "zh"), ("zh-en", "zh", "en"), ("en-zh", "en", "zh")):
        texts = [paragraph["context"] for paragraph in both[read]]
        spans = {qa["id"]: [a["text"] for a in qa["answers"]] for p in both[read] for qa in p["qas"]}
        for half, part in (("learn", learned), ("test", slice(1, None, 2))):
            questions = [
                (qa["question"], place, spans[qa["id"]])
                for place, paragraph in list(enumerate(both[asked]))[part]
                for qa in paragraph["qas"]
            ]
            yield f"xquad-{name}-{half}", half == "learn", texts, spread(questions, n), strangers
    encyclopedic = [qa["question"] for found in both.values() for p in found[::2] for qa in p["qas"]]
    for name, path in (("cmrc-learn", cmrc), ("cmrc-test", test)):
        if path is not None:
            found = texts_once(path)
            questions = [
                (qa["question"], place, [a["text"] for a in qa["answers"]])
                for place, paragraph in enumerate(found)
                for qa in paragraph["qas"]
            ]
            texts = [paragraph["context"] for paragraph in found]
            yield name, name == "cmrc-learn", texts, spread(questions, n), spread(encyclopedic, n)


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
                rows.append((STATES[0 if one.answers else 2], answerability_signs(one.question, evidence), one.answers))
        yield kind, rows


def learn(groups: list[list[Row]], penalty: float) -> tuple[float, ...]:
    """Logistic regression; every set weighs the same, and in it both answers."""
    x, y, weight = [], [], []
    strange = sum(state == STATES[3] for found in groups for state, _, _ in found)
    for found in groups:
        right = sum(answers for _, _, answers in found)
        wrong = sum(not answers and state != STATES[3] for state, _, answers in found)
        x += [signs for _, signs, _ in found]
        y += [answers for _, _, answers in found]
        weight += [
            ELSEWHERE / strange if state == STATES[3] else 1 / (right if answers else wrong)
            for state, _, answers in found
        ]
    features, labels = torch.tensor(np.stack(x), dtype=torch.float64), torch.tensor(y, dtype=torch.float64)
    held = torch.tensor([name in NOT_NEGATIVE for name in READ_SIGNS[: features.shape[1]]])
    weights = torch.tensor(weight, dtype=torch.float64)
    w = torch.zeros(features.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([w], max_iter=400, line_search_fn="strong_wolfe")

    def weights_of() -> torch.Tensor:
        return torch.where(held, torch.nn.functional.softplus(w), w)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        logits = features @ weights_of()
        missed = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels, weights, reduction="sum")
        total = missed / weights.sum() + penalty * (w @ w)
        total.backward()
        return total

    optimizer.step(loss)
    return tuple(round(float(value), 3) for value in weights_of().detach())


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
    parser.add_argument("--reader-data", type=Path, help="the folder of reader_examples.py")
    parser.add_argument("--learn-only", action="store_true", help="leave out the sets that are only measured")
    options = parser.parse_args()
    embedder = open_embedder(prepare_embedder(options.models, measure=False), device="cpu")
    reader = open_reader(embedder) if options.read else None
    dictionary = prepare_dictionary(options.models)
    selector = EvidenceSelector(embedder, reader)  # shared, as it remembers the vectors of sentences
    groups: dict[str, tuple[bool, list[Row]]] = {}
    learned_from = slice(2, None, 4) if options.read else slice(0, None, 2)
    given = sets(options.xquad, options.cmrc, options.hetpqa, options.test, options.n, learned_from)
    for name, learned, texts, asked, strangers in given:
        if options.learn_only and not learned:
            continue
        groups[name] = learned, list(rows(name, texts, asked, strangers, options.cache, embedder, selector, dictionary))
        print(name, len(groups[name][1]), flush=True)
        np.savez(options.cache / f"{name}.npz", rows=np.array(groups[name][1], dtype=object))
    if options.reader_data:
        for name, found in held_out(options.reader_data, 4 * options.n, embedder, selector):
            groups[name] = True, found
            np.savez(options.cache / f"{name}.npz", rows=np.array(found, dtype=object))
    weights = learn([found for learned, found in groups.values() if learned], 1e-3)
    print(
        "\n".join(
            f'    "{name}": {value},'
            for name, value in zip(READ_SIGNS if options.read else SIGNS, weights, strict=True)
        )
    )
    for name, (learned, found) in groups.items():
        print(f"{name:20} {'learn' if learned else 'test':5}", end="")
        for state in STATES:
            chances = np.array([1 / (1 + np.exp(-float(s @ np.array(weights)))) for at, s, _ in found if at == state])
            print(f"  {state}: " + " ".join(f"{t}: {np.mean(chances >= t):.2f}" for t in (0.2, 0.3, 0.4, 0.5)), end="")
        print()


if __name__ == "__main__":
    main()
