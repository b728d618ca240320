"""Which terms find most: Chinese by a segmenter, in pairs or characters; English stemmed or not; stop words or not.

    python benchmarks/keyword_terms.py FOLDER...

Each FOLDER is a set in the BEIR layout (`retrieval_sets.py` writes them): corpus.jsonl, queries.jsonl, qrels/. Plain
BM25 (Lucene's form, k1 1.2, b 0.75) over title and text as one field; nDCG@10, hit@1, microseconds a passage. What is
used is the last line, `index.text.analysis.terms`. The segmenter is measured where `jieba` is installed.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import re
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import bm25s  # type: ignore[import-untyped]
from Stemmer import Stemmer  # type: ignore[import-not-found]

from index.text.analysis import PARTICLES, STOP, terms

Terms = Callable[[str], list[str]]
_RUN = re.compile("[\u3400-\u9fff]+|[^\\W_\u3400-\u9fff]+")


def tokens(han: Terms, word: Terms) -> Terms:
    """Chinese runs by one way, other words by another."""

    def split(text: str) -> list[str]:
        found: list[str] = []
        for run in _RUN.findall(unicodedata.normalize("NFKC", text).casefold()):
            found += han(run) if "\u3400" <= run[0] <= "\u9fff" else word(run)
        return found

    return split


def pairs(run: str) -> list[str]:
    """Neighbouring characters, two by two."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def both(run: str) -> list[str]:
    """Pairs and single characters."""
    return [*pairs(run), *run] if len(run) > 1 else [run]


def without_particles(run: str) -> list[str]:
    """Pairs, and the single characters that are no particles."""
    return [*pairs(run), *(char for char in run if char not in PARTICLES)]


def singular(word: str) -> str:
    """A word without its plural."""
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def ways() -> dict[str, Terms]:
    """The ways to take a text apart, by name."""
    stemmer = Stemmer("english")

    def stemmed(word: str) -> list[str]:
        return [str(stemmer.stemWord(word))]

    found: dict[str, Terms] = {}
    if find_spec("jieba"):
        import jieba  # type: ignore[import-untyped]

        jieba.setLogLevel(60)
        found["jieba"] = tokens(jieba.lcut, stemmed)
        found["jieba without HMM"] = tokens(lambda run: list(jieba.cut(run, HMM=False)), stemmed)
    found["pairs"] = tokens(pairs, stemmed)
    found["characters"] = tokens(list, stemmed)
    found["pairs and characters, stemmed"] = tokens(both, stemmed)
    found["without particles"] = tokens(without_particles, stemmed)
    found["not stemmed"] = tokens(both, lambda word: [word])
    found["plural trimmed"] = tokens(both, lambda word: [singular(word)])
    found["stemmed, without stop words"] = tokens(without_particles, lambda word: [] if word in STOP else stemmed(word))
    found["index.text.analysis.terms"] = terms
    return found


def read(folder: Path) -> tuple[Sequence[str], Sequence[str], Mapping[str, str], Mapping[str, set[str]]]:
    """Passages' ids, passages, questions by id, and the ids of the passages that answer each."""
    corpus = [json.loads(line) for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    queries = [json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    judged: dict[str, set[str]] = defaultdict(set)
    with next((folder / "qrels").glob("*.tsv")).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if int(row["score"]) > 0:
                judged[row["query-id"]].add(row["corpus-id"])
    ids = [text["_id"] for text in corpus]
    texts = [f"{text['title']}\n{text['text']}".strip() for text in corpus]
    return ids, texts, {query["_id"]: query["text"] for query in queries if query["_id"] in judged}, judged


def measure(folder: Path, way: Terms) -> tuple[float, float, float]:
    """nDCG@10, hit@1 and microseconds a passage."""
    ids, texts, queries, judged = read(folder)
    began = time.perf_counter()
    told = [way(text) for text in texts]
    seconds = time.perf_counter() - began
    index = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    index.index(told, show_progress=False)
    gains = hits = 0.0
    for id, query in queries.items():
        known = [term for term in way(query) if term in index.vocab_dict]
        rows, scores = index.retrieve([known], k=min(10, len(ids)), show_progress=False) if known else ([[]], [[]])
        right = [score > 0 and ids[row] in judged[id] for row, score in zip(rows[0], scores[0], strict=True)]
        gain = sum(1 / math.log2(place + 2) for place, is_right in enumerate(right) if is_right)
        gains += gain / sum(1 / math.log2(place + 2) for place in range(min(10, len(judged[id]))))
        hits += bool(right and right[0])
    return gains / len(queries), hits / len(queries), 1e6 * seconds / len(texts)


def main() -> None:
    """Measure every way on every set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    args = parser.parse_args()
    for folder in args.folders:
        print(folder.name)
        for name, way in ways().items():
            ndcg, hit, each = measure(folder, way)
            print(f"  {name:30} nDCG@10 {ndcg:.4f}  hit@1 {hit:.4f}  {each:6.0f} us", flush=True)


if __name__ == "__main__":
    main()
