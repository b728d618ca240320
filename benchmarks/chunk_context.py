"""What the title and headings in front of a chunk bring: recall@10 with and without them, by vectors and by keywords.

    python benchmarks/chunk_context.py --homes HOMES --models MODELS [--cache DIR] [--errors]

HOMES has the homes boards-en, boards-zh and sample (see `retrieval_sets.py`). Two corpora: the board guides of both
languages together, and what is not a product row of the sample catalogue (manuals, policies, advice, notices), the
latter asked the questions of `questions.jsonl` and of the business set that these answer. The chunks are the same in
every line; only what the embedder and the keyword index are given of their context differs. The last column is the
share of misses that is left: (1 - recall@10) over that of the bare text.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from home_sets import (
    BOARD_QUESTIONS,
    BUSINESS_QUESTIONS,
    SAMPLE_QUESTIONS,
    catalogue_sets,
    chunks_of,
    holding,
    read_questions,
)
from search_set import Query

from index.arrays import Floats
from index.chunk import Chunk
from index.embedding.embedder import Embedder
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from index.segments.keyword_building import build_keywords
from index.segments.keyword_fields import fields_of
from index.segments.keywords import KeywordFile, term_hashes
from index.text.analysis import terms

K = 10

FORMS: dict[str, Callable[[Chunk], Chunk]] = {
    "bare text": lambda chunk: replace(chunk, title="", section=()),
    "title": lambda chunk: replace(chunk, section=()),
    "headings": lambda chunk: replace(chunk, title=""),
    "as ingested": lambda chunk: chunk,
}


def boards(english: Sequence[Chunk], chinese: Sequence[Chunk]) -> tuple[list[Chunk], list[Query]]:
    """The guides of both languages in one corpus; a question is answered in its own language."""
    chunks = [
        replace(chunk, document=f"{folder}/{chunk.document}")
        for folder, found in (("en", english), ("zh_CN", chinese))
        for chunk in found
    ]
    queries = []
    for question in read_questions(BOARD_QUESTIONS):
        documents = [question["document"], *question.get("also", ())]
        answers = holding(chunks, documents, question["answer_span"])
        queries.append(Query(question["id"], question["question"], question["language"], answers))
    return chunks, queries


def manuals(sample: Sequence[Chunk]) -> tuple[list[Chunk], list[Query]]:
    """The catalogue's chunks that are no product rows, and the questions that they answer."""
    chunks = [chunk for chunk in sample if not chunk.attributes]
    questions = [*read_questions(SAMPLE_QUESTIONS), *read_questions(BUSINESS_QUESTIONS)]
    return chunks, [query for found in catalogue_sets("manuals", chunks, questions) for query in found.queries]


class Vectors:
    """Texts embedded once, whatever the number of runs: one file of rows by the texts' hashes."""

    def __init__(self, embedder: Embedder, folder: Path | None) -> None:
        self._embedder = embedder
        self._file = folder / f"{embedder.fingerprint[:16]}.npz" if folder else None
        self._known: dict[str, Floats] = {}
        if self._file and self._file.exists():
            with np.load(self._file) as stored:
                self._known = dict(zip(stored["keys"].tolist(), stored["rows"], strict=True))

    def of(self, texts: Sequence[str], *, questions: bool = False) -> Floats:
        """One row for each text."""
        embed = self._embedder.embed_queries if questions else self._embedder.embed_passages
        keys = [hashlib.blake2b(f"{questions}{text}".encode(), digest_size=16).hexdigest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        pairs = list(new.items())
        for at in range(0, len(pairs), 256):
            some = dict(pairs[at : at + 256])
            self._known |= dict(zip(some, embed(list(some.values())), strict=True))
            if self._file:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                np.savez(self._file, keys=np.array(list(self._known)), rows=np.stack(list(self._known.values())))
        return np.stack([self._known[key] for key in keys])


def keyword_scores(chunks: Sequence[Chunk], queries: Sequence[str]) -> Floats:
    """The BM25F score of every chunk for every query, as the product's keyword file gives it."""
    scores = np.zeros((len(queries), len(chunks)), np.float32)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "keywords"
        build_keywords(path, [(np.arange(len(chunks)), [fields_of(chunk) for chunk in chunks])], len(chunks))
        file = KeywordFile.open(path)
        for query, line in zip(queries, scores, strict=True):
            counted = Counter(terms(query))
            hashes = term_hashes(list(counted))
            start, end = file.find(hashes)
            having = end - start
            idf = np.log1p((len(chunks) - having + 0.5) / (having + 0.5))
            file.add_scores(hashes, (idf * np.array(list(counted.values()))).astype(np.float32), line)
    return scores


def recall(scores: Floats, chunks: Sequence[Chunk], queries: Sequence[Query]) -> Floats:
    """recall@10 of each query: the share of its answers among the ten highest."""
    ranked = np.argsort(-scores, axis=1, kind="stable")[:, :K]
    found = [{chunks[place].id for place in row} for row in ranked]
    return np.array([len(q.answers & ids) / len(q.answers) for q, ids in zip(queries, found, strict=True)])


def measure(
    chunks: Sequence[Chunk],
    queries: Sequence[Query],
    vectors: Vectors,
    forms: Mapping[str, Callable[[Chunk], Chunk]] = FORMS,
) -> dict[tuple[str, str], Floats]:
    """recall@10 of each query by (leg, form)."""
    asked = [query.text for query in queries]
    results = {}
    for form, cut in forms.items():
        given = [cut(chunk) for chunk in chunks]
        dense = vectors.of(asked, questions=True) @ vectors.of([chunk.embedded_text for chunk in given]).T
        results["vectors", form] = recall(dense, chunks, queries)
        results["keywords", form] = recall(keyword_scores(given, asked), chunks, queries)
    return results


def main() -> None:
    """Print a Markdown table, and with --errors the questions that the chunks as ingested do not answer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--homes", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="folder where vectors are kept")
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    vectors = Vectors(open_embedder(prepare_embedder(options.models)), options.cache)
    corpora = {
        "board guides": boards(chunks_of(options.homes / "boards-en"), chunks_of(options.homes / "boards-zh")),
        "sample manuals": manuals(chunks_of(options.homes / "sample")),
    }
    print("| corpus | leg | what is read | recall@10 | misses left |\n|---|---|---|---|---|")
    for corpus, (chunks, queries) in corpora.items():
        results = measure(chunks, queries, vectors)
        for (leg, form), found in sorted(results.items(), reverse=True):
            left = (1 - found.mean()) / (1 - results[leg, "bare text"].mean())
            print(f"| {corpus} ({len(chunks)}; {len(queries)}) | {leg} | {form} | {found.mean():.3f} | {left:.2f} |")
            if options.errors and form == "as ingested":
                missed = [query for query, share in zip(queries, found, strict=True) if share < 1]
                print(*(f"    {query.id} {query.text}" for query in missed), sep="\n")


if __name__ == "__main__":
    main()
